"""Messages arrive signed, in order, again with the same id after a fault, and end somewhere."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from interchange import sending_services, webhook_rules
from interchange.models import Webhook, WebhookDelivery
from interchange.telling_services import Hook, tell
from interchange.webhook_rules import Happening
from interchange.webhook_services import SEALED_FOR
from nic_platform import secrets_box
from nic_platform.actor import NetworkRole
from nic_platform.database import db
from nic_platform.tables import Notice
from teams.models import Network
from tests.factories import NOON, make_network, make_network_member, make_user
from tests.interchange.listening import Listener, listening

SECRET = webhook_rules.new_secret()


@pytest.fixture(scope="module")
def system() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


@pytest.fixture
def heard(system: Listener) -> Listener:
    """The other system, which has heard nothing yet."""
    system.taken.clear()
    system.answers.clear()
    return system


def make_hook(session: Session, url: str) -> Webhook:
    hook = Webhook(
        network_id=make_network(session).id, name="Warehouse", url=url, events=["cycles"],
        secret=secrets_box.seal(SECRET, SEALED_FOR),
    )  # fmt: skip
    session.add(hook)
    session.flush()
    return hook


def say(session: Session, hook: Webhook, about: UUID | None = None) -> WebhookDelivery:
    session.info["at"] = NOON
    happening = Happening("cycle.closed", "cycle", about or uuid4(), {}, hook.network_id)
    tell(session, happening, [Hook(hook.id, hook.events)])
    session.info.pop("at")
    last = select(WebhookDelivery).order_by(WebhookDelivery.id.desc()).limit(1)
    return session.scalars(last).one()


def send(app: Flask, session: Session, at: datetime = NOON, loopback: bool = True) -> dict[str, int]:
    session.flush()
    with app.app_context():
        db.session.registry.set(cast(Any, session))
        counts = sending_services.send_due(
            lambda _done: None, base_url="https://nic.example.org", allow_loopback=loopback, at=at
        )
        db.session.registry.clear()
    session.expire_all()
    return counts


def test_a_message_arrives_signed_with_a_whole_link(app: Flask, session: Session, heard: Listener) -> None:
    sent = say(session, make_hook(session, heard.url))

    assert send(app, session) == {"sent": 1, "later": 0, "failed": 0}

    headers, body = heard.taken[0]
    stamp = datetime.fromtimestamp(int(headers["Webhook-Timestamp"]), NOON.tzinfo)
    assert headers["Webhook-Signature"] == webhook_rules.signature(SECRET, sent.public_id, stamp, body)
    thing = json.loads(body)["data"]["object"]
    assert thing["link"] == f"https://nic.example.org/cycles/{sent.object_id}"
    assert (sent.state, sent.status_code, sent.attempts) == ("sent", 204, 1)


def test_what_fails_is_sent_again_with_the_same_id(app: Flask, session: Session, heard: Listener) -> None:
    hook = make_hook(session, heard.url)
    sent = say(session, hook)
    heard.answers = [500, 302]

    assert send(app, session)["later"] == 1
    assert (sent.state, sent.next_at, sent.status_code) == ("waiting", NOON + timedelta(minutes=1), 500)
    assert hook.failing_since == NOON
    assert send(app, session)["sent"] == 0
    assert send(app, session, NOON + timedelta(minutes=1))["later"] == 1
    assert "another address" in sent.error
    assert send(app, session, NOON + timedelta(minutes=6))["sent"] == 1
    assert heard.ids == [str(sent.public_id)] * 3
    assert hook.failing_since is None


def test_messages_about_one_thing_keep_their_order(app: Flask, session: Session, heard: Listener) -> None:
    hook, about = make_hook(session, heard.url), uuid4()
    first, second = say(session, hook, about), say(session, hook, about)
    heard.answers = [500]

    send(app, session)
    assert heard.ids == [str(first.public_id)]
    send(app, session, NOON + timedelta(minutes=1))

    assert heard.ids == [str(each.public_id) for each in (first, first, second)]


def test_a_claim_runs_out_when_its_worker_dies(app: Flask, session: Session, heard: Listener) -> None:
    sent = say(session, make_hook(session, heard.url))
    with app.app_context():
        db.session.registry.set(cast(Any, session))
        message = sending_services.due(session, NOON, set())[0]
        assert sending_services._claim(message, NOON)
        assert not sending_services._claim(message, NOON)  # another worker, at once
        db.session.registry.clear()

    assert send(app, session)["sent"] == 0
    assert send(app, session, NOON + webhook_rules.LEASE)["sent"] == 1
    assert heard.ids == [str(sent.public_id)]


def test_after_three_days_it_is_switched_off_and_the_lead_is_told(
    app: Flask, session: Session, heard: Listener
) -> None:
    hook = make_hook(session, heard.url)
    lead = make_user(session)
    make_network_member(session, session.get_one(Network, hook.network_id), lead, NetworkRole.LEAD)
    say(session, hook)
    hook.failing_since = NOON - timedelta(days=3)
    heard.answers = [500]

    send(app, session)

    assert not hook.is_enabled
    told = session.scalars(select(Notice).where(Notice.user_id == lead.id)).one()
    assert (told.kind, told.path) == ("webhook.stopped", f"/network/webhooks/{hook.public_id}")
    assert send(app, session, NOON + timedelta(days=9)) == {"sent": 0, "later": 0, "failed": 0}


def test_who_says_gone_is_asked_no_more(app: Flask, session: Session, heard: Listener) -> None:
    hook = make_hook(session, heard.url)
    say(session, hook)
    heard.answers = [410]

    send(app, session)

    assert not hook.is_enabled


def test_a_message_is_given_up_after_its_last_try(app: Flask, session: Session, heard: Listener) -> None:
    sent = say(session, make_hook(session, heard.url))
    sent.attempts = len(webhook_rules.PAUSES)
    heard.answers = [500]

    assert send(app, session)["failed"] == 1
    assert sent.state == "failed"


INNER = [
    "https://127.0.0.1/", "https://127.1/", "https://2130706433/", "https://0x7f000001/", "https://0177.0.0.1/",
    "https://localhost/", "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:10.0.0.8]/",
    "https://10.1.2.3/", "https://172.16.0.1/", "https://192.168.1.1/", "https://169.254.169.254/latest/meta-data/",
    "https://100.64.0.1/", "https://0.0.0.0/", "https://224.0.0.1/", "https://240.0.0.1/", "https://[fe80::1]/",
    "https://[fc00::1]/", "https://[64:ff9b::a00:8]/", "https://[2002:a00:8::1]/", "http://example.org/",
]  # fmt: skip


def test_no_message_reaches_an_inner_address(app: Flask, session: Session, heard: Listener) -> None:
    for url in (*INNER, heard.url, heard.url.replace("http:", "https:")):
        say(session, make_hook(session, url))

    assert send(app, session, loopback=False) == {"sent": 0, "later": len(INNER) + 2, "failed": 0}
    assert heard.taken == []
