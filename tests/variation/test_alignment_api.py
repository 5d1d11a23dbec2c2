"""Initiatives, what is decided of them, and practices at sites, in the API."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.world import World, make_world

As = Callable[[str], FlaskClient]
API = "/api/v1"


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def as_role(browse: Callable[..., FlaskClient], world: World) -> As:
    return lambda role: browse(world.people[role])


def changed(client: FlaskClient, method: str, path: str, saved: Any, sent: dict[str, Any]) -> Any:
    """Change a thing from the version that was read, after a try from one that never was."""
    assert client.open(path, method=method, json={**sent, "version": 99}).status_code == 412
    assert client.open(path, method=method, json=sent).status_code == 428
    answer = client.open(path, method=method, json={**sent, "version": saved["version"]})
    assert answer.status_code == 200, answer.json
    assert answer.json["version"] > saved["version"]
    return answer.json


def test_an_initiative_is_changed_by_who_runs_the_network(world: World, as_role: As) -> None:
    own, lead = f"{API}/initiatives/{world.ids['initiative_id']}", as_role("network_lead")
    driver = {"id": str(world.ids["driver_id"]), "is_strong": False}
    found = changed(lead, "PATCH", own, lead.get(own).json, {"aim": "Read at home", "drivers": [driver]})

    assert (found["aim"], [(row["id"], row["is_strong"]) for row in found["drivers"]]) == (
        "Read at home", [(driver["id"], False)],
    )  # fmt: skip
    assert lead.get(own).json == found
    assert as_role("observer").patch(own, json={"version": found["version"]}).status_code == 403
    stranger = {"drivers": [{"id": str(world.ids["plan_id"])}], "version": found["version"]}
    assert list(lead.patch(own, json=stranger).json["errors"]) == ["drivers"]
    assert lead.get(own).json["drivers"] == found["drivers"]


def test_what_stands_at_sites_is_listed_decided_and_the_decision_taken_back(
    world: World, as_role: As
) -> None:
    member, key = as_role("member"), str(world.ids["initiative_place_id"])
    listed = member.get(f"{API}/initiatives/{world.ids['initiative_id']}/places").json["items"]
    place = next(row for row in listed if row["id"] == key)
    path = f"{API}/initiative-places/{key}/decision"
    said = {"decision": "stop", "decision_why": "The same families came", "decided_on": "2026-02-20"}
    decided = changed(member, "PUT", path, place, said)

    assert (decided["decision"], decided["decided_on"]) == ("stop", "2026-02-20")
    rows = member.get(f"{API}/initiative-decisions?kind=stop").json["items"]
    assert [(row["id"], row["decision_why"]) for row in rows] == [(key, "The same families came")]
    assert member.get(f"{API}/initiative-decisions?kind=keep").json["items"] == []
    back = member.put(path, json={"decision": "", "version": decided["version"]}).json
    assert (back["decision"], back["decided_on"]) == ("", None)
    assert as_role("coach").put(path, json={"decision": "keep", "version": 1}).status_code == 403


def test_a_note_on_two_initiatives_is_put_right(world: World, as_role: As) -> None:
    own, hub = f"{API}/initiative-pairs/{world.ids['initiative_pair_id']}", as_role("hub")
    site = hub.get(f"{API}/sites/{world.school.site.public_id}/initiatives").json
    pair = next(row for row in site["pairs"] if row["id"] == str(world.ids["initiative_pair_id"]))
    found = changed(as_role("member"), "PATCH", own, pair, {"words": "Both ask for a log"})

    assert found["words"] == "Both ask for a log"


def test_a_practice_is_changed_begun_at_a_site_and_its_sites_listed(world: World, as_role: As) -> None:
    own, member = f"{API}/practices/{world.ids['practice_id']}", as_role("member")
    found = changed(member, "PATCH", own, member.get(own).json, {"helped": "Everybody"})
    rows = member.get(f"{own}/sites").json["items"]
    begun = as_role("hub").post(
        f"{own}/sites",
        json={"site_id": str(world.hub.site.public_id), "stage": "exploration", "on": "2026-01-12"},
    )

    assert found["helped"] == "Everybody"
    assert [row["id"] for row in rows] == [str(world.ids["practice_site_id"])]
    assert (begun.status_code, begun.json["stage"]) == (201, "exploration")
    twice = {"site_id": str(world.school.site.public_id), "stage": "full", "on": "2026-01-12"}
    assert member.post(f"{own}/sites", json=twice).status_code in {409, 422}
    assert member.post(f"{own}/sites", json=twice | {"stage": "perfect"}).status_code == 422


def test_a_question_is_declined_taken_up_again_answered_and_withdrawn(world: World, as_role: As) -> None:
    own, asked, asker = f"{API}/questions/{world.ids['asking_id']}", as_role("member"), as_role("peer")
    declined = asked.post(f"{own}/decline")
    seen = {"If-Match": declined.headers["ETag"]}
    again = asked.delete(f"{own}/answer", headers=seen)
    answered = asked.put(f"{own}/answer", json={"answer": "One slide.", "by_name": True})

    assert [each.json["state"] for each in (declined, again, answered)] == ["declined", "waiting", "answered"]
    assert answered.json["answer"] == "One slide."
    assert asked.put(f"{own}/withdrawn", json={"is_withdrawn": True}).status_code == 403
    assert asker.post(f"{own}/decline").status_code == 403
    assert asked.delete(f"{own}/answer", headers=seen).status_code == 412  # it was answered since
    assert asker.put(f"{own}/withdrawn", json={"is_withdrawn": True}).json["state"] == "withdrawn"
    assert asker.put(f"{own}/withdrawn", json={"is_withdrawn": False}).json["state"] == "answered"
