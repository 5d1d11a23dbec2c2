from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.rules import Direction
from milestones.advice import Course
from milestones.course import (
    Blank,
    Path,
    Result,
    StrategyCourse,
    course_rests,
    course_situation,
    lede,
    milestones_words,
    read_result,
    read_strategy,
    results_words,
)
from milestones.rules import Reading, Standing, Status, Step

DAY = date(2026, 2, 24)
DEC, MAR = date(2025, 12, 15), date(2026, 3, 13)
GOAL = uuid4()


def path(
    *steps: tuple[date, float],
    baseline: float | None = 12.0,
    direction: Direction = Direction.UP,
    expected_n: int | None = None,
) -> Path:
    made = tuple(Step(on, target) for on, target in steps or ((DEC, 35.0), (MAR, 45.0)))
    return Path("iReady", GOAL, baseline, made, direction, expected_n)


def values(*pairs: tuple[date, float], n: float | None = 100) -> list[Reading]:
    return [Reading(on, value, on, id=at, population=n) for at, (on, value) in enumerate(pairs, 1)]


def result(share: float | None) -> Result:
    return Result("iReady", GOAL, covered=share, blank=None if share is not None else Blank.FEW_VALUES)


def strategy(met: int, due: int, *shares: float | None) -> StrategyCourse:
    return StrategyCourse(GOAL, "ELD", due, met, tuple(result(share) for share in shares))


SEP = date(2025, 9, 12)


def test_the_target_then_due_is_the_last_that_has_come_due_checkpoints_included() -> None:
    told = values((SEP, 12), (DEC, 31))

    in_winter = read_result(path(), told, DAY, 10)
    in_spring = read_result(path(), told, MAR, 10)

    assert (in_winter.target_due, in_winter.is_moving) == (35, True)
    assert in_winter.covered == pytest.approx(19 / 23)
    assert (in_spring.target_due, in_spring.is_moving) == (45, True)
    assert in_spring.covered == pytest.approx(19 / 33)


@pytest.mark.parametrize(
    ("found", "blank"),
    [
        (read_result(path(), values((DEC, 31)), DAY, 10), Blank.FEW_VALUES),
        (read_result(path((MAR, 45.0)), values((SEP, 12), (DEC, 31)), DAY, 10), Blank.NOT_DUE),
        (read_result(path(), values((SEP, 12), (DEC, 31), n=9), DAY, 10), Blank.FEW_STUDENTS),
        (read_result(path(expected_n=9), values((SEP, 12), (DEC, 31), n=None), DAY, 10), Blank.FEW_STUDENTS),
        (read_result(path(), values((SEP, 12), (DEC, 31)), DAY, 10, is_hidden=True), Blank.HIDDEN),
        (read_result(Path("x", GOAL, 1, (), has_measure=False), [], DAY, 10), Blank.NO_MEASURE),
    ],
)
def test_what_cannot_be_told_says_why(found: Result, blank: Blank) -> None:
    assert (found.is_moving, found.covered, found.blank) == (None, None, blank)


def test_a_hidden_value_is_not_in_the_reading() -> None:
    assert read_result(path(), values((SEP, 12), (DEC, 31)), DAY, 10, is_hidden=True).value is None


def test_values_written_down_later_are_not_known_yet() -> None:
    late = [*values((SEP, 12)), Reading(DEC, 31.0, DAY, id=9, population=100)]

    assert read_result(path(), late, DEC, 10).blank is Blank.FEW_VALUES
    assert read_result(path(), late, DAY, 10).is_moving is True


def test_without_a_baseline_the_first_value_serves_and_fewer_may_be_better() -> None:
    down = path((DEC, 18.0), baseline=None, direction=Direction.DOWN)

    assert read_result(down, values((SEP, 28), (DEC, 23)), DAY, 10).is_moving is True
    assert read_result(down, values((SEP, 28), (DEC, 24)), DAY, 10).is_moving is False


@given(
    baseline=st.floats(0, 100),
    target=st.floats(0, 100),
    latest=st.floats(0, 100),
    better=st.floats(0, 50),
    direction=st.sampled_from(Direction),
)
def test_a_better_value_never_makes_a_moving_target_flat(
    baseline: float, target: float, latest: float, better: float, direction: Direction
) -> None:
    goal = path((DEC, target), baseline=baseline, direction=direction)
    gain = better if direction is Direction.UP else -better

    first = read_result(goal, values((SEP, baseline), (DEC, latest)), DAY, 10)
    second = read_result(goal, values((SEP, baseline), (DEC, latest + gain)), DAY, 10)
    at_target = read_result(goal, values((SEP, baseline), (DEC, target)), DAY, 10)

    assert first.is_moving is not None
    assert not (first.is_moving and second.is_moving is False)
    assert at_target.is_moving is True


@given(met=st.integers(0, 40), missed=st.integers(0, 40), shares=st.lists(st.none() | st.floats(-2, 2)))
def test_every_strategy_is_in_one_cell_and_most_results_decide(
    met: int, missed: int, shares: list[float | None]
) -> None:
    found = strategy(met, met + missed, *shares)
    told = [share for share in shares if share is not None]
    is_unknown = met + missed == 0 or not told

    assert (found.cell is Course.UNKNOWN) is is_unknown
    if not is_unknown:
        rows = found.cell in {Course.SPREAD, Course.QUESTION}
        assert rows is (met / (met + missed) >= 0.8)
        moving = sum(bool(each.is_moving) for each in found.results)
        assert (found.cell in {Course.SPREAD, Course.LOOK}) is (2 * moving > len(told))


def test_due_and_not_measured_counts_as_not_met_and_what_is_ahead_does_not_count() -> None:
    standings = [
        (DEC, Standing(Status.MET, DAY)),
        (DEC, Standing(Status.NOT_MEASURED, DAY)),
        (DAY, Standing(Status.SLIPPED, DAY)),
        (DAY + timedelta(days=1), Standing(Status.MET, DAY)),
        (None, Standing(Status.DRAFT, DAY)),
    ]

    found = read_strategy(GOAL, "ELD", standings, (), DAY)

    assert (found.met, found.due, found.are_met) == (1, 3, False)
    assert milestones_words(found) == "1 of 3 milestones due are met"
    assert results_words(found) == "No interim target"


def test_a_decision_rests_until_something_comes_due_or_is_measured() -> None:
    found = strategy(4, 5, 0.6)
    decided = course_situation(found)

    assert course_rests(decided, found)
    assert not course_rests(decided, strategy(4, 6, 0.6))
    moved = Result("iReady", GOAL, value=40.0, covered=0.7)
    assert not course_rests(decided, StrategyCourse(GOAL, "ELD", 5, 4, (moved,)))


def test_a_decision_that_was_carried_out_goes_on_resting() -> None:
    found = strategy(4, 5, 0.6)

    assert course_rests({**course_situation(found), "done_on": "2026-02-24"}, found)
    assert not course_rests({}, found)


def test_the_finding_counts_the_cells() -> None:
    assert lede([]) == "There is no strategy to read yet."
    assert lede([Course.IMPLEMENT]) == "It is not in place as planned, so it can’t be judged yet."
    assert lede([Course.SPREAD, Course.SPREAD, Course.UNKNOWN]) == (
        "3 strategies. 2 run as planned and help. Of 1 it can’t be told yet."
    )


def test_results_in_words() -> None:
    assert results_words(strategy(1, 1, 0.6, 0.2, None)) == "1 of 2 interim targets moving"
    assert results_words(strategy(1, 1, None)) == "Fewer than two values"
