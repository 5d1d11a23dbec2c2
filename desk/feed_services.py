"""Making and ending the secret addresses of calendar feeds. Callers decide when to commit."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from accounts.rules import hashed, new_secret
from desk.models import CalendarFeed
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError, RuleError
from nic_platform.text import _

MOST = 20  # working addresses of one person


def make(session: Session, *, team_id: int | None, by: Actor, at: datetime) -> tuple[CalendarFeed, str]:
    """Make a secret address for a person's own dates, or for one of their teams; return it with its secret.

    Only the secret's hash is kept: it can be shown this once.

    Raises:
        AbsentError: the person belongs to no team here, or not to that one.
        RuleError: the person has as many as anybody may have.
    """
    if by.network_id is None or not by.roles or (team_id is not None and not by.in_team(team_id)):
        raise AbsentError(_("You belong to no such team."))
    living = select(func.count()).where(CalendarFeed.user_id == by.user_id, CalendarFeed.revoked_at.is_(None))
    if (session.scalar(living) or 0) >= MOST:
        raise RuleError(
            _("You have %(count)s calendar addresses. End one that nobody uses first.", count=MOST)
        )
    secret = new_secret()
    made = CalendarFeed(
        network_id=by.network_id,
        user_id=by.user_id,
        team_id=team_id,
        token_hash=hashed(secret),
        created_at=at,
    )
    session.add(made)
    session.flush()
    return made, secret


def end(session: Session, feed: CalendarFeed, *, at: datetime) -> None:
    """End an address: from the next reading on it answers 404."""
    feed.revoked_at = feed.revoked_at or at
    session.flush()


def renew(session: Session, feed: CalendarFeed, *, at: datetime) -> str:
    """Give a feed a new secret in place of the old one, which works no more; return it."""
    secret = new_secret()
    feed.token_hash, feed.created_at, feed.read_at = hashed(secret), at, None
    session.flush()
    return secret


def note_reading(session: Session, feed_id: int, *, at: datetime) -> None:
    """Keep when a feed was read last."""
    session.execute(update(CalendarFeed).where(CalendarFeed.id == feed_id).values(read_at=at))
