from datetime import date

import pytest

from measures.rules import Direction
from milestones import advice
from milestones.advice import Course, Move, Outcome
from milestones.rules import Reading, Standing, Status

TODAY = date(2026, 2, 24)


def standing(status: Status, count: float | None = None, population: float | None = 24) -> Standing:
    latest = Reading(on=TODAY, value=50.0, recorded_on=TODAY, count=count, population=population)
    return Standing(status, TODAY, latest)


@pytest.mark.parametrize(
    ("found", "move"),
    [
        (standing(Status.MISSED, 20), Move.COACH),
        (standing(Status.MISSED, 13), Move.COACH),
        (standing(Status.MISSED, 12), Move.TRAIN),
        (standing(Status.AT_RISK, 2), Move.TRAIN),
        (standing(Status.SLIPPED, 20), Move.RECOMMIT),
        (Standing(Status.NOT_MEASURED, TODAY), Move.MEASURE),
        (standing(Status.MISSED), Move.STEP_BACK),
    ],
)
def test_the_suggestion_follows_how_many_are_short(found: Standing, move: Move) -> None:
    suggestion = advice.suggest(found)

    assert suggestion is not None
    assert suggestion.move is move


def test_reached_early_brings_the_series_forward() -> None:
    suggestion = advice.suggest(Standing(Status.MET, TODAY, is_ahead=True))

    assert suggestion is not None
    assert suggestion.move is Move.BRING_FORWARD


@pytest.mark.parametrize("status", [Status.MET, Status.SUSTAINED, Status.ON_TRACK, Status.PLANNED])
def test_what_runs_well_gets_no_advice(status: Status) -> None:
    assert advice.suggest(standing(status, 22)) is None


def test_the_ladder_marks_the_one_rule_in_use() -> None:
    rungs = advice.ladder(standing(Status.MISSED, 20))

    assert [bool(rung.here) for rung in rungs] == [True, False, False, False, False, False]
    assert rungs[0].here == "You are here: 4 short"
    assert rungs[0].when == "1–11 of 24"
    assert rungs[1].when == "12–24 of 24"


@pytest.mark.parametrize(
    ("met", "moving", "course"),
    [
        (True, True, Course.SPREAD),
        (True, False, Course.QUESTION),
        (False, False, Course.IMPLEMENT),
        (False, True, Course.LOOK),
        (None, True, Course.UNKNOWN),
        (True, None, Course.UNKNOWN),
    ],
)
def test_milestones_and_targets_are_read_together(
    met: bool | None, moving: bool | None, course: Course
) -> None:
    assert advice.course(met, moving) is course
    assert all(advice.course_words(course))


@pytest.mark.parametrize(
    ("outcome", "moving"),
    [
        (Outcome(20, 40, (20, 30)), True),
        (Outcome(20, 40, (20, 29.9)), False),
        (Outcome(None, 40, (20, 30)), True),
        (Outcome(20, 40, (30,)), None),
        (Outcome(40, 20, (40, 30), Direction.DOWN), True),
        (Outcome(40, 20, (40, 31), Direction.DOWN), False),
    ],
)
def test_moving_is_half_of_the_planned_distance(outcome: Outcome, moving: bool | None) -> None:
    assert advice.is_moving(outcome) is moving


def test_met_means_four_of_five_that_have_come_due() -> None:
    four_of_five = [Status.MET, Status.SUSTAINED, Status.MET_LATE, Status.CHECK_AGAIN, Status.MISSED]

    assert advice.are_met(four_of_five) is True
    assert advice.are_met([*four_of_five, Status.SLIPPED]) is False
    assert advice.are_met([]) is None
