"""Reading the change library of a large network from the evidence that is kept, a page at a time.

What is the reader's own, its team's ramps and tests, is read as it stands now.
"""

from collections.abc import Collection
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from cycles.models import ChangeIdea, Cycle, Driver, IdeaDriver, Ramp
from nic_platform.actor import Actor
from nic_platform.ready import given, ready
from teams.queries import in_network
from variation import evidence, evidence_queries
from variation.evidence_rows import Tested
from variation.kept_evidence import Making, kind_key
from variation.kept_evidence_queries import found_in
from variation.library_rows import Choice, IdeaDrivers, IdeaRow, Listing
from variation.models import LibraryEvidence

ALL = 1_000_000  # ideas of a page that holds every one
_NONE: tuple[UUID | None, str] = (None, "")


def in_library(actor: Actor) -> list[ColumnElement[bool]]:
    """Return the conditions under which an idea stands in the library: shared, or the network's own."""
    return [
        in_network(actor, ChangeIdea.network_id), ChangeIdea.deleted_at.is_(None),
        or_(ChangeIdea.is_shared.is_(True), ChangeIdea.team_id.is_(None)),
    ]  # fmt: skip


def list_ideas(session: Session, actor: Actor, asked: Choice, page: int | None, making: Making) -> Listing:
    """Return the library's ideas, most tested first; six statements, whatever there is.

    Args:
        page: how many ideas to return; ``None`` for all that fit.
    """
    rows = _rows(session, actor, asked, page or ALL)
    total = rows[0].total if rows else 0
    if asked.start and not rows:  # the page after the last
        first = _rows(session, actor, replace(asked, start=0), 1)
        total = first[0].total if first else 0
    ideas = [row.id for row in rows]
    drivers, own = drivers_of(session, actor, ideas), own_ramps(session, actor)
    tested = _own_tests(session, actor, ideas)
    mine = evidence_queries.contexts(session, actor, [actor.team_id or 0])
    return Listing(
        tuple(
            IdeaRow(
                row.id, row.public_id, row.title, row.description, drivers.get(row.id, ()),
                found_in(row.found) if row.found else evidence.summary([], None, None, {}),
                own.get(row.id, _NONE)[0], tested.get(row.id), own.get(row.id, _NONE)[1],
            )
            for row in rows
        ),
        total, _drivers_there(session, actor), tuple(evidence.kinds_at(mine.get(actor.team_id or 0))),
        making.made_at,
    )  # fmt: skip


def _rows(session: Session, actor: Actor, asked: Choice, most: int) -> list[Any]:
    is_tested = asked.least > 1 or asked.like is not None
    query = _kept(actor, is_tested, asked.driver_id is not None, asked.ideas is not None)
    values = {
        "kind": kind_key(asked.like), "least": asked.least, "driver": asked.driver_id,
        "ideas": sorted(asked.ideas or ()), "start": asked.start, "most": most,
    }  # fmt: skip
    return list(session.execute(query, given(actor, **values)).all())


@ready
def _kept(
    actor: Actor, is_tested: bool, on_driver: bool, only_some: bool
) -> Select[int, UUID, str, str, str, int]:
    """Return the ideas with what is kept of them, and how many there are."""
    query = (
        select(
            ChangeIdea.id, ChangeIdea.public_id, ChangeIdea.title, ChangeIdea.description,
            LibraryEvidence.found, func.count().over().label("total"),
        )
        .outerjoin(
            LibraryEvidence,
            and_(LibraryEvidence.idea_id == ChangeIdea.id, LibraryEvidence.kind == bindparam("kind")),
        )
        .where(*in_library(actor))
        .order_by(func.coalesce(LibraryEvidence.teams, 0).desc(), ChangeIdea.title, ChangeIdea.id)
        .offset(bindparam("start", type_=Integer))
        .limit(bindparam("most", type_=Integer))
    )  # fmt: skip
    if is_tested:
        query = query.where(LibraryEvidence.teams >= bindparam("least"))
    if on_driver:
        query = query.where(
            exists()
            .where(IdeaDriver.idea_id == ChangeIdea.id, Driver.id == IdeaDriver.driver_id)
            .where(Driver.public_id == bindparam("driver"), Driver.deleted_at.is_(None))
        )
    if only_some:
        query = query.where(ChangeIdea.id.in_(bindparam("ideas", expanding=True)))
    return query


def drivers_of(session: Session, actor: Actor, ideas: Collection[int]) -> dict[int, tuple[IdeaDrivers, ...]]:
    """Return the drivers that each of some ideas works on, strong ones first; one statement."""
    found: dict[int, tuple[IdeaDrivers, ...]] = {}
    for row in session.execute(_drivers_of(actor), given(actor, ideas=sorted(ideas))):
        found[row[0]] = (*found.get(row[0], ()), IdeaDrivers(row[1], row[2], row[3]))
    return found


@ready
def _drivers_of(actor: Actor) -> Select[int, UUID, str, bool]:
    return (
        select(IdeaDriver.idea_id, Driver.public_id, Driver.name, IdeaDriver.is_strong)
        .join(Driver, Driver.id == IdeaDriver.driver_id)
        .where(in_network(actor, IdeaDriver.network_id), Driver.deleted_at.is_(None))
        .where(IdeaDriver.idea_id.in_(bindparam("ideas", expanding=True)))
        .order_by(IdeaDriver.is_strong.desc(), Driver.name)
    )


def _drivers_there(session: Session, actor: Actor) -> tuple[tuple[UUID, str], ...]:
    """Return the drivers that any idea of the library works on, by name."""
    rows = session.execute(_drivers_with_ideas(actor), given(actor)).all()
    return tuple(sorted(((row[0], row[1]) for row in rows), key=lambda each: each[1]))


@ready
def _drivers_with_ideas(actor: Actor) -> Select[UUID, str]:
    worked_on = (
        select(IdeaDriver.driver_id)
        .join(ChangeIdea, ChangeIdea.id == IdeaDriver.idea_id)
        .where(*in_library(actor))
    )
    return select(Driver.public_id, Driver.name).where(
        in_network(actor, Driver.network_id), Driver.deleted_at.is_(None), Driver.id.in_(worked_on)
    )


def own_ramps(session: Session, actor: Actor) -> dict[int, tuple[UUID | None, str]]:
    """Return the own team's latest ramp of each idea and where its newest cycle stands; one statement."""
    if actor.team_id is None:
        return {}
    rows = session.execute(_own_ramps(actor), given(actor))
    return {idea_id: (public_id, stage) for idea_id, public_id, stage in rows}


@ready
def _own_ramps(actor: Actor) -> Select[int, UUID, str]:
    return (
        select(Ramp.idea_id, Ramp.public_id, Cycle.stage)
        .join(Cycle, Cycle.ramp_id == Ramp.id)
        .where(Ramp.team_id == actor.team_id, in_network(actor, Ramp.network_id), Ramp.deleted_at.is_(None))
        .where(Cycle.deleted_at.is_(None), Cycle.is_draft.is_(False))
        .order_by(Cycle.number)
    )


def _own_tests(session: Session, actor: Actor, ideas: Collection[int]) -> dict[int, Tested]:
    if actor.team_id is None or not ideas:
        return {}
    tests = evidence_queries.trials(session, actor, ideas, team_id=actor.team_id)
    return {test.idea_id: test for test in tests}
