"""Reading the rows of an agency's table: which place and year, how many of how many, and what can't be. Pure.

Agencies hide small figures with signs of their own, mix totals among the rows in notations of their own, and
print what can't be: a school that was attended on more days than there were. A hidden figure is never zero, a
total is never a place, and what can't be is told by row and column, never silently mended.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from measures import state_figures
from measures.school_years import read_year
from measures.state_cells import is_hidden, is_mangled, number_fault, plain_number
from measures.state_figures import Figure
from measures.state_headers import PLACE_KEYS, figure_columns
from measures.state_rows import Options, Place, Read, Row, level_of
from measures.state_shares import people_of, printed, share_fault
from nic_platform import cells
from nic_platform.tabular import Table
from nic_platform.text import _

TOLERANCE = 0.006
"""How far an agency's own rate may lie from count over population: they round to a tenth of a per cent."""

_TOTAL = re.compile(
    r"^(the )?([a-z]+ ){0,2}totals?\**$|^unduplicated count$|^all (schools|districts)$|^statewide$"
    r"|^state of [a-z ]+$",
    re.IGNORECASE,
)
_NO_PLACE = re.compile(r"^(not a school|no school( assigned)?|non[- ]school|out of district)$", re.IGNORECASE)
_FILLER = re.compile(r"^(0+|9{4,}|9998)$")


def read(
    table: Table,
    columns: Mapping[str, str],
    figures: Sequence[Figure],
    options: Options,
    *,
    last_year: int,
) -> Read:
    """Return the figures of *table*, with all problems.

    Args:
        columns: what → column, of :data:`~measures.state_headers.PLACE_KEYS`, ``school_year`` and ``level``.
        figures: those to bring in.
        last_year: the latest school year that can have figures.
    """
    found = Read(len(table))
    _check_columns(found, table, columns, figures, options)
    if found.problems:
        return found
    reader = _Reader(found, table, columns, figures, options, last_year)
    for number, row in enumerate(table.rows, table.first_row):
        if any(row):
            reader.take(number, row)
    reader.finish()
    return found


def _check_columns(
    found: Read, table: Table, columns: Mapping[str, str], figures: Sequence[Figure], options: Options
) -> None:
    state_figures.mapping_faults(
        figures, table.header, lambda column, sentence: found.refuse(None, column, "", sentence)
    )
    for column in columns.values():
        if column not in table.header:
            sentence = _("The file has no column “%(column)s”. Choose one of its columns.", column=column)
            found.refuse(None, column, "", sentence)
    if not set(columns) & set(PLACE_KEYS):
        found.refuse(None, "", "", _("Choose the column that says which school or district a row is about."))
    if _refuse_cohorts(found, table):
        return
    if not figures:
        found.refuse(None, "", "", _no_figures(table))
    if "school_year" not in columns and read_year(options.year) is None:
        found.refuse(None, "", options.year, _("Say which school year the figures are of, such as 2023-24."))


def _no_figures(table: Table) -> str:
    rates = [name for name in figure_columns(table.header) if name.endswith("_rate")]
    if rates:
        return _(
            "The file gives rates without the counts behind them. A rate alone can’t be pooled or held "
            "against chance: ask the agency for how many of how many, or choose the columns."
        )
    return _("Choose the columns that say how many, and out of how many.")


def _refuse_cohorts(found: Read, table: Table) -> bool:
    """Refuse graduates of several cohorts, each at another number of years after they began; say whether."""
    by_figure = figure_columns(table.header)
    if not {"cohort_year", "years_after"} <= by_figure.keys():
        return False
    column = by_figure["years_after"][0]
    at = table.header.index(column)
    years = {row[at] for row in table.rows if row[at]}
    if len(years) > 1:
        sentence = _(
            "Each cohort stands here at another number of years after it began high school (%(years)s). A "
            "line through them would compare what can’t be compared: bring in a file of one such number.",
            years=", ".join(sorted(years)),
        )
        found.refuse(None, column, "", sentence)
    return len(years) > 1


