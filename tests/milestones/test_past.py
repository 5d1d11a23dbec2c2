"""Dates and targets as they were before they were adjusted."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from milestones import past
from milestones.findings import adjusted_words, first_planned
from milestones.past import Change
from milestones.rules import Step
from tests.milestone_rows import make_row

DENVER = ZoneInfo("America/Denver")
ROW = make_row(id=1, due_on=date(2026, 3, 15), target=85.0)
FIRST = Change(
    1,
    datetime(2026, 1, 10, 18, tzinfo=UTC),
    "Ana",
    "snow days",
    date(2026, 2, 15),
    date(2026, 3, 1),
    90.0,
    90.0,
)
SECOND = Change(
    1,
    datetime(2026, 2, 20, 3, tzinfo=UTC),
    "Ben",
    "too steep",
    date(2026, 3, 1),
    date(2026, 3, 15),
    90.0,
    85.0,
)
CHANGES = {1: [FIRST, SECOND]}


def test_a_row_goes_back_step_by_step() -> None:
    seen = [
        past.row_on(ROW, CHANGES, day, DENVER)
        for day in (date(2026, 1, 9), date(2026, 1, 10), date(2026, 2, 19))
    ]

    assert [(row.due_on, row.target) for row in seen] == [
        (date(2026, 2, 15), 90.0),
        (date(2026, 3, 1), 90.0),
        (date(2026, 3, 15), 85.0),  # the evening of the 19th in Denver
    ]


def test_what_was_never_adjusted_is_as_it_is() -> None:
    assert past.row_on(ROW, {}, date(2025, 9, 1), DENVER) is ROW


def test_the_first_plan_of_a_series_keeps_the_steps_that_never_moved() -> None:
    other = replace(ROW, id=2, due_on=date(2026, 4, 30), target=95.0)

    assert past.earlier_steps([ROW, other], CHANGES) == [
        Step(date(2026, 2, 15), 90.0),
        Step(date(2026, 4, 30), 95.0),
    ]
    assert past.earlier_steps([other], {2: []}) == []


def test_an_adjustment_made_later_is_not_known_yet() -> None:
    known = past.known_changes(CHANGES, date(2026, 1, 31), DENVER)

    assert known == {1: [FIRST]}


def test_the_sentence_tells_first_and_now() -> None:
    assert first_planned(ROW, [FIRST, SECOND]).due_on == date(2026, 2, 15)
    words = adjusted_words(ROW, [FIRST, SECOND])
    assert "First planned: 90% by Feb 15." in words
    assert "Now: 85% by Mar 15." in words
    assert "Adjusted 2 times." in words
    assert adjusted_words(ROW, []) == ""
