"""The people of a team, its first steps, line, voices, lead and hand-over in the API."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts import services
from nic_platform import clock
from nic_platform.actor import TeamRole
from tests import factories as make
from tests.world import World, make_world

Api = Callable[..., Any]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def api(browse: Callable[..., FlaskClient], world: World) -> Api:
    def call(role: str, method: str, path: str, sent: Any = None) -> Any:
        client = browse(world.people[role])
        return client.open(f"/api/v1/teams/{world.school.public_id}{path}", method=method, json=sent)

    return call


def test_people_are_listed_changed_and_taken_out(world: World, api: Api) -> None:
    member = world.people["member"]
    people = {one["name"]: one for one in api("peer", "GET", "/people").json["items"]}
    version, path = people[member.name]["version"], f"/people/{member.public_id}"
    sent = {"perspectives": ["family"], "version": version}
    assert api("member", "PATCH", path, sent).json["perspectives"] == ["family"]
    assert api("lead", "PATCH", path, sent).status_code == 412
    assert api("member", "PATCH", path, {"role": "lead", "version": version + 1}).status_code == 403
    assert api("lead", "PATCH", path, {"role": "linking", "version": version + 1}).json["role"] == "linking"
    assert api("lead", "DELETE", f"/people/{world.people['lead'].public_id}").status_code == 409
    assert api("lead", "DELETE", path).status_code == 204
    assert member.name not in {one["name"] for one in api("lead", "GET", "/people").json["items"]}


def test_first_steps_line_and_voices_are_read_and_finished(session: Session, world: World, api: Api) -> None:
    found = api("lead", "GET", "/first-steps").json
    assert found["steps"][0]["key"] == "purpose"
    assert found["finished_at"] is None
    assert api("lead", "PUT", "/first-steps", {"is_finished": True}).status_code == 204
    session.refresh(world.school)
    assert world.school.set_up_at is not None
    line = api("peer", "GET", "/line").json
    assert ([one["name"] for one in line["teams"]], len(line["functions"])) == (
        ["Own school", "Hub", "State team"], 9
    )  # fmt: skip
    assert api("peer", "GET", "/voices").json["questions"]


def test_a_lead_is_named_where_there_is_none(session: Session, world: World, api: Api) -> None:
    sent = {"person_id": str(world.people["member"].public_id), "until": None}
    assert api("network_lead", "PUT", "/lead", sent).status_code == 409
    services.disable(session, world.people["lead"], by=None, at=make.NOON)
    assert api("peer", "PUT", "/lead", sent).status_code == 403
    until = (clock.today(world.network.time_zone) + timedelta(days=30)).isoformat()
    people = api("hub", "PUT", "/lead", sent | {"until": until}).json["items"]
    assert [one["interim_until"] for one in people if one["name"] == world.people["member"].name] == [until]
    people = api("network_lead", "PUT", "/lead", sent).json["items"]
    assert {one["name"] for one in people if one["role"] == "lead" and one["is_active"]} == {
        world.people["member"].name
    }


def test_a_hand_over_is_made_and_undone(session: Session, world: World, api: Api) -> None:
    lead, member = world.people["lead"], world.people["member"]
    theme = make.make_theme(session, world.school, owner_id=lead.id)
    path = f"/people/{lead.public_id}/hand-over"
    assert [thing["kind"] for thing in api("lead", "GET", path).json["things"]] == ["theme"]
    sent = {"to": {"theme": str(member.public_id)}}
    made = api("lead", "POST", path, sent).json
    session.refresh(theme)
    assert (made["changed"], theme.owner_id) == (1, member.id)
    undone = api("lead", "POST", f"/hand-overs/{made['id']}/undo").json
    session.refresh(theme)
    assert (undone, theme.owner_id) == ({"back": 1, "stayed": 0}, lead.id)
    assert api("lead", "POST", path, {"to": {"everything": str(member.public_id)}}).status_code == 422


def test_who_hands_over_their_own_makes_nobody_a_lead(world: World, api: Api) -> None:
    linking = str(world.people["linking"].public_id)
    path = f"/people/{world.people['member'].public_id}/hand-over"
    assert api("member", "POST", path, {"lead": linking}).status_code == 403
    people = {one["id"]: one["role"] for one in api("lead", "GET", "/people").json["items"]}
    assert people[linking] == TeamRole.LINKING


def test_teams_that_nobody_leads_are_listed_by_name(
    session: Session, world: World, browse: Callable[..., FlaskClient]
) -> None:
    alone = make.make_team(session, site=world.hub.site, level=world.hub.level, name="Nobody leads it")
    client = browse(world.people["network_lead"])
    rows = client.get("/api/v1/teams/without-lead").json["items"]

    assert "Own school" not in {row["name"] for row in rows}
    assert {row["id"] for row in rows if row["name"] == "Nobody leads it"} == {str(alone.public_id)}