class _Reader:
    """A table whose rows are being read."""

    def __init__(
        self, found: Read, table: Table, columns: Mapping[str, str], figures: Sequence[Figure],
        options: Options, last_year: int,
    ) -> None:  # fmt: skip
        self.found, self.options = found, options
        self.last_year = last_year
        self.at = {name: place for place, name in reversed(list(enumerate(table.header)))}
        self.columns = columns
        self.level = level_of(columns)
        self.figures = list(enumerate(figures))
        self.typed_year = read_year(options.year)
        self.seen: dict[tuple[Place, int, int], Row] = {}
        self.widths = _widths(table, columns, self.at) if options.fills_zeros else {}
        rates = {
            name
            for _at, each in self.figures
            for name in (each.rate, *(each.count if each.is_of_rates else ()))
            if name
        }
        self.printed = {name: printed(row[self.at[name]] for row in table.rows) for name in rates}
        named = {*columns.values(), *(name for _at, each in self.figures for name in each.columns)}
        self.needed = max((self.at[name] for name in named), default=-1)
        self.uneven = table.uneven

    def take(self, number: int, row: Sequence[str]) -> None:
        """Read one row."""
        if self._is_uneven(number, row):
            return
        told = {key: cells.code(row[self.at[column]]) for key, column in self.columns.items()}
        mine = [(at, figure) for at, figure in self.figures if self._is_about(figure, row)]
        reason = self._reason(told, row)
        if reason == "total":
            self._note_total(row, mine)
        if reason or not mine:
            self.found.left_out[reason or "other"] += 1
            return
        if self._is_mangled(number, told):
            return
        year = self._year(number, told)
        place = self._place(told)
        for at, figure in mine:
            numbers = self._numbers(number, row, at, figure)
            if numbers is not None and year is not None:
                self._keep(Row(number, place, year, at, *numbers, self._people(figure, row)))

    def _is_uneven(self, number: int, row: Sequence[str]) -> bool:
        """Say whether a row was cut short, or has cells too many, and tell it. A footnote is one cell."""
        there = self.uneven.get(number)
        if there is None or self.needed < there <= len(row):
            return False
        if sum(map(bool, row)) == 1:
            self.found.left_out["other"] += 1
            return True
        sentence = _(
            "This row has %(cells)s cells, the header %(columns)s: it was cut short, or a comma is too many "
            "or missing. Mend it, or leave it out.",
            cells=there, columns=len(row),
        )  # fmt: skip
        self.found.refuse(number, "", next(filter(None, row)), sentence)
        return True

    def finish(self) -> None:
        """Say what only shows when all rows are read."""
        self._lost_zeros()
        self.found.problems.sort(key=lambda problem: problem.row or 0)

    def _is_about(self, figure: Figure, row: Sequence[str]) -> bool:
        return all(row[self.at[column]] == value for column, value in figure.where.items())

    def _reason(self, told: Mapping[str, str], row: Sequence[str]) -> str:
        """Say why a row is no place that is counted here; empty where it is one."""
        level = told.get("level", "").lower()
        if level.startswith("state") or any(_TOTAL.match(cell) for cell in row if cell and cell[0].isalpha()):
            return "total"
        if self.level == "school" and level.startswith(("district", "lea")):
            return "district"
        if _NO_PLACE.match(told.get(f"{self.level}_name", "")):
            return "no place"
        keys = ("school_nces", "school_code", "school_name") if self.level == "school" else (
            "district_nces", "district_code", "district_name")  # fmt: skip
        named = [told[key] for key in keys if told.get(key)]
        if named and not all(_FILLER.match(name) for name in named[:1]):
            return ""
        has_district = any(
            told.get(key) and not _FILLER.match(told[key]) for key in ("district_code", "district_nces")
        )
        return "district" if self.level == "school" and has_district else "total"

    def _is_mangled(self, number: int, told: Mapping[str, str]) -> bool:
        """Say whether a code is no code any more, and tell it."""
        for key in ("district_nces", "school_nces", "district_code", "school_code"):
            if is_mangled(told.get(key, "")):
                sentence = _(
                    "A spreadsheet changed this code. Format the column as text, and bring the file in again."
                )
                self.found.refuse(number, self.columns[key], told[key], sentence)
                return True
        return False

    def _year(self, number: int, told: Mapping[str, str]) -> int | None:
        text = told.get("school_year", "")
        year = read_year(text) if text else self.typed_year
        column = self.columns.get("school_year", "")
        if year is None:
            self.found.refuse(number, column, text, _("Write the school year as 2023-24."))
        elif year > self.last_year:
            self.found.refuse(number, column, text, _("This school year has not begun. Check the year."))
            return None
        return year

    def _place(self, told: Mapping[str, str]) -> Place:
        named = {key: self._code(key, told.get(key, "")) for key in PLACE_KEYS}
        return Place(self.level, **named)

    def _code(self, key: str, text: str) -> str:
        width = self.widths.get(key)
        plain = text.removesuffix(".0")
        return plain.zfill(width) if width and plain.isdigit() else text

    def _numbers(
        self, number: int, row: Sequence[str], at: int, figure: Figure
    ) -> tuple[float, float] | None:
        """Return how many of how many, or None where it is hidden or can't be; the latter is told."""
        if is_hidden(row[self.at[figure.population]]):
            self.found.left_out["hidden"] += 1
            return None
        if figure.is_of_rates:
            return self._from_shares(number, row, figure)
        values: list[float] = []
        for name in (*figure.count, figure.population):
            cell = row[self.at[name]]
            if is_hidden(cell):
                return self._from_rate(row, figure)
            try:
                values.append(plain_number(cell))
            except ValueError as error:
                self.found.refuse(number, name, cell, str(error))
                return None
        *counts, population = values
        fault = number_fault(figure, sum(counts), population)
        if fault:
            self.found.refuse(number, figure.count[0], row[self.at[figure.count[0]]], fault)
            return None
        told = self._rate_fault(row, figure, sum(counts) / population)
        if told:
            self.found.refuse(number, figure.rate, row[self.at[figure.rate]], told)
            return None
        return sum(counts), population

    def _from_rate(self, row: Sequence[str], figure: Figure) -> tuple[float, float] | None:
        """Return how many of how many where a part of the count is hidden, but the agency prints the rate.

        Met and exceeded are told apart in some years: one of the two is hidden, and both together are not.
        """
        rate = self._rate(row, figure) if len(figure.count) > 1 else None
        fits = range(0)
        try:
            population = plain_number(row[self.at[figure.population]])
        except ValueError:
            rate = None
        if rate is not None:
            slack = self.printed[figure.rate].slack(row[self.at[figure.rate]])
            fits = people_of(rate, slack, population)
        if len(fits) != 1:
            self.found.left_out["hidden"] += 1
            return None
        self.found.worked_out += 1
        return fits[0], population

    def _from_shares(self, number: int, row: Sequence[str], figure: Figure) -> tuple[float, float] | None:
        """Return how many of how many from printed shares that are added up, where one number alone fits."""
        if any(is_hidden(row[self.at[name]]) for name in figure.count):
            self.found.left_out["hidden"] += 1
            return None
        name = figure.population
        try:
            population = plain_number(row[self.at[name]])
            fault, share, slack = number_fault(figure, 0, population), 0.0, 0.0
            for name in figure.count if not fault else ():
                share += self.printed[name].share(row[self.at[name]])
                slack += self.printed[name].slack(row[self.at[name]])
        except ValueError as error:
            fault = str(error)
        if fault:
            self.found.refuse(number, name, row[self.at[name]], fault)
            return None
        fits = people_of(share, slack, population)
        if len(fits) != 1:
            self.found.refuse(number, name, *share_fault(share, population, fits))
            return None
        self.found.worked_out += 1
        return fits[0], population

    def _people(self, figure: Figure, row: Sequence[str]) -> float | None:
        """Return how many students a place has, where the figure counts their days: by them it is told
        whether the days may be shown.
        """
        cell = row[self.at[figure.people]] if figure.people in self.at else ""
        if figure.counts_people or is_hidden(cell):
            return None
        try:
            return plain_number(cell)
        except ValueError:
            return None

    def _rate(self, row: Sequence[str], figure: Figure) -> float | None:
        """Return the agency's own rate as a share of one; None where there is none."""
        cell = row[self.at[figure.rate]] if figure.rate else ""
        if is_hidden(cell):
            return None
        try:
            return self.printed[figure.rate].share(cell)
        except ValueError:
            return None

    def _rate_fault(self, row: Sequence[str], figure: Figure, share: float) -> str:
        rate = self._rate(row, figure)
        if rate is None or abs(rate - share) <= TOLERANCE:
            return ""
        return _(
            "The file’s own rate is %(rate)s%%, but the columns give %(share)s%%. Check which columns hold "
            "what.",
            rate=f"{100 * rate:.1f}",
            share=f"{100 * share:.1f}",
        )

    def _note_total(self, row: Sequence[str], mine: Iterable[tuple[int, Figure]]) -> None:
        """Keep the largest total of each figure: the state's own, to be held against the rows' sum."""
        for at, figure in mine:
            try:
                *counts, population = [
                    plain_number(row[self.at[name]]) for name in (*figure.count, figure.population)
                ]
            except ValueError:
                continue
            if population > self.found.totals.get(at, (0.0, 0.0))[1]:
                self.found.totals[at] = (sum(counts), population)

    def _keep(self, row: Row) -> None:
        key = (row.place, row.year, row.figure)
        first = self.seen.get(key)
        if first is None:
            self.seen[key] = row
            self.found.rows.append(row)
        elif (first.count, first.population) != (row.count, row.population):
            sentence = _(
                "Row %(row)s gives another figure for the same place and year. Choose which rows are meant, "
                "or take one out.",
                row=first.number,
            )
            name = row.place.school_name or row.place.district_name
            self.found.refuse(row.number, "", name, sentence)

    def _lost_zeros(self) -> None:
        """Find codes that are shorter than others which show that codes are filled with zeros."""
        for key in ("district_code", "school_code"):
            codes = [(row.number, getattr(row.place, key)) for row in self.found.rows]
            filled = max(
                (len(code) for _n, code in codes if code.startswith("0") and code.isdigit()), default=0
            )
            for number, code in codes:
                if code.isdigit() and len(code) < filled:
                    sentence = _(
                        "Codes have %(count)s digits here. Leading zeros seem lost: let them be filled in "
                        "below, or format the column as text.",
                        count=filled,
                    )
                    self.found.refuse(number, self.columns[key], code, sentence)


def _widths(table: Table, columns: Mapping[str, str], at: Mapping[str, int]) -> dict[str, int]:
    """Return how many digits each kind of code has: as NCES sets, or else the longest in the file."""
    known = {"school_nces": 12, "district_nces": 7}
    found = {}
    for key, column in columns.items():
        if key in known:
            found[key] = known[key]
        elif key.endswith("_code"):
            codes = [cells.code(row[at[column]]).removesuffix(".0") for row in table.rows]
            found[key] = max((len(code) for code in codes if code.isdigit()), default=0)
    return found
