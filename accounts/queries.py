"""Reading people, sign-ins and tokens. Nothing here writes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from sqlalchemy import Select, bindparam, func, or_, select, tuple_
from sqlalchemy.orm import Session, contains_eager

from accounts.models import ApiToken, OneTimeLink, SignIn, User
from accounts.rules import LinkPurpose, ends_at, hashed
from nic_platform.errors import AbsentError
from nic_platform.text import _

PAGE = 50  # people on one page


@dataclass(frozen=True)
class Credentials:
    """A person's number and the hash of their password; 0 and ``None`` for nobody."""

    user_id: int
    password_hash: str | None


@dataclass(frozen=True)
class PersonRow:
    """A person in the administrator's list."""

    id: UUID
    user_id: int
    name: str
    email: str
    is_admin: bool
    is_disabled: bool
    last_seen_at: datetime | None
    is_program: bool = False
    has_second: bool = False


@dataclass(frozen=True)
class SignInRow:
    """One living sign-in of a person."""

    id: UUID
    device: str
    address: str
    created_at: datetime
    last_seen_at: datetime
    way: str
    second_at: datetime | None
    ends_at: datetime
    is_this: bool


@dataclass(frozen=True)
class TokenRow:
    """One living API token of a person; the token itself is nowhere."""

    id: UUID
    name: str
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    scopes: list[str] = field(default_factory=list)  # none: all that the person may


@dataclass(frozen=True)
class InvitationRow:
    """One invitation that nobody has accepted yet."""

    id: UUID
    email: str
    place: str
    network_id: int | None
    created_by_id: int | None
    created_at: datetime
    expires_at: datetime


# ---------------------------------------------------------------- who is asking


def find_sign_in(
    session: Session, secret: str, *, at: datetime, idle_minutes: int, hours: int, provider_hours: int
) -> SignIn | None:
    """Return the living sign-in behind a cookie's secret with its person; one statement.

    Args:
        provider_hours: after which one that came by an organisation ends, if that is sooner than *hours*.
    """
    given = {
        "secret": hashed(secret),
        "seen": at - timedelta(minutes=idle_minutes),
        "made": at - timedelta(hours=hours),
        "sent": at - timedelta(hours=provider_hours),
    }
    return session.scalar(_living_sign_in(), given)


@cache
def _living_sign_in() -> Select[SignIn]:
    """Return the statement of each request, put together once."""
    return (
        select(SignIn)
        .join(SignIn.user)
        .options(contains_eager(SignIn.user))
        .where(SignIn.secret_hash == bindparam("secret"), SignIn.revoked_at.is_(None))
        .where(User.disabled_at.is_(None), User.deleted_at.is_(None))
        .where(SignIn.last_seen_at > bindparam("seen"), SignIn.created_at > bindparam("made"))
        .where(or_(SignIn.way != "provider", SignIn.created_at > bindparam("sent")))
    )


def find_token(session: Session, token: str, *, at: datetime) -> tuple[ApiToken, User] | None:
    """Return the living API token with its person, if they may still come in; one statement."""
    row = session.execute(_living_token(), {"secret": hashed(token), "at": at}).one_or_none()
    return None if row is None else (row[0], row[1])


@cache
def _living_token() -> Select[ApiToken, User]:
    """Return the statement of each request of a program, put together once."""
    return (
        select(ApiToken, User)
        .join(User, User.id == ApiToken.user_id)
        .where(ApiToken.token_hash == bindparam("secret"), ApiToken.revoked_at.is_(None))
        .where(or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > bindparam("at")))
        .where(User.disabled_at.is_(None), User.deleted_at.is_(None))
    )


def user_by_email(session: Session, email: str) -> User | None:
    """Return the person with this address, which is in its normal spelling; disabled or not."""
    return session.scalar(select(User).where(User.email == email, User.deleted_at.is_(None)))


def credentials(session: Session, email: str) -> Credentials:
    """Return what a password is checked against; for an address that nobody has, a number of 0."""
    row = session.execute(_credentials(), {"email": email}).one_or_none()
    return Credentials(row.id, row.password_hash) if row else Credentials(0, None)


