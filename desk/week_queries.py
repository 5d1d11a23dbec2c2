"""What "This week" reads: the plan's lines, open cycles, steps, notices, the next meeting.

The statements are few, and as many however many rows there are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Date, Integer, Uuid, and_, cast, exists, func, literal, null, or_, select, union_all
from sqlalchemy.orm import Session

from cycles.queries import cycles_needing_step, list_predictions
from cycles.task_queries import open_tasks_query, task_of
from desk import week as weeks
from desk.rules import Kind, Task
from desk.series import Promise, Series
from desk.visible_queries import reads_policy_notice
from desk.week import OpenCycle
from feedback.models import Acknowledgement, PolicyNotice
from measures.models import Measure, Measurement
from measures.rules import value_of
from milestones.models import ActionStep, InterimTarget, Milestone, Plan, Touchpoint
from milestones.rows import YearOf
from milestones.rules import Reading
from nic_platform.actor import Actor
from nic_platform.tables import ImportRun, Notice
from nic_platform.text import _
from teams.models import Link, Membership, SchoolYear, Team

LOOK_BACK = timedelta(days=400)


@dataclass(frozen=True)
class FirstSteps:
    """Which of a new team's first steps are done, and what the others cost in minutes."""

    above: str
    has_plan: bool
    has_milestone: bool
    has_second: bool

    @property
    def left(self) -> int:
        """Return how many steps are left."""
        return 3 - self.has_plan - self.has_milestone - self.has_second

    @property
    def minutes(self) -> int:
        """Return what they cost, in minutes."""
        return 10 * (not self.has_plan) + 5 * (not self.has_milestone) + 1 * (not self.has_second)


def first_steps(session: Session, actor: Actor) -> FirstSteps:
    """Return how far the chosen team is with setting itself up; one statement."""
    team = actor.team_id
    above = (
        select(Team.name)
        .join(Link, Link.upper_id == Team.id)
        .where(Link.lower_id == team, Link.deleted_at.is_(None))
        .order_by(Team.rank, Team.name)
        .limit(1)
        .scalar_subquery()
    )
    people = select(func.count()).where(Membership.team_id == team, Membership.deleted_at.is_(None))
    row = session.execute(
        select(
            above,
            exists().where(Plan.team_id == team, Plan.deleted_at.is_(None)),
            exists().where(Milestone.team_id == team, Milestone.deleted_at.is_(None)),
            people.scalar_subquery(),
        )
    ).one()
    return FirstSteps(row[0] or "", bool(row[1]), bool(row[2]), row[3] >= 2)


@dataclass(frozen=True)
class TeamName:
    """A team that lifts to the chosen one."""

    id: int
    public_id: UUID
    name: str
    level: str


@dataclass(frozen=True)
class Lines:
    """The measured lines of the chosen team, and those of the teams that lift to it directly."""

    own: Sequence[Series]
    below: Sequence[tuple[TeamName, Sequence[Series]]]


def lines_of(session: Session, actor: Actor, today: date) -> Lines:
    """Return every line of the plans in force of the team and of those directly below it; three statements.

    Drafts are left out. Interim targets come for the own team only.
    """
    below = _teams_below(session, actor)
    teams = [actor.team_id, *(team.id for team in below)]
    promises = _promises(session, actor, teams)
    readings = _readings(session, set(promises), actor.time_zone, today)
    found: dict[int, list[Series]] = {}
    for (team_id, measure_id), (facts, dated) in promises.items():
        series = Series(team_id, *facts, dated, readings.get((team_id, measure_id), []))
        found.setdefault(team_id, []).append(series)
    own = found.get(actor.team_id or 0, [])
    return Lines(own, [(team, found[team.id]) for team in below if team.id in found])


def _teams_below(session: Session, actor: Actor) -> list[TeamName]:
    rows = session.execute(
        select(Team.id, Team.public_id, Team.name, Team.level)
        .join(Link, Link.lower_id == Team.id)
        .where(Link.upper_id == actor.team_id, Link.deleted_at.is_(None))
        .where(Team.deleted_at.is_(None), Team.archived_at.is_(None))
        .order_by(Team.name, Team.id)
    )
    return [TeamName(row[0], row[1], row[2], row[3].value) for row in rows]


_Key = tuple[int, int]
_Facts = tuple[str, Any, Any, str]


