"""Deleting a network takes its lead, an administrator and thirty days; an account its person, or its lead."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from accounts import passwords
from accounts.models import User
from desk.ending import GRACE
from desk.ending_commands import network_commands
from nic_platform import clock
from nic_platform.actor import NetworkRole
from nic_platform.tables import Deletion, Notice
from teams.models import Membership, Network
from tests import factories as make

Browse = Callable[..., FlaskClient]
PASSWORD = "climbs in small steps"


@pytest.fixture(scope="module")
def hashed() -> str:
    return passwords.hash_password(PASSWORD)


class Scene:
    """A network with a team, its lead, a member, and an administrator of the installation."""

    def __init__(self, session: Session, hashed: str) -> None:
        told: dict[str, Any] = {"password_hash": hashed}
        self.team = make.make_team(session)
        self.network = session.get_one(Network, self.team.network_id)
        self.member = make.make_user(session, self.team, **told)
        self.lead = make.make_user(session, **told)
        self.admin = make.make_user(session, is_admin=True, **told)
        make.make_network_member(session, self.network, self.lead, NetworkRole.LEAD)


@pytest.fixture
def scene(session: Session, hashed: str) -> Scene:
    return Scene(session, hashed)


def only(session: Session) -> Deletion:
    session.expire_all()
    return session.scalars(select(Deletion)).one()


def test_a_network_is_asked_for_confirmed_told_of_and_kept(
    session: Session, browse: Browse, scene: Scene
) -> None:
    lead, admin, member = browse(scene.lead), browse(scene.admin), browse(scene.member)

    wrong = lead.post("/network/end", data={"confirm": "not it"})
    assert (wrong.status_code, session.scalars(select(Deletion)).all()) == (422, [])
    assert lead.post("/network/end", data={"confirm": PASSWORD, "why": "It is over"}).status_code == 303
    asked = only(session)
    assert (asked.name, asked.due_at, asked.why) == (scene.network.name, None, "It is over")
    assert lead.post("/network/end", data={"confirm": PASSWORD}).status_code == 422  # asked already
    assert "is deleted on" not in member.get("/account").text
    page = admin.get("/admin/deletions").text
    assert scene.network.name in page
    assert session.scalar(select(Notice.user_id).where(Notice.kind == "network.end_asked")) == scene.admin.id

    address = f"/admin/deletions/{asked.public_id}"
    assert lead.get(address).status_code == 404
    assert admin.post(address, data={"confirm": PASSWORD}).status_code == 303
    due = only(session).due_at
    assert due is not None
    assert timedelta(0) <= clock.now() + GRACE - due < timedelta(minutes=5)
    for client, button in ((member, "a network lead can undo it"), (lead, "Keep it")):
        assert button in client.get("/account").text
    assert lead.post("/network/end/undo").status_code == 303
    assert only(session).undone_at is not None
    assert "is deleted on" not in member.get("/account").text
    assert session.get_one(Network, scene.network.id).ends_at is None
    assert admin.post(f"{address}/undo").status_code == 404


def test_an_account_is_deleted_by_its_person_or_by_the_lead_of_its_only_network(
    session: Session, browse: Browse, scene: Scene
) -> None:
    member, lead = browse(scene.member), browse(scene.lead)
    theirs = f"/network/people/{scene.member.public_id}/end"

    assert member.post("/account/end", data={"confirm": PASSWORD}).status_code == 303
    assert "Your account is deleted on" in member.get("/account").text
    assert member.post("/account/end/undo").status_code == 303
    assert session.get_one(User, scene.member.id).ends_at is None
    assert lead.get(f"/network/people/{scene.admin.public_id}/end").status_code == 404  # not of the network
    assert lead.post(theirs, data={"confirm": PASSWORD}).status_code == 303
    letters = session.scalars(select(Notice.address).where(Notice.address.is_not(None))).all()
    assert letters == [scene.member.email] * 2
    assert lead.post(f"{theirs}/undo").status_code == 303

    elsewhere = make.make_membership(session, make.make_team(session), scene.member)
    refused = lead.post(theirs, data={"confirm": PASSWORD})
    assert (refused.status_code, "another network too" in refused.text) == (422, True)
    here = Membership.user_id == scene.member.id, Membership.team_id == scene.team.id
    session.execute(update(Membership).where(*here).values(deleted_at=clock.now()))
    assert browse(scene.member).post("/account/end", data={"confirm": PASSWORD}).status_code == 303
    assert lead.get(theirs).status_code == 404  # a former network has no say, and reads no reasons
    assert lead.post(f"{theirs}/undo").status_code == 404
    session.execute(delete(Membership).where(Membership.id == elsewhere.id))
    assert lead.get(theirs).status_code == 200
    alone = lead.post("/account/end", data={"confirm": PASSWORD})
    assert (alone.status_code, "Nobody else leads" in alone.text) == (422, True)


def test_programs_do_the_same(session: Session, browse: Browse, scene: Scene) -> None:
    lead, admin = browse(scene.lead), browse(scene.admin)
    said = {"password": PASSWORD, "why": "Over"}

    assert lead.get("/api/v1/network/deletion").status_code == 404
    made = lead.post("/api/v1/network/deletion", json=said)
    assert (made.status_code, made.get_json()["state"]) == (201, "asked")
    listed = admin.get("/api/v1/deletions").get_json()["items"]
    assert [each["id"] for each in listed] == [made.get_json()["id"]]
    confirmed = admin.post(f"/api/v1/deletions/{listed[0]['id']}/confirm", json={"password": PASSWORD})
    assert (confirmed.status_code, confirmed.get_json()["state"]) == (200, "waiting")
    assert lead.post("/api/v1/network/deletion/undo").status_code == 204
    person = f"/api/v1/network/people/{scene.member.public_id}/deletion"
    assert lead.post(person, json={"password": "not it"}).status_code == 422
    assert lead.post(person, json=said).get_json()["state"] == "waiting"
    assert browse(scene.member).get("/api/v1/account/deletion").get_json()["name"] == scene.member.name
    assert lead.post(f"{person}/undo").status_code == 204


def test_the_command_lists_deletes_and_keeps_networks(app: Flask, session: Session, scene: Scene) -> None:
    name, other = scene.network.name, make.make_network(session)
    kept = other.name
    session.commit()

    def run(*args: str) -> Any:
        return app.test_cli_runner().invoke(network_commands, list(args))

    assert name in run("list").output
    assert run("delete", name).exit_code == 1  # asked, and nobody said yes
    assert "in 30 days" in run("delete", name, "--yes").output
    assert f"{name} stays." in run("delete", name, "--undo").output
    assert run("delete", name, "--undo").exit_code == 1
    done = run("delete", name, "--now", "--yes")
    assert f"{name} is gone" in done.output

    session.expire_all()
    assert session.scalars(select(Network.name)).all() == [kept]
