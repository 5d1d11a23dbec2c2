"""Webhooks in the API, as their pages have them."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from interchange import policies, webhook_queries, webhook_services
from interchange.base_views import may_use_loopback
from interchange.webhook_schemas import (
    DeliveriesSchema,
    MadeWebhookSchema,
    NewWebhookSchema,
    SecretSchema,
    WebhookChangeSchema,
    WebhookSchema,
    WebhooksSchema,
)
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.api import ApiBlueprint, check_version, page_of
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError
from nic_platform.schemas import PageQuery
from nic_platform.text import _

blueprint = ApiBlueprint(
    "api_webhooks", __name__, "/webhooks", "Systems that are told of changes; for network leads"
)


def _actor() -> Actor:
    actor = access.actor()
    if not policies.can_manage_webhooks(actor):
        raise AbsentError(_("There is no such page."))
    return actor


@blueprint.get("")
@access.signed_in
@blueprint.response(200, WebhooksSchema)
def list_webhooks() -> dict[str, Any]:
    """List the systems that are told of changes in your network."""
    return {"items": webhook_queries.list_webhooks(session(), _actor())}


@blueprint.post("")
@access.signed_in
@blueprint.arguments(NewWebhookSchema)
@blueprint.response(201, MadeWebhookSchema)
def add_webhook(sent: dict[str, Any]) -> dict[str, Any]:
    """Add a system; its secret is told in this answer alone. Messages are signed as Standard Webhooks are."""
    actor = _actor()
    with transaction(actor) as current:
        made, secret = webhook_services.create(
            current, **sent, by=actor, at=clock.now(), allow_loopback=may_use_loopback()
        )
        webhook_id = made.public_id
    return asdict(webhook_queries.get_row(session(), actor, webhook_id)) | {"secret": secret}


@blueprint.get("/<uuid:webhook_id>")
@access.signed_in
@blueprint.response(200, WebhookSchema)
def get_webhook(webhook_id: UUID) -> webhook_queries.WebhookRow:
    """Show one system and whether it answers."""
    return webhook_queries.get_row(session(), _actor(), webhook_id)


@blueprint.patch("/<uuid:webhook_id>")
@access.signed_in
@blueprint.arguments(WebhookChangeSchema)
@blueprint.response(200, WebhookSchema)
def change_webhook(sent: dict[str, Any], webhook_id: UUID) -> webhook_queries.WebhookRow:
    """Change name, address or events, or switch it off or on."""
    actor = _actor()
    hook = webhook_queries.get_webhook(session(), actor, webhook_id)
    check_version(sent.pop("version"), hook.version)
    on = sent.pop("is_enabled", hook.is_enabled)
    now = {"name": hook.name, "url": hook.url, "events": hook.events}
    with transaction(actor) as current:
        webhook_services.change(current, hook, **now | sent, allow_loopback=may_use_loopback())
        if on != hook.is_enabled:
            webhook_services.switch(current, hook, on)
    return webhook_queries.get_row(session(), actor, webhook_id)


@blueprint.delete("/<uuid:webhook_id>")
@access.signed_in
@blueprint.response(204)
def remove_webhook(webhook_id: UUID) -> None:
    """Take a system away; it is told nothing more."""
    actor = _actor()
    hook = webhook_queries.get_webhook(session(), actor, webhook_id)
    with transaction(actor) as current:
        webhook_services.remove(current, hook, at=clock.now())


@blueprint.post("/<uuid:webhook_id>/secret")
@access.signed_in
@blueprint.response(201, SecretSchema)
def renew_secret(webhook_id: UUID) -> dict[str, str]:
    """Make another secret, told in this answer alone; messages are signed with it at once."""
    actor = _actor()
    hook = webhook_queries.get_webhook(session(), actor, webhook_id)
    with transaction(actor) as current:
        return {"secret": webhook_services.renew_secret(current, hook)}


@blueprint.post("/<uuid:webhook_id>/test")
@access.signed_in
@blueprint.response(202)
def send_test(webhook_id: UUID) -> None:
    """Send a message that tells of nothing, to try the address."""
    actor = _actor()
    hook = webhook_queries.get_webhook(session(), actor, webhook_id)
    with transaction(actor) as current:
        webhook_services.send_test(current, hook)


@blueprint.get("/<uuid:webhook_id>/deliveries")
@access.signed_in
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, DeliveriesSchema)
def list_deliveries(query: dict[str, Any], webhook_id: UUID) -> Any:
    """List messages, newest first, with what the other system answered."""
    actor, limit = _actor(), query["limit"]
    webhook_queries.get_webhook(session(), actor, webhook_id)
    rows = webhook_queries.deliveries(session(), actor, webhook_id, after=query.get("after"), limit=limit)
    return page_of(rows, limit, key=lambda row: row.id)


@blueprint.post("/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/send-again")
@access.signed_in
@blueprint.response(202)
def send_again(webhook_id: UUID, delivery_id: UUID) -> None:
    """Send one message once more, under the same id."""
    actor = _actor()
    hook = webhook_queries.get_webhook(session(), actor, webhook_id)
    delivery = webhook_queries.get_delivery(session(), hook, delivery_id)
    with transaction(actor) as current:
        webhook_services.send_again(current, hook, delivery, at=clock.now())
