"""What is to be done with a cell that somebody typed into."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures import grid
from measures.checks import Known
from measures.grid import Column, Do, Kept, Typed
from measures.rules import MeasureType

ON, TODAY = date(2026, 2, 20), date(2026, 2, 25)
STOOD = Kept("one", Known(1, ON, 18, 24, None, "Ana"))
NEWER = Kept("two", Known(2, ON, 19, 24, None, "Ben"))


def judge(count: str, population: str, now: Kept | None, shown: Kept | None) -> grid.Verdict:
    typed = Typed({"count": count, "population": population}, shown.public_id if shown else "")
    return grid.judge(MeasureType.PROPORTION, ON, typed, now, shown, TODAY)


@pytest.mark.parametrize(
    ("count", "population", "now", "shown", "do"),
    [
        ("18", "24", STOOD, STOOD, Do.NOTHING),
        ("", "", None, None, Do.NOTHING),
        ("18", "24", NEWER, STOOD, Do.NOTHING),  # not touched: the other's figure stays
        ("19", "24", STOOD, STOOD, Do.WRITE),
        ("20 of 24", "", None, None, Do.WRITE),
        ("20 of 26", "24", STOOD, STOOD, Do.WRITE),  # the other box was left as it stood
        ("20 of 26", "25", STOOD, STOOD, Do.MEND),  # both boxes were typed into
        ("20", "24", None, None, Do.WRITE),
        ("", "", STOOD, STOOD, Do.TAKE_BACK),
        ("", "24", STOOD, STOOD, Do.TAKE_BACK),
        ("20", "24", NEWER, STOOD, Do.MEANWHILE),
        ("19", "24", NEWER, STOOD, Do.NOTHING),  # both typed the same
        ("20", "24", NEWER, None, Do.MEANWHILE),
        ("20", "24", None, STOOD, Do.MEANWHILE),  # taken back meanwhile
        ("", "", None, STOOD, Do.NOTHING),
        ("25", "24", STOOD, STOOD, Do.MEND),
        ("many", "24", STOOD, STOOD, Do.MEND),
        ("85%", "24", STOOD, STOOD, Do.MEND),
        ("12,5", "24", STOOD, STOOD, Do.MEND),
        ("", "30", STOOD, STOOD, Do.MEND),
    ],
)
def test_each_cell_is_judged_by_what_it_showed_what_stands_and_what_was_typed(
    count: str, population: str, now: Kept | None, shown: Kept | None, do: Do
) -> None:
    assert judge(count, population, now, shown).do is do


def test_what_is_typed_as_of_so_many_holds_over_what_stood_beside_it() -> None:
    verdict = judge("20 of 26", "24", STOOD, STOOD)

    assert verdict.entry is not None
    assert (verdict.entry.count, verdict.entry.population) == (20, 26)
    assert "out of 26, the other 25" in judge("20 of 26", "25", STOOD, STOOD).faults["population"]


def test_a_decimal_comma_is_asked_about() -> None:
    verdict = grid.judge(MeasureType.CONTINUOUS, ON, Typed({"value": "12,5"}), None, None, TODAY)

    assert "decimals with a point" in verdict.faults["value"]


def test_a_lone_count_and_a_lone_value_are_read() -> None:
    counted = grid.judge(MeasureType.COUNT, ON, Typed({"count": "1,200"}), None, None, TODAY)
    valued = grid.judge(MeasureType.TIME_BETWEEN, ON, Typed({"value": "3.5"}), None, None, TODAY)

    assert counted.entry is not None
    assert counted.entry.count == 1200
    assert valued.entry is not None
    assert valued.entry.value == 3.5


@given(st.floats(-1e9, 1e9), st.sampled_from([MeasureType.CONTINUOUS, MeasureType.TIME_BETWEEN]))
def test_a_cell_that_nobody_touched_is_never_written(value: float, kind: MeasureType) -> None:
    kept = Kept("one", Known(1, ON, None, None, value))
    typed = Typed({"value": grid.texts_of(kind, kept)["value"]}, "one")

    assert grid.judge(kind, ON, typed, kept, kept, TODAY).do is Do.NOTHING


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_group_s_name_survives_the_form(breakdown: str, group: str) -> None:
    assert Column.of_key(Column(breakdown, group).key) == Column(breakdown, group)


def test_columns_are_everybody_the_breakdown_then_groups_of_earlier_figures() -> None:
    found = grid.columns_of({"Grade": ["03", "04"]}, [("Grade", "03"), ("", "New comers")])

    assert [column.title for column in found] == ["Everybody", "Grade: 03", "Grade: 04", "New comers"]


def test_a_rate_that_stands_as_a_value_keeps_its_box() -> None:
    lone = Kept("one", Known(1, ON, None, None, 0.4))

    assert grid.fields_for(MeasureType.RATE) == ("count", "population")
    assert grid.fields_for(MeasureType.RATE, [lone]) == grid.FIELDS
