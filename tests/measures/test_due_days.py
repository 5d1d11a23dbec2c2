"""The days that a rhythm expects, read without a database."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.due_days import Term, due_days, next_due, term_of, terms
from measures.rules import Rhythm
from teams.rules import Period

BREAK = (date(2025, 12, 20), date(2026, 1, 4))


def school(day: date) -> bool:
    return day.weekday() < 5 and not BREAK[0] <= day <= BREAK[1]


def test_a_weekly_rhythm_expects_one_day_a_week_and_leaves_breaks_out() -> None:
    found = due_days(Rhythm.WEEKLY, date(2025, 12, 8), date(2026, 1, 16), school)

    assert found == [date(2025, 12, 12), date(2025, 12, 19), date(2026, 1, 9), date(2026, 1, 16)]


def test_the_weekday_is_the_one_the_team_counts_on_and_a_counted_day_stands_for_its_week() -> None:
    counted = {date(2026, 1, 7), date(2026, 1, 13)}  # Wednesday, then Tuesday

    found = due_days(Rhythm.WEEKLY, date(2026, 1, 5), date(2026, 1, 30), school, counted)

    assert found == [date(2026, 1, 7), date(2026, 1, 13), date(2026, 1, 20), date(2026, 1, 27)]


def test_every_two_weeks_goes_on_in_the_weeks_that_were_counted() -> None:
    found = due_days(Rhythm.TWO_WEEKS, date(2026, 1, 5), date(2026, 2, 13), school, {date(2026, 1, 15)})

    assert found == [date(2026, 1, 15), date(2026, 1, 29), date(2026, 2, 12)]


@pytest.mark.parametrize(
    ("rhythm", "expected"),
    [
        (Rhythm.MONTHLY, [date(2025, 11, 28), date(2025, 12, 19), date(2026, 1, 30)]),
        (Rhythm.QUARTERLY, [date(2025, 12, 19)]),
    ],
)
def test_months_and_quarters_end_on_their_last_school_day(rhythm: Rhythm, expected: list[date]) -> None:
    assert due_days(rhythm, date(2025, 11, 3), date(2026, 2, 13), school) == expected


def test_the_calendar_s_own_quarters_are_those_of_a_quarterly_rhythm() -> None:
    quarters = [(date(2025, 8, 18), date(2025, 10, 17)), (date(2025, 10, 20), date(2025, 12, 19))]

    found = due_days(Rhythm.QUARTERLY, *quarters[0], school, quarters=quarters)

    assert found == [date(2025, 10, 17)]


def test_a_year_s_figure_is_one_a_school_year_and_waited_for_half_a_year_after_it() -> None:
    ends = date(2026, 6, 30)
    held = {date(2025, 2, 3)}

    found = due_days(Rhythm.YEARLY, date(2024, 8, 1), ends, school, held)

    assert found == [date(2025, 2, 3), ends]
    for counted in (
        date(2024, 7, 1),
        date(2025, 2, 3),
        date(2025, 6, 30),
    ):  # any day of the year stands for it
        assert next_due(Rhythm.YEARLY, counted, school) == date(2026, 12, 30)
    assert next_due(Rhythm.YEARLY, ends, lambda _day: False) is None


@given(
    rhythm=st.sampled_from(list(Rhythm)),
    first=st.dates(date(2025, 8, 1), date(2026, 5, 1)),
    length=st.integers(0, 120),
    there=st.sets(st.dates(date(2025, 8, 1), date(2026, 6, 1)), max_size=8),
)
def test_days_are_inside_in_order_and_either_counted_or_school_days(
    rhythm: Rhythm, first: date, length: int, there: set[date]
) -> None:
    last = first + timedelta(days=length)

    found = due_days(rhythm, first, last, school, there)

    assert found == sorted(set(found))
    assert all(first <= day <= last for day in found)
    assert {day for day in there if first <= day <= last} <= set(found)
    assert all(day in there or school(day) for day in found)


def test_a_year_without_quarters_gets_four_and_the_term_is_the_one_of_the_day() -> None:
    year = (date(2025, 8, 18), date(2026, 5, 29))
    found = terms(year, [], [BREAK])

    assert len(found) == 5
    assert found[-1] == Term("School year", *year)
    assert term_of(found, date(2026, 2, 25)) == found[2]
    assert term_of(found, date(2026, 7, 1)) == found[3]
    assert term_of(found, date(2025, 7, 1)) == found[0]


def test_the_calendar_s_quarters_are_its_terms() -> None:
    own = [Period("quarter", "Autumn", date(2025, 8, 18), date(2025, 12, 19))]

    assert [each.name for each in terms((date(2025, 8, 18), date(2026, 5, 29)), own, [])] == [
        "Autumn",
        "School year",
    ]
