"""Tables of people, their sign-ins, and the links and tokens that let them in."""

from datetime import datetime
from typing import Any

from flask_login import UserMixin
from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from nic_platform.database import Base, Edited, Json, Named, UtcDateTime


class User(UserMixin, Named, Edited, Base):
    """A person who can sign in. ``email`` is kept in lower case."""

    __tablename__ = "user_account"
    __audited__ = "person"
    __untold__ = frozenset({"password_hash", "second_asked_at", "mail_bounced_at", "mail_bounce"})

    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(120), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    locale: Mapped[str] = mapped_column(String(10), default="")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    is_admin: Mapped[bool] = mapped_column(default=False)
    second_since: Mapped[datetime | None] = mapped_column(UtcDateTime)  # a second factor is asked since then
    second_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when their role first asked
    is_service: Mapped[bool] = mapped_column(default=False)  # a program's account: tokens only, never a page
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mail_notices: Mapped[bool] = mapped_column(default=True)
    time_zone: Mapped[str] = mapped_column(String(60), default="")  # empty: the network's
    digest: Mapped[str] = mapped_column(String(8), default="")  # empty, daily, weekly
    digest_hour: Mapped[int] = mapped_column(default=7)
    quiet_from: Mapped[int | None]  # minutes after midnight; no mail until quiet_until
    quiet_until: Mapped[int | None]
    quiet_weekends: Mapped[bool] = mapped_column(default=False)
    digest_sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mail_bounced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # since when mail comes back
    mail_bounce: Mapped[str] = mapped_column(String(300), default="")  # what the other server said
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when it is deleted, unless that is undone

    @validates("email")
    def _let_mail_go_again(self, _name: str, address: str) -> str:
        """Let mail go to another address, whatever came back from the one before."""
        if self.email is not None and self.email != address:
            self.mail_bounced_at, self.mail_bounce = None, ""
        return address

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
    way: Mapped[str] = mapped_column(String(12), default="")  # password, link, provider, passkey
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("identity_provider.id", ondelete="SET NULL"))
    second_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when a second factor was given

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
    """A token for the API, of a person or of a program's account; shown once, kept as SHA-256."""

    __tablename__ = "api_token"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"))
    name: Mapped[str] = mapped_column(String(80))
    scopes: Mapped[list[str]] = mapped_column(Json, default=list)  # what it is good for; empty: all
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class IdentityProvider(Named, Edited, Base):
    """An organisation's own sign-in by OpenID Connect: a district's, a state's; several at once.

    One without a network is of the whole installation. ``roles`` says what the groups of the organisation
    are here: a list of objects with ``id``, ``value`` (of the claim), ``role``, and ``team`` or ``network``
    (public ids), for a reviewer also ``level``.
    """

    __tablename__ = "identity_provider"
    __audited__ = "identity_provider"
    __untold__ = frozenset({"client_secret"})

    network_id: Mapped[int | None] = mapped_column(ForeignKey("network.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    issuer: Mapped[str] = mapped_column(String(300))
    client_id: Mapped[str] = mapped_column(String(200))
    client_secret: Mapped[str] = mapped_column(Text, default="")  # sealed
    domains: Mapped[list[str]] = mapped_column(Json, default=list)  # of the addresses it answers for
    asked_domains: Mapped[list[str]] = mapped_column(Json, default=list)  # not yet confirmed by an admin
    claim: Mapped[str] = mapped_column(String(80), default="groups")  # where the groups of a person stand
    roles: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    is_enabled: Mapped[bool] = mapped_column(default=True)
    makes_people: Mapped[bool] = mapped_column(default=False)  # whom it sends gets an account
    has_second: Mapped[bool] = mapped_column(default=False)  # it asks for a second factor itself


class UserIdentity(Named, Edited, Base):
    """A person as an organisation's sign-in knows them; one row for each of its subjects, for ever.

    Ending the connection sets ``deleted_at``; connecting again takes the row up again.
    """

    __tablename__ = "user_identity"
    __table_args__ = (UniqueConstraint("provider_id", "subject"),)
    __audited__ = "user_identity"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("identity_provider.id", ondelete="CASCADE"))
    subject: Mapped[str] = mapped_column(String(255))
    email: Mapped[str] = mapped_column(String(254), default="")  # as the provider told it last
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ProviderGrant(Base):
    """A role that an organisation's sign-in gave somebody; it goes when the group goes."""

    __tablename__ = "provider_grant"

    id: Mapped[int] = mapped_column(primary_key=True)
    identity_id: Mapped[int] = mapped_column(ForeignKey("user_identity.id", ondelete="CASCADE"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    network_id: Mapped[int | None] = mapped_column(ForeignKey("network.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TotpFactor(Base):
    """A person's code generator (RFC 6238); ``last_step`` makes each code good for one use.

    There is a row only once a first code has proved that the device has the secret.
    """

    __tablename__ = "totp_factor"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True)
    secret: Mapped[str] = mapped_column(Text)  # encrypted
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_step: Mapped[int] = mapped_column(default=0)


class RecoveryCode(Base):
    """A code that stands in for a lost code generator, once; kept as SHA-256."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Passkey(Named, Base):
    """A passkey (WebAuthn) of a person: its public half; the device has the other."""

    __tablename__ = "passkey"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)  # base64url
    public_key: Mapped[str] = mapped_column(Text)  # base64url of its COSE key
    sign_count: Mapped[int] = mapped_column(
        BigInteger, default=0
    )  # 0 for ever where the device counts nothing
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


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
