"""The chart on a milestone's page agrees with its measure's and with its plan's board."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from milestones.models import Milestone
from teams.models import Network
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def last_years(session: Session, world: World) -> Milestone:
    """A milestone of a plan whose year has ended; its measure is counted on in the next year."""
    network = session.get_one(Network, world.school.network_id)
    make.make_school_year(session, network, "2024-25", starts_on=date(2024, 8, 19), ends_on=date(2025, 5, 30))
    plan = make.make_plan(session, world.school, school_year="2024-25")
    measure = make.make_measure(session, world.school, name="Calls home")
    made = make.make_milestone(
        session, world.school, plan=plan, measure=measure, name="Families are called", target=90.0,
        due_on=date(2025, 5, 2),
    )  # fmt: skip
    for on, count in ((date(2025, 4, 30), 12), (date(2025, 9, 26), 24)):
        make.make_measurement(session, measure, world.school, on, count=count, population=24)
    return made


def test_a_milestone_of_an_ended_plan_stands_as_its_board_says(
    world: World, browse: Browse, last_years: Milestone
) -> None:
    client = browse(world.people["member"])

    board = client.get(f"/plans/{last_years.plan.public_id}").text
    page = client.get(f"/milestones/{last_years.public_id}").text
    told = client.get(f"/api/v1/milestones/{last_years.public_id}").get_json()

    assert "Missed" in board
    assert "Missed on May 2" in page
    assert "What was counted after Jun 19, 2025 belongs to the next plan" in page
    assert "24 of 24" in page  # in the table
    assert "latest 50 on Apr 30" in page  # the chart's sentence
    assert told["status"] == "missed"


def test_two_counts_of_a_day_are_one_point_on_both_charts(
    session: Session, world: World, browse: Browse, last_years: Milestone
) -> None:
    assert last_years.measure is not None
    client, chart = browse(world.people["member"]), f"/api/v1/measures/{last_years.measure.public_id}/chart"
    make.make_measurement(
        session, last_years.measure, world.school, date(2025, 4, 30), count=24, population=24
    )

    point = client.get(chart).get_json()["points"][0]

    assert (point["value"], point["count"], point["population"]) == (75, 36, 48)
    assert "latest 75 on Apr 30" in client.get(f"/milestones/{last_years.public_id}").text
