"""Tables that people take away: whole, readable, and with no live cell."""

import csv
import io
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from nic_platform import exporting
from nic_platform.cells import code

LIVE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\uff1d1", "|calc", "%0A"]


@pytest.mark.parametrize("text", LIVE)
def test_no_text_begins_like_a_formula(text: str) -> None:
    assert exporting.quiet(text) == f"'{text}"


@pytest.mark.parametrize("text", ["=1+1", "-1", "@home"])
def test_the_importer_reads_such_a_text_back(text: str) -> None:
    assert code(exporting.quiet(text)) == text


def test_plain_values_stay_as_they_are() -> None:
    assert [exporting.quiet(v) for v in ("Cañon", 3, -2.5, None, date(2026, 2, 4))] == [
        "Cañon",
        "3",
        "-2.5",
        "",
        "2026-02-04",
    ]


def test_a_csv_can_be_read_again() -> None:
    data = exporting.as_csv(["Name", "=n"], [["a, b", 1], ['say "x"', None]])

    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows == [["Name", "'=n"], ["a, b", "1"], ['say "x"', ""]]


def test_a_workbook_keeps_texts_as_texts() -> None:
    data = exporting.as_xlsx(
        ["Name", "n", "day"], [["=1+1", 3, date(2026, 2, 4)], ["https://x.example", None, None]]
    )

    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert rows[0] == ["Name", "n", "day"]
    assert rows[1] == ["=1+1", 3.0, date(2026, 2, 4)]
    assert rows[2][0] == "https://x.example"
