"""What teams have to count by the rhythms of their measures: two statements, however many teams."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date, cast, func, literal, null, or_, select, union_all
from sqlalchemy.orm import Session

from accounts.models import User
from cycles.models import Cycle
from cycles.rules import Stage
from desk.due_counts import Counted, Person, Use, merged
from measures.models import Measure, Measurement
from measures.queries import stands
from measures.rules import Rhythm
from milestones.models import InterimTarget, Milestone, Plan
from milestones.rows import year_span
from nic_platform.actor import TeamRole
from teams.models import Membership, SchoolYear, Team
from teams.rules import Perspective

YEAR = timedelta(days=370)


def counted_by(
    session: Session, network_id: int, today: date, team_ids: Collection[int] | None = None
) -> list[Counted]:
    """Return every series that working teams have counted or that something of theirs uses; two statements.

    Args:
        team_ids: these teams only; all of the network unless given.
    """
    rows = [*_used(session, network_id, today, team_ids), *_measured(session, network_id, today, team_ids)]
    return merged(rows)


def _facts() -> tuple[Any, ...]:
    return Team.id, Team.public_id, Measure.id, Measure.public_id, Measure.name, Measure.rhythm


def _working(team_ids: Collection[int] | None) -> list[Any]:
    found: list[Any] = [
        Team.deleted_at.is_(None), Team.archived_at.is_(None), Measure.deleted_at.is_(None),
    ]  # fmt: skip
    return found if team_ids is None else [*found, Team.id.in_(sorted(team_ids))]


def _used(session: Session, network_id: int, today: date, team_ids: Collection[int] | None) -> list[Counted]:
    none = cast(null(), Date)
    milestones = select(
        literal("milestone").label("kind"), Milestone.team_id, Milestone.measure_id,
        Milestone.begins_on.label("begins"), Milestone.due_on.label("due"), Milestone.rhythm.label("rhythm"),
        Milestone.collector.label("who"), Milestone.plan_id,
    ).where(
        Milestone.network_id == network_id, Milestone.deleted_at.is_(None), Milestone.is_draft.is_(False),
        Milestone.measure_id.is_not(None),
    )  # fmt: skip
    targets = select(
        literal("interim_target"), InterimTarget.team_id, InterimTarget.measure_id, none,
        InterimTarget.due_on, literal(""), literal(""), InterimTarget.plan_id,
    ).where(
        InterimTarget.network_id == network_id, InterimTarget.deleted_at.is_(None),
        InterimTarget.measure_id.is_not(None), InterimTarget.due_on >= today,
    )  # fmt: skip
    cycles = select(
        literal("cycle"), Cycle.team_id, Cycle.measure_id, func.coalesce(Cycle.began_on, Cycle.starts_on),
        none, Cycle.data_rhythm, Cycle.data_who, literal(0),
    ).where(
        Cycle.network_id == network_id, Cycle.deleted_at.is_(None), Cycle.is_draft.is_(False),
        Cycle.measure_id.is_not(None), Cycle.stage == Stage.DO.value,
    )  # fmt: skip
    every = union_all(milestones, targets, cycles).subquery()
    query = (
        select(*_facts(), every.c.kind, every.c.begins, every.c.due, every.c.rhythm, every.c.who,
               Plan.school_year, SchoolYear.starts_on, SchoolYear.ends_on)
        .join(Team, Team.id == every.c.team_id)
        .join(Measure, Measure.id == every.c.measure_id)
        .outerjoin(Plan, Plan.id == every.c.plan_id)
        .outerjoin(
            SchoolYear,
            (SchoolYear.network_id == Plan.network_id)
            & (SchoolYear.name == Plan.school_year)
            & SchoolYear.deleted_at.is_(None),
        )
        .where(*_working(team_ids), or_(every.c.kind == "cycle", Plan.deleted_at.is_(None)))
        .order_by(Team.id, Measure.name, Measure.id, every.c.kind)
    )  # fmt: skip
    return [row for each in session.execute(query) if (row := _use(each, today)) is not None]


def _use(row: Any, today: date) -> Counted | None:
    """Return one use of a measure; ``None`` where its plan is of another year or asks by itself."""
    facts, (kind, begins, due, rhythm, who, year, starts_on, ends_on) = row[:6], row[6:]
    if kind == "cycle":
        use = Use(kind, begins or today, None, Rhythm(rhythm) if rhythm in set(Rhythm) else None, who)
        return Counted(*facts, uses=(use,))
    first, last = year_span(year, starts_on, ends_on)
    if not first <= today <= last:
        return None
    if kind == "interim_target":
        return Counted(*facts, uses=(Use(kind, first, due),))
    uses: tuple[Use, ...] = ()
    if begins is not None and begins <= today and due is not None and due > today:
        uses = (Use(kind, begins, due, Rhythm(rhythm) if rhythm in set(Rhythm) else None, who),)
    return Counted(*facts, uses=uses, is_watched=True)


def _measured(
    session: Session, network_id: int, today: date, team_ids: Collection[int] | None
) -> list[Counted]:
    query = (
        select(
            *_facts(), func.count(func.distinct(Measurement.observed_on)), func.max(Measurement.observed_on)
        )
        .join(Measure, Measure.id == Measurement.measure_id)
        .join(Team, Team.id == Measurement.team_id)
        .where(Measurement.network_id == network_id, stands(), *_working(team_ids))
        .where(Measurement.observed_on > today - YEAR, Measurement.observed_on <= today)
        .group_by(*_facts())
        .order_by(Team.id, Measure.name, Measure.id)
    )
    return [
        Counted(*row[:6], counts=row[6], last_on=row[7])
        for row in session.execute(query)
    ]  # fmt: skip


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
