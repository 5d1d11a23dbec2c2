"""The pages and the API of webhooks: the secret is shown once, and only who runs the network comes in."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from interchange.models import Webhook, WebhookDelivery
from interchange.webhook_services import SEALED_FOR
from nic_platform import secrets_box
from nic_platform.actor import NetworkRole
from tests.factories import make_network, make_network_member, make_team, make_user

Browse = Callable[..., FlaskClient]
FORM = {"name": "Warehouse", "url": "https://warehouse.example/take", "events": ["cycles", "items"]}


@pytest.fixture
def lead(session: Session) -> Any:
    network = make_network(session)
    lead = make_user(session, make_team(session, network))
    make_network_member(session, network, lead, NetworkRole.LEAD)
    return lead


def hook_of(session: Session) -> Webhook:
    session.expire_all()
    return session.scalars(select(Webhook)).one()


def test_a_secret_is_shown_once_and_kept_sealed(session: Session, browse: Browse, lead: Any) -> None:
    client = browse(lead)

    page = client.post("/network/webhooks/new", data=FORM)

    hook = hook_of(session)
    secret = secrets_box.open_sealed(hook.secret, SEALED_FOR)
    assert page.status_code == 201
    assert secret in page.text
    assert secret not in hook.secret
    assert secret not in client.get(f"/network/webhooks/{hook.public_id}").text
    assert "warehouse.example" in client.get("/network/webhooks").text
    renewed = client.post(f"/network/webhooks/{hook.public_id}/secret")
    assert secret not in renewed.text
    assert secrets_box.open_sealed(hook_of(session).secret, SEALED_FOR) in renewed.text


def test_its_page_tells_who_changed_what_of_it_and_no_secret(
    session: Session, browse: Browse, lead: Any
) -> None:
    client = browse(lead)
    client.post("/network/webhooks/new", data=FORM)
    page = f"/network/webhooks/{hook_of(session).public_id}"
    client.post(
        f"{page}/edit", data={**FORM, "name": "Data <b>store</b>", "version": hook_of(session).version}
    )
    client.post(f"{page}/secret")

    told = client.get(page).text.split("What was changed", 1)[1]

    assert told.count(lead.name) == 3
    assert "<del>Warehouse</del> → <ins>Data &lt;b&gt;store&lt;/b&gt;</ins>" in told
    assert "<dt>Secret</dt>" in told
    assert hook_of(session).secret not in told


@pytest.mark.parametrize(
    "change",
    [
        {"url": "http://warehouse.example/"},
        {"url": "https://me:word@warehouse.example/"},
        {"events": []},
        {"name": " "},
    ],
)
def test_what_can_not_be_is_said_beside_its_field(
    session: Session, browse: Browse, lead: Any, change: dict[str, Any]
) -> None:
    page = browse(lead).post("/network/webhooks/new", data=FORM | change)

    assert page.status_code == 422
    assert session.scalars(select(Webhook)).all() == []


def test_testing_sending_again_switching_and_removing(session: Session, browse: Browse, lead: Any) -> None:
    client = browse(lead)
    client.post("/network/webhooks/new", data=FORM)
    here = f"/network/webhooks/{hook_of(session).public_id}"

    client.post(f"{here}/test")
    sent = session.scalars(select(WebhookDelivery)).one()
    sent.state, sent.attempts = "failed", 8
    session.flush()
    client.post(f"{here}/messages/{sent.public_id}/again")
    session.refresh(sent)
    assert (sent.event, sent.state, sent.attempts) == ("test", "waiting", 0)

    client.post(f"{here}/disable")
    assert not hook_of(session).is_enabled
    assert client.post(f"{here}/test").status_code == 409
    client.post(f"{here}/enable")
    client.post(f"{here}/edit", data=FORM | {"name": "Other", "version": hook_of(session).version})
    assert hook_of(session).name == "Other"
    assert client.post(f"{here}/edit", data=FORM | {"version": 1}).status_code == 409
    client.post(f"{here}/remove")
    assert client.get(here).status_code == 404
    session.refresh(sent)
    assert (hook_of(session).secret, sent.state) == ("", "failed")


def test_the_api_does_the_same(session: Session, browse: Browse, lead: Any) -> None:
    client = browse(lead)

    made = client.post("/api/v1/webhooks", json=FORM).get_json()
    here = f"/api/v1/webhooks/{made['id']}"
    assert made["secret"].startswith("whsec_")
    assert "secret" not in client.get(here).get_json()
    changed = client.patch(here, json={"version": made["version"], "is_enabled": False}).get_json()
    assert not changed["is_enabled"]
    assert client.patch(here, json={"version": made["version"], "name": "x"}).status_code == 412
    client.patch(here, json={"version": changed["version"], "is_enabled": True})
    assert client.post(f"{here}/test").status_code == 202
    rows = client.get(f"{here}/deliveries").get_json()
    assert [row["event"] for row in rows["items"]] == ["test"]
    again = client.post(f"{here}/deliveries/{rows['items'][0]['id']}/send-again")
    assert (again.status_code, client.delete(here).status_code) == (202, 204)
    assert client.get("/api/v1/webhooks").get_json()["items"] == []
