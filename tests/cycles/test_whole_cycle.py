"""A cycle's page as its team uses it: tasks, data points, departures, groups, two savers, what others see."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from cycles.models import Cycle, CycleTask, Prediction
from measures.models import Measure, Measurement
from tests import factories as make
from tests.cycles.test_views import cycle_of, plan_of
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
BEGAN = date(2026, 2, 9)


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def measure(session: Session, world: World) -> Measure:
    return make.make_measure(
        session, world.school, counts_students=True, unit="students",
        breakdown={"Language": ["English", "Spanish"]},
    )  # fmt: skip


@pytest.fixture
def running(session: Session, world: World, measure: Measure) -> Cycle:
    return cycle_of(
        session, world, stage="do", began_on=BEGAN, starts_on=BEGAN, ends_on=date(2026, 2, 24),
        measure_id=measure.id, aim="Aim", who="Two", scale="teachers",
    )  # fmt: skip


def points(session: Session, cycle: Cycle) -> list[tuple[Any, ...]]:
    rows = session.scalars(
        select(Measurement).where(Measurement.cycle_id == cycle.id).order_by(Measurement.id)
    )
    return [(r.observed_on.day, r.count, r.population, r.subgroup, r.supersedes_id is not None) for r in rows]


def done(cycle: Cycle, **fields: str) -> dict[str, str]:
    return {"version": str(cycle.version), "action": "save", **fields}


# ---------------------------------------------------------------- tasks


def test_tasks_are_written_in_the_plan_and_ticked_off_with_one_tap(
    session: Session, world: World, browse: Browse
) -> None:
    cycle = cycle_of(session, world)
    client = browse(world.people["member"])
    fields = plan_of(session, cycle, t0_text="Fetch the timers", t0_owner="Ms. Abara", t0_due_on="2026-02-24")
    client.post(f"/cycles/{cycle.public_id}/plan", data=fields)
    [task] = session.scalars(select(CycleTask).where(CycleTask.cycle_id == cycle.id))

    for page in ("/", "/log", f"/cycles/{cycle.public_id}"):
        assert f"/cycle-tasks/{task.public_id}/done" in client.get(page).text

    answer = client.post(f"/cycle-tasks/{task.public_id}/done", data={"place": "log"})
    session.refresh(task)
    assert task.done_on is not None
    after = client.get(answer.location).text
    assert "The task is ticked off." in after
    assert "Fetch the timers</a>" not in after

    client.post(f"/cycle-tasks/{task.public_id}/done", data={"place": "log", "open": "y"})
    session.refresh(task)
    assert task.done_on is None


@pytest.mark.parametrize(("role", "status"), [("coach", 403), ("hub", 403), ("peer", 404), ("analyst", 404)])
def test_only_the_team_ticks_its_tasks(
    session: Session, world: World, browse: Browse, role: str, status: int
) -> None:
    task_id = world.ids["task_id"]

    answer = browse(world.people[role]).post(f"/cycle-tasks/{task_id}/done")

    assert answer.status_code == status
    assert session.scalar(select(CycleTask.done_on).where(CycleTask.public_id == task_id)) is None


# ---------------------------------------------------------------- do


def test_what_was_different_is_asked_where_it_ran_with_changes(
    session: Session, running: Cycle, world: World, browse: Browse
) -> None:
    client = browse(world.people["member"])
    address = f"/cycles/{running.public_id}/do"
    fields = done(running, carried_out="partly", observations="Seen", action="finish")

    refused = client.post(address, data=fields)
    assert refused.status_code == 422
    assert 'id="departures-error"' in refused.text

    session.refresh(running)
    fields |= {"version": str(running.version), "departures": "Without the timer"}
    assert client.post(address, data=fields).status_code == 303
    session.refresh(running)
    assert (running.stage, running.departures) == ("study", "Without the timer")


def test_counts_are_typed_into_the_cycle_corrected_and_taken_back(
    session: Session, running: Cycle, world: World, browse: Browse
) -> None:
    client = browse(world.people["member"])
    address = f"/cycles/{running.public_id}/do"
    typed = {
        "d0_on": "2026-02-10", "d0_count": "26", "d0_of": "33",
        "d1_on": "2026-02-10", "d1_count": "8", "d1_of": "10", "d1_group": "Language|Spanish",
    }  # fmt: skip
    assert client.post(address, data=done(running, **typed)).status_code == 303
    assert points(session, running) == [(10, 26, 33, "", False), (10, 8, 10, "Spanish", False)]

    session.expire_all()
    ids = [
        str(row.public_id)
        for row in session.scalars(select(Measurement).where(Measurement.cycle_id == running.id))
    ]
    typed |= {"d0_id": ids[0], "d0_count": "27", "d1_id": ids[1], "d1_gone": "y"}
    assert client.post(address, data=done(running, **typed)).status_code == 303

    assert points(session, running)[2:] == [(10, 27, 33, "", True), (10, None, None, "Spanish", True)]
    assert "27 of 33" not in client.get(f"/cycles/{running.public_id}").text  # it stands in the form
    assert 'value="27"' in client.get(f"/cycles/{running.public_id}").text


def test_a_count_that_cant_be_so_is_refused_beside_its_row_and_nothing_is_kept(
    session: Session, running: Cycle, world: World, browse: Browse
) -> None:
    fields = done(running, observations="Seen", d0_on="2026-02-10", d0_count="40", d0_of="33")

    answer = browse(world.people["member"]).post(f"/cycles/{running.public_id}/do", data=fields)

    assert answer.status_code == 422
    assert 'id="d0_count-error"' in answer.text
    session.refresh(running)
    assert (running.observations, points(session, running)) == ("", [])
    assert "Seen</textarea>" in answer.text


def test_a_count_of_a_group_that_is_gone_is_asked_about_and_not_taken_for_everybodys(
    session: Session, running: Cycle, world: World, measure: Measure, browse: Browse
) -> None:
    measure.breakdown = {"Language": ["English", "Somali"]}
    session.flush()
    row = {"d0_on": "2026-02-10", "d0_count": "8", "d0_of": "10", "d0_group": "Language|Spanish"}

    answer = browse(world.people["member"]).post(f"/cycles/{running.public_id}/do", data=done(running, **row))

    assert answer.status_code == 422
    assert "has no such group. It has: English, Somali." in answer.text
    assert points(session, running) == []


def test_a_second_count_of_one_day_is_asked_about(
    session: Session, running: Cycle, world: World, measure: Measure, browse: Browse
) -> None:
    make.make_measurement(session, measure, world.school, date(2026, 2, 10), count=20, population=33)
    client = browse(world.people["member"])
    fields = done(running, d0_on="2026-02-10", d0_count="26", d0_of="33")

    asked = client.post(f"/cycles/{running.public_id}/do", data=fields)
    assert asked.status_code == 422
    assert 'id="d0_same_day"' in asked.text

    kept = client.post(f"/cycles/{running.public_id}/do", data={**fields, "d0_same_day": "correct"})
    assert kept.status_code == 303
    assert points(session, running) == [(10, 26, 33, "", True)]


# ---------------------------------------------------------------- study


def studied(session: Session, world: World, running: Cycle, measure: Measure) -> Prediction:
    running.stage = "study"
    for day, count in ((10, 14), (17, 12)):
        make.make_measurement(
            session,
            measure,
            world.school,
            date(2026, 2, day),
            count=count,
            population=17,
            cycle_id=running.id,
        )
    for name, count, of in (("English", 12, 14), ("Spanish", 1, 3)):
        make.make_measurement(
            session, measure, world.school, date(2026, 2, 17), count=count, population=of,
            cycle_id=running.id, subgroup_set="Language", subgroup=name,
        )  # fmt: skip
    return make.make_prediction(session, running, question="How many?", number=75, low=70, high=80, unit="%")


def test_a_result_is_taken_from_what_was_counted(
    session: Session, running: Cycle, world: World, measure: Measure, browse: Browse
) -> None:
    prediction = studied(session, world, running, measure)
    client = browse(world.people["member"])
    page = client.get(f"/cycles/{running.public_id}").text
    assert "All 2 counts: 26 of 34 (76%)" in page
    assert "1 of 3 (33%)" in page  # the team sees its own groups
    assert "2 counts in the days of this cycle" in page

    fields = done(running, p0_id=str(prediction.public_id), p0_take="all", learned="It fits")
    client.post(f"/cycles/{running.public_id}/study", data=fields)

    session.refresh(prediction)
    assert (prediction.result_number, prediction.result_of, prediction.verdict) == (26, 34, "held")


def test_a_cycle_written_down_after_it_ran_knows_its_own_counts(
    session: Session, running: Cycle, world: World, measure: Measure, browse: Browse
) -> None:
    studied(session, world, running, measure)
    running.began_on = running.starts_on = date(2026, 2, 24)
    session.flush()

    page = browse(world.people["member"]).get(f"/cycles/{running.public_id}").text

    assert "2 counts in the days of this cycle" in page


def test_a_number_that_was_typed_is_not_written_over(
    session: Session, running: Cycle, world: World, measure: Measure, browse: Browse
) -> None:
    prediction = studied(session, world, running, measure)
    fields = done(
        running, p0_id=str(prediction.public_id), p0_take="all", p0_result_number="20", p0_result_of="40"
    )

    browse(world.people["member"]).post(f"/cycles/{running.public_id}/study", data=fields)

    session.refresh(prediction)
    assert (prediction.result_number, prediction.result_of) == (20, 40)


@pytest.mark.parametrize("role", ["hub", "network_lead", "reviewer"])
def test_others_read_no_small_group_of_students_anywhere(
    session: Session, running: Cycle, world: World, measure: Measure, browse: Browse, role: str
) -> None:
    prediction = studied(session, world, running, measure)
    prediction.result_number, prediction.result_of, prediction.verdict = 26, 34, "held"
    session.flush()
    client = browse(world.people[role])

    page = client.get(f"/cycles/{running.public_id}").text
    told = client.get(f"/api/v1/cycles/{running.public_id}").json
    data = client.get(f"/api/v1/cycles/{running.public_id}/data").json
    table = client.get(f"/cycles/export.csv?team={world.school.public_id}").text
    paper = client.get(f"/cycles/{running.public_id}/worksheet").text

    for shown in (page, str(data), table, paper):
        for secret in ("1 of 3", "14 of 17", "12 of 17", "26 of 34", "12 of 14"):
            assert secret not in shown
    assert told["predictions"][0]["result_number"] is None
    assert told["predictions"][0]["verdict"] == ""
    assert (data["points"], data["hidden"]) == ([], 2)


def test_what_was_thought_later_stands_with_who_and_when(
    session: Session, running: Cycle, world: World, browse: Browse
) -> None:
    prediction = make.make_prediction(session, running, number=75)
    client = browse(world.people["member"])
    fields = done(running, p0_id=str(prediction.public_id), p0_later="Too high", p0_number="10")

    client.post(f"/cycles/{running.public_id}/do", data=fields)

    session.refresh(prediction)
    assert prediction.number == 75
    page = client.get(f"/cycles/{running.public_id}/plan").text
    assert re.search(f"{world.people['member'].name} on [A-Z][a-z]+ [0-9]+: “Too high”", page)


# ---------------------------------------------------------------- two at once


def test_two_people_who_add_rows_at_once_lose_none(session: Session, world: World, browse: Browse) -> None:
    cycle = cycle_of(session, world)
    first, second = browse(world.people["member"]), browse(world.people["lead"])
    opened = plan_of(session, cycle)
    address = f"/cycles/{cycle.public_id}/plan"
    first.post(address, data={**opened, "t0_text": "Theirs", "p0_question": "Their question"})

    both = second.post(address, data={**opened, "t0_text": "Mine", "p0_question": "My question"})
    assert both.status_code == 409
    assert "Their" in both.text
    session.expire_all()

    merged = {
        **opened,
        "version": str(cycle.version),
        "merged": "yes",
        "t0_text": "Mine",
        "p0_question": "My question",
    }
    assert second.post(address, data=merged).status_code == 303
    session.expire_all()
    tasks = session.scalars(select(CycleTask.text).where(CycleTask.cycle_id == cycle.id))
    questions = session.scalars(select(Prediction.question).where(Prediction.cycle_id == cycle.id))
    assert sorted(tasks) == ["Mine", "Theirs"]
    assert sorted(questions) == ["My question", "Their question"]


def test_a_count_that_somebody_corrected_meanwhile_is_shown_beside_mine(
    session: Session, running: Cycle, world: World, measure: Measure, browse: Browse
) -> None:
    row = make.make_measurement(
        session, measure, world.school, date(2026, 2, 10), count=20, population=33, cycle_id=running.id
    )
    other = make.make_measurement(
        session, measure, world.school, date(2026, 2, 10), count=22, population=33, cycle_id=running.id,
        supersedes_id=row.id,
    )  # fmt: skip
    fields = done(running, d0_id=str(row.public_id), d0_on="2026-02-10", d0_count="25", d0_of="33")
    client = browse(world.people["member"])

    both = client.post(f"/cycles/{running.public_id}/do", data=fields)
    assert both.status_code == 409
    assert ">22<" in both.text
    assert len(points(session, running)) == 2

    merged = {**fields, "d0_id": str(other.public_id), "merged": "yes"}
    assert client.post(f"/cycles/{running.public_id}/do", data=merged).status_code == 303
    assert points(session, running)[-1] == (10, 25, 33, "", True)


# ---------------------------------------------------------------- ends, files, speed


def test_a_cycle_that_never_began_can_only_be_planned_again(
    session: Session, world: World, browse: Browse
) -> None:
    cycle = cycle_of(session, world)
    make.make_prediction(session, cycle, number=75)
    client = browse(world.people["member"])
    address = f"/cycles/{cycle.public_id}"
    client.post(f"{address}/not-run", data=done(cycle, why="Snow"))
    session.expire_all()

    refused = client.post(f"{address}/back", data=done(cycle, why="Again", to="do"))
    assert refused.status_code == 409
    session.expire_all()
    assert client.post(f"{address}/back", data=done(cycle, why="Again", to="plan")).status_code == 303


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_teams_cycles_are_taken_out(session: Session, world: World, browse: Browse, ending: str) -> None:
    cycle = cycle_of(session, world, change="=cmd()", title="")
    make.make_prediction(session, cycle, question="How many?", number=75, low=70, high=80, unit="%")
    make.make_task(session, cycle, text="Copy", owner="Ms. Abara")

    answer = browse(world.people["member"]).get(f"/cycles/export.{ending}")

    assert answer.status_code == 200
    if ending == "csv":
        assert "Copy (Ms. Abara)" in answer.text
        assert "75% (70% to 80%)" in answer.text
        assert "'=cmd()" in answer.text


def test_the_worksheet_holds_what_is_written(
    session: Session, running: Cycle, world: World, browse: Browse
) -> None:
    running.departures, running.carried_out = "Without the timer", "partly"
    make.make_task(session, running, text="Copy the tickets", owner="Ms. Abara")
    session.flush()

    page = browse(world.people["member"]).get(f"/cycles/{running.public_id}/worksheet").text

    assert "Without the timer" in page
    assert "Copy the tickets" in page


@pytest.mark.parametrize("stage", ["do", "study", "closed"])
def test_a_page_asks_the_database_equally_often_however_much_there_is(
    session: Session, world: World, running: Cycle, measure: Measure, browse: Browse, stage: str,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:  # fmt: skip
    studied(session, world, running, measure).later = "Hm"
    running.stage = stage
    session.flush()
    client, address = browse(world.people["member"]), f"/cycles/{running.public_id}"

    def opened() -> int:
        session.expire_all()
        with count_queries() as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    few = opened()
    for day in range(1, 6):
        make.make_task(session, running, text=f"Task {day}")
        make.make_prediction(session, running, number=day)
        make.make_measurement(
            session, measure, world.school, date(2026, 1, day), count=1, population=2, cycle_id=running.id
        )

    assert opened() == few <= 12
