"""The network by place, whom a team touches, and changes that spread, in the API."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.world import World, make_world

API = "/api/v1"
As = Callable[[str], FlaskClient]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def as_role(browse: Callable[..., FlaskClient], world: World) -> As:
    return lambda role: browse(world.people[role])


def test_places_tell_their_teams_and_lead_on(world: World, as_role: As) -> None:
    client = as_role("hub")
    found = client.get(f"{API}/network/places?at={world.state.site.public_id}").get_json()
    assert found["items"][0]["site_id"] == str(world.hub.site.public_id)
    assert found["items"][0]["teams"]["teams"] == found["total"]["teams"] - 1
    assert (found["count"], found["next"]) == (1, None)
    whole = client.get(f"{API}/network/places").get_json()
    assert whole["total"] == found["total"]


def test_a_place_of_no_network_of_ones_own_is_not_there(world: World, as_role: As) -> None:
    state = world.state.site.public_id
    assert as_role("other_network").get(f"{API}/network/places?at={state}").status_code == 404
    assert as_role("other_network").get(f"{API}/network/teams?at={state}").status_code == 404


def test_teams_are_found_by_weakness_and_name(as_role: As) -> None:
    found = as_role("analyst").get(f"{API}/network/teams?find=own&level=school").get_json()
    assert [(line["name"], line["level"]) for line in found["items"]] == [("Own school", "school")]
    assert as_role("hub").get(f"{API}/network/teams?show=worst").status_code == 422
    assert as_role("hub").get(f"{API}/network/teams?limit=1").get_json()["next"] == 1


def test_whom_a_team_touches(world: World, as_role: As) -> None:
    found = as_role("peer").get(f"{API}/teams/{world.hub.public_id}/around").get_json()
    assert [line["name"] for line in found["above"]] == ["State team"]
    assert [line["name"] for line in found["feeders"]] == ["Own school", "Peer school"]
    assert (found["feeder_total"], found["next"]) == (2, None)


def test_changes_tell_whom_they_reached(world: World, as_role: As) -> None:
    found = as_role("peer").get(f"{API}/network/spread").get_json()
    assert [change["what"] for change in found["items"]] == ["Exit tickets at the door"]
    steps = found["items"][0]["steps"]
    assert [(step["name"], step["giver"], step["distance"]) for step in steps] == [
        ("Peer school", "Own school", 1)
    ]
    assert as_role("analyst").get(f"{API}/network/spread").get_json()["items"] == []
