"""What a table of counts holds: its columns, the series each row is about, what is new, what differs. Pure.

A row says on which day how many of how many were there, of one thing that a plan or a team counts, perhaps
of one group of its breakdown. Whatever a person typing the same would be told or asked is told or asked here,
by row and column.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from typing import Any

from measures import checks
from measures.checks import Known
from measures.count_groups import group_named
from measures.rules import COUNTED, Entry, MeasureType, entry_faults
from nic_platform import cells, importing
from nic_platform.day_cells import Order, order_of, reader
from nic_platform.importing import Problem, Target
from nic_platform.tabular import Table
from nic_platform.text import _

MOST_ROWS = 2000
_OF = re.compile(r"^\s*([\d,.]+)\s*(?:of|out of|/)\s*([\d,.]+)\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class Line:
    """One series that can be counted: its measure, every name it goes by, and its breakdown's groups.

    Without a breakdown any group is taken as it is written.
    """

    measure_id: int
    key: str  # public id of the measure
    title: str
    type: MeasureType
    counts_students: bool
    names: tuple[str, ...]
    is_deliverable: bool = False
    breakdown: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Options:
    """What is chosen beside the columns.

    ``only`` is the measure that every row is about, where no column says it; ``corrects`` lets differing
    numbers replace what is written down; ``is_steady_known`` says that groups which changed are right, and
    ``is_earlier_right`` that days before the school year are.
    """

    order: Order = Order.UNKNOWN
    only: str = ""
    corrects: bool = False
    is_steady_known: bool = False
    is_earlier_right: bool = False


@dataclass(frozen=True)
class Row:
    """One checked row: what is to be written. ``replaces`` is the count that it would correct."""

    number: int
    line: Line
    entry: Entry
    details: Mapping[str, str]
    replaces: Known | None = None

    @property
    def key(self) -> "Key":
        """Return which series of which group it belongs to."""
        return (self.line.measure_id, self.details["subgroup_set"], self.details["subgroup"])

    @property
    def words(self) -> str:
        """Return its numbers as people say them."""
        said = Known(0, date.min, self.entry.count, self.entry.population, self.entry.value)
        return checks.number_words(said)


@dataclass
class Found:
    """What bringing a table in would do. Nothing is written yet."""

    rows_read: int
    problems: list[Problem] = field(default_factory=list)
    new: list[Row] = field(default_factory=list)
    differing: list[Row] = field(default_factory=list)
    unchanged: int = 0
    empty: int = 0  # rows that hold no figure yet: a sheet that was taken away and filled in halfway


Key = tuple[int, str, str]  # measure, breakdown, group; both empty for everybody
Standing = Mapping[Key, Sequence[Known]]


@dataclass(frozen=True)
class Around:
    """What the rows are held against: the series, what stands, the day it is, the school year.

    ``is_plan`` says that they belong to a plan: what lies before its year goes into baselines, and is
    refused. A team's own measures may reach further back, once somebody says that the days are right.
    """

    lines: Sequence[Line]
    known: Standing
    today: date
    begins: date
    counts_from: date
    ends: date
    is_plan: bool = True


def targets(read_day: Callable[[str], date] | None = None, *, needs_what: bool = True) -> list[Target]:
    """Return what a column of a table of counts can hold, the surest names first."""
    words, note = cells.short(120), cells.short(1000)
    return [
        Target("observed_on", _("Date"),
               ("Day", "Counted on", "Week of", "wk_of", "When", "Date counted", "Counted"), True,
               read_day or str),
        Target("what", _("Milestone or measure"),
               ("Milestone", "Measure", "Series", "Strand", "Indicator", "What", "Name", "Interim target"),
               needs_what, cells.short(500)),
        Target("count", _("How many are there"),
               ("Count", "n_yes", "Yes", "There", "How many", "Numerator", "Number", "Doing it"),
               read=counts),
        Target("population", _("Out of"),
               ("Population", "n_all", "Of", "In all", "Denominator", "Total", "All", "N"), read=number),
        Target("value", _("Value"), ("Rate", "Score", "Result", "Measured"), read=number),
        Target("subgroup", _("Subgroup"), ("Group", "Student group", "Grade band", "Band"),
               read=cells.short(80)),
        Target("subgroup_set", _("Kind of subgroup"),
               ("Breakdown", "Broken down by", "Subgroups", "Group kind"), read=cells.short(60)),
        Target("note", _("Note"), ("Notes", "Comment", "Comments", "Why"), read=note),
        Target("collector", _("Who counted"), ("Collector", "Counted by", "By", "Observer"), read=words),
        Target("tool", _("With what"), ("Tool", "Source", "Instrument"), read=cells.short(200)),
    ]  # fmt: skip


def number(cell: str) -> float:
    """Read a number as people type it, with thousands' commas and a per cent sign.

    Raises:
        ValueError: it is none, has a decimal comma, or is beyond a billion; the text says the mend.
    """
    text = cells.without_thousands(cell.strip().removesuffix("%"))
    try:
        found = float(text)
    except ValueError:
        raise ValueError(_("Write a number, such as 20.")) from None
    if not abs(found) <= 1e9:
        raise ValueError(_("Write a plain number, below a billion."))
    return found


def counts(cell: str) -> tuple[float, float | None]:
    """Read "20", or "20 of 24" with the group beside it.

    Raises:
        ValueError: it is no such number; the text says the mend.
    """
    both = _OF.match(cell)
    if both:
        return number(both[1]), number(both[2])
    if cell.strip().endswith("%"):
        raise ValueError(_("Give how many, not a percent: the number of people who are there."))
    return number(cell), None


def look(table: Table, mapping: Mapping[str, str], options: Options, around: Around) -> Found:
    """Return what bringing in *table* by *mapping* would do."""
    found = Found(len(table))
    if len(table) > MOST_ROWS:
        sentence = _("The table has more than %(most)s rows. Split it into parts.", most=f"{MOST_ROWS:,}")
        found.problems.append(Problem(None, "", "", sentence))
        return found
    read_day = reader(_order(table, mapping, options), around.begins, around.ends)
    only = _line_of_key(around.lines, options.only)
    checked = importing.check(table, mapping, targets(read_day, needs_what=only is None), _has_no_figure)
    found.problems += checked.problems
    found.empty = checked.rows_skipped
    sort_out(found, checked.values, mapping, options, around)
    return found


def _has_no_figure(cells: Mapping[str, str]) -> str | None:
    """Say why a row is left out where the table has columns for figures and none of them is filled in."""
    figures = [cells[name] for name in ("count", "population", "value") if name in cells]
    return _("no figure yet") if figures and not any(figures) else None


def sort_out(
    found: Found,
    rows: Iterable[tuple[int, Mapping[str, Any]]],
    names: Mapping[str, str],
    options: Options,
    around: Around,
) -> None:
    """Sort rows that were read into new, differing and unchanged ones, and problems.

    Args:
        rows: number of each row and its values by target: ``observed_on``, ``what``, ``count`` (how many, and
            out of how many or none), ``population``, ``value`` and :data:`DETAILS`.
        names: what each target is called where the rows come from.
    """
    sorting = _Sorting(found, names, options, around, _line_of_key(around.lines, options.only))
    for number, values in sorted(rows, key=lambda each: (each[1]["observed_on"], each[0])):
        sorting.take(number, values)
    found.problems.sort(key=lambda problem: problem.row or 0)


def _order(table: Table, mapping: Mapping[str, str], options: Options) -> Order:
    column = mapping.get("observed_on")
    if options.order is not Order.UNKNOWN or column not in table.header:
        return options.order
    at = table.header.index(column)
    return order_of(row[at] for row in table.rows)


def _line_of_key(lines: Sequence[Line], key: str) -> Line | None:
    return next((line for line in lines if line.key == key), None)


@dataclass
class _Sorting:
    """A table whose rows are being sorted: new, differing and unchanged ones, and problems.

    ``only`` is the series that every row is about, where there is one; ``seen`` the rows that are kept.
    """

    found: Found
    names: Mapping[str, str]
    options: Options
    around: Around
    only: Line | None
    seen: dict[tuple[Key, date], Row] = field(default_factory=dict)

    def take(self, number: int, values: Mapping[str, Any]) -> None:
        """Sort one row."""
        row = self._row(number, values)
        if row is None or (on := row.entry.observed_on) is None:
            return
        key = (row.key, on)
        known = self.around.known.get(row.key, ())
        if key in self.seen:
            _twice(self.found, row, self.seen[key])
        elif any(each.on == on and each.says(row.entry) for each in known):
            self.found.unchanged += 1
        elif question := _question(row, known, self.seen, self.options):
            self._refuse(number, "population", _shown(row.entry, "population"), question)
        else:
            self.seen[key] = row
            twin = checks.same_day(row.entry, known)
            kept = self.found.new if twin is None else self.found.differing
            kept.append(replace(row, replaces=twin))

    def _row(self, number: int, values: Mapping[str, Any]) -> Row | None:
        """Return a row with its series and group; ``None`` where it can't be so, with the problems told."""
        try:
            line = self.only or line_named(self.around.lines, values["what"])
        except ValueError as error:
            self._refuse(number, "what", values["what"], str(error))
            return None
        entry = _entry(line, values)
        faults = entry_faults(line.type, entry, self.around.today)
        if early := _early(entry.observed_on, self.options, self.around):
            faults.setdefault("observed_on", early)
        for name, sentence in faults.items():
            self._refuse(number, name, _shown(entry, name), sentence)
        if faults:
            return None
        details = {name: values.get(name, "") for name in DETAILS}
        try:
            named = self._group(line, details)
        except ValueError as error:
            self._refuse(number, "subgroup", details["subgroup"], str(error))
            return None
        return Row(number, line, entry, details | named)

    def _group(self, line: Line, details: Mapping[str, str]) -> dict[str, str]:
        """Return the breakdown and group that a row is of. Raises ``ValueError`` with the mend."""
        there = {each[1] for each in self.around.known if each[::2] == (line.measure_id, details["subgroup"])}
        breakdown, group = group_named(
            line.breakdown, details["subgroup_set"], details["subgroup"], title=line.title, there=there
        )
        return {"subgroup_set": breakdown, "subgroup": group}

    def _refuse(self, number: int, name: str, shown: str, sentence: str) -> None:
        self.found.problems.append(Problem(number, self.names.get(name, ""), shown, sentence))


