"""Reading what leads from an idea to initiatives and practices, and back: by source, by common drivers."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import Session

from cycles.idea_queries import may_read_idea
from cycles.models import ChangeIdea, Driver, IdeaDriver
from nic_platform.actor import Actor
from variation import practice_queries
from variation.initiative_queries import visible_to
from variation.models import Initiative, InitiativeDriver, Practice, PracticeSite
from variation.seat_queries import reads_counts

SHOWN = 8


@dataclass(frozen=True)
class Beside:
    """An initiative or an idea that works on the same drivers as another thing."""

    public_id: UUID
    name: str
    drivers: tuple[str, ...]


@dataclass(frozen=True)
class Follows:
    """A practice that came from an idea or an initiative, and at how many sites the reader knows it."""

    public_id: UUID
    name: str
    sites: int


def practices_from(session: Session, actor: Actor, initiative_id: int) -> list[Follows]:
    """Return the practices that came from an initiative, by name; one statement."""
    query = _practices(actor).where(Practice.initiative_id == initiative_id)
    return [Follows(row[1], row[2], row[3]) for row in session.execute(query.order_by(Practice.name))]


def from_idea(session: Session, actor: Actor, idea_id: int) -> tuple[list[Follows], list[Beside]]:
    """Return the practices that came from an idea by name, and the initiatives on its drivers, most in
    common first; one statement.
    """
    beside = (
        select(literal(_INITIATIVE), Initiative.public_id, Initiative.name, literal(0), Driver.name)
        .join(InitiativeDriver, InitiativeDriver.initiative_id == Initiative.id)
        .join(Driver, Driver.id == InitiativeDriver.driver_id)
        .join(IdeaDriver, IdeaDriver.driver_id == Driver.id)
        .where(visible_to(actor), Initiative.deleted_at.is_(None), Driver.deleted_at.is_(None))
        .where(IdeaDriver.idea_id == idea_id)
    )
    both = union_all(_practices(actor).where(Practice.idea_id == idea_id), beside).subquery()
    query = select(both).order_by(both.c.name, both.c.public_id, both.c.driver).limit(20 * SHOWN)
    rows = session.execute(query).all()
    follows = [Follows(row[1], row[2], row[3]) for row in rows if row[0] == _PRACTICE]
    return follows, _together([(row[1], row[2], row[4]) for row in rows if row[0] == _INITIATIVE])


_PRACTICE, _INITIATIVE = "practice", "initiative"


def _practices(actor: Actor) -> Any:
    sites = (
        select(func.count(PracticeSite.id))
        .where(PracticeSite.practice_id == Practice.id, PracticeSite.deleted_at.is_(None))
        .where(reads_counts(actor, PracticeSite.site_id, PracticeSite.team_id))
        .scalar_subquery()
    )
    return select(
        literal(_PRACTICE).label("kind"), Practice.public_id.label("public_id"), Practice.name.label("name"),
        sites.label("sites"), literal("").label("driver"),
    ).where(practice_queries.visible_to(actor), Practice.deleted_at.is_(None))  # fmt: skip


def ideas_beside(session: Session, actor: Actor, initiative_id: int) -> list[Beside]:
    """Return the change ideas that work on the drivers of an initiative; one statement."""
    query = (
        select(ChangeIdea.public_id, ChangeIdea.title, Driver.name)
        .join(IdeaDriver, IdeaDriver.idea_id == ChangeIdea.id)
        .join(Driver, Driver.id == IdeaDriver.driver_id)
        .join(InitiativeDriver, InitiativeDriver.driver_id == Driver.id)
        .where(may_read_idea(actor), Driver.deleted_at.is_(None))
        .where(InitiativeDriver.initiative_id == initiative_id)
        .order_by(ChangeIdea.title, ChangeIdea.id, Driver.name)
        .limit(20 * SHOWN)
    )
    return _together([(row[0], row[1], row[2]) for row in session.execute(query)])


def _together(rows: list[tuple[UUID, str, str]]) -> list[Beside]:
    found: dict[UUID, Beside] = {}
    for key, name, driver in rows:
        known = found.get(key, Beside(key, name, ()))
        found[key] = Beside(key, name, (*known.drivers, driver))
    return sorted(found.values(), key=lambda each: -len(each.drivers))[:SHOWN]
