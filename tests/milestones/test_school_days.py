from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milestones.school_days import (
    BREAK,
    TESTING,
    SchoolDays,
    Span,
    calendar,
    left_out_words,
    off_words,
    weeks_words,
)

YEAR = (date(2025, 8, 18), date(2026, 5, 29))
WINTER = Span(BREAK, "Winter break", date(2025, 12, 22), date(2026, 1, 5))
TESTS = Span(TESTING, "State assessments", date(2026, 4, 13), date(2026, 4, 24))
DAYS = calendar([YEAR], [WINTER, TESTS])
dates = st.dates(date(2025, 6, 1), date(2026, 8, 1))


def test_a_break_takes_days_out_and_a_testing_window_only_where_asked() -> None:
    assert not DAYS.is_school_day(date(2025, 12, 24))
    assert DAYS.is_school_day(date(2026, 4, 15))
    assert not DAYS.is_school_day(date(2026, 4, 15), (BREAK, TESTING))
    assert not DAYS.is_school_day(date(2026, 4, 18), ())  # a Saturday


def test_moving_over_a_break_counts_school_days_only() -> None:
    friday, tuesday = date(2025, 12, 19), date(2026, 1, 6)

    assert DAYS.shifted(friday, 1) == tuesday
    assert DAYS.shifted(tuesday, -1) == friday
    assert DAYS.apart(friday, tuesday) == 1
    assert DAYS.apart(tuesday, friday) == -1


def test_what_is_left_out_is_told_in_weeks() -> None:
    lost = DAYS.left_out(date(2025, 12, 1), date(2026, 5, 1), (BREAK, TESTING))

    assert lost == {BREAK: 11, TESTING: 10}
    assert left_out_words(lost) == "2 weeks of break and 2 weeks of testing left out"
    assert left_out_words({BREAK: 3}) == "3 days of break left out"
    assert left_out_words({}) == ""


@pytest.mark.parametrize(
    ("days", "words"), [(1, "1 day"), (4, "4 days"), (5, "1 week"), (8, "1.5 weeks"), (20, "4 weeks")]
)
def test_time_is_said_as_people_say_it(days: int, words: str) -> None:
    assert weeks_words(days) == words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (
            date(2025, 12, 24),
            "Dec 24 lies in Winter break. School days near it: Fri, Dec 19 and Tue, Jan 6.",
        ),
        (date(2026, 2, 15), "Feb 15 is a Sunday. School days near it: Fri, Feb 13 and Mon, Feb 16."),
        (date(2026, 7, 1), "Jul 1, 2026 lies outside the school year."),
        (date(2026, 3, 4), ""),
    ],
)
def test_a_bad_day_is_named_with_the_days_near_it(day: date, words: str) -> None:
    assert off_words(day, DAYS) == words


def test_summer_between_two_known_years_is_a_break() -> None:
    days = calendar([YEAR, (date(2026, 8, 17), date(2027, 5, 28))], [])

    assert days.shifted(date(2026, 5, 29), 1) == date(2026, 8, 17)
    assert not days.is_outside(date(2026, 9, 1))
    assert days.is_outside(date(2026, 7, 1))


def test_without_a_calendar_every_weekday_is_a_school_day() -> None:
    assert SchoolDays().is_school_day(date(2026, 7, 1))
    assert not SchoolDays().is_outside(date(2026, 7, 1))


@given(dates, st.integers(-60, 60))
def test_moving_there_and_back_is_where_one_was(day: date, by: int) -> None:
    start = DAYS.on_or_after(day)
    assert start is not None

    moved = DAYS.shifted(start, by)

    assert DAYS.is_school_day(moved)
    assert DAYS.apart(start, moved) == by
    assert DAYS.shifted(moved, -by) == start


@given(dates, st.integers(0, 120))
def test_between_holds_each_school_day_once(day: date, length: int) -> None:
    last = day + timedelta(days=length)

    found = DAYS.between(day, last, (BREAK, TESTING))

    assert found == sorted(set(found))
    assert all(day < d <= last and DAYS.is_school_day(d, (BREAK, TESTING)) for d in found)