@cache
def _credentials() -> Select[int, str | None]:
    return select(User.id, User.password_hash).where(
        User.email == bindparam("email"),
        User.disabled_at.is_(None),
        User.deleted_at.is_(None),
        User.is_service.is_(False),
    )


def active_user_by_email(session: Session, email: str | None) -> User | None:
    """Return the person with this address if they may sign in."""
    found = user_by_email(session, email or "")
    return found if found is not None and found.is_active and not found.is_service else None


def find_link(session: Session, token: str, purpose: LinkPurpose, *, at: datetime) -> OneTimeLink | None:
    """Return the link behind a token while it still works."""
    return session.scalar(
        select(OneTimeLink).where(
            OneTimeLink.token_hash == hashed(token), OneTimeLink.purpose == purpose.value,
            OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > at,
        )
    )  # fmt: skip


# ---------------------------------------------------------------- a person's own


def own_sign_ins(
    session: Session,
    user_id: int,
    *,
    this: int | None,
    at: datetime,
    idle_minutes: int,
    hours: int,
    provider_hours: int,
) -> list[SignInRow]:
    """Return the person's living sign-ins: *this* browser's first, then by last use."""
    rows = session.execute(
        select(
            SignIn.public_id,
            SignIn.device,
            SignIn.address,
            SignIn.created_at,
            SignIn.last_seen_at,
            SignIn.way,
            SignIn.second_at,
            SignIn.id,
        )
        .where(SignIn.user_id == user_id, SignIn.revoked_at.is_(None))
        .where(
            SignIn.last_seen_at > at - timedelta(minutes=idle_minutes),
            SignIn.created_at > at - timedelta(hours=hours),
            or_(SignIn.way != "provider", SignIn.created_at > at - timedelta(hours=provider_hours)),
        )
        .order_by(SignIn.last_seen_at.desc(), SignIn.id.desc())
        .limit(200)
    ).all()
    found = [
        SignInRow(
            *row[:7],
            ends_at=ends_at(
                row.created_at,
                row.last_seen_at,
                idle_minutes=idle_minutes,
                hours=min(hours, provider_hours) if row.way == "provider" else hours,
            ),
            is_this=row.id == this,
        )
        for row in rows
    ]
    return sorted(found, key=lambda row: not row.is_this)


def own_sign_in(session: Session, user_id: int, public_id: UUID) -> SignIn:
    """Return one of the person's own sign-ins.

    Raises:
        AbsentError: there is none of that name, or it is somebody else's.
    """
    found = session.scalar(select(SignIn).where(SignIn.public_id == public_id, SignIn.user_id == user_id))
    if found is None:
        raise AbsentError(_("There is no such sign-in."))
    return found


def own_tokens(session: Session, user_id: int, *, at: datetime) -> list[TokenRow]:
    """Return the person's living API tokens, newest first."""
    rows = session.execute(
        select(
            ApiToken.public_id,
            ApiToken.name,
            ApiToken.created_at,
            ApiToken.last_used_at,
            ApiToken.expires_at,
            ApiToken.scopes,
        )
        .where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
        .where(or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > at))
        .order_by(ApiToken.id.desc())
    )
    return [TokenRow(*row) for row in rows]


def own_token(session: Session, user_id: int, public_id: UUID) -> ApiToken:
    """Return one of the person's own tokens that has not been revoked.

    Raises:
        AbsentError: there is none of that name, or it is somebody else's.
    """
    found = session.scalar(
        select(ApiToken).where(
            ApiToken.public_id == public_id, ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None)
        )
    )
    if found is None:
        raise AbsentError(_("There is no such token."))
    return found


# ---------------------------------------------------------------- people, for administrators


