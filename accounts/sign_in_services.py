"""Signing in and out: rows of sign-ins, and counts of tries. Callers decide when to commit."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast

from sqlalchemy import BindParameter, CursorResult, Table, Update, bindparam, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from accounts import rules
from accounts.models import ApiToken, Attempt, OneTimeLink, SignIn, User
from accounts.rules import Try
from nic_platform import metrics

log = logging.getLogger("switchback.security")
_ATTEMPT = cast(Table, Attempt.__table__)  # counts are no objects: what is asked of them is put together once
_TRIES_KEPT = timedelta(days=1)
_ENDED_KEPT = timedelta(days=30)


# ---------------------------------------------------------------- tries


def spend(session: Session, tries: Sequence[Try], *, at: datetime) -> bool:
    """Count one try under each heading and say whether all are within their limits.

    Each count is one statement that the database itself makes whole, so twenty tries at once are twenty.
    Commit before the answer is acted on, or the count is lost with what follows.
    """
    start = rules.window_start(at)
    counts = [count(session, each.subject, start) for each in tries]
    return all(so_far <= each.limit for so_far, each in zip(counts, tries, strict=True))


def count(session: Session, subject: str, start: datetime, by: int = 1) -> int:
    """Add to a count in one statement and return what it is now.

    Args:
        subject: what it is counted under, see :attr:`accounts.rules.Try.subject`.
        start: the beginning of the window, UTC.
    """
    given = {"under": subject, "since": start, "more": by}
    return int(session.execute(_counting(session.get_bind().dialect.name), given).scalar_one())


@cache
def _counting(dialect: str) -> Any:
    insert: Any = sqlite.insert if dialect == "sqlite" else postgresql.insert
    more: BindParameter[int] = bindparam("more")
    kept = _ATTEMPT.c
    statement = insert(_ATTEMPT).values(
        subject=bindparam("under"), window_start=bindparam("since"), count=more
    )
    return statement.on_conflict_do_update(
        index_elements=[kept.subject, kept.window_start], set_={"count": kept.count + more}
    ).returning(kept.count)


def give_back(session: Session, tries: Sequence[Try], *, at: datetime) -> None:
    """Take one try off again under each heading: it was no wrong guess."""
    for each in tries:
        session.execute(_giving_back(), {"under": each.subject, "since": rules.window_start(at)})


@cache
def _giving_back() -> Update:
    kept = _ATTEMPT.c
    return (
        update(_ATTEMPT)
        .where(kept.subject == bindparam("under"), kept.window_start == bindparam("since"), kept.count > 0)
        .values(count=kept.count - 1)
    )


# ---------------------------------------------------------------- sign-ins


def start(
    session: Session,
    user: User,
    *,
    address: str,
    device: str,
    at: datetime,
    instead_of: str = "",
    way: str = "",
) -> tuple[SignIn, str]:
    """Begin a sign-in and return it with its secret, which is kept nowhere else than in the cookie.

    Args:
        instead_of: the secret of the sign-in this browser had until now; it ends.
        way: how they came, see :func:`accounts.views.base.begin`.
    """
    team_id = None
    if instead_of:
        old = session.scalar(select(SignIn).where(SignIn.secret_hash == rules.hashed(instead_of)))
        if old is not None and old.revoked_at is None:
            old.revoked_at = at
            team_id = old.team_id if old.user_id == user.id else None
    secret = rules.new_secret()
    row = SignIn(
        secret_hash=rules.hashed(secret),
        user_id=user.id,
        team_id=team_id,
        created_at=at,
        last_seen_at=at,
        address=address[:64],
        device=rules.device_name(device)[:200],
        way=way,
    )
    session.add(row)
    session.flush()
    log.info("sign-in of person %s", user.public_id)
    metrics.count_sign_in("done")
    return row, secret


def end(session: Session, secret: str, *, at: datetime) -> None:
    """End the sign-in behind a cookie."""
    session.execute(
        update(SignIn)
        .where(SignIn.secret_hash == rules.hashed(secret), SignIn.revoked_at.is_(None))
        .values(revoked_at=at)
    )


def end_one(session: Session, sign_in_id: int, *, at: datetime) -> None:
    """End one sign-in, wherever it is."""
    session.execute(
        update(SignIn).where(SignIn.id == sign_in_id, SignIn.revoked_at.is_(None)).values(revoked_at=at)
    )


def end_all(session: Session, user_id: int, *, at: datetime, but: int | None = None) -> int:
    """End every sign-in of a person and return how many there were.

    Args:
        but: the number of the one that stays: that of the browser they ask from.
    """
    statement = update(SignIn).where(SignIn.user_id == user_id, SignIn.revoked_at.is_(None))
    if but is not None:
        statement = statement.where(SignIn.id != but)
    done = session.execute(statement.values(revoked_at=at))
    return cast(CursorResult[Any], done).rowcount


def note_second(session: Session, sign_in_id: int, *, at: datetime) -> None:
    """Write down that a second factor was given in this sign-in now."""
    session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(second_at=at))


def choose_team(session: Session, sign_in_id: int, team_id: int) -> None:
    """Let a sign-in show this team from now on."""
    session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(team_id=team_id))


def touch(session: Session, kind: type[SignIn] | type[ApiToken], row_id: int, *, at: datetime) -> None:
    """Write down that a sign-in or a token was used now."""
    if kind is SignIn:
        session.execute(update(SignIn).where(SignIn.id == row_id).values(last_seen_at=at))
    else:
        session.execute(update(ApiToken).where(ApiToken.id == row_id).values(last_used_at=at))


# ---------------------------------------------------------------- leaving nothing behind


def purge(session: Session, *, at: datetime) -> dict[str, int]:
    """Delete counts of tries after a day, ended links and sign-ins after thirty; return how many."""
    old = at - _ENDED_KEPT
    gone = {
        "tries": delete(Attempt).where(Attempt.window_start < at - _TRIES_KEPT),
        "links": delete(OneTimeLink).where(or_(OneTimeLink.expires_at < old, OneTimeLink.used_at < old)),
        "sign_ins": delete(SignIn).where(or_(SignIn.revoked_at < old, SignIn.last_seen_at < old)),
    }
    return {name: cast(CursorResult[Any], session.execute(what)).rowcount for name, what in gone.items()}
