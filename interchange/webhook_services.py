"""Setting up webhooks: address, events, secret; a test; sending again. Callers decide when to commit."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from interchange import webhook_rules as rules
from interchange.models import Webhook, WebhookDelivery
from interchange.telling_services import SEND_JOB, Hook, tell
from nic_platform import jobs, outgoing, secrets_box
from nic_platform.actor import Actor
from nic_platform.errors import InputError, RuleError
from nic_platform.text import _

SEALED_FOR = "webhook"


def _check(name: str, url: str, events: Collection[str], allow_loopback: bool) -> None:
    wrong = {}
    if not name:
        wrong["name"] = _("Write which system this is.")
    try:
        outgoing.check_address(url, allow_loopback=allow_loopback)
    except outgoing.OutgoingError as error:
        wrong["url"] = str(error)
    if not events or set(events) - rules.GROUPS.keys():
        wrong["events"] = _("Choose at least one of these.")
    if wrong:
        raise InputError(_("This can’t be saved yet."), wrong)


def create(
    session: Session,
    *,
    name: str,
    url: str,
    events: Collection[str],
    by: Actor,
    at: datetime,
    allow_loopback: bool = False,
) -> tuple[Webhook, str]:
    """Add a hook and return it with its secret, which is shown this once.

    Raises:
        InputError: the address is none that may be asked, or nothing was chosen.
        RuleError: the network has as many as it may have.
    """
    _check(name, url, events, allow_loopback)
    mine = (Webhook.network_id == by.network_id, Webhook.deleted_at.is_(None))
    if (session.scalar(select(func.count()).select_from(Webhook).where(*mine)) or 0) >= rules.MOST_HOOKS:
        raise RuleError(
            _("A network has at most %(most)s webhooks. Remove one first.", most=rules.MOST_HOOKS)
        )
    secret = rules.new_secret()
    made = Webhook(
        network_id=by.network_id,
        name=name,
        url=url,
        events=_in_order(events),
        secret=secrets_box.seal(secret, SEALED_FOR),
    )
    session.add(made)
    session.flush()
    return made, secret


def _in_order(events: Collection[str]) -> list[str]:
    return [group for group in rules.GROUPS if group in events]


def change(
    session: Session,
    hook: Webhook,
    *,
    name: str,
    url: str,
    events: Collection[str],
    allow_loopback: bool = False,
) -> None:
    """Change a hook's name, address and events. Another address begins with a clean slate.

    Raises:
        InputError: see :func:`create`; nothing was changed.
    """
    _check(name, url, events, allow_loopback)
    if url != hook.url:
        hook.failing_since = None
    hook.name, hook.url, hook.events = name, url, _in_order(events)
    session.flush()


def switch(session: Session, hook: Webhook, on: bool) -> None:
    """Send its messages again, those that wait first, or hold them back."""
    hook.is_enabled, hook.failing_since = on, None
    session.flush()
    if on:
        jobs.nudge(session, SEND_JOB)


def renew_secret(session: Session, hook: Webhook) -> str:
    """Give a hook another secret and return it; messages are signed with it from now on."""
    secret = rules.new_secret()
    hook.secret = secrets_box.seal(secret, SEALED_FOR)
    session.flush()
    return secret


def remove(session: Session, hook: Webhook, *, at: datetime) -> None:
    """Take a hook away; what still waits is not sent any more, and its secret is forgotten."""
    hook.deleted_at, hook.is_enabled, hook.secret = at, False, ""
    session.execute(
        update(WebhookDelivery)
        .where(WebhookDelivery.webhook_id == hook.id, WebhookDelivery.state == "waiting")
        .values(state="failed", error="removed")
    )
    session.flush()


def send_test(session: Session, hook: Webhook) -> None:
    """Write a message that tells of nothing, to try the address.

    Raises:
        RuleError: the hook is switched off.
    """
    _check_on(hook)
    happening = rules.Happening(rules.TEST, "webhook", hook.public_id, {}, hook.network_id)
    tell(session, happening, [Hook(hook.id, hook.events)])


def send_again(session: Session, hook: Webhook, delivery: WebhookDelivery, *, at: datetime) -> None:
    """Send a message once more, under the id it has: who took it already knows it by that.

    Raises:
        RuleError: the hook is switched off.
    """
    _check_on(hook)
    delivery.state, delivery.attempts, delivery.next_at, delivery.error = "waiting", 0, at, ""
    session.flush()
    jobs.nudge(session, SEND_JOB)


def _check_on(hook: Webhook) -> None:
    if not hook.is_enabled:
        raise RuleError(_("This webhook is switched off. Switch it on first."))
