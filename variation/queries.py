"""Reading what is compared: the schools a reader may hold side by side, their counts and targets."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    bindparam,
    case,
    exists,
    false,
    func,
    literal,
    or_,
    select,
)  # fmt: skip
from sqlalchemy.orm import Session, aliased

from cycles.models import Cycle, CycleMilestone
from cycles.rules import Decision
from feedback.models import FeedbackItem
from feedback.rules import State
from measures.models import Measure, Measurement
from measures.pooled_queries import day_keeps_groups
from measures.rules import Direction, MeasureKind, MeasureType
from milestones.models import Milestone, Plan
from nic_platform.actor import Actor, Level
from nic_platform.ready import given, ready
from teams.models import Site, SiteClosure, Team, TeamReach
from variation.comparison import Point, Series, Sight, Step
from variation.wording import Lead


@dataclass(frozen=True)
class District:
    """A district whose schools can be compared."""

    id: int
    public_id: UUID
    name: str


@dataclass(frozen=True)
class SchoolRow:
    """A school team, and how the reader stands to it."""

    team_id: int
    public_id: UUID
    name: str
    sight: Sight
    grades: str


@dataclass(frozen=True)
class MeasureRow:
    """A measure that several schools have in common. ``due_on`` is the last target's day that has passed."""

    id: int
    public_id: UUID
    name: str
    unit: str
    tool: str
    kind: MeasureKind
    direction: Direction
    counts_students: bool
    points: int
    due_on: date | None


def list_districts(session: Session, actor: Actor) -> list[District]:
    """Return the network's districts that have school teams, for those who see the whole network."""
    query = (
        select(Site.id, Site.public_id, Site.name)
        .where(Site.network_id == actor.network_id, Site.level == Level.DISTRICT, Site.deleted_at.is_(None))
        .where(
            exists().where(
                SiteClosure.above_id == Site.id,
                SiteClosure.below_id == Team.site_id,
                Team.level == Level.SCHOOL,
            )
        )
        .order_by(Site.name)
    )
    return [District(*row) for row in session.execute(query)]


def district_of(session: Session, actor: Actor) -> int | None:
    """Return the number of the district site that the chosen team lies in, or works for."""
    return session.scalar(_district_of(), {"team": actor.team_id})


@cache
def _district_of() -> Select[int]:
    return (
        select(SiteClosure.above_id)
        .join(Site, Site.id == SiteClosure.above_id)
        .join(Team, Team.site_id == SiteClosure.below_id)
        .where(Team.id == bindparam("team", type_=Integer), Site.level == Level.DISTRICT)
        .limit(1)
    )


def is_upper(session: Session, actor: Actor) -> bool:
    """Say whether the reader looks from a region or a state, or sees the network from no team at all."""
    if actor.team_id is None:
        return actor.sees_network
    return session.scalar(_level_of(), {"team": actor.team_id}) in (Level.REGION, Level.STATE)


@cache
def _level_of() -> Select[Level]:
    return select(Team.level).where(Team.id == bindparam("team", type_=Integer))


def list_schools(session: Session, actor: Actor, district_id: int | None) -> list[SchoolRow]:
    """Return the school teams to hold against each other, by name.

    Those of one district; without one, those below the chosen team on its links.
    """
    query = _schools(actor, of_district=district_id is not None)
    rows = session.execute(query, given(actor, district=district_id))
    return [SchoolRow(row.id, row.public_id, row.name, Sight(row.sight), row.grades) for row in rows]


@ready
def _schools(actor: Actor, of_district: bool) -> Any:
    own = actor.teams if actor.team_ids else [0]
    below = exists().where(TeamReach.above_id.in_(own), TeamReach.below_id == Team.id)
    shared = exists().where(Plan.team_id == Team.id, Plan.is_shared, Plan.deleted_at.is_(None))
    named = or_(literal(actor.sees_network), shared)
    sight = case(
        (Team.id.in_(own), literal(Sight.OWN.value)),
        (below, literal(Sight.BELOW.value)),
        (named, literal(Sight.NAMED.value)),
        else_=literal(Sight.UNNAMED.value),
    )
    return (
        select(Team.id, Team.public_id, Team.name, sight.label("sight"), Site.grades)
        .join(Site, Site.id == Team.site_id)
        .where(Team.network_id == actor.network_id, Team.level == Level.SCHOOL, Team.deleted_at.is_(None))
        .where(Team.archived_at.is_(None), _in_scope(actor, of_district))
        .order_by(Team.name, Team.id)
    )


