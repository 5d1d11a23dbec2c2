"""Sends what waits for other systems: claimed, signed, sent, marked; tried again with growing pauses.

A message is claimed before it is sent. If the worker dies in between, the claim runs out after a minute and
the message is sent again with the same id. Messages about one thing go in their order: the next waits until
the one before is taken or given up.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, delete, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from interchange import webhook_rules as rules
from interchange.models import Webhook, WebhookDelivery
from interchange.webhook_services import SEALED_FOR
from nic_platform import clock, notices, outgoing, secrets_box
from nic_platform.actor import NetworkRole
from nic_platform.database import transaction
from nic_platform.jobs import Report
from nic_platform.text import _
from teams.models import NetworkMember

BATCH = 50
KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Message:
    """One message, ready to be sent."""

    number: int
    id: UUID
    webhook_id: int
    object_id: UUID
    attempts: int
    payload: Any
    url: str
    secret: str
    failing_since: datetime | None


def due(current: Session, at: datetime, without: set[int]) -> list[Message]:
    """Return messages whose time has come, oldest first, none before an earlier one about the same thing.

    Args:
        without: hooks that are left alone.
    """
    d, earlier = WebhookDelivery, aliased(WebhookDelivery)
    blocked = exists().where(
        earlier.webhook_id == d.webhook_id, earlier.object_id == d.object_id,
        earlier.state == "waiting", earlier.id < d.id,
    )  # fmt: skip
    rows = current.execute(
        select(
            d.id, d.public_id, d.webhook_id, d.object_id, d.attempts, d.payload,
            Webhook.url, Webhook.secret, Webhook.failing_since,
        )
        .join(Webhook, Webhook.id == d.webhook_id)
        .where(d.state == "waiting", d.next_at <= at, ~blocked)
        .where(Webhook.is_enabled.is_(True), Webhook.deleted_at.is_(None), Webhook.id.not_in(sorted(without)))
        .order_by(d.next_at, d.id)
        .limit(BATCH)
    )  # fmt: skip
    return [Message(*row) for row in rows]


def send_due(
    report: Report, *, base_url: str, allow_loopback: bool = False, at: datetime | None = None
) -> dict[str, int]:
    """Send everything whose time has come; return how many were taken, put off and given up.

    An address that fails is left alone for the rest of this run: one dead system does not hold up the others.

    Args:
        base_url: the installation's address, for the links.
        allow_loopback: see :func:`nic_platform.outgoing.check_address`.
    """
    counts = {"sent": 0, "later": 0, "failed": 0}
    failing: set[int] = set()
    _count_from_now(at or clock.now())
    while True:
        now = at or clock.now()
        with transaction(at=now) as current:
            found = due(current, now, failing)
        took = False
        for message in found:
            if message.webhook_id in failing or not _claim(message, now):
                continue
            took = True
            state = _send(message, base_url, allow_loopback, now)
            counts[state] += 1
            if state != "sent":
                failing.add(message.webhook_id)
            report(0)  # says that somebody is at it, and stops here where that was asked
        if not took:
            return counts


def _count_from_now(at: datetime) -> None:
    """Let messages that a clock since set back has put off too far be due now."""
    d = WebhookDelivery
    too_far = or_(d.created_at > at + clock.FAR_AHEAD, d.next_at > at + rules.PAUSES[-1] + clock.FAR_AHEAD)
    with transaction(at=at) as current:
        current.execute(update(d).where(d.state == "waiting", d.next_at > at, too_far).values(next_at=at))


def _claim(message: Message, at: datetime) -> bool:
    with transaction(at=at) as current:
        taken = current.execute(
            update(WebhookDelivery)
            .where(WebhookDelivery.id == message.number, WebhookDelivery.state == "waiting")
            .where(WebhookDelivery.attempts == message.attempts)
            .values(attempts=WebhookDelivery.attempts + 1, next_at=at + rules.LEASE)
        )
        return cast(CursorResult[Any], taken).rowcount == 1


def _send(message: Message, base_url: str, allow_loopback: bool, at: datetime) -> str:
    body = json.dumps(
        _with_address(message.payload, base_url), separators=(",", ":"), sort_keys=True
    ).encode()
    try:
        secret = secrets_box.open_sealed(message.secret, SEALED_FOR)
        answer = outgoing.ask(
            "POST", message.url, headers=rules.headers(secret, message.id, clock.now(), body), body=body,
            allow_loopback=allow_loopback,
        )  # fmt: skip
    except (outgoing.OutgoingError, secrets_box.SealError) as error:
        return _failed(message, at, None, str(error))
    if 200 <= answer.status < 300:
        return _taken(message, answer.status)
    return _failed(message, at, answer.status, _answered(answer.status))


def _answered(status: int) -> str:
    if 300 <= status < 400:
        return _("It answered with another address. Those are not followed: write the last one.")
    return _("It answered with %(status)s.", status=status)


def _with_address(payload: Any, base_url: str) -> Any:
    """Return a payload with its link made whole."""
    thing = payload["data"]["object"]
    link = base_url + thing["link"] if thing["link"] else ""
    return {**payload, "data": {**payload["data"], "object": {**thing, "link": link}}}


def _taken(message: Message, status: int) -> str:
    with transaction() as current:
        values = {"state": "sent", "status_code": status, "error": "", "sent_at": clock.now()}
        _mark(current, message, values)
        if message.failing_since is not None:
            _since(current, message, None)
    return "sent"


def _failed(message: Message, at: datetime, status: int | None, why: str) -> str:
    pause = rules.pause_after(message.attempts + 1)
    values: dict[str, Any] = {"status_code": status, "error": why[:300]}
    values |= {"state": "failed"} if pause is None else {"next_at": at + pause}
    with transaction(at=at) as current:
        _mark(current, message, values)
        if status == rules.GONE or rules.is_given_up(message.failing_since, at):
            _switch_off(current, message, at, gone=status == rules.GONE)
        elif message.failing_since is None:
            _since(current, message, at)
    return "failed" if pause is None else "later"


def _mark(current: Session, message: Message, values: dict[str, Any]) -> None:
    current.execute(update(WebhookDelivery).where(WebhookDelivery.id == message.number).values(**values))


def _since(current: Session, message: Message, since: datetime | None) -> None:
    """Note since when an address fails; that is no change that a person made, so it moves no version."""
    current.execute(update(Webhook).where(Webhook.id == message.webhook_id).values(failing_since=since))


def _switch_off(current: Session, message: Message, at: datetime, *, gone: bool) -> None:
    """Ask an address no more, and tell those who run the network."""
    hook = current.get(Webhook, message.webhook_id, populate_existing=True)
    if hook is None or not hook.is_enabled:
        return
    hook.is_enabled = False
    if gone:
        body = _(
            "The other system says that it wants no more messages. "
            "Nothing is sent there until you switch it on again."
        )
    else:
        body = _(
            "It has not taken a message for three days. "
            "What waits is kept and sent once you switch it on again."
        )
    notices.notify(
        current, _leads(current, hook.network_id), kind="webhook.stopped",
        subject=_("The webhook “%(name)s” is switched off", name=hook.name), body=body,
        path=f"/network/webhooks/{hook.public_id}", network_id=hook.network_id, at=at,
    )  # fmt: skip


def _leads(current: Session, network_id: int) -> list[int]:
    return list(
        current.scalars(
            select(NetworkMember.user_id).where(
                NetworkMember.network_id == network_id, NetworkMember.role == NetworkRole.LEAD,
                NetworkMember.deleted_at.is_(None),
            )
        )
    )  # fmt: skip


def forget_old(at: datetime) -> int:
    """Take out messages that were sent or given up long ago; return how many."""
    with transaction(at=at) as current:
        gone = current.execute(
            delete(WebhookDelivery)
            .where(WebhookDelivery.state != "waiting", WebhookDelivery.created_at < at - KEPT)
            .execution_options(synchronize_session=False)
        )
    return cast(CursorResult[Any], gone).rowcount
