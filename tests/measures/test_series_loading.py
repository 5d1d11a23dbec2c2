"""The series of a page: one statement, and no point that its reader may not see."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from measures.models import ChartMark, Measure
from measures.queries import measure_row
from measures.rules import MeasureType
from measures.series_loading import lines_of, teams_counting
from measures.small_charts import Line
from tests import factories as make
from tests.factories import TODAY
from tests.world import World, make_world

SINCE = TODAY - timedelta(days=365)


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def students(session: Session, world: World) -> Measure:
    return make.make_measure(session, network_id=world.network.id, name="Attendance", counts_students=True)


def seen_by(session: Session, world: World, role: str, measure: Measure, **more: Any) -> dict[int, Line]:
    """Return the lines by team, as somebody of the world sees them."""
    actor = make.actor_of(session, world.people[role])
    row = measure_row(session, actor, measure.public_id)
    teams = [world.school.id, world.peer.id, world.stranger.id]
    return {key[1]: line for key, line in lines_of(session, actor, [row], teams, SINCE, **more).items()}


def test_a_small_group_of_students_is_no_point_of_anothers_line(
    session: Session, world: World, students: Measure
) -> None:
    make.make_measurement(session, students, world.school, TODAY - timedelta(days=7), count=3, population=9)
    make.make_measurement(session, students, world.school, TODAY, count=40, population=100)

    own = seen_by(session, world, "member", students)[world.school.id]
    assert (own.values, own.hidden) == ((100 * 3 / 9, 40.0), 0)
    assert own.latest_words == "40 of 100 (40%)"
    for role in ("hub", "network_lead", "reviewer"):
        above = seen_by(session, world, role, students)[world.school.id]
        assert (above.values, above.hidden) == ((40.0,), 1)
    assert seen_by(session, world, "peer", students) == {}


@pytest.mark.parametrize(("few", "shown"), [((8, 41), True), ((1, 5), False)])
def test_a_total_that_gives_a_group_away_is_no_point_either(
    session: Session, world: World, students: Measure, few: tuple[int, int], shown: bool
) -> None:
    make.make_measurement(session, students, world.school, TODAY, count=96, population=312)
    for at, (count, population) in enumerate((few, (96 - few[0], 312 - few[1]))):
        group: dict[str, Any] = {
            "subgroup_set": "Grade",
            "subgroup": str(at),
            "count": count,
            "population": population,
        }
        make.make_measurement(session, students, world.school, TODAY, **group)

    assert bool(seen_by(session, world, "hub", students)[world.school.id].values) is shown
    assert seen_by(session, world, "member", students)[world.school.id].values == (100 * 96 / 312,)


def test_one_group_is_its_teams_own(session: Session, world: World, students: Measure) -> None:
    group: dict[str, Any] = {"subgroup_set": "Grade", "subgroup": "6"}
    make.make_measurement(session, students, world.school, TODAY, count=60, population=120, **group)

    asked = {"subgroup": ("Grade", "6")}
    assert seen_by(session, world, "member", students, **asked)[world.school.id].values == (50.0,)
    assert seen_by(session, world, "hub", students, **asked)[world.school.id].values == ()
    assert seen_by(session, world, "member", students) == {}


def test_adults_are_whole_to_the_team_above_and_small_groups_hidden_to_others(
    session: Session, world: World
) -> None:
    measure = make.make_measure(session, network_id=world.network.id)
    make.make_measurement(session, measure, world.school, TODAY, count=3, population=4)

    assert seen_by(session, world, "hub", measure)[world.school.id].values == (75.0,)
    assert seen_by(session, world, "network_lead", measure)[world.school.id].values == ()


def test_what_was_corrected_or_taken_back_is_gone(session: Session, world: World) -> None:
    measure = make.make_measure(session, world.school)
    first = make.make_measurement(session, measure, world.school, TODAY, count=10, population=20)
    make.make_measurement(
        session, measure, world.school, TODAY, count=12, population=20, supersedes_id=first.id
    )
    gone = make.make_measurement(
        session, measure, world.school, TODAY - timedelta(days=9), count=1, population=20
    )
    make.make_measurement(
        session, measure, world.school, TODAY - timedelta(days=9), supersedes_id=gone.id, is_withdrawn=True,
        count=None, population=None,
    )  # fmt: skip

    assert seen_by(session, world, "member", measure)[world.school.id].values == (60.0,)


def test_two_counts_of_a_day_are_one_point(session: Session, world: World) -> None:
    measure = make.make_measure(session, world.school)
    for count, population in ((10, 20), (2, 4)):
        make.make_measurement(session, measure, world.school, TODAY, count=count, population=population)
    waits = make.make_measure(session, world.school, type=MeasureType.TIME_BETWEEN)
    for value in (3.0, 5.0):
        make.make_measurement(session, waits, world.school, TODAY, count=None, population=None, value=value)

    line = seen_by(session, world, "member", measure)[world.school.id]
    assert (line.values, line.latest_words) == ((50.0,), "12 of 24 (50%)")
    assert seen_by(session, world, "member", waits)[world.school.id].values == (3.0, 5.0)


def test_marks_come_with_their_series(session: Session, world: World) -> None:
    measure = make.make_measure(session, world.school)
    make.make_measurement(session, measure, world.school, TODAY, count=10, population=20)
    for kind in ("phase", "story"):
        session.add(ChartMark(network_id=world.network.id, measure_id=measure.id, team_id=world.school.id,
                              kind=kind, on=date(2026, 1, 5)))  # fmt: skip
    session.flush()

    line = seen_by(session, world, "member", measure)[world.school.id]
    assert [(mark.kind, mark.on) for mark in line.marks] == [("phase", date(2026, 1, 5))]


def test_all_series_of_a_page_take_one_statement(
    session: Session, world: World, count_queries: Callable[[], Any]
) -> None:
    actor = make.actor_of(session, world.people["member"])
    rows = []
    for _ in range(5):
        measure = make.make_measure(session, world.school)
        make.make_measurement(session, measure, world.school, TODAY, count=10, population=20)
        rows.append(measure_row(session, actor, measure.public_id))
    with count_queries() as seen:
        found = lines_of(session, actor, rows, [world.school.id], SINCE)

    assert (len(seen), len(found)) == (1, 5)


def test_only_teams_that_one_reads_are_named(session: Session, world: World) -> None:
    measure = make.make_measure(session, network_id=world.network.id)
    for team in (world.school, world.peer):
        make.make_measurement(session, measure, team, TODAY, count=10, population=20)

    def names(role: str) -> list[str]:
        actor = make.actor_of(session, world.people[role])
        return [team.name for team in teams_counting(session, actor, measure.id, SINCE)]

    assert names("hub") == names("network_lead") == ["Own school", "Peer school"]
    assert names("member") == ["Own school"]
    assert names("peer") == ["Peer school"]
