from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from teams.rules import Period, calendar_problems
from teams.school_calendar import fiscal_name, fiscal_quarters, month_names, proposed_quarters

STARTS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@given(STARTS, st.integers(1, 12))
def test_the_quarters_of_a_fiscal_year_cover_it_without_a_gap(day: date, month: int) -> None:
    quarters = fiscal_quarters(day, month)

    assert [q.number for q in quarters] == [1, 2, 3, 4]
    assert sum(q.holds(day) for q in quarters) == 1
    assert (quarters[0].starts_on.month, quarters[0].starts_on.day) == (month, 1)
    pairs = pairwise(quarters)
    assert all(one.ends_on + timedelta(days=1) == other.starts_on for one, other in pairs)
    assert quarters[3].ends_on + timedelta(days=1) == quarters[0].starts_on.replace(
        year=quarters[0].starts_on.year + 1
    )


def test_a_fiscal_year_is_named_after_the_year_in_which_it_ends() -> None:
    assert fiscal_name(fiscal_quarters(date(2025, 11, 3), 7)) == "FY 2026"
    assert fiscal_name(fiscal_quarters(date(2025, 11, 3), 1)) == "FY 2025"
    assert fiscal_quarters(date(2026, 2, 25), 7)[2].starts_on == date(2026, 1, 1)


def test_a_day_that_is_not_known_lies_in_no_quarter() -> None:
    assert not fiscal_quarters(date(2026, 2, 25), 7)[0].holds(None)


def test_there_are_twelve_months() -> None:
    assert list(month_names()) == list(range(1, 13))


@given(STARTS, st.integers(20, 330), st.lists(st.tuples(st.integers(0, 300), st.integers(0, 14)), max_size=5))
def test_proposed_quarters_can_stand_in_the_year_and_are_as_long_as_each_other(
    starts: date, days: int, breaks: list[tuple[int, int]]
) -> None:
    ends = starts + timedelta(days=days)
    closed = [(starts + timedelta(days=at), starts + timedelta(days=at + length)) for at, length in breaks]
    found = proposed_quarters(starts, ends, closed)

    assert calendar_problems(starts, ends, found) == []
    assert len(found) in {0, 4}
    held = [_school_days(each, closed) for each in found]
    assert not held or max(held) - min(held) <= 1
    for each in found:
        assert _is_school_day(each.starts, closed)
        assert _is_school_day(each.ends, closed)


def _is_school_day(day: date, closed: list[tuple[date, date]]) -> bool:
    return day.weekday() < 5 and not any(first <= day <= last for first, last in closed)


def _school_days(period: Period, closed: list[tuple[date, date]]) -> int:
    span = (period.ends - period.starts).days + 1
    return sum(_is_school_day(period.starts + timedelta(days=at), closed) for at in range(span))


def test_a_year_without_school_days_has_no_quarters() -> None:
    assert proposed_quarters(date(2026, 2, 21), date(2026, 2, 22), []) == []


def test_a_year_has_a_sensible_number_of_quarters() -> None:
    first = date(2025, 9, 1)
    many = [
        Period("quarter", f"Q{at}", first + timedelta(days=at), first + timedelta(days=at)) for at in range(9)
    ]

    assert "at most 8" in calendar_problems(first, date(2026, 5, 1), many)[0]
    assert calendar_problems(first, date(2026, 5, 1), many[:8]) == []


def test_quarters_do_not_overlap_each_other_but_may_hold_a_break() -> None:
    first, last = date(2025, 9, 1), date(2026, 5, 1)
    one = Period("quarter", "One", first, date(2025, 11, 1))
    other = Period("quarter", "Two", date(2025, 11, 1), last)
    fall = Period("break", "Fall", date(2025, 10, 1), date(2025, 10, 5))

    assert calendar_problems(first, last, [one, fall]) == []
    assert "overlap" in calendar_problems(first, last, [one, other])[0]
