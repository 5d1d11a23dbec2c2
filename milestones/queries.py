"""Reading plans and milestones. Everything starts from what the actor may see; pages get frozen rows."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Date,
    String,
    and_,
    cast,
    false,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from accounts.models import User
from measures import policies as measure_policies
from measures.models import Measure
from measures.queries import Record, SeriesKey, come_after, is_above, records, standing_records
from measures.rules import Direction, MeasureType
from measures.suppression import Counts
from milestones.models import (
    ActionStep,
    Decision,
    InterimTarget,
    Milestone,
    MilestoneChange,
    Plan,
    Priority,
    RootCause,
    Strand,
    Strategy,
    Touchpoint,
)
from milestones.rows import MilestoneRow, PartRow, PlanRow, TargetRow, goal_of
from milestones.rules import Reading, Standing, Status, next_check, standing_on
from nic_platform.access import Actor
from nic_platform.errors import AbsentError
from nic_platform.text import _
from teams.models import SchoolYear, Team
from teams.queries import in_network, reads_drafts, reads_team

Thing = TypeVar("Thing")
SOON = timedelta(days=14)


# ---------------------------------------------------------------- who sees what


def reads_plan(actor: Actor, plan: Any = Plan) -> ColumnElement[bool]:
    """Return the condition under which *actor* may know of a plan.

    The own team, teams above it on links, network leads and reviewers; every team member of the network if
    the plan is shared. Analysts get pooled numbers only.
    """
    shared = plan.is_shared.is_(True) if actor.team_ids or actor.sees_network else false()
    return and_(
        in_network(actor, plan.network_id),
        plan.deleted_at.is_(None),
        or_(reads_team(actor, plan.team_id), shared),
    )


def reads_milestone(actor: Actor) -> ColumnElement[bool]:
    """Return the condition for milestones joined with their plan: as the plan, drafts only for its team."""
    return and_(
        reads_plan(actor),
        Milestone.deleted_at.is_(None),
        or_(Milestone.is_draft.is_(False), reads_drafts(actor, Milestone.team_id)),
    )


# ---------------------------------------------------------------- plans


def _plans(actor: Actor) -> Any:
    return (
        select(
            Plan.id, Plan.public_id, Plan.network_id, Plan.team_id, Team.public_id, Team.name, Team.level,
            Plan.school_year, Plan.title, Plan.is_shared, Plan.version, SchoolYear.starts_on,
            SchoolYear.ends_on, is_above(actor, Plan.team_id),
        )
        .join(Team, Team.id == Plan.team_id)
        .outerjoin(
            SchoolYear,
            and_(
                SchoolYear.network_id == Plan.network_id,
                SchoolYear.name == Plan.school_year,
                SchoolYear.deleted_at.is_(None),
            ),
        )
        .where(reads_plan(actor))
    )  # fmt: skip


def get_plan(session: Session, actor: Actor, plan_id: UUID) -> PlanRow:
    """Return one visible plan.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    row = session.execute(_plans(actor).where(Plan.public_id == plan_id)).one_or_none()
    if row is None:
        raise AbsentError(_("There is no such plan."))
    return PlanRow(*row)


def plan_by_number(session: Session, actor: Actor, number: int) -> PlanRow:
    """Return one visible plan by its inner number.

    Raises:
        AbsentError: as :func:`get_plan`.
    """
    row = session.execute(_plans(actor).where(Plan.id == number)).one_or_none()
    if row is None:
        raise AbsentError(_("There is no such plan."))
    return PlanRow(*row)


def list_plans(
    session: Session, actor: Actor, *, team_id: UUID | None = None, after: UUID | None = None, limit: int = 50
) -> list[PlanRow]:
    """Return visible plans by age, one more than *limit* if there are more."""
    query = _plans(actor).where(*come_after(Plan, after)).order_by(Plan.id).limit(limit + 1)
    if team_id is not None:
        query = query.where(Team.public_id == team_id)
    return [PlanRow(*row) for row in session.execute(query)]


