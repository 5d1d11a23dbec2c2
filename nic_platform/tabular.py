"""Reading a table from a file that somebody sent: CSV, gzipped CSV, XLSX. Hostile files are refused."""

import codecs
import csv
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, dropwhile, islice
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
TOP = 15  # rows at the beginning of a file that are kept as they stand

_PIECE = 1024 * 1024
_ZIP, _GZIP, _OLE = b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Table:
    """A table as it stands in a file: every cell as text, codes with their leading zeros.

    ``top`` are the file's first rows as they stand, titles and header among them. ``uneven`` says how many
    cells a row has, by its number, where they are fewer than the header's, or more that hold something.
    """

    name: str
    header: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    first_row: int = 2
    encoding: str = "utf-8"
    delimiter: str = ","
    top: Sequence[Sequence[str]] = ()
    uneven: Mapping[int, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)


Heads = tuple[int, int]
"""The first and the last row in which the names of columns stand, as a file counts its rows."""


def read_table(stream: BinaryIO, name: str, heads: Heads | None = None) -> Table:
    """Read a CSV (also gzipped) or XLSX file.

    CSV may be UTF-8 with or without mark, or Latin-1; separated by comma, semicolon or tab.

    Args:
        heads: the rows in which the names of columns stand; without it the first row that is not empty.
            Names in several rows are put together, an upper one holding for what stands below it.

    Raises:
        InputError: it is none of these, too large, or holds no table; the text says the mend.
    """
    shown = PurePath(name.replace("\\", "/")).name[:200] or "file"
    head = stream.read(4)
    stream.seek(0)
    if not head:
        raise InputError(_("%(name)s is empty. Choose a file with a header row and data.", name=shown))
    if head.startswith(_ZIP):
        return _read_xlsx(all_bytes(stream), shown, heads)
    if head.startswith(_OLE):
        raise InputError(_("%(name)s is an old Excel file. Save it as .xlsx or .csv.", name=shown))
    data = _unpacked(stream) if head.startswith(_GZIP) else all_bytes(stream)
    return _read_csv(data, shown, heads)


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


