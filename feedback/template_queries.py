"""Reading a team's templates of answers."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from feedback.models import AnswerTemplate
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError
from nic_platform.text import _
from teams.models import Team
from teams.queries import in_network

FIELDS = ("changes", "text", "why", "applies_to")


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Return the condition of the templates *actor* may use: the own teams', and a reviewed level's."""
    ways: list[ColumnElement[bool]] = []
    if actor.team_ids:
        ways.append(AnswerTemplate.team_id.in_(sorted(actor.team_ids)))
    if actor.reviewer_levels:
        ranks = sorted(level.rank for level in actor.reviewer_levels)
        level = select(Team.id).where(in_network(actor, Team.network_id), Team.rank.in_(ranks))
        ways.append(AnswerTemplate.team_id.in_(level))
    return and_(in_network(actor, AnswerTemplate.network_id), or_(*ways) if ways else false())


def list_templates(
    session: Session, actor: Actor, team_ids: Sequence[int] | None = None, *, deleted: bool = False
) -> list[AnswerTemplate]:
    """Return the templates by title, of these teams or of all the actor may use."""
    gone = AnswerTemplate.deleted_at
    query = select(AnswerTemplate).where(visible_to(actor), gone.is_not(None) if deleted else gone.is_(None))
    if team_ids is not None:
        query = query.where(AnswerTemplate.team_id.in_(team_ids))
    return list(session.scalars(query.order_by(AnswerTemplate.title, AnswerTemplate.id).limit(200)))


def get_template(
    session: Session, actor: Actor, template_id: UUID | None, *, deleted: bool = False
) -> AnswerTemplate:
    """Return one template.

    Raises:
        AbsentError: there is none, or *actor* may not use it.
    """
    query = select(AnswerTemplate).where(visible_to(actor), AnswerTemplate.public_id == template_id)
    found = session.scalar(query if deleted else query.where(AnswerTemplate.deleted_at.is_(None)))
    if found is None:
        raise AbsentError(_("There is no such template."))
    return found


def words_of(template: AnswerTemplate | None) -> Mapping[str, Any]:
    """Return what a template writes into the form of an answer."""
    return {} if template is None else {name: getattr(template, name) for name in FIELDS}


def rank_of(session: Session, team_id: int) -> int:
    """Return the rank of a team's level."""
    return session.get_one(Team, team_id).rank
