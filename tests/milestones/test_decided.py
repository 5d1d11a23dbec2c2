from datetime import date

import pytest

from measures.rules import Direction, MeasureType
from milestones import decided
from milestones.advice import Course, Move, situation
from milestones.rules import Reading, Standing, Status

DAY = date(2026, 2, 24)


def reading(value: float, day: int = 10) -> Reading:
    on = date(2026, 2, day)
    return Reading(on, value, on, count=value, population=100)


def standing(value: float, *, short: float = 0.0, day: int = 20) -> Standing:
    return Standing(Status.MISSED, DAY, reading(value, day), DAY if not short else None, short=short)


@pytest.mark.parametrize(
    ("now", "direction", "words"),
    [
        (standing(83, short=7), Direction.UP, "Moved since: from 79% to 83%."),
        (standing(92), Direction.UP, "Moved since, and reached: from 79% to 92%."),
        (standing(70, short=20), Direction.UP, "Further off since: from 79% to 70%."),
        (standing(70, short=20), Direction.DOWN, "Moved since: from 79% to 70%."),
        (standing(79, short=11), Direction.UP, "No change since: 79% on Feb 20."),
        (standing(79, short=11, day=10), Direction.UP, "Not counted since."),
    ],
)
def test_what_became_of_a_milestone_is_a_sentence(now: Standing, direction: Direction, words: str) -> None:
    then = decided.reading_then(situation(standing(79, day=10)))

    assert decided.moved_words(then, now, MeasureType.PROPORTION, direction) == words


@pytest.mark.parametrize("details", [{}, {"on": None, "value": None}, {"on": "2026-02-10", "value": "x"}])
def test_without_a_count_there_is_nothing_to_compare_with(details: dict[str, object]) -> None:
    assert decided.reading_then(details) is None


def test_every_suggestion_and_choice_has_words() -> None:
    assert all(decided.suggestion_words(each.value) != each.value for each in [*Move, *Course])
    assert decided.choice_words("adapt") == "Done differently"
    assert decided.suggestion_words("") == ""
