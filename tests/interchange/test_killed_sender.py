"""A worker that is killed while it tells another system: the next one tells it again, under the same id."""

from datetime import timedelta
from uuid import uuid4

from flask import Flask
from sqlalchemy import select, update

from interchange import webhook_rules
from interchange.models import Webhook, WebhookDelivery
from interchange.telling_services import Hook, tell
from interchange.webhook_services import SEALED_FOR
from nic_platform import clock, secrets_box
from nic_platform.database import transaction
from nic_platform.tables import Job, Schedule
from tests.drill import drill_only
from tests.factories import make_network
from tests.interchange.listening import listening
from tests.nic_platform.test_worker import start, stop, wait_for


def write(app: Flask, url: str) -> int:
    """Write a message for a system at *url*."""
    with app.app_context(), transaction() as current:
        hook = Webhook(
            network_id=make_network(current).id, name="Warehouse", url=url, events=["cycles"],
            secret=secrets_box.seal(webhook_rules.new_secret(), SEALED_FOR),
        )  # fmt: skip
        current.add(hook)
        current.flush()
        happening = webhook_rules.Happening("cycle.closed", "cycle", uuid4(), {}, hook.network_id)
        tell(current, happening, [Hook(hook.id, hook.events)])
        return current.scalars(select(WebhookDelivery.id)).one()


@drill_only
def test_a_message_is_sent_again_under_its_id(own_app: Flask) -> None:
    with listening() as system:
        number = write(own_app, system.url)
        system.hold.clear()
        first = start(own_app)
        try:
            wait_for(own_app, lambda _s: system.taken)
        finally:
            first.kill()
            first.wait(20)
        system.hold.set()
        _let_the_claim_run_out(own_app)
        second = start(own_app)
        try:
            sent = (WebhookDelivery.id == number, WebhookDelivery.state == "sent")
            wait_for(own_app, lambda s: s.scalar(select(WebhookDelivery.id).where(*sent)))
        finally:
            stop(second)

        assert len(system.ids) == 2
        assert len(set(system.ids)) == 1


def _let_the_claim_run_out(app: Flask) -> None:
    with app.app_context(), transaction() as current:
        then = clock.now() - timedelta(minutes=5)
        current.execute(update(WebhookDelivery).values(next_at=then))
        current.execute(update(Job).where(Job.state == "running").values(heartbeat_at=then))
        current.execute(update(Schedule).values(last_run_at=then))