DETAILS = ("subgroup", "subgroup_set", "note", "collector", "tool")


def _entry(line: Line, values: Mapping[str, Any]) -> Entry:
    """Return the numbers that belong to the series' type; a lone number serves where one is asked for."""
    count, beside = values.get("count", (None, None))
    population = values.get("population", beside)
    on = values.get("observed_on")
    if line.type in COUNTED and not (line.type is MeasureType.RATE and count is None):
        return Entry(on, count, population)
    if line.type is MeasureType.COUNT:
        return Entry(on, count if count is not None else values.get("value"))
    value = values.get("value", count)
    return Entry(on, value=value)


def _shown(entry: Entry, name: str) -> str:
    told = getattr(entry, name, None)
    return told.isoformat() if isinstance(told, date) else f"{told:g}" if told is not None else ""


def _twice(found: Found, row: Row, first: Row) -> None:
    if row.entry == first.entry:
        found.unchanged += 1
        return
    told = _("%(words)s; row %(first)s has %(told)s", words=row.words, first=first.number, told=first.words)
    sentence = _("Another row gives another number for the same day. Keep one of the two.")
    found.problems.append(Problem(row.number, "", told, sentence))


def _question(
    row: Row, known: Sequence[Known], seen: Mapping[tuple[Key, date], Row], options: Options
) -> str:
    """Return the question about a group that changed, set beside what stands and the rows above."""
    if options.is_steady_known or row.details["note"]:
        return ""
    above = [
        Known(0, on, each.entry.count, each.entry.population, each.entry.value)
        for (key, on), each in seen.items()
        if key == row.key
    ]
    others = [each for each in known if each.on != row.entry.observed_on]
    return checks.population_question(
        row.line.type, row.entry, [*others, *above], counts_students=row.line.counts_students
    )


