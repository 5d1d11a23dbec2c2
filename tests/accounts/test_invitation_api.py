"""Inviting by API does what the page does: the same mail, the same rights, the same refusals."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from accounts import passwords
from accounts.models import OneTimeLink
from nic_platform import clock
from nic_platform.tables import Job, Notice
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]


@pytest.fixture
def world(session: Session) -> World:
    world = make_world(session)
    session.execute(delete(OneTimeLink))
    return world


def test_somebody_is_invited_listed_and_taken_back(session: Session, browse: Browse, world: World) -> None:
    lead, address = browse(world.people["lead"]), f"/api/v1/teams/{world.school.public_id}/invitations"
    sent, key = {"email": " New@X.org", "role": "coach"}, {"Idempotency-Key": "0c1d6a52-0000-4000-8000-1"}
    made = lead.post(address, json=sent, headers=key)
    again = lead.post(address, json=sent, headers=key)
    link = session.scalars(select(OneTimeLink)).one()
    mail = session.scalars(select(Notice).where(Notice.address == "new@x.org")).one()

    assert (made.status_code, made.json["email"], made.json["place"]) == (201, "new@x.org", "Own school")
    assert (again.json, again.headers["Idempotency-Replayed"]) == (made.json, "true")
    assert (link.payload["team"], link.payload["role"]) == (str(world.school.public_id), "coach")
    assert "/invitation/" in mail.body
    assert "/invitation/" not in made.text
    listed = lead.get("/api/v1/invitations").json["items"]
    assert [row["id"] for row in listed] == [made.json["id"]]
    assert browse(world.people["network_lead"]).get("/api/v1/invitations").json["items"] == listed

    one = f"/api/v1/invitations/{made.json['id']}"
    codes = [browse(world.people[who]).delete(one).status_code for who in ("member", "peer", "lead", "lead")]
    assert codes == [404, 404, 204, 404]


def test_what_the_page_refuses_is_refused_with_its_field(browse: Browse, world: World) -> None:
    lead, school = browse(world.people["lead"]), f"/api/v1/teams/{world.school.public_id}/invitations"
    there = lead.post(school, json={"email": world.people["member"].email})
    wrong = lead.post(school, json={"email": "nobody"})
    unknown = lead.post(school, json={"email": "new@x.org", "role": "king"})

    assert [(answer.status_code, list(answer.json["errors"])) for answer in (there, wrong, unknown)] == [
        (422, ["email"]), (422, ["email"]), (422, ["role"]),
    ]  # fmt: skip
    assert "is in this team already" in there.json["errors"]["email"]


def test_a_role_in_the_network_is_offered_by_its_leads(
    session: Session, browse: Browse, world: World
) -> None:
    address = f"/api/v1/networks/{world.network.public_id}/invitations"
    client, sent = browse(world.people["network_lead"]), {"email": "new@x.org", "level": "region"}
    assert client.post(address, json=sent).status_code == 201
    assert client.post(address, json=sent | {"role": "analyst"}).status_code == 201
    assert browse(world.people["lead"]).post(address, json=sent).status_code == 403
    assert browse(world.people["other_network"]).post(address, json=sent).status_code == 404

    kept = [link.payload for link in session.scalars(select(OneTimeLink).order_by(OneTimeLink.id))]
    assert [(each["network_role"], each["level"]) for each in kept] == [
        ("reviewer", "region"), ("analyst", None),
    ]  # fmt: skip


def test_mail_that_came_back_is_tried_again(session: Session, browse: Browse, world: World) -> None:
    user = world.people["member"]
    user.mail_bounced_at, user.mail_bounce = clock.now(), "no such mailbox"
    session.flush()
    client = browse(user)

    assert client.get("/api/v1/notice-settings").json["mail_bounced_at"] is not None
    assert client.post("/api/v1/notice-settings/mail-again").json["mail_bounced_at"] is None
    session.refresh(user)
    assert (user.mail_bounced_at, user.mail_bounce) == (None, "")


def test_an_archive_tells_how_far_it_is(session: Session, browse: Browse, world: World) -> None:
    lead, address = browse(world.people["network_lead"]), "/api/v1/network/archives"
    job = session.scalars(select(Job).where(Job.public_id == world.ids["archive_id"])).one()
    told = lead.get(f"{address}/{job.public_id}").json

    assert told in lead.get(address).json["items"]
    assert (told["state"], told["is_ready"]) == ("done", True)
    job.result = {**(job.result or {}), "until": (clock.now() - timedelta(days=1)).isoformat()}
    session.flush()
    assert lead.get(f"{address}/{job.public_id}/file").status_code == 404
    assert browse(world.people["lead"]).get(f"{address}/{job.public_id}").status_code == 404
    assert lead.post(address, json={"password": "not mine"}).json["errors"] == {
        "password": "This is not your password."
    }
    world.people["network_lead"].password_hash = passwords.hash_password("steps that climb")
    session.flush()
    begun = lead.post(address, json={"password": "steps that climb"})
    assert (begun.status_code, begun.json["state"]) == (202, "queued")
    assert lead.get(f"{address}/{begun.json['id']}").json == begun.json
    assert lead.get(f"{address}/{begun.json['id']}/file").status_code == 404  # it is not made yet
