"""Reading a table from a file that somebody sent: CSV, gzipped CSV, XLSX. Hostile files are refused."""

import csv
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePath
from typing import BinaryIO

from nic_platform.errors import InputError
from nic_platform.text import _

MAX_BYTES = 200 * 1024 * 1024
"""Above this an unpacked file is refused: no school table is as large, a bomb is larger."""

MAX_ROWS = 500_000
MAX_COLUMNS = 300
MAX_CELLS = 12_000_000
MAX_CELL = 20_000

_PIECE = 1024 * 1024
_ZIP, _GZIP, _OLE = b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Table:
    """A table as it stands in a file: every cell as text, codes with their leading zeros."""

    name: str
    header: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    first_row: int = 2
    encoding: str = "utf-8"
    delimiter: str = ","

    def __len__(self) -> int:
        return len(self.rows)


def read_table(stream: BinaryIO, name: str) -> Table:
    """Read a CSV (also gzipped) or XLSX file.

    CSV may be UTF-8 with or without mark, or Latin-1; separated by comma, semicolon or tab. The header is the
    first row that is not empty.

    Raises:
        InputError: it is none of these, too large, or holds no table; the text says the mend.
    """
    shown = PurePath(name.replace("\\", "/")).name[:200] or "file"
    head = stream.read(4)
    stream.seek(0)
    if not head:
        raise InputError(_("%(name)s is empty. Choose a file with a header row and data.", name=shown))
    if head.startswith(_ZIP):
        return _read_xlsx(all_bytes(stream), shown)
    if head.startswith(_OLE):
        raise InputError(_("%(name)s is an old Excel file. Save it as .xlsx or .csv.", name=shown))
    data = _unpacked(stream) if head.startswith(_GZIP) else all_bytes(stream)
    return _read_csv(data, shown)


def all_bytes(stream: BinaryIO) -> bytes:
    """Return everything that *stream* holds, read from its beginning."""
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise _too_large()
    return data


def _unpacked(stream: BinaryIO) -> bytes:
    pieces = io.BytesIO()
    try:
        with gzip.GzipFile(fileobj=stream) as packed:
            while piece := packed.read(_PIECE):
                pieces.write(piece)
                if pieces.tell() > MAX_BYTES:
                    raise _too_large()
    except (OSError, EOFError) as error:
        raise InputError(_("The file was cut short or is damaged. Send it again.")) from error
    return pieces.getvalue()


def _too_large() -> InputError:
    megabytes = MAX_BYTES // 1024 // 1024
    return InputError(_("The file is larger than %(size)s MB. Split it into parts.", size=megabytes))


def _decoded(data: bytes) -> tuple[str, str]:
    if b"\x00" in data[:_PIECE]:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return data.decode("utf-16", errors="replace"), "utf-16"
        raise InputError(_("This is not a table. Choose a .csv, .csv.gz or .xlsx file."))
    for encoding in ("utf-8-sig", "latin-1"):
        try:
            return data.decode(encoding), encoding.removesuffix("-sig")
        except UnicodeDecodeError:
            continue
    raise AssertionError("latin-1 decodes everything")  # pragma: no cover


def _delimiter(text: str) -> str:
    line = text.lstrip("\ufeff\r\n").partition("\n")[0]
    return max((",", ";", "\t", "|"), key=lambda sign: (line.count(sign), sign == ","))


def _read_csv(data: bytes, name: str) -> Table:
    text, encoding = _decoded(data)
    delimiter = _delimiter(text)
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        header, rows, first = _shaped(reader)
    except csv.Error as error:
        sentence = _("Row %(row)s can't be read. Check its quotation marks.", row=reader.line_num)
        raise InputError(sentence) from error
    return Table(name, header, rows, first, encoding, delimiter)


def _read_xlsx(data: bytes, name: str) -> Table:
    from python_calamine import CalamineError, CalamineWorkbook  # only those who send Excel files wait for it

    try:
        refuse_bombs(data)
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        if not book.sheet_names:
            raise InputError(_("%(name)s has no sheet. Put the table on its first sheet.", name=name))
        cells = book.get_sheet_by_index(0).iter_rows()
        header, rows, first = _shaped([_text(cell) for cell in row] for row in cells)
    except (CalamineError, zipfile.BadZipFile, zlib.error, KeyError, EOFError) as error:
        raise InputError(_("%(name)s can't be opened. Save it again as .xlsx or .csv.", name=name)) from error
    return Table(name, header, rows, first, "xlsx", "")


_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,3})(\d{1,7})["']""")


def refuse_bombs(data: bytes, together: int = 0) -> None:
    """Refuse a workbook that would unfold to far more than it seems, before its cells are laid out.

    A reader lays a sheet out up to its last cell: one cell in the far corner costs as much as a full sheet.

    Args:
        together: how many cells all sheets may have, for those who read more than the first one.

    Raises:
        InputError: it would unfold to too much.
    """
    laid_out = 0
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if sum(part.file_size for part in packed.infolist()) > MAX_BYTES:
            raise _too_large()
        for part in packed.infolist():
            if part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml"):
                with packed.open(part) as stream:
                    text = stream.read(MAX_BYTES + 1)
                cells = _corner(text)
                laid_out += cells
                if len(text) > MAX_BYTES or cells > MAX_CELLS or (together and laid_out > together):
                    raise _too_large()


def _corner(sheet: bytes) -> int:
    """Return rows × columns up to the last cell that a sheet names."""
    places = {(match[1], match[2]) for match in _REFERENCE.finditer(sheet)}
    rows = max((int(row) for _letters, row in places), default=0)
    columns = max((_column_number(letters) for letters, _row in places), default=0)
    return rows * max(columns, 1)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "Y" if cell else "N"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


def _shaped(reader: Iterable[list[str]]) -> tuple[tuple[str, ...], list[tuple[str, ...]], int]:
    """Return header, rows (empty ones kept so that rows count as in the file), number of the first row."""
    source = iter(reader)
    number = 0
    for row in source:
        number += 1
        if any(cell.strip() for cell in row):
            break
    else:
        raise InputError(_("The file has no header row. Put the column names in its first row."))
    header = tuple(cell.strip().strip("\ufeff") for cell in row)
    width = len(header)
    if width > MAX_COLUMNS:
        raise InputError(_("The file has more than %(most)s columns. Leave some out.", most=MAX_COLUMNS))
    most = min(MAX_ROWS, MAX_CELLS // width)
    rows = [_fitted(cells, width) for cells in islice(source, most + 1)]
    if len(rows) > most:
        raise InputError(_("The file has more than %(most)s rows. Split it into parts.", most=f"{most:,}"))
    while rows and not any(rows[-1]):
        rows.pop()
    return header, rows, number + 1


def _fitted(cells: list[str], width: int) -> tuple[str, ...]:
    clean = tuple(map(str.strip, cells))
    if len(clean) == width:
        return clean
    return clean[:width] if len(clean) > width else clean + ("",) * (width - len(clean))