def _early(on: date | None, options: Options, around: Around) -> str:
    """Return why a day lies too far before the school year; empty where it does not, or is right."""
    if around.is_plan:
        return checks.early_words(on, around.counts_from, around.begins)
    if on is None or on >= around.counts_from or options.is_earlier_right:
        return ""
    return _(
        "This is before the school year, which begins %(begins)s. Check the year, or say below that earlier "
        "days are right.",
        begins=around.begins.isoformat(),
    )  # fmt: skip


def line_named(lines: Sequence[Line], name: str) -> Line:
    """Return the series that a cell names.

    Raises:
        ValueError: none, or several go by this name; the text says the mend.
    """
    wanted = importing.plain_name(name)
    found = [line for line in lines if line.key == name or wanted in map(importing.plain_name, line.names)]
    if len(found) == 1:
        return found[0]
    if found:
        raise ValueError(_("Several series here go by this name. Write the measure’s own name."))
    by_name = {importing.plain_name(each): each for line in lines for each in line.names}
    close = get_close_matches(wanted, list(by_name), n=1, cutoff=0.7)
    if close:
        raise ValueError(
            _("No milestone or measure here is called so. Did you mean “%(name)s”?",
              name=by_name[close[0]])
        )  # fmt: skip
    raise ValueError(
        _("No milestone or measure here is called so. Write it as on the board, or in the list.")
    )
