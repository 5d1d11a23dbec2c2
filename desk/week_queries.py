"""What "This week" reads: the plan's lines, open cycles, steps, notices, the next meeting.

The statements are few, and as many however many rows there are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Date,
    Integer,
    Uuid,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from cycles.models import Cycle, Prediction, Ramp
from cycles.queries import may_read
from cycles.rules import Stage
from cycles.task_queries import open_tasks_query, task_of
from desk import week as weeks
from desk.promise_queries import Key, Promised, promises_of
from desk.rules import Kind, Task
from desk.series import Series
from desk.visible_queries import reads_policy_notice
from desk.week import OpenCycle
from feedback.models import Acknowledgement, PolicyNotice
from measures.models import Measurement
from measures.queries import at_own_place
from measures.rules import value_of
from milestones.calendar_queries import breaks_of
from milestones.models import ActionStep, Milestone, Plan, Touchpoint
from milestones.rules import Reading
from nic_platform.actor import Actor
from nic_platform.ready import given, ready
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
    readings = _readings(session, promises, actor.time_zone, today)
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
    rows = session.execute(_below(actor), given(actor))
    return [TeamName(row[0], row[1], row[2], row[3].value) for row in rows]


@ready
def _below(actor: Actor) -> Any:
    return (
        select(Team.id, Team.public_id, Team.name, Team.level)
        .join(Link, Link.lower_id == Team.id)
        .where(Link.upper_id == actor.team_id, Link.deleted_at.is_(None))
        .where(Team.deleted_at.is_(None), Team.archived_at.is_(None))
        .order_by(Team.name, Team.id)
    )


def _readings(
    session: Session, promises: Mapping[Key, Promised], time_zone: str, today: date
) -> dict[Key, list[Reading]]:
    """Return what was counted of each promised measure by its team, oldest first; one statement."""
    if not promises:
        return {}
    zone = ZoneInfo(time_zone)
    values = {
        "teams": sorted({team for team, _measure in promises}),
        "measures": sorted({measure for _team, measure in promises}),
        "since": today - LOOK_BACK,
    }
    found: dict[Key, list[Reading]] = {key: [] for key in promises}
    for team, measure, number, on, recorded_at, count, population, value, supersedes, gone in session.execute(
        _counted(), values
    ):
        key = team, measure
        if key in found:
            told = None if gone else value_of(promises[key].kind, count, population, value)
            day = recorded_at.astimezone(zone).date()
            found[key].append(Reading(on, told, day, number, supersedes, count, population))
    return found


@cache
def _counted() -> Any:
    """Return the statement of what ``teams`` counted of ``measures`` after ``since``, oldest first."""
    return (
        select(
            Measurement.team_id, Measurement.measure_id, Measurement.id, Measurement.observed_on,
            Measurement.recorded_at, Measurement.count, Measurement.population, Measurement.value,
            Measurement.supersedes_id, Measurement.is_withdrawn,
        )
        .where(Measurement.team_id.in_(bindparam("teams", expanding=True)))
        .where(Measurement.measure_id.in_(bindparam("measures", expanding=True)))
        .where(Measurement.subgroup == "", Measurement.observed_on > bindparam("since"), at_own_place())
        .order_by(Measurement.observed_on, Measurement.id)
    )  # fmt: skip


def open_cycles(session: Session, actor: Actor, today: date, limit: int = 40) -> list[OpenCycle]:
    """Return the team's cycles that wait for a step, with the number of their predictions; one statement.

    What is due comes first, by day, then what is to come; what has no day is last.
    """
    rows = session.execute(_open_cycles(actor), given(actor, today=today, limit=limit))
    unnamed = _("Test without a name")
    return [OpenCycle(row[0], row[1] or row[2] or row[3] or unnamed, *row[4:]) for row in rows]


@ready
def _open_cycles(actor: Actor) -> Any:
    due = case((Cycle.stage == Stage.PLAN.value, Cycle.starts_on), else_=Cycle.ends_on)
    predictions = (
        select(func.count())
        .where(Prediction.cycle_id == Cycle.id, Prediction.deleted_at.is_(None))
        .scalar_subquery()
    )
    return (
        select(
            Cycle.public_id, Cycle.title, Ramp.title, Cycle.change, Cycle.number, Cycle.stage,
            Cycle.starts_on, Cycle.ends_on, predictions, Cycle.scale_size,
        )
        .outerjoin(Ramp, Ramp.id == Cycle.ramp_id)
        .where(may_read(actor), Cycle.stage != Stage.CLOSED.value, Cycle.team_id == actor.team_id)
        .order_by(due.is_(None), due > bindparam("today", type_=Date), due, Cycle.id)
        .limit(bindparam("limit", type_=Integer))
    )  # fmt: skip


def step_tasks(session: Session, actor: Actor, today: date, limit: int = 10) -> list[Task]:
    """Return the team's action steps, the tasks of its cycles and unacknowledged policy notices as tasks; one
    statement.
    """
    values = given(actor, until=today + timedelta(days=10), limit=limit)
    return [_to_do(row) for row in session.execute(_to_dos(actor), values)]


_READ = -1  # in place of a cycle's number: a policy notice


def _to_do(row: Any) -> Task:
    if row.number == _READ:
        return Task(Kind.READ, row[0], row[1], None, _("From %(team)s.", team=row[2]))
    if row.cycle_id is None:
        by = _("Action step of %(owner)s.", owner=row[2]) if row[2] else ""
        return Task(Kind.STEP, row[0], row[1], row[3], by)
    return weeks.to_do(task_of(row))


@ready
def _to_dos(actor: Actor) -> Any:
    """Return the statement of steps, tasks and notices; it asks for ``until`` and the ``limit`` of each."""
    until, limit = bindparam("until", type_=Date), bindparam("limit", type_=Integer)
    tasks = open_tasks_query(actor, actor.team_id, until, limit)
    parts = (_steps(actor, until, limit), tasks, _notices(actor, limit))
    return select(union_all(*(select(each.subquery()) for each in parts)).subquery())


def _steps(actor: Actor, until: Any, limit: Any) -> Any:
    """Return the open action steps in the columns of :func:`cycles.task_queries.open_tasks_query`."""
    of_cycle = cast(null(), Uuid).label("cycle_id"), literal("").label("title"), literal("").label("change")
    return (
        select(ActionStep.public_id, ActionStep.text, ActionStep.owner, ActionStep.due_on, *of_cycle,
               literal(0).label("number"))
        .join(Plan, Plan.id == ActionStep.plan_id)
        .where(Plan.team_id == actor.team_id, Plan.deleted_at.is_(None), ActionStep.deleted_at.is_(None))
        .where(ActionStep.done_on.is_(None), ActionStep.due_on.is_not(None), ActionStep.due_on <= until)
        .order_by(ActionStep.due_on, ActionStep.id)
        .limit(limit)
    )  # fmt: skip


def _notices(actor: Actor, limit: Any) -> Any:
    """Return the policy notices that the team has said nothing to, in the columns of :func:`_steps`."""
    read = select(Acknowledgement.notice_id).where(Acknowledgement.team_id == actor.team_id)
    return (
        select(
            PolicyNotice.public_id, PolicyNotice.title, Team.name, cast(null(), Date).label("due_on"),
            cast(null(), Uuid).label("cycle_id"), literal("").label("cycle"), literal("").label("change"),
            literal(_READ).label("number"),
        )
        .join(Team, Team.id == PolicyNotice.team_id)
        .where(reads_policy_notice(actor), PolicyNotice.sent_at.is_not(None))
        .where(PolicyNotice.team_id != actor.team_id, PolicyNotice.id.not_in(read))
        .order_by(PolicyNotice.sent_at.desc(), PolicyNotice.id)
        .limit(limit)
    )  # fmt: skip


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
    row = session.execute(_meeting(actor), given(actor, today=today)).one()
    stated = row[1] if row[1] and row[1] >= today else None
    return Meeting(row[0], row[3] or stated, "", row[2], row[4])


@ready
def _meeting(actor: Actor) -> Any:
    today = bindparam("today", type_=Date)
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
    return select(Team.meeting, Team.next_meeting_on, held, coming, following).where(Team.id == actor.team_id)


def told_since(session: Session, actor: Actor, since: datetime, limit: int = 5) -> list[tuple[str, UUID]]:
    """Return what the person was told since a moment, newest first: the words, and the notice to open."""
    rows = session.execute(_told(actor), given(actor, since=since, limit=limit))
    return [(row[0], row[1]) for row in rows]


@ready
def _told(actor: Actor) -> Any:
    here = or_(Notice.network_id == actor.network_id, Notice.network_id.is_(None))
    return (
        select(Notice.subject, Notice.public_id)
        .where(Notice.user_id == actor.user_id, Notice.on_page.is_(True))
        .where(Notice.created_at >= bindparam("since"), here)
        .order_by(Notice.id.desc())
        .limit(bindparam("limit", type_=Integer))
    )
