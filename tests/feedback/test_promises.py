"""Breaks stop a promise's clock: by example and, for any calendar, by property."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback import rules
from feedback.promises import nudge_days, wants_nudge, wants_recall
from teams.breaks import NO_BREAKS, Breaks, breaks_from, is_past

WINTER = breaks_from([(date(2026, 12, 19), date(2027, 1, 3))])
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
SPANS = st.lists(st.tuples(DAYS, st.integers(0, 40)), max_size=6)


@st.composite
def calendars(draw: st.DrawFn) -> Breaks:
    return breaks_from((first, first + timedelta(days=length)) for first, length in draw(SPANS))


def test_a_promise_over_winter_break_is_due_as_many_days_later() -> None:
    assert rules.promise(date(2026, 12, 11), 21, WINTER) == date(2027, 1, 17)
    assert rules.promise(date(2026, 12, 11), 7, WINTER) == date(2026, 12, 18)
    assert rules.promise(date(2026, 12, 11), 8, WINTER) == date(2027, 1, 4)


def test_an_item_that_comes_in_a_break_counts_from_its_end() -> None:
    assert rules.promise(date(2026, 12, 24), 3, WINTER) == date(2027, 1, 6)


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2026, 12, 18), "Day 7 of 21"),
        (date(2026, 12, 28), "Day 7 of 21"),
        (date(2027, 1, 7), "Day 11 of 21"),
        (date(2027, 1, 18), "1 day past promise"),
    ],
)
def test_a_wait_is_told_in_days_that_count(today: date, words: str) -> None:
    assert rules.wait_words(date(2026, 12, 11), date(2027, 1, 17), today, WINTER) == words


def test_nothing_becomes_late_in_a_break() -> None:
    due = date(2026, 12, 18)

    assert [rules.late_by(due, date(2027, 1, day), WINTER) for day in (1, 3, 4, 5)] == [0, 0, 1, 2]
    assert WINTER.settled(date(2027, 1, 3)) == due
    assert WINTER.settled(date(2027, 1, 4)) == date(2027, 1, 4)


def test_no_day_passes_in_a_break() -> None:
    asked_by = date(2026, 12, 18)

    assert [is_past(asked_by, date(2027, 1, day), WINTER) for day in (3, 4, 5)] == [False, True, True]
    assert not is_past(None, date(2027, 1, 5), WINTER)


def test_a_clock_that_stood_still_for_a_question_goes_on_with_the_days_it_had() -> None:
    asked, replied, promised = date(2026, 12, 15), date(2027, 1, 8), date(2027, 1, 5)

    assert WINTER.between(asked, promised) == 5
    assert rules.after_reply(asked, replied, promised, WINTER) == date(2027, 1, 13)


def test_spans_that_touch_or_overlap_are_one_break() -> None:
    one, two, three = date(2026, 3, 1), date(2026, 3, 5), date(2026, 3, 9)

    found = breaks_from([(two, three), (one, two - timedelta(days=1)), (three, one), (one, one)])

    assert found.spans == ((one, three),)


@given(calendars(), DAYS, st.integers(-200, 200))
def test_counting_on_and_counting_back_agree(breaks: Breaks, day: date, days: int) -> None:
    found = breaks.after(day, days)

    assert breaks.between(day, found) == days
    assert days == 0 or not breaks.holds(found)


@given(calendars(), DAYS, DAYS, DAYS)
def test_days_add_up(breaks: Breaks, one: date, two: date, three: date) -> None:
    assert breaks.between(one, two) + breaks.between(two, three) == breaks.between(one, three)
    plain = sum(
        not breaks.holds(min(one, two) + timedelta(days=at + 1)) for at in range(abs((two - one).days))
    )
    assert abs(breaks.between(one, two)) == plain


@given(calendars(), DAYS, st.integers(0, 120), SPANS)
def test_a_further_break_never_shortens_a_promise(
    breaks: Breaks, day: date, days: int, more: list[tuple[date, int]]
) -> None:
    longer = breaks_from([*breaks.spans, *((first, first + timedelta(days=long)) for first, long in more)])

    assert longer.after(day, days) >= breaks.after(day, days) >= NO_BREAKS.after(day, days)


@given(calendars(), DAYS, st.integers(1, 60), DAYS)
def test_late_is_what_was_due_before_the_last_day_that_counts(
    breaks: Breaks, day: date, days: int, today: date
) -> None:
    due = breaks.after(day, days)

    assert (rules.late_by(due, today, breaks) > 0) == (due < breaks.settled(today))


@pytest.mark.parametrize(("promised", "before"), [(1, 1), (4, 1), (5, 2), (10, 3), (14, 3), (60, 3)])
def test_a_holder_is_reminded_a_quarter_before_and_three_days_at_most(promised: int, before: int) -> None:
    assert nudge_days(promised) == before


def test_after_a_pause_no_step_comes_sooner_than_a_week_after_the_one_before() -> None:
    above = (2, 3)

    assert [rules.escalation(40, 1, above, since) for since in (0, 6)] == [None, None]
    assert rules.escalation(40, 1, above, 7) == rules.Escalation(rules.Step.OFFER, 2)
    assert [rules.reminder(40, 1, since) for since in (0, 6, 7, None)] == [None, None, True, True]
    assert [rules.reminder(40, 2, since) for since in (6, 7)] == [None, False]


def test_a_nudge_comes_once_between_its_day_and_the_promise() -> None:
    held, due = date(2026, 2, 2), date(2026, 2, 12)

    def wants(day: int, nudged: date | None = None) -> bool:
        return wants_nudge(held, due, nudged, date(2026, 2, day), NO_BREAKS)

    assert [day for day in range(1, 20) if wants(day)] == [9, 10, 11, 12]
    assert not wants(10, date(2026, 2, 9))
    assert not wants_nudge(held, held, None, held, NO_BREAKS)


def test_a_notice_is_recalled_before_its_day_and_once_after() -> None:
    by = date(2026, 2, 20)

    def wants(day: int, told: int = 0) -> bool:
        return wants_recall(by, date(2026, 2, told) if told else None, date(2026, 2, day), NO_BREAKS)

    assert [day for day in range(14, 24) if wants(day)] == [17, 18, 19, 20, 21, 22, 23]
    assert [wants(20, 17), wants(21, 17), wants(22, 21)] == [False, True, False]
    assert not wants_recall(None, None, by, NO_BREAKS)
