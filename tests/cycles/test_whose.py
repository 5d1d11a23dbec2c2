from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from cycles import inquiry_svg
from cycles.calibration import Foretold
from cycles.models import Cycle
from cycles.predictions import Expectation
from cycles.whose import Behind, Reading, instead_of, verdict_of, who_of, words_of
from desk.report_queries import cycles_on
from measures.rules import MeasureType
from measures.suppression import Who
from tests import factories as make
from tests.factories import NOON, TODAY
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
OWN = "Counts of students are the team’s own"
UNTOLD = "Out of how many students isn’t told, so this is the team’s own"
HUB = Behind(is_own=False, is_above=True, counts_students=True)
LEAD = Behind(is_own=False, counts_students=False)
PEER = Behind(is_own=False, by_name=False, counts_students=True)


def told(**columns: Any) -> Any:
    """Return a prediction with its result."""
    empty = {"question": "", "expected": "", "number": None, "unit": "", "out_of": None, "verdict": "held"}
    return SimpleNamespace(**empty | {"result": "", "result_number": None, "result_of": None} | columns)


@pytest.mark.parametrize(
    ("columns", "measured", "who"),
    [
        ({"unit": "teachers"}, True, Who.STUDENTS),
        ({"unit": "students", "question": "Do teachers see it?"}, False, Who.STUDENTS),
        ({"unit": "class-days", "question": "How many students?"}, False, Who.ADULTS),
        ({"question": "How many exit tickets name the target?"}, False, Who.STUDENTS),
        ({"question": "Do 6 of 8 teachers post it?"}, None, Who.ADULTS),
        ({"question": "Does it fit?"}, False, Who.ADULTS),
        ({"question": "Does it fit?"}, None, Who.STUDENTS),
    ],
)
def test_whom_a_result_is_about(columns: dict[str, Any], measured: bool | None, who: Who) -> None:
    assert who_of(told(**columns), measured) is who


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"result_number": 26, "result_of": 40}, ""),
        ({"result_number": 6, "result_of": 40}, "≤ 23%"),
        ({"result_number": 5, "out_of": 8}, "Too few students to show (fewer than 10)"),
        (
            {"result_number": 83.3, "unit": "%"},
            "Out of how many students isn’t told, so this is the team’s own",
        ),
        ({"result_number": 6}, "Too few students to show (fewer than 10)"),
        ({"result_number": 28}, ""),
        ({"result": "Three of them could say it"}, "Students’ figures in words are the team’s own"),
        ({"result": "83% of them"}, "Students’ figures in words are the team’s own"),
        ({"result": "It fits better after lunch"}, ""),
    ],
)
def test_a_result_of_students_above_the_team(columns: dict[str, Any], words: str) -> None:
    assert instead_of(told(**columns), HUB, Reading()) == words
    assert instead_of(told(**columns), Behind(), Reading()) == ""


def test_a_number_in_the_unit_of_a_measure_that_counts_nobody_is_shown() -> None:
    minutes = told(result_number=4, unit="minutes")
    assert instead_of(minutes, HUB, Reading(MeasureType.CONTINUOUS, "minutes")) == ""
    assert instead_of(minutes, HUB, Reading(MeasureType.COUNT, "minutes")) != ""


def test_a_sum_with_a_hidden_day_in_it_is_hidden() -> None:
    large = told(result_number=26, result_of=40)
    assert instead_of(large, HUB, Reading(hides_a_day=True)) == "Too few students to show (fewer than 10)"


def test_many_at_once_tell_no_students_and_peers_get_none_at_all() -> None:
    large = told(result_number=200, result_of=400)
    assert instead_of(large, HUB) == OWN
    assert instead_of(large, PEER, Reading()) == OWN
    assert verdict_of(large, HUB) == ""
    assert verdict_of(large, Behind()) == "held"


def test_few_adults_are_hidden_from_who_is_not_above() -> None:
    few = told(result_number=5, result_of=8, unit="teachers")
    assert instead_of(few, LEAD, Reading()) == "Fewer than 10 adults"
    assert instead_of(few, Behind(is_own=False, is_above=True, counts_students=False)) == ""


def test_words_with_a_figure_stand_beside_no_result_outside() -> None:
    noted = told(result_number=26, result_of=40, result="Three were new")
    assert words_of(noted, HUB) == ""
    assert words_of(noted, Behind()) == "Three were new"


