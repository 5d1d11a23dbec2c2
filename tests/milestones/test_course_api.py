from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from cycles.models import Cycle
from milestones.models import Decision, Milestone
from nic_platform import clock
from tests import factories as make
from tests.milestones.test_course_pages import make_course
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def member(world: World, browse: Browse) -> FlaskClient:
    return browse(world.people["member"])


def day(offset: int) -> date:
    return clock.today("America/Denver") + timedelta(days=offset)


def test_a_decision_is_made_read_listed_and_undone(
    session: Session, world: World, member: FlaskClient
) -> None:
    path = f"/api/v1/milestones/{world.ids['milestone_id']}/decisions"

    refused = member.post(path, json={"choice": "decline", "text": "No.", "follow_up": "cycle"})
    made = member.post(path, json={"choice": "accept", "follow_up": "cycle", "what": "A shorter ticket"})

    assert (refused.status_code, set(refused.get_json()["errors"])) == (422, {"follow_up"})
    assert made.status_code == 201
    cycle = session.scalar(select(Cycle).where(Cycle.change == "A shorter ticket"))
    assert cycle is not None
    sent = made.get_json()
    assert (sent["follow_up"], sent["follow_up_id"]) == ("cycle", str(cycle.public_id))
    listed = member.get(f"/api/v1/plans/{world.ids['plan_id']}/decisions?limit=1").get_json()
    assert listed["items"][0] == sent == member.get(f"/api/v1/decisions/{sent['id']}").get_json()
    assert listed["next"] == sent["id"]
    assert member.delete(f"/api/v1/decisions/{sent['id']}").status_code == 204
    assert member.get(f"/api/v1/decisions/{sent['id']}").status_code == 404


def test_a_strategy_has_no_dates_to_move(session: Session, world: World, member: FlaskClient) -> None:
    path = f"/api/v1/strategies/{world.ids['strategy_id']}/decisions"

    assert member.post(path, json={"choice": "accept", "follow_up": "adjust"}).status_code == 422
    assert member.post(path, json={"choice": "accept"}).status_code == 201
    assert session.scalar(select(Decision.id).where(Decision.strategy_id.is_not(None))) is not None


def test_the_course_is_told_as_on_the_page(session: Session, world: World, browse: Browse) -> None:
    make_course(session, world.school, met=False, moving=True, name="ELD")
    hub = browse(world.people["hub"])

    own = browse(world.people["member"]).get("/api/v1/course").get_json()["items"]
    below = hub.get("/api/v1/course").get_json()["items"]

    assert own == []  # nobody is below a school
    found = next(item for item in below if item["name"] == "ELD")
    assert (found["team"], found["due"], found["met"], found["cell"]) == (
        "Own school",
        1,
        0,
        "look_for_cause",
    )
    assert found["results"][0]["covered"] == pytest.approx(0.5)
    plan = hub.get(f"/api/v1/plans/{found['plan_id']}/course").get_json()["items"]
    assert plan == [found]


def test_the_line_names_every_part_its_parent_and_the_gaps(
    session: Session, world: World, member: FlaskClient
) -> None:
    gone = make.make_milestone(session, world.school, plan=_milestone(session, world).plan)
    lost = make.make_cycle(session, world.school, milestone=gone, stage="do")
    gone.deleted_at = clock.now()
    session.flush()

    sent = member.get(f"/api/v1/plans/{world.ids['plan_id']}/trace").get_json()

    nodes = {(item["kind"], item["id"]): item["parent_id"] for item in sent["items"]}
    ids = {name: str(value) for name, value in world.ids.items()}
    assert nodes["cause", ids["cause_id"]] == ids["priority_id"]
    assert nodes["strategy", ids["strategy_id"]] == ids["cause_id"]
    assert nodes["milestone", ids["milestone_id"]] == ids["strategy_id"]
    assert nodes["cycle", ids["cycle_id"]] == ids["milestone_id"]
    gaps = {gap["code"]: [thing["id"] for thing in gap["things"]] for gap in sent["gaps"]}
    assert gaps["cycle_on_deleted_milestone"] == [str(lost.public_id)]
    assert gaps["step_without_milestone"] == [ids["step_id"]]
    assert "milestone_without_test" not in gaps


def _milestone(session: Session, world: World) -> Milestone:
    return session.scalars(select(Milestone).where(Milestone.public_id == world.ids["milestone_id"])).one()