def current_plan(session: Session, actor: Actor, team_id: int | None, today: date) -> PlanRow | None:
    """Return a team's plan of the school year that *today* lies in, else its latest, else none."""
    if team_id is None:
        return None
    rows = [
        PlanRow(*row)
        for row in session.execute(
            _plans(actor).where(Plan.team_id == team_id).order_by(Plan.school_year.desc(), Plan.id.desc())
        )
    ]
    return next((row for row in rows if row.span[0] <= today <= row.span[1]), rows[0] if rows else None)


def school_year_on(session: Session, network_id: int, day: date) -> str:
    """Return the name of the school year that *day* lies in or that comes next; without a
    calendar, by July.
    """
    found = session.scalar(
        select(SchoolYear.name)
        .where(
            SchoolYear.network_id == network_id, SchoolYear.ends_on >= day, SchoolYear.deleted_at.is_(None)
        )
        .order_by(SchoolYear.starts_on)
        .limit(1)
    )
    first = day.year if day.month >= 7 else day.year - 1
    return found or f"{first}-{(first + 1) % 100:02d}"


def find_plan(session: Session, actor: Actor, plan_id: UUID) -> Plan:
    """Return one visible plan, to be changed.

    Raises:
        AbsentError: as :func:`get_plan`.
    """
    found = session.scalar(select(Plan).where(reads_plan(actor), Plan.public_id == plan_id))
    if found is None:
        raise AbsentError(_("There is no such plan."))
    return found


def outline(session: Session, plan_id: int) -> list[PartRow]:
    """Return a plan's priorities, causes, strategies, strands and steps, each kind in order; one statement.

    The caller has asked whether the reader may see the plan. ``parent_id`` is the priority of a cause, the
    cause of a strategy, the strategy of a strand, the milestone of a step.
    """
    none, empty = cast(null(), Date), literal("")
    kinds = [
        _part("priority", Priority, literal(plan_id), Priority.text, empty, none, none).where(
            Priority.plan_id == plan_id
        ),
        _part("cause", RootCause, RootCause.priority_id, RootCause.text, empty, none, none)
        .join(Priority, Priority.id == RootCause.priority_id)
        .where(Priority.plan_id == plan_id, Priority.deleted_at.is_(None)),
        _part(
            "strategy", Strategy, Strategy.root_cause_id, Strategy.name, Strategy.description, none, none
        ).where(Strategy.plan_id == plan_id),
        _part("strand", Strand, Strand.strategy_id, Strand.name, empty, none, none)
        .join(Strategy, Strategy.id == Strand.strategy_id)
        .where(Strategy.plan_id == plan_id, Strategy.deleted_at.is_(None)),
        _part(
            "step", ActionStep, ActionStep.milestone_id, ActionStep.text, ActionStep.owner, ActionStep.due_on,
            ActionStep.done_on,
        ).where(ActionStep.plan_id == plan_id),
    ]  # fmt: skip
    rows = session.execute(union_all(*kinds))
    return sorted((PartRow(*row) for row in rows), key=lambda row: (row.kind, row.position, row.id))


def _part(kind: str, model: Any, parent: Any, text: Any, more: Any, due_on: Any, done_on: Any) -> Any:
    return select(
        literal(kind).label("kind"), model.id, model.public_id, parent.label("parent"), model.position,
        cast(text, String).label("text"), cast(more, String).label("more"), due_on.label("due"),
        done_on.label("done"), model.version,
    ).where(model.deleted_at.is_(None))  # fmt: skip


# ---------------------------------------------------------------- milestones


