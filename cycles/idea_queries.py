"""Reading change ideas, each with the evidence that all teams' cycles give it, and the drivers in a list."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select, tuple_
from sqlalchemy.orm import Session

from cycles.models import ChangeIdea, Cycle, Driver, IdeaDriver, Ramp
from cycles.queries import CycleRow, may_read, rows_of, rows_visible_to
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError
from nic_platform.text import _, ngettext
from teams.models import Team
from teams.queries import in_network, reads_drafts


def may_read_idea(actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which *actor* may know of an idea.

    The network's own and shared ones: everybody in the network. A team's own: whoever reads its drafts, and
    whoever may read a cycle that tests it.
    """
    tested = (
        select(Cycle.id)
        .join(Ramp, Ramp.id == Cycle.ramp_id)
        .where(Ramp.idea_id == ChangeIdea.id, may_read(actor))
        .exists()
    )
    return and_(
        in_network(actor, ChangeIdea.network_id),
        ChangeIdea.deleted_at.is_(None),
        or_(
            ChangeIdea.is_shared.is_(True),
            ChangeIdea.team_id.is_(None),
            reads_drafts(actor, ChangeIdea.team_id),
            tested,
        ),
    )


@dataclass(frozen=True)
class IdeaRow:
    """One change idea in a list."""

    id: int
    public_id: UUID
    version: int
    title: str
    description: str
    core_parts: str
    adaptable_parts: str
    is_shared: bool
    team_id: int | None
    team: str
    is_copy: bool  # adopted from another idea, whose place in the theory is its own too


@dataclass(frozen=True)
class Evidence:
    """What all teams of the network together have tried of an idea; drafts don't count, teams stay
    unnamed."""

    teams: int = 0
    cycles: int = 0
    adopted: int = 0
    abandoned: int = 0
    running: int = 0

    @property
    def words(self) -> str:
        """Return the counts in words: "4 teams, 9 cycles; adopted by 2"."""
        if not self.cycles:
            return _("Not tested yet")
        teams = ngettext("%(count)s team", "%(count)s teams", self.teams)
        cycles = ngettext("%(count)s cycle", "%(count)s cycles", self.cycles)
        parts = [_("%(teams)s, %(cycles)s", teams=teams, cycles=cycles)]
        if self.adopted:
            parts.append(_("adopted by %(count)s", count=self.adopted))
        if self.abandoned:
            parts.append(_("abandoned by %(count)s", count=self.abandoned))
        return "; ".join(parts)


def _ideas(actor: Actor) -> Any:
    own = (ChangeIdea.id, ChangeIdea.public_id, ChangeIdea.version, ChangeIdea.title, ChangeIdea.description)
    parts = (ChangeIdea.core_parts, ChangeIdea.adaptable_parts, ChangeIdea.is_shared, ChangeIdea.team_id)
    return (
        select(*own, *parts, func.coalesce(Team.name, ""), ChangeIdea.adopted_from_id.is_not(None))
        .select_from(ChangeIdea)
        .outerjoin(Team, Team.id == ChangeIdea.team_id)
        .where(may_read_idea(actor))
    )


def list_ideas(
    session: Session,
    actor: Actor,
    *,
    words: str = "",
    team_id: int | None = None,
    after: UUID | None = None,
    limit: int = 100,
) -> list[IdeaRow]:
    """Return the ideas that the actor may know of, by title; of one team, or those whose title holds
    *words*.

    Args:
        after: the idea at which the page before ended.
    """
    query = _ideas(actor).order_by(func.lower(ChangeIdea.title), ChangeIdea.id).limit(limit)
    if words:
        query = query.where(func.lower(ChangeIdea.title).contains(words.lower(), autoescape=True))
    if team_id is not None:
        query = query.where(ChangeIdea.team_id == team_id)
    if after is not None:
        last = select(func.lower(ChangeIdea.title), ChangeIdea.id).where(
            ChangeIdea.public_id == after, in_network(actor, ChangeIdea.network_id)
        )
        row = session.execute(last).one_or_none()
        if row is None:
            raise AbsentError(_("There is no such page."))
        query = query.where(tuple_(func.lower(ChangeIdea.title), ChangeIdea.id) > tuple_(row[0], row[1]))
    return rows_of(IdeaRow, session.execute(query))


