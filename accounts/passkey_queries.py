"""Reading people's passkeys."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Passkey, RecoveryCode, TotpFactor, User
from nic_platform.errors import AbsentError
from nic_platform.text import _


@dataclass(frozen=True)
class PasskeyRow:
    """One passkey, as its owner sees it."""

    id: UUID
    name: str
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True)
class Second:
    """A person's second step: since when, by what, and how many recovery codes are left."""

    since: datetime | None
    generator_since: datetime | None
    codes_left: int
    passkeys: list[PasskeyRow]


def own_passkeys(session: Session, user_id: int) -> list[PasskeyRow]:
    """Return a person's passkeys, oldest first."""
    columns = (Passkey.public_id, Passkey.name, Passkey.created_at, Passkey.last_used_at)
    rows = session.execute(select(*columns).where(Passkey.user_id == user_id).order_by(Passkey.id))
    return [PasskeyRow(*row) for row in rows]


def own_passkey(session: Session, user_id: int, passkey_id: UUID) -> Passkey:
    """Return one of a person's passkeys.

    Raises:
        AbsentError: they have none of this id.
    """
    found = session.scalar(select(Passkey).where(Passkey.public_id == passkey_id, Passkey.user_id == user_id))
    if found is None:
        raise AbsentError(_("There is no such passkey."))
    return found


def credential_ids(session: Session, user_id: int) -> list[str]:
    """Return the ids by which devices know a person's passkeys."""
    own = select(Passkey.credential_id).where(Passkey.user_id == user_id).order_by(Passkey.id)
    return list(session.scalars(own))


def by_credential(session: Session, credential_id: str) -> Passkey | None:
    """Return the passkey of this id with its person, if they may come in."""
    return session.scalar(
        select(Passkey)
        .join(User, User.id == Passkey.user_id)
        .where(Passkey.credential_id == credential_id)
        .where(User.disabled_at.is_(None), User.deleted_at.is_(None), User.is_service.is_(False))
    )


def second_of(session: Session, user: User) -> Second:
    """Return a person's second step; four statements at most."""
    left = select(RecoveryCode.id).where(RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))
    return Second(
        user.second_since,
        session.scalar(select(TotpFactor.confirmed_at).where(TotpFactor.user_id == user.id)),
        len(session.scalars(left).all()),
        own_passkeys(session, user.id),
    )
