"""Tables that people take away: CSV and XLSX in which no cell is alive.

A text that a spreadsheet would run as a formula is written with an apostrophe before it in CSV, which our
importer takes off again; in XLSX every text is stored as text.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

Cell = str | int | float | date | None
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What starts a formula in one spreadsheet or another, full-width signs included.
_LIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20", "|", "%")


def is_live(text: str) -> bool:
    """Say whether a spreadsheet would take *text* for a formula, were it typed there."""
    return text.lstrip(" ").startswith(_LIVE)


def quiet(value: Cell) -> str:
    """Return *value* as a CSV cell that no spreadsheet runs."""
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if is_live(value) else value
    return value.isoformat() if isinstance(value, date) else str(value)


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a CSV with a byte order mark, so that spreadsheets read names with accents."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([quiet(name) for name in header])
    writer.writerows([quiet(value) for value in row] for row in rows)
    return "\ufeff".encode() + out.getvalue().encode()


def as_xlsx(header: Sequence[str], rows: Iterable[Sequence[Cell]], sheet: str = "Data") -> bytes:
    """Return an Excel workbook of one sheet; texts are texts, whatever they look like."""
    import xlsxwriter  # only those who take Excel files wait for it

    out = io.BytesIO()
    options = {
        "constant_memory": True,  # row by row, through files that nobody else may read
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        page = book.add_worksheet(sheet[:31])
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        for column, name in enumerate(header):
            page.write_string(0, column, name, bold)
        for place, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    page.write_string(place, column, value)
                elif isinstance(value, date):
                    page.write_datetime(place, column, value, day)
                elif value is not None:
                    page.write_number(place, column, value)
    return out.getvalue()
