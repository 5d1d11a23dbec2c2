"""Workbooks of several sheets: written for people, read back cell by cell. Hostile files are refused."""

import io
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, BinaryIO

from nic_platform import tabular
from nic_platform.errors import InputError, RuleError
from nic_platform.exporting import is_live
from nic_platform.text import _

Cell = str | int | float | bool | date | datetime | time | None
MOST_SHEETS = 60
MOST_CELLS = 3_000_000  # in all sheets together
LONGEST = 32_767  # signs in one cell; Excel's own limit
_FORBIDDEN = str.maketrans("", "", "[]:*?/\\")
_FIRST_DAY = date(1901, 1, 1)  # earlier ones a spreadsheet can't hold, or holds one day off


@dataclass(frozen=True)
class Column:
    """One column of a sheet: its heading, its width in signs, and the words to choose from, if there are."""

    heading: str
    width: int = 16
    choices: tuple[str, ...] = ()
    is_quiet: bool = False  # for the machine: grey


@dataclass(frozen=True)
class Sheet:
    """One sheet: a frozen header, rows beneath it, and a note over the first heading."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]] = field(default_factory=list)
    note: str = ""
    is_hidden: bool = False


def sheet_names(wanted: Iterable[str]) -> list[str]:
    """Return names that a workbook takes: at most 31 signs, none of ``[]:*?/\\``, none twice."""
    made: list[str] = []
    for each in wanted:
        name = each.translate(_FORBIDDEN).strip().strip("'")[:31].strip() or _("Sheet")
        number = 2
        while name.casefold() in {known.casefold() for known in made}:
            name = f"{name[:27].rstrip('0123456789 ')} {number}"
            number += 1
        made.append(name)
    return made


def as_book(sheets: Sequence[Sheet]) -> bytes:
    """Return an Excel workbook. Texts are texts, whatever they look like; days are days.

    Raises:
        RuleError: a text is longer than a cell of a workbook.
    """
    import xlsxwriter  # only those who take Excel files wait for it

    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        formats = {
            "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 2}),
            "live-head": book.add_format(
                {"bold": True, "text_wrap": True, "valign": "top", "bottom": 2, "quote_prefix": True}
            ),
            "quiet": book.add_format({"font_color": "#76857f", "valign": "top", "bottom": 2}),
            "day": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"}),
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
            "live": book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True}),
            "grey": book.add_format({"font_color": "#76857f", "valign": "top"}),
        }
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            _write_sheet(page, sheet, formats)
    return out.getvalue()


def _write_sheet(page: Any, sheet: Sheet, formats: Mapping[str, Any]) -> None:
    page.freeze_panes(1, 1)
    for at, column in enumerate(sheet.columns):
        page.set_column(at, at, column.width)
        look = "live-head" if is_live(column.heading) else "quiet" if column.is_quiet else "head"
        page.write_string(0, at, column.heading, formats[look])
        if column.choices:
            page.data_validation(
                1, at, max(len(sheet.rows), 200), at,
                {"validate": "list", "source": list(column.choices), "error_type": "warning"},
            )  # fmt: skip
    for place, row in enumerate(sheet.rows, start=1):
        for at, value in enumerate(row):
            _write_cell(page, place, at, value, formats, is_quiet=sheet.columns[at].is_quiet)
    if sheet.note:
        page.write_comment(0, 0, sheet.note, {"x_scale": 3, "y_scale": 2})
    if sheet.is_hidden:
        page.hide()


def _write_cell(
    page: Any, row: int, at: int, value: Cell, formats: Mapping[str, Any], *, is_quiet: bool
) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        page.write_boolean(row, at, value)
    elif isinstance(value, int | float):
        _write_number(page, row, at, value)
    elif isinstance(value, date) and not isinstance(value, datetime) and value >= _FIRST_DAY:
        page.write_datetime(row, at, value, formats["day"])
    else:
        text = value.isoformat() if isinstance(value, date | time) else value
        if len(text) > LONGEST:
            raise RuleError(_("A text is too long for a workbook. Take the JSON document instead."))
        page.write_string(row, at, text, formats["live" if is_live(text) else "grey" if is_quiet else "text"])


def _write_number(page: Any, row: int, at: int, value: float) -> None:
    """Write a number; one that a workbook would round is written as text, so that it comes back as it was."""
    if float(f"{value:.16G}") == value:
        page.write_number(row, at, value)
    else:
        page.write_string(row, at, repr(value))


def read_book(stream: BinaryIO, name: str) -> dict[str, list[list[Cell]]]:
    """Return every sheet of a workbook by name: rows of cells, empty ones as ``None``.

    Raises:
        InputError: it is no workbook, is damaged, too large, or unfolds to something too large.
    """
    from python_calamine import CalamineError, CalamineWorkbook  # only those who send Excel files wait for it

    data = tabular.all_bytes(stream)
    try:
        tabular.refuse_bombs(data, MOST_CELLS)
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = book.sheet_names
        if len(names) > MOST_SHEETS:
            raise InputError(_("The workbook has more than %(most)s sheets.", most=MOST_SHEETS))
        return {each: _cells(book, at) for at, each in enumerate(names)}
    except (CalamineError, zipfile.BadZipFile, zlib.error, KeyError, EOFError, ValueError) as error:
        raise InputError(_("%(name)s can't be opened. Save it again as .xlsx.", name=name)) from error


def _cells(book: Any, at: int) -> list[list[Cell]]:
    rows: list[list[Cell]] = book.get_sheet_by_index(at).to_python(skip_empty_area=False)
    if len(rows) > tabular.MAX_ROWS:
        raise InputError(_("The workbook has more than %(most)s rows.", most=f"{tabular.MAX_ROWS:,}"))
    return [[None if cell == "" else cell for cell in row] for row in rows]