def _encoding(data: bytes) -> str:
    """Return how a file is written; it is looked through in pieces, so that it is held in memory once."""
    if b"\x00" in data[:_PIECE]:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return "utf-16"
        raise InputError(_("This is not a table. Choose a .csv, .csv.gz or .xlsx file."))
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for at in range(0, len(data), _PIECE):
            decoder.decode(data[at : at + _PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


def _text_of(data: bytes, encoding: str, newline: str | None = "") -> io.TextIOWrapper:
    """Return a file's text, decoded as it is read."""
    named = "utf-8-sig" if encoding == "utf-8" else encoding
    return io.TextIOWrapper(io.BytesIO(data), encoding=named, errors="replace", newline=newline)


_SIGNS = (",", ";", "\t", "|")


def _delimiter(text: Iterable[str], heads: Heads | None) -> str:
    """Return what separates the cells of the header: a title above it may have no such sign."""
    filled = text if heads else dropwhile(lambda line: not line.strip("\ufeff\r\n"), text)
    lines = list(islice(filled, *((heads[1] - 1, heads[1]) if heads else (TOP,))))
    line = next((line for line in lines if any(sign in line for sign in _SIGNS)), "")
    return max(_SIGNS, key=lambda sign: (line.count(sign), sign == ","))


def _read_csv(data: bytes, name: str, heads: Heads | None) -> Table:
    encoding = _encoding(data)
    delimiter = _delimiter(_text_of(data, encoding, newline=None), heads)
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(_text_of(data, encoding), delimiter=delimiter)
    try:
        shape = _shaped(reader, heads)
    except csv.Error as error:
        sentence = _("Row %(row)s can't be read. Check its quotation marks.", row=reader.line_num)
        raise InputError(sentence) from error
    return shape.table(name, encoding, delimiter)


def _read_xlsx(data: bytes, name: str, heads: Heads | None) -> Table:
    from python_calamine import CalamineError, CalamineWorkbook  # only those who send Excel files wait for it

    try:
        refuse_bombs(data)
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        if not book.sheet_names:
            raise InputError(_("%(name)s has no sheet. Put the table on its first sheet.", name=name))
        cells = book.get_sheet_by_index(0).iter_rows()
        shape = _shaped(([_text(cell) for cell in row] for row in cells), heads)
    except (CalamineError, zipfile.BadZipFile, zlib.error, KeyError, EOFError) as error:
        raise InputError(_("%(name)s can't be opened. Save it again as .xlsx or .csv.", name=name)) from error
    return shape.table(name, "xlsx", "")


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


@dataclass
class _Shape:
    """A header and the rows below it; ``first`` is the number of the first of them."""

    header: tuple[str, ...]
    first: int
    top: Sequence[Sequence[str]]
    rows: list[tuple[str, ...]] = field(default_factory=list)
    uneven: dict[int, int] = field(default_factory=dict)

    def table(self, name: str, encoding: str, delimiter: str) -> Table:
        return Table(
            name, self.header, self.rows, self.first, encoding, delimiter, self.top, self.uneven
        )  # fmt: skip

    def fit(self, cells: list[str]) -> tuple[str, ...]:
        """Return a row as wide as the header, and note where it was not."""
        width = len(self.header)
        clean = tuple(map(str.strip, cells))
        if len(clean) == width:
            return clean
        number = self.first + len(self.rows)
        if any(clean[width:]) or (len(clean) < width and any(clean)):
            self.uneven[number] = len(clean)
        return clean[:width] if len(clean) > width else clean + ("",) * (width - len(clean))


def _shaped(reader: Iterable[list[str]], heads: Heads | None) -> _Shape:
    """Return header and rows; empty ones are kept so that rows count as in the file."""
    source = iter(reader)
    top = list(islice(source, max(TOP, heads[1] if heads else 0)))
    at = heads or _first_filled(top)
    while at is None and (more := next(source, None)) is not None:  # a file that begins with empty rows
        top.append(more)
        at = _first_filled(top[-1:], len(top))
    if at is None:
        raise InputError(_("The file has no header row. Put the column names in its first row."))
    header = joined(top[at[0] - 1 : at[1]])
    if not any(header):
        raise InputError(_("Row %(row)s holds no names of columns. Choose another row.", row=at[1]))
    width = len(header)
    if width > MAX_COLUMNS:
        raise InputError(_("The file has more than %(most)s columns. Leave some out.", most=MAX_COLUMNS))
    shape = _Shape(header, at[1] + 1, [tuple(map(str.strip, row)) for row in top[:TOP]])
    most = min(MAX_ROWS, MAX_CELLS // width)
    for cells in chain(top[at[1] :], source):
        shape.rows.append(shape.fit(cells))
        if len(shape.rows) > most:
            raise InputError(
                _("The file has more than %(most)s rows. Split it into parts.", most=f"{most:,}")
            )
    while shape.rows and not any(shape.rows[-1]):
        shape.rows.pop()
    return shape


def _first_filled(rows: Sequence[Sequence[str]], first: int = 1) -> Heads | None:
    number = next((at for at, row in enumerate(rows, first) if any(cell.strip() for cell in row)), None)
    return (number, number) if number else None


def joined(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return the names of columns that stand in one row or, put together, in several.

    An upper name that stands over several columns is written in the first of them only.
    """
    width = max(map(len, rows), default=0)
    found = [""] * width
    for row in rows:
        is_last, above = row is rows[-1], ""
        for at in range(width):
            cell = row[at].strip().strip("\ufeff") if at < len(row) else ""
            above = cell or ("" if is_last else above)
            found[at] = f"{found[at]} {above}".strip()
    return tuple(found)
