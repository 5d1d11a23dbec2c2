"""The points of a milestone's charts: one a day, as on the chart of its measure."""

from datetime import date

import pytest

from measures.rules import MeasureType
from milestones.points import points_on
from milestones.rules import Reading

DAY = date(2026, 2, 4)
NEXT = date(2026, 2, 11)


def reading(number: int, value: float, on: date = DAY, **counts: float) -> Reading:
    return Reading(on, value, on, id=number, **counts)  # type: ignore[arg-type]  # count and population


TWICE = [
    reading(1, 50.0, count=5, population=10), reading(2, 100.0, count=20, population=20),
    reading(3, 40.0, NEXT),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (MeasureType.PROPORTION, [100 * 25 / 30, 40.0]),
        (MeasureType.COUNT, [150.0, 40.0]),
        (MeasureType.RATE, [25 / 30, 40.0]),
        (MeasureType.TIME_BETWEEN, [50.0, 100.0, 40.0]),
    ],
)
def test_the_counts_of_a_day_are_one_point(kind: MeasureType, values: list[float]) -> None:
    assert [point.value for point in points_on(TWICE, NEXT, kind)] == values


def test_a_point_of_two_counts_holds_the_sum_of_both() -> None:
    point = points_on(TWICE, DAY, MeasureType.PROPORTION)[0]

    assert (point.count, point.population, point.id) == (25, 30, 2)


def test_a_deliverable_is_as_it_was_seen_last_that_day() -> None:
    seen = [reading(1, 0.0), reading(2, 1.0)]

    points = points_on(seen, DAY, MeasureType.CONTINUOUS, is_deliverable=True)

    assert [point.value for point in points] == [1.0]
