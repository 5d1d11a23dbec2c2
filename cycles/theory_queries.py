"""Reading a network's theory: the driver diagram, today or on an earlier day, its gaps and its history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from accounts.models import User
from cycles import theory
from cycles.idea_queries import (
    Evidence,
    IdeaRow,
    Stand,
    evidence_of,
    list_ideas,
    may_read_idea,
    own_stands,
)
from cycles.models import ChangeIdea, Driver, IdeaDriver, TheoryChange, TheoryMeasure
from cycles.theory import Change, DriverFact, Gap, LinkFact, MeasureFact, Theory, What, key
from measures.models import Measure
from measures.queries import MeasureRow, measures_named
from measures.queries import visible_to as measures_visible
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError
from nic_platform.text import _
from teams.models import Network
from teams.queries import in_network

MOST_IDEAS = 2000  # of a network in its diagram; the library has them all


@dataclass(frozen=True)
class IdeaLeaf:
    """One idea under a driver: how strongly it bears on it, the pooled evidence, and where the own team
    is."""

    public_id: UUID
    title: str
    is_strong: bool
    evidence: Evidence
    own: Stand | None
    is_copy: bool = False  # adopted from another idea, which has the place in the diagram


@dataclass(frozen=True)
class DriverNode:
    """One driver with those under it, the ideas that work on it and the measures that tell whether it
    moves."""

    public_id: UUID
    version: int
    name: str
    description: str
    below: tuple["DriverNode", ...] = ()
    ideas: tuple[IdeaLeaf, ...] = ()
    measures: tuple[MeasureRow, ...] = ()


@dataclass(frozen=True)
class Diagram:
    """The theory of a network: its aim, the primary drivers, and ideas that hang on no driver yet."""

    aim: str
    drivers: tuple[DriverNode, ...]
    loose: tuple[IdeaLeaf, ...]
    measures: tuple[MeasureRow, ...] = ()
    gaps: tuple[Gap, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)  # of drivers and ideas, by public id
    begins: datetime | None = None  # when the history begins; only for an earlier day

    def walk(self) -> list[DriverNode]:
        """Return every driver, each primary one before those under it."""
        return [node for top in self.drivers for node in (top, *top.below)]

    def all_measures(self) -> list[MeasureRow]:
        """Return every measure of the theory once."""
        rows = [*self.measures, *(row for node in self.walk() for row in node.measures)]
        return list({row.id: row for row in rows}.values())


@dataclass(frozen=True)
class Loaded:
    """The theory as it is now, with what its ids stand for."""

    theory: Theory
    versions: dict[str, int]
    ideas: dict[str, IdeaRow]


def load(session: Session, actor: Actor) -> Loaded:
    """Return the theory of today, with the links of drivers that are deleted; four statements."""
    aim, drivers, known, versions = _drivers(session, actor)
    ideas = list_ideas(session, actor, limit=MOST_IDEAS)
    links = _links(session, actor, known, {idea.id: idea for idea in ideas})
    facts = _measures(session, actor, known)
    return Loaded(Theory(aim, drivers, links, facts), versions, {key(idea.public_id): idea for idea in ideas})


def _drivers(
    session: Session, actor: Actor
) -> tuple[str, tuple[DriverFact, ...], dict[int, str], dict[str, int]]:
    """Return the aim, the drivers in order, and the public ids and versions of all, also of deleted ones."""
    rows = session.execute(
        select(
            Network.aim, Driver.id, Driver.public_id, Driver.parent_id, Driver.name, Driver.description,
            Driver.version, Driver.deleted_at,
        )
        .outerjoin(Driver, Driver.network_id == Network.id)
        .where(in_network(actor, Network.id))
        .order_by(Driver.position, Driver.id)
    ).all()  # fmt: skip
    aim = rows[0].aim if rows else ""
    rows = [row for row in rows if row.id is not None]
    known = {row.id: key(row.public_id) for row in rows}
    drivers = tuple(
        DriverFact(known[row.id], row.name, row.description, known.get(row.parent_id, ""))
        for row in rows
        if row.deleted_at is None
    )
    return aim, drivers, known, {known[row.id]: row.version for row in rows}


def _links(
    session: Session, actor: Actor, drivers: Mapping[int, str], ideas: Mapping[int, IdeaRow]
) -> tuple[LinkFact, ...]:
    query = (
        select(IdeaDriver.idea_id, IdeaDriver.driver_id, IdeaDriver.is_strong)
        .where(in_network(actor, IdeaDriver.network_id))
        .order_by(IdeaDriver.id)
    )
    return tuple(
        LinkFact(str(ideas[idea].public_id), drivers[driver], strong)
        for idea, driver, strong in session.execute(query)
        if idea in ideas and driver in drivers
    )


def _measures(session: Session, actor: Actor, drivers: Mapping[int, str]) -> tuple[MeasureFact, ...]:
    query = (
        select(TheoryMeasure.driver_id, Measure.public_id)
        .join(Measure, Measure.id == TheoryMeasure.measure_id)
        .where(in_network(actor, TheoryMeasure.network_id))
        .order_by(TheoryMeasure.id)
    )
    return tuple(
        MeasureFact(key(measure), drivers.get(driver, "") if driver else "")
        for driver, measure in session.execute(query)
    )


# ---------------------------------------------------------------- the diagram


def diagram(session: Session, actor: Actor, on: date | None = None, *, with_own: bool = True) -> Diagram:
    """Return the whole driver diagram with evidence; seven statements however large it is.

    Args:
        on: an earlier civil day, at whose end the theory is shown. Evidence, names of ideas and the order of
            the drivers are today's.
        with_own: where the own team is with each idea is told too; never for an earlier day.
    """
    loaded = load(session, actor)
    shown, begins = loaded.theory, None
    if on is not None:
        later, begins = _later(session, actor, _end_of(on, actor))
        shown = theory.as_of(shown, later)
    rows = measures_named(session, actor, [UUID(each.measure) for each in shown.measures])
    measures = {key(row.public_id): row for row in rows}
    shown = replace(shown, measures=tuple(each for each in shown.measures if each.measure in measures))
    evidence = evidence_of(session, actor)
    own = own_stands(session, actor) if with_own and on is None else {}
    none = Evidence()
    leaves = {
        number: IdeaLeaf(
            idea.public_id, idea.title, True, evidence.get(idea.id, none), own.get(idea.id), idea.is_copy
        )
        for number, idea in loaded.ideas.items()
    }
    return replace(_drawn(shown, leaves, measures, loaded.versions), begins=begins)


def _drawn(
    shown: Theory,
    leaves: Mapping[str, IdeaLeaf],
    measures: Mapping[str, MeasureRow],
    versions: Mapping[str, int],
) -> Diagram:
    known = shown.ids()
    hanging: dict[str, list[IdeaLeaf]] = {}
    for link in shown.links:
        if link.idea in leaves:
            hung = replace(leaves[link.idea], is_strong=link.is_strong)
            hanging.setdefault(link.driver, []).append(hung)
    under: dict[str, list[DriverFact]] = {}
    for driver in shown.drivers:
        under.setdefault(shown.parent_of(driver), []).append(driver)
    told: dict[str, list[MeasureRow]] = {}
    for each in shown.measures:
        if each.measure in measures:
            told.setdefault(each.driver, []).append(measures[each.measure])

    def node(driver: DriverFact) -> DriverNode:
        return DriverNode(
            UUID(driver.id), versions.get(driver.id, 1), driver.name, driver.description,
            tuple(node(each) for each in under.get(driver.id, ())),
            tuple(hanging.get(driver.id, ())), tuple(told.get(driver.id, ())),
        )  # fmt: skip

    linked = {link.idea for link in shown.links if link.driver in known}
    names = {driver.id: driver.name for driver in shown.drivers}
    return Diagram(
        shown.aim,
        tuple(node(driver) for driver in under.get("", ())),
        tuple(leaf for number, leaf in leaves.items() if number not in linked and not leaf.is_copy),
        tuple(told.get("", ())),
        tuple(theory.gaps(shown, [number for number, leaf in leaves.items() if not leaf.is_copy])),
        names | {number: leaf.title for number, leaf in leaves.items()},
    )


def _end_of(day: date, actor: Actor) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(actor.time_zone))


def _later(session: Session, actor: Actor, moment: datetime) -> tuple[list[Change], datetime | None]:
    """Return the changes since a moment, newest first, and when the history begins; one statement."""
    first = (
        select(func.min(TheoryChange.at))
        .where(in_network(actor, TheoryChange.network_id))
        .correlate(None)
        .scalar_subquery()
    )
    query = (
        select(TheoryChange.what, TheoryChange.name, TheoryChange.before, TheoryChange.after, first)
        .where(in_network(actor, TheoryChange.network_id), TheoryChange.at >= moment)
        .order_by(TheoryChange.at.desc(), TheoryChange.id.desc())
    )
    rows = session.execute(query).all()
    return [Change(*row[:4]) for row in rows], rows[0][4] if rows else None


# ---------------------------------------------------------------- history


@dataclass(frozen=True)
class Told:
    """One change of the theory as the history tells it: ``at`` is the moment, UTC."""

    public_id: UUID
    change: Change

    @property
    def sentence(self) -> str:
        """Return it as a sentence."""
        return theory.sentence(self.change)


def history(session: Session, actor: Actor, *, after: UUID | None = None, limit: int = 50) -> list[Told]:
    """Return the changes of the theory, newest first, one more than *limit* if there are more.

    Changes about ideas that *actor* may not know of keep their place, and don't say which idea it was.

    Args:
        after: the id of the last change of the page before.
    """
    query = (
        select(
            TheoryChange.public_id, TheoryChange.what, TheoryChange.name, TheoryChange.before,
            TheoryChange.after, TheoryChange.why, TheoryChange.at, func.coalesce(User.name, ""),
        )
        .outerjoin(User, User.id == TheoryChange.user_id)
        .where(in_network(actor, TheoryChange.network_id))
        .order_by(TheoryChange.at.desc(), TheoryChange.id.desc())
        .limit(limit + 1)
    )  # fmt: skip
    if after is not None:
        last = select(TheoryChange.at, TheoryChange.id).where(
            TheoryChange.public_id == after, in_network(actor, TheoryChange.network_id)
        )
        row = session.execute(last).one_or_none()
        if row is None:
            raise AbsentError(_("There is no such page."))
        query = query.where(tuple_(TheoryChange.at, TheoryChange.id) < tuple_(row[0], row[1]))
    found = [Told(row[0], Change(*row[1:])) for row in session.execute(query)]
    return _known_to(session, actor, found)


def _known_to(session: Session, actor: Actor, found: Sequence[Told]) -> list[Told]:
    """Return the changes with the ideas that the reader may not know of left unnamed."""

    def idea_of(told: Told) -> UUID | None:
        sides = theory.unpacked(told.change.after) or theory.unpacked(told.change.before)
        number = sides.get("idea", "") if told.change.what == What.IDEA else ""
        return UUID(number) if number else None

    ideas = {told.public_id: idea for told in found if (idea := idea_of(told))}
    if not ideas:
        return list(found)
    query = select(ChangeIdea.public_id).where(
        may_read_idea(actor), ChangeIdea.public_id.in_(set(ideas.values()))
    )
    seen = set(session.scalars(query))
    return [
        told if ideas.get(told.public_id) is None or ideas[told.public_id] in seen else _unnamed(told)
        for told in found
    ]


def _unnamed(told: Told) -> Told:
    change = told.change
    name = _("a team’s own idea")
    return Told(told.public_id, Change(change.what, name, change.before, change.after, "", change.at, ""))


# ---------------------------------------------------------------- the grid and the forms


@dataclass(frozen=True)
class GridRow:
    """One idea of the grid with its links: public id of the driver → strong or weak."""

    idea: IdeaRow
    links: Mapping[str, str]


def grid(
    session: Session, actor: Actor, *, words: str = "", after: UUID | None = None, limit: int = 20
) -> list[GridRow]:
    """Return ideas by title with their links, one more than *limit* if there are more; two statements.

    Args:
        after: the idea at which the page before ended.
    """
    rows = list_ideas(session, actor, words=words, after=after, limit=limit + 1)
    query = (
        select(IdeaDriver.idea_id, Driver.public_id, IdeaDriver.is_strong)
        .join(Driver, Driver.id == IdeaDriver.driver_id)
        .where(IdeaDriver.idea_id.in_([row.id for row in rows]), Driver.deleted_at.is_(None))
    )
    links: dict[int, dict[str, str]] = {}
    for idea, driver, strong in session.execute(query):
        links.setdefault(idea, {})[key(driver)] = "strong" if strong else "weak"
    return [GridRow(row, links.get(row.id, {})) for row in rows]


def measures_of(session: Session, driver: Driver | None, network_id: int) -> list[UUID]:
    """Return the public ids of the measures on a driver, or with none on the aim."""
    here = TheoryMeasure.driver_id == driver.id if driver else TheoryMeasure.driver_id.is_(None)
    query = (
        select(Measure.public_id)
        .join(TheoryMeasure, TheoryMeasure.measure_id == Measure.id)
        .where(TheoryMeasure.network_id == network_id, here, Measure.deleted_at.is_(None))
        .order_by(TheoryMeasure.id)
    )
    return list(session.scalars(query))


def common_named(session: Session, actor: Actor, ids: Sequence[str]) -> list[Measure]:
    """Return the measures that a form names, those that the actor may know of, by name."""
    known = []
    for each in ids:
        try:
            known.append(UUID(each))
        except ValueError:
            continue
    query = (
        select(Measure).where(measures_visible(actor), Measure.public_id.in_(known)).order_by(Measure.name)
    )
    return list(session.scalars(query))


def ideas_and_drivers(
    session: Session, actor: Actor, ideas: Sequence[UUID], drivers: Sequence[UUID]
) -> tuple[list[ChangeIdea], list[Driver]]:
    """Return the ideas and drivers of a grid for writing, those that the actor may know of."""
    found = session.scalars(
        select(ChangeIdea)
        .where(may_read_idea(actor), ChangeIdea.public_id.in_(ideas))
        .order_by(ChangeIdea.id)
    )
    query = select(Driver).where(in_network(actor, Driver.network_id), Driver.deleted_at.is_(None))
    query = query.where(Driver.public_id.in_(drivers)).order_by(Driver.position, Driver.id)
    return list(found), list(session.scalars(query))


def by_day(found: Sequence[Told], actor: Actor) -> list[tuple[date, list[Told]]]:
    """Return changes grouped by the civil day they were made, in the order given."""
    zone = ZoneInfo(actor.time_zone)
    days: dict[date, list[Told]] = {}
    for told in found:
        if told.change.at is not None:
            days.setdefault(told.change.at.astimezone(zone).date(), []).append(told)
    return list(days.items())