def _promises(
    session: Session, actor: Actor, teams: Sequence[int | None]
) -> dict[_Key, tuple[_Facts, list[Promise]]]:
    """Return the dated targets by team and measure, in the order of the board."""
    newest = (
        select(Plan.team_id, func.max(Plan.school_year).label("school_year"))
        .where(Plan.team_id.in_(teams), Plan.deleted_at.is_(None))
        .group_by(Plan.team_id)
        .subquery()
    )
    in_force = (
        select(Plan.id)
        .join(newest, and_(newest.c.team_id == Plan.team_id, newest.c.school_year == Plan.school_year))
        .where(Plan.deleted_at.is_(None))
    )
    adults = select(
        Milestone.public_id, Milestone.name, Milestone.what,
        func.coalesce(Milestone.due_on, Milestone.begins_on).label("due_on"), Milestone.target,
        Milestone.baseline, Milestone.shape, Milestone.rhythm, Milestone.tool, Milestone.population,
        Milestone.is_deliverable, literal(0).label("is_outcome"), Milestone.monitor_until, Milestone.team_id,
        Milestone.measure_id, Milestone.position, Milestone.id, Milestone.begins_on,
        Milestone.due_on.is_not(None).label("has_date"), Milestone.plan_id,
    ).where(
        Milestone.plan_id.in_(in_force), Milestone.deleted_at.is_(None), Milestone.is_draft.is_(False),
        Milestone.measure_id.is_not(None),
    )  # fmt: skip
    students = select(
        InterimTarget.public_id, InterimTarget.name, literal(""), InterimTarget.due_on, InterimTarget.target,
        InterimTarget.baseline, literal(""), literal("monthly"), literal(""), cast(null(), Integer),
        literal(False), literal(1), cast(null(), Date), InterimTarget.team_id, InterimTarget.measure_id,
        InterimTarget.position, InterimTarget.id, cast(null(), Date), literal(True), InterimTarget.plan_id,
    ).where(
        InterimTarget.plan_id.in_(in_force), InterimTarget.deleted_at.is_(None),
        InterimTarget.team_id == actor.team_id, InterimTarget.measure_id.is_not(None),
    )  # fmt: skip
    both = union_all(adults, students).subquery()
    columns = both.c
    rows = session.execute(
        select(
            both,
            Measure.name,
            Measure.type,
            Measure.direction,
            Measure.unit,
            Plan.school_year,
            SchoolYear.starts_on,
            SchoolYear.ends_on,
        )
        .join(Measure, Measure.id == columns.measure_id)
        .join(Plan, Plan.id == columns.plan_id)
        .outerjoin(
            SchoolYear,
            and_(
                SchoolYear.network_id == Plan.network_id,
                SchoolYear.name == Plan.school_year,
                SchoolYear.deleted_at.is_(None),
            ),
        )
        .order_by(columns.is_outcome, columns.due_on.is_(None), columns.due_on, columns.position, columns.id)
    )
    found: dict[_Key, tuple[_Facts, list[Promise]]] = {}
    for row in rows:
        year = YearOf(row[24], row[25], row[26])
        promise = Promise(
            row[0], row[1] or row[2], row[3], row[4], row[5], row[6], row[7], row[8], row[9], bool(row[10]),
            bool(row[11]), year.watched_until(row[3], row[12]), row[17] if row[18] else None,
            year.counts_from(row[3], row[17]), year.counts_until(row[3], row[12]),
        )  # fmt: skip
        facts: _Facts = (row[20], row[21], row[22], row[23])
        found.setdefault((row[13], row[14]), (facts, []))[1].append(promise)
    return found


def _readings(
    session: Session, keys: Iterable[_Key], time_zone: str, today: date
) -> dict[_Key, list[Reading]]:
    wanted = set(keys)
    if not wanted:
        return {}
    zone = ZoneInfo(time_zone)
    rows = session.execute(
        select(
            Measurement.id, Measurement.team_id, Measurement.measure_id, Measurement.observed_on,
            Measurement.recorded_at, Measurement.count, Measurement.population, Measurement.value,
            Measurement.supersedes_id, Measurement.is_withdrawn, Measure.type,
        )
        .join(Measure, Measure.id == Measurement.measure_id)
        .where(Measurement.team_id.in_(sorted({team for team, _measure in wanted})))
        .where(Measurement.measure_id.in_(sorted({measure for _team, measure in wanted})))
        .where(Measurement.subgroup == "", Measurement.observed_on > today - LOOK_BACK)
        .order_by(Measurement.observed_on, Measurement.id)
    )  # fmt: skip
    found: dict[_Key, list[Reading]] = {}
    for number, team, measure, on, recorded_at, count, population, value, supersedes, gone, kind in rows:
        told = None if gone else value_of(kind, count, population, value)
        day = recorded_at.astimezone(zone).date()
        found.setdefault((team, measure), []).append(
            Reading(on, told, day, number, supersedes, count, population)
        )
    return found


def open_cycles(session: Session, actor: Actor, today: date, limit: int = 40) -> list[OpenCycle]:
    """Return the team's cycles that wait for a step, with the number of their predictions; two statements."""
    rows = cycles_needing_step(session, actor, actor.team_id, today, limit)
    predictions = list_predictions(session, [row.id for row in rows])
    return [
        OpenCycle(
            row.public_id, row.title or row.ramp or row.name, row.number, str(row.stage), row.starts_on,
            row.ends_on, len(predictions.get(row.id, [])), row.scale_size,
        )
        for row in rows
    ]  # fmt: skip


