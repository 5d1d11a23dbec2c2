"""Few students counted without a population: hidden outside their team on every way that a number takes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from cycles import cycle_table_queries
from cycles.models import CycleTask
from desk import history_queries
from measures import policies, services
from measures.models import Measure
from measures.pooled_queries import pooled_lines
from measures.queries import measure_row, records
from measures.rules import Entry, MeasureType
from measures.series_loading import lines_of
from milestones import status_queries
from nic_platform.errors import AbsentError
from tests import factories as make
from tests.factories import NOON, TODAY
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
SINCE = TODAY - timedelta(days=365)
WEEK = timedelta(days=7)


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def counted(session: Session, world: World) -> Measure:
    """A count of students at the school: 3 a week ago, typed as a value 4 before, 37 today."""
    made = make.make_measure(
        session, world.school, type=MeasureType.COUNT, counts_students=True, unit="students", name="Sent out"
    )
    make.make_measurement(session, made, world.school, TODAY - 2 * WEEK, value=4)
    make.make_measurement(session, made, world.school, TODAY - WEEK, count=3, note="Ana and two others")
    make.make_measurement(session, made, world.school, TODAY, count=37)
    return made


def test_one_rule_for_every_figure(session: Session, world: World, counted: Measure) -> None:
    found = records(session, [(counted.id, world.school.id)])[(counted.id, world.school.id)]
    asked: dict[str, Any] = {"counts_students": True, "is_above": True}

    def shown(role: str) -> list[bool]:
        actor = make.actor_of(session, world.people[role])
        return [policies.figure_cell(actor, each, counted.type, **asked).is_shown for each in found]

    assert shown("member") == [True, True, True]
    assert shown("hub") == shown("reviewer") == [False, False, True]
    hub = make.actor_of(session, world.people["hub"])
    assert [each.count for each in status_queries.seen(hub, found, counted.type, **asked)] == [37]
    adults = [
        policies.figure_cell(hub, each, counted.type, counts_students=False, is_above=False) for each in found
    ]
    assert all(cell.is_shown for cell in adults)


def test_small_charts_leave_it_out(session: Session, world: World, counted: Measure) -> None:
    hub, member = (make.actor_of(session, world.people[role]) for role in ("hub", "member"))
    row = measure_row(session, hub, counted.public_id)
    key = (counted.id, world.school.id)

    line = lines_of(session, hub, [row], [world.school.id], SINCE)[key]
    assert (line.values, line.hidden) == ((37.0,), 2)
    assert lines_of(session, member, [row], [world.school.id], SINCE)[key].values == (4.0, 3.0, 37.0)


@pytest.mark.parametrize("role", ["hub", "reviewer", "network_lead"])
def test_the_api_and_the_chart_leave_it_out(
    world: World, browse: Browse, counted: Measure, role: str
) -> None:
    reader, path = browse(world.people[role]), f"/api/v1/measures/{counted.public_id}"

    items = reader.get(f"{path}/measurements").get_json()["items"]
    assert [(each["count"], each["value"], each["note"]) for each in items] == [
        (None, None, ""), (None, None, ""), (37, None, ""),
    ]  # fmt: skip
    assert "Too few students" in items[0]["shown"]
    chart = reader.get(f"{path}/chart?team={world.school.public_id}").get_json()
    assert (len(chart["points"]), chart["not_shown"]) == (1, 2)
    table = reader.get(f"/measures/{counted.public_id}/chart.csv?team={world.school.public_id}")
    assert table.status_code != 200 or "Ana" not in table.text


def test_a_month_of_five_schools_with_few_students_is_no_point(session: Session, world: World) -> None:
    made = make.make_measure(
        session, network_id=world.network.id, type=MeasureType.COUNT, counts_students=True, name="Sent out"
    )
    lead = make.actor_of(session, world.people["network_lead"])
    for few, points in ((1, ()), (20, (140 / 6,))):
        for at in range(5):
            team = make.make_team(session, network=world.network, name=f"Pool {few} {at}")
            entry = Entry(TODAY, few if at < 4 else 30, None)
            services.record(session, made, team, entry, today=TODAY, by=lead, at=NOON)
        session.flush()

        line = pooled_lines(session, lead, [measure_row(session, lead, made.public_id)], SINCE)[made.id]
        assert line.values == pytest.approx(points)


def test_words_about_a_hidden_day_stay_with_the_team(
    session: Session, world: World, browse: Browse, counted: Measure
) -> None:
    for kind, words in (("story", "Ana told us why"), ("phase", "After Ben left"), ("change", "Ana is back")):
        make.make_mark(session, counted, world.school, kind=kind, on=TODAY - WEEK, words=words)
    make.make_mark(session, counted, world.school, kind="change", on=TODAY, words="New bell times")
    path = f"{counted.public_id}/chart?team={world.school.public_id}"

    for address in (f"/measures/{path}", f"/api/v1/measures/{path}"):
        own, hub = (browse(world.people[role]).get(address).text for role in ("member", "hub"))
        assert "Ana told us why" in own
        assert "New bell times" in hub
        assert not [name for name in ("Ana", "Ben") if name in hub]


def test_marks_on_students_and_tasks_of_a_draft_have_no_history_outside(
    session: Session, world: World, counted: Measure
) -> None:
    mark = make.make_mark(session, counted, world.school, kind="story", on=TODAY, words="Ana told us why")
    cycle = make.make_cycle(session, world.school, stage="do", is_draft=False)
    task = CycleTask(network_id=world.network.id, cycle_id=cycle.id, position=1, text="Ring Ana’s mother")
    session.add(task)
    session.flush()
    task.text = "Print the cards"
    session.flush()
    hub, member = (make.actor_of(session, world.people[role]) for role in ("hub", "member"))

    assert history_queries.story_of(session, member, "chart_mark", mark.public_id).events
    with pytest.raises(AbsentError):
        history_queries.story_of(session, hub, "chart_mark", mark.public_id)
    assert history_queries.story_of(session, member, "cycle_task", task.public_id).events
    assert not history_queries.story_of(session, hub, "cycle_task", task.public_id).events


def test_a_predictions_result_of_few_students_without_a_population_is_hidden(
    session: Session, world: World, browse: Browse, counted: Measure
) -> None:
    cycle = make.make_cycle(
        session, world.school, stage="study", is_draft=False, measure_id=counted.id,
        began_on=TODAY - timedelta(days=3), ended_on=TODAY,
    )  # fmt: skip
    make.make_prediction(
        session, cycle, number=8, expected="", result_number=6, result="6 students", verdict="met"
    )

    (told,) = browse(world.people["hub"]).get(f"/api/v1/cycles/{cycle.public_id}").get_json()["predictions"]
    assert told["result_number"] is None
    assert "6 students" not in told["result"]
    assert told["sentence"] == told["verdict"] == ""
    (own,) = browse(world.people["member"]).get(f"/api/v1/cycles/{cycle.public_id}").get_json()["predictions"]
    assert own["result_number"] == 6


def test_the_table_of_cycles_tells_few_adults_only_to_who_is_above(session: Session, world: World) -> None:
    measure = make.make_measure(session, world.school)
    cycle = make.make_cycle(session, world.school, stage="study", is_draft=False, measure_id=measure.id)
    make.make_prediction(session, cycle, number=3, out_of=4, expected="", result_number=2, result_of=4)

    def result(role: str) -> str:
        actor = make.actor_of(session, world.people[role])
        rows = cycle_table_queries.table_of(session, actor, world.school.id)
        return next(row.result for row in rows if row.cycle_id == str(cycle.public_id))

    assert "2" in result("member")
    assert result("member") == result("hub")
    assert result("network_lead") == "Fewer than 10 adults"
