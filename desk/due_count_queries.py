"""What teams have to count by the rhythms of their measures, and whom to tell: however many teams."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Date,
    Integer,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from accounts.models import User
from cycles.models import Cycle
from cycles.rules import Stage
from desk.due_counts import Counted, Due, Person, Use, due_of, merged
from measures.models import Measure, Measurement
from measures.queries import at_own_place, stands
from measures.rules import Rhythm
from milestones.calendar_queries import days_of
from milestones.models import InterimTarget, Milestone, Plan
from milestones.rows import year_span
from milestones.school_days import SchoolDays
from nic_platform.actor import Actor, TeamRole
from teams.models import Membership, SchoolYear, Team
from teams.rules import Perspective

YEAR = timedelta(days=370)
LAST_COUNT = timedelta(days=800)  # a year's figure, and the wait for the next
MILESTONE, TARGET, CYCLE = "milestone", "interim_target", "cycle"


def counted_by(
    session: Session, network_id: int, today: date, team_ids: Collection[int] | None = None
) -> list[Counted]:
    """Return every series that working teams have counted or that something of theirs uses; one statement.

    Args:
        team_ids: these teams only; all of the network unless given.
    """
    given: dict[str, Any] = {"network": network_id}
    if team_ids is not None:
        given["teams"] = sorted(team_ids)
    rows = (_counted(row, today) for row in session.execute(_series(today, team_ids is None), given))
    return merged(row for row in rows if row is not None)


@lru_cache(maxsize=16)
def _series(today: date, all_teams: bool) -> Any:
    """Return the statement of a day, put together once: for a ``network`` and, if not all, ``teams``."""
    teams = true() if all_teams else None
    every = union_all(
        _milestones(teams), _targets(today, teams), _cycles(teams), _measured(today, teams),
    ).subquery()  # fmt: skip
    used = every.c
    return (
        select(
            Team.id, Team.public_id, Measure.id, Measure.public_id, Measure.name, Measure.rhythm, used.kind,
            used.begins, used.due, used.rhythm, used.who, used.counts, used.last_on, Plan.school_year,
            SchoolYear.starts_on, SchoolYear.ends_on,
        )
        .join(Team, Team.id == used.team_id)
        .join(Measure, Measure.id == used.measure_id)
        .outerjoin(Plan, Plan.id == used.plan_id)
        .outerjoin(
            SchoolYear,
            (SchoolYear.network_id == Plan.network_id)
            & (SchoolYear.name == Plan.school_year)
            & SchoolYear.deleted_at.is_(None),
        )
        .where(Team.deleted_at.is_(None), Team.archived_at.is_(None), Measure.deleted_at.is_(None))
        .where(or_(used.plan_id == 0, Plan.deleted_at.is_(None)))
        .order_by(Team.id, Measure.name, Measure.id, used.kind)
    )  # fmt: skip


@dataclass(frozen=True)
class TeamDue:
    """What a team has to count, and the calendar by which it is told."""

    due: list[Due]
    days: SchoolDays


def due_of_team(session: Session, actor: Actor, today: date) -> TeamDue:
    """Return what the actor's chosen team has to count; two statements at most, none without a team."""
    if actor.network_id is None or actor.team_id is None:
        return TeamDue([], SchoolDays())
    days = days_of(session, actor.network_id)
    counted = counted_by(session, actor.network_id, today, [actor.team_id])
    return TeamDue([each for series in counted if (each := due_of(series, days, today))], days)


def _in(column: Any, teams: Any) -> Any:
    return column.in_(bindparam("teams", expanding=True)) if teams is None else teams


_HERE = bindparam("network", type_=Integer)


def _milestones(teams: Any) -> Any:
    return select(
        literal(MILESTONE).label("kind"), Milestone.team_id, Milestone.measure_id,
        Milestone.begins_on.label("begins"), Milestone.due_on.label("due"), Milestone.rhythm.label("rhythm"),
        Milestone.collector.label("who"), Milestone.plan_id, literal(0).label("counts"),
        cast(null(), Date).label("last_on"),
    ).where(
        Milestone.network_id == _HERE, _in(Milestone.team_id, teams), Milestone.deleted_at.is_(None),
        Milestone.is_draft.is_(False), Milestone.measure_id.is_not(None),
    )  # fmt: skip


