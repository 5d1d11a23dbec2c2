"""Reading what the six principles are told from: sums over a whole network, never a team by name."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, distinct, exists, func, or_, select
from sqlalchemy.orm import Session

from cycles.models import ChangeIdea, Driver, IdeaDriver, TheoryMeasure
from cycles.theory import DriverFact, Hole, LinkFact, Theory, gaps
from cycles.theory import MeasureFact as TheoryMeasureFact
from feedback.models import FeedbackItem
from feedback.rules import Kind
from measures.models import Measure, YearSum
from measures.rules import MeasureKind, Rhythm
from measures.school_years import year_of
from nic_platform.actor import EDITORS, Actor, Level
from nic_platform.errors import AbsentError
from nic_platform.text import _
from teams import graph_queries
from teams.models import CalendarSpan, Membership, Network, Site, SpreadLink, Team
from teams.queries import in_network
from teams.rules import Perspective, perspective_names
from variation.models import Asking, Initiative, InitiativePlace, PrincipleStep
from variation.principles import (
    LearningFacts,
    MeasureFacts,
    ProblemFacts,
    StepRow,
    SystemFacts,
)

LATE_RHYTHMS = 2
"""A series that had no figure for so many rhythms is late, as a link without exchange is silent."""
_HEARD = (Perspective.FAMILY, Perspective.STUDENT)


@dataclass(frozen=True)
class MeasureRow:
    """A common measure with how many schools have figures of it this school year, and on its newest day."""

    id: int
    name: str
    unit: str
    kind: MeasureKind
    type: Any
    direction: Any
    counts_students: bool
    is_on_aim: bool
    schools: int
    series: int
    fresh: int
    newest_on: date | None


@dataclass(frozen=True)
class Tally:
    """What is counted of a whole network in one statement."""

    name: str
    problem: str
    users: str
    aim: str
    public_id: UUID
    top_id: int | None
    break_began: date | None
    schools: int
    schools_with_team: int
    measured: int
    measured_with_team: int
    sites: int
    sites_told: int
    initiatives: int
    loose_ideas: int
    learning: LearningFacts


def list_steps(session: Session, actor: Actor) -> list[StepRow]:
    """Return the network's steps of all principles: open ones by their day, then those done, newest first."""
    step = PrincipleStep
    query = (
        select(
            step.public_id, step.version, step.principle, step.words, step.owner, step.due_on, step.done_on,
            step.outcome,
        )
        .where(in_network(actor, step.network_id), step.deleted_at.is_(None))
        .order_by(
            step.done_on.is_not(None), step.done_on.desc(), step.due_on.is_(None), step.due_on, step.id
        )
    )  # fmt: skip
    return [StepRow(*row) for row in session.execute(query)]


