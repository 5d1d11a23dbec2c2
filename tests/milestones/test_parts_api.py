"""Each part of a plan by itself in the API: the same rules, policies and versions for every kind."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from milestones.models import InterimTarget, Plan
from milestones.parts_api import KINDS
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
API = "/api/v1"
# What is sent to add one of each kind, and one field to change.
NEW: dict[str, tuple[dict[str, Any], str, Any]] = {
    "priority": ({"text": "=Reading"}, "text", "Writing"),
    "cause": ({"priority_id": "priority_id", "text": "Plans name no language"}, "text", "Rarely"),
    "strategy": ({"name": "Objectives", "root_cause_id": "root_cause_id"}, "is_focused", True),
    "strand": ({"strategy_id": "strategy_id", "follows_id": "strand_id"}, "name", "Exit tickets"),
    "target": ({"name": "Proficient", "target": 60, "strategy_id": "strategy_id"}, "baseline", 0.0),
    "checkpoint": ({"interim_target_id": "target_id", "due_on": "2026-03-01", "target": 50}, "target", 55.0),
    "step": ({"text": "Order copies", "milestone_id": "milestone_id"}, "owner", "Kim"),
    "backwards_plan": ({"strand_id": "new_strand", "target": 90}, "shape", "quick"),
    "goal": ({"title": "Answers in two weeks"}, "leader", "R. Ortiz"),
}


@pytest.fixture
def world(session: Session) -> World:
    world = make_world(session)
    strategy = make.make_strategy(session)
    world.ids["foreign"] = strategy.public_id
    return world


@pytest.fixture
def member(world: World, browse: Browse) -> FlaskClient:
    return browse(world.people["member"])


def body_of(client: FlaskClient, world: World, name: str) -> dict[str, Any]:
    """Return what adds one of a kind, ids put in."""
    if name == "backwards_plan":
        sent = {"strategy_id": str(world.ids["strategy_id"])}
        answer = client.post(f"{API}/plans/{world.ids['plan_id']}/strands", json=sent)
        world.ids["new_strand"] = answer.get_json()["id"]
    return {
        key: str(world.ids[value]) if isinstance(value, str) and value in world.ids else value
        for key, value in NEW[name][0].items()
    }


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_part_is_added_read_changed_deleted_and_brought_back(
    world: World, member: FlaskClient, browse: Browse, kind: Any
) -> None:
    under = f"{API}/plans/{world.ids['plan_id']}/{kind.path}"
    sent = body_of(member, world, kind.name)
    added = member.post(under, json=sent)
    assert added.status_code == 201, added.get_json()
    made = added.get_json()
    assert {key: made[key] for key in sent} == sent
    assert made["plan_id"] == str(world.ids["plan_id"])
    one, (field, value) = f"{API}/{kind.path}/{made['id']}", NEW[kind.name][1:]
    assert member.get(one).get_json() == made

    assert member.patch(one, json={field: value}).status_code == 428
    assert member.patch(one, json={field: value, "version": 9}).status_code == 412
    assert member.patch(one, json={field: value}, headers={"If-Match": '"9"'}).status_code == 412
    changed = member.patch(one, json={field: value}, headers={"If-Match": f'"{made["version"]}"'})
    assert (changed.status_code, changed.get_json()[field]) == (200, value)
    assert member.patch(one, json={"network_id": 1, "version": 2}).status_code == 422

    assert browse(world.people["hub"]).get(one).status_code == 200
    assert browse(world.people["hub"]).patch(one, json={field: value, "version": 2}).status_code == 403
    assert browse(world.people["hub"]).delete(one).status_code == 403
    assert browse(world.people["peer"]).get(one).status_code == 404
    assert browse(world.people["peer"]).delete(one).status_code == 404

    assert member.delete(one).status_code == 204
    assert member.get(one).status_code == 404
    assert member.post(f"{one}/restore").get_json()[field] == value
    assert member.get(one).status_code == 200


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.is_listed], ids=lambda kind: kind.name)
def test_a_list_is_paged_by_its_key(world: World, member: FlaskClient, kind: Any) -> None:
    under = f"{API}/plans/{world.ids['plan_id']}/{kind.path}"
    for _each in range(2):
        member.post(under, json=body_of(member, world, kind.name))
    everything = [item["id"] for item in member.get(under).get_json()["items"]]
    paged, after = [], ""
    while True:
        page = member.get(f"{under}?limit=1{after}").get_json()
        paged += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert paged == everything
    assert len(paged) == len(set(paged)) >= 2


def test_what_belongs_elsewhere_is_refused_by_its_field(world: World, member: FlaskClient) -> None:
    under = f"{API}/plans/{world.ids['plan_id']}"
    for name, field in (("strands", "strategy_id"), ("targets", "strategy_id")):
        answer = member.post(f"{under}/{name}", json={field: str(world.ids["foreign"])})
        assert (answer.status_code, list(answer.get_json()["errors"])) == (422, [field])
    assert member.post(f"{under}/strands", json={}).status_code == 422


def test_a_strand_follows_no_circle_and_has_one_backwards_plan(world: World, member: FlaskClient) -> None:
    under, strand = f"{API}/plans/{world.ids['plan_id']}", str(world.ids["strand_id"])
    sent = {"strategy_id": str(world.ids["strategy_id"]), "follows_id": strand}
    second = member.post(f"{under}/strands", json=sent).get_json()
    circle = member.patch(f"{API}/strands/{strand}", json={"follows_id": second["id"], "version": 1})
    assert (circle.status_code, list(circle.get_json()["errors"])) == (422, ["follows_id"])
    assert member.post(f"{under}/backwards-plans", json={"strand_id": strand}).status_code == 409


def test_a_milestone_names_its_strand_goal_measure_and_tool(world: World, member: FlaskClient) -> None:
    under = f"{API}/plans/{world.ids['plan_id']}/milestones"
    names = {f"{name}_id": str(world.ids[f"{name}_id"]) for name in ("strand", "goal", "measure", "tool")}
    made = member.post(under, json={**names, "kind": "training", "what": "meeting weekly"})
    assert made.status_code == 201
    assert {name: made.get_json()[name] for name in names} == names
    one = f"{API}/milestones/{made.get_json()['id']}"
    foreign = member.patch(one, json={"strand_id": str(world.ids["foreign"]), "version": 1})
    assert (foreign.status_code, list(foreign.get_json()["errors"])) == (422, ["strand_id"])
    assert member.delete(one).status_code == 204
    assert member.post(f"{one}/restore").get_json()["kind"] == "training"


def test_touchpoints_and_tools_of_a_team(world: World, member: FlaskClient, browse: Browse) -> None:
    made = member.post(
        f"{API}/touchpoints", json={"held_on": "2026-03-05", "starts_at": "15:15", "title": "Step back"}
    )
    assert (made.status_code, made.get_json()["starts_at"]) == (201, "15:15")
    one = f"{API}/touchpoints/{made.get_json()['id']}"
    assert member.patch(one, json={"minutes": 60, "version": 1}).get_json()["minutes"] == 60
    assert member.delete(one).status_code == 204
    assert member.post(f"{one}/restore").status_code == 200
    assert len(member.get(f"{API}/touchpoints").get_json()["items"]) == 2

    tool = member.post(f"{API}/tools", json={"name": "Walkthrough", "items": ["An objective"]})
    assert tool.get_json()["items"] == ["An objective"]
    assert member.post(f"{API}/tools", json={"name": "Common", "is_common": True}).status_code == 403
    path = f"{API}/tools/{tool.get_json()['id']}"
    assert member.patch(path, json={"name": "Five minutes", "version": 1}).get_json()["version"] == 2
    assert browse(world.people["hub"]).get(path).status_code == 200
    assert browse(world.people["peer"]).get(path).status_code == 404
    assert member.delete(path).status_code == 204


def test_templates_are_the_network_leads(world: World, member: FlaskClient, browse: Browse) -> None:
    lead = browse(world.people["network_lead"])
    assert member.post(f"{API}/templates", json={"name": "Objectives"}).status_code == 403
    made = lead.post(f"{API}/templates", json={"name": "Objectives"}).get_json()
    path = f"{API}/templates/{made['id']}"
    assert member.get(path).status_code == 404
    assert lead.post(f"{path}/offer", json={"is_offered": True}).status_code == 409
    common = lead.post(f"{path}/milestones", json={"what": "naming objectives", "target": 80})
    assert common.status_code == 201
    assert lead.post(f"{path}/milestones", json={"what": "x", "target": 180}).status_code == 422
    assert lead.post(f"{path}/offer", json={"is_offered": True}).get_json()["is_offered"] is True
    assert [item["what"] for item in member.get(f"{path}/milestones").get_json()["items"]] == [
        "naming objectives"
    ]
    one = f"{API}/common-milestones/{common.get_json()['id']}"
    assert lead.patch(one, json={"target": 90, "version": 1}).get_json()["target"] == 90
    assert member.patch(one, json={"target": 70, "version": 2}).status_code == 403
    assert lead.delete(one).status_code == 204
    assert lead.post(f"{one}/restore").status_code == 200
    assert lead.delete(path).status_code == 204
    assert lead.post(f"{path}/restore").status_code == 200


def test_a_plan_goes_out_and_comes_in(world: World, member: FlaskClient) -> None:
    document = member.get(f"{API}/plans/{world.ids['plan_id']}/export").get_json()
    path = f"{API}/plans/import?school_year=2031-32"
    looked = member.post(f"{path}&dry_run=true", json=document).get_json()
    assert (looked["written"], looked["plan_id"], looked["problems"]) == (False, None, [])
    done = member.post(path, json=document)
    assert (done.status_code, done.get_json()["parts"]["milestones"]["new"]) == (200, 1)
    again = member.post(path, json=document).get_json()
    assert again["parts"]["milestones"] == {"new": 0, "changed": 0, "same": 1}
    assert again["plan_id"] == done.get_json()["plan_id"]

    undone = member.post(f"{API}/plans/imports/{done.get_json()['import_id']}/undo")
    assert undone.status_code == 200
    assert member.get(f"{API}/plans/{again['plan_id']}").status_code == 404

    document["milestones"][0] |= {"target": 180, "is_draft": False}
    refused = member.post(path, json=document)
    assert (refused.status_code, list(refused.get_json()["errors"])) == (422, ["milestones 1 Target"])
    assert member.post(path, json={"format": "other", "version": 1}).status_code == 422
    assert member.post(path, json=document | {"extra": []}).status_code == 422
    assert member.post(f"{API}/plans/import?plan_id={uuid4()}", json=document).status_code == 404


def test_the_description_names_every_part(app: Flask) -> None:
    paths = (app.test_client().get(f"{API}/openapi.json").get_json())["paths"]
    for kind in KINDS:
        assert set(paths[f"{API}/{kind.path}/{{{kind.name}_id}}"]) >= {"get", "patch", "delete"}
        assert "post" in paths[f"{API}/plans/{{plan_id}}/{kind.path}"]


def test_the_size_of_a_small_group_is_its_teams_own(
    session: Session, world: World, member: FlaskClient, browse: Browse
) -> None:
    target = session.scalar(select(InterimTarget).where(InterimTarget.public_id == world.ids["target_id"]))
    assert target is not None
    target.expected_n, target.baseline = 4, 25
    session.flush()
    measure = make.make_measure(session, world.school, counts_students=True, unit="students")
    plan = session.get_one(Plan, target.plan_id)
    group = make.make_milestone(session, world.school, plan=plan, measure=measure, population=7)
    address, hub = f"{API}/targets/{target.public_id}", browse(world.people["hub"])
    counted = f"{API}/milestones/{group.public_id}"

    assert member.get(counted).get_json()["population"] == 7
    assert hub.get(counted).get_json()["population"] is None
    tally, report = f"/milestones/{group.public_id}/tally", f"/plans/{plan.public_id}/report"
    assert ("7?" in member.get(tally).text, "7?" in hub.get(tally).text) == (True, False)
    for page in (report, f"/plans/{plan.public_id}"):
        assert "7 people" not in hub.get(page).text

    assert member.get(address).get_json()["expected_n"] == 4
    assert member.get(address).get_json()["baseline"] == 25
    small = hub.get(address).get_json()
    assert (small["expected_n"], small["baseline"]) == (None, None)
    target.expected_n = 40
    session.flush()
    large = hub.get(address).get_json()
    assert (large["expected_n"], large["baseline"]) == (40, 25)
