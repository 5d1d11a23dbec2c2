"""What puts a thing on an agenda, with its reason."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest

from desk.agenda import Part, Point
from desk.agenda_points import (
    CourseFact,
    CycleFact,
    DecisionFact,
    ItemFact,
    MilestoneFact,
    course_points,
    cycle_points,
    decision_points,
    item_points,
    left_words,
    milestone_points,
    pressing,
)
from measures.rules import Direction, MeasureType
from milestones.rows import MilestoneRow
from milestones.rules import Goal, Reading, Standing, Status, standing_on
from teams.breaks import breaks_from

TODAY = date(2026, 2, 24)
UNTIL = date(2026, 3, 12)


def row(due: date, target: float | None = 90.0) -> MilestoneRow:
    return MilestoneRow(
        1, uuid4(), 1, uuid4(), 1, None, "", 1, uuid4(), "", MeasureType.PROPORTION, Direction.UP, "teachers",
        False, False, 1, "process", "Exit tickets", due, None, "", "", "teachers", "using tickets", target,
        10.0, 24, False, "", "", "", "weekly", "", None, 1,
    )  # fmt: skip


def fact(
    due: date, *counts: tuple[date, int], present: bool = True, next_on: date | None = None
) -> MilestoneFact:
    readings = [
        Reading(on, 100 * count / 24, on, number, count=count, population=24)
        for number, (on, count) in enumerate(counts, 1)
    ]
    milestone = row(due)
    standing = standing_on(Goal(due, 90.0, baseline=10.0), readings, TODAY)
    return MilestoneFact(milestone, standing, next_on, present)


def only(fact: MilestoneFact) -> Point:
    points = milestone_points([fact], TODAY, UNTIL)
    assert len(points) == 1
    return points[0]


def test_one_that_was_missed_is_off_with_numbers_and_advice() -> None:
    point = only(fact(date(2026, 2, 15), (date(2026, 2, 13), 19)))

    assert (point.part, point.status, point.asks) == (Part.OFF, "missed", True)
    assert point.reason == "Missed on Feb 15: 90% was the target. Last count 79%, Feb 13."
    assert point.suggestion.startswith("Add coaching touchpoints for the 5 who are not there yet.")
    assert "5 of 24 are not there yet: fewer than half." in point.suggestion


def test_what_was_decided_suggests_nothing_new() -> None:
    missed = fact(date(2026, 2, 15), (date(2026, 2, 13), 19))

    assert only(replace(missed, is_decided=True)).suggestion == ""


def test_a_count_that_may_not_be_seen_is_not_told() -> None:
    point = only(replace(fact(date(2026, 2, 15), (date(2026, 2, 13), 19)), is_hidden=True))

    assert "79%" not in point.reason
    assert "Too few people to show" in point.reason
    assert point.suggestion == ""


def test_one_that_slipped_says_so() -> None:
    met = [(date(2025, 10, 30), 23), (date(2026, 1, 23), 21), (date(2026, 2, 20), 20)]

    point = only(fact(date(2025, 10, 30), *met))

    assert (point.part, point.status) == (Part.OFF, "slipped")
    assert "two counts in a row were below 90%" in point.reason


def test_one_that_nobody_measured_is_to_be_counted() -> None:
    point = only(fact(date(2026, 2, 15)))

    assert point.part is Part.CHECK
    assert "nobody counted in the 14 days before it" in point.reason


def test_an_overdue_check_of_one_that_holds_is_to_be_counted() -> None:
    held = [(date(2025, 10, 30), 23), (date(2026, 1, 23), 23)]

    point = only(fact(date(2025, 10, 30), *held, next_on=date(2026, 2, 20)))

    assert point.part is Part.CHECK
    assert point.reason.startswith("A count was due on Feb 20.")


@pytest.mark.parametrize(("days", "is_there"), [(0, True), (16, True), (17, False)])
def test_what_is_due_until_the_next_touchpoint_is_on_it(days: int, is_there: bool) -> None:
    points = milestone_points([fact(TODAY + timedelta(days=days), (TODAY, 12))], TODAY, UNTIL)

    assert bool([point for point in points if point.part in {Part.DUE, Part.OFF, Part.CHECK}]) == is_there


def test_what_is_over_and_well_asks_for_nothing() -> None:
    held = fact(
        date(2025, 10, 30), (date(2025, 10, 30), 23), (date(2026, 2, 20), 23), next_on=date(2026, 3, 20)
    )

    assert milestone_points([held], TODAY, UNTIL) == []
    missed_before = fact(date(2025, 9, 15), (date(2025, 9, 14), 12), present=False)
    assert milestone_points([missed_before], TODAY, UNTIL) == []


def test_one_that_is_ahead_may_bring_the_series_forward() -> None:
    standing = Standing(Status.MET, TODAY, reached_on=date(2026, 2, 1), is_ahead=True)
    ahead = MilestoneFact(row(date(2026, 4, 30)), standing, None, True)

    points = milestone_points([ahead], TODAY, UNTIL)

    assert [point.part for point in points] == [Part.COURSE]
    assert points[0].suggestion


# ---------------------------------------------------------------- cycles


@pytest.mark.parametrize(
    ("stage", "starts", "ends", "touched", "words"),
    [
        ("study", -20, -3, 0, "Waits for study"),
        ("act", -20, -3, 0, "Waits for a decision"),
        ("plan", -8, 10, 0, "it was to begin on Feb 16"),
        ("plan", -7, 10, 0, ""),
        ("do", -20, -8, 0, "it was to end on Feb 16"),
        ("do", -20, 5, -40, ""),
        ("do", -60, None, -30, "nobody has worked on it since Jan 25"),
    ],
)
def test_which_tests_wait(stage: str, starts: int, ends: int | None, touched: int, words: str) -> None:
    def day(n: int | None) -> date | None:
        return None if n is None else TODAY + timedelta(days=n)

    cycle = CycleFact(uuid4(), "Door card", 3, stage, day(starts), day(ends), day(touched) or TODAY)

    points = cycle_points([cycle], TODAY)

    assert [words in point.reason for point in points] == ([True] if words else [])


# ---------------------------------------------------------------- feedback


def item(
    state: str, *, mine: bool = True, turn: bool = False, due: int | None = None, answer: str = ""
) -> ItemFact:
    on = None if due is None else TODAY + timedelta(days=due)
    return ItemFact(uuid4(), 218, "Cover", state, "Hub", mine, turn, on, answer)


@pytest.mark.parametrize(
    ("fact", "words", "asks"),
    [
        (item("answered", answer="Coaches are  exempt."), "“Coaches are exempt.” Is it lifted?", True),
        (item("declined"), "Declined with a reason", True),
        (item("asked_back"), "You were asked back", True),
        (item("partly", turn=True), "look again", True),
        (item("waiting", due=-3), "with Hub, 3 days past promise.", False),
        (item("waiting", due=4), "with Hub, promised by Feb 28.", False),
        (item("waiting"), "with Hub.", False),
        (item("waiting", mine=False, turn=True, due=2), "decide what to answer by Feb 26.", True),
        (item("waiting", mine=False, turn=True), "decide what to answer.", True),
    ],
)
def test_what_of_feedback_is_on_the_agenda(fact: ItemFact, words: str, asks: bool) -> None:
    points = item_points([fact], TODAY)

    assert [words in point.reason for point in points] == [True]
    assert points[0].asks is asks


def test_what_rests_or_is_elsewhere_is_not() -> None:
    assert item_points([item("partly"), item("waiting", mine=False)], TODAY) == []


def test_a_meeting_takes_what_presses_and_leaves_the_rest_in_the_queue() -> None:
    own = item("answered")
    late = [item("waiting", mine=False, turn=True, due=-day) for day in range(1, 9)]
    calm = [item("waiting", mine=False, turn=True, due=30), item("waiting", mine=False, turn=True)]

    taken, left, still_late = pressing([*calm, own, *late], TODAY)

    assert taken == [own, *sorted(late, key=lambda fact: str(fact.due_on))[:6]]
    assert (left, still_late) == (4, 2)
    assert left_words(left, still_late) == "4 more wait for your answer, 2 past promise."


def test_the_days_of_a_break_make_nothing_late_and_nothing_far() -> None:
    breaks = breaks_from([(TODAY - timedelta(days=9), TODAY + timedelta(days=9))])
    far = item("waiting", mine=False, turn=True, due=16)
    held = [item("waiting", mine=False, turn=True, due=-9 - day) for day in range(1, 9)]

    assert pressing([*held, far], TODAY, breaks)[1:] == (3, 1)
    assert pressing([far, item("waiting", mine=False, turn=True, due=17)], TODAY, breaks)[0] == [far]
    late = decision_points([decision(due_on=TODAY - timedelta(days=10))], TODAY, breaks)
    assert [point.asks for point in late] == [False]


def test_where_nothing_presses_the_earliest_are_taken() -> None:
    calm = [item("waiting", mine=False, turn=True, due=day) for day in range(20, 30)]

    taken, left, late = pressing(calm, TODAY)

    assert (taken, left, late) == (calm[:6], 4, 0)
    assert left_words(left, late) == "4 more wait for your answer, none late."
    assert left_words(0, 0) == ""


# ---------------------------------------------------------------- decisions, strategies


def decision(**more: object) -> DecisionFact:
    values = {"is_last_time": True, "has_step": False, "is_done": False, **more}
    return DecisionFact(
        uuid4(), "Coach grade 4", str(values.get("owner", "Rosa")), values.get("due_on"),  # type: ignore[arg-type]
        date(2026, 2, 12), bool(values["is_last_time"]), bool(values["has_step"]), bool(values["is_done"]),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fact", "is_there"),
    [
        (decision(), True),
        (decision(owner="", due_on=date(2026, 3, 1)), True),
        (decision(owner=""), False),
        (decision(is_last_time=False), False),
        (decision(is_last_time=False, has_step=True), True),
        (decision(is_done=True), False),
    ],
)
def test_which_decisions_come_up_again(fact: DecisionFact, is_there: bool) -> None:
    assert bool(decision_points([fact], TODAY)) is is_there


def test_a_decision_past_its_day_asks_louder() -> None:
    point = decision_points([decision(due_on=date(2026, 2, 20))], TODAY)[0]

    assert point.asks
    assert point.reason == "Decided on Feb 12: Rosa, by Feb 20. Its day has passed."


def test_a_strategy_to_question_brings_its_reason() -> None:
    points = course_points([CourseFact(uuid4(), "strategy", "ELD", "Question it.", "Results are flat.")])

    assert [(p.part, p.title, p.reason, p.suggestion) for p in points] == [
        (Part.COURSE, "ELD", "Results are flat.", "Question it.")
    ]
