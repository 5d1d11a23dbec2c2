"""Proposing a mapping and checking rows."""

import gc
from collections import Counter
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nic_platform import cells, importing
from nic_platform.importing import Target
from nic_platform.tabular import Table

CODE = Target(
    "code", "School code", ("School Code", "SCHNO"), required=True, read=cells.digits(4, "A school code")
)
NAME = Target("name", "School", ("School Name", "SCHNAM"), required=True)
SIZE = Target("enrolment", "Enrolment", ("PK-12 Total",), read=cells.whole)
ALL = [CODE, NAME, SIZE]
TABLE = Table(
    "schools.csv",
    ("School Code", "School Name", "PK-12 Total"),
    [
        ("0187", "Alder Creek", "393"),
        ("187", "", "many"),
        ("", "", ""),
        ("0000", "Total", "9"),
        ("0212", "Dry Fork", "*"),
    ],
)
MAPPING = {"code": "School Code", "name": "School Name", "enrolment": "PK-12 Total"}


def no_totals(cells: Mapping[str, str]) -> str | None:
    return "total" if cells["name"] == "Total" else None


def test_columns_are_found_by_their_usual_names_whatever_the_case() -> None:
    assert importing.propose(("SCHNAM", "schno", "pk 12 TOTAL", "Note"), ALL) == {
        "code": "schno",
        "name": "SCHNAM",
        "enrolment": "pk 12 TOTAL",
    }


def test_a_column_is_given_once() -> None:
    twice = [NAME, Target("title", "Title", ("School Name",))]
    assert importing.propose(("School Name",), twice) == {"name": "School Name"}


def test_good_rows_bad_cells_and_skipped_rows_are_told_apart() -> None:
    checked = importing.check(TABLE, MAPPING, ALL, no_totals)
    assert checked.values == [
        (2, {"code": "0187", "name": "Alder Creek", "enrolment": 393}),
        (6, {"code": "0212", "name": "Dry Fork", "enrolment": None}),
    ]
    assert [(p.row, p.column, p.value) for p in checked.problems] == [
        (3, "School Code", "187"),
        (3, "School Name", ""),
        (3, "PK-12 Total", "many"),
    ]
    assert checked.skipped == Counter({"total": 1})
    assert checked.rows_skipped == 1


def test_a_mapping_that_can_not_work_is_said_before_any_row() -> None:
    checked = importing.check(TABLE, {"code": "Nope", "enrolment": "Nope"}, ALL)
    assert checked.values == []
    assert len(checked.problems) == 4


def test_like_problems_are_told_together() -> None:
    table = Table("x.csv", ("School Code", "School Name"), [("1", "A"), ("2", "B"), ("3", "C")])
    checked = importing.check(table, {"code": "School Code", "name": "School Name"}, ALL)
    groups = importing.grouped(checked.problems)
    assert len(groups) == 1
    assert groups[0].told == "Row 2 and 2 more"
    assert groups[0].example == "1"


@given(st.lists(st.lists(st.text(max_size=8), min_size=3, max_size=3), max_size=15))
def test_every_row_ends_in_exactly_one_place(rows: list[list[str]]) -> None:
    table = Table("x.csv", TABLE.header, [tuple(cell.strip() for cell in row) for row in rows])
    checked = importing.check(table, MAPPING, ALL, no_totals)
    bad = {problem.row for problem in checked.problems}
    good = {number for number, _values in checked.values}
    filled = sum(any(row) for row in table.rows)
    assert not bad & good
    assert len(bad) + len(good) + checked.rows_skipped == filled


def test_pieces_lose_nothing() -> None:
    assert list(importing.pieces(range(5), 2)) == [[0, 1], [2, 3], [4]]


def test_the_collector_is_paused_and_comes_back_even_after_an_error() -> None:
    @importing.without_collector()
    def stop() -> None:
        assert not gc.isenabled()
        raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        stop()
    assert gc.isenabled()
