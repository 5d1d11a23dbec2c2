"""Reading what a practice can come from, and by which measures it can be seen."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from cycles.idea_queries import may_read_idea
from cycles.models import ChangeIdea, Cycle, Ramp
from measures.models import Measure
from measures.rules import COUNTED
from nic_platform.actor import Actor
from teams.queries import in_network
from variation.models import Initiative, Practice
from variation.practice_queries import MEASURES


def ideas_to_choose(session: Session, actor: Actor) -> list[tuple[UUID, str, bool]]:
    """Return the change ideas that a practice can come from, by title; whether a team adopted each."""
    adopted = (
        select(Cycle.id)
        .join(Ramp, Ramp.id == Cycle.ramp_id)
        .where(Ramp.idea_id == ChangeIdea.id, Cycle.decision == "adopt", Cycle.deleted_at.is_(None))
        .exists()
    )
    query = select(ChangeIdea.public_id, ChangeIdea.title, adopted).where(may_read_idea(actor))
    rows = session.execute(query.order_by(ChangeIdea.title, ChangeIdea.id).limit(300))
    return [(row[0], row[1], bool(row[2])) for row in rows]


def idea_number(session: Session, actor: Actor, idea_id: UUID) -> int | None:
    """Return the number of an idea that the actor may know of."""
    return session.scalar(select(ChangeIdea.id).where(may_read_idea(actor), ChangeIdea.public_id == idea_id))


def measures_to_choose(session: Session, actor: Actor) -> list[tuple[UUID, str, str]]:
    """Return the network's measures that can be put together over places: id, name, kind; by name."""
    query = select(Measure.public_id, Measure.name, Measure.kind).where(
        in_network(actor, Measure.network_id), Measure.team_id.is_(None), Measure.deleted_at.is_(None),
        Measure.type.in_(sorted(COUNTED)),
    )  # fmt: skip
    rows = session.execute(query.order_by(Measure.name, Measure.id).limit(300))
    return [(row[0], row[1], row[2].value) for row in rows]


def measure_number(session: Session, actor: Actor, measure_id: UUID) -> int | None:
    """Return the number of a measure of the network."""
    return session.scalar(
        select(Measure.id).where(
            in_network(actor, Measure.network_id), Measure.team_id.is_(None), Measure.public_id == measure_id
        )
    )


def public_ids(session: Session, practice: Practice) -> dict[str, UUID | None]:
    """Return the public ids of what a practice came from and of its measures; three statements at most."""
    keys = {name: getattr(practice, f"{name}_measure_id") for name in MEASURES}
    query = select(Measure.id, Measure.public_id).where(
        Measure.id.in_([key for key in keys.values() if key] or [0])
    )
    known = {row[0]: row[1] for row in session.execute(query)}
    found: dict[str, UUID | None] = {name: known.get(key or 0) for name, key in keys.items()}
    sources: tuple[tuple[str, Any, int | None], ...] = (
        ("idea", ChangeIdea, practice.idea_id),
        ("initiative", Initiative, practice.initiative_id),
    )
    for name, model, key in sources:
        found[name] = session.scalar(select(model.public_id).where(model.id == key)) if key else None
    return found
