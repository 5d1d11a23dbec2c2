"""Run charts: the median, and Anhøj's two rules for telling a shift from chance.

The rules are those of Anhøj & Olesen 2014 and Anhøj 2015: with n useful points (those not on the median), a
run longer than round(log2 n) + 3, or fewer crossings than the 5 % point of Binomial(n − 1, ½), is unlikely to
be chance. A trend rule is not used: it adds false signals and finds nothing that these two miss.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import comb, log2
from statistics import fmean, median
from typing import Literal, TypeVar

X = TypeVar("X", bound=Hashable)
Number = float | None
How = Literal["mean", "median", "sum"]
FEWEST = 10  # points under which a median is only provisional, and no signal is claimed


@dataclass(frozen=True)
class RunPart:
    """One phase of a run chart. Positions count from 1; the counts are ``None`` where no point is useful."""

    part: int
    first: int
    last: int
    centre: Number
    n_obs: int
    n_useful: int
    longest_run: int | None
    longest_run_max: int | None
    n_crossings: int | None
    n_crossings_min: int | None
    is_signal: bool


@dataclass(frozen=True)
class RunChart:
    """A run chart over all its points: one entry a point in ``values``, ``part`` and ``centre``."""

    values: tuple[Number, ...]
    part: tuple[int, ...]
    centre: tuple[Number, ...]
    parts: tuple[RunPart, ...]

    @property
    def is_provisional(self) -> bool:
        """Say whether the last phase has too few points for its median to be relied on."""
        return self.parts[-1].n_obs < FEWEST if self.parts else True

    @property
    def is_signal(self) -> bool:
        """Say whether the last phase holds something other than chance."""
        return self.parts[-1].is_signal if self.parts else False


@lru_cache(maxsize=1024)
def longest_run_limit(useful: int) -> int:
    """Return the length above which a run is a signal, for *useful* points (1 or more)."""
    return round(log2(useful)) + 3


@lru_cache(maxsize=1024)
def crossings_limit(useful: int) -> int:
    """Return the number of crossings below which there are too few, for *useful* points (1 or more)."""
    steps = useful - 1
    total = 2**steps
    below = 0
    for crossings in range(steps + 1):
        below += comb(steps, crossings)
        if 20 * below >= total:
            return crossings
    return steps  # never reached: the whole distribution is more than one in twenty


def run_chart(
    values: Sequence[Number],
    *,
    freeze: int | None = None,
    splits: Sequence[int] = (),
    exclude: Sequence[int] = (),
    centre: Number = None,
    is_ordered: bool = True,
) -> RunChart:
    """Return the run chart of *values*, oldest first.

    Args:
        values: one a point, in one unit; ``None`` where nothing was measured.
        freeze: only points 1 to this one feed the centre line; ignored when there are *splits*.
        splits: position of the last point of each phase but the last; each phase stands by itself.
        exclude: positions (from 1) left out of centre line and analysis, kept on the chart.
        centre: a centre line given from outside.
        is_ordered: false when the points have no order in time; then nothing is a signal.
    """
    edges = [0, *sorted(splits), len(values)]
    parts, numbers, centres = [], [], []
    for part, (start, end) in enumerate(pairwise(edges), 1):
        made = _part(values, part, start, end, freeze if not splits else None, frozenset(exclude), centre)
        parts.append(made if is_ordered else _without_signal(made))
        numbers += [part] * (end - start)
        centres += [made.centre] * (end - start)
    return RunChart(tuple(values), tuple(numbers), tuple(centres), tuple(parts))


def _without_signal(part: RunPart) -> RunPart:
    return RunPart(**{**part.__dict__, "is_signal": False})


def _part(
    values: Sequence[Number],
    part: int,
    start: int,
    end: int,
    freeze: int | None,
    exclude: frozenset[int],
    centre: Number,
) -> RunPart:
    included = [(i + 1, values[i]) for i in range(start, end) if i + 1 not in exclude]
    base = [value for at, value in included if value is not None and (freeze is None or at <= freeze)]
    line = centre if centre is not None else (median(base) if base else None)
    sides = [value > line for _at, value in included if value is not None and line not in (None, value)]
    if not sides:
        return RunPart(part, start + 1, end, line, len(included), 0, None, None, None, None, False)
    runs = run_lengths(sides)
    longest, crossings = max(runs), len(runs) - 1
    most, fewest = longest_run_limit(len(sides)), crossings_limit(len(sides))
    signal = longest > most or crossings < fewest
    return RunPart(
        part, start + 1, end, line, len(included), len(sides), longest, most, crossings, fewest, signal
    )


def run_lengths(sides: Sequence[bool]) -> list[int]:
    """Return the lengths of the runs on one side, in order."""
    runs: list[int] = []
    for at, side in enumerate(sides):
        if at and side == sides[at - 1]:
            runs[-1] += 1
        else:
            runs.append(1)
    return runs


def gather(
    xs: Sequence[X], ys: Sequence[Number], ns: Sequence[Number] | None = None, how: How = "mean"
) -> tuple[list[X], list[Number]]:
    """Make one point of all rows that share an x, in rising order of x; rows without x are dropped.

    With a denominator a row that lacks either number lacks both, and the point is Σy / Σn (``None`` for 0/0).
    Without one it is the mean, median or sum of what is there; the sum of nothing is 0.
    """
    found: dict[X, list[tuple[Number, Number]]] = {}
    for at, x in enumerate(xs):
        if x is not None:
            found.setdefault(x, []).append((ys[at], ns[at] if ns is not None else None))
    order = sorted(found)  # type: ignore[type-var]  # dates or numbers; the caller mixes no kinds
    return order, [_point(found[x], ns is not None, how) for x in order]


def _point(rows: Sequence[tuple[Number, Number]], has_base: bool, how: How) -> Number:
    if has_base:
        both = [(y, n) for y, n in rows if y is not None and n is not None]
        base = sum(n for _y, n in both)
        return sum(y for y, _n in both) / base if both and base else None
    there = [y for y, _n in rows if y is not None]
    if how == "sum":
        return float(sum(there))
    if not there:
        return None
    return median(there) if how == "median" else fmean(there)


def signal_span(chart: RunChart) -> tuple[int, int] | None:
    """Return the first and last position (from 1) of the run that carries the last phase's signal.

    That is the latest run longer than its limit, where there is one. Where only the crossings are too few, no
    run is unlikely by itself: it is the latest of the longest runs on the side to which the series went.
    ``None`` when there is no signal. Points on the median within the run belong to it.
    """
    if not chart.is_signal:
        return None
    runs = _runs_with_positions(chart, chart.parts[-1])
    long = _long_runs(chart, runs)
    if not long:
        side = [run for run in runs if run.is_above is rises(chart)]
        longest = max(run.useful for run in side)
        long = [run for run in side if run.useful == longest]
    return long[-1].first, long[-1].last


def rises(chart: RunChart) -> bool:
    """Say whether the last phase went up rather than down; only meant for a chart with a signal.

    A run longer than its limit that still goes on tells by its side. Else the later half of the useful points
    is set beside the earlier half: a low start that was left behind is a climb, however long it was. Where
    both halves are alike, the latest run that stands out tells.
    """
    runs = _runs_with_positions(chart, chart.parts[-1])
    long = _long_runs(chart, runs)
    if long and long[-1] == runs[-1]:
        return long[-1].is_above
    sides = [run.is_above for run in runs for _point in range(run.useful)]
    half = len(sides) // 2
    by = sum(sides[-half:]) - sum(sides[:half])
    return by > 0 if by else (long or runs)[-1].is_above


def last_run(chart: RunChart) -> int:
    """Return how many useful points the run at the chart's end holds; 0 when none is useful."""
    runs = _runs_with_positions(chart, chart.parts[-1]) if chart.parts else []
    return runs[-1].useful if runs else 0


@dataclass(frozen=True)
class _Run:
    """Points on one side of the median: where they begin and end (from 1), how many of them are useful."""

    first: int
    last: int
    useful: int
    is_above: bool


def _long_runs(chart: RunChart, runs: Sequence[_Run]) -> list[_Run]:
    return [run for run in runs if run.useful > (chart.parts[-1].longest_run_max or 0)]


def _runs_with_positions(chart: RunChart, phase: RunPart) -> list[_Run]:
    runs: list[_Run] = []
    for at in range(phase.first, phase.last + 1):
        value = chart.values[at - 1]
        if value is None or phase.centre is None or value == phase.centre:
            continue
        above = value > phase.centre
        if runs and runs[-1].is_above == above:
            runs[-1] = _Run(runs[-1].first, at, runs[-1].useful + 1, above)
        else:
            runs.append(_Run(at, at, 1, above))
    return runs
