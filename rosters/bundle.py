"""Opening what a roster comes in: a zip or a folder of CSV files, read row by row. Pure: no database, no web.

Nothing is unpacked to disk and no file is held whole, so that the size of a state's student table costs
time and no memory. A zip is refused for what it says of itself before a byte of it is read.
"""

import codecs
import csv
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO

from nic_platform.errors import InputError
from nic_platform.text import _

MOST_UNPACKED = 2 * 1024**3
"""Bytes of all files together; the roster of the largest state has less."""

MOST_TIMES = 200  # as large as packed; a table of people packs to a tenth
MOST_PARTS = 200
MOST_COLUMNS = 300
MOST_CELL = 20_000
MOST_ROWS = 20_000_000
_PIECE = 1024 * 1024
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}

Opener = Callable[[], IO[bytes]]


@dataclass(frozen=True)
class Bundle:
    """The CSV files of a roster by their names in lower case, without the ending."""

    name: str
    files: dict[str, Opener]
    ignored: tuple[str, ...] = ()


def open_zip(stream: BinaryIO, name: str) -> Bundle:
    """Return the CSV files of a zip; *stream* has to stay open as long as they are read.

    Raises:
        InputError: it is no zip, is protected, would unfold to too much, or has odd names; says the mend.
    """
    try:
        packed = zipfile.ZipFile(stream)
        parts = [part for part in packed.infolist() if not part.is_dir()]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise InputError(_("%(name)s can't be opened. Send a .zip of CSV files.", name=name)) from error
    _refuse_parts(parts)
    files: dict[str, Opener] = {}
    ignored = []
    for part in parts:
        path = PurePosixPath(part.filename)
        if path.suffix.lower() != ".csv" or path.name.startswith(".") or "__MACOSX" in path.parts:
            ignored.append(path.name[:80])
            continue
        key = path.stem.lower()
        if key in files:
            raise InputError(_("The zip holds “%(name)s” twice. Leave one out.", name=path.name[:80]))
        files[key] = _opener(packed, part)
    return _whole(Bundle(name, files, tuple(ignored)))


def _opener(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> Opener:
    return lambda: packed.open(part)


def _refuse_parts(parts: Sequence[zipfile.ZipInfo]) -> None:
    if len(parts) > MOST_PARTS:
        raise InputError(_("The zip holds more than %(most)s files. Send the roster alone.", most=MOST_PARTS))
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if unpacked > MOST_UNPACKED or (unpacked > 50 * _PIECE and unpacked > MOST_TIMES * max(packed, 1)):
        raise InputError(_("The zip would unfold to too much. Nothing of it was read."))
    for part in parts:
        path = PurePosixPath(part.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in part.filename or "\\" in part.filename:
            raise InputError(_("The zip holds a file with an odd name. Pack the CSV files anew."))
        if part.flag_bits & 0x1:
            raise InputError(_("The zip is protected by a password. Send it without one."))
        if path.suffix.lower() in {".zip", ".gz", ".7z", ".rar", ".tar"}:
            raise InputError(_("The zip holds another packed file. Pack the CSV files alone."))


def open_folder(folder: Path) -> Bundle:
    """Return the CSV files that lie right in a folder; links to elsewhere are left alone.

    Raises:
        InputError: there are none.
    """
    files: dict[str, Opener] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() == ".csv" and path.is_file() and not path.is_symlink():
            files[path.stem.lower()] = _file_opener(path)
    return _whole(Bundle(folder.name, files))


def _file_opener(path: Path) -> Opener:
    return lambda: path.open("rb")


def _whole(bundle: Bundle) -> Bundle:
    if not {"users", "orgs", "academicsessions"} & set(bundle.files):
        raise InputError(_("There is no users.csv, orgs.csv or academicSessions.csv in it."))
    return bundle


def rows_of(bundle: Bundle, file: str) -> tuple[tuple[str, ...], Iterator[tuple[int, list[str]]]]:
    """Return a file's header, and its rows with their numbers as the file counts records, one by one.

    CSV may be UTF-8 with or without mark, UTF-16 with a mark, or Windows' own (cp1252). Cells are stripped;
    rows that are empty are left out; a short row is filled up.

    Raises:
        InputError: the file holds no table; the text says which file and the mend. Also while rows are read.
    """
    opener = bundle.files[file]
    encoding = _encoding(opener, file)
    csv.field_size_limit(MOST_CELL)
    stream = io.TextIOWrapper(opener(), encoding=encoding, errors="replace", newline="")
    first = stream.read(64 * 1024).lstrip("\ufeff\r\n").partition("\n")[0]
    stream.close()
    sign = max((",", ";", "\t", "|"), key=lambda each: (first.count(each), each == ","))
    records = _records(opener, encoding, sign, file)
    _number, header = next(records, (0, []))
    if not any(header):
        raise InputError(_("%(file)s has no header row.", file=file + ".csv"))
    if len(header) > MOST_COLUMNS:
        raise InputError(_("%(file)s has more than %(most)s columns.", file=file + ".csv", most=MOST_COLUMNS))
    return tuple(header), _filled(records, len(header))


def _filled(records: Iterator[tuple[int, list[str]]], width: int) -> Iterator[tuple[int, list[str]]]:
    for number, cells in records:
        yield number, cells[:width] + [""] * (width - len(cells))


def _records(opener: Opener, encoding: str, sign: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """Yield what is not empty, with its number; the header comes first."""
    number = 0
    try:
        with io.TextIOWrapper(opener(), encoding=encoding, errors="replace", newline="") as text:
            for row in csv.reader(text, delimiter=sign):
                number += 1
                cells = [cell.strip().strip("\ufeff") for cell in row]
                if number > MOST_ROWS:
                    raise InputError(_("%(file)s has too many rows.", file=file + ".csv"))
                if any(cells):
                    yield number, cells
    except csv.Error as error:
        words = _(
            "%(file)s, row %(row)s can't be read. Check its quotation marks.",
            file=file + ".csv",
            row=number + 1,
        )
        raise InputError(words) from error
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError) as error:
        raise InputError(
            _("%(file)s was cut short or is damaged. Send it again.", file=file + ".csv")
        ) from error


def _damaged(file: str) -> InputError:
    return InputError(_("%(file)s was cut short or is damaged. Send it again.", file=file + ".csv"))


def _encoding(opener: Opener, file: str) -> str:
    """Return how a file is written, read once in pieces."""
    try:
        with opener() as stream:
            head = stream.read(2)
            if head in _MARKS:
                return _MARKS[head]
            decoder, is_utf8 = codecs.getincrementaldecoder("utf-8")(), True
            piece = head + stream.read(_PIECE)
            while piece:
                if b"\x00" in piece:
                    raise InputError(
                        _("%(file)s is not a table: it holds signs that no text has.", file=file + ".csv")
                    )
                if is_utf8:
                    try:
                        decoder.decode(piece)
                    except UnicodeDecodeError:
                        is_utf8 = False
                piece = stream.read(_PIECE)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError) as error:
        raise InputError(
            _("%(file)s was cut short or is damaged. Send it again.", file=file + ".csv")
        ) from error
    return "utf-8-sig" if is_utf8 else "cp1252"
