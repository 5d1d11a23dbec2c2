"""Workbooks of several sheets: readable, whole, and hostile ones refused."""

import io
import re
import time
import zipfile
from datetime import date

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from nic_platform import tabular, workbooks
from nic_platform.errors import InputError, RuleError
from nic_platform.workbooks import Column, Sheet, as_book, read_book, sheet_names
from tests.nic_platform.test_tabular import FAR, LAUGHS, SHEET, packed

TWO = [
    Sheet("One", [Column("Text", 40), Column("Number"), Column("Id", is_quiet=True)],
          [["=1+1", 0, "a"], ["-", None, None], [None, 0.1 + 0.2, date(2026, 2, 4)]]),
    Sheet("Two", [Column("Yes?", choices=("yes", "no"))], [["yes"]], note="Look here", is_hidden=True),
]  # fmt: skip


def read(data: bytes) -> dict[str, list[list[workbooks.Cell]]]:
    return read_book(io.BytesIO(data), "plan.xlsx")


def test_what_is_written_is_read_back() -> None:
    found = read(as_book(TWO))
    assert list(found) == ["One", "Two"]
    assert found["One"][1] == ["=1+1", 0.0, "a"]
    assert found["One"][2] == ["-", None, None]
    assert found["One"][3] == [None, "0.30000000000000004", date(2026, 2, 4)]
    assert found["Two"] == [["Yes?"], ["yes"]]


def test_no_cell_is_alive_and_none_becomes_alive_when_edited() -> None:
    with zipfile.ZipFile(io.BytesIO(as_book(TWO))) as parts:
        sheet, styles = parts.read("xl/worksheets/sheet1.xml"), parts.read("xl/styles.xml")
    assert b"<f>" not in sheet
    assert b'quotePrefix="1"' in styles
    assert b'state="frozen"' in sheet


def test_a_heading_in_a_networks_own_words_is_no_more_alive_than_a_cell() -> None:
    headings = [Column("=1+1"), Column("@Id", is_quiet=True), Column("Plain")]
    with zipfile.ZipFile(io.BytesIO(as_book([Sheet("One", headings)]))) as parts:
        sheet, styles = (parts.read(f"xl/{name}.xml").decode() for name in ("worksheets/sheet1", "styles"))
    looks = re.findall(r"<xf [^>]*>", styles.partition("<cellXfs")[2].partition("</cellXfs>")[0])
    used = [looks[int(number)] for number in re.findall(r'<c r="[A-C]1" s="(\d+)"', sheet)]

    assert ["quotePrefix" in look for look in used] == [True, True, False]


def test_names_of_sheets_are_ones_that_a_workbook_takes() -> None:
    wanted = ["Plans", "plans", "Goals [2026]: a/b?", "x" * 40, "", "'"]
    made = sheet_names(wanted)
    assert made[:3] == ["Plans", "plans 2", "Goals 2026 ab"]
    assert all(0 < len(name) <= 31 for name in made)
    assert len({name.casefold() for name in made}) == len(wanted)
    assert (
        CalamineWorkbook.from_filelike(io.BytesIO(as_book([Sheet(name, []) for name in made]))).sheet_names
        == made
    )


def test_a_text_that_no_cell_holds_is_said_not_lost() -> None:
    with pytest.raises(RuleError, match="too long"):
        as_book([Sheet("One", [Column("Text")], [["x" * 32_768]])])


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04 no", packed(SHEET, FAR), packed("xl/workbook.xml", b"<workbook>")]
)
def test_what_is_damaged_or_unfolds_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match=r"opened|larger"):
        read(data)


def test_outside_entities_are_not_fetched() -> None:
    try:
        found = read(packed(SHEET, LAUGHS))
    except InputError:
        return
    assert "root:" not in str(found)
    assert len(str(found)) < 1000


def test_many_wide_sheets_are_refused_together_before_they_are_laid_out() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for _each in range(5):
            book.add_worksheet().write(999, 999, "x")
    started = time.monotonic()
    with pytest.raises(InputError, match="larger"):
        read(out.getvalue())
    assert time.monotonic() - started < 5


def test_too_many_sheets_are_refused() -> None:
    with pytest.raises(InputError, match="sheets"):
        read(as_book([Sheet(f"S{at}", []) for at in range(workbooks.MOST_SHEETS + 1)]))


def test_a_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tabular, "MAX_BYTES", 100_000)
    with pytest.raises(InputError, match="larger"):
        read(packed(SHEET, b"<worksheet>" + b" " * 3_000_000))