def _in_scope(actor: Actor, of_district: bool) -> ColumnElement[bool]:
    if of_district:
        above = SiteClosure.above_id == bindparam("district", type_=Integer)
        return exists().where(above, SiteClosure.below_id == Team.site_id)
    if actor.team_id is None:
        return literal(True) if actor.is_analyst or actor.sees_network else false()
    return exists().where(TeamReach.above_id == actor.team_id, TeamReach.below_id == Team.id)


_TEAMS = bindparam("teams", type_=Integer, expanding=True)
_MEASURE = bindparam("measure", type_=Integer)


@cache
def _standing() -> ColumnElement[bool]:
    """Return the condition that a measurement holds: nothing replaced it, and it wasn't taken back."""
    later = aliased(Measurement)
    return Measurement.is_withdrawn.is_(False) & ~exists().where(later.supersedes_id == Measurement.id)


def list_measures(session: Session, actor: Actor, team_ids: Sequence[int], today: date) -> list[MeasureRow]:
    """Return the common measures that these teams counted, those whose target came due last first."""
    query = _measures(actor)
    rows = [MeasureRow(*row) for row in session.execute(query, given(actor, teams=team_ids, today=today))]
    return sorted(
        rows, key=lambda row: (row.due_on is None, -(row.due_on or today).toordinal(), -row.points, row.name)
    )


@ready
def _measures(actor: Actor) -> Select[*tuple[Any, ...]]:
    due = (
        select(Milestone.measure_id, func.max(Milestone.due_on).label("due_on"))
        .where(Milestone.team_id.in_(_TEAMS), Milestone.deleted_at.is_(None))
        .where(Milestone.due_on <= bindparam("today", type_=Date))
        .group_by(Milestone.measure_id)
        .subquery()
    )
    counted = (
        select(Measurement.measure_id, func.count().label("points"))
        .where(Measurement.team_id.in_(_TEAMS), Measurement.subgroup_set == "")
        .group_by(Measurement.measure_id)
        .subquery()
    )
    return (
        select(
            Measure.id, Measure.public_id, Measure.name, Measure.unit, Measure.tool, Measure.kind,
            Measure.direction, Measure.counts_students, counted.c.points, due.c.due_on,
        )
        .join(counted, counted.c.measure_id == Measure.id)
        .outerjoin(due, due.c.measure_id == Measure.id)
        .where(Measure.network_id == actor.network_id, Measure.team_id.is_(None))
        .where(Measure.deleted_at.is_(None), Measure.type == MeasureType.PROPORTION)
    )  # fmt: skip


def list_series(
    session: Session, actor: Actor, measure_id: int, schools: Sequence[SchoolRow], since: date
) -> list[Series]:
    """Return what each school counted of one measure since a day, with its own targets; two statements."""
    points = _points(session, actor, measure_id, [school.team_id for school in schools], since)
    steps = _steps(session, measure_id, [school.team_id for school in schools])
    return [
        Series(
            str(school.public_id), school.name, school.sight, tuple(points.get(school.team_id, ())),
            tuple(steps.get(school.team_id, ())), school.grades,
        )
        for school in schools
    ]  # fmt: skip


def _points(
    session: Session, actor: Actor, measure_id: int, team_ids: Sequence[int], since: date
) -> dict[int, list[Point]]:
    values = given(actor, measure=measure_id, teams=team_ids, since=since, least=actor.minimum_cell)
    found: dict[int, list[Point]] = defaultdict(list)
    for team_id, on, count, population in session.execute(_points_since(actor), values):
        found[team_id].append(Point(on, count or 0.0, population or 0.0))
    return found


@ready
def _points_since(actor: Actor) -> Select[int, date, float | None, float | None]:
    return (
        select(Measurement.team_id, Measurement.observed_on, Measurement.count, Measurement.population)
        .where(Measurement.network_id == actor.network_id, Measurement.measure_id == _MEASURE, _standing())
        .where(Measurement.team_id.in_(_TEAMS), Measurement.subgroup_set == "", Measurement.population > 0)
        .where(Measurement.count.is_not(None), Measurement.count <= Measurement.population)
        .where(Measurement.observed_on >= bindparam("since", type_=Date))
        .where(
            or_(
                Measurement.team_id.in_(actor.teams),
                ~exists().where(Measure.id == _MEASURE, Measure.counts_students),
                day_keeps_groups(bindparam("least", type_=Integer)),
            )
        )
        .order_by(Measurement.team_id, Measurement.observed_on, Measurement.id)
    )