def _milestones() -> Any:
    return (
        select(
            Milestone.id, Milestone.public_id, Milestone.plan_id, Plan.public_id, Milestone.team_id,
            Milestone.strand_id, Strand.name, Milestone.measure_id, Measure.public_id, Measure.name,
            Measure.type, Measure.direction, Measure.unit, Measure.counts_students, Milestone.is_draft,
            Milestone.position, Milestone.kind, Milestone.name, Milestone.due_on, Milestone.begins_on,
            Milestone.frequency, Milestone.tool, Milestone.who, Milestone.what, Milestone.target,
            Milestone.baseline, Milestone.population, Milestone.is_deliverable, Milestone.acceptance_test,
            Milestone.purpose, Milestone.shape, Milestone.rhythm, Milestone.collector,
            Milestone.monitor_until, Milestone.version,
        )
        .join(Plan, Plan.id == Milestone.plan_id)
        .outerjoin(Strand, and_(Strand.id == Milestone.strand_id, Strand.deleted_at.is_(None)))
        .outerjoin(Measure, Measure.id == Milestone.measure_id)
        .order_by(Milestone.due_on, Milestone.position, Milestone.id)
    )  # fmt: skip


_DEFAULTS = {
    6: "",
    9: "",
    10: MeasureType.PROPORTION,
    11: Direction.UP,
    12: "",
    13: False,
}  # without a measure


def _milestone_row(row: Any) -> MilestoneRow:
    return MilestoneRow(*_filled(row, _DEFAULTS))


def _filled(row: Any, defaults: Mapping[int, Any]) -> list[Any]:
    return [defaults[at] if cell is None and at in defaults else cell for at, cell in enumerate(row)]


def milestones_of(session: Session, actor: Actor, plan_id: int) -> list[MilestoneRow]:
    """Return a plan's milestones that *actor* may see, by date; one statement."""
    query = _milestones().where(reads_milestone(actor), Milestone.plan_id == plan_id)
    return [_milestone_row(row) for row in session.execute(query)]


def get_milestone(
    session: Session, actor: Actor, milestone_id: UUID
) -> tuple[MilestoneRow, list[MilestoneRow]]:
    """Return one visible milestone and its whole series (those with its measure), by date; one statement.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    own = (
        select(Milestone.measure_id, Milestone.team_id).where(Milestone.public_id == milestone_id).subquery()
    )
    same = and_(Milestone.measure_id == own.c.measure_id, Milestone.team_id == own.c.team_id)
    query = (
        _milestones()
        .join(own, literal(True))
        .where(reads_milestone(actor), or_(Milestone.public_id == milestone_id, same))
    )
    series = [_milestone_row(row) for row in session.execute(query)]
    found = next((row for row in series if row.public_id == milestone_id), None)
    if found is None:
        raise AbsentError(_("There is no such milestone."))
    return found, [row for row in series if not row.is_draft or row.id == found.id]


def find(
    session: Session, actor: Actor, model: type[Thing], public_id: UUID, *, is_deleted: bool = False
) -> Thing:
    """Return one part of a plan that *actor* may read, to be changed: a milestone, a strand, a step.

    Args:
        is_deleted: look among those that were deleted, to bring one back.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    thing: Any = model
    gone = thing.deleted_at.is_not(None) if is_deleted else thing.deleted_at.is_(None)
    query = select(model).where(thing.public_id == public_id, gone)
    found = session.scalar(query.where(_part_is_readable(actor, model)))
    if found is None:
        raise AbsentError(_("There is no such thing in a plan that you read."))
    return found


def _part_is_readable(actor: Actor, model: Any) -> ColumnElement[bool]:
    plans = select(Plan.id).where(reads_plan(actor))
    if model is Milestone:
        drafts = or_(Milestone.is_draft.is_(False), reads_drafts(actor, Milestone.team_id))
        return and_(Milestone.plan_id.in_(plans), drafts)
    if model is RootCause:
        return RootCause.priority_id.in_(select(Priority.id).where(Priority.plan_id.in_(plans)))
    if model is Strand:
        return Strand.strategy_id.in_(select(Strategy.id).where(Strategy.plan_id.in_(plans)))
    if model is Touchpoint or model is Decision:
        return and_(in_network(actor, model.network_id), reads_team(actor, model.team_id))
    condition: ColumnElement[bool] = model.plan_id.in_(plans)
    return condition


