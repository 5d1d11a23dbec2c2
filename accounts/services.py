"""Changing people and their tokens. Callers hand in the session and decide when to commit."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from accounts import passwords, queries, rules, sign_in_services
from accounts.models import ApiToken, OneTimeLink, User
from accounts.rules import LinkPurpose
from nic_platform import api_scopes, notices
from nic_platform.actor import Actor
from nic_platform.errors import InputError, RuleError
from nic_platform.text import Words, _

MOST_TOKENS = 20  # living ones of one person


# ---------------------------------------------------------------- people


def create_person(
    session: Session, *, email: str, name: str, password: str = "", is_admin: bool = False, at: datetime
) -> User:
    """Add a person; without a password they sign in by a link sent by mail.

    Raises:
        InputError: the address can't be one or is taken, the name is empty, or the password is refused.
    """
    kept, name = rules.normal_email(email), " ".join(name.split())
    if kept is None:
        raise InputError(_("Write a mail address like name@school.org."), {"email": _("Not a mail address.")})
    if not name or len(name) > 120:
        raise InputError(_("Write the person’s name, up to 120 signs."), {"name": _("Missing or too long.")})
    if queries.user_by_email(session, kept) is not None:
        raise InputError(_("Somebody with this address has an account already."), {"email": _("Taken.")})
    user = User(email=kept, name=name, is_admin=is_admin, password_hash=None, created_at=at)
    if password:
        user.password_hash = _checked(user, password)
    session.add(user)
    session.flush()
    return user


def create_admin(session: Session, *, email: str, name: str, password: str, at: datetime) -> User:
    """Add an administrator of the installation.

    Raises:
        InputError: as for :func:`create_person`.
    """
    return create_person(session, email=email, name=name, password=password, is_admin=True, at=at)


def _checked(user: User, password: str) -> str:
    problem = rules.password_problem(password, (user.email, user.name))
    if problem:
        raise InputError(problem, {"password": problem})
    return passwords.hash_password(password)


def set_password(
    session: Session, user: User, password: str, *, at: datetime, but: int | None = None
) -> None:
    """Give a person a new password, end their other sign-ins and links, and tell them by mail.

    Args:
        but: the sign-in that stays: that of the browser they ask from.

    Raises:
        InputError: the password is refused; nothing was changed.
    """
    user.password_hash = _checked(user, password)
    sign_in_services.end_all(session, user.id, at=at, but=but)
    void_links(session, user.id, at=at)
    _tell(
        session,
        user,
        user.email,
        _("Your Switchback password was changed"),
        _("The password of your account was changed. If it was not you, tell your network office at once."),
        at,
    )


def renew_hash(session: Session, user: User, password: str) -> None:
    """Keep a right password under today's settings, if it is kept under older ones."""
    if user.password_hash and passwords.is_outdated(user.password_hash):
        user.password_hash = passwords.hash_password(password)


def change_profile(session: Session, user: User, values: dict[str, Any]) -> None:
    """Save what people say of themselves: ``name``, ``title``, ``phone``, ``locale``."""
    for field in ("name", "title", "phone", "locale"):
        setattr(user, field, values[field])
    session.flush()


def change_email(session: Session, user: User, email: str, *, at: datetime) -> None:
    """Give a person another mail address, once a link sent there has proved that it is theirs.

    Raises:
        RuleError: somebody else took the address meanwhile.
    """
    other = queries.user_by_email(session, email)
    if other is not None and other.id != user.id:
        raise RuleError(_("Somebody else has this address."))
    old, user.email = user.email, email
    void_links(session, user.id, at=at)
    _tell(
        session,
        user,
        old,
        _("Your Switchback address was changed"),
        _(
            "Your account now uses %(email)s. If it was not you, ask your network office at once.",
            email=email,
        ),
        at,
    )


def _tell(session: Session, user: User, email: str, subject: Words, body: Words, at: datetime) -> None:
    notices.mail(
        session, email, kind="accounts.security", subject=subject, body=body, at=at, locale=user.locale
    )


# ---------------------------------------------------------------- for administrators


def disable(session: Session, user: User, *, by: Actor | None, at: datetime) -> None:
    """Shut a person out at once: sign-ins, tokens, links and invitations end. Their work stays.

    Raises:
        RuleError: it is the only administrator.
    """
    _keep_an_admin(session, user)
    user.disabled_at = at
    sign_in_services.end_all(session, user.id, at=at)
    void_links(session, user.id, at=at)
    session.execute(
        update(ApiToken)
        .where(ApiToken.user_id == user.id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=at)
    )
    session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.created_by_id == user.id, OneTimeLink.used_at.is_(None))
        .where(OneTimeLink.purpose == LinkPurpose.INVITATION.value)
        .values(used_at=at)
    )
    session.flush()


def enable(session: Session, user: User, *, by: Actor | None, at: datetime) -> None:
    """Let a person in again; what ended stays ended."""
    user.disabled_at = None
    session.flush()


def set_admin(session: Session, user: User, is_admin: bool, *, by: Actor | None, at: datetime) -> None:
    """Make somebody an administrator of the installation, or no longer.

    Raises:
        RuleError: it is the only administrator, or the person may not sign in.
    """
    if is_admin and not user.is_active:
        raise RuleError(_("Let this person in again first."))
    if not is_admin:
        _keep_an_admin(session, user)
    user.is_admin = is_admin
    session.flush()


def _keep_an_admin(session: Session, user: User) -> None:
    if user.is_admin and user.is_active and not queries.other_admins(session, user.id):
        raise RuleError(_("This is the only administrator. Make somebody else one first."))


def void_links(session: Session, user_id: int, *, at: datetime) -> None:
    """Make every link that was sent to a person useless."""
    session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.user_id == user_id, OneTimeLink.used_at.is_(None))
        .values(used_at=at)
    )


# ---------------------------------------------------------------- tokens


def create_token(
    session: Session, *, name: str, days: int | None, team_id: int | None, scopes: Iterable[str] = (),
    user_id: int | None = None, by: Actor, at: datetime,
) -> tuple[ApiToken, str]:  # fmt: skip
    """Add an API token and return it with its text, which is shown once and kept nowhere.

    Args:
        days: after how many it ends; ``None`` for never.
        team_id: the team it works in, where one is chosen.
        scopes: what it is good for; none for all that its person may.
        user_id: whose it is; the maker's own unless given.

    Raises:
        InputError: a scope is unknown.
        RuleError: there are as many as one may have.
    """
    owner, wanted = user_id or by.user_id, sorted(set(scopes))
    if unknown := [scope for scope in wanted if scope not in api_scopes.SCOPES]:
        said = _("There is no scope %(scope)s.", scope=unknown[0])
        raise InputError(said, {"scopes": said})
    if len(queries.own_tokens(session, owner, at=at)) >= MOST_TOKENS:
        raise RuleError(_("You have %(count)s tokens. Revoke one first.", count=MOST_TOKENS))
    text = rules.new_token()
    token = ApiToken(
        token_hash=rules.hashed(text), user_id=owner, team_id=team_id, name=name, created_at=at,
        scopes=wanted, created_by_id=by.user_id,
        expires_at=at + timedelta(days=days) if days else None,
    )  # fmt: skip
    session.add(token)
    session.flush()
    return token, text


def revoke_token(session: Session, token: ApiToken, *, by: Actor, at: datetime) -> None:
    """End a token; the next request with it is refused."""
    token.revoked_at = at
    session.flush()
