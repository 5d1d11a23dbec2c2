from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.rules import Direction
from milestones.fit import Wanted, best_gain, checks, last_before, title
from milestones.school_days import SchoolDays, Span

TODAY = date(2026, 2, 23)
WANTED = Wanted(
    due_on=date(2026, 4, 30), target=90.0, population=24, before=(date(2026, 2, 15), 60.0),
    points=((date(2025, 12, 15), 25.0), (date(2026, 2, 23), 50.0)),
)  # fmt: skip
TESTS = SchoolDays((Span("testing", "State testing", date(2026, 4, 20), date(2026, 4, 28)),))


PLAIN = SchoolDays()


def words(wanted: Wanted, days: SchoolDays = PLAIN) -> list[tuple[str, str]]:
    return [(check.mark, check.title) for check in checks(wanted, days, TODAY)]


def test_order_pace_and_calendar_are_told() -> None:
    assert words(WANTED, TESTS) == [
        ("met", "Builds on the last one."), ("missed", "Steep."), ("soon", "Calendar."),
    ]  # fmt: skip
    steep = checks(WANTED, TESTS, TODAY)[1].words
    assert "10 more of 24 people in 66 days" in steep
    assert "gives 5 more of 24 people" in steep
    assert title(WANTED, TODAY) == "From 50% to 90% by Apr 30 is steeper than anything so far"


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"target": 50.0}, ("missed", "Asks for less than the last one.")),
        ({"same_day": True}, ("missed", "Two on one day.")),
        ({"before": None}, ("met", "The first of its series.")),
        ({"target": 70.0}, ("met", "Within reach.")),
        ({"due_on": date(2026, 2, 20)}, ("soon", "In the past.")),
        ({"due_on": date(2026, 4, 25)}, ("soon", "Calendar.")),
    ],
)
def test_each_note_has_its_cause(change: dict[str, object], found: tuple[str, str]) -> None:
    assert found in words(replace(WANTED, **change))  # type: ignore[arg-type]  # any of its fields


def test_what_is_reached_is_no_climb() -> None:
    assert "reached already" in title(replace(WANTED, target=45.0), TODAY)
    falling = replace(WANTED, direction=Direction.DOWN, target=20.0, before=(date(2026, 2, 15), 60.0))
    assert words(falling)[0] == ("met", "Builds on the last one.")


def test_nothing_counted_says_so() -> None:
    assert "nothing has been counted" in title(replace(WANTED, points=()), TODAY)


def test_the_last_one_before_a_day() -> None:
    rows = [(date(2026, 1, 1), 30.0), (date(2026, 3, 1), 60.0)]
    assert last_before(rows, date(2026, 2, 1)) == rows[0]
    assert last_before(rows, date(2026, 1, 1)) is None


@given(st.lists(st.floats(0, 100), min_size=2, max_size=8), st.integers(1, 200))
def test_the_best_gain_is_never_below_any_gain_so_far(values: list[float], days: int) -> None:
    points = tuple((date(2025, 9, 1 + 3 * at), value) for at, value in enumerate(values))
    best = best_gain(replace(WANTED, points=points), days) or 0.0
    first, last = points[0], points[-1]
    if (last[0] - first[0]).days >= 14:
        assert best + 1e-6 >= (last[1] - first[1]) / (last[0] - first[0]).days * days
