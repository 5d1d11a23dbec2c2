"""Reading organisations' sign-ins and who is connected with them. Nothing here writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, func, select, true
from sqlalchemy.orm import Session

from accounts.models import IdentityProvider, User, UserIdentity
from accounts.provider_rules import domain_of
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError
from nic_platform.text import _

MOST_LINKED = 50


@dataclass(frozen=True)
class ProviderRow:
    """An organisation's sign-in in the list of those who set it up."""

    id: UUID
    network_id: int | None
    name: str
    issuer: str
    domains: Sequence[str]
    asked_domains: Sequence[str]
    is_enabled: bool
    people: int


@dataclass(frozen=True)
class Door:
    """An organisation's sign-in as somebody sees it who has not signed in."""

    id: UUID
    name: str


@dataclass(frozen=True)
class IdentityRow:
    """One connection of a person with an organisation's sign-in."""

    id: UUID
    provider: str
    email: str
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True)
class LinkedRow:
    """One person who is connected with a sign-in."""

    id: UUID
    name: str
    email: str
    last_used_at: datetime | None


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Return which sign-ins the actor sets up: an admin all, a network lead those of the own network."""
    if actor.is_admin:
        return true()
    if actor.is_network_lead and actor.network_id is not None:
        return IdentityProvider.network_id == actor.network_id
    return false()


def list_providers(session: Session, actor: Actor) -> list[ProviderRow]:
    """Return the sign-ins that the actor sets up, by name; one statement, at most 500."""
    linked = (
        select(func.count())
        .select_from(UserIdentity)
        .where(UserIdentity.provider_id == IdentityProvider.id, UserIdentity.deleted_at.is_(None))
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            IdentityProvider.public_id, IdentityProvider.network_id, IdentityProvider.name,
            IdentityProvider.issuer, IdentityProvider.domains, IdentityProvider.asked_domains,
            IdentityProvider.is_enabled, linked,
        )
        .where(visible_to(actor), IdentityProvider.deleted_at.is_(None))
        .order_by(IdentityProvider.name, IdentityProvider.id)
        .limit(500)
    )  # fmt: skip
    return [ProviderRow(*row) for row in rows]


def all_providers(session: Session, actor: Actor) -> list[IdentityProvider]:
    """Return the sign-ins that the actor sets up with their mappings, by name; at most 500."""
    return list(
        session.scalars(
            select(IdentityProvider)
            .where(visible_to(actor), IdentityProvider.deleted_at.is_(None))
            .order_by(IdentityProvider.name, IdentityProvider.id)
            .limit(500)
        )
    )


def get_provider(session: Session, actor: Actor, public_id: UUID) -> IdentityProvider:
    """Return one sign-in that the actor sets up.

    Raises:
        AbsentError: there is none that the actor may know of.
    """
    found = session.scalar(
        select(IdentityProvider).where(
            IdentityProvider.public_id == public_id, IdentityProvider.deleted_at.is_(None), visible_to(actor)
        )
    )
    if found is None:
        raise AbsentError(_("There is no such sign-in."))
    return found


def linked_people(
    session: Session, provider_id: int, *, after: UUID | None = None, limit: int = MOST_LINKED
) -> list[LinkedRow]:
    """Return one page of the people connected with a sign-in, by connection, and one more if there are."""
    query = (
        select(UserIdentity.public_id, User.name, UserIdentity.email, UserIdentity.last_used_at)
        .join(User, User.id == UserIdentity.user_id)
        .where(UserIdentity.provider_id == provider_id, UserIdentity.deleted_at.is_(None))
    )
    if after:
        last = select(UserIdentity.id).where(UserIdentity.public_id == after).scalar_subquery()
        query = query.where(UserIdentity.id > last)
    rows = session.execute(query.order_by(UserIdentity.id).limit(limit + 1))
    return [LinkedRow(*row) for row in rows]


def linked_identity(session: Session, provider_id: int, public_id: UUID) -> UserIdentity:
    """Return one connection with a sign-in.

    Raises:
        AbsentError: there is none.
    """
    return _one(session, UserIdentity.provider_id == provider_id, public_id)


def linked_count(session: Session, provider_id: int) -> int:
    """Return how many people are connected with a sign-in."""
    count = select(func.count()).select_from(UserIdentity)
    where = count.where(UserIdentity.provider_id == provider_id, UserIdentity.deleted_at.is_(None))
    return int(session.scalar(where) or 0)


# ---------------------------------------------------------------- the way in


def _open() -> tuple[ColumnElement[bool], ...]:
    return IdentityProvider.is_enabled.is_(True), IdentityProvider.deleted_at.is_(None)


def doors(session: Session) -> list[Door]:
    """Return the sign-ins that the sign-in page may name, by name; at most 50.

    One that a network lead set up is named once an administrator confirmed a domain of it: until then only
    those come to it who were given its address.
    """
    rows = session.execute(_named())
    return [Door(row.public_id, row.name) for row in rows if row.network_id is None or row.domains]


@cache
def _named() -> Any:
    """Return the statement of the sign-in page, put together once."""
    return (
        select(
            IdentityProvider.public_id, IdentityProvider.name, IdentityProvider.network_id,
            IdentityProvider.domains,
        )
        .where(*_open())
        .order_by(IdentityProvider.name, IdentityProvider.id)
        .limit(50)
    )  # fmt: skip


def door_for(session: Session, email: str) -> Door | None:
    """Return the sign-in that answers for an address's domain; whether anybody has the address plays no part.

    Domains that nobody confirmed lead nowhere: a network lead could send strangers to a page of their own.
    """
    domain = domain_of(email)
    rows = session.execute(
        select(IdentityProvider.public_id, IdentityProvider.name, IdentityProvider.domains)
        .where(*_open())
        .order_by(IdentityProvider.id)
    )
    return next((Door(row.public_id, row.name) for row in rows if domain in row.domains), None)


def open_provider(session: Session, public_id: UUID) -> IdentityProvider:
    """Return a sign-in that people may use.

    Raises:
        AbsentError: there is none of that name, or it is switched off.
    """
    found = session.scalar(select(IdentityProvider).where(IdentityProvider.public_id == public_id, *_open()))
    if found is None:
        raise AbsentError(_("There is no such sign-in."))
    return found


def claimed_domains(session: Session, *, but: int | None = None) -> dict[str, str]:
    """Return which domain is answered for by which sign-in (its name), leaving out one sign-in."""
    rows = session.execute(
        select(IdentityProvider.id, IdentityProvider.name, IdentityProvider.domains).where(
            IdentityProvider.deleted_at.is_(None)
        )
    )
    return {domain: row.name for row in rows if row.id != but for domain in row.domains}


def is_address_kept(session: Session, email: str) -> bool:
    """Say whether anybody has or had this address; nobody else gets it again."""
    return session.scalar(select(User.id).where(User.email == email)) is not None


def find_identity(session: Session, provider_id: int, subject: str) -> UserIdentity | None:
    """Return a provider's subject, connected or not any more, locked until the transaction ends."""
    return session.scalar(
        select(UserIdentity)
        .where(UserIdentity.provider_id == provider_id, UserIdentity.subject == subject)
        .with_for_update()
    )


