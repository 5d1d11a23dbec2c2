"""What is asked about a count before it is kept."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures import checks
from measures.checks import Known
from measures.rules import Entry, MeasureType

FEB_20, FEB_23 = date(2026, 2, 20), date(2026, 2, 23)


def known(on: date, count: float = 20, population: float = 24, number: int = 1) -> Known:
    return Known(number, on, count, population, None, "Ana")


_ADULTS = [
    (24, 24, False), (24, 26, False), (24, 27, True), (24, 21, True), (8, 9, True), (20, 22, False),
    (100, 98, False), (100, 103, True), (None, 24, False),
]  # fmt: skip


@pytest.mark.parametrize(("before", "now", "is_asked"), _ADULTS)
def test_a_group_is_asked_about_by_a_tenth_or_two_people(
    before: float | None, now: float, is_asked: bool
) -> None:
    assert checks.moved(before, now) is is_asked


_STUDENTS = [(312, 305, False), (312, 280, True), (10, 12, False), (20, 24, True)]


@pytest.mark.parametrize(("before", "now", "is_asked"), _STUDENTS)
def test_students_are_asked_about_by_both(before: float, now: float, is_asked: bool) -> None:
    assert checks.moved(before, now, counts_students=True) is is_asked


def test_the_question_names_both_numbers() -> None:
    entry = Entry(FEB_23, 20, 31)
    words = checks.population_question(MeasureType.PROPORTION, entry, [known(FEB_20)])

    assert "out of 24" in words
    assert "out of 31" in words
    assert checks.population_question(MeasureType.COUNT, entry, [known(FEB_20)]) == ""
    assert checks.population_question(MeasureType.PROPORTION, entry, []) == ""


def test_a_count_put_in_between_is_set_beside_the_one_before_it() -> None:
    found = [known(date(2026, 1, 5), population=30, number=1), known(FEB_23, population=24, number=2)]

    assert checks.last_before(found, FEB_20) == found[0]
    assert checks.last_before(found, date(2025, 12, 1)) == found[0]
    assert checks.last_before([], FEB_20) is None


def test_the_newest_count_of_the_same_day_is_the_twin() -> None:
    found = [known(FEB_23, 19, number=1), known(FEB_23, 20, number=2), known(FEB_20, number=3)]
    twin = checks.same_day(Entry(FEB_23, 21, 24), found)

    assert twin == found[1]
    assert "20 of 24" in checks.same_day_question(Entry(FEB_23, 21, 24), found[1])
    assert "second count" in checks.same_day_question(Entry(FEB_23, 20, 24), found[1])
    assert checks.same_day(Entry(date(2026, 2, 24), 21, 24), found) is None


def test_what_lies_before_the_year_is_told_with_both_days() -> None:
    words = checks.early_words(date(2025, 2, 23), date(2025, 6, 19), date(2025, 8, 18))

    assert "Feb 23, 2025" in words
    assert "Aug 18, 2025" in words
    assert checks.early_words(date(2025, 8, 1), date(2025, 6, 19), date(2025, 8, 18)) == ""
    assert checks.early_words(date(2025, 8, 1), None, None) == ""


@given(st.integers(1, 5000), st.integers(1, 5000))
def test_more_change_is_never_asked_about_less(before: int, by: int) -> None:
    asked = [checks.moved(before, before + step) for step in (by, by + 1)]
    assert asked[0] <= asked[1]