def get_step(session: Session, actor: Actor, step_id: UUID, *, gone: bool = False) -> PrincipleStep:
    """Return a step of the network; with *gone* one that was taken away.

    Raises:
        AbsentError: there is none.
    """
    query = select(PrincipleStep).where(
        in_network(actor, PrincipleStep.network_id),
        PrincipleStep.public_id == step_id,
        PrincipleStep.deleted_at.is_not(None) if gone else PrincipleStep.deleted_at.is_(None),
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        raise AbsentError(_("There is no such step."))
    return found


# ---------------------------------------------------------------- sums over the network


def tally(session: Session, actor: Actor, today: date) -> Tally:
    """Return what is counted of the whole network; one statement."""
    row = session.execute(
        select(
            Network.name, Network.problem, Network.problem_users, Network.aim, Network.public_id,
            _top(actor), _break(actor, today), *_schools(actor, today), *_inventory(actor),
            _count(ChangeIdea.id, actor, ChangeIdea, _is_shared(), ~_hangs()), *_learning(actor),
        ).where(in_network(actor, Network.id))
    ).one_or_none()  # fmt: skip
    if row is None:
        raise AbsentError(_("There is no such page."))
    return Tally(*(*row[:15], LearningFacts(*row[15:])))


def _count(what: Any, actor: Actor, model: Any, *where: Any) -> Any:
    query = select(func.count(what)).where(in_network(actor, model.network_id), *where)
    if hasattr(model, "deleted_at"):
        query = query.where(model.deleted_at.is_(None))
    return query.correlate(None).scalar_subquery()


def _top(actor: Actor) -> Any:
    query = select(func.min(Site.id)).where(in_network(actor, Site.network_id), Site.parent_id.is_(None))
    return query.where(Site.deleted_at.is_(None)).scalar_subquery()


def _break(actor: Actor, today: date) -> Any:
    """Return on which day the break began that runs today; NULL where none does."""
    query = select(func.min(CalendarSpan.starts_on)).where(
        in_network(actor, CalendarSpan.network_id), CalendarSpan.kind == "break",
        CalendarSpan.deleted_at.is_(None), CalendarSpan.starts_on <= today, CalendarSpan.ends_on >= today,
    )  # fmt: skip
    return query.scalar_subquery()


def _has_team() -> Any:
    return exists().where(Team.site_id == Site.id, Team.deleted_at.is_(None), Team.archived_at.is_(None))


def _schools(actor: Actor, today: date) -> tuple[Any, ...]:
    """Return all schools and those with a team, then those of either with figures of this school year."""
    at_school = Site.level == Level.SCHOOL
    figures = exists().where(
        YearSum.site_id == Site.id, YearSum.year == year_of(today), YearSum.subgroup_set == "",
        YearSum.n > 0, YearSum.measure_id.in_(_common(actor)),
    )  # fmt: skip
    return (
        _count(Site.id, actor, Site, at_school),
        _count(Site.id, actor, Site, at_school, _has_team()),
        _count(Site.id, actor, Site, at_school, figures),
        _count(Site.id, actor, Site, at_school, _has_team(), figures),
    )


def _common(actor: Actor) -> Any:
    return select(Measure.id).where(
        in_network(actor, Measure.network_id), Measure.team_id.is_(None), Measure.deleted_at.is_(None)
    )


def _inventory(actor: Actor) -> tuple[Any, ...]:
    """Return the places with a team, those of them with something in the inventory, and the initiatives."""
    told = exists().where(InitiativePlace.site_id == Site.id, InitiativePlace.deleted_at.is_(None))
    return (
        _count(Site.id, actor, Site, _has_team()),
        _count(Site.id, actor, Site, _has_team(), told),
        _count(Initiative.id, actor, Initiative),
    )


def _is_shared() -> Any:
    """Return the condition that an idea stands in the network's library by itself."""
    shared = or_(ChangeIdea.team_id.is_(None), ChangeIdea.is_shared.is_(True))
    return and_(shared, ChangeIdea.adopted_from_id.is_(None))


def _hangs() -> Any:
    return exists().where(IdeaDriver.idea_id == ChangeIdea.id)


def _learning(actor: Actor) -> tuple[Any, ...]:
    """Return the counts of :class:`LearningFacts`, in its order."""
    asks = FeedbackItem.kind.in_([Kind.BARRIER.value, Kind.QUESTION.value])
    sent = and_(asks, FeedbackItem.sent_on.is_not(None))
    waits = and_(Asking.answered_at.is_(None), Asking.declined_at.is_(None))
    return (
        _count(ChangeIdea.id, actor, ChangeIdea, _is_shared()),
        _count(distinct(SpreadLink.idea_id), actor, SpreadLink),
        _count(SpreadLink.id, actor, SpreadLink),
        _count(Asking.id, actor, Asking),
        _count(Asking.id, actor, Asking, Asking.answered_at.is_not(None)),
        _count(Asking.id, actor, Asking, waits),
        _count(FeedbackItem.id, actor, FeedbackItem, sent),
        _count(FeedbackItem.id, actor, FeedbackItem, sent, FeedbackItem.days_to_answer.is_not(None)),
        _count(FeedbackItem.id, actor, FeedbackItem, sent, FeedbackItem.lifted == "yes"),
    )


# ---------------------------------------------------------------- problem, system, measures


def problem(
    session: Session, actor: Actor, found: Tally, lacks: tuple[str, ...], voices: int
) -> ProblemFacts:
    """Return the problem with who speaks on the teams; one statement."""
    rows = session.scalars(
        select(Membership.perspectives)
        .join(Team, Team.id == Membership.team_id)
        .where(in_network(actor, Membership.network_id), Membership.deleted_at.is_(None))
        .where(Membership.role.in_(sorted(EDITORS)), Team.deleted_at.is_(None), Team.archived_at.is_(None))
        .distinct()
    )
    held = {key for keys in rows for key in keys or ()}
    names = perspective_names()
    heard = tuple(words for key, words in names.items() if key in held)
    unheard = tuple(names[key] for key in _HEARD if key not in held)
    return ProblemFacts(found.problem, found.users, lacks, heard, unheard, voices)


def aim_lacks(theory: Theory) -> tuple[str, ...]:
    """Return in sentences what the aim lacks: itself, how much, by when, a measure."""
    kinds = (Hole.NO_AIM, Hole.HOW_MUCH, Hole.BY_WHEN, Hole.AIM_MEASURE)
    return tuple(gap.words for gap in gaps(theory, []) if gap.kind in kinds)


def theory_of(session: Session, actor: Actor, aim: str) -> Theory:
    """Return the drivers with whether an idea and a measure stand at each, for the rules of the theory's
    gaps; one statement.
    """
    idea = exists().where(
        IdeaDriver.driver_id == Driver.id,
        IdeaDriver.idea_id == ChangeIdea.id,
        ChangeIdea.deleted_at.is_(None),
    )
    measure = exists().where(
        TheoryMeasure.driver_id == Driver.id, TheoryMeasure.measure_id.in_(_common(actor))
    )
    aimed = exists().where(
        in_network(actor, TheoryMeasure.network_id), TheoryMeasure.driver_id.is_(None),
        TheoryMeasure.measure_id.in_(_common(actor)),
    )  # fmt: skip
    rows = session.execute(
        select(Network.id, Driver.id, Driver.parent_id, idea, measure, aimed)
        .outerjoin(Driver, and_(Driver.network_id == Network.id, Driver.deleted_at.is_(None)))
        .where(in_network(actor, Network.id))
    ).all()
    drivers = tuple(DriverFact(str(row[1]), "", "", str(row[2] or "")) for row in rows if row[1])
    links = tuple(LinkFact("any", str(row[1]), True) for row in rows if row[1] and row[3])
    measures = [TheoryMeasureFact("any", str(row[1])) for row in rows if row[1] and row[4]]
    measures += [TheoryMeasureFact("any", "")] if rows and rows[0][5] else []
    return Theory(aim, drivers, links, tuple(measures))


def system(session: Session, actor: Actor, found: Tally, theory: Theory, today: date) -> SystemFacts:
    """Return what is seen of the system; the statements of the network's picture, one where it is known."""
    holes = {gap.kind: len(gap.ids) for gap in gaps(theory, [])}
    graph = graph_queries.whole_picture(session, actor, today).graph
    return SystemFacts(
        drivers=len(theory.drivers), without_idea=holes.get(Hole.NO_IDEA, 0),
        without_measure=holes.get(Hole.NO_MEASURE, 0), loose_ideas=found.loose_ideas,
        teams=len(graph.nodes), unheard=len(graph.unheard), links=len(graph.edges), silent=len(graph.quiet),
        initiatives=found.initiatives, sites=found.sites, sites_told=found.sites_told,
    )  # fmt: skip


def list_measures(session: Session, actor: Actor, today: date, as_of: date) -> list[MeasureRow]:
    """Return the common measures with what schools counted of them; one statement."""
    year = year_of(today)
    since = case(
        {each: as_of - timedelta(days=LATE_RHYTHMS * each.days) for each in Rhythm},
        value=Measure.rhythm,
        else_=as_of,
    )
    counted = and_(
        YearSum.measure_id == Measure.id, YearSum.network_id == Measure.network_id, YearSum.n > 0,
        YearSum.subgroup_set == "", YearSum.subgroup == "", YearSum.rank == Level.SCHOOL.rank,
        YearSum.year.in_([year - 1, year]),
    )  # fmt: skip
    on_aim = exists().where(TheoryMeasure.measure_id == Measure.id, TheoryMeasure.driver_id.is_(None))
    query = (
        select(
            Measure.id, Measure.name, Measure.unit, Measure.kind, Measure.type, Measure.direction,
            Measure.counts_students, on_aim,
            func.count(distinct(case((YearSum.year == year, YearSum.site_id)))),
            func.count(distinct(YearSum.site_id)),
            func.count(distinct(case((YearSum.last_on >= since, YearSum.site_id)))),
            func.max(YearSum.last_on),
        )
        .outerjoin(YearSum, counted)
        .where(in_network(actor, Measure.network_id), Measure.team_id.is_(None))
        .where(Measure.deleted_at.is_(None))
        .group_by(Measure.id)
        .order_by(Measure.name, Measure.id)
    )  # fmt: skip
    return [MeasureRow(*tuple(row)) for row in session.execute(query)]


def measure_facts(rows: list[MeasureRow]) -> MeasureFacts:
    """Return the common measures by kind, and how many of their series are kept."""
    kinds = [row.kind for row in rows]
    known = (MeasureKind.OUTCOME, MeasureKind.PROCESS, MeasureKind.BALANCING)
    series = sum(row.series for row in rows)
    other = sum(kind not in known for kind in kinds)
    late = series - sum(row.fresh for row in rows)
    outcome, process, balancing = (kinds.count(kind) for kind in known)
    return MeasureFacts(outcome, process, balancing, other, series, late)
