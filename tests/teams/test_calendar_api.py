"""A network's calendar and its own words in the API, by the rules of the pages."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from teams.models import SchoolYear
from tests.drill import lighter_database
from tests.world import World, make_world

API = "/api/v1/network"


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def lead(browse: Callable[..., FlaskClient], world: World) -> FlaskClient:
    return browse(world.people["network_lead"])


def test_a_year_is_added_divided_and_changed(lead: FlaskClient) -> None:
    sent = {"name": "2031-32", "starts_on": "2031-08-18", "ends_on": "2032-05-28"}
    made = lead.post(f"{API}/years", json=sent)
    own = f"{API}/years/{made.json['id']}"
    twice, odd = (lead.post(f"{API}/years", json=sent | more) for more in ({}, {"name": "2031/32"}))
    divided = lead.post(f"{own}/quarters")
    shorter = lead.patch(own, json={"ends_on": "2032-01-28"}, headers={"If-Match": made.headers["ETag"]})
    longer = lead.patch(own, json={"ends_on": "2032-06-04", "version": made.json["version"]})

    assert (made.status_code, made.json["spans"]) == (201, [])
    assert [(each.status_code, list(each.json["errors"])) for each in (twice, odd)] == [(422, ["name"])] * 2
    assert [span["kind"] for span in divided.json["spans"]] == ["quarter"] * 4
    assert lead.post(f"{own}/quarters").status_code == 409
    assert (shorter.status_code, list(shorter.json["errors"])) == (422, ["starts_on"])
    assert (longer.status_code, longer.json["name"], longer.json["ends_on"]) == (200, "2031-32", "2032-06-04")
    assert lead.patch(own, json={"name": "2030-31", "version": made.json["version"]}).status_code == 412
    assert [year["name"] for year in lead.get(f"{API}/years").json["items"]] == ["2031-32", "2025-26"]


def test_a_break_is_added_moved_taken_out_and_brought_back(world: World, lead: FlaskClient) -> None:
    spans = f"{API}/years/{world.ids['year_id']}/spans"
    days: dict[str, Any] = {"starts_on": "2026-03-16", "ends_on": "2026-03-20"}
    made = lead.post(spans, json={"name": "Spring", **days})
    own = f"{API}/spans/{made.json['id']}"
    over = lead.post(spans, json={"name": "Again", **days})
    moved = lead.patch(own, json={"ends_on": "2026-03-23", "version": made.json["version"]})

    assert (made.status_code, made.json["kind"], over.status_code) == (201, "break", 422)
    assert "overlap" in over.json["errors"]["starts_on"]
    assert (moved.json["name"], moved.json["ends_on"]) == ("Spring", "2026-03-23")
    assert lead.delete(own).status_code == 204
    assert lead.post(f"{own}/restore").json["name"] == "Spring"
    year = lead.get(f"{API}/years/{world.ids['year_id']}").json
    assert [span["name"] for span in year["spans"]] == ["Winter", "Spring"]
    assert lead.delete(own).status_code == 204
    assert lead.post(spans, json={"name": "Instead", **days}).status_code == 201
    assert lead.post(f"{own}/restore").status_code == 422  # another stands in its place
    assert lead.patch(own, json={"version": 1}).status_code == 404


@lighter_database
def test_years_are_read_in_a_constant_number_of_statements(
    session: Session,
    world: World,
    lead: FlaskClient,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    def statements() -> int:
        session.expire_all()
        with count_queries() as found:
            assert lead.get(f"{API}/years").status_code == 200
        return len(found)

    lead.get(f"{API}/years")
    few = statements()
    for number in range(5):
        year = SchoolYear(network_id=world.network.id, name=f"204{number}-4{number + 1}")
        year.starts_on, year.ends_on = (world.network.created_at.date(),) * 2
        session.add(year)
    session.flush()
    assert statements() == few


def test_own_words_are_said_read_in_sentences_and_given_back(
    session: Session, world: World, lead: FlaskClient, browse: Callable[..., FlaskClient]
) -> None:
    before = lead.get(f"{API}/words").json
    said = {"milestone": ["benchmark", "benchmarks"], "cycle": ["cycle", "cycles"]}
    after = lead.put(f"{API}/words", json={"words": said, "version": before["version"]})

    assert before["words"] == {}
    assert before["nouns"]["milestone"] == ["milestone", "milestones"]
    assert after.json["words"] == {"milestone": ["benchmark", "benchmarks"]}  # the other was ours anyway
    assert any("Write a benchmark" in sentence for sentence in after.json["sentences"])
    taken = {"words": {"milestone": ["cycle", "cycles"], "plan": ["map", ""]}}
    refused = lead.put(f"{API}/words", json=taken | {"version": after.json["version"]})
    assert (refused.status_code, set(refused.json["errors"])) == (
        422, {"words.milestone.0", "words.milestone.1", "words.plan.1"},
    )  # fmt: skip
    assert lead.put(f"{API}/words", json={"words": {}, "version": before["version"]}).status_code == 412
    assert lead.put(f"{API}/words", json={"words": {}}).status_code == 428
    back = lead.put(f"{API}/words", json={"words": {}}, headers={"If-Match": after.headers["ETag"]})
    assert (back.status_code, back.json["words"]) == (200, {})
