"""Everything that the page of inquiry says of a team or a network, as finished values. Pure.

Who reads no team by name gets sums of five teams or more, with small groups hidden in every cell, so that no
hidden one can be had from the years and their total. Pages, table to take away and API all read these values.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from cycles.calibration import Foretold, Judgements, read
from cycles.health import (
    KEYS,
    Inquiry,
    Judged,
    Period,
    Share,
    Spread,
    Year,
    by_year,
    judged,
    over_time,
    shares_of,
)
from cycles.health import spread as spread_of
from measures.charts import RunChart, run_chart
from measures.suppression import ALSO_HIDDEN, HIDDEN, Cell, Counts, Who, group, whole, words

FEWEST_TEAMS = 5
ALL = ""


@dataclass(frozen=True)
class View:
    """How much the reader may see of the sums.

    ``by_name``: they read the teams' work anyway, so that nothing is hidden from them. ``is_own``: it is
    their own team's. ``with_spread``: many teams are pooled, and how they differ may be told without names.
    """

    by_name: bool = True
    is_own: bool = False
    with_spread: bool = False
    minimum: int = 10


@dataclass(frozen=True)
class Line:
    """One share in one year (or all), as far as it may be shown."""

    share: Share
    cell: Cell
    minimum: int

    @property
    def key(self) -> str:
        """Return which of the five it is."""
        return self.share.key

    @property
    def shown(self) -> Share | None:
        """Return the share; ``None`` where it is hidden."""
        return self.share if self.cell.is_shown else None

    @property
    def why_hidden(self) -> str:
        """Return why it is hidden; empty where it is not."""
        return "" if self.cell.is_shown else words(self.cell, Who.ADULTS, self.minimum)


@dataclass(frozen=True)
class Trend:
    """One share month by month or quarter by quarter; ``chart`` is its run chart."""

    key: str
    by: str
    periods: tuple[Period, ...]
    chart: RunChart
    middle: float


@dataclass(frozen=True)
class Page:
    """The health of inquiry and the calibration of one team, or of many together."""

    years: tuple[str, ...]
    lines: Mapping[str, tuple[Line, ...]]  # by school year; "" is all of them
    chosen: str
    began: int | None  # how many cycles began in the chosen year; None where that is hidden
    trends: tuple[Trend, ...]
    spreads: tuple[Spread, ...]
    judgements: Judgements | None  # None where there are too few to show to this reader
    view: View

    @property
    def current(self) -> tuple[Line, ...]:
        """Return the five shares of the chosen year."""
        return self.lines[self.chosen]

    @property
    def shares(self) -> list[Share]:
        """Return those of them that are shown."""
        return [line.shown for line in self.current if line.shown is not None]


def page_of(
    inquiries: Sequence[Inquiry],
    predictions: Sequence[Foretold],
    years: Sequence[Year],
    today: date,
    view: View,
    chosen: str = ALL,
) -> Page:
    """Count everything once.

    Args:
        chosen: the name of a school year; one without any cycle stands for all of them.
    """
    found = judged(inquiries, today)
    split = by_year(found, years)
    lines = _lines(found, split, view)
    chosen = chosen if chosen in split else ALL
    began = {line.key: line.shown for line in lines[chosen]}["prediction"]
    return Page(
        tuple(name for name in split if name),
        lines,
        chosen,
        began.of if began else None,
        tuple(_trends(found)) if view.by_name else (),
        _spreads(split.get(chosen, found) if chosen else found) if view.with_spread and view.by_name else (),
        _judgements(predictions, view),
        view,
    )


def _lines(
    found: Sequence[Judged], split: Mapping[str, Sequence[Judged]], view: View
) -> dict[str, tuple[Line, ...]]:
    names = list(split)
    total = shares_of(found)
    years = {name: shares_of(part) for name, part in split.items()}
    cells = [_cells([years[name][at] for name in names], view) for at in range(len(KEYS))]
    if not view.by_name:
        cells = _without_few_teams(cells, found, split)
    made = {
        name: tuple(Line(years[name][at], cells[at][place], view.minimum) for at in range(len(KEYS)))
        for place, name in enumerate(names)
    }
    return {ALL: tuple(Line(total[at], cells[at][-1], view.minimum) for at in range(len(KEYS))), **made}


def _cells(rows: Sequence[Share], view: View) -> list[Cell]:
    """Return what may be shown of one share year by year, and of all years together as the last."""
    counts = [Counts(row.count, row.of) for row in rows]
    if view.by_name:
        total = Counts(sum(row.count for row in rows), sum(row.of for row in rows))
        return [*map(whole, counts), whole(total)]
    table = group(counts, Who.ADULTS, view.minimum)
    return [*table.cells, table.total]


def _without_few_teams(
    cells: list[list[Cell]], found: Sequence[Judged], split: Mapping[str, Sequence[Judged]]
) -> list[list[Cell]]:
    """Hide the years where any has fewer than five teams, and all where that holds for the whole."""
    if _teams(found) < FEWEST_TEAMS:
        return [[HIDDEN] * len(row) for row in cells]
    if any(_teams(part) < FEWEST_TEAMS for part in split.values()):
        return [[ALSO_HIDDEN] * (len(row) - 1) + row[-1:] for row in cells]
    return cells


def _teams(found: Sequence[Judged]) -> int:
    return len({each.team for each in found})


def _spreads(found: Sequence[Judged]) -> tuple[Spread, ...]:
    """Return how the teams differ in each share; fewer than five would be one team beside another."""
    spreads = (spread_of(found, key) for key in KEYS)
    return tuple(each for each in spreads if each.total >= FEWEST_TEAMS)


def _trends(found: Sequence[Judged]) -> list[Trend]:
    trends = []
    for key in KEYS:
        by, periods = over_time(found, key)
        if periods:
            values = [each.percent for each in periods]
            trends.append(Trend(key, by, tuple(periods), run_chart(values), median(values)))
    return trends


def _judgements(predictions: Sequence[Foretold], view: View) -> Judgements | None:
    found = read(predictions)
    if view.by_name:
        return found
    teams = len({each.team for each in found.counted})
    return found if len(found.counted) >= view.minimum and teams >= FEWEST_TEAMS else None
