"""Reading what people wrote down of links, and who carries them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import Session, aliased

from accounts.models import User
from nic_platform.actor import EDITORS, Actor
from nic_platform.errors import AbsentError
from nic_platform.text import _
from teams.linking import Upward
from teams.models import Exchange, Link, Membership, Team
from teams.queries import in_network, reads_team


@dataclass(frozen=True)
class ExchangeRow:
    """A meeting or a message on a link."""

    id: UUID
    kind: str
    on: date
    words: str
    who: str | None
    created_at: datetime
    version: int


def reads_exchanges(actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which *actor* reads what passed on a link: they read one of its teams."""
    return or_(reads_team(actor, Link.lower_id), reads_team(actor, Link.upper_id))


def visible_to(actor: Actor) -> Select[Any]:
    """Return the query of the exchanges that *actor* may read."""
    return (
        select(Exchange)
        .join(Link, Link.id == Exchange.link_id)
        .where(in_network(actor, Exchange.network_id), reads_exchanges(actor))
    )


def exchanges_of(
    session: Session, actor: Actor, link_id: int, *, before: date | None = None, limit: int = 30
) -> list[ExchangeRow]:
    """Return up to *limit* + 1 exchanges of a link before a day, latest first; one statement."""
    query = (
        visible_to(actor)
        .with_only_columns(
            Exchange.public_id, Exchange.kind, Exchange.on, Exchange.words, User.name, Exchange.created_at,
            Exchange.version,
        )
        .outerjoin(User, User.id == Exchange.created_by_id)
        .where(Exchange.link_id == link_id, Exchange.deleted_at.is_(None))
        .order_by(Exchange.on.desc(), Exchange.id.desc())
        .limit(limit + 1)
    )  # fmt: skip
    if before is not None:
        query = query.where(Exchange.on < before)
    return [ExchangeRow(*row) for row in session.execute(query)]


def get_exchange(session: Session, actor: Actor, exchange_id: UUID, *, gone: bool = False) -> Exchange:
    """Return one exchange for writing.

    Args:
        gone: look among those that were taken away.

    Raises:
        AbsentError: there is none, or *actor* may not read it.
    """
    state = Exchange.deleted_at.is_not(None) if gone else Exchange.deleted_at.is_(None)
    found: Exchange | None = session.scalar(
        visible_to(actor).where(Exchange.public_id == exchange_id, state, Link.deleted_at.is_(None))
    )
    if found is None:
        raise AbsentError(_("There is no such exchange."))
    return found


def link_by_number(session: Session, link_id: int) -> Link:
    """Return the link of an exchange that was found already."""
    return session.get_one(Link, link_id)


def links_up(session: Session, team_id: int) -> list[Upward]:
    """Return the links up from a team as the rule that picks one by topic takes them; one statement."""
    rows = session.execute(
        select(Link.public_id, Team.name, Team.level, Link.topics)
        .join(Team, Team.id == Link.upper_id)
        .where(Link.lower_id == team_id, Link.deleted_at.is_(None), Team.archived_at.is_(None))
    )
    return [Upward(row[0], row[1], row[2].value, row[3] or []) for row in rows]


@dataclass(frozen=True)
class Uncarried:
    """A link that nobody carries: no person on both teams, and not a named person at each end."""

    link_id: UUID
    lower: str
    upper: str
    lower_id: int
    upper_id: int


def uncarried_links(session: Session, actor: Actor, *, limit: int = 100) -> Sequence[Uncarried]:
    """Return links of the network that nobody carries, by the lower team's name; one statement."""
    lower, upper = aliased(Team), aliased(Team)
    one, two = aliased(Membership), aliased(Membership)
    both = exists().where(
        one.team_id == Link.lower_id, one.deleted_at.is_(None), one.role.in_(sorted(EDITORS)),
        two.team_id == Link.upper_id, two.deleted_at.is_(None), two.role.in_(sorted(EDITORS)),
        one.user_id == two.user_id, User.id == one.user_id, User.disabled_at.is_(None),
    )  # fmt: skip
    rows = session.execute(
        select(Link.public_id, lower.name, upper.name, Link.lower_id, Link.upper_id)
        .join(lower, lower.id == Link.lower_id)
        .join(upper, upper.id == Link.upper_id)
        .where(in_network(actor, Link.network_id), Link.deleted_at.is_(None))
        .where(lower.archived_at.is_(None), upper.archived_at.is_(None))
        .where(or_(~_is_in(Link.sender_id, Link.lower_id), ~_is_in(Link.receiver_id, Link.upper_id)), ~both)
        .order_by(lower.name, Link.id)
        .limit(limit)
    )
    return [Uncarried(*row) for row in rows]


def _is_in(user_id: Any, team_id: Any) -> Any:
    place, person = aliased(Membership), aliased(User)
    return exists().where(
        place.user_id == user_id, place.team_id == team_id, place.deleted_at.is_(None),
        person.id == place.user_id, person.disabled_at.is_(None),
    )  # fmt: skip
