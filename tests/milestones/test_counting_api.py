"""Many measurements at once, and statuses on an earlier day, through the API."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from measures.models import Measurement
from milestones.models import Milestone, MilestoneChange
from nic_platform import clock
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]


def day(offset: int) -> date:
    return clock.today("America/Denver") + timedelta(days=offset)


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def member(world: World, browse: Browse) -> FlaskClient:
    return browse(world.people["member"])


def send(client: FlaskClient, world: World, *items: dict[str, Any], **more: Any) -> Any:
    path = f"/api/v1/plans/{world.ids['plan_id']}/measurements"
    return client.post(path, json={"items": list(items), **more})


def written(session: Session) -> int:
    """Return how many counts stand beside those that the small network began with."""
    return len(session.scalars(select(Measurement).where(Measurement.recorded_by_id.is_not(None))).all())


def one(world: World, back: int, count: int, **more: Any) -> dict[str, Any]:
    of = str(world.ids["milestone_id"])
    return {"of": of, "observed_on": str(day(-back)), "count": count, "population": 24, **more}


def test_many_counts_are_written_once(session: Session, world: World, member: FlaskClient) -> None:
    items = [one(world, 9, 15), one(world, 2, 18)]
    first, second = send(member, world, *items), send(member, world, *items)

    told = first.get_json()
    save = told.pop("save_id")
    assert told == {"created": 2, "corrected": 0, "unchanged": 0, "left_out": 0, "is_trial": False}
    assert (second.get_json()["unchanged"], second.get_json()["save_id"]) == (2, None)
    assert written(session) == 2
    undone = member.post(f"/api/v1/saves/{save}/undo")
    assert undone.get_json() == {"undone": 2, "stayed": 0}
    assert send(member, world, *items).get_json()["created"] == 2


def test_a_trial_writes_nothing(session: Session, world: World, member: FlaskClient) -> None:
    assert send(member, world, one(world, 9, 15), is_trial=True).get_json()["created"] == 1
    assert written(session) == 0


def test_differing_counts_correct_only_when_asked(
    session: Session, world: World, member: FlaskClient
) -> None:
    send(member, world, one(world, 9, 15))

    assert send(member, world, one(world, 9, 16)).get_json()["left_out"] == 1
    assert send(member, world, one(world, 9, 16), corrects=True).get_json()["corrected"] == 1


def test_one_problem_keeps_all_out_and_each_is_named(
    session: Session, world: World, member: FlaskClient
) -> None:
    response = send(
        member,
        world,
        one(world, 9, 15),
        one(world, 8, 25),
        one(world, -3, 1),
        {**one(world, 7, 1), "of": "No"},
    )

    assert response.status_code == 422
    assert set(response.get_json()["errors"]) == {"items.1.count", "items.2.observed_on", "items.3.of"}
    assert written(session) == 0


@pytest.mark.parametrize(("role", "status"), [("coach", 403), ("hub", 403), ("peer", 404), ("analyst", 404)])
def test_others_write_nothing(world: World, browse: Browse, role: str, status: int) -> None:
    assert send(browse(world.people[role]), world, one(world, 9, 15)).status_code == status


def test_a_status_of_an_earlier_day_has_that_days_counts_date_and_target(
    session: Session, world: World, member: FlaskClient
) -> None:
    plan = make.make_plan(session, world.school, school_year="2026-27")
    found = make.make_milestone(session, world.school, plan=plan, due_on=day(-10))
    assert found.measure is not None
    make.make_measurement(session, found.measure, world.school, day(-12), count=23, population=24)
    make.make_measurement(session, found.measure, world.school, day(-4), count=23, population=24)
    session.add(
        MilestoneChange(
            network_id=found.network_id, milestone_id=found.id, at=clock.now(), why="", old_due_on=day(-20),
            new_due_on=day(-10), old_target=99.0, new_target=80.0,
        )
    )  # fmt: skip
    session.flush()
    path = f"/api/v1/milestones/{found.public_id}"

    now, then, before = (
        member.get(f"{path}{on}").get_json() for on in ("", f"?on={day(-5)}", f"?on={day(-30)}")
    )

    assert (now["status"], now["target"], now["due_on"]) == ("sustained", 80.0, str(day(-10)))
    assert (then["status"], then["target"], then["due_on"]) == ("missed", 99.0, str(day(-20)))
    assert before["status"] == "planned"
    listed = member.get(f"/api/v1/plans/{found.plan.public_id}/milestones?on={day(-5)}").get_json()["items"]
    assert [each["status"] for each in listed] == ["missed"]
    assert session.scalars(select(Milestone.target).where(Milestone.id == found.id)).one() == 80.0
