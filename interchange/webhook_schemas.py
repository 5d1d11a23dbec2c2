"""What the API says and takes about webhooks."""

from typing import Any

import marshmallow as ma

from interchange.webhook_rules import GROUPS
from nic_platform.api import Schema
from nic_platform.schemas import all_of, page_of, version, words


def _groups(**more: Any) -> ma.fields.List[Any]:
    known = ma.fields.String(validate=ma.validate.OneOf(list(GROUPS)))
    return ma.fields.List(known, validate=ma.validate.Length(min=1, max=len(GROUPS)), **more)


class WebhookSchema(Schema):
    """A system that is told of changes. ``failing_since``: since when it has taken nothing."""

    id = ma.fields.UUID()
    name = ma.fields.String()
    url = ma.fields.String()
    events = ma.fields.List(ma.fields.String())
    is_enabled = ma.fields.Boolean()
    failing_since = ma.fields.DateTime(allow_none=True)
    version = ma.fields.Integer()
    waiting = ma.fields.Integer()
    failed = ma.fields.Integer()
    last_sent_at = ma.fields.DateTime(allow_none=True)


WebhooksSchema = all_of(WebhookSchema, "Webhooks")


class NewWebhookSchema(Schema):
    """A system to tell of changes."""

    name = words(120, required=True)
    url = words(500, required=True)
    events = _groups(required=True)


class MadeWebhookSchema(WebhookSchema):
    """A hook with its secret, which no later answer holds."""

    secret = ma.fields.String()


class WebhookChangeSchema(Schema):
    """What of a hook is to change."""

    version = version()
    name = words(120)
    url = words(500)
    events = _groups()
    is_enabled = ma.fields.Boolean()


class SecretSchema(Schema):
    """A new secret, told in this answer alone."""

    secret = ma.fields.String()


class DeliverySchema(Schema):
    """One message: what it told and what became of it. ``id`` is the Webhook-Id it goes out with."""

    id = ma.fields.UUID()
    event = ma.fields.String()
    object_kind = ma.fields.String()
    object_id = ma.fields.UUID()
    state = ma.fields.String()
    attempts = ma.fields.Integer()
    status_code = ma.fields.Integer(allow_none=True)
    error = ma.fields.String()
    created_at = ma.fields.DateTime()
    next_at = ma.fields.DateTime()
    sent_at = ma.fields.DateTime(allow_none=True)
    payload = ma.fields.Dict(keys=ma.fields.String())


DeliveriesSchema = page_of(DeliverySchema, "WebhookDeliveries")
