from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def test_where_fewer_is_better_those_counted_are_not_there_yet() -> None:
    found = advice.suggest(standing(Status.MISSED, 4), Direction.DOWN)

    assert found is not None
    assert found.move is Move.COACH
    assert advice.ladder(standing(Status.MISSED, 4), Direction.DOWN)[0].here == "You are here: 4 short"


@pytest.mark.parametrize(
    ("people", "few", "most"),
    [
        (1, "none of 1", "1 of 1"),
        (3, "1 of 3", "2–3 of 3"),
        (24, "1–11 of 24", "12–24 of 24"),
        (25, "1–12 of 25", "13–25 of 25"),
    ],
)
def test_the_ladder_counts_who_are_few_and_who_are_most(people: int, few: str, most: str) -> None:
    rungs = advice.ladder(standing(Status.MISSED, 0, people))

    assert (rungs[0].when, rungs[1].when) == (few, most)


@given(
    count=st.integers(0, 200),
    more=st.integers(0, 200),
    status=st.sampled_from([Status.MISSED, Status.AT_RISK]),
)
def test_fewer_than_half_short_are_coached_else_all_are_trained(
    count: int, more: int, status: Status
) -> None:
    people = count + more
    found = advice.suggest(standing(status, count, people))

    assert found is not None
    if people == 0:
        assert found.move is Move.STEP_BACK
    else:
        assert found.move is (Move.COACH if 2 * more < people else Move.TRAIN)
    here = [rung for rung in advice.ladder(standing(status, count, people)) if rung.here]
    assert len(here) == 1


@given(status=st.sampled_from(Status), is_ahead=st.booleans())
def test_at_most_one_rule_is_in_use_and_it_is_the_one_suggested(status: Status, is_ahead: bool) -> None:
    found = Standing(status, TODAY, is_ahead=is_ahead)
    suggestion = advice.suggest(found)
    here = [rung for rung in advice.ladder(found) if rung.here]

    assert len(here) == (suggestion is not None)
    assert all(rung.why for rung in advice.ladder(found))


def test_a_decision_rests_until_status_or_latest_measurement_changes() -> None:
    decided = advice.situation(standing(Status.MISSED, 20))

    assert advice.rests(decided, standing(Status.MISSED, 20))
    assert not advice.rests(decided, standing(Status.AT_RISK, 20))
    later = Reading(on=TODAY, value=60.0, recorded_on=TODAY)
    assert not advice.rests(decided, Standing(Status.MISSED, TODAY, later))
    assert not advice.rests({}, standing(Status.MISSED, 20))
