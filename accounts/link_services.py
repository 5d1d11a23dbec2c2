"""Links sent by mail: made, used once, taken back. Callers hand in the session and decide when to commit."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, update
from sqlalchemy.orm import Session

from accounts import rules
from accounts.models import OneTimeLink, User
from accounts.rules import LinkPurpose
from nic_platform import jobs, notices
from nic_platform.actor import Actor
from nic_platform.errors import RuleError
from nic_platform.tables import Notice
from nic_platform.text import Words, _, in_language, language, ngettext, said


def _make(
    session: Session, purpose: LinkPurpose, email: str, *, at: datetime, **columns: Any
) -> tuple[OneTimeLink, str]:
    token = rules.new_secret()
    link = OneTimeLink(
        token_hash=rules.hashed(token), purpose=purpose.value, email=email, created_at=at,
        expires_at=at + purpose.lifetime, **columns,
    )  # fmt: skip
    session.add(link)
    session.flush()
    return link, token


def _ignore() -> str:
    return _("If you did not ask for this, you need do nothing.")


def send_sign_in(session: Session, email: str, user: User | None, *, base_url: str, at: datetime) -> None:
    """Send a link that signs a person in. For an address nobody has, the same is done but nothing is sent."""
    minutes = int(LinkPurpose.SIGN_IN.lifetime.total_seconds() // 60)
    _send_or_not(
        session, LinkPurpose.SIGN_IN, email, user, path="/sign-in/link", base_url=base_url, at=at,
        subject=_("Your link to sign in to Switchback"),
        body=_("Open this page and press “Sign in”. It works once, for %(count)s minutes.", count=minutes),
    )  # fmt: skip


def send_reset(session: Session, email: str, user: User | None, *, base_url: str, at: datetime) -> None:
    """Send a link to set a new password. For an address nobody has, the same is done but nothing is sent."""
    minutes = int(LinkPurpose.RESET.lifetime.total_seconds() // 60)
    _send_or_not(
        session, LinkPurpose.RESET, email, user, path="/reset", base_url=base_url, at=at,
        subject=_("Set a new password for Switchback"),
        body=_("Open this page and set a password. It works once, for %(count)s minutes.", count=minutes),
    )  # fmt: skip


def _send_or_not(
    session: Session, purpose: LinkPurpose, email: str, user: User | None, *, path: str, subject: Words,
    body: Words, base_url: str, at: datetime,
) -> None:  # fmt: skip
    # Both ways write the same two rows, so that the time it takes tells nobody whether there is an account.
    _link, token = _make(session, purpose, email, at=at, user_id=user.id if user else None)
    with in_language((user and user.locale) or language()):  # who chose none asks in the page's language
        text = f"{said(body)}\n\n{base_url}{path}/{token}\n\n{_ignore()}"
        heading = said(subject)
    session.add(
        Notice(
            address=email, kind=f"accounts.{purpose.value}", subject=heading, body=text if user else "",
            on_page=False,
            created_at=at, mail_after=at, mail_state="waiting" if user else "none",
        )
    )  # fmt: skip
    session.flush()
    jobs.nudge(session, notices.MAIL_JOB)


def send_address(session: Session, user: User, email: str, *, base_url: str, at: datetime) -> None:
    """Send a link to a new address; opening it proves that the address is the person's."""
    _link, token = _make(session, LinkPurpose.ADDRESS, email, at=at, user_id=user.id)

    def words() -> str:
        body = _(
            "Open this page to use this address for your Switchback account. It works once, for an hour."
        )
        return f"{body}\n\n{base_url}/account/address/{token}\n\n{_ignore()}"

    notices.mail(
        session, email, kind="accounts.address", subject=_("Use this address for Switchback"), body=words,
        at=at, locale=user.locale or None,
    )  # fmt: skip


def invite(
    session: Session, email: str, *, place: str, payload: dict[str, Any], network_id: int, by: Actor | None,
    base_url: str, at: datetime, known: User | None = None,
) -> tuple[OneTimeLink, str]:  # fmt: skip
    """Invite somebody by mail and return the invitation with its address, for an operator without mail.

    Args:
        place: what they are invited to, in words.
        payload: what accepting will do: ``team`` and ``role``, or ``network_role`` and ``level``.
        known: the person, if they have an account.
    """
    link, token = _make(
        session, LinkPurpose.INVITATION, email, at=at, network_id=network_id,
        created_by_id=by.user_id if by else None,
        user_id=known.id if known else None, payload={**payload, "place": place},
    )  # fmt: skip
    address = f"{base_url}/invitation/{token}"
    days = LinkPurpose.INVITATION.lifetime.days
    name = by.name if by else _("Your network office")

    def words() -> str:
        body = _("%(name)s invites you to join %(place)s on Switchback.", name=said(name), place=place)
        works = ngettext(
            "The link works once, for %(count)s day.", "The link works once, for %(count)s days.", days
        )
        return f"{body}\n\n{address}\n\n{works}"

    notices.mail(
        session, email, kind="accounts.invitation", body=words, at=at, locale=known.locale if known else None,
        subject=_("%(name)s invites you to %(place)s", name=name, place=place),
    )  # fmt: skip
    return link, address


def use(session: Session, link: OneTimeLink, *, at: datetime) -> None:
    """Use a link up. Of two at once the database lets one through.

    Raises:
        RuleError: it was used or ran out meanwhile.
    """
    done = session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.id == link.id, OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > at)
        .values(used_at=at)
        .execution_options(synchronize_session=False)
    )
    if cast(CursorResult[Any], done).rowcount != 1:
        raise RuleError(_("This link was used already, or ran out. Ask for a new one."))


def withdraw(session: Session, link: OneTimeLink, *, by: Actor, at: datetime) -> None:
    """Take an invitation back.

    Raises:
        RuleError: it was accepted or ran out meanwhile.
    """
    use(session, link, at=at)
