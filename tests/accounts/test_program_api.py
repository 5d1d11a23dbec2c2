"""Programs' accounts in the API: made, given roles and tokens, changed, ended and shut out at once."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts import passwords
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
PROGRAMS = "/api/v1/programs"
PASSWORD = "steps that climb"


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def lead(world: World, browse: Browse) -> FlaskClient:
    world.people["network_lead"].password_hash = passwords.hash_password(PASSWORD)
    return browse(world.people["network_lead"])


def test_a_program_comes_in_with_its_token_and_is_shut_out_at_once(
    world: World, lead: FlaskClient, browse: Browse
) -> None:
    team = str(world.school.public_id)
    made = lead.post(PROGRAMS, json={"name": "Export", "role": {"role": "member", "team_id": team}})
    own = f"{PROGRAMS}/{made.json['id']}"
    wanted = {"name": "Nightly", "scopes": ["teams:read"], "password": PASSWORD}
    wrong = lead.post(f"{own}/tokens", json=wanted | {"password": "not mine"})
    token = lead.post(f"{own}/tokens", json=wanted)
    bearer, program = {"Authorization": f"Bearer {token.json['token']}"}, browse()

    assert (made.status_code, [role["team_id"] for role in made.json["roles"]]) == (201, [team])
    assert (wrong.status_code, list(wrong.json["errors"])) == (422, ["password"])
    assert token.status_code == 201
    kept = lead.get(f"{own}/tokens").json["items"]
    assert [(row["name"], "token" in row) for row in kept] == [("Nightly", False)]
    assert program.get(f"/api/v1/teams/{team}", headers=bearer).status_code == 200
    assert program.get("/api/v1/cycles", headers=bearer).json["scope"] == "cycles:read"
    assert program.get("/account", headers=bearer).location.startswith("/sign-in")  # it has no page

    second = lead.post(f"{own}/tokens", json=wanted | {"name": "Second"}).json
    assert lead.delete(f"{own}/tokens/{second['id']}").status_code == 204
    assert lead.delete(f"{own}/tokens/{second['id']}").status_code == 404
    assert lead.delete(own).status_code == 204
    assert program.get(f"/api/v1/teams/{team}", headers=bearer).status_code == 401


def test_it_is_renamed_from_the_version_that_was_read_and_given_roles(
    world: World, lead: FlaskClient
) -> None:
    own = f"{PROGRAMS}/{world.ids['program_id']}"
    read = lead.get(own)
    changed = lead.patch(own, json={"purpose": "Sums"}, headers={"If-Match": read.headers["ETag"]})

    assert (changed.status_code, changed.json["name"], changed.json["purpose"]) == (
        200, "Nightly export", "Sums",
    )  # fmt: skip
    assert lead.patch(own, json={"name": "x", "version": read.json["version"]}).status_code == 412
    assert lead.post(f"{own}/roles", json={"role": "analyst"}).json["roles"] == [
        {"role": "analyst", "level": None, "team_id": None, "team": None}
    ]
    assert lead.post(f"{own}/roles", json={"role": "king"}).status_code == 422
    gone = {"role": "member", "team_id": str(world.stranger.public_id)}
    assert lead.post(f"{own}/roles", json=gone).status_code == 404  # another network's
    assert [row["name"] for row in lead.get(PROGRAMS).json["items"]] == ["Nightly export"]


def test_a_token_makes_no_wider_one_and_others_know_of_nothing(
    world: World, lead: FlaskClient, browse: Browse
) -> None:
    own = f"{PROGRAMS}/{world.ids['program_id']}"
    narrow = lead.post(
        "/api/v1/tokens", json={"name": "Mine", "scopes": ["admin:write"], "password": PASSWORD}
    )
    bearer = {"Authorization": f"Bearer {narrow.json['token']}"}
    wider = browse().post(
        f"{own}/tokens", json={"name": "All", "scopes": [], "password": PASSWORD}, headers=bearer
    )
    assert wider.status_code == 403
    for role in ("lead", "reviewer", "admin", "other_network"):
        client = browse(world.people[role])
        assert (client.get(own).status_code, client.delete(own).status_code) == (404, 404), role
