"""The import core: proposes which column is what, checks every row, and says how to mend it.

It writes nothing. A domain says what its columns are (:class:`Target`), builds its own things from the
checked rows, and writes all or none in one transaction; an import run keeps what is needed to take it back.
Tables are read by ``tabular``, single cells by ``cells``.
"""

import gc
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from nic_platform import catalogues
from nic_platform.tabular import Table
from nic_platform.text import _, ngettext

SHOWN_PROBLEMS = 200


@dataclass(frozen=True)
class Target:
    """Something a column can hold.

    *read* turns a cell that is not empty into a value, or raises ValueError with a sentence that says the
    mend.
    *aliases* are header names it is known by, compared without case, spaces and signs.
    """

    key: str
    label: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    read: Callable[[str], Any] = str


@dataclass(frozen=True)
class Problem:
    """What is wrong in one cell, or in a row or file when there is no column. Rows count as in the file.

    ``sheet`` names the sheet of a workbook that has several.
    """

    row: int | None
    column: str
    value: str
    sentence: str
    sheet: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the problem as an import run keeps it."""
        told = {"row": self.row, "column": self.column, "value": self.value, "sentence": self.sentence}
        return told | ({"sheet": self.sheet} if self.sheet else {})


@dataclass
class Checked:
    """What became of the rows of a table."""

    values: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)

    @property
    def rows_skipped(self) -> int:
        """Return how many rows were left out on purpose."""
        return self.skipped.total()


def plain_name(header: str) -> str:
    """Return a header name without case, spaces and signs, as names are compared."""
    return re.sub(r"[^a-z0-9%#]+", "", header.lower())


def propose(header: Sequence[str], targets: Iterable[Target]) -> dict[str, str]:
    """Return which column seems to hold which target: target key → header name.

    Targets come first to first; a column is given to one target only. A target's aliases are tried in order,
    then what its label is in other languages: a file may come from who reads another one.
    """
    free = {plain_name(name): name for name in reversed(header) if name}
    found: dict[str, str] = {}
    for target in targets:
        for alias in (target.key, target.label, *target.aliases, *catalogues.other_names(target.label)):
            name = free.pop(plain_name(alias), None)
            if name is not None:
                found[target.key] = name
                break
    return found


def mapping_problems(
    header: Sequence[str], mapping: Mapping[str, str], targets: Sequence[Target]
) -> list[Problem]:
    """Return what is wrong with a mapping itself: unknown columns, one twice, something needed missing."""
    problems = [
        Problem(
            None,
            column,
            "",
            _("The file has no column “%(column)s”. Choose one of its columns.", column=column),
        )
        for column in mapping.values()
        if column not in header
    ]
    problems += [
        Problem(None, column, "", _("“%(column)s” is chosen twice. A column holds one thing.", column=column))
        for column, times in Counter(mapping.values()).items()
        if times > 1
    ]
    problems += [
        Problem(None, "", "", _("Choose the column that holds “%(what)s”.", what=target.label))
        for target in targets
        if target.required and target.key not in mapping
    ]
    return problems


def check(
    table: Table,
    mapping: Mapping[str, str],
    targets: Sequence[Target],
    skip: Callable[[Mapping[str, str]], str | None] = lambda _cells: None,
) -> Checked:
    """Read every row by *mapping*; nothing is written.

    Args:
        skip: gives the reason for which a row (target key → text) is left out on purpose, or None. Reasons
            are counted. An empty row is left out without a word.

    Returns:
        The values of the good rows with their row numbers, all problems, the counted reasons.
    """
    done = Checked(problems=mapping_problems(table.header, mapping, targets))
    if done.problems:
        return done
    place = {key: table.header.index(column) for key, column in mapping.items()}
    chosen = [t for t in targets if t.key in place]
    for number, row in enumerate(table.rows, table.first_row):
        if not any(row):
            continue
        reason = skip({key: row[at] for key, at in place.items()})
        if reason:
            done.skipped[reason] += 1
            continue
        values, problems = _read_row(number, row, place, chosen, mapping)
        done.problems += problems
        if not problems:
            done.values.append((number, values))
    return done


def _read_row(
    number: int,
    row: Sequence[str],
    place: Mapping[str, int],
    targets: Sequence[Target],
    mapping: Mapping[str, str],
) -> tuple[dict[str, Any], list[Problem]]:
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for target in targets:
        cell = row[place[target.key]]
        if cell:
            try:
                values[target.key] = target.read(cell)
            except ValueError as error:
                problems.append(Problem(number, mapping[target.key], cell[:80], str(error)))
        elif target.required:
            sentence = _("%(what)s is missing. Fill it in, or take the row out.", what=target.label)
            problems.append(Problem(number, mapping[target.key], "", sentence))
    return values, problems


@dataclass(frozen=True)
class Group:
    """Problems of one kind, as a page shows them: the sentence, the rows, an example."""

    sentence: str
    column: str
    rows: tuple[int, ...]
    example: str
    sheet: str = ""

    @property
    def told(self) -> str:
        """Say where it is: the first row and how many more."""
        if not self.rows:
            return ""
        more = len(self.rows) - 1
        first = _("Row %(row)s", row=self.rows[0])
        if not more:
            return first
        return first + " " + ngettext("and one more", "and %(count)s more", more)


def grouped(problems: Iterable[Problem]) -> list[Group]:
    """Put problems with the same sentence, sheet and column together, in the order they were met."""
    rows: dict[tuple[str, str, str], list[Problem]] = {}
    for problem in problems:
        rows.setdefault((problem.sentence, problem.column, problem.sheet), []).append(problem)
    return [
        Group(sentence, column, tuple(p.row for p in some if p.row is not None), some[0].value, sheet)
        for (sentence, column, sheet), some in rows.items()
    ]


def groups_from(kept: Iterable[Mapping[str, Any]]) -> list[Group]:
    """Return groups of problems as an import run keeps them."""
    return [Group(**{**each, "rows": tuple(each["rows"])}) for each in kept]


@contextmanager
def without_collector() -> Iterator[None]:
    """Pause Python's search for circles of garbage: it costs an import a quarter of its time.

    What an import makes holds no circles: it goes as soon as it is let go of.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def pieces(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Yield *items* in lists of at most *size*."""
    source = iter(items)
    for first in source:
        yield list(chain([first], islice(source, size - 1)))
