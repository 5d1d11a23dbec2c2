"""Reading people, sign-ins and tokens. Nothing here writes."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, contains_eager

from accounts.models import ApiToken, SignIn, User


def hashed(secret: str) -> str:
    """Return what is kept of a random secret: its SHA-256."""
    return hashlib.sha256(secret.encode()).hexdigest()


def find_sign_in(
    session: Session, secret: str, *, at: datetime, idle_minutes: int, hours: int
) -> SignIn | None:
    """Return the living sign-in behind a cookie's secret with its person; one statement."""
    return session.scalar(
        select(SignIn)
        .join(SignIn.user)
        .options(contains_eager(SignIn.user))
        .where(SignIn.secret_hash == hashed(secret), SignIn.revoked_at.is_(None))
        .where(User.disabled_at.is_(None), User.deleted_at.is_(None))
        .where(
            SignIn.last_seen_at > at - timedelta(minutes=idle_minutes),
            SignIn.created_at > at - timedelta(hours=hours),
        )
    )


def find_token(session: Session, token: str, *, at: datetime) -> ApiToken | None:
    """Return the living API token, if its person may still come in."""
    return session.scalar(
        select(ApiToken)
        .join(User, User.id == ApiToken.user_id)
        .where(ApiToken.token_hash == hashed(token), ApiToken.revoked_at.is_(None))
        .where(or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > at))
        .where(User.disabled_at.is_(None), User.deleted_at.is_(None))
    )