def team_of_part(session: Session, part: Any) -> int:
    """Return the number of the team whose plan *part* belongs to."""
    if hasattr(part, "team_id"):
        return int(part.team_id)
    if isinstance(part, RootCause):
        part = session.get_one(Priority, part.priority_id)
    if isinstance(part, Strand):
        part = session.get_one(Strategy, part.strategy_id)
    return session.get_one(Plan, part.plan_id).team_id


def targets_of(session: Session, plan_id: int) -> list[TargetRow]:
    """Return a plan's interim targets by date; one statement. The caller has asked who reads the plan."""
    query = (
        select(
            InterimTarget.id, InterimTarget.public_id, InterimTarget.plan_id, InterimTarget.team_id,
            InterimTarget.strategy_id, InterimTarget.measure_id, Measure.name, Measure.tool, Measure.type,
            Measure.direction, Measure.unit, Measure.counts_students, InterimTarget.position,
            InterimTarget.name, InterimTarget.student_group, InterimTarget.baseline, InterimTarget.target,
            InterimTarget.due_on, InterimTarget.version,
        )
        .outerjoin(Measure, Measure.id == InterimTarget.measure_id)
        .where(InterimTarget.plan_id == plan_id, InterimTarget.deleted_at.is_(None))
        .order_by(InterimTarget.due_on, InterimTarget.id)
    )  # fmt: skip
    defaults = {6: "", 7: "", 8: MeasureType.PROPORTION, 9: Direction.UP, 10: "", 11: True}
    return [TargetRow(*_filled(row, defaults)) for row in session.execute(query)]


@dataclass(frozen=True)
class ChangeRow:
    """One adjustment of a milestone's date or target."""

    at: Any
    who: str
    why: str
    old_due_on: date | None
    new_due_on: date | None
    old_target: float | None
    new_target: float | None


def changes_of(session: Session, milestone_id: int) -> list[ChangeRow]:
    """Return a milestone's adjustments, oldest first."""
    query = (
        select(
            MilestoneChange.at, func.coalesce(User.name, ""), MilestoneChange.why, MilestoneChange.old_due_on,
            MilestoneChange.new_due_on, MilestoneChange.old_target, MilestoneChange.new_target,
        )
        .outerjoin(User, User.id == MilestoneChange.user_id)
        .where(MilestoneChange.milestone_id == milestone_id)
        .order_by(MilestoneChange.id)
    )  # fmt: skip
    return [ChangeRow(*row) for row in session.execute(query)]


# ---------------------------------------------------------------- status


def readings(found: Sequence[Record], kind: MeasureType, zone: ZoneInfo) -> list[Reading]:
    """Return what was written down as status looks at it."""
    return [
        Reading(
            on=record.on,
            value=record.value(kind),
            recorded_on=max(record.recorded_on(zone), record.on),
            id=record.id,
            supersedes_id=record.supersedes_id,
            count=record.count,
            population=record.population,
        )
        for record in found
    ]


def series_key(row: MilestoneRow | TargetRow) -> SeriesKey | None:
    """Return what a milestone's measurements are found by; none before it has a measure."""
    return (row.measure_id, row.team_id) if row.measure_id is not None else None


def standings_of(
    rows: Sequence[MilestoneRow],
    found: Mapping[SeriesKey, Sequence[Record]],
    day: date,
    zone: ZoneInfo,
    series: Sequence[MilestoneRow] | None = None,
) -> dict[int, Standing]:
    """Return how each milestone stands at the end of *day*, by its number.

    Args:
        found: the series' records, as :func:`measures.queries.records` gives them.
        series: every milestone of the same series, where *rows* are not all of them.
    """
    mates: dict[SeriesKey | None, list[MilestoneRow]] = defaultdict(list)
    for row in series if series is not None else rows:
        if not row.is_draft:
            mates[series_key(row)].append(row)
    made = {}
    for row in rows:
        key = series_key(row)
        known = readings(found.get(key, ()), row.type, zone) if key else []
        made[row.id] = (
            Standing(Status.DRAFT, day)
            if row.is_draft
            else standing_on(goal_of(row, mates[key] if key else ()), known, day)
        )
    return made


