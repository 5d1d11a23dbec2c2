"""Reading the change library: ideas, their drivers, and how teams decided on them. Counts name no team."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import Session, aliased

from cycles.models import ChangeIdea, Cycle, Driver, IdeaDriver, Ramp
from cycles.rules import Decision
from nic_platform.actor import Actor


@dataclass(frozen=True)
class IdeaRow:
    """A change idea of the library with how teams decided on it."""

    public_id: UUID
    title: str
    description: str
    drivers: tuple[str, ...]
    teams: int
    cycles: int
    adopted: int
    adapted: int
    abandoned: int
    own_ramp_id: UUID | None
    own_stage: str


def list_ideas(session: Session, actor: Actor, driver_id: UUID | None = None) -> list[IdeaRow]:
    """Return the shared ideas of the network with the decisions on them, most tested first; four statements.

    A decision is that of a ramp's last closed cycle. Counts are of the whole network: they name no team.
    """
    ideas = (
        select(ChangeIdea.id, ChangeIdea.public_id, ChangeIdea.title, ChangeIdea.description)
        .where(
            ChangeIdea.network_id == actor.network_id, ChangeIdea.deleted_at.is_(None), ChangeIdea.is_shared
        )
        .order_by(ChangeIdea.title, ChangeIdea.id)
    )
    if driver_id is not None:
        ideas = ideas.where(
            exists().where(
                IdeaDriver.idea_id == ChangeIdea.id,
                IdeaDriver.driver_id == Driver.id,
                Driver.public_id == driver_id,
            )
        )
    drivers = _drivers_of(session, actor)
    tallies = _tallies(session, actor)
    own = _own_ramps(session, actor)
    rows = [
        IdeaRow(row.public_id, row.title, row.description, drivers.get(row.id, ()), *tallies.get(row.id, (0,
            0, 0, 0, 0)),
                *own.get(row.id, (None, "")))
        for row in session.execute(ideas)
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-row.teams, row.title))


def list_drivers(session: Session, actor: Actor) -> list[tuple[UUID, str]]:
    """Return the drivers that ideas work on, by name."""
    query = (
        select(Driver.public_id, Driver.name)
        .where(Driver.network_id == actor.network_id, Driver.deleted_at.is_(None))
        .where(exists().where(IdeaDriver.driver_id == Driver.id))
        .order_by(Driver.name)
    )
    return [(public_id, name) for public_id, name in session.execute(query)]


def _drivers_of(session: Session, actor: Actor) -> dict[int, tuple[str, ...]]:
    query = (
        select(IdeaDriver.idea_id, Driver.name)
        .join(Driver, Driver.id == IdeaDriver.driver_id)
        .where(IdeaDriver.network_id == actor.network_id, Driver.deleted_at.is_(None))
        .order_by(IdeaDriver.is_strong.desc(), Driver.name)
    )
    found: dict[int, tuple[str, ...]] = {}
    for idea_id, name in session.execute(query):
        found[idea_id] = (*found.get(idea_id, ()), name)
    return found


def _tallies(session: Session, actor: Actor) -> dict[int, tuple[int, int, int, int, int]]:
    last = (
        select(Cycle.ramp_id, func.max(Cycle.number).label("number"))
        .where(Cycle.network_id == actor.network_id, Cycle.decision != "", Cycle.deleted_at.is_(None))
        .group_by(Cycle.ramp_id)
        .subquery()
    )
    decided = aliased(Cycle)

    def of(*decisions: Decision) -> Any:
        return func.sum(case((decided.decision.in_([d.value for d in decisions]), 1), else_=0))

    begun = (
        select(Cycle.ramp_id, func.count().label("cycles"))
        .where(Cycle.network_id == actor.network_id, Cycle.is_draft.is_(False), Cycle.deleted_at.is_(None))
        .group_by(Cycle.ramp_id)
        .subquery()
    )
    query = (
        select(
            Ramp.idea_id, func.count(func.distinct(Ramp.team_id)), func.sum(begun.c.cycles),
            of(Decision.ADOPT),
            of(Decision.ADAPT, Decision.TEST_AGAIN), of(Decision.ABANDON),
        )
        .join(begun, begun.c.ramp_id == Ramp.id)
        .outerjoin(last, last.c.ramp_id == Ramp.id)
        .outerjoin(decided, (decided.ramp_id == Ramp.id) & (decided.number == last.c.number))
        .where(Ramp.network_id == actor.network_id, Ramp.deleted_at.is_(None))
        .group_by(Ramp.idea_id)
    )  # fmt: skip
    return {
        idea: (teams, int(n), int(a), int(b), int(c)) for idea, teams, n, a, b, c in session.execute(query)
    }


def _own_ramps(session: Session, actor: Actor) -> dict[int, tuple[UUID, str]]:
    query = (
        select(Ramp.idea_id, Ramp.public_id, Cycle.stage)
        .join(Cycle, Cycle.ramp_id == Ramp.id)
        .where(Ramp.team_id == actor.team_id, Ramp.network_id == actor.network_id, Ramp.deleted_at.is_(None))
        .where(Cycle.deleted_at.is_(None), Cycle.is_draft.is_(False))
        .order_by(Cycle.number)
    )
    return {idea_id: (public_id, stage) for idea_id, public_id, stage in session.execute(query)}
