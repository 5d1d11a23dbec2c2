"""When a count is due and who is reminded: rules by example and by property."""

from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.due_counts import (
    ESTABLISHED,
    Counted,
    Due,
    Person,
    Use,
    due_of,
    is_school_day,
    late_words,
    may_remind,
    merged,
    soon,
    told_to,
    why_words,
)
from measures.due_days import SCHOOL_DAYS, due_days, quarters_of
from measures.rules import Rhythm
from milestones.school_days import BREAK, SchoolDays, Span, calendar

NO_ID = UUID(int=0)
MONDAY = date(2026, 3, 2)
SPRING = Span(BREAK, "Spring break", date(2026, 3, 16), date(2026, 3, 27))
YEAR = calendar([(date(2025, 8, 18), date(2026, 5, 29))], [SPRING])


def series(rhythm: Rhythm = Rhythm.WEEKLY, **facts: object) -> Counted:
    values: dict[str, object] = {"counts": ESTABLISHED, "last_on": MONDAY, **facts}
    return Counted(1, NO_ID, 1, NO_ID, "Referrals", rhythm, **values)  # type: ignore[arg-type]  # any fact


@pytest.mark.parametrize(
    ("rhythm", "on"),
    [
        (Rhythm.DAILY, date(2026, 3, 3)),
        (Rhythm.WEEKLY, date(2026, 3, 9)),
        (Rhythm.TWO_WEEKS, date(2026, 3, 30)),  # the next two weeks are the break
        (Rhythm.MONTHLY, date(2026, 4, 30)),  # the last school day of the next month
        (Rhythm.QUARTERLY, date(2026, 5, 29)),  # the third quarter was counted: the fourth ends with the year
    ],
)
def test_the_next_count_is_the_day_that_the_grid_shows(rhythm: Rhythm, on: date) -> None:
    found = due_of(series(rhythm), YEAR, MONDAY + timedelta(days=1))

    assert found is not None
    assert found.on == on


def test_nothing_is_missed_on_the_day_itself() -> None:
    found = due_of(series(), YEAR, date(2026, 3, 9))

    assert found is not None
    assert (found.is_missed(date(2026, 3, 9)), found.is_missed(date(2026, 3, 10))) == (False, True)
    assert late_words(found, YEAR, date(2026, 3, 9)) == ""
    assert late_words(found, YEAR, date(2026, 3, 30)) == "5 school days late"


def test_a_series_that_went_silent_has_ended() -> None:
    after = YEAR.shifted(MONDAY, 20)

    assert due_of(series(), YEAR, after) is not None
    assert due_of(series(), YEAR, after + timedelta(days=1)) is None
    assert due_of(series(counts=ESTABLISHED - 1), YEAR, MONDAY) is None
    assert due_of(series(last_on=None, counts=0), YEAR, MONDAY) is None


def test_what_runs_keeps_a_series_wanted_however_young() -> None:
    cycle = Use("cycle", MONDAY, None, Rhythm.DAILY, "Joe Begay")
    found = due_of(series(counts=0, last_on=None, uses=(cycle,)), YEAR, MONDAY)

    assert found is not None
    assert (found.on, found.rhythm, found.who) == (date(2026, 3, 3), Rhythm.DAILY, "Joe Begay")
    assert "test that runs" in why_words(found)


def test_counts_before_a_cycle_began_are_not_its_own() -> None:
    cycle = Use("cycle", date(2026, 3, 9), None)
    found = due_of(series(last_on=date(2026, 2, 2), uses=(cycle,)), YEAR, date(2026, 3, 9))

    assert found is not None
    assert found.on == date(2026, 3, 30)


def test_a_target_asks_until_its_day() -> None:
    target = Use("interim_target", date(2025, 8, 18), date(2026, 4, 3))
    young = series(counts=1, uses=(target,))

    assert due_of(young, YEAR, date(2026, 4, 3)) is not None
    assert due_of(young, YEAR, date(2026, 4, 4)) is None