def statuses(
    session: Session, milestone_ids: Collection[int], on: date, zone: str = "America/Denver"
) -> dict[int, Standing]:
    """Return how many milestones stand on one day, by number; two statements however many.

    The caller has asked whether the reader may see them.

    Args:
        zone: the network's time zone: what was recorded by the end of that day counts.
    """
    ids = sorted(milestone_ids)
    if not ids:
        return {}
    wanted = select(Milestone.measure_id, Milestone.team_id).where(Milestone.id.in_(ids)).subquery()
    same = select(literal(1)).where(
        wanted.c.measure_id == Milestone.measure_id, wanted.c.team_id == Milestone.team_id
    )
    query = _milestones().where(Milestone.deleted_at.is_(None), or_(Milestone.id.in_(ids), same.exists()))
    series = [_milestone_row(row) for row in session.execute(query)]
    rows = [row for row in series if row.id in set(ids)]
    found = records(session, {key for row in rows if (key := series_key(row))})
    return standings_of(rows, found, on, ZoneInfo(zone), series)


@dataclass(frozen=True)
class DueRow:
    """A milestone that asks something of its team: it is due soon, off its path, or its next count is due.

    ``next_on`` is when it is to be measured next.
    """

    row: MilestoneRow
    standing: Standing
    next_on: date | None

    @property
    def is_overdue(self) -> bool:
        """Say whether the next count should have been made by now."""
        return self.next_on is not None and self.next_on < self.standing.day


def milestones_due(session: Session, actor: Actor, team_id: int | None, today: date) -> list[DueRow]:
    """Return the milestones of a team's present plans that ask for something, by date; two statements.

    Due within 14 days, off their path, or with a count due within a week; the last of each series stands for
    counts. Milestones of plans that ended more than 60 days ago are left out.
    """
    if team_id is None:
        return []
    query = (
        _milestones()
        .where(reads_milestone(actor), Milestone.team_id == team_id, Milestone.is_draft.is_(False))
        .where(func.coalesce(Milestone.due_on, Milestone.begins_on) >= today - timedelta(days=300))
    )
    rows = [_milestone_row(row) for row in session.execute(query)]
    zone = ZoneInfo(actor.time_zone)
    found = records(session, {key for row in rows if (key := series_key(row))})
    standings = standings_of(rows, found, today, zone)
    due = [_due(row, standings[row.id], found, today) for row in rows]
    latest = _latest_due(rows, today)
    asked = [each for each in due if _asks(each, today, each.row.id in latest)]
    return sorted(asked, key=lambda each: (each.row.date or today, each.row.id))


def _due(
    row: MilestoneRow, standing: Standing, found: Mapping[SeriesKey, Sequence[Record]], today: date
) -> DueRow:
    key = series_key(row)
    known = [r for r in standing_records(found.get(key, ())) if r.on <= today] if key else []
    last_on = known[-1].on if known else None
    return DueRow(row, standing, next_check(last_on, row.rhythm_days, row.date, row.monitor_until))


def _latest_due(rows: Sequence[MilestoneRow], today: date) -> set[int]:
    """Return the milestone of each series that is worked on now: the next to come due, else the last."""
    series: dict[Any, list[MilestoneRow]] = defaultdict(list)
    for row in rows:
        series[series_key(row) or row.id].append(row)
    chosen = set()
    for mates in series.values():
        ahead = [row for row in mates if row.date and row.date >= today]
        chosen.add((ahead[0] if ahead else mates[-1]).id)
    return chosen