# ---------------------------------------------------------------- on every way out


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def cycle(session: Session, world: World) -> Cycle:
    """A shared cycle that serves a milestone of adults, with students' results in every form."""
    idea = make.make_idea(session, world.school)
    made = make.make_cycle(
        session, world.school, ramp=make.make_ramp(session, world.school, idea), stage="closed",
        outcome="done", decision="adapt", is_draft=False, is_shared=True, began_on=TODAY - timedelta(days=9),
        ended_on=TODAY - timedelta(days=2), closed_at=NOON,
    )  # fmt: skip
    common: dict[str, Any] = {
        "expected": "",
        "verdict": "held",
        "question": "Which students name the target?",
    }
    make.make_prediction(session, made, **common, result="Ana and 6 others")
    make.make_prediction(session, made, **common, number=80, unit="%", result_number=83.125)
    make.make_prediction(session, made, **common, number=5, out_of=7, result_number=6, result_of=7)
    return made


@pytest.mark.parametrize("role", ["hub", "network_lead", "peer"])
def test_no_way_out_tells_few_students(
    session: Session, world: World, browse: Browse, cycle: Cycle, role: str
) -> None:
    assert cycle.ramp is not None
    reader, own = browse(world.people[role]), browse(world.people["member"])
    ways = [f"/cycles/{cycle.public_id}", f"/api/v1/cycles/{cycle.public_id}",
            f"/ramps/{cycle.ramp.public_id}", f"/cycles/{cycle.public_id}/worksheet"]  # fmt: skip
    for way in ways:
        page = reader.get(way)
        assert page.status_code == 200, way
        assert [leak for leak in ("6 others", "83%", "83.1", "6 of 7", "86%") if leak in page.text] == [], way
        assert "6 others" in own.get(way).text, way


def test_a_report_tells_no_students_figures_outside(session: Session, world: World, cycle: Cycle) -> None:
    def results(role: str) -> list[str]:
        actor = make.actor_of(session, world.people[role])
        lines = cycles_on(session, actor, world.school.id, TODAY)
        return [line.result for line in lines if line.id == cycle.public_id]

    assert results("member") == ["Ana and 6 others"]
    assert results("hub") == [OWN]


def test_peers_read_no_day_of_a_students_measure(session: Session, world: World, browse: Browse) -> None:
    measure = make.make_measure(session, world.school, counts_students=True)
    made = make.make_cycle(
        session, world.school, stage="study", is_draft=False, is_shared=True, measure_id=measure.id,
        began_on=TODAY - timedelta(days=9),
    )  # fmt: skip
    make.make_measurement(session, measure, world.school, TODAY - timedelta(days=1), count=51, population=93)
    way = f"/api/v1/cycles/{made.public_id}/data"
    assert browse(world.people["peer"]).get(way).get_json()["points"] == []
    assert [each["count"] for each in browse(world.people["hub"]).get(way).get_json()["points"]] == [51]
    assert (
        "51 of 93" not in browse(world.people["peer"]).get(f"/cycles/{made.public_id}").text.split("<main")[1]
    )


def test_peers_read_no_students_count_of_a_shared_plan(
    session: Session, world: World, browse: Browse
) -> None:
    plan = make.make_plan(session, world.school, school_year="2024-25", is_shared=True)
    measure = make.make_measure(session, world.school, counts_students=True)
    milestone = make.make_milestone(session, world.school, plan=plan, measure=measure)
    make.make_measurement(session, measure, world.school, TODAY - timedelta(days=1), count=51, population=93)

    def told(role: str) -> list[tuple[float | None, str]]:
        way = f"/api/v1/milestones/{milestone.public_id}/measurements"
        items = browse(world.people[role]).get(way).get_json()["items"]
        return [(each["count"], each["shown"]) for each in items]

    assert told("hub") == [(51, "")]
    assert told("peer") == [(None, "Students’ counts are shared pooled only")]
    assert "51 of 93" not in browse(world.people["peer"]).get(f"/milestones/{milestone.public_id}").text


def test_the_drawing_of_ranges_tells_others_only_the_side() -> None:
    def drawn(*results: float) -> str:
        found = [Foretold(Expectation(None, 5, 7), 10, each, 10) for each in results]
        return inquiry_svg.ranges(found, "Ranges", with_words=False)

    assert drawn(5, 9, 2) == drawn(3, 6, 8)
    assert drawn(5, 9, 2) != drawn(3, 2, 8)