def is_connected(session: Session, provider_id: int, user_id: int) -> bool:
    """Say whether a person is connected with a provider, under whichever subject."""
    found = select(UserIdentity.id).where(
        UserIdentity.provider_id == provider_id, UserIdentity.user_id == user_id,
        UserIdentity.deleted_at.is_(None),
    )  # fmt: skip
    return session.scalar(found.limit(1)) is not None


# ---------------------------------------------------------------- a person's own


def own_identities(session: Session, user_id: int) -> list[IdentityRow]:
    """Return a person's connections, oldest first."""
    rows = session.execute(
        select(
            UserIdentity.public_id, IdentityProvider.name, UserIdentity.email, UserIdentity.created_at,
            UserIdentity.last_used_at,
        )
        .join(IdentityProvider, IdentityProvider.id == UserIdentity.provider_id)
        .where(UserIdentity.user_id == user_id, UserIdentity.deleted_at.is_(None))
        .where(IdentityProvider.deleted_at.is_(None))
        .order_by(UserIdentity.id)
        .limit(100)
    )  # fmt: skip
    return [IdentityRow(*row) for row in rows]


def own_identity(session: Session, user_id: int, public_id: UUID) -> UserIdentity:
    """Return one of a person's own connections.

    Raises:
        AbsentError: there is none of that name, or it is somebody else's.
    """
    return _one(session, UserIdentity.user_id == user_id, public_id)


def _one(session: Session, where: ColumnElement[bool], public_id: UUID) -> UserIdentity:
    found = session.scalar(
        select(UserIdentity).where(
            where, UserIdentity.public_id == public_id, UserIdentity.deleted_at.is_(None)
        )
    )
    if found is None:
        raise AbsentError(_("There is no such connection."))
    return found


def other_ways_in(session: Session, user: User, identity: UserIdentity) -> bool:
    """Say whether a person has a way in beside this connection: a password, another connection."""
    if user.password_hash is not None:
        return True
    other = select(UserIdentity.id).where(
        UserIdentity.user_id == user.id, UserIdentity.id != identity.id, UserIdentity.deleted_at.is_(None)
    )
    return session.scalar(other.limit(1)) is not None
