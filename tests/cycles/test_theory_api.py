from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from cycles.models import TheoryChange
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
API = "/api/v1"


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def body(answer: Any) -> Any:
    assert answer.status_code in {200, 201}, answer.text
    return answer.get_json()


def test_the_theory_is_built_through_the_api(session: Session, world: World, browse: Browse) -> None:
    lead, measure = (
        browse(world.people["network_lead"]),
        make.make_measure(session, network_id=world.network.id),
    )
    assert lead.post(f"{API}/drivers", json={"name": "Checks"}).status_code == 422
    made = body(lead.post(f"{API}/drivers", json={"name": "Checks", "why": "Pilot"}))
    under = {
        "name": "Minutes",
        "parent_id": made["id"],
        "why": "Blocks",
        "measures": [str(measure.public_id)],
    }
    second = body(lead.post(f"{API}/drivers", json=under))
    assert second["parent_id"] == made["id"]
    renamed = {"version": second["version"], "name": "Minutes kept", "why": "Clearer"}
    second = body(lead.patch(f"{API}/drivers/{second['id']}", json=renamed))
    assert (second["name"], second["parent_id"]) == ("Minutes kept", made["id"])
    assert second["measures"] == [str(measure.public_id)]
    assert lead.patch(f"{API}/drivers/{second['id']}", json=renamed).status_code == 412

    idea = f"{API}/ideas/{world.ids['idea_id']}/drivers"
    links = [{"driver_id": second["id"], "strength": "weak"}]
    sent = {"version": body(lead.get(idea))["version"], "links": links, "why": "Seen"}
    assert body(lead.put(idea, json=sent))["links"] == links
    version = body(lead.get(f"{API}/network"))["version"]
    aim = {"version": version, "aim": "60% by May", "why": "Voted"}
    theory = body(lead.patch(f"{API}/theory/aim", json=aim))

    assert theory["aim"] == "60% by May"
    [primary] = [each for each in theory["drivers"] if each["id"] == made["id"]]
    [secondary] = primary["drivers"]
    assert [each["strength"] for each in secondary["ideas"]] == ["weak"]
    assert {each["kind"] for each in theory["gaps"]} >= {"no_idea", "no_measure"}
    history = body(lead.get(f"{API}/theory/history?limit=2"))
    assert [each["why"] for each in history["items"]] == ["Voted", "Seen"]
    assert len(body(lead.get(f"{API}/theory/history?after={history['next']}"))["items"]) == 4
    assert body(lead.get(f"{API}/theory?on=2020-01-01"))["aim"] == ""

    gone = {"version": made["version"], "why": "Never moved"}
    assert lead.post(f"{API}/drivers/{made['id']}/delete", json=gone).status_code == 204
    assert body(lead.post(f"{API}/drivers/{made['id']}/restore"))["name"] == "Checks"


def test_a_member_reads_the_theory_and_revises_nothing(
    session: Session, world: World, browse: Browse
) -> None:
    member = browse(world.people["member"])
    driver = f"{API}/drivers/{world.ids['driver_id']}"
    assert body(member.get(driver))["name"]
    assert member.patch(driver, json={"version": 1, "name": "Ours", "why": "x"}).status_code == 403
    assert member.post(f"{API}/drivers", json={"name": "Ours", "why": "x"}).status_code == 403
    assert member.patch(f"{API}/theory/aim", json={"version": 1, "aim": "x"}).status_code == 403
    assert session.query(TheoryChange).count() == 0