def _to_do(row: Any) -> Task:
    if row[4] is None:
        return Task(
            Kind.STEP, row[0], row[1], row[3], _("Action step of %(owner)s.", owner=row[2]) if row[2] else ""
        )
    return weeks.to_do(task_of(row))


def step_tasks(session: Session, actor: Actor, today: date, limit: int = 10) -> list[Task]:
    """Return the team's action steps, the tasks of its cycles and unacknowledged policy notices as tasks; two
    statements.
    """
    nothing = (cast(null(), Uuid), literal(""), literal(""), literal(0))
    steps = (
        select(ActionStep.public_id, ActionStep.text, ActionStep.owner, ActionStep.due_on, *nothing)
        .join(Plan, Plan.id == ActionStep.plan_id)
        .where(Plan.team_id == actor.team_id, Plan.deleted_at.is_(None), ActionStep.deleted_at.is_(None))
        .where(ActionStep.done_on.is_(None), ActionStep.due_on.is_not(None))
        .where(ActionStep.due_on <= today + timedelta(days=10))
        .order_by(ActionStep.due_on, ActionStep.id)
        .limit(limit)
        .subquery()
    )
    open_ones = open_tasks_query(actor, actor.team_id, today + timedelta(days=10), limit).subquery()
    tasks = [_to_do(row) for row in session.execute(union_all(select(steps), select(open_ones)))]
    read = select(Acknowledgement.notice_id).where(Acknowledgement.team_id == actor.team_id)
    notices = session.execute(
        select(PolicyNotice.public_id, PolicyNotice.title, Team.name)
        .join(Team, Team.id == PolicyNotice.team_id)
        .where(reads_policy_notice(actor), PolicyNotice.sent_at.is_not(None))
        .where(PolicyNotice.team_id != actor.team_id, PolicyNotice.id.not_in(read))
        .order_by(PolicyNotice.sent_at.desc(), PolicyNotice.id)
        .limit(limit)
    )
    return tasks + [
        Task(Kind.READ, row[0], row[1], None, _("From %(team)s.", team=row[2])) for row in notices
    ]


@dataclass(frozen=True)
class Meeting:
    """When a team met last and meets next. ``words`` is its usual day and place."""

    words: str
    next_on: date | None
    place: str
    last_on: date | None
    next_id: UUID | None = None  # of the touchpoint that is next; none where only a day was stated


def meeting_of(session: Session, actor: Actor, today: date) -> Meeting:
    """Return the team's last and next meeting; one statement."""
    held, coming = (
        select(order(Touchpoint.held_on))
        .where(Touchpoint.team_id == actor.team_id, Touchpoint.deleted_at.is_(None), when)
        .scalar_subquery()
        for order, when in ((func.max, Touchpoint.held_on < today), (func.min, Touchpoint.held_on >= today))
    )
    following = (
        select(Touchpoint.public_id)
        .where(Touchpoint.team_id == actor.team_id, Touchpoint.deleted_at.is_(None))
        .where(Touchpoint.held_on >= today)
        .order_by(Touchpoint.held_on, Touchpoint.id)
        .limit(1)
        .scalar_subquery()
    )
    row = session.execute(
        select(Team.meeting, Team.next_meeting_on, held, coming, following).where(Team.id == actor.team_id)
    ).one()
    stated = row[1] if row[1] and row[1] >= today else None
    return Meeting(row[0], row[3] or stated, "", row[2], row[4])


def told_since(session: Session, actor: Actor, since: datetime, limit: int = 5) -> list[tuple[str, UUID]]:
    """Return what the person was told since a moment, newest first: the words, and the notice to open."""
    rows = session.execute(
        select(Notice.subject, Notice.public_id)
        .where(Notice.user_id == actor.user_id, Notice.on_page.is_(True), Notice.created_at >= since)
        .where(or_(Notice.network_id == actor.network_id, Notice.network_id.is_(None)))
        .order_by(Notice.id.desc())
        .limit(limit)
    )
    return [(row[0], row[1]) for row in rows]


@dataclass(frozen=True)
class RunRow:
    """One import in the list."""

    id: UUID
    kind: str
    file_name: str
    state: str
    rows_created: int
    rows_changed: int
    rows_skipped: int
    at: datetime


def list_imports(session: Session, actor: Actor, limit: int = 50) -> list[RunRow]:
    """Return the newest imports: those of the own teams, and for a network lead all of the network."""
    mine = ImportRun.team_id.in_(sorted(actor.team_ids))
    rows = session.execute(
        select(
            ImportRun.public_id, ImportRun.kind, ImportRun.file_name, ImportRun.state, ImportRun.rows_created,
            ImportRun.rows_changed, ImportRun.rows_skipped, ImportRun.created_at,
        )
        .where(ImportRun.network_id == actor.network_id)
        .where(or_(mine, literal(actor.is_network_lead)))
        .order_by(ImportRun.id.desc())
        .limit(limit)
    )  # fmt: skip
    return [RunRow(*row) for row in rows]
