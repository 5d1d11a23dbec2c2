"""Reading what the evidence of change ideas is made of: tests, points, contexts. Rows carry numbers of teams.

Everything here is of the whole network, so it is for pooling only: who may know a team by its name is asked
again where names are shown.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    select,
    true,
    union_all,
)  # fmt: skip
from sqlalchemy.orm import Session, aliased

from cycles.models import ChangeIdea, Cycle, CycleMilestone, Ramp
from measures.models import Measure
from milestones.models import Milestone
from nic_platform.actor import Actor
from nic_platform.ready import given, ready
from teams.models import Site, Team, TeamReach
from teams.queries import in_network, reads_team
from variation.context import Context
from variation.evidence_rows import Judged, TeamContext, Tested
from variation.tested_queries import STARTED, begun


def trials(
    session: Session,
    actor: Actor,
    idea_ids: Collection[int] | None,
    *,
    named: bool = False,
    team_id: int | None = None,
    most_named: int | None = None,
) -> list[Tested]:
    """Return each team's tests of each idea (or of some), by the day they began; one statement.

    A cycle that never ran is none, drafts neither.

    Args:
        named: whether the teams are named whose work the actor reads by name.
        team_id: the only team whose tests are wanted.
        most_named: return only tests of teams that are named, so many at most, by name.
    """
    query = _trials(actor, idea_ids is not None, named, team_id is not None, most_named is not None)
    values = given(actor, ideas=sorted(idea_ids or ()), team=team_id, most=most_named)
    return [
        Tested(row[0], row[1], row[2], None if row[5] else row[3], row[4], row[5], row[8] or "",
               row[7] is not None and row[7] > (row[6] or 0), row[9], row[10] or "")
        for row in session.execute(query, values)
    ]  # fmt: skip


@ready
def _trials(
    actor: Actor, of_ideas: bool, named: bool, of_team: bool, only_named: bool
) -> Select[*tuple[Any, ...]]:
    # The latest decision by number: cycles are written in the order in which they happen.
    decided = func.max(case((Cycle.decision != "", Cycle.id))).label("decided")
    broken = func.max(case((Cycle.outcome == "abandoned", Cycle.id))).label("broken")
    query = (
        select(
            Ramp.idea_id, Cycle.team_id, func.min(STARTED).label("began"),
            func.max(func.coalesce(Cycle.ended_on, STARTED)).label("ended"), func.count().label("cycles"),
            func.count(case((Cycle.stage != "closed", 1))).label("running"), decided, broken,
        )
        .join(Ramp, Ramp.id == Cycle.ramp_id)
        .where(begun(actor))
        .group_by(Ramp.idea_id, Cycle.team_id)
        .having(func.min(STARTED).is_not(None))
    )  # fmt: skip
    if of_ideas:
        query = query.where(Ramp.idea_id.in_(bindparam("ideas", type_=Integer, expanding=True)))
    if of_team:
        query = query.where(Cycle.team_id == bindparam("team", type_=Integer))
    if only_named:
        query = query.where(_is_readable(actor))
    each, last = query.subquery(), aliased(Cycle)
    whole: Any = select(each, last.decision).outerjoin(last, last.id == each.c.decided)
    if named:
        whole = whole.add_columns(Team.public_id, Team.name).outerjoin(
            Team, and_(Team.id == each.c.team_id, reads_team(actor, Team.id))
        )
    else:
        whole = whole.add_columns(null(), null())
    if only_named:
        whole = whole.order_by(Team.name).limit(bindparam("most", type_=Integer))
    found: Select[*tuple[Any, ...]] = whole.order_by(each.c.began, each.c.team_id)
    return found


def _is_readable(actor: Actor) -> ColumnElement[bool]:
    """Return :func:`teams.queries.reads_team` of a cycle's team, as one list of teams to begin from.

    With "or" between them all teams that tested an idea would be read, to be left out again.
    """
    if actor.sees_network or actor.network_id is None:
        return reads_team(actor, Cycle.team_id)
    own = select(Team.id).where(Team.id.in_(actor.teams))
    below = select(TeamReach.below_id).where(TeamReach.above_id.in_(actor.teams))
    return Cycle.team_id.in_(union_all(own, below))


_OWN = 10**9  # the measure that an idea names itself goes before any that is only used


def judged_by(session: Session, actor: Actor, idea_ids: Collection[int]) -> dict[int, Judged]:
    """Return the measure by which each idea is judged; one statement.

    Its own, where it names one; else the common measure that most of its cycles look at.
    """
    if not idea_ids:
        return {}
    ideas = sorted(idea_ids)
    columns = (Measure.id, Measure.public_id, Measure.name, Measure.type, Measure.direction, Measure.unit,
               Measure.counts_students)  # fmt: skip
    here = and_(in_network(actor, Measure.network_id), Measure.deleted_at.is_(None))
    used = (
        select(Ramp.idea_id.label("idea"), *columns, func.count().label("times"))
        .select_from(Cycle)
        .join(Ramp, Ramp.id == Cycle.ramp_id)
        .join(Measure, Measure.id == Cycle.measure_id)
        .where(begun(actor), Ramp.idea_id.in_(ideas), Measure.team_id.is_(None), here)
        .group_by(Ramp.idea_id, *columns)
    )
    named = (
        select(ChangeIdea.id, *columns, literal(_OWN))
        .join(Measure, Measure.id == ChangeIdea.measure_id)
        .where(ChangeIdea.id.in_(ideas), here)
    )
    both = used.union_all(named).subquery()
    rows = session.execute(select(both).order_by(both.c.times, both.c.id.desc()))
    return {row[0]: Judged(*row[1:8]) for row in rows}


def contexts(session: Session, actor: Actor, teams: Collection[int] | None = None) -> dict[int, TeamContext]:
    """Return the level and context of teams of the network that are at work, of all or some; one
    statement."""
    found: dict[int, TeamContext] = {}
    row: Any
    for row in session.execute(_contexts(actor, teams is not None), given(actor, some=sorted(teams or ()))):
        context = Context(*(*row[3:10], row[10] or {}))
        found[row[0]] = TeamContext(row[0], str(row[1]), row[2], context)
    return found


@ready
def _contexts(actor: Actor, of_some: bool) -> Select[*tuple[Any, ...]]:
    query: Select[*tuple[Any, ...]] = (
        select(
            Team.id, Team.level, Team.site_id, Site.grades, Site.locale, Site.enrolment, Site.lunch_percent,
            Site.english_learner_percent, Site.is_title_one, Site.is_charter, Site.attributes,
        )
        .join(Site, Site.id == Team.site_id)
        .where(in_network(actor, Team.network_id), Team.deleted_at.is_(None), Team.archived_at.is_(None))
        .order_by(Team.id)
    )  # fmt: skip
    if of_some:
        query = query.where(Team.id.in_(bindparam("some", type_=Integer, expanding=True)))
    return query


Other = tuple[int, str, date, date | None]


def beside_tests(
    session: Session, actor: Actor, idea_id: int, measure_id: int, teams: Collection[int] | None = None
) -> tuple[dict[int, date], list[Other]]:
    """Return when each team chose the milestone that its tests of an idea serve, and what else it tested;
    one statement.

    The day the milestone was first written down (of several by this measure the latest); of the other ideas
    team, title, first and last day. Titles of ideas that are not shared are not told: they are "another
    change of the team's own".

    Args:
        teams: the only ones of which it is wanted.
    """
    mine: Any = select(Ramp.team_id).where(Ramp.idea_id == idea_id, Ramp.deleted_at.is_(None))
    if teams is not None:
        mine = sorted(teams)
    others = (
        select(
            Cycle.team_id, case((ChangeIdea.is_shared.is_(True), ChangeIdea.title), else_=""),
            func.min(STARTED), func.max(func.coalesce(Cycle.ended_on, Cycle.ends_on)),
            func.count(case((Cycle.stage != "closed", 1))), literal(0),
        )
        .join(Ramp, Ramp.id == Cycle.ramp_id)
        .join(ChangeIdea, ChangeIdea.id == Ramp.idea_id)
        .where(begun(actor), Ramp.idea_id != idea_id, Cycle.team_id.in_(mine))
        .group_by(Cycle.team_id, ChangeIdea.id, ChangeIdea.is_shared, ChangeIdea.title)
        .having(func.min(STARTED).is_not(None))
    )  # fmt: skip
    chosen = (
        select(
            Cycle.team_id, literal(""), func.date(func.max(Milestone.created_at), type_=Date),
            cast(None, Date), literal(0), literal(1),
        )
        .join(Ramp, Ramp.id == Cycle.ramp_id)
        .join(CycleMilestone, CycleMilestone.cycle_id == Cycle.id)
        .join(Milestone, Milestone.id == CycleMilestone.milestone_id)
        .where(begun(actor), Ramp.idea_id == idea_id, Milestone.measure_id == measure_id)
        .where(Milestone.deleted_at.is_(None), true() if teams is None else Cycle.team_id.in_(mine))
        .group_by(Cycle.team_id)
    )  # fmt: skip
    rows = session.execute(others.union_all(chosen)).all()
    days = {row[0]: row[2] for row in rows if row[5]}
    told: list[Other] = [(row[0], row[1], row[2], None if row[4] else row[3]) for row in rows if not row[5]]
    return days, sorted(told, key=lambda row: (row[0], row[2], row[1]))
