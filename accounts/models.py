"""Tables of people, their sign-ins, and the links and tokens that let them in."""

from datetime import datetime
from typing import Any

from flask_login import UserMixin
from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from nic_platform.database import Base, Edited, Json, Named, UtcDateTime


class User(UserMixin, Named, Edited, Base):
    """A person who can sign in. ``email`` is kept in lower case."""

    __tablename__ = "user_account"
    __audited__ = "person"
    __untold__ = frozenset({"password_hash"})

    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(120), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    locale: Mapped[str] = mapped_column(String(10), default="")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    is_admin: Mapped[bool] = mapped_column(default=False)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mail_notices: Mapped[bool] = mapped_column(default=True)
    time_zone: Mapped[str] = mapped_column(String(60), default="")  # empty: the network's
    digest: Mapped[str] = mapped_column(String(8), default="")  # empty, daily, weekly
    digest_hour: Mapped[int] = mapped_column(default=7)
    quiet_from: Mapped[int | None]  # minutes after midnight; no mail until quiet_until
    quiet_until: Mapped[int | None]
    quiet_weekends: Mapped[bool] = mapped_column(default=False)
    digest_sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    sign_in_secret = ""  # of the sign-in this request came with; never stored

    def get_id(self) -> str:
        """Return what Flask-Login keeps in the cookie: the secret of the sign-in, not the person's number."""
        return self.sign_in_secret

    @property
    def is_active(self) -> bool:
        """Say whether the person may sign in."""
        return self.disabled_at is None and self.deleted_at is None


class SignIn(Named, Base):
    """One sign-in on one device. The cookie holds a random secret, this row only its SHA-256."""

    __tablename__ = "sign_in"

    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    team_id: Mapped[int | None] = mapped_column(
        ForeignKey("team.id", ondelete="SET NULL")
    )  # chosen in the masthead
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    address: Mapped[str] = mapped_column(String(64), default="")
    device: Mapped[str] = mapped_column(String(200), default="")

    user: Mapped[User] = relationship()


class OneTimeLink(Named, Base):
    """A link sent by mail that works once and not for long: a sign-in, a reset, an invitation, an address."""

    __tablename__ = "one_time_link"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(20))  # sign_in, reset, invitation, address
    email: Mapped[str] = mapped_column(String(254), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    network_id: Mapped[int | None] = mapped_column(ForeignKey("network.id", ondelete="CASCADE"))
    payload: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ApiToken(Named, Base):
    """A person's own token for the API; shown once, kept as SHA-256."""

    __tablename__ = "api_token"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"))
    name: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Attempt(Base):
    """How often something was tried in a window of time; in the database, so that no worker is blind."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("subject", "window_start"),
        Index("ix_attempt_window_start", "window_start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(80))  # SHA-256 of account or address
    window_start: Mapped[datetime] = mapped_column(UtcDateTime)
    count: Mapped[int] = mapped_column(default=0)
