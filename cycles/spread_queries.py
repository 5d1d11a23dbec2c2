"""Reading which change went from which team to which, as far as the visitor may know of the change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from cycles.idea_queries import may_read_idea
from cycles.models import ChangeIdea
from nic_platform.actor import Actor
from teams.models import SpreadLink
from teams.queries import in_network, reads_team


@dataclass(frozen=True, slots=True)
class Adoption:
    """One team took a change over from another, at a moment in UTC."""

    id: UUID
    giver: int
    taker: int
    what: str
    at: datetime


def adoptions(session: Session, actor: Actor, idea: ChangeIdea | None = None) -> list[Adoption]:
    """Return the adoptions that *actor* may know of (or those of one idea), oldest first; one statement.

    Whoever reads one of the two teams' work does, and everybody in the network where the idea is shared.
    """
    shared = (
        select(ChangeIdea.id)
        .where(
            or_(
                ChangeIdea.id == SpreadLink.idea_id,
                and_(ChangeIdea.team_id == SpreadLink.from_id, ChangeIdea.title == SpreadLink.what),
            )
        )
        .where(ChangeIdea.is_shared.is_(True), ChangeIdea.deleted_at.is_(None))
        .exists()
    )
    query = (
        select(
            SpreadLink.public_id, SpreadLink.from_id, SpreadLink.to_id, SpreadLink.what, SpreadLink.created_at
        )
        .where(in_network(actor, SpreadLink.network_id), SpreadLink.deleted_at.is_(None))
        .where(or_(reads_team(actor, SpreadLink.to_id), reads_team(actor, SpreadLink.from_id), shared))
        .order_by(SpreadLink.id)
    )
    if idea is not None:
        unsaid = and_(
            SpreadLink.idea_id.is_(None),
            SpreadLink.what == idea.title[:300],
            SpreadLink.from_id == idea.team_id,
        )
        query = query.where(or_(SpreadLink.idea_id == idea.id, unsaid))
    return [Adoption(*row) for row in session.execute(query)]


def idea_behind(session: Session, actor: Actor, team_id: int, what: str) -> UUID | None:
    """Return the address of the idea that spread from a team, where the visitor may read it."""
    found: Sequence[UUID] = session.scalars(
        select(ChangeIdea.public_id)
        .where(ChangeIdea.team_id == team_id, ChangeIdea.title == what, may_read_idea(actor))
        .order_by(ChangeIdea.id)
        .limit(1)
    ).all()
    return found[0] if found else None
