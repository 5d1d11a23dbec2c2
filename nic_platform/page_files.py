"""Files made of a page's tables: CSV, several of them in a ZIP, or a workbook with a sheet for each. Pure."""

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nic_platform import exporting, workbooks
from nic_platform.page_tables import Sheet
from nic_platform.text import _

KINDS = ("csv", "xlsx")
_MOST_SHEETS = 60
_WIDEST = 60


@dataclass(frozen=True)
class Made:
    """A file: its bytes, its type, and what it is called."""

    body: bytes
    content_type: str
    name: str


def made(sheets: Sequence[Sheet], kind: str, title: str, address_of: Callable[[str], str]) -> Made:
    """Return the file of *sheets*.

    Args:
        kind: one of :data:`KINDS`; several tables as CSV come in a ZIP.
        title: of the page, which the file is named after.
        address_of: makes a path of ours an address that works outside, too.
    """
    whole = [_with_addresses(sheet, address_of) for sheet in sheets[:_MOST_SHEETS]]
    name = plain_name(title)
    if kind == "xlsx":
        return Made(_book(whole), exporting.XLSX_TYPE, f"{name}.xlsx")
    if len(whole) == 1:
        return Made(exporting.as_csv(whole[0].header, whole[0].rows), exporting.CSV_TYPE, f"{name}.csv")
    return Made(_zip(whole), "application/zip", f"{name}.zip")


def plain_name(title: str) -> str:
    """Return the name of a file for *title*: letters and figures that every system takes."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60].strip("-") or "table"


def _with_addresses(sheet: Sheet, address_of: Callable[[str], str]) -> Sheet:
    last = len(sheet.header) - 1
    if not sheet.header or sheet.header[last] != _("Address"):
        return sheet
    rows = tuple((*row[:last], address_of(str(row[last])) if row[last] else "") for row in sheet.rows)
    return Sheet(sheet.title, sheet.header, rows)


def _book(sheets: Sequence[Sheet]) -> bytes:
    names = workbooks.sheet_names(sheet.title for sheet in sheets)
    pairs = zip(names, sheets, strict=True)
    return workbooks.as_book([workbooks.Sheet(name, _columns(sheet), sheet.rows) for name, sheet in pairs])


def _columns(sheet: Sheet) -> list[workbooks.Column]:
    return [workbooks.Column(head, _width(sheet, at)) for at, head in enumerate(sheet.header)]


def _width(sheet: Sheet, column: int) -> int:
    longest = max((len(str(row[column])) for row in sheet.rows[:200] if row[column] is not None), default=0)
    return max(8, min(_WIDEST, max(longest, len(sheet.header[column])) + 2))


def _zip(sheets: Sequence[Sheet]) -> bytes:
    out, taken = io.BytesIO(), set[str]()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for number, sheet in enumerate(sheets, start=1):
            name = plain_name(sheet.title)
            name = f"{name}-{number}" if name in taken else name
            taken.add(name)
            packed.writestr(f"{name}.csv", exporting.as_csv(sheet.header, sheet.rows))
    return out.getvalue()
