"""Reading tables that people send, also hostile ones."""

import gzip
import io
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from nic_platform import tabular
from nic_platform.errors import InputError

PLAIN = "School Code,School Name\n0187,Cañon Vista\n\n0212,Dry Fork\n"


def read(data: bytes, name: str = "schools.csv") -> tabular.Table:
    return tabular.read_table(io.BytesIO(data), name)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (PLAIN.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + PLAIN.encode(), "utf-8"),
        (PLAIN.encode("latin-1"), "latin-1"),
        (PLAIN.encode("utf-16"), "utf-16"),
        (gzip.compress(PLAIN.encode(), mtime=0), "utf-8"),
        (PLAIN.replace("\n", "\r\n").encode(), "utf-8"),
    ],
)
def test_csv_is_read_in_every_usual_encoding(data: bytes, encoding: str) -> None:
    table = read(data)
    assert table.header == ("School Code", "School Name")
    assert list(table.rows) == [("0187", "Cañon Vista"), ("", ""), ("0212", "Dry Fork")]
    assert (table.encoding, table.first_row) == (encoding, 2)


@pytest.mark.parametrize("sign", [";", "\t", ","])
def test_the_separator_is_found(sign: str) -> None:
    table = read(f"code{sign}name\n01{sign}A\n".encode())
    assert list(table.rows) == [("01", "A")]


def test_short_and_long_rows_are_fitted_to_the_header() -> None:
    assert list(read(b"a,b\n1\n1,2,3\n").rows) == [("1", ""), ("1", "2")]


def test_rows_above_the_header_are_counted() -> None:
    assert read(b"\n\na,b\n1,2\n").first_row == 4


def workbook(*rows: list[object]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return out.getvalue()


def test_xlsx_keeps_codes_that_are_text_and_writes_numbers_plainly() -> None:
    table = read(workbook(["code", "count"], ["0187", 393.0], ["0212", 12.5]), "schools.xlsx")
    assert list(table.rows) == [("0187", "393"), ("0212", "12.5")]


def packed(name: str, text: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(["a"], ["b"]))) as good, zipfile.ZipFile(out, "w", 8) as bad:
        for part in good.infolist():
            bad.writestr(part, text if part.filename == name else good.read(part))
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
FAR = b'<worksheet><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    b'<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&b;&x;</t></is></c></row>'
    b"</sheetData></worksheet>"
)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b"\n \n", "no header row"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not a table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel"),
        (b"PK\x03\x04 and then nothing", "can't be opened"),
        (gzip.compress(PLAIN.encode(), mtime=0)[:-9], "cut short"),
        (b'a,b\n"never closed' + b",x\n" * 20_000, "can't be read"),
        (b"a" + b",a" * 400 + b"\n", "columns"),
        (packed(SHEET, FAR), "larger than"),
        (packed("xl/workbook.xml", b"<workbook>"), "can't be opened|no sheet"),
    ],
)
def test_what_is_no_table_is_refused_with_the_mend(data: bytes, says: str) -> None:
    with pytest.raises(InputError, match=says):
        read(data, "upload.xlsx")


def test_a_bomb_is_refused_before_it_unfolds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tabular, "MAX_BYTES", 1_000_000)
    started = time.monotonic()
    with pytest.raises(InputError, match="larger than"):
        read(gzip.compress(b"a,b\n" + b"0" * 30_000_000, mtime=0))
    with pytest.raises(InputError, match="larger than"):
        read(packed(SHEET, b"<worksheet>" + b" " * 30_000_000))
    assert time.monotonic() - started < 5


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tabular, "MAX_ROWS", 3)
    with pytest.raises(InputError, match="more than 3 rows"):
        read(b"a\n" + b"1\n" * 4)


def test_outside_entities_are_not_fetched() -> None:
    try:
        table = read(packed(SHEET, LAUGHS), "x.xlsx")
    except InputError:
        return
    assert "root:" not in str(table.header) + str(table.rows)


def test_a_name_with_folders_keeps_only_its_end() -> None:
    assert read(b"a\n1\n", "..\\..\\etc/passwd.csv").name == "passwd.csv"


def test_every_public_school_file_is_read(shared: Path) -> None:
    for path in sorted((shared / "data" / "directory").glob("co_*.csv")):
        with path.open("rb") as stream:
            assert len(tabular.read_table(stream, path.name)) > 1_900


def test_a_sign_cut_in_two_between_pieces_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tabular, "_PIECE", 1)
    assert read(PLAIN.encode()).encoding == "utf-8"
    assert read(PLAIN.encode() + b"\xc3").encoding == "latin-1"  # a sign that never ends is none of UTF-8


def test_a_large_table_is_held_once_beside_its_file() -> None:
    line = ",".join(["x" * 2_000] * 5) + "\n"
    data = b"a,b,c,d,e\n" + line.encode() * 500
    tracemalloc.start()
    try:
        table = read(data)
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(table) == 500
    assert most < 2 * len(data)  # laid out as one text it would take six times as much
