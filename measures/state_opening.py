"""Opening an agency's table: where the names of its columns stand, and columns that share a name. Pure.

Agencies put titles above a table, write the names of columns in two rows, and call two columns the same. None
of that is passed over in silence: it is told, and can be said otherwise.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import BinaryIO

from measures.state_headers import figure_columns, figure_of, place_columns, split_columns
from nic_platform import tabular
from nic_platform.errors import InputError
from nic_platform.tabular import Heads, Table
from nic_platform.text import _

_HEADS = re.compile(r"(\d{1,4})(?:\s*[-–]\s*(\d{1,4}))?")
_YEAR = re.compile(r"(19|20)\d\d([-–/_](19|20)?\d\d)?")
_NUMBER = re.compile(r"[\d.,%*$ -]*\d[\d.,%*$ -]*")
MOST_HEADS = 3  # rows in which the names of columns may stand together


def read_heads(text: str) -> Heads | None:
    """Return the rows that somebody typed: "4", or "3-4" for two; ``None`` for nothing typed.

    Raises:
        InputError: it is neither.
    """
    if not text.strip():
        return None
    found = _HEADS.fullmatch(text.strip())
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 1 <= first <= last < first + MOST_HEADS:
        raise InputError(
            _("Write the row in which the columns’ names stand, such as 4, or 3-4 where they take two.")
        )
    return first, last


def opened(stream: BinaryIO, name: str, heads: str = "") -> tuple[Table, str]:
    """Read a table, and return it with the rows in which the names of its columns stand, as they are typed.

    Args:
        heads: those rows, where somebody said them; else they are looked for under titles.

    Raises:
        InputError: there is no table in it; the text says the mend.
    """
    table = tabular.read_table(stream, name, read_heads(heads))
    if not heads.strip():
        better = heads_of(table)
        if better is not None:
            stream.seek(0)
            table = tabular.read_table(stream, name, better)
            heads = _typed(better)
    return apart(table), heads.strip()


def _typed(heads: Heads) -> str:
    return str(heads[0]) if heads[0] == heads[1] else f"{heads[0]}-{heads[1]}"


def heads_of(table: Table) -> Heads | None:
    """Return where the names of columns stand, if not in the first row that is not empty.

    They stand where the most columns are known by their names, in one row or in two put together.
    """
    taken = (table.first_row - 1, table.first_row - 1)
    best, most = taken, max(_known(table.header), 1)
    ends = range(1, len(table.top) + 1)
    for heads in [*((at, at) for at in ends), *((at - 1, at) for at in ends[1:])]:
        rows = table.top[heads[0] - 1 : heads[1]]
        known = 0 if any(map(_holds_figures, rows)) else _known(tabular.joined(rows))
        if known > most:
            best, most = heads, known
    return best if best != taken else None


def _known(names: Sequence[str]) -> int:
    """Return how many different things the names of columns say, each of them once."""
    alone = [name for name in names if name and names.count(name) == 1 and len(name) < 200]
    return len(place_columns(alone)) + len(figure_columns(alone)) + len(split_columns(alone))


def _holds_figures(row: Sequence[str]) -> bool:
    return any(_NUMBER.fullmatch(cell) and not _YEAR.fullmatch(cell) for cell in row)


def letter_of(at: int) -> str:
    """Return a column's letter as spreadsheets have it: 0 is A, 26 is AA."""
    letters = ""
    at += 1
    while at:
        at, left = divmod(at - 1, 26)
        letters = chr(65 + left) + letters
    return letters


def apart(table: Table) -> Table:
    """Return a table in which no two columns have the same name: each has its letter in its own.

    Where two hold the same in every row, it doesn't matter which is read: the first keeps its name.
    """
    places: dict[str, list[int]] = {}
    for at, name in enumerate(table.header):
        places.setdefault(name, []).append(at)
    header = list(table.header)
    for name, found in places.items():
        if not name or len(found) == 1:
            continue
        first, *others = found
        is_same = all(row[first] == row[at] for row in table.rows for at in others)
        for at in others if is_same else found:
            header[at] = f"{name} (column {letter_of(at)})"
    return replace(table, header=tuple(header))


def notes(table: Table, heads: str, columns: Sequence[str] = ()) -> list[str]:
    """Return what to tell about a table as a whole: where its names stand, names that stand twice, and means.

    Args:
        heads: the rows in which the names of columns stand, where they are not in the first one.
        columns: those that are chosen.
    """
    told = []
    if heads:
        words = _(
            "The names of the columns are read from row %(row)s; what stands above is left out.", row=heads
        ) if "-" not in heads else _(
            "The names of the columns are put together from rows %(row)s; what stands above is left out.",
            row=heads,
        )  # fmt: skip
        told.append(words + " " + _("If they stand elsewhere, say where."))
    for name, letters in _twice(table.header).items():
        if not any(column.startswith(f"{name} (column ") for column in columns):
            told.append(
                _("“%(name)s” stands more than once in the header, in columns %(letters)s, with different "
                  "figures. None is taken by itself: choose which one is meant, if you need it.",
                  name=name, letters=", ".join(letters))
            )  # fmt: skip
    means = [name for name in table.header if figure_of(name) == "mean" and name not in columns]
    if means:
        told.append(
            _("“%(names)s” is not brought in: a mean of few students can’t be hidden, and schools’ means "
              "don’t add up to their district’s.", names="”, “".join(means))
        )  # fmt: skip
    return told


def _twice(header: Sequence[str]) -> dict[str, list[str]]:
    """Return the letters of columns that share a name but not what they hold."""
    found: dict[str, list[str]] = {}
    for at, name in enumerate(header):
        plain, sign, letter = name.rpartition(" (column ")
        if sign and letter == f"{letter_of(at)})":
            found.setdefault(plain, []).append(letter_of(at))
    return {name: letters for name, letters in found.items() if len(letters) > 1 and name not in header}
