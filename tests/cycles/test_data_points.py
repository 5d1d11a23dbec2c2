from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cycles.data_points import (
    ALL,
    LAST,
    Point,
    Result,
    Sight,
    Sort,
    chosen,
    fits,
    group_tables,
    offers,
    result_cell,
    together,
)
from cycles.predictions import Expectation
from measures.rules import MeasureType
from measures.suppression import Who

MON = date(2026, 2, 9)
SHARE = MeasureType.PROPORTION
STUDENTS = Sight(sees_whole=False, who=Who.STUDENTS, minimum=10)


def share(count: float, of: float, days: int = 0, group: str = "", *, is_own: bool = False) -> Point:
    on = MON + timedelta(days=days)
    return Point(on, count, of, group_set="Language" if group else "", group=group, is_own=is_own)


COUNTS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 40)).map(lambda two: (min(two), max(two))), min_size=1
)


@given(COUNTS)
def test_shares_are_added_up_over_the_days(counts: list[tuple[int, int]]) -> None:
    result = together([share(count, of) for count, of in counts], SHARE)

    assert result == Result(sum(c for c, _of in counts), sum(of for _c, of in counts), len(counts))


def test_counts_are_added_and_scales_are_averaged() -> None:
    points = [Point(MON, value=2.0), Point(MON, value=4.0)]

    assert together(points, MeasureType.CONTINUOUS) == Result(3.0, None, 2)
    assert together([Point(MON, count=2), Point(MON, count=4)], MeasureType.COUNT) == Result(6.0, None, 2)
    assert together([], SHARE) is None


def test_a_cycle_takes_its_own_points_before_those_of_its_days() -> None:
    own, others = share(1, 2, is_own=True), [share(3, 4, days=1), share(5, 6, days=-9), share(7, 8, days=30)]
    last = MON + timedelta(days=14)

    assert chosen([own, *others], MON, last) == [own]
    assert chosen(others, MON, last) == [others[0]]
    assert chosen(others, None, last) == []


def test_what_was_counted_is_offered_together_and_by_its_last_day() -> None:
    found = offers([share(12, 16), share(14, 17, days=7), share(1, 2, group="Spanish")], SHARE)

    assert [each.key for each in found] == [ALL, LAST]
    assert found[0].words == "All 2 counts: 26 of 33 (79%)"
    assert found[1].result == Result(14, 17, 1)


@pytest.mark.parametrize(
    ("expected", "of", "kind", "answer"),
    [
        (Expectation(75, unit="%"), None, SHARE, True),
        (Expectation(12, unit="days"), 15.0, SHARE, True),
        (Expectation(3, unit="minutes"), None, SHARE, False),
        (Expectation(3, unit="minutes"), None, MeasureType.CONTINUOUS, True),
        (Expectation(75, unit="%"), None, MeasureType.COUNT, False),
        (Expectation(), None, SHARE, False),
    ],
)
def test_only_a_measure_that_counts_the_same_answers_a_prediction(
    expected: Expectation, of: float | None, kind: MeasureType, answer: bool
) -> None:
    assert fits(expected, of, kind) is answer


def test_the_team_sees_every_group_of_its_cycle_added_up_in_the_measures_order() -> None:
    points = [
        share(8, 10, group="Spanish"), share(2, 3, group="English"), share(1, 3, days=7, group="English"),
        share(11, 16),
    ]  # fmt: skip
    [table] = group_tables(points, Sort(SHARE, breakdown={"Language": ["English", "Spanish"]}), Sight())

    assert [(line.name, line.words) for line in table.lines] == [
        ("English", "3 of 6 (50%)"),
        ("Spanish", "8 of 10 (80%)"),
    ]
    assert table.total == "11 of 16 (69%)"


@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(1, 60)).map(lambda two: (min(two), max(two))),
        min_size=2,
        max_size=5,
    ),
    st.integers(0, 9),
)
def test_nobody_else_reads_the_numbers_of_a_small_group(counts: list[tuple[int, int]], rest: int) -> None:
    points = [share(c, of, days=7, group=f"Group {at}") for at, (c, of) in enumerate(counts)]
    everybody = share(sum(c for c, _of in counts), sum(of for _c, of in counts) + rest, days=7)
    points += [share(3, 5, group="Group 0"), everybody]
    [table] = group_tables(points, Sort(SHARE), STUDENTS)

    for line, (count, of) in zip(table.lines, counts, strict=False):
        if of < 10 or 0 < count < 10 or 0 < of - count < 10:
            assert f"{count} of {of}" not in line.words
            assert line.percent is None
    assert "3 of 5 (" not in str(table)


def test_others_see_no_sum_in_which_one_day_is_hidden() -> None:
    assert result_cell(Result(30, 60), STUDENTS).is_shown
    assert not result_cell(Result(30, 60), STUDENTS, hides_a_day=True).is_shown
    assert not result_cell(Result(3, 60), STUDENTS).is_shown
    assert result_cell(Result(3, 5), Sight(), hides_a_day=True).is_shown
