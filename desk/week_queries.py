"""What "This week" reads: the plan's lines, open cycles, steps, notices, the next meeting.

The statements are few, and as many however many rows there are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Uuid, cast, exists, func, literal, null, or_, select, union_all
from sqlalchemy.orm import Session

from cycles.queries import cycles_needing_step, list_predictions
from cycles.task_queries import open_tasks_query, task_of
from desk import week as weeks
from desk.promise_queries import Key, promises_of
from desk.rules import Kind, Task
from desk.series import Series
from desk.visible_queries import reads_policy_notice
from desk.week import OpenCycle
from feedback.models import Acknowledgement, PolicyNotice
from measures.models import Measure, Measurement
from measures.queries import at_own_place
from measures.rules import value_of
from milestones.calendar_queries import breaks_of
from milestones.models import ActionStep, Milestone, Plan, Touchpoint
from milestones.rules import Reading
from nic_platform.actor import Actor
from nic_platform.tables import Notice
from nic_platform.text import _
from teams.models import Link, Membership, Team

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
    """Return every line of the plans in force of the team and of those directly below it; four statements.

    Drafts are left out. Interim targets come for the own team only.
    """
    below = _teams_below(session, actor)
    teams = [actor.team_id, *(team.id for team in below)]
    promises = promises_of(session, actor, teams, today)
    readings = _readings(session, set(promises), actor.time_zone, today)
    breaks = breaks_of(session, actor.network_id)
    found: dict[int, list[Series]] = {}
    for key, each in promises.items():
        told = readings.get(key, [])
        series = Series(key[0], each.measure, each.kind, each.direction, each.unit, each.dated, told,
                        breaks)  # fmt: skip
        found.setdefault(key[0], []).append(series)
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


def _readings(session: Session, keys: Iterable[Key], time_zone: str, today: date) -> dict[Key, list[Reading]]:
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
        .where(Measurement.subgroup == "", Measurement.observed_on > today - LOOK_BACK, at_own_place())
        .order_by(Measurement.observed_on, Measurement.id)
    )  # fmt: skip
    found: dict[Key, list[Reading]] = {}
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
