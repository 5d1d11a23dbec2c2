"""A milestone stands in the quarter of its date, and in each one that it was carried over into."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.rules import Direction, MeasureType
from milestones.past import Change
from milestones.quarters import Place, Tally, Way, arrow_words, number_of, places, progress, tally
from milestones.rows import MilestoneRow
from milestones.rules import Goal, Reading, standing_on
from teams.school_calendar import fiscal_quarters

FY = fiscal_quarters(date(2026, 2, 25), 7)  # July 2025 to June 2026
MID = (date(2025, 8, 15), date(2025, 11, 14), date(2026, 2, 13), date(2026, 5, 15))


def milestone(due_on: date | None) -> MilestoneRow:
    return MilestoneRow(
        id=1, public_id=uuid4(), plan_id=1, plan_public_id=uuid4(), team_id=1, strand_id=None,
        strand_name="", measure_id=1, measure_public_id=uuid4(), measure_name="", goal_id=1,
        type=MeasureType.CONTINUOUS, direction=Direction.UP, unit="", counts_students=False, is_draft=False,
        position=1, kind="project", name="Memo", due_on=due_on, begins_on=None, frequency="", tool="",
        who="", what="a memo", target=None, baseline=None, population=None, is_deliverable=True,
        acceptance_test="Read", purpose="", shape="", rhythm="monthly", collector="", monitor_until=None,
        version=1,
    )  # fmt: skip


def standing(due: date | None, on: date, reached: date | None = None) -> Any:
    readings = [Reading(reached, 1.0, reached)] if reached else []
    return standing_on(Goal(due, None, is_deliverable=True), readings, on)


def where(
    due: date | None, on: date, reached: date | None = None, moved_from: tuple[date, ...] = ()
) -> list[tuple[int, str, int | None]]:
    row = milestone(due)
    days = [*moved_from, due]
    changes = [
        Change(1, datetime(2025, 9, 1, tzinfo=UTC), "", "", old, new, None, None)
        for old, new in pairwise(days)
    ]
    found = places(row, standing(due, on, reached), changes, FY, on)
    return [(place.quarter, place.way.value, place.other) for place in found]


@pytest.mark.parametrize(
    ("due", "on", "reached", "moved", "expected"),
    [
        (MID[2], MID[2], None, (), [(3, "own", None)]),
        (MID[0], MID[0], None, (), [(1, "own", None)]),
        # not reached in its quarter: in both, with an arrow
        (MID[1], MID[2], None, (), [(2, "carried_on", 3), (3, "carried_in", 2)]),
        (MID[0], MID[2], None, (), [(1, "carried_on", 2), (2, "carried_in", 1), (3, "carried_in", 1)]),
        # reached late, in the next quarter
        (MID[0], MID[3], MID[1], (), [(1, "carried_on", 2), (2, "carried_in", 1)]),
        # reached in time, or late but in its own quarter
        (MID[0], MID[3], MID[0], (), [(1, "own", None)]),
        (MID[0], MID[3], date(2025, 9, 30), (), [(1, "own", None)]),
        # its date was moved: in both
        (MID[2], MID[1], None, (MID[1],), [(2, "moved_out", 3), (3, "moved_in", 2)]),
        (MID[0], date(2025, 8, 1), None, (MID[3],), [(1, "moved_in", 4), (4, "moved_out", 1)]),
        # moved within its quarter
        (MID[2], MID[1], None, (date(2026, 1, 5),), [(3, "own", None)]),
        # from the fiscal year before, still open, and one of the year after
        (date(2025, 5, 1), MID[1], None, (), [(1, "carried_in", 0), (2, "carried_in", 0)]),
        (date(2026, 9, 1), MID[1], None, (), []),
        (date(2026, 9, 1), MID[1], None, (MID[3],), [(4, "moved_out", 5)]),
        (None, MID[1], None, (), []),
    ],
)  # fmt: skip
def test_where_a_milestone_stands(
    due: date | None, on: date, reached: date | None, moved: tuple[date, ...], expected: list[Any]
) -> None:
    assert where(due, on, reached, moved) == expected


DAYS = st.dates(date(2025, 1, 1), date(2026, 12, 31))


@given(DAYS, DAYS, st.none() | DAYS)
def test_nothing_stands_twice_in_a_quarter_nor_in_one_that_has_not_come(
    due: date, on: date, reached: date | None
) -> None:
    reached = reached if reached is None or reached <= on else None
    found = where(due, on, reached)

    assert len({quarter for quarter, _way, _other in found}) == len(found)
    now = number_of(on, FY)
    assert all(quarter <= (now or 0) for quarter, way, _other in found if way == "carried_in")
    if FY[0].starts_on <= due <= FY[3].ends_on:
        assert any(quarter == number_of(due, FY) for quarter, _way, _other in found)


@given(DAYS, DAYS)
def test_what_is_reached_by_its_date_is_never_carried_over(due: date, on: date) -> None:
    found = where(due, max(on, due), due - timedelta(days=1))

    assert not {way for _quarter, way, _other in found} & {"carried_in", "carried_on"}


def test_a_quarter_says_in_a_sentence_how_far_it_came() -> None:
    second = FY[1]
    counted = tally([
        (Place(2, Way.OWN), True), (Place(2, Way.CARRIED_ON, 3), False),
        (Place(2, Way.CARRIED_IN, 1), True), (Place(2, Way.MOVED_OUT, 4), False),
    ])  # fmt: skip

    assert counted == Tally(planned=3, reached=2, carried_on=1, carried_in=1, moved_out=1)
    after, before = date(2026, 1, 2), date(2025, 7, 1)
    rest = "1 carried in from before; 1 carried over; 1 moved away."
    assert progress(counted, second, after) == f"2 of 3 reached; {rest}"
    assert progress(counted, second, date(2025, 12, 21)) == f"2 of 3 reached so far, 10 days left; {rest}"
    assert progress(counted, second, second.ends_on).startswith(
        "2 of 3 reached so far, its last day is today"
    )
    assert progress(counted, second, before) == f"2 of 3 reached early; {rest}"
    assert progress(Tally(planned=2), second, before) == "2 planned."
    assert progress(Tally(), second, after) == "Nothing planned."
    assert progress(Tally(moved_out=1), second, after) == "Its milestones were moved to other quarters."


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (Place(2, Way.OWN), ""),
        (Place(3, Way.CARRIED_IN, 2), "← carried over from quarter 2"),
        (Place(2, Way.CARRIED_ON, 3), "carried over into quarter 3 →"),
        (Place(1, Way.CARRIED_IN, 0), "← carried over from an earlier year"),
        (Place(2, Way.MOVED_OUT, 4), "moved to quarter 4 →"),
        (Place(4, Way.MOVED_OUT, 2), "← brought forward to quarter 2"),
        (Place(4, Way.MOVED_IN, 2), "← moved here from quarter 2"),
        (Place(2, Way.MOVED_IN, 4), "brought forward from quarter 4 →"),
        (Place(4, Way.MOVED_OUT, 5), "moved to a later year →"),
    ],
)
def test_the_arrow_says_where_it_came_from_or_went(place: Place, words: str) -> None:
    assert arrow_words(place) == words