def _targets(today: date, teams: Any) -> Any:
    none = cast(null(), Date)
    return select(
        literal(TARGET), InterimTarget.team_id, InterimTarget.measure_id, none, InterimTarget.due_on,
        literal(""), literal(""), InterimTarget.plan_id, literal(0), none,
    ).where(
        InterimTarget.network_id == _HERE, _in(InterimTarget.team_id, teams),
        InterimTarget.deleted_at.is_(None), InterimTarget.measure_id.is_not(None),
        InterimTarget.due_on >= today,
    )  # fmt: skip


def _cycles(teams: Any) -> Any:
    none = cast(null(), Date)
    return select(
        literal(CYCLE), Cycle.team_id, Cycle.measure_id, func.coalesce(Cycle.began_on, Cycle.starts_on),
        none, Cycle.data_rhythm, Cycle.data_who, literal(0), literal(0), none,
    ).where(
        Cycle.network_id == _HERE, _in(Cycle.team_id, teams), Cycle.deleted_at.is_(None),
        Cycle.is_draft.is_(False), Cycle.measure_id.is_not(None), Cycle.stage == Stage.DO.value,
    )  # fmt: skip


def _measured(today: date, teams: Any) -> Any:
    none, day = cast(null(), Date), Measurement.observed_on
    of_year = Measurement.measure_id.in_(
        select(Measure.id).where(Measure.network_id == _HERE, Measure.rhythm == Rhythm.YEARLY)
    )
    return (
        select(
            literal(""), Measurement.team_id, Measurement.measure_id, none, none, literal(""), literal(""),
            literal(0), func.count(func.distinct(case((day > today - YEAR, day)))),
            func.max(day),
        )
        .where(Measurement.network_id == _HERE, _in(Measurement.team_id, teams), stands())
        .where(or_(day > today - YEAR, and_(day > today - LAST_COUNT, of_year)), day <= today)
        .where(at_own_place())
        .group_by(Measurement.team_id, Measurement.measure_id)
    )  # fmt: skip


def _counted(row: Any, today: date) -> Counted | None:
    """Return a series with one use of it; ``None`` where its plan is of another year."""
    series = Counted(*row[:6])
    kind, begins, due, rhythm, who, counts, last_on, year, starts_on, ends_on = row[6:]
    own_rhythm = Rhythm(rhythm) if rhythm in set(Rhythm) else None
    if not kind:
        return replace(series, counts=counts, last_on=last_on)
    if kind == CYCLE:
        return replace(series, uses=(Use(kind, begins or today, None, own_rhythm, who),))
    first, last = year_span(year, starts_on, ends_on)
    if not first <= today <= last:
        return None
    if kind == TARGET:
        return replace(series, uses=(Use(kind, first, due),))
    uses: tuple[Use, ...] = ()
    if begins is not None and begins <= today and due is not None and due > today:
        uses = (Use(kind, begins, due, own_rhythm, who),)
    return replace(series, uses=uses, is_watched=True)


def people_of(session: Session, team_ids: Collection[int]) -> Mapping[int, list[Person]]:
    """Return who can be reminded in each team; one statement."""
    found: dict[int, list[Person]] = defaultdict(list)
    query = (
        select(Membership.team_id, User.id, User.name, Membership.role, Membership.perspectives)
        .join(User, User.id == Membership.user_id)
        .where(Membership.team_id.in_(sorted(team_ids)), Membership.deleted_at.is_(None))
        .where(Membership.role.in_([TeamRole.LEAD, TeamRole.MEMBER, TeamRole.LINKING]))
        .where(User.disabled_at.is_(None), User.deleted_at.is_(None))
        .order_by(Membership.id)
    )
    for team_id, user_id, name, role, voices in session.execute(query):
        is_data_lead = Perspective.DATA_LEAD.value in (voices or [])
        found[team_id].append(Person(user_id, name, role is TeamRole.LEAD, is_data_lead))
    return found
