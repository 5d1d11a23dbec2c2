from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from cycles.models import Cycle
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
API = "/api/v1/cycles"


def body(response: TestResponse) -> Any:
    return response.json


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def test_a_cycle_goes_through_the_api(session: Session, world: World, browse: Browse) -> None:
    client = browse(world.people["member"])
    milestone = str(world.ids["milestone_id"])
    made = client.post(API, json={"milestones": [milestone], "change": "A timer"})
    assert made.status_code == 201
    cycle = body(made)
    address = f"{API}/{cycle['id']}"

    refused = client.post(f"{address}/step", json={"version": cycle["version"], "action": "finish"})
    assert refused.status_code == 422
    assert {"aim", "who", "scale", "predictions"} <= set(body(refused)["errors"])

    plan = {
        "version": cycle["version"],
        "aim": "Tickets in short blocks",
        "who": "Three teachers",
        "scale": "teachers",
        "starts_on": "2026-02-09",
        "ends_on": "2026-02-24",
        "predictions": [{"question": "How many days?", "number": 75, "low": 70, "high": 80, "unit": "%"}],
    }
    cycle = body(client.patch(address, json=plan))
    assert cycle["milestones"] == [milestone]
    cycle = body(client.post(f"{address}/step", json={"version": cycle["version"], "action": "finish"}))
    assert cycle["stage"] == "do"
    [prediction] = cycle["predictions"]
    assert prediction["locked_at"]

    result = {"id": prediction["id"], "number": 1, "result_number": 26, "result_of": 33}
    sent = {"version": cycle["version"], "observations": "It fit.", "predictions": [result]}
    [prediction] = body(client.patch(address, json=sent))["predictions"]
    assert (prediction["number"], prediction["verdict"]) == (75, "held")
    assert prediction["sentence"].startswith("4 points above prediction.")


def test_what_is_not_sent_of_a_prediction_stays(session: Session, world: World, browse: Browse) -> None:
    client = browse(world.people["member"])
    made = body(client.post(API, json={"change": "A timer"}))
    address = f"{API}/{made['id']}"
    whole = {"question": "How many days?", "because": "It is short", "number": 75, "low": 70, "unit": "%"}
    cycle = body(client.patch(address, json={"version": made["version"], "predictions": [whole]}))
    [saved] = cycle["predictions"]

    number = {"id": saved["id"], "number": 80}
    cycle = body(client.patch(address, json={"version": cycle["version"], "predictions": [number]}))
    words = {"id": saved["id"], "question": "On how many days?", "low": None}
    cycle = body(client.patch(address, json={"version": cycle["version"], "predictions": [words]}))

    [after] = cycle["predictions"]
    assert after == saved | {"number": 80, "question": "On how many days?", "low": None}


def test_an_old_version_changes_nothing(session: Session, world: World, browse: Browse) -> None:
    address = f"{API}/{world.ids['cycle_id']}"
    client = browse(world.people["member"])
    version = body(client.get(address))["version"]
    client.patch(address, json={"version": version, "aim": "Theirs"})

    assert client.patch(address, json={"version": version, "aim": "Mine"}).status_code == 412
    assert client.patch(address, json={"aim": "Mine"}).status_code == 428
    assert body(client.get(address))["aim"] == "Theirs"


@pytest.mark.parametrize("field", ["is_shared", "team_id", "network_id", "stage", "nonsense"])
def test_what_is_not_known_or_not_writable_is_refused(
    session: Session, world: World, browse: Browse, field: str
) -> None:
    address = f"{API}/{world.ids['cycle_id']}"
    client = browse(world.people["member"])
    sent = {"version": body(client.get(address))["version"], field: "x"}
    assert client.patch(address, json=sent).status_code == 422


@pytest.mark.parametrize(
    ("role", "read", "write"),
    [
        ("coach", 200, 403),
        ("observer", 200, 403),
        ("hub", 200, 403),
        ("peer", 404, 404),
        ("analyst", 404, 404),
    ],
)
def test_the_api_says_what_the_pages_say(
    session: Session, world: World, browse: Browse, role: str, read: int, write: int
) -> None:
    address = f"{API}/{world.ids['cycle_id']}"
    client = browse(world.people[role])

    assert client.get(address).status_code == read
    assert client.patch(address, json={"version": 1, "aim": "Forged"}).status_code == write
    assert client.post(f"{address}/step", json={"version": 1, "action": "finish"}).status_code == write
    assert session.scalars(select(Cycle.aim).where(Cycle.public_id == world.ids["cycle_id"])).one() == ""


def test_the_list_holds_what_may_be_read_page_by_page(session: Session, world: World, browse: Browse) -> None:
    for _ in range(3):
        make.make_cycle(session, world.school, stage="do")
    make.make_cycle(session, world.school, change="A draft")
    client = browse(world.people["hub"])

    first = body(client.get(f"{API}?limit=2"))
    second = body(client.get(f"{API}?limit=2&after={first['next']}"))

    assert len({each["id"] for each in first["items"] + second["items"]}) == 4
    assert second["next"] is None
    assert body(client.get(f"{API}?stage=plan"))["items"] == []
    assert client.get(f"{API}?team_id={uuid4()}").status_code == 404


def test_another_teams_milestone_is_refused(session: Session, world: World, browse: Browse) -> None:
    foreign = make.make_milestone(session, world.peer)
    sent = {"milestones": [str(foreign.public_id)], "change": "A timer"}
    assert browse(world.people["member"]).post(API, json=sent).status_code == 422


def test_ideas_are_listed_for_who_may_know_of_them(session: Session, world: World, browse: Browse) -> None:
    make.make_idea(session, world.school, title="Ours alone")
    make.make_idea(session, world.school, title="Everybody's", is_shared=True)
    found = body(browse(world.people["peer"]).get("/api/v1/ideas"))["items"]
    assert [each["title"] for each in found] == ["Everybody's"]