def people(session: Session, *, text: str = "", after: UUID | None = None) -> list[PersonRow]:
    """Return one page of people and one more row if there is another page, by name.

    Args:
        text: a part of a name or an address.
        after: the last person of the page before.
    """
    seen = (
        select(func.max(SignIn.last_seen_at))
        .where(SignIn.user_id == User.id)
        .correlate(User)
        .scalar_subquery()
    )
    query = select(
        User.public_id,
        User.id,
        User.name,
        User.email,
        User.is_admin,
        User.disabled_at.is_not(None),
        seen,
        User.is_service,
        User.second_since.is_not(None),
    ).where(User.deleted_at.is_(None))
    if text:
        query = query.where(
            or_(
                func.lower(User.name).contains(text.lower(), autoescape=True),
                User.email.contains(text.lower(), autoescape=True),
            )
        )
    if after:
        last = select(User.name, User.id).where(User.public_id == after).subquery()
        query = query.where(tuple_(User.name, User.id) > select(last.c.name, last.c.id).scalar_subquery())
    rows = session.execute(query.order_by(User.name, User.id).limit(PAGE + 1))
    return [PersonRow(*row) for row in rows]


def person(session: Session, public_id: UUID) -> User:
    """Return a person by their public name.

    Raises:
        AbsentError: there is none.
    """
    found: User | None = session.scalar(
        select(User).where(User.public_id == public_id, User.deleted_at.is_(None))
    )
    if found is None:
        raise AbsentError(_("There is no such person."))
    return found


def living_person(session: Session, public_id: UUID) -> User | None:
    """Return somebody who may sign in, by the random id in an address of ours; none where they can't."""
    alive = (User.disabled_at.is_(None), User.deleted_at.is_(None))
    return session.scalar(select(User).where(User.public_id == public_id, *alive))


def other_admins(session: Session, user_id: int) -> int:
    """Return how many administrators besides this one may sign in and stay.

    Those who take each other away at once take turns: until the transaction ends nobody else's count changes.
    """
    everyone = select(User.id).where(User.is_admin.is_(True)).order_by(User.id)
    session.execute(everyone.with_for_update(key_share=True))
    stay = User.disabled_at.is_(None) & User.deleted_at.is_(None) & User.ends_at.is_(None)
    query = select(func.count()).select_from(User).where(User.is_admin.is_(True), stay, User.id != user_id)
    return int(session.scalar(query) or 0)


def open_invitations(
    session: Session, *, at: datetime, by: int | None = None, network_ids: Sequence[int] = ()
) -> list[InvitationRow]:
    """Return the invitations still open, newest first, at most 200.

    Args:
        by: those that this person sent.
        network_ids: and those into these networks, whoever sent them.
    """
    query = select(
        OneTimeLink.public_id, OneTimeLink.email, OneTimeLink.payload, OneTimeLink.network_id,
        OneTimeLink.created_by_id, OneTimeLink.created_at, OneTimeLink.expires_at,
    ).where(
        OneTimeLink.purpose == LinkPurpose.INVITATION.value, OneTimeLink.used_at.is_(None),
        OneTimeLink.expires_at > at,
        or_(OneTimeLink.created_by_id == by, OneTimeLink.network_id.in_(network_ids)),
    )  # fmt: skip
    rows = session.execute(query.order_by(OneTimeLink.id.desc()).limit(200))
    return [InvitationRow(row[0], row[1], str((row[2] or {}).get("place", "")), *row[3:]) for row in rows]


def open_invitation(session: Session, public_id: UUID, *, at: datetime) -> OneTimeLink:
    """Return one invitation that is still open; whether the asker may touch it is for the policy.

    Raises:
        AbsentError: there is none.
    """
    found = session.scalar(
        select(OneTimeLink).where(
            OneTimeLink.public_id == public_id, OneTimeLink.purpose == LinkPurpose.INVITATION.value,
            OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > at,
        )
    )  # fmt: skip
    if found is None:
        raise no_such_invitation()
    return found


def no_such_invitation() -> AbsentError:
    """Return what is said of an invitation that is not there, or not for the asker to know of."""
    return AbsentError(_("There is no such invitation."))
