"""What is read of an agency's table: its rows, what was chosen beside the columns, what is left out. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from measures.school_years import name_of, read_year
from nic_platform.importing import Problem
from nic_platform.text import ngettext


@dataclass(frozen=True)
class Options:
    """What is chosen beside the columns.

    ``year`` is the school year where no column says it, as typed. ``leave_out`` leaves rows with problems
    out; ``corrects`` lets figures that differ replace what is there; ``fills_zeros`` gives codes back the
    zeros that a spreadsheet took; ``places_are_right`` says that places known by their name alone, or found
    in another district, are the right ones; ``marks_breaks`` marks on charts what can't be compared.
    ``heads`` says in which row of the file the names of columns stand, as typed: "4", or "3-4" for two.
    """

    year: str = ""
    leave_out: bool = False
    corrects: bool = False
    fills_zeros: bool = False
    places_are_right: bool = False
    marks_breaks: bool = True
    heads: str = ""


@dataclass(frozen=True)
class Place:
    """How a row names its place; empty where it doesn't say."""

    level: str
    school_nces: str = ""
    district_nces: str = ""
    school_code: str = ""
    district_code: str = ""
    school_name: str = ""
    district_name: str = ""


@dataclass(frozen=True)
class Row:
    """One figure of one place and year: ``figure`` is its number among those of the table."""

    number: int
    place: Place
    year: int
    figure: int
    count: float
    population: float
    people: float | None = None  # behind a population of their days


@dataclass
class Read:
    """What was read of a table. ``left_out`` counts rows by why; ``totals`` are the agency's own for each
    figure, as (count, population). ``worked_out`` figures are made from the agency's own rate, where only
    one number of people fits it.
    """

    rows_read: int
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    totals: dict[int, tuple[float, float]] = field(default_factory=dict)
    worked_out: int = 0

    def refuse(self, row: int | None, column: str, value: str, sentence: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(row, column, value[:80], sentence))


def left_out_words(reason: str, count: int) -> str:
    """Say how many rows or figures were left out for *reason*."""
    words = {
        "total": ngettext("one total", "%(count)s totals", count),
        "district": ngettext("one row of a whole district", "%(count)s rows of whole districts", count),
        "other": ngettext("one row about something else", "%(count)s rows about something else", count),
        "no place": ngettext("one row that is no school", "%(count)s rows that are no school", count),
        "hidden": ngettext("one figure that the agency hid or left empty",
                           "%(count)s figures that the agency hid or left empty", count),
    }  # fmt: skip
    return words.get(reason, f"{count} {reason}")


def level_of(columns: Mapping[str, str]) -> str:
    """Return whether a table with these place columns is about schools or about districts."""
    return (
        "school" if any(key.startswith("school_") and key != "school_year" for key in columns) else "district"
    )


def file_year(name: str, header: Sequence[str]) -> str:
    """Return the school year that a file's name says, or else its headers; empty where neither does."""
    for text in (name, *header):
        year = read_year(text)
        if year is not None:
            return name_of(year)
    return ""
