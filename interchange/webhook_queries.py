"""Reading webhooks and their deliveries; network leads see those of their network. Nothing here writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, select
from sqlalchemy.orm import Session, aliased

from interchange.models import Webhook, WebhookDelivery
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError
from nic_platform.text import _


@dataclass(frozen=True)
class WebhookRow:
    """One hook as its page and the API show it; its secret is nowhere."""

    id: UUID
    name: str
    url: str
    events: Sequence[str]
    is_enabled: bool
    failing_since: datetime | None
    version: int
    waiting: int = 0
    failed: int = 0
    last_sent_at: datetime | None = None


@dataclass(frozen=True)
class DeliveryRow:
    """One message with what became of it."""

    id: UUID
    event: str
    object_kind: str
    object_id: UUID
    state: str
    attempts: int
    status_code: int | None
    error: str
    created_at: datetime
    next_at: datetime
    sent_at: datetime | None
    payload: Mapping[str, Any]


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Say which hooks a person may know of: who runs the network knows its own."""
    if not actor.is_network_lead:
        return false()
    return and_(Webhook.network_id == actor.network_id, Webhook.deleted_at.is_(None))


def _rows(session: Session, *where: ColumnElement[bool]) -> list[WebhookRow]:
    """Return hooks with how their messages stand; one statement."""
    d, state = WebhookDelivery, WebhookDelivery.state
    tally = (
        select(
            d.webhook_id,
            func.count(d.id).filter(state == "waiting").label("waiting"),
            func.count(d.id).filter(state == "failed").label("failed"),
            func.max(d.sent_at).label("last"),
        )
        .group_by(d.webhook_id)
        .subquery()
    )
    w = Webhook
    query = (
        select(
            w.public_id, w.name, w.url, w.events, w.is_enabled, w.failing_since, w.version,
            func.coalesce(tally.c.waiting, 0), func.coalesce(tally.c.failed, 0), tally.c.last,
        )
        .outerjoin(tally, tally.c.webhook_id == w.id)
        .where(*where)
        .order_by(w.id)
    )  # fmt: skip
    return [WebhookRow(*row) for row in session.execute(query)]


def list_webhooks(session: Session, actor: Actor) -> list[WebhookRow]:
    """Return the hooks of the actor's network, oldest first."""
    return _rows(session, visible_to(actor))


def get_row(session: Session, actor: Actor, webhook_id: UUID) -> WebhookRow:
    """Return one hook to show.

    Raises:
        AbsentError: there is none, or the actor may not know of it.
    """
    found = _rows(session, visible_to(actor), Webhook.public_id == webhook_id)
    if not found:
        raise AbsentError(_("There is no such webhook."))
    return found[0]


def get_webhook(session: Session, actor: Actor, webhook_id: UUID) -> Webhook:
    """Return one hook to change.

    Raises:
        AbsentError: there is none, or the actor may not know of it.
    """
    found = session.scalar(select(Webhook).where(visible_to(actor), Webhook.public_id == webhook_id))
    if found is None:
        raise AbsentError(_("There is no such webhook."))
    return found


def deliveries(
    session: Session, actor: Actor, webhook_id: UUID, *, after: UUID | None = None, limit: int = 50
) -> list[DeliveryRow]:
    """Return up to ``limit + 1`` messages of a hook, newest first; one statement."""
    d, other = WebhookDelivery, aliased(WebhookDelivery)
    query = (
        select(
            d.public_id, d.event, d.object_kind, d.object_id, d.state, d.attempts, d.status_code, d.error,
            d.created_at, d.next_at, d.sent_at, d.payload,
        )
        .join(Webhook, Webhook.id == d.webhook_id)
        .where(visible_to(actor), Webhook.public_id == webhook_id)
        .order_by(d.id.desc())
        .limit(limit + 1)
    )  # fmt: skip
    if after is not None:
        query = query.where(d.id < select(other.id).where(other.public_id == after).scalar_subquery())
    rows: Any = session.execute(query)
    return [DeliveryRow(*row) for row in rows]


def get_delivery(session: Session, hook: Webhook, delivery_id: UUID) -> WebhookDelivery:
    """Return one message of a hook.

    Raises:
        AbsentError: there is none.
    """
    here = (WebhookDelivery.webhook_id == hook.id, WebhookDelivery.public_id == delivery_id)
    found = session.scalar(select(WebhookDelivery).where(*here))
    if found is None:
        raise AbsentError(_("There is no such message."))
    return found
