"""Reading the change library: every idea tested in the network, with what the tests come to. Names no
team."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from cycles.models import ChangeIdea, Driver, IdeaDriver
from nic_platform.actor import Actor
from variation import (
    evidence,
    evidence_queries,
    kept_evidence_queries,
    kept_library_queries,
    window_queries,
)
from variation.evidence_rows import Found, TeamContext, Tested
from variation.kept_library_queries import in_library, own_ramps
from variation.library_rows import PAGE, Choice, IdeaDrivers, IdeaRow, Listing


def list_ideas(
    session: Session, actor: Actor, choice: Choice | None = None, page: int | None = PAGE
) -> Listing:
    """Return the library's ideas, most tested first; eight statements, whatever there is.

    What is kept of a large network is told as it was when it was made.

    Args:
        page: how many ideas to return; ``None`` for all that fit.
    """
    asked = choice or Choice()
    making = kept_evidence_queries.making(session, actor)
    if making is not None and making.holds(asked.like):
        return kept_library_queries.list_ideas(session, actor, asked, page, making)
    ideas, drivers = _ideas_and_drivers(session, actor)
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
    testers = {idea: {each.team_id for each in tests} for idea, tests in by_idea.items()}
    found = _found(session, actor, {idea.id: counted[idea.id] for idea in shown}, contexts, testers)
    own = own_ramps(session, actor)
    rows = tuple(
        IdeaRow(
            idea.id, idea.public_id, idea.title, idea.description, drivers.get(idea.id, ()), found[idea.id],
            own.get(idea.id, (None, ""))[0],
            next((each for each in by_idea[idea.id] if each.team_id == actor.team_id), None),
            own.get(idea.id, (None, ""))[1],
        )
        for idea in shown
    )  # fmt: skip
    named = {(driver.public_id, driver.name) for works in drivers.values() for driver in works}
    likes = evidence.kinds_at(contexts.get(actor.team_id or 0))
    return Listing(rows, len(fit), tuple(sorted(named, key=lambda each: each[1])), tuple(likes))


def _ideas_and_drivers(
    session: Session, actor: Actor
) -> tuple[list[Any], dict[int, tuple[IdeaDrivers, ...]]]:
    """Return the library's ideas, and the drivers that each works on, strong ones first; one statement."""
    query = (
        select(
            ChangeIdea.id, ChangeIdea.public_id, ChangeIdea.title, ChangeIdea.description,
            Driver.public_id.label("driver"), Driver.name, IdeaDriver.is_strong,
        )
        .outerjoin(IdeaDriver, IdeaDriver.idea_id == ChangeIdea.id)
        .outerjoin(Driver, and_(Driver.id == IdeaDriver.driver_id, Driver.deleted_at.is_(None)))
        .where(*in_library(actor))
        .order_by(IdeaDriver.is_strong.desc(), Driver.name)
    )  # fmt: skip
    ideas: dict[int, Any] = {}
    drivers: dict[int, tuple[IdeaDrivers, ...]] = {}
    for row in session.execute(query):
        ideas[row.id] = row
        if row.driver is not None:
            works = drivers.get(row.id, ())
            drivers[row.id] = (*works, IdeaDrivers(row.driver, row.name, row.is_strong))
    return list(ideas.values()), drivers


def _found(
    session: Session,
    actor: Actor,
    tests: Mapping[int, Sequence[Tested]],
    contexts: Mapping[int, TeamContext],
    testers: Mapping[int, Collection[int]],
) -> dict[int, Found]:
    """Return what the tests of each idea come to; three statements.

    Args:
        testers: all teams that tested each idea, also where the tests are those of some kind of teams.
    """
    judged = evidence_queries.judged_by(session, actor, tests)
    panels = window_queries.around(session, actor, judged)
    kinds = evidence.kinds_of_teams(contexts)
    others = {
        idea: found for idea, each in judged.items()
        if (found := evidence.others_of(
            tests[idea], panels.get(each.id), contexts, kinds, testers[idea]
        )) is not None
    }  # fmt: skip
    theirs = window_queries.of_others(session, actor, judged, others)
    return {
        idea: evidence.summary(
            each, judged.get(idea), panels.get(judged[idea].id) if idea in judged else None, contexts,
            (others[idea], theirs[judged[idea].id]) if idea in others else None,
        )
        for idea, each in tests.items()
    }  # fmt: skip
