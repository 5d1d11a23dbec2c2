"""Tables of what other systems are told: webhooks and each delivery."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from nic_platform.database import Base, Edited, Json, Tenant, UtcDateTime


class Webhook(Tenant, Edited, Base):
    """An address of another system that is told of changes, each message signed."""

    __tablename__ = "webhook"
    __audited__ = "webhook"
    __untold__ = frozenset({"secret", "failing_since"})

    name: Mapped[str] = mapped_column(String(120))
    url: Mapped[str] = mapped_column(String(500))
    secret: Mapped[str] = mapped_column(Text)  # encrypted; signs each message
    events: Mapped[list[str]] = mapped_column(Json, default=list)
    is_enabled: Mapped[bool] = mapped_column(default=True)
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)


class WebhookDelivery(Tenant, Base):
    """One message to one address: written with the change it tells of, sent until it is taken or given up."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (Index("ix_webhook_delivery_due", "state", "next_at"),)

    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id", ondelete="CASCADE"), index=True)
    event: Mapped[str] = mapped_column(String(60))
    object_kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[UUID] = mapped_column(Uuid)
    payload: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    state: Mapped[str] = mapped_column(String(12), default="waiting")  # waiting, sent, failed
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    status_code: Mapped[int | None]
    error: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