@pytest.mark.parametrize("today", [date(2025, 11, 3), date(2026, 4, 3), date(2026, 6, 30)])
def test_a_figure_of_a_year_is_not_late_before_the_next_year_is_over(today: date) -> None:
    target = Use("interim_target", date(2025, 8, 18), date(2026, 6, 30))
    facts: dict[str, object] = {"counts": 0, "last_on": date(2025, 5, 30), "uses": (target,)}

    year, quarter = (
        due_of(series(rhythm, **facts), YEAR, today) for rhythm in (Rhythm.YEARLY, Rhythm.QUARTERLY)
    )
    never = due_of(series(Rhythm.YEARLY, **(facts | {"last_on": None})), YEAR, today)

    assert year is not None
    assert never is not None
    assert (year.on, year.is_missed(today)) == (date(2026, 11, 28), False)
    assert never.on == year.on  # the first one, too, is the figure of the year that wants it
    assert quarter is not None
    assert quarter.on < year.on


def test_what_its_milestones_ask_for_is_not_asked_twice() -> None:
    begun = Use("milestone", date(2026, 2, 2), date(2026, 5, 1))

    assert due_of(series(is_watched=True, uses=(begun,)), YEAR, date(2026, 3, 10)) is None
    first = due_of(series(is_watched=True, counts=0, last_on=None, uses=(begun,)), YEAR, date(2026, 3, 10))
    assert first is not None
    assert first.on == date(2026, 2, 9)


def test_who_collects_is_told_then_data_leads_then_leads() -> None:
    lead, data, joe = (
        Person(1, "Ana", True, False),
        Person(2, "Bo", False, True),
        Person(3, "Joe", False, False),
    )
    due = Due(series(), MONDAY, 5, Rhythm.WEEKLY, " joe ")

    assert told_to(due, [lead, data, joe]) == [3]
    assert told_to(due, [lead, data]) == [2]
    assert told_to(due, [lead]) == [1]
    assert told_to(due, []) == []


def test_uses_and_counts_of_one_series_come_together() -> None:
    use = Use("cycle", MONDAY)
    found = merged([series(counts=0, last_on=None, uses=(use,)), series(), series(is_watched=True)])

    assert found == [series(uses=(use,), is_watched=True)]


def test_the_longest_due_comes_first_and_far_ones_not_at_all() -> None:
    late, next_week, far = (Due(series(), on, 5, Rhythm.WEEKLY) for on in
                            (date(2026, 3, 1), date(2026, 3, 9), date(2026, 4, 1)))  # fmt: skip

    assert soon([far, next_week, late], MONDAY) == [late, next_week]


days_of_year = st.dates(date(2025, 7, 1), date(2026, 7, 31))


@st.composite
def calendars(draw: st.DrawFn) -> SchoolDays:
    """A school year with up to four breaks of up to four weeks."""
    first = date(2025, 8, draw(st.integers(1, 28)))
    last = date(2026, draw(st.integers(5, 6)), draw(st.integers(1, 28)))
    starts = draw(st.lists(st.dates(first, last), max_size=4))
    spans = [Span(BREAK, "Break", on, on + timedelta(days=draw(st.integers(0, 28)))) for on in starts]
    return calendar([(first, last)], spans)


@given(
    calendars(),
    st.sampled_from(list(Rhythm)),
    days_of_year,
    st.lists(st.integers(0, 3), min_size=30, max_size=120),
    st.sets(st.integers(0, 300), max_size=5),
)
def test_never_twice_in_one_rhythm_and_never_in_a_break(
    days: SchoolDays, rhythm: Rhythm, start: date, steps: list[int], counts: set[int]
) -> None:
    """However often the job runs and whenever somebody counts."""
    told: list[date] = []
    today = start
    quarters = quarters_of(days.years, (), [(span.starts_on, span.ends_on) for span in days.spans])
    for step in steps:
        today += timedelta(days=step)
        made = [on for at in counts if (on := start + timedelta(days=at)) <= today]
        known = series(rhythm, last_on=max(made, default=None), counts=len(made),
                       uses=(Use("cycle", start),))  # fmt: skip
        due = due_of(known, days, today)
        if due is None or not may_remind(due, told, days, today):
            continue
        told.append(today)
        assert is_school_day(days, today)
        assert days.hit(today, {BREAK}) is None
        assert today > due.on
        base = known.last_on or start
        expected = due_days(rhythm, base, due.on, lambda day: is_school_day(days, day), {base}, quarters)
        assert expected[1:] == [due.on]  # the grid shows the same day, and none before it
    assert len(set(told)) == len(told)
    for before, after in pairwise(told):
        assert days.apart(before, after) >= SCHOOL_DAYS[rhythm]
