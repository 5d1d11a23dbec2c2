"""Reading the change library: every idea tested in the network, with what the tests come to. Names no
team."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from cycles.models import ChangeIdea, Cycle, Driver, IdeaDriver, Ramp
from nic_platform.actor import Actor
from teams.queries import in_network
from variation import evidence, evidence_queries, window_queries
from variation.evidence_rows import Found, TeamContext, Tested
from variation.library_rows import IdeaDrivers, IdeaRow, Listing

PAGE = 15
LEAST = (1, 5, 10, 20)


@dataclass(frozen=True)
class Choice:
    """What a list of ideas is narrowed to.

    Args:
        like: attribute and kind of the teams whose tests count, as ("grades", "K-5"); ``None`` for all.
        least: ideas tested by fewer teams are left out.
        start: how many ideas go before.
        ideas: numbers of the only ideas that are wanted.
    """

    driver_id: UUID | None = None
    like: tuple[str, str] | None = None
    least: int = 1
    start: int = 0
    ideas: Collection[int] | None = None


def in_library(actor: Actor) -> list[ColumnElement[bool]]:
    """Return the conditions under which an idea stands in the library: shared, or the network's own."""
    return [
        in_network(actor, ChangeIdea.network_id), ChangeIdea.deleted_at.is_(None),
        or_(ChangeIdea.is_shared.is_(True), ChangeIdea.team_id.is_(None)),
    ]  # fmt: skip


def list_ideas(
    session: Session, actor: Actor, choice: Choice | None = None, page: int | None = PAGE
) -> Listing:
    """Return the library's ideas, most tested first; eight statements, whatever there is.

    Args:
        page: how many ideas to return; ``None`` for all that fit.
    """
    asked = choice or Choice()
    ideas = session.execute(
        select(ChangeIdea.id, ChangeIdea.public_id, ChangeIdea.title, ChangeIdea.description)
        .where(*in_library(actor))
    ).all()  # fmt: skip
    drivers = drivers_of(session, actor)
    contexts = evidence_queries.contexts(session, actor)
    by_idea: dict[int, list[Tested]] = {idea.id: [] for idea in ideas}
    for each in evidence_queries.trials(session, actor, None):
        if each.idea_id in by_idea:
            by_idea[each.idea_id].append(each)
    counted = {idea: evidence.of_kind(tests, contexts, asked.like) for idea, tests in by_idea.items()}
    on_driver = {
        idea for idea, works in drivers.items() if any(each.public_id == asked.driver_id for each in works)
    }
    fit = [
        idea for idea in ideas
        if (len(counted[idea.id]) >= asked.least or (asked.least <= 1 and asked.like is None))
        and (asked.driver_id is None or idea.id in on_driver)
        and (asked.ideas is None or idea.id in asked.ideas)
    ]  # fmt: skip
    fit.sort(key=lambda idea: (-len(counted[idea.id]), idea.title, idea.id))
    shown = fit[asked.start :] if page is None else fit[asked.start : asked.start + page]
    found = _found(session, actor, {idea.id: counted[idea.id] for idea in shown}, contexts)
    own = _own_ramps(session, actor)
    rows = tuple(
        IdeaRow(
            idea.id, idea.public_id, idea.title, idea.description, drivers.get(idea.id, ()), found[idea.id],
            own.get(idea.id, (None, ""))[0],
            next((each for each in by_idea[idea.id] if each.team_id == actor.team_id), None),
            own.get(idea.id, (None, ""))[1],
        )
        for idea in shown
    )  # fmt: skip
    named = {(driver.public_id, driver.name) for idea in ideas for driver in drivers.get(idea.id, ())}
    likes = evidence.kinds_at(contexts.get(actor.team_id or 0))
    return Listing(rows, len(fit), tuple(sorted(named, key=lambda each: each[1])), tuple(likes))


def _found(
    session: Session,
    actor: Actor,
    tests: Mapping[int, Sequence[Tested]],
    contexts: Mapping[int, TeamContext],
) -> dict[int, Found]:
    """Return what the tests of each idea come to; three statements."""
    judged = evidence_queries.judged_by(session, actor, tests)
    panels = window_queries.around(session, actor, judged)
    kinds = evidence.kinds_of_teams(contexts)
    others = {
        idea: found for idea, each in judged.items()
        if (found := evidence.others_of(tests[idea], panels.get(each.id), contexts, kinds)) is not None
    }  # fmt: skip
    theirs = window_queries.of_others(session, actor, judged, others)
    return {
        idea: evidence.summary(
            each, judged.get(idea), panels.get(judged[idea].id) if idea in judged else None, contexts,
            (others[idea], theirs[judged[idea].id]) if idea in others else None,
        )
        for idea, each in tests.items()
    }  # fmt: skip


def drivers_of(session: Session, actor: Actor) -> dict[int, tuple[IdeaDrivers, ...]]:
    """Return the drivers that each idea works on, strong ones first; one statement."""
    query = (
        select(IdeaDriver.idea_id, Driver.public_id, Driver.name, IdeaDriver.is_strong)
        .join(Driver, Driver.id == IdeaDriver.driver_id)
        .where(in_network(actor, IdeaDriver.network_id), Driver.deleted_at.is_(None))
        .order_by(IdeaDriver.is_strong.desc(), Driver.name)
    )
    found: dict[int, tuple[IdeaDrivers, ...]] = {}
    for row in session.execute(query):
        found[row[0]] = (*found.get(row[0], ()), IdeaDrivers(row[1], row[2], row[3]))
    return found


def _own_ramps(session: Session, actor: Actor) -> dict[int, tuple[UUID, str]]:
    """Return the own team's latest ramp of each idea and where its newest cycle stands; one statement."""
    if actor.team_id is None:
        return {}
    query = (
        select(Ramp.idea_id, Ramp.public_id, Cycle.stage)
        .join(Cycle, Cycle.ramp_id == Ramp.id)
        .where(Ramp.team_id == actor.team_id, in_network(actor, Ramp.network_id), Ramp.deleted_at.is_(None))
        .where(Cycle.deleted_at.is_(None), Cycle.is_draft.is_(False))
        .order_by(Cycle.number)
    )
    return {idea_id: (public_id, stage) for idea_id, public_id, stage in session.execute(query)}
