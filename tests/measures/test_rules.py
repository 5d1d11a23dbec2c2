"""What a measurement may be, by the type of its measure, read without a database."""

from datetime import date
from math import inf, nan

import pytest

from measures.rules import Entry, MeasureType, entry_faults, value_of

TODAY = date(2026, 2, 24)
P, COUNT, RATE = MeasureType.PROPORTION, MeasureType.COUNT, MeasureType.RATE
SCALE, TIME = MeasureType.CONTINUOUS, MeasureType.TIME_BETWEEN


@pytest.mark.parametrize(
    ("kind", "numbers"),
    [
        (P, {"count": 0, "population": 24}), (P, {"count": 24, "population": 24}), (COUNT, {"count": 0}),
        (COUNT, {"value": 7}), (RATE, {"count": 3, "population": 0.5e3}), (RATE, {"value": 0.02}),
        (SCALE, {"value": -4.5}), (TIME, {"value": 0}),
    ],
)  # fmt: skip
def test_numbers_that_can_be_are_kept(kind: MeasureType, numbers: dict[str, float]) -> None:
    assert entry_faults(kind, Entry(TODAY, **numbers), TODAY) == {}


@pytest.mark.parametrize(
    ("kind", "numbers", "field"),
    [
        (P, {"count": 25, "population": 24}, "count"), (P, {"count": 2, "population": 0}, "population"),
        (P, {"count": 2.5, "population": 24}, "count"), (P, {"count": 2}, "population"),
        (COUNT, {"count": -1}, "count"), (COUNT, {"value": -5}, "value"), (COUNT, {"value": 2.5}, "value"),
        (COUNT, {}, "count"), (RATE, {"value": -0.1}, "value"), (TIME, {"value": -3}, "value"),
        (SCALE, {"value": nan}, "value"), (SCALE, {"value": inf}, "value"), (SCALE, {}, "value"),
    ],
)  # fmt: skip
def test_numbers_that_cannot_be_are_named_by_field(
    kind: MeasureType, numbers: dict[str, float], field: str
) -> None:
    assert set(entry_faults(kind, Entry(TODAY, **numbers), TODAY)) == {field}


@pytest.mark.parametrize("on", [None, date(2026, 2, 25), date(1999, 12, 31)])
def test_a_day_that_cannot_be_is_named(on: date | None) -> None:
    assert set(entry_faults(COUNT, Entry(on, count=1), TODAY)) == {"observed_on"}


def test_a_value_is_in_the_unit_of_its_measure() -> None:
    assert value_of(P, 6, 24, None) == 25
    assert value_of(P, 0, 0, None) is None
    assert value_of(RATE, 6, 24, None) == 0.25
    assert value_of(RATE, None, None, 0.3) == 0.3
    assert value_of(COUNT, 6, None, None) == 6