def test_a_ramp_comes_as_a_tree_with_belief_and_advice(
    session: Session, world: World, browse: Browse
) -> None:
    ramp = make.make_ramp(
        session, world.school, belief="high", cost_of_failure="low", readiness="high", title="Timers"
    )
    first = make.make_cycle(session, world.school, ramp=ramp, number=1, stage="closed", scale="teacher")
    make.make_prediction(session, first, verdict="held")
    for number in (2, 3):
        make.make_cycle(session, world.school, ramp=ramp, number=number, stage="do", parent_id=first.id)
    client = browse(world.people["member"])

    found = body(client.get(f"{API}/ramps/{ramp.public_id}"))

    assert [each["number"] for each in found["cycles"]] == [1, 2, 3]
    assert [each["grew_from"] for each in found["cycles"]] == [None, *[str(first.public_id)] * 2]
    assert found["cycles"][0]["held"] == 1
    assert found["advice"]["size"] == "implement"
    listed = body(client.get(f"{API}/ramps?limit=1"))
    assert [each["title"] for each in listed["items"]] == ["Timers"]
    assert len(body(client.get(f"{API}/ramps?after={listed['next']}"))["items"]) == 1
    page = client.get(f"/ramps/{ramp.public_id}").text
    assert "Its branches" in page
    assert "a branch of cycle 1" in page
    assert "The rules not used" in page
    assert "advised next" in page


def test_what_needs_a_hand_is_listed(session: Session, world: World, browse: Browse) -> None:
    lost = make.make_cycle(session, world.school, stage="do", title="Lost", starts_on=None, ends_on=None)

    found = body(browse(world.people["hub"]).get(f"{API}/cycles/needing-a-hand"))

    needs = {each["need"] for each in found["items"] if each["cycle_id"] == str(lost.public_id)}
    assert needs == {"milestone", "ramp"}
    assert {each["act"] for each in found["items"]} >= {"Hang it on a milestone", "Put it on a ramp"}
    peer = body(browse(world.people["peer"]).get(f"{API}/cycles/needing-a-hand"))
    assert peer["items"] == []


def test_a_ramp_is_judged_anew_and_a_cycle_put_on_it(session: Session, world: World, browse: Browse) -> None:
    ramp, other = (make.make_ramp(session, team, title="Timers") for team in (world.school, world.peer))
    member, observer = browse(world.people["member"]), browse(world.people["observer"])
    address = f"{API}/ramps/{ramp.public_id}"
    judged = body(member.patch(address, json={"version": 1, "belief": "high", "title": "Two timers"}))
    assert (judged["belief"], judged["title"], judged["readiness"]) == ("high", "Two timers", "")
    assert member.patch(address, json={"version": 1, "belief": "low"}).status_code == 412
    assert member.patch(address, json={"version": judged["version"], "title": " "}).status_code == 422

    place = f"{API}/cycles/{world.ids['cycle_id']}"
    version = body(member.get(place))["version"]
    sent = {"version": version, "milestones": [], "ramp_id": str(ramp.public_id)}
    put = body(member.put(f"{place}/place", json=sent))
    assert (put["milestones"], put["number"]) == ([], 1)
    assert [each["id"] for each in body(member.get(address))["cycles"]] == [str(world.ids["cycle_id"])]
    assert member.put(f"{place}/place", json=sent).status_code == 412
    assert observer.patch(address, json={"version": judged["version"], "belief": "low"}).status_code == 403
    strange = {"version": put["version"], "milestones": [str(other.public_id)]}
    assert list(member.put(f"{place}/place", json=strange).json["errors"]) == ["milestones"]
    theirs = {"version": put["version"], "milestones": [], "ramp_id": str(other.public_id)}
    assert member.put(f"{place}/place", json=theirs).status_code == 404
    assert observer.put(f"{place}/place", json=sent).status_code == 403


def test_a_driver_is_drawn_further_up(session: Session, world: World, browse: Browse) -> None:
    lead, member = browse(world.people["network_lead"]), browse(world.people["member"])
    made = body(lead.post(f"{API}/drivers", json={"name": "Checks", "why": "Twelve schools"}))
    before = [each["name"] for each in body(lead.get(f"{API}/theory"))["drivers"]]

    assert lead.post(f"{API}/drivers/{made['id']}/move", json={"way": "up"}).status_code == 200

    after = [each["name"] for each in body(lead.get(f"{API}/theory"))["drivers"]]
    assert after == [*before[:-2], before[-1], before[-2]]
    assert member.post(f"{API}/drivers/{made['id']}/move", json={"way": "up"}).status_code == 403
