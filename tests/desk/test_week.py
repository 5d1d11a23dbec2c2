"""What a week is made of: tasks from cycles, counts, items; the agenda; nothing told twice."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from desk import week
from desk.rules import Kind
from desk.series import Promise, Series, tally
from desk.week import OpenCycle, OpenItem, Problem, Promised, promised
from measures.rules import Direction, MeasureType
from milestones.rules import Reading
from teams.breaks import breaks_from

TODAY = date(2026, 2, 24)


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def a_cycle(stage: str, predictions: int = 3, **values: Any) -> OpenCycle:
    starts, ends = TODAY - timedelta(days=7), TODAY + timedelta(days=1)
    plain = {
        "id": uuid4(), "name": "Exit ticket", "number": 5, "stage": stage, "starts_on": starts,
        "ends_on": ends, "predictions": predictions,
    }  # fmt: skip
    return OpenCycle(**{**plain, **values})


def an_item(**values: Any) -> OpenItem:
    plain = {
        "id": uuid4(), "number": 218, "kind": "barrier", "title": "Coaches cover classes", "state": "waiting",
        "team": "Alder Creek", "holder": "Hub", "holder_level": "district", "is_mine": False,
        "is_my_turn": True, "since": TODAY, "due_on": TODAY, "look_again_on": None,
    }  # fmt: skip
    return OpenItem(**{**plain, **values})


def a_series(*values: float, due: int = 0, target: float = 90, **more: Any) -> Series:
    """Return a series counted weekly up to yesterday, its target due *due* days from today."""
    first = TODAY - timedelta(days=7 * len(values))
    readings = [
        Reading(first + timedelta(days=7 * at + 6), value, first + timedelta(days=7 * at + 6), at + 1)
        for at, value in enumerate(values)
    ]
    promise = Promise(uuid4(), "Exit tickets", TODAY + timedelta(days=due), target, population=24, **more)
    return Series(1, "Measure", MeasureType.PROPORTION, Direction.UP, "teachers", [promise], readings)


@pytest.mark.parametrize(
    ("stage", "kind", "on"),
    [("plan", Kind.START, -7), ("do", Kind.RESULT, 1), ("study", Kind.STUDY, 1), ("act", Kind.ACT, 1)],
)
def test_each_stage_asks_for_its_next_step(stage: str, kind: Kind, on: int) -> None:
    (task,) = week.cycle_tasks([a_cycle(stage)])

    assert (task.kind, task.on, task.number) == (kind, TODAY + timedelta(days=on), 5)


def test_a_closed_cycle_asks_for_nothing() -> None:
    assert week.cycle_tasks([a_cycle("closed")]) == []


def test_a_plan_without_predictions_says_so() -> None:
    (task,) = week.cycle_tasks([a_cycle("plan", predictions=0)])

    assert task.detail == "Its predictions are missing."


def test_the_next_count_is_a_rhythm_after_the_last() -> None:
    (task,) = week.count_tasks([a_series(50, 60, due=30)], TODAY)

    assert (task.kind, task.on) == (Kind.COUNT, TODAY + timedelta(days=6))
    assert task.detail == "One number: teachers who do it, out of 24."


def test_results_of_students_are_not_asked_for_as_a_count() -> None:
    assert week.count_tasks([a_series(31, is_outcome=True)], TODAY) == []


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("answered", Kind.CONFIRM),
        ("declined", Kind.CONFIRM),
        ("asked_back", Kind.REPLY),
        ("partly", Kind.LOOK),
    ],
)
def test_what_comes_back_asks_for_a_word(state: str, kind: Kind) -> None:
    (task,) = week.item_tasks([an_item(state=state, is_mine=True, answered_by="The State")], [], TODAY)

    assert task.kind is kind


@pytest.mark.parametrize(
    ("others", "words"),
    [
        (0, "Aspen waits for you."),
        (1, "Aspen and one more team wait for you."),
        (2, "Aspen and 2 more teams wait for you."),
    ],
)
def test_a_problem_of_several_teams_is_one_task(others: int, words: str) -> None:
    (task,) = week.item_tasks([], [Problem(an_item(team="Aspen"), others)], TODAY)

    assert task.detail == words


def test_only_a_few_of_many_problems_stand_among_the_tasks() -> None:
    problems = [Problem(an_item(title=f"Problem {number}")) for number in range(12)]

    tasks = week.item_tasks([], problems, TODAY)

    assert [task.title for task in tasks] == [f"Problem {number}" for number in range(week.MOST_ANSWERS)]


def test_an_item_that_others_hold_is_no_task() -> None:
    assert week.item_tasks([an_item(is_mine=True, is_my_turn=False)], [], TODAY) == []


def test_only_answers_came_back() -> None:
    answered = an_item(state="answered", is_mine=True, answered_by="The State")
    found = week.came_back([answered, an_item(state="asked_back", is_mine=True), an_item(state="answered")])

    assert [(each.title, each.by) for each in found] == [("Coaches cover classes", "The State")]


def test_the_agenda_begins_with_answers_and_ends_with_decisions() -> None:
    points = week.agenda(
        [an_item(state="answered", is_mine=True)], [a_series(50, 60, due=-1)], [a_cycle("act")], TODAY
    )

    assert points == [
        "Confirm or return F-218: Coaches cover classes",
        "Exit tickets was missed: coaching, or training for all?",
        "Decide on cycle 5: Exit ticket",
    ]


@pytest.mark.parametrize(
    ("values", "due", "status"),
    [
        ((50, 60), -1, "missed"),
        ((50, 95), -1, "met"),
        ((95, 60, 60), -7, "slipped"),
        ((), -1, "not_measured"),
        ((), 20, "planned"),
    ],
)
def test_a_line_stands_as_its_milestone_does(values: tuple[float, ...], due: int, status: str) -> None:
    assert tally([a_series(*values, due=due)], TODAY) == {status: 1}


def test_a_signal_that_still_runs_has_a_tone_and_its_points() -> None:
    rising = a_series(*[40] * 10, *[80] * 10, due=30)
    broken = a_series(*[40] * 10, *[80] * 10, 60, 40, due=30)

    assert rising.signal(TODAY)[0] == "up"
    assert a_series(50, 60).signal(TODAY) == ("", 0)
    assert broken.signal(TODAY) == ("", 0)


def test_a_promise_that_still_holds_has_its_clock() -> None:
    item = an_item(since=TODAY - timedelta(days=11), due_on=TODAY + timedelta(days=10))

    assert week.item_tasks([], [Problem(item)], TODAY)[0].detail == "Alder Creek waits for you. Day 11 of 21."


def test_what_moved_since_a_day_is_told_and_what_did_not_is_not() -> None:
    since = TODAY - timedelta(days=3)

    assert week.moved([a_series(50, 60), a_series(50, 50), a_series(50), a_series()], since, TODAY) == [
        "Exit tickets went from 50 to 60."
    ]


def test_a_slipped_milestone_comes_back_with_its_reason() -> None:
    slipped, missed = a_series(95, 80, 75, due=-20), a_series(70, 75, 80, due=-20)

    (task,) = week.slipped_tasks([slipped, missed], TODAY)

    assert (task.kind, task.on) == (Kind.SLIPPED, None)
    assert "the last two counts, 80 and 75, are below its target" in task.detail
    assert week.slipped_tasks([a_series(95, 80, due=-20)], TODAY) == []  # one below only asks to look again


def test_an_overdue_count_of_a_reached_target_says_that_watching_goes_on() -> None:
    series = a_series(95, due=-30)
    late = Series(1, "Measure", series.type, series.direction, "teachers", series.promises,
                  [Reading(TODAY - timedelta(days=30), 95, TODAY - timedelta(days=30), 1)])  # fmt: skip

    (task,) = week.count_tasks([late], TODAY)

    assert task.on == TODAY - timedelta(days=23)
    assert "watching goes on" in task.detail


def test_nothing_is_asked_once_watching_has_ended() -> None:
    ended = a_series(95, due=-30, monitor_until=TODAY - timedelta(days=1))

    assert week.count_tasks([ended], TODAY) == []


@pytest.mark.parametrize(
    ("values", "words", "is_late"),
    [
        (
            {"since": TODAY - timedelta(days=20), "due_on": TODAY - timedelta(days=11)},
            "1 day past promise",
            True,
        ),
        ({"since": TODAY - timedelta(days=20), "due_on": TODAY - timedelta(days=10)}, "Day 10 of 10", False),
        ({"since": None, "due_on": TODAY}, "By Feb 24", False),
        ({"is_mine": True, "due_on": TODAY}, "Reply by Feb 24", False),
    ],
)
def test_an_item_stands_to_its_promise_in_days_that_count(
    values: dict[str, Any], words: str, is_late: bool
) -> None:
    breaks = breaks_from([(TODAY - timedelta(days=9), TODAY)])

    assert promised(an_item(**values), TODAY, breaks) == Promised(words, is_late)
    assert promised(an_item(due_on=None), TODAY, breaks) is None
