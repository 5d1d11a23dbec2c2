"""Webhooks, switched off: nothing outside this machine is told of a demo. Their messages show every state."""

from datetime import timedelta

from sqlalchemy import select

from interchange import webhook_rules
from interchange.models import Webhook, WebhookDelivery
from interchange.webhook_services import SEALED_FOR
from nic_platform import secrets_box
from nic_platform.demo.builder import Builder
from nic_platform.demo.names import SCHOOL
from nic_platform.demo.people import OTHER_TEAM
from teams.models import Team

_SENT = (  # event, kind, state, attempts, answer, what was said, hours ago
    ("item.sent", "feedback_item", "sent", 1, 204, "", 70),
    ("milestone.met", "milestone", "sent", 2, 200, "", 52),
    ("cycle.closed", "cycle", "failed", 8, 503, "It answered with 503.", 49),
    ("measurement.saved", "measure", "waiting", 3, 503, "It answered with 503.", 2),
)


def build(b: Builder) -> None:
    """Give each network a webhook with a few messages."""
    other = b.session.scalars(select(Team.id).where(Team.name == OTHER_TEAM)).one()
    for team_id, name, host in (
        (b.teams[SCHOOL].id, "State data warehouse", "warehouse.altamont.example"),
        (other, "Help desk", "desk.kestrelbay.example"),
    ):
        _hook(b, b.session.get_one(Team, team_id).network_id, name, host)


def _hook(b: Builder, network_id: int, name: str, host: str) -> None:
    secret = secrets_box.seal(webhook_rules.new_secret(), SEALED_FOR)
    hook = Webhook(
        public_id=b.uuid(), network_id=network_id, name=name, url=f"https://{host}/switchback", secret=secret,
        events=["items", "cycles", "milestones", "measurements"], is_enabled=False, created_at=b.days.now,
    )  # fmt: skip
    b.session.add(hook)
    b.session.flush()
    for event, kind, state, attempts, status, said, hours in _SENT:
        at, thing = b.days.now - timedelta(hours=hours), b.uuid()
        b.session.add(
            WebhookDelivery(
                public_id=b.uuid(), network_id=network_id, webhook_id=hook.id, event=event, object_kind=kind,
                object_id=thing, state=state, attempts=attempts, status_code=status, error=said,
                payload={
                    "type": event,
                    "timestamp": at.isoformat(),
                    "data": {"object": {"kind": kind, "id": str(thing), "link": ""}},
                },
                next_at=at, created_at=at, sent_at=at if state == "sent" else None,
            )
        )  # fmt: skip
    b.session.flush()
