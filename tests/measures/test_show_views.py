"""The page of one measure, its form and its way out, as its readers meet them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from cycles.models import TheoryMeasure
from measures.models import Measure
from measures.rules import MeasureKind, MeasureType
from nic_platform import clock
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
SENT = {
    "name": "Referrals", "kind": "process", "type": "proportion", "direction": "down", "rhythm": "monthly",
    "unit": "students",
}  # fmt: skip


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def defined(session: Session, name: str = "Referrals") -> Measure:
    return session.scalars(select(Measure).where(Measure.name == name)).one()


def test_a_measure_is_defined_in_full(session: Session, world: World, browse: Browse) -> None:
    data = {**SENT, "breakdown": "Grade: 6, 7\nOrigin: here, elsewhere", "target": "10", "chart": "p",
            "target_on": "2026-05-01", "source": "Office log"}  # fmt: skip
    client = browse(world.people["member"])
    answer = client.post("/measures/new", data=data)
    made = defined(session)

    assert answer.location == f"/measures/{made.public_id}"
    assert made.breakdown == {"Grade": ["6", "7"], "Origin": ["here", "elsewhere"]}
    assert (made.target, made.target_on.isoformat() if made.target_on else "") == (10.0, "2026-05-01")
    page = client.get(answer.location).text
    for words in ("10% or less by May 1, 2026", "By Grade", "here, elsewhere", "Office log", "p chart"):
        assert words in page
    assert "Grade: 6, 7\nOrigin: here, elsewhere" in client.get(f"{answer.location}/edit").text.replace(
        "\r", ""
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"breakdown": "6, 7, 8"}, "write a name, a colon"),
        ({"target": "120"}, "between 0 and 100"),
        ({"target_on": "2026-05-01"}, "Give the target that goes with this day"),
        ({"chart": "t"}, "does not fit what the numbers are"),
    ],
)
def test_what_can_not_be_so_is_told_beside_its_field(
    session: Session, world: World, browse: Browse, change: dict[str, str], said: str
) -> None:
    answer = browse(world.people["member"]).post("/measures/new", data={**SENT, **change})

    assert answer.status_code == 422
    assert said in answer.text
    assert session.scalars(select(Measure).where(Measure.name == "Referrals")).all() == []


def test_what_has_counts_stays_with_its_reason(session: Session, world: World, browse: Browse) -> None:
    measure = make.make_measure(
        session, world.school, name="Referrals", breakdown={"Grade": ["6", "7"]}, counts_students=True
    )
    make.make_measurement(
        session, measure, world.school, count=5, population=50, subgroup_set="Grade", subgroup="6"
    )
    client, path = browse(world.people["member"]), f"/measures/{measure.public_id}/edit"

    assert "Stays as it is: one count" in client.get(path).text
    answer = client.post(path, data={**SENT, "type": "count", "version": 1, "breakdown": "Grade: 7, 8"})
    assert answer.status_code == 422
    assert "“Grade: 6” has counts, so it stays." in answer.text
    assert "Students were counted" in answer.text
    kept = {**SENT, "type": "count", "version": 1, "breakdown": "Grade: 6, 8", "counts_students": "y"}
    assert client.post(path, data=kept).status_code == 303
    session.refresh(measure)
    assert (measure.type, measure.breakdown) == (MeasureType.PROPORTION, {"Grade": ["6", "8"]})


def test_a_free_measure_may_become_another_type(session: Session, world: World, browse: Browse) -> None:
    measure = make.make_measure(session, world.school, name="Referrals")
    path = f"/measures/{measure.public_id}/edit"

    assert (
        browse(world.people["member"]).post(path, data={**SENT, "type": "count", "version": 1}).status_code
        == 303
    )
    session.refresh(measure)
    assert measure.type is MeasureType.COUNT


def test_where_the_type_stays_only_charts_that_fit_it_are_offered(
    session: Session, world: World, browse: Browse
) -> None:
    measure = make.make_measure(session, world.school, type=MeasureType.COUNT)
    client, path = browse(world.people["member"]), f"/measures/{measure.public_id}/edit"

    assert "t chart: time" in client.get(path).text
    make.make_measurement(session, measure, world.school, clock.today("America/Denver"), count=4)
    page = client.get(path).text
    assert "c chart: counts" in page
    assert "t chart: time" not in page


def test_a_measure_nothing_hangs_on_goes_and_comes_back(
    session: Session, world: World, browse: Browse
) -> None:
    measure = make.make_measure(session, world.school)
    client, path = browse(world.people["member"]), f"/measures/{measure.public_id}"

    assert "Delete" in client.get(path).text
    gone = client.post(f"{path}/delete")
    assert client.get(path).status_code == 404
    assert f"{path}/restore" in client.get(gone.location).text
    assert browse(world.people["peer"]).post(f"{path}/restore").status_code == 404
    assert client.post(f"{path}/restore").location == path
    assert client.get(path).status_code == 200


def test_what_something_hangs_on_is_not_deleted(session: Session, world: World, browse: Browse) -> None:
    client = browse(world.people["member"])
    used = f"/measures/{world.ids['measure_id']}"
    theory = make.make_measure(session, world.school)
    session.add(TheoryMeasure(network_id=world.network.id, measure_id=theory.id))
    session.flush()

    assert "Delete" not in client.get(used).text
    for path in (used, f"/measures/{theory.public_id}"):
        assert client.post(f"{path}/delete").status_code == 409
        assert client.get(path).status_code == 200
        assert client.delete(f"/api/v1{path}").status_code == 409


def test_the_page_says_who_uses_it(session: Session, world: World, browse: Browse) -> None:
    measure = make.make_measure(session, network_id=world.network.id, name="Attendance")
    plan = make.make_plan(session, world.school, school_year="2027-28")
    make.make_milestone(session, world.school, plan=plan, measure=measure, name="Calls home")
    make.make_interim_target(session, plan, name="Pupils attend", measure_id=measure.id)
    make.make_cycle(
        session, world.school, title="Text reminders", stage="do", is_draft=False, measure_id=measure.id
    )
    driver = make.make_driver(session, world.network, name="Families know")
    session.add(TheoryMeasure(network_id=world.network.id, measure_id=measure.id, driver_id=driver.id))
    session.add(TheoryMeasure(network_id=world.network.id, measure_id=measure.id))
    session.flush()
    path = f"/measures/{measure.public_id}"

    own, peer = (browse(world.people[role]).get(path).text for role in ("member", "peer"))
    for words in ("Calls home", "Pupils attend", "Text reminders", "Families know"):
        assert words in own
    assert "Families know" in peer
    assert not any(words in peer for words in ("Calls home", "Pupils attend", "Text reminders"))
    uses = browse(world.people["member"]).get(f"/api/v1{path}/uses").get_json()["items"]
    assert [each["kind"] for each in uses] == ["milestone", "interim_target", "cycle", "driver", "aim"]


def test_a_hub_sees_its_schools_side_by_side_and_small_ones_hidden(
    session: Session, world: World, browse: Browse
) -> None:
    measure = make.make_measure(session, network_id=world.network.id, name="Attendance", counts_students=True)
    today = clock.today("America/Denver")
    make.make_measurement(session, measure, world.school, today, count=40, population=100)
    make.make_measurement(session, measure, world.peer, today, count=3, population=8)
    path = f"/measures/{measure.public_id}"

    page = browse(world.people["hub"]).get(path).text
    assert "40 of 100 (40%)" in page
    assert "Peer school" in page
    assert "Too few people to show" in page
    assert "3 of 8" not in page
    assert "Peer school" not in browse(world.people["member"]).get(path).text
    items = browse(world.people["hub"]).get(f"/api/v1{path}/readings").get_json()["items"]
    assert [(each["team"], each["latest"], each["hidden"]) for each in items] == [
        ("Own school", "40 of 100 (40%)", 0), ("Peer school", "", 1),
    ]  # fmt: skip


def test_those_above_are_led_to_charts_that_have_counts(
    session: Session, world: World, browse: Browse
) -> None:
    common = make.make_measure(session, network_id=world.network.id, name="Attendance")
    own = make.make_measure(session, world.school, name="Tickets")
    today = clock.today("America/Denver")
    for measure in (common, own):
        make.make_measurement(session, measure, world.school, today, count=40, population=100)
    hub = browse(world.people["hub"])

    of_all, of_school = (hub.get(f"/measures/{each.public_id}").text for each in (common, own))

    assert f'href="/measures/{common.public_id}/chart"' not in of_all
    assert f'href="/measures/{common.public_id}/chart?team={world.school.public_id}"' in of_all
    assert "Your own team has not counted this" in of_all
    assert f'href="/measures/{own.public_id}/chart"' in of_school
    assert "Your own team has not counted this" not in of_school
    assert "every team you read" not in of_school


def test_an_outcome_without_a_balancing_measure_is_asked_about_and_saved(
    session: Session, world: World, browse: Browse
) -> None:
    outcome = make.make_measure(session, world.school, name="Scores", kind=MeasureKind.OUTCOME)
    client, asked = browse(world.people["member"]), "no balancing measure beside it"

    assert asked in client.get(f"/measures/{outcome.public_id}").text
    assert asked in client.get("/measures").text
    assert asked not in browse(world.people["coach"]).get("/measures").text
    assert 'value="balancing"' in client.get("/measures/new?kind=balancing").text
    make.make_measure(session, world.school, kind=MeasureKind.BALANCING)
    assert asked not in client.get(f"/measures/{outcome.public_id}").text


def test_the_list_says_what_each_series_shows(session: Session, world: World, browse: Browse) -> None:
    measure = make.make_measure(session, network_id=world.network.id, name="Attendance")
    today = clock.today("America/Denver")
    for week in range(4):
        make.make_measurement(
            session, measure, world.school, today - timedelta(weeks=week), count=10 + week, population=20
        )

    page = browse(world.people["member"]).get("/measures").text
    assert "10 of 20 (50%)" in page
    assert "No signal yet." in page
    assert "10 of 20 (50%)" not in browse(world.people["peer"]).get("/measures").text


def test_the_api_refuses_with_the_reason(session: Session, world: World, browse: Browse) -> None:
    path, client = f"/api/v1/measures/{world.ids['measure_id']}", browse(world.people["member"])

    answer = client.patch(path, json={"version": 1, "type": "count"})
    assert answer.status_code == 422
    assert "this stays" in answer.get_json()["errors"]["type"]
    wanted: dict[str, Any] = {"version": 1, "breakdown": {"Grade": ["6", "7"]}, "target": 80, "chart": "p"}
    got = client.patch(path, json=wanted).get_json()
    assert {name: got[name] for name in ("breakdown", "target", "chart")} == {
        name: wanted[name] for name in ("breakdown", "target", "chart")
    }
    assert client.patch(path, json={"version": 2, "breakdown": {"Grade": ["6"]}}).status_code == 422


def test_a_teams_page_leads_to_what_it_measures(session: Session, world: World, browse: Browse) -> None:
    common = make.make_measure(session, network_id=world.network.id, name="Attendance")
    today = clock.today("America/Denver")
    make.make_measurement(session, common, world.school, today, count=15, population=20)
    path = f"/measures?team={world.school.public_id}"

    assert path in browse(world.people["hub"]).get(f"/teams/{world.school.public_id}").text
    for role, count in (("member", 1), ("hub", 1), ("peer", 0)):
        page = browse(world.people[role]).get(path).text
        assert page.count("15 of 20 (75%)") == count
    assert browse(world.people["other_network"]).get(path).status_code == 404
