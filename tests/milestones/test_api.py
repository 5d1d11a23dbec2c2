from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from milestones.models import Milestone, MilestoneChange
from nic_platform import clock
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def member(world: World, browse: Browse) -> FlaskClient:
    return browse(world.people["member"])


def test_plans_are_listed_and_changed_from_their_version(world: World, member: FlaskClient) -> None:
    plan = f"/api/v1/plans/{world.ids['plan_id']}"

    assert [item["id"] for item in member.get("/api/v1/plans").get_json()["items"]] == [
        str(world.ids["plan_id"])
    ]
    assert member.patch(plan, json={"title": "New", "version": 7}).status_code == 412
    assert member.patch(plan, json={"title": "New", "version": 1}).get_json()["title"] == "New"
    assert member.patch(plan, json={"team_id": "x", "version": 2}).status_code == 422


def test_a_plan_is_begun_once_a_year(world: World, member: FlaskClient) -> None:
    assert member.post("/api/v1/plans", json={"school_year": "2031-32"}).status_code == 201
    assert member.post("/api/v1/plans", json={"school_year": "2031-32"}).status_code == 409


@pytest.mark.parametrize(
    ("role", "status"), [("hub", 200), ("peer", 404), ("other_network", 404), ("analyst", 404)]
)
def test_the_api_shows_what_pages_show(world: World, browse: Browse, role: str, status: int) -> None:
    client = browse(world.people[role])
    for path in ("plans/{plan_id}", "plans/{plan_id}/milestones", "milestones/{milestone_id}"):
        assert client.get("/api/v1/" + path.format(**world.ids)).status_code == status


def test_a_milestone_is_written_moved_and_deleted(
    session: Session, world: World, member: FlaskClient
) -> None:
    path = f"/api/v1/plans/{world.ids['plan_id']}/milestones"
    sent = {"what": "meeting weekly", "who": "teachers", "strand_id": str(world.ids["strand_id"])}

    draft = member.post(path, json=sent)
    refused = member.post(path, json={**sent, "is_draft": False})
    assert (draft.status_code, draft.get_json()["status"]) == (201, "draft")
    assert set(refused.get_json()["errors"]) == {"due_on", "target"}

    one = f"/api/v1/milestones/{draft.get_json()['id']}"
    ready = {"due_on": "2026-12-01", "target": 80, "is_draft": False, "version": draft.get_json()["version"]}
    board = member.patch(one, json=ready)
    assert board.status_code == 200
    assert board.get_json()["sentence"] == "By December 1, 80% of teachers are successfully meeting weekly"

    moved = {"due_on": "2027-01-15", "target": 80, "why": "snow", "version": board.get_json()["version"]}
    assert member.post(f"{one}/adjust", json=moved).get_json()["due_on"] == "2027-01-15"
    assert session.scalars(select(MilestoneChange.why).order_by(MilestoneChange.id)).all()[-1] == "snow"
    assert member.delete(one).status_code == 204
    assert member.get(one).status_code == 404


def test_measurements_of_a_milestone(world: World, member: FlaskClient, browse: Browse) -> None:
    path = f"/api/v1/milestones/{world.ids['milestone_id']}/measurements"
    sent = {"observed_on": clock.today("America/Denver").isoformat(), "count": 20, "population": 24}

    before = [item["count"] for item in member.get(path).get_json()["items"]]

    assert member.post(path, json=sent).status_code == 201
    assert [item["count"] for item in member.get(path).get_json()["items"]] == [*before, 20]
    assert browse(world.people["coach"]).post(path, json=sent).status_code == 403
    assert browse(world.people["peer"]).get(path).status_code == 404


def test_a_target_beyond_reason_is_refused(session: Session, world: World, member: FlaskClient) -> None:
    found = session.scalars(select(Milestone).where(Milestone.public_id == world.ids["milestone_id"])).one()

    response = member.patch(
        f"/api/v1/milestones/{found.public_id}", json={"target": 120, "version": found.version}
    )

    assert response.status_code == 422
    assert "0 to 100" in response.get_json()["errors"]["target"]


def test_interim_targets_say_what_they_aim_at_and_no_count_of_pupils(
    world: World, member: FlaskClient, browse: Browse
) -> None:
    path = f"/api/v1/plans/{world.ids['plan_id']}/targets"
    [item] = member.get(path).get_json()["items"]

    assert (item["id"], item["target"]) == (str(world.ids["target_id"]), 60.0)
    assert not {"baseline", "measurements"} & set(item)
    assert browse(world.people["peer"]).get(path).status_code == 404


@pytest.mark.parametrize("day", ["0001-01-01", "0206-02-25", "9999-12-31"])
def test_a_date_without_a_usable_year_is_named_and_not_kept(world: World, browse: Browse, day: str) -> None:
    path = f"/api/v1/milestones/{world.ids['milestone_id']}"
    client = browse(world.people["member"])

    answer = client.post(f"{path}/adjust", json={"due_on": day, "target": 80, "why": "snow", "version": 1})

    assert answer.status_code == 422
    assert set(answer.get_json()["errors"]) == {"due_on"}
    assert client.get(path).get_json()["due_on"] != day
    for page in (f"/milestones/{world.ids['milestone_id']}/adjust",):
        sent = {"due_on": day, "target": "80", "why": "snow", "version": "1"}
        assert "1900 to 2199" in client.post(page, data=sent).text
