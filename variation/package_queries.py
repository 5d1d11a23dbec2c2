"""Reading the living change package: the aim, the drivers, and for each idea what teams found out.

It builds itself from the cycles. Teams' words stand in it where they share the cycle with the network or
wrote them for the library; no team is named that did not ask to be.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from cycles.models import ChangeIdea, Cycle, Driver, IdeaDriver, Ramp, TheoryMeasure
from measures.models import Measure
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError
from nic_platform.text import _
from teams.models import Network, Team
from teams.queries import in_network
from variation import library_queries
from variation.kept_library_queries import in_library
from variation.library_rows import Choice, IdeaRow
from variation.models import IdeaStory

MOST_WORDS = 6


@dataclass(frozen=True)
class PackageIdea:
    """One idea of the package with its number in it, from 1.

    ``tried`` are ways in which teams tested it, as they planned it.
    """

    number: int

    row: IdeaRow
    core: str
    adaptable: str
    outside: str
    tried: tuple[str, ...]
    learned: tuple[str, ...]
    failures: tuple[str, ...]
    stories: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True)
class PackageDriver:
    """A driver with its measures and the ideas that work on it; it refers to them by their numbers.

    Ideas that work on no driver stand under one without an address.
    """

    public_id: UUID | None
    name: str
    above: str
    description: str
    measures: tuple[str, ...]
    ideas: tuple[PackageIdea, ...]


@dataclass(frozen=True)
class Package:
    """The whole package, or the part of one driver."""

    network: str
    aim: str
    problem: str
    drivers: tuple[PackageDriver, ...]
    ideas: tuple[PackageIdea, ...]
    choices: tuple[tuple[UUID, str], ...]
    chosen: str


def package(session: Session, actor: Actor, driver_id: UUID | None = None) -> Package:
    """Return the change package, each idea once, by driver; thirteen statements, whatever there is.

    Raises:
        AbsentError: the actor is in no network, or the driver is not there.
    """
    network = session.execute(
        select(Network.name, Network.aim, Network.problem).where(in_network(actor, Network.id))
    ).one_or_none()
    drivers = session.execute(
        select(Driver.id, Driver.public_id, Driver.parent_id, Driver.name, Driver.description)
        .where(in_network(actor, Driver.network_id), Driver.deleted_at.is_(None))
        .order_by(Driver.position, Driver.id)
    ).all()
    wanted = {row.id for row in drivers} if driver_id is None else _below(drivers, driver_id)
    if network is None or not (wanted or driver_id is None):
        raise AbsentError(_("There is no such page."))
    on, measures = _links(session, actor), _measures(session, actor)
    kept = {idea for row in drivers if row.id in wanted for idea in on.get(row.id, ())}
    choice = Choice() if driver_id is None else Choice(ideas=kept)
    listing = library_queries.list_ideas(session, actor, choice, None)
    ideas = _ideas(session, actor, {row.id: row for row in listing.rows}, _order(drivers, wanted, on))
    names = {row.id: row.name for row in drivers}
    parts = [
        PackageDriver(
            row.public_id, row.name, names.get(row.parent_id, ""), row.description,
            measures.get(row.id, ()), tuple(ideas[idea] for idea in on.get(row.id, ()) if idea in ideas),
        )
        for row in drivers if row.id in wanted
    ]  # fmt: skip
    hung = {idea for each in on.values() for idea in each}
    loose = tuple(idea for number, idea in ideas.items() if number not in hung)
    if loose:
        parts.append(PackageDriver(None, _("On no driver yet"), "", "", (), loose))
    return Package(
        network.name, network.aim, network.problem, tuple(parts), tuple(ideas.values()),
        tuple((row.public_id, row.name) for row in drivers if row.parent_id is None),
        next((row.name for row in drivers if row.public_id == driver_id), ""),
    )  # fmt: skip


def _order(drivers: Sequence[Any], wanted: set[int], on: dict[int, list[int]]) -> dict[int, int]:
    """Return at which place each idea stands: with the first driver that it works on."""
    found: dict[int, int] = {}
    for row in drivers:
        for idea in on.get(row.id, ()) if row.id in wanted else ():
            found.setdefault(idea, len(found))
    return found


def _below(drivers: Sequence[Any], driver_id: UUID) -> set[int]:
    found = {row.id for row in drivers if row.public_id == driver_id}
    while more := {row.id for row in drivers if row.parent_id in found} - found:
        found |= more
    return found


def _links(session: Session, actor: Actor) -> dict[int, list[int]]:
    query = select(IdeaDriver.driver_id, IdeaDriver.idea_id).where(in_network(actor, IdeaDriver.network_id))
    found: dict[int, list[int]] = {}
    for driver, idea in session.execute(query.order_by(IdeaDriver.is_strong.desc(), IdeaDriver.id)):
        found.setdefault(driver, []).append(idea)
    return found


def _measures(session: Session, actor: Actor) -> dict[int | None, tuple[str, ...]]:
    query = (
        select(TheoryMeasure.driver_id, Measure.name)
        .join(Measure, Measure.id == TheoryMeasure.measure_id)
        .where(in_network(actor, TheoryMeasure.network_id), Measure.deleted_at.is_(None))
        .order_by(Measure.name)
    )
    found: dict[int | None, tuple[str, ...]] = {}
    for driver, name in session.execute(query):
        found[driver] = (*found.get(driver, ()), name)
    return found


def _ideas(
    session: Session, actor: Actor, rows: dict[int, IdeaRow], order: dict[int, int]
) -> dict[int, PackageIdea]:
    """Return the ideas with what teams wrote of them, in order; three statements."""
    parts = session.execute(
        select(ChangeIdea.id, ChangeIdea.core_parts, ChangeIdea.adaptable_parts, ChangeIdea.external_evidence)
        .where(*in_library(actor))
    ).all()  # fmt: skip
    found = {
        row[0]: PackageIdea(0, rows[row[0]], row[1], row[2], row[3], (), (), (), ())
        for row in parts if row[0] in rows
    }  # fmt: skip
    for number, words in _words(session, actor).items():
        if number in found:
            found[number] = replace(found[number], tried=words[0], learned=words[1], failures=words[2])
    for number, stories in _stories(session, actor).items():
        if number in found:
            found[number] = replace(found[number], stories=stories)
    last = len(order)
    ranked = sorted(found, key=lambda key: (order.get(key, last), -rows[key].teams, rows[key].title))
    return {key: replace(found[key], number=at) for at, key in enumerate(ranked, 1)}


Words = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]


def _words(session: Session, actor: Actor) -> dict[int, Words]:
    """Return how teams tested each idea, what they learned, and why they dropped it; from shared cycles."""
    gave_up = or_(Cycle.decision == "abandon", Cycle.outcome == "abandoned")
    query = (
        select(
            Ramp.idea_id, Cycle.data_to_collect, Cycle.learned, Cycle.reason, gave_up,
            func.count().label("times"),
        )
        .join(Ramp, Ramp.id == Cycle.ramp_id)
        .where(in_network(actor, Cycle.network_id), Cycle.is_shared.is_(True), Cycle.is_draft.is_(False))
        .where(Cycle.deleted_at.is_(None), Ramp.deleted_at.is_(None), Cycle.outcome != "not_run")
        .group_by(Ramp.idea_id, Cycle.data_to_collect, Cycle.learned, Cycle.reason, gave_up)
        .order_by(func.count().desc(), Cycle.learned)
    )  # fmt: skip
    found: dict[int, tuple[list[str], list[str], list[str]]] = {}
    for idea, how, learned, reason, is_failure, _times in session.execute(query):
        tried, good, bad = found.setdefault(idea, ([], [], []))
        _keep(tried, how)
        _keep(bad if is_failure else good, learned or (reason if is_failure else ""))
    return {idea: (tuple(a), tuple(b), tuple(c)) for idea, (a, b, c) in found.items()}


def _keep(words: list[str], text: str) -> None:
    text = text.strip()
    if text and text not in words and len(words) < MOST_WORDS:
        words.append(text)


def _stories(session: Session, actor: Actor) -> dict[int, tuple[tuple[str, str, str, str], ...]]:
    query = (
        select(IdeaStory.idea_id, IdeaStory.kind, IdeaStory.words, IdeaStory.address, IdeaStory.is_named,
               func.coalesce(Team.name, ""))
        .outerjoin(Team, Team.id == IdeaStory.team_id)
        .where(in_network(actor, IdeaStory.network_id), IdeaStory.deleted_at.is_(None))
        .order_by(IdeaStory.id)
    )  # fmt: skip
    found: dict[int, tuple[tuple[str, str, str, str], ...]] = {}
    for idea, kind, words, address, is_named, team in session.execute(query):
        found[idea] = (*found.get(idea, ()), (kind, words, address, team if is_named else ""))
    return found
