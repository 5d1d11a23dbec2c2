from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from measures.models import Measure
from milestones.models import Milestone
from nic_platform import clock
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def test_measures_are_paged_by_key(session: Session, world: World, browse: Browse) -> None:
    for _ in range(3):
        make.make_measure(session, network_id=world.network.id)
    client = browse(world.people["member"])

    first = client.get("/api/v1/measures?limit=2").get_json()
    rest = client.get(f"/api/v1/measures?limit=50&after={first['next']}").get_json()

    every = client.get("/api/v1/measures?limit=200").get_json()["items"]
    ids = [item["id"] for item in first["items"] + rest["items"]]
    assert ids == [item["id"] for item in every]
    assert len(first["items"]) == 2
    assert rest["next"] is None


def test_a_measure_is_changed_from_its_version(session: Session, world: World, browse: Browse) -> None:
    path = f"/api/v1/measures/{world.ids['measure_id']}"
    client = browse(world.people["member"])

    assert client.patch(path, json={"unit": "staff"}).status_code == 428
    assert client.patch(path, json={"unit": "staff", "version": 9}).status_code == 412
    assert client.patch(path, json={"unit": "staff", "network_id": 1, "version": 1}).status_code == 422
    assert client.patch(path, json={"unit": "staff", "version": 1}).get_json()["unit"] == "staff"
    for role, status in (("hub", 403), ("coach", 403), ("peer", 404), ("other_network", 404)):
        assert browse(world.people[role]).patch(path, json={"unit": "x", "version": 2}).status_code == status


def test_a_measure_that_nothing_hangs_on_goes_and_comes_back(
    session: Session, world: World, browse: Browse
) -> None:
    free, client = (
        make.make_measure(session, world.school, name="Exit tickets"),
        browse(world.people["member"]),
    )
    own, held = f"/api/v1/measures/{free.public_id}", f"/api/v1/measures/{world.ids['measure_id']}"

    assert client.delete(held).status_code == 409  # a milestone is counted with it
    assert client.delete(own).status_code == 204
    assert client.get(own).status_code == 404
    assert browse(world.people["coach"]).post(f"{own}/restore").status_code == 403
    assert client.post(f"{own}/restore").get_json()["name"] == "Exit tickets"
    assert client.get(own).status_code == 200


def test_common_measures_are_the_network_leads(world: World, browse: Browse) -> None:
    sent = {"name": "Attendance", "is_common": True}

    assert browse(world.people["network_lead"]).post("/api/v1/measures", json=sent).status_code == 201
    assert browse(world.people["lead"]).post("/api/v1/measures", json=sent).status_code == 403


def test_a_measurement_is_written_and_bad_numbers_are_named(world: World, browse: Browse) -> None:
    path = f"/api/v1/measures/{world.ids['measure_id']}/measurements"
    client = browse(world.people["member"])
    day = clock.today("America/Denver").isoformat()

    made = client.post(path, json={"observed_on": day, "count": 20, "population": 24})
    wrong = client.post(path, json={"observed_on": day, "count": 25, "population": 24})

    assert (made.status_code, made.get_json()["count"]) == (201, 20)
    assert wrong.status_code == 422
    assert "24" in wrong.get_json()["errors"]["count"]
    assert client.post(path, json={"observed_on": day, "count": 20, "team_id": 1}).status_code == 422


def test_small_cells_are_hidden_as_on_pages(session: Session, world: World, browse: Browse) -> None:
    measure = make.make_measure(session, world.school, counts_students=True)
    on = make.TODAY - timedelta(days=1)
    make.make_measurement(session, measure, world.school, on, count=3, population=9)
    path = f"/api/v1/measures/{measure.public_id}/measurements"

    own = browse(world.people["member"]).get(path).get_json()["items"][0]
    above = browse(world.people["hub"]).get(path).get_json()["items"][0]

    assert (own["count"], own["population"]) == (3, 9)
    assert (above["count"], above["population"], above["value"]) == (None, None, None)
    assert "Too few students" in above["shown"]
    assert browse(world.people["peer"]).get(path).status_code == 404


def test_a_subgroup_of_students_is_its_schools_alone(session: Session, world: World, browse: Browse) -> None:
    measure = make.make_measure(session, network_id=world.network.id, counts_students=True)
    day = clock.today("America/Denver")
    make.make_measurement(session, measure, world.school, day, count=96, population=312)
    for name, count, population in (("Beginning", 8, 41), ("Advanced", 88, 271)):
        counts: dict[str, Any] = {
            "count": count,
            "population": population,
            "subgroup_set": "ACCESS",
            "subgroup": name,
        }
        make.make_measurement(session, measure, world.school, day, **counts)
    path = f"/api/v1/measures/{measure.public_id}/measurements"

    own = browse(world.people["member"]).get(path).get_json()["items"]
    for role in ("hub", "network_lead", "reviewer"):
        items = browse(world.people[role]).get(path).get_json()["items"]
        # With the total known, showing the big subgroup would give the small one away.
        assert [(item["count"], item["population"]) for item in items] == [
            (96, 312),
            (None, None),
            (None, None),
        ]
        assert items[1]["shown"] == items[2]["shown"]
    assert [item["count"] for item in own] == [96, 8, 88]


@pytest.mark.parametrize(
    ("groups", "shown"), [(((8, 41), (88, 271)), True), (((1, 5), (95, 307)), False)], ids=["wide", "narrow"]
)
def test_a_total_that_gives_a_subgroup_away_is_not_read_here_either(
    session: Session, world: World, browse: Browse, groups: tuple[tuple[int, int], ...], shown: bool
) -> None:
    milestone = session.scalars(
        select(Milestone).where(Milestone.public_id == world.ids["milestone_id"])
    ).one()
    measure = session.get_one(Measure, milestone.measure_id)
    measure.counts_students = True
    day = clock.today("America/Denver")
    make.make_measurement(session, measure, world.school, day, count=96, population=312)
    for at, (count, population) in enumerate(groups):
        counts: dict[str, Any] = {"count": count, "population": population}
        counts |= {"subgroup_set": "ACCESS", "subgroup": f"Level {at}"}
        make.make_measurement(session, measure, world.school, day, **counts)
    api = f"/api/v1/measures/{measure.public_id}/measurements"

    def total(role: str) -> int | None:
        items = browse(world.people[role]).get(api).get_json()["items"]
        return next(
            cast(int | None, i["count"])
            for i in items
            if i["observed_on"] == day.isoformat() and not i["subgroup"]
        )

    assert total("member") == 96
    assert (total("hub") == 96) is shown
    page = browse(world.people["hub"]).get(f"/milestones/{milestone.public_id}").text
    assert ("96 of 312" in page) is shown
    assert "96 of 312" in browse(world.people["member"]).get(f"/milestones/{milestone.public_id}").text
