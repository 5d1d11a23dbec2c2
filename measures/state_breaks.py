"""Years whose figures can't be held against those before: what to mark on charts. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from measures.school_years import span_of
from measures.state_cells import is_hidden, plain_number
from measures.state_figures import Figure
from measures.state_headers import figure_columns, taken_apart
from measures.state_rows import Read
from nic_platform.tabular import Table
from nic_platform.text import _

FEW_TESTED = 0.85
"""Below this share of students tested a year is not like others: who stayed away is not chance."""

STEP = 0.1
"""So far apart, as shares, lie the results of all places together before and after a new test or standard."""

STEP_PLACES = 20  # fewer are no "everywhere"
STEP_SAME = 0.8  # of the places go the same way

_DAYS = ("attendance", "unexcused", "chronic")


@dataclass(frozen=True)
class Break:
    """Something to mark on the chart of a figure, at one day."""

    figure: int
    on: date
    words: str


def breaks_of(
    table: Table, figures: Sequence[Figure], read: Read, earlier: Sequence[tuple[int, Figure]]
) -> list[Break]:
    """Return what to mark for the years of a table, by figure and day.

    Args:
        earlier: figures of earlier tables with the latest school year that each was brought in for.
    """
    years = sorted({row.year for row in read.rows})
    found: list[Break] = []
    for at, figure in enumerate(figures):
        kind = figure.key.partition(":")[0]
        for year in years:
            words = _known(kind, year)
            words += _few_tested(table, figure) if kind == "met" and len(years) == 1 else []
            words += _changed(figure, year, earlier) if year == years[0] else []
            if words:
                found.append(Break(at, span_of(year)[1], " ".join(words)))
    return found


Results = dict[int, tuple[float, float]]
"""How many of how many, by the number of a place."""


def steps_of(
    breaks: Sequence[Break], figures: Sequence[Figure], results: Mapping[tuple[int, int], Results],
    years: Sequence[int],
) -> list[Break]:  # fmt: skip
    """Return *breaks* with those added where the results of a test jump everywhere from one year to the next.

    A new standard or another test says so nowhere in an agency's file. What moves all places at once is read
    off the figures: no work of schools moves a whole state by ten points in a year.

    Args:
        results: by figure and school year, those of the table and those that stand beside it.
        years: those of the table.
    """
    found = {(each.figure, each.on): each for each in breaks}
    for at, figure in enumerate(figures):
        if figure.key.partition(":")[0] != "met":
            continue
        for year in sorted({*years, *(year + 1 for year in years)}):
            words = step_words(results.get((at, year - 1), {}), results.get((at, year), {}))
            if words:
                on = span_of(year)[1]
                before = found.get((at, on))
                found[at, on] = Break(at, on, f"{before.words} {words}" if before else words)
    return sorted(found.values(), key=lambda each: (each.figure, each.on))


def step_words(before: Results, after: Results) -> str:
    """Say that the places that are in both years went up or down together, all at once; empty if not."""
    both = before.keys() & after.keys()
    if len(both) < STEP_PLACES:
        return ""
    was, now = _share([before[site] for site in both]), _share([after[site] for site in both])
    sign = 1 if now > was else -1
    same = sum(sign * (_share([after[site]]) - _share([before[site]])) > 0 for site in both) / len(both)
    if abs(now - was) < STEP or same < STEP_SAME:
        return ""
    return _(
        "From one year to the next all places together went from %(was)s%% to %(now)s%%. So large a step, "
        "nearly everywhere at once, mostly means a new test or standard: don’t hold one side against the "
        "other.",
        was=f"{100 * was:.0f}", now=f"{100 * now:.0f}",
    )  # fmt: skip


def _share(results: Sequence[tuple[float, float]]) -> float:
    return sum(count for count, _of in results) / (sum(population for _c, population in results) or 1.0)


def _known(kind: str, year: int) -> list[str]:
    """Return what happened to everybody's figures in a school year."""
    if kind not in _DAYS:
        return []
    told = {
        2019: _("Schools closed in March 2020: the year is counted up to the start of remote learning."),
        2020: _("Much of this year was taught remotely, and being there was counted in other ways."),
    }
    return [told[year]] if year in told else []


def _few_tested(table: Table, figure: Figure) -> list[str]:
    by_figure = figure_columns(table.header)
    if not {"valid", "records"} <= by_figure.keys():
        return []
    valid, records = (table.header.index(by_figure[name][0]) for name in ("valid", "records"))
    about = {table.header.index(column): value for column, value in figure.where.items()}
    told = [
        (plain_number(row[records]), plain_number(row[valid]))
        for row in table.rows
        if all(row[at] == value for at, value in about.items())
        and not (is_hidden(row[valid]) or is_hidden(row[records]))
    ]
    enrolled, tested = _whole_state(told)
    if not enrolled or tested / enrolled >= FEW_TESTED:
        return []
    percent = round(100 * tested / enrolled)
    return [_("Only %(percent)s%% of students took the test this year.", percent=percent)]


def _whole_state(rows: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return how many were enrolled and tested in all: the agency's own total where a row is one."""
    every = sum(row[0] for row in rows), sum(row[1] for row in rows)
    largest = max(rows, default=(0.0, 0.0))
    return largest if largest[0] > every[0] / 4 else every


def _changed(figure: Figure, year: int, earlier: Sequence[tuple[int, Figure]]) -> list[str]:
    """Return that the figure is counted out of something else than in the year before that is there."""
    before = [(last, each) for last, each in earlier if each.key == figure.key and last < year]
    if not before or figure.family is None or figure.family.population != "people":
        return []
    _last, last = max(before, key=lambda each: each[0])
    if taken_apart(last.population).words == taken_apart(figure.population).words:
        return []
    return [
        _("Counted out of “%(now)s” from here on, before out of “%(then)s”.", now=figure.population,
          then=last.population)
    ]  # fmt: skip