def get_idea(session: Session, actor: Actor, idea_id: UUID) -> ChangeIdea:
    """Return one visible idea for writing.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    query = select(ChangeIdea).where(ChangeIdea.public_id == idea_id, may_read_idea(actor))
    idea = session.scalars(query).one_or_none()
    if idea is None:
        raise AbsentError(_("There is no such change idea."))
    return idea


def evidence_of(session: Session, actor: Actor, idea_ids: Sequence[int] | None = None) -> dict[int, Evidence]:
    """Return the pooled evidence of each idea, or of every one that was tested; one statement."""

    def teams(decision: str) -> Any:
        return func.count(func.distinct(case((Cycle.decision == decision, Cycle.team_id))))

    query = (
        select(
            Ramp.idea_id,
            func.count(func.distinct(Cycle.team_id)),
            func.count(Cycle.id),
            teams("adopt"),
            teams("abandon"),
            func.count(case((Cycle.stage != "closed", 1))),
        )
        .select_from(Cycle)
        .join(Ramp, Ramp.id == Cycle.ramp_id)
        .where(in_network(actor, Cycle.network_id))
        .where(Cycle.is_draft.is_(False), Cycle.deleted_at.is_(None), Cycle.outcome != "not_run")
        .group_by(Ramp.idea_id)
    )
    if idea_ids is not None:
        query = query.where(Ramp.idea_id.in_(idea_ids))
    return {row[0]: Evidence(*row[1:]) for row in session.execute(query)}


def cycles_of_idea(session: Session, actor: Actor, idea_id: int, limit: int = 200) -> list[CycleRow]:
    """Return the visible cycles that tested an idea, ramp by ramp and in order."""
    query = (
        rows_visible_to(actor).where(Ramp.idea_id == idea_id).order_by(Ramp.id.desc(), Cycle.number, Cycle.id)
    )
    return rows_of(CycleRow, session.execute(query.limit(limit)))


# ---------------------------------------------------------------- drivers


@dataclass(frozen=True)
class Stand:
    """Where a team's own newest cycle of an idea stands."""

    number: int
    stage: str
    decision: str
    outcome: str
    ramp_public_id: UUID


@dataclass(frozen=True)
class DriverNode:
    """One driver in a list; the diagram has what hangs on it."""

    id: int
    public_id: UUID
    version: int
    parent_id: int | None
    name: str
    description: str
    position: int


def list_drivers(session: Session, actor: Actor) -> list[DriverNode]:
    """Return all drivers of the network, in order, without what hangs under them."""
    columns = (Driver.id, Driver.public_id, Driver.version, Driver.parent_id, Driver.name, Driver.description)
    query = (
        select(*columns, Driver.position)
        .where(in_network(actor, Driver.network_id), Driver.deleted_at.is_(None))
        .order_by(Driver.position, Driver.id)
    )
    nodes = rows_of(DriverNode, session.execute(query))
    known = {node.id for node in nodes}
    return [node if node.parent_id in known else replace(node, parent_id=None) for node in nodes]


def get_driver(session: Session, actor: Actor, driver_id: UUID, *, is_deleted: bool = False) -> Driver:
    """Return one driver of the network for writing; a deleted one where that is asked for.

    Raises:
        AbsentError: the network has none of that name.
    """
    here = Driver.deleted_at.is_not(None) if is_deleted else Driver.deleted_at.is_(None)
    query = select(Driver).where(Driver.public_id == driver_id, in_network(actor, Driver.network_id), here)
    driver = session.scalars(query).one_or_none()
    if driver is None:
        raise AbsentError(_("There is no such driver."))
    return driver


def links_of(session: Session, idea_id: int) -> dict[UUID, bool]:
    """Return the drivers that an idea works on: public id → strongly."""
    query = (
        select(Driver.public_id, IdeaDriver.is_strong)
        .join(IdeaDriver, IdeaDriver.driver_id == Driver.id)
        .where(IdeaDriver.idea_id == idea_id, Driver.deleted_at.is_(None))
    )
    return {row[0]: row[1] for row in session.execute(query)}


def own_stands(session: Session, actor: Actor) -> dict[int, Stand]:
    """Return where the chosen team's newest cycle of each idea stands, by its number; one statement."""
    if actor.team_id is None:
        return {}
    query = (
        select(Ramp.idea_id, Cycle.number, Cycle.stage, Cycle.decision, Cycle.outcome, Ramp.public_id)
        .select_from(Cycle)
        .join(Ramp, Ramp.id == Cycle.ramp_id)
        .where(Cycle.team_id == actor.team_id, may_read(actor))
        .order_by(Cycle.id)
    )
    return {row[0]: Stand(*row[1:]) for row in session.execute(query)}
