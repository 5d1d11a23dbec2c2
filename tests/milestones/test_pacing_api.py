"""Programs make a strand's series and take it back, undo moved dates, carry plans on, plan a rhythm."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from milestones.models import Decision, Plan, Priority, Strategy, Touchpoint
from nic_platform import clock
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
API = "/api/v1"
TODAY = clock.today("America/Denver")


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def member(world: World, browse: Browse) -> FlaskClient:
    return browse(world.people["member"])


def friday(weeks: int) -> str:
    return (TODAY - timedelta(days=TODAY.weekday()) + timedelta(weeks=weeks, days=4)).isoformat()


def test_a_series_is_proposed_made_and_taken_back(
    session: Session, world: World, member: FlaskClient
) -> None:
    strategy = session.scalar(select(Strategy).where(Strategy.public_id == world.ids["strategy_id"]))
    strand = make.make_strand(session, strategy, name="Exit tickets")
    address = f"{API}/strands/{strand.public_id}/series"
    assert member.get(address).get_json()["steps"] == []
    plan = {"strand_id": str(strand.public_id), "starts_on": friday(0), "ends_on": friday(16),
            "baseline": 10, "target": 90, "steps": 4}  # fmt: skip
    assert member.post(f"{API}/plans/{world.ids['plan_id']}/backwards-plans", json=plan).status_code == 201

    proposed = member.get(address).get_json()["steps"]
    assert [(each["on"], each["milestone_id"]) for each in proposed][-1] == (friday(16), None)
    made = member.post(address, json={"steps": proposed}).get_json()
    assert (len(made["made"]), made["moved"]) == (4, [])

    again = member.get(address).get_json()
    assert again["can_undo"]
    assert [each["milestone_id"] for each in again["steps"]] == made["made"]
    steps = [each | {"target": each["target"] - 1} for each in again["steps"]]
    no_reason = member.post(address, json={"steps": steps})
    assert (no_reason.status_code, list(no_reason.get_json()["errors"])) == (422, ["why"])
    twice = [*steps, steps[-1]]
    strange = steps[0] | {"milestone_id": str(world.ids["milestone_id"])}
    assert set(member.post(address, json={"steps": twice}).get_json()["errors"]) == {
        "steps.4.on", "steps.4.milestone_id",
    }  # fmt: skip
    assert set(member.post(address, json={"steps": [strange]}).get_json()["errors"]) == {
        "steps.0.milestone_id"
    }
    moved = member.post(address, json={"steps": steps, "why": "Conferences"}).get_json()
    assert (moved["made"], sorted(moved["moved"])) == ([], sorted(made["made"]))

    assert member.post(f"{address}/undo").get_json() == {"count": 4}
    assert [each["target"] for each in member.get(address).get_json()["steps"]] == [
        each["target"] for each in proposed
    ]
    assert member.post(f"{address}/undo").status_code == 409


def test_a_moved_date_is_listed_with_its_reason_and_given_back(world: World, member: FlaskClient) -> None:
    address = f"{API}/milestones/{world.ids['milestone_id']}"
    now = member.get(address).get_json()
    sent = {"due_on": "2026-05-01", "target": 88, "why": "Snow", "version": now["version"]}
    assert member.post(f"{address}/adjust", json=sent).status_code == 200

    newest = member.get(f"{address}/moves").get_json()["items"][-1]
    assert (newest["why"], newest["new_due_on"], newest["old_due_on"]) == (
        "Snow",
        "2026-05-01",
        now["due_on"],
    )
    undone = member.post(f"{API}/moves/{newest['id']}/undo").get_json()
    assert undone["count"] == 1
    assert member.get(address).get_json()["due_on"] == now["due_on"]
    assert member.get(f"{address}/moves").get_json()["items"][-1]["id"] == undone["move_id"]
    assert member.post(f"{API}/moves/{newest['id']}/undo").status_code == 409


def test_a_plan_is_carried_into_the_next_year_and_taken_back(
    session: Session, world: World, member: FlaskClient
) -> None:
    plan = session.scalars(select(Plan).where(Plan.public_id == world.ids["plan_id"])).one()
    address = f"{API}/plans/{plan.public_id}/carry"
    assert member.get(address).get_json()["school_year"] is None
    assert member.post(address, json={"parts": ["priorities.x"]}).status_code == 409
    year = TODAY.year + 1
    make.make_school_year(
        session, world.network, f"{year}-{year % 100 + 1}",
        starts_on=date(year, 8, 18), ends_on=date(year + 1, 5, 29),
    )  # fmt: skip

    told = member.get(address).get_json()
    offer = next(each for each in told["offers"] if each["part"] == "priorities")
    assert (told["plan_id"], offer["is_there"]) == (None, False)
    for wrong in ([], ["priorities.nothing"], [offer["id"], "measures.x"]):
        refused = member.post(address, json={"parts": wrong})
        assert (refused.status_code, list(refused.get_json()["errors"])) == (422, ["parts"])
    done = member.post(address, json={"parts": [offer["id"]]}).get_json()

    assert done["parts"]["priorities"]["new"] == 1
    session.expire_all()
    there = session.scalars(select(Plan).where(Plan.carried_from_id == plan.id)).one()
    assert str(there.public_id) == done["plan_id"]
    later = {each["id"]: each["is_there"] for each in member.get(address).get_json()["offers"]}
    assert later[offer["id"]]
    assert member.post(f"{API}/plans/imports/{done['import_id']}/undo").status_code == 200
    session.expire_all()
    assert not session.scalars(
        select(Priority).where(Priority.plan_id == there.id, Priority.deleted_at.is_(None))
    ).all()


def test_touchpoints_are_planned_at_a_rhythm_decided_at_and_taken_back(
    session: Session, world: World, member: FlaskClient
) -> None:
    address = f"{API}/touchpoints/series"
    sent: dict[str, Any] = {"first": "2025-12-05", "until": "2026-01-16", "weeks": 2, "title": "Step back"}
    before = len(session.scalars(select(Touchpoint.id)).all())

    trial = member.post(address, json=sent | {"is_trial": True}).get_json()["days"]
    assert [(each["on"], each["skipped"]) for each in trial] == [
        ("2025-12-05", ""), ("2025-12-19", ""), ("2026-01-02", "Winter"), ("2026-01-16", ""),
    ]  # fmt: skip
    assert len(session.scalars(select(Touchpoint.id)).all()) == before
    made = member.post(address, json=sent | {"leave_out": ["2025-12-19"]}).get_json()["days"]
    planned = [each["touchpoint_id"] for each in made if each["touchpoint_id"]]
    assert [each["on"] for each in made if each["touchpoint_id"]] == ["2025-12-05", "2026-01-16"]
    for until in ("2025-12-01", "2027-12-01"):
        refused = member.post(address, json=sent | {"until": until})
        assert (refused.status_code, list(refused.get_json()["errors"])) == (422, ["until"])

    decisions = f"{API}/touchpoints/{planned[0]}/decisions"
    decided = member.post(decisions, json={"text": "Two coaches"}).get_json()
    assert decided["touchpoint_id"] == planned[0]
    assert member.post(decisions, json={"text": " "}).status_code == 422
    assert session.scalars(select(Decision.text).where(Decision.text == "Two coaches")).all()
    assert member.post(f"{API}/touchpoints/{planned[1]}/unplan").get_json() == {"count": 1}
    assert member.get(f"{API}/touchpoints/{planned[0]}").status_code == 200
    assert member.get(f"{API}/touchpoints/{planned[1]}").status_code == 404


def test_a_part_changes_places_with_its_neighbour(
    session: Session, world: World, member: FlaskClient, browse: Browse
) -> None:
    under = f"{API}/plans/{world.ids['plan_id']}"
    second = member.post(f"{under}/priorities", json={"text": "Second"}).get_json()
    address = f"{API}/priorities/{second['id']}/move"

    up = member.post(address, json={"way": "up"}).get_json()
    at_top = member.post(address, json={"way": "up"}).get_json()

    assert (up["position"], at_top["position"]) == (1, 1)
    assert browse(world.people["hub"]).post(address, json={"way": "down"}).status_code == 403
    assert browse(world.people["peer"]).post(address, json={"way": "down"}).status_code == 404
    assert member.post(f"{API}/checkpoints/{world.ids['checkpoint_id']}/move").status_code == 404
