"""Which teams and links a person may read loop measures of, by name. Nothing here writes.

A team's are read by itself, by the teams above it on links, and by those who see the network; a link's by
whoever reads one of its ends. Analysts see counts and no names.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from feedback.models import FeedbackItem, FeedbackStep
from nic_platform.actor import Actor, Level
from nic_platform.errors import AbsentError
from nic_platform.text import _
from teams.models import Link, Team
from teams.queries import in_network, reads_team

PAGE = 40
_lower, _upper = aliased(Team), aliased(Team)


@dataclass(frozen=True)
class TeamName:
    """A receiving team."""

    id: int
    public_id: UUID
    name: str
    level: Level


@dataclass(frozen=True)
class LinkName:
    """A link with its two ends and what its upper team promises."""

    id: int
    public_id: UUID
    lower_id: int
    lower: str
    lower_level: Level
    upper_id: int
    upper: str
    upper_level: Level
    promised_days: int

    @property
    def pair(self) -> tuple[int, int]:
        """Return the numbers of lower and upper team."""
        return self.lower_id, self.upper_id


def _teams(actor: Actor) -> Any:
    here = and_(in_network(actor, Team.network_id), Team.deleted_at.is_(None))
    return select(Team.id, Team.public_id, Team.name, Team.level).where(here, reads_team(actor, Team.id))


def _got(team_id: Any, since: date, *more: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that an item of somebody else reached a team since a day."""
    step, item = FeedbackStep, FeedbackItem
    reached = [step.team_id == team_id, step.position > 0, step.reached_on >= since, *more]
    others = [item.id == step.item_id, item.team_id != step.team_id]
    return exists().where(*reached, *others).correlate_except(step, item)


def team_names(
    session: Session,
    actor: Actor,
    since: date,
    *,
    words: str = "",
    after: UUID | None = None,
    limit: int | None = PAGE,
) -> list[TeamName]:
    """Return up to *limit* + 1 teams that something reached since a day, by name, after the team *after*."""
    query = _teams(actor).where(_got(Team.id, since)).order_by(Team.name, Team.id)
    if words:
        query = query.where(Team.name.icontains(words, autoescape=True))
    if after is not None:
        query = query.where(_behind(actor, after))
    return [TeamName(*row) for row in session.execute(query.limit(limit + 1 if limit else None))]


def _behind(actor: Actor, after: UUID) -> ColumnElement[bool]:
    """Return the condition that a team comes after another one by name, then by number."""
    other = aliased(Team)
    here = and_(in_network(actor, other.network_id), other.public_id == after)
    name = select(other.name).where(here).scalar_subquery()
    number = select(other.id).where(here).scalar_subquery()
    return or_(Team.name > name, and_(Team.name == name, Team.id > number))


def get_team(session: Session, actor: Actor, team_id: UUID) -> TeamName:
    """Return a team whose loop measures the actor may read.

    Raises:
        AbsentError: there is none.
    """
    row = session.execute(_teams(actor).where(Team.public_id == team_id)).one_or_none()
    if row is None:
        raise AbsentError(_("There is no such team."))
    return TeamName(*row)


def _links(actor: Actor) -> Any:
    here = and_(in_network(actor, Link.network_id), Link.deleted_at.is_(None))
    return (
        select(
            Link.id, Link.public_id, _lower.id, _lower.name, _lower.level, _upper.id, _upper.name,
            _upper.level, Link.promised_days,
        )
        .join(_lower, _lower.id == Link.lower_id)
        .join(_upper, _upper.id == Link.upper_id)
        .where(here, or_(reads_team(actor, Link.lower_id), reads_team(actor, Link.upper_id)))
    )  # fmt: skip


def link_names(
    session: Session,
    actor: Actor,
    since: date,
    *,
    words: str = "",
    after: UUID | None = None,
    limit: int | None = PAGE,
) -> list[LinkName]:
    """Return up to *limit* + 1 links that something went up since a day, by their lower team's name."""
    went = _got(Link.upper_id, since, FeedbackStep.from_id == Link.lower_id)
    query = _links(actor).where(went).order_by(_lower.name, Link.id)
    if words:
        found = [side.name.icontains(words, autoescape=True) for side in (_lower, _upper)]
        query = query.where(or_(*found))
    if after is not None:
        query = query.where(_behind_link(actor, after))
    return [LinkName(*row) for row in session.execute(query.limit(limit + 1 if limit else None))]


def _behind_link(actor: Actor, after: UUID) -> ColumnElement[bool]:
    other, team = aliased(Link), aliased(Team)
    here = and_(in_network(actor, other.network_id), other.public_id == after)
    last = select(team.name).join(other, other.lower_id == team.id).where(here)
    number = select(other.id).where(here).scalar_subquery()
    name = last.scalar_subquery()
    return or_(_lower.name > name, and_(_lower.name == name, Link.id > number))


def get_link(session: Session, actor: Actor, link_id: UUID) -> LinkName:
    """Return a link whose loop measures the actor may read.

    Raises:
        AbsentError: there is none.
    """
    row = session.execute(_links(actor).where(Link.public_id == link_id)).one_or_none()
    if row is None:
        raise AbsentError(_("There is no such link."))
    return LinkName(*row)