def _steps(session: Session, measure_id: int, team_ids: Sequence[int]) -> dict[int, list[Step]]:
    found: dict[int, list[Step]] = defaultdict(list)
    for team_id, due_on, target in session.execute(_targets(), {"measure": measure_id, "teams": team_ids}):
        if due_on is not None and target is not None:
            found[team_id].append(Step(due_on, target))
    return found


@cache
def _targets() -> Select[int, date | None, float | None]:
    return (
        select(Milestone.team_id, Milestone.due_on, Milestone.target)
        .where(Milestone.measure_id == _MEASURE, Milestone.team_id.in_(_TEAMS), Milestone.is_draft.is_(False))
        .where(Milestone.deleted_at.is_(None), Milestone.due_on.is_not(None), Milestone.target.is_not(None))
        .order_by(Milestone.due_on)
    )


@dataclass(frozen=True)
class GroupRow:
    """What one school counted of one subgroup of students in its last window."""

    team_id: int
    on: date
    breakdown: str
    subgroup: str
    count: float
    population: float


def list_groups(
    session: Session, actor: Actor, measure_id: int, team_ids: Sequence[int], on: date
) -> list[GroupRow]:
    """Return the last window of each school before *on*, all students (no subgroup) and each subgroup."""
    rows = session.execute(_groups(actor), given(actor, measure=measure_id, teams=team_ids, on=on))
    return [GroupRow(t, o, s, g, c or 0.0, p) for t, o, s, g, c, p in rows if p]


@ready
def _groups(actor: Actor) -> Select[int, date, str, str, float | None, float | None]:
    last = (
        select(Measurement.team_id, func.max(Measurement.observed_on).label("on"))
        .where(
            Measurement.measure_id == _MEASURE,
            Measurement.team_id.in_(_TEAMS),
            Measurement.observed_on <= bindparam("on", type_=Date),
        )
        .where(_standing())
        .group_by(Measurement.team_id)
        .subquery()
    )
    return (
        select(
            Measurement.team_id,
            Measurement.observed_on,
            Measurement.subgroup_set,
            Measurement.subgroup,
            Measurement.count,
            Measurement.population,
        )
        .join(last, (last.c.team_id == Measurement.team_id) & (last.c.on == Measurement.observed_on))
        .where(Measurement.network_id == actor.network_id, Measurement.measure_id == _MEASURE, _standing())
        .order_by(Measurement.id)
    )


def leads_of(
    session: Session, actor: Actor, measure_id: int, schools: Sequence[SchoolRow], today: date
) -> dict[str, Lead]:
    """Return what the huddle may want to know of schools: an idea they adopted, and what waits with us."""
    by_id = {
        school.team_id: str(school.public_id)
        for school in schools
        if school.sight in (Sight.OWN, Sight.BELOW)
    }
    if not by_id:
        return {}
    adopted = (
        select(Cycle.team_id, Cycle.title, Cycle.closed_at)
        .join(CycleMilestone, CycleMilestone.cycle_id == Cycle.id)
        .join(Milestone, Milestone.id == CycleMilestone.milestone_id)
        .where(
            Cycle.team_id.in_(by_id),
            Milestone.measure_id == measure_id,
            Cycle.decision == Decision.ADOPT.value,
        )
        .where(Cycle.deleted_at.is_(None), Cycle.closed_at.is_not(None))
        .order_by(Cycle.closed_at)
    )
    found = {
        by_id[team_id]: Lead(title, at.date() if at else None)
        for team_id, title, at in session.execute(adopted)
    }
    waiting = (
        select(FeedbackItem.team_id, FeedbackItem.number, FeedbackItem.sent_at)
        .where(FeedbackItem.team_id.in_(by_id), FeedbackItem.holder_id.in_(sorted(actor.team_ids) or [0]))
        .where(FeedbackItem.state == State.WAITING.value, FeedbackItem.deleted_at.is_(None))
        .order_by(FeedbackItem.sent_at.desc())
    )
    for team_id, number, sent_at in session.execute(waiting):
        before = found.get(by_id[team_id], Lead())
        days = (today - sent_at.date()).days if sent_at else 0
        found[by_id[team_id]] = replace(before, waiting=number, waiting_days=days)
    return found


def next_meeting(session: Session, actor: Actor) -> tuple[date, str] | None:
    """Return when and how the chosen team meets next."""
    row = session.execute(_meeting_of(), {"team": actor.team_id}).one_or_none()
    return (row[0], row[1]) if row and row[0] else None


@cache
def _meeting_of() -> Select[date | None, str]:
    return select(Team.next_meeting_on, Team.meeting).where(Team.id == bindparam("team", type_=Integer))
