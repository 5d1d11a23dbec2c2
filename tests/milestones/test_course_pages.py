from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from measures.rules import MeasureKind
from milestones.models import Checkpoint
from nic_platform import clock
from teams.models import Team
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
CountQueries = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def day(offset: int) -> date:
    return clock.today("America/Denver") + timedelta(days=offset)


def make_course(
    session: Session, team: Team, *, met: bool, moving: bool, students: int = 40, name: str = "ELD"
) -> None:
    """Give a team a plan whose one strategy lies in the cell asked for."""
    year = day(0).year if day(0).month >= 7 else day(0).year - 1
    plan = make.make_plan(session, team, school_year=f"{year}-{(year + 1) % 100:02d}")
    strategy = make.make_strategy(session, plan, name=name)
    strand = make.make_strand(session, strategy)
    adults = make.make_measure(session, team)
    make.make_milestone(
        session, team, plan=plan, measure=adults, strand_id=strand.id, due_on=day(-3), begins_on=day(-30)
    )
    make.make_measurement(session, adults, team, day(-5), count=20 if met else 4, population=20)
    results = make.make_measure(session, team, kind=MeasureKind.OUTCOME, counts_students=True)
    target = make.make_interim_target(
        session,
        plan,
        strategy_id=strategy.id,
        measure_id=results.id,
        due_on=day(60),
        baseline=30.0,
        target=70.0,
    )
    session.add(
        Checkpoint(network_id=team.network_id, interim_target_id=target.id, due_on=day(-2), target=50.0)
    )
    make.make_measurement(session, results, team, day(-20), count=students * 0.3, population=students)
    share = 0.4 if moving else 0.35
    make.make_measurement(session, results, team, day(-4), count=students * share, population=students)
    session.flush()


@pytest.mark.parametrize(
    ("met", "moving", "says"),
    [
        (True, True, "Keep going, and prepare to spread what works."),
        (True, False, "Question the strategy itself: changing it is one outcome."),
        (False, True, "Look for the real cause: something else may be at work."),
        (False, False, "Implement first; don’t judge the strategy yet."),
    ],
)
def test_the_page_of_a_plan_says_what_milestones_and_results_mean_together(
    session: Session, world: World, browse: Browse, met: bool, moving: bool, says: str
) -> None:
    make_course(session, world.school, met=met, moving=moving)
    page = browse(world.people["member"]).get("/course", follow_redirects=True)

    assert page.status_code == 200
    assert says in page.text
    assert ("1 of 1 milestone due is met" if met else "0 of 1 milestone due is met") in page.text
    assert ("50% of the way: moving" if moving else "25% of the way: flat") in page.text


def test_a_group_below_the_minimum_cannot_be_told_and_a_hub_is_told_nothing_of_small_groups(
    session: Session, world: World, browse: Browse
) -> None:
    make_course(session, world.school, met=True, moving=True, students=20)
    make_course(session, world.peer, met=True, moving=True, students=9)

    own = browse(world.people["member"]).get("/course", follow_redirects=True).text
    peer = browse(world.people["peer"]).get("/course", follow_redirects=True).text
    hub = browse(world.people["hub"]).get("/course").text

    assert "50% of the way: moving" in own
    assert "Too few students to tell" in peer
    assert "Too few students to show" in hub
    assert "moving</td>" not in hub


def test_a_hub_sees_all_its_schools_by_name_in_as_many_statements_for_twenty_as_for_five(
    session: Session, world: World, browse: Browse, count_queries: CountQueries
) -> None:
    for number in range(5):
        school = make.make_team(session, world.network, name=f"School {number:02d}")
        make.make_link(session, school, world.hub)
        make_course(session, school, met=number % 2 == 0, moving=number % 3 == 0)
    client = browse(world.people["hub"])
    with count_queries() as five:
        client.get("/course")
    for number in range(5, 20):
        school = make.make_team(session, world.network, name=f"School {number:02d}")
        make.make_link(session, school, world.hub)
        make_course(session, school, met=True, moving=number % 3 == 0)

    with count_queries() as twenty:
        page = client.get("/course?present=1")

    assert len(twenty) == len(five) <= 12
    names = [name for name in (f"School {number:02d}" for number in range(20)) if name in page.text]
    assert len(names) == 20
    places = [page.text.index(f">{name}</a>") for name in names]
    assert places == sorted(places)


def test_what_is_only_shared_or_of_another_network_is_not_in_a_hubs_picture(
    session: Session, world: World, browse: Browse
) -> None:
    shared = make.make_team(session, world.network, name="Not below us")
    make_course(session, shared, met=True, moving=True)
    make_course(session, world.stranger, met=True, moving=True)
    make_course(session, world.school, met=True, moving=True)

    page = browse(world.people["hub"]).get("/course").text

    assert "Own school" in page
    assert "Not below us" not in page
    assert "Other network" not in page


def test_who_sees_the_whole_network_chooses_a_district(
    session: Session, world: World, browse: Browse
) -> None:
    make_course(session, world.school, met=True, moving=True)
    client = browse(world.people["network_lead"])

    assert "Own school" in client.get("/course").text
    assert client.get(f"/course?district={world.school.public_id}").status_code == 404


def test_an_earlier_day_can_be_seen_again(session: Session, world: World, browse: Browse) -> None:
    make_course(session, world.school, met=True, moving=True)

    page = browse(world.people["member"]).get(f"/course?on={day(-6)}", follow_redirects=False)
    plan = page.location.split("?")[0]
    then = browse(world.people["member"]).get(f"{plan}?on={day(-6)}").text

    assert "No milestone has come due" in then
    assert "Say what you decided" not in then