def _asks(each: DueRow, today: date, is_present: bool) -> bool:
    if each.standing.status in {Status.SLIPPED, Status.CHECK_AGAIN, Status.MISSED, Status.NOT_MEASURED}:
        return is_present or (each.row.date is not None and each.row.date >= today - SOON)
    if each.row.date is not None and today <= each.row.date <= today + SOON:
        return True
    if not is_present:
        return False
    soon = each.next_on is not None and each.next_on <= today + timedelta(days=7)
    return each.standing.status is Status.AT_RISK or soon


@dataclass(frozen=True)
class ChoiceRow:
    """A milestone to choose from a list, such as the one that a cycle is for."""

    id: int
    public_id: UUID
    title: str
    strand: str
    due_on: date | None
    target: str

    @property
    def label(self) -> str:
        """Return it as one line."""
        parts = [self.title, self.target, self.due_on.isoformat() if self.due_on else ""]
        return ", ".join(part for part in parts if part)


def list_for_choice(session: Session, actor: Actor, team_id: int | None) -> list[ChoiceRow]:
    """Return a team's milestones that are on the board, by strand and date, for a list to choose from."""
    if team_id is None:
        return []
    query = _milestones().where(
        reads_milestone(actor), Milestone.team_id == team_id, Milestone.is_draft.is_(False)
    )
    rows = [_milestone_row(row) for row in session.execute(query)]
    return [
        ChoiceRow(row.id, row.public_id, row.title, row.strand_name, row.date, row.target_words)
        for row in sorted(rows, key=lambda row: (row.strand_name, row.date or date.max, row.id))
    ]


def series_for_measure(
    session: Session, measure_id: int, team_ids: Collection[int]
) -> dict[int, list[Record]]:
    """Return what stands of one measure for each team, oldest first; one statement.

    The caller has asked which teams the reader may see, and hides small groups.
    """
    found = records(session, {(measure_id, team_id) for team_id in team_ids})
    return {team_id: standing_records(found.get((measure_id, team_id), ())) for team_id in team_ids}


# ---------------------------------------------------------------- what a reader may see of numbers


def seen(actor: Actor, found: Sequence[Record], *, counts_students: bool, is_above: bool) -> list[Record]:
    """Return the records of one team's series of which the reader may see the counts; nothing of the others.

    The team, and for adults' counts the teams above it, get everything, with what was corrected. Anybody else
    gets only what stands and is not a small cell.
    """
    if not found or actor.in_team(found[0].team_id) or (is_above and not counts_students):
        return list(found)
    return [
        record
        for record in standing_records(found)
        if record.count is None
        or record.population is None
        or measure_policies.cell_for(
            actor,
            record.team_id,
            Counts(record.count, record.population),
            counts_students=counts_students,
            is_above=is_above,
        ).is_shown
    ]


# ---------------------------------------------------------------- touchpoints and decisions


def touchpoints_of(session: Session, actor: Actor, team_id: int | None, limit: int = 50) -> list[Touchpoint]:
    """Return a team's touchpoints, the next ones first, then the past ones, newest first."""
    if team_id is None:
        return []
    query = (
        select(Touchpoint)
        .where(
            in_network(actor, Touchpoint.network_id),
            reads_team(actor, Touchpoint.team_id),
            Touchpoint.team_id == team_id,
            Touchpoint.deleted_at.is_(None),
        )
        .order_by(Touchpoint.held_on.desc(), Touchpoint.id.desc())
        .limit(limit)
    )
    return list(session.scalars(query))


def decisions_of(
    session: Session, *, milestone_id: int | None = None, touchpoint_id: int | None = None
) -> list[Decision]:
    """Return what was decided about a milestone or at a touchpoint, newest first."""
    query = select(Decision).where(Decision.deleted_at.is_(None)).order_by(Decision.id.desc())
    if milestone_id is not None:
        query = query.where(Decision.milestone_id == milestone_id)
    if touchpoint_id is not None:
        query = query.where(Decision.touchpoint_id == touchpoint_id)
    return list(session.scalars(query))
