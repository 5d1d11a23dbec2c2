from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import IdentityProvider, User
from accounts.passwords import hash_password
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
LIST = "/api/v1/identity-providers"
NEW = {
    "name": "A",
    "issuer": "https://a.example",
    "client_id": "c",
    "client_secret": "hush-hush",
    "domains": ["a.example"],
    "password": "climbs in steps",
}
AGAIN = {"password": "climbs in steps"}


@pytest.fixture
def world(session: Session) -> World:
    made = make_world(session)
    for role in ("admin", "network_lead"):
        made.people[role].password_hash = hash_password(AGAIN["password"])
    session.flush()
    return made


def test_a_provider_is_made_read_changed_mapped_and_removed(
    session: Session, browse: Browse, world: World
) -> None:
    client = browse(world.people["network_lead"])
    made = client.post(LIST, json=NEW)
    assert (made.status_code, made.json["asked_domains"], made.json["has_secret"]) == (
        201,
        ["a.example"],
        True,
    )
    one = f"{LIST}/{made.json['id']}"

    line = client.post(
        f"{one}/roles", json={"value": "Staff", "role": "member", "team": str(world.school.public_id)}
    )
    assert line.status_code == 201
    read = client.get(one)
    assert "hush-hush" not in read.text
    assert [each["id"] for each in read.json["roles"]] == [line.json["id"]]
    changed = client.patch(one, json={"version": read.json["version"], "is_enabled": False, **AGAIN})
    assert (changed.status_code, changed.json["is_enabled"], changed.json["domains"]) == (200, False, [])
    stale = {"version": read.json["version"], "name": "B", **AGAIN}
    assert client.patch(one, json=stale).status_code == 412
    unproved = {**stale, "version": changed.json["version"], "password": "not the one"}
    assert client.patch(one, json=unproved).status_code == 422
    assert client.post(LIST, json=NEW | {"password": "not the one"}).status_code == 422
    assert client.delete(f"{one}/roles/{line.json['id']}").status_code == 204
    assert client.post(f"{one}/confirmed-domains", json=AGAIN).status_code == 403
    admin = browse(world.people["admin"])
    assert admin.post(f"{one}/confirmed-domains", json={"password": "not the one"}).status_code == 422
    confirmed = admin.post(f"{one}/confirmed-domains", json=AGAIN)
    assert confirmed.json["domains"] == ["a.example"]
    assert client.delete(one).status_code == 204
    assert client.get(one).status_code == 404


@pytest.mark.parametrize(
    "sent",
    [
        {"issuer": "http://a.example"},
        {"domains": ["gmail.com"]},
        {"client_secret_": "x"},
        {"asked_domains": ["x.example"]},
        {"network": "00000000-0000-4000-8000-000000000000"},
    ],
)
def test_what_can_not_be_is_refused(browse: Browse, world: World, sent: dict[str, object]) -> None:
    assert browse(world.people["admin"]).post(LIST, json=NEW | sent).status_code == 422


def test_each_sees_what_they_set_up(session: Session, browse: Browse, world: World) -> None:
    session.add(IdentityProvider(name="All", issuer="https://b.example", client_id="c", roles=[]))
    session.flush()
    names = {
        role: [each["name"] for each in browse(world.people[role]).get(LIST).json["items"]]
        for role in ("admin", "network_lead")
    }

    assert names == {"admin": ["All", "District"], "network_lead": ["District"]}


def test_who_is_connected_is_listed_and_ended(session: Session, browse: Browse, world: World) -> None:
    client, people = browse(world.people["network_lead"]), f"{LIST}/{world.ids['provider_id']}/people"
    (linked,) = client.get(people).json["items"]
    assert linked["name"] == world.people["member"].name

    assert client.delete(f"{people}/{linked['id']}").status_code == 204
    assert client.get(people).json == {"items": [], "next": None}


def test_ones_own_connections_are_listed_and_ended(session: Session, browse: Browse, world: World) -> None:
    member = world.people["member"]
    client = browse(member)
    (own,) = client.get("/api/v1/identities").json["items"]
    assert own["provider"] == "District"

    assert client.delete(f"/api/v1/identities/{own['id']}").status_code == 409
    session.scalars(select(User).where(User.id == member.id)).one().password_hash = "x"
    session.flush()
    assert client.delete(f"/api/v1/identities/{own['id']}").status_code == 204
    assert client.get("/api/v1/identities").json["items"] == []
