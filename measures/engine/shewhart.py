"""Shewhart's control charts, for one series or thousands at once. Pure.

The centre line comes from the baseline points that are not excluded; limits are centre ± 3 sigma, warning
lines ± 2 sigma. The kinds are those of Montgomery, *Introduction to Statistical Quality Control*; p and u
prime are Laney's (2002), I prime is Taylor's normalised individuals chart, g follows Benneyan (2001), t the
transformation of Nelson (1994). Moving ranges may be screened once: those at or above 3.267 times their mean
are dropped (Nelson 1982).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from measures.engine.constants import D2_OF_TWO, D4_OF_PRIME, D4_OF_TWO, c4
from measures.engine.points import Grid
from measures.engine.problems import Flags, Floats
from measures.engine.runs import Runs, analyse_runs
from measures.engine.sums import medians, nan_mean, over, pooled, weighted_mean

ROOT = 3.6  # y ** (1 / 3.6) makes waiting times nearly normal (Nelson 1994)
MEDIAN_OF_GEOMETRIC = 0.693  # ln 2, as the g chart's line is written: where half of the waits are shorter


@dataclass(frozen=True)
class Lines:
    """What a chart draws: values and lines, one row a phase, NaN where there is none.

    ``centre`` is a line a phase, the others one value a cell. ``judged`` holds values and centre on the scale
    on which runs are told, where that is not the one drawn.
    """

    y: Floats
    centre: Floats
    lower: Floats
    upper: Floats
    lower_two: Floats
    upper_two: Floats
    judged: tuple[Floats, Floats] | None = None


@dataclass(frozen=True)
class ControlChart:
    """A control chart of every phase: its lines, its runs around the centre, and the points beyond limits."""

    lines: Lines
    runs: Runs
    beyond: Flags


# ---------------------------------------------------------------- parts of every chart


def moving_ranges(values: Floats, mask: Flags) -> Floats:
    """Return |difference| of each marked cell from the marked one before it; NaN where either is missing.

    Cells that are not marked are passed over, so that a range spans them.
    """
    place = np.where(mask, np.arange(values.shape[1]), -1)
    latest = np.maximum.accumulate(place, axis=1)
    before = np.concatenate((np.full((len(values), 1), -1), latest[:, :-1]), axis=1)
    earlier = np.take_along_axis(values, np.maximum(before, 0), axis=1)
    return np.where(mask & (before >= 0), np.abs(values - earlier), np.nan)


def mean_range(ranges: Floats, *, screened: bool, factor: float = D4_OF_TWO) -> Floats:
    """Return the mean of each row's ranges; *screened* drops those at or above *factor* means, once.

    Where all ranges are dropped (they are all 0) nothing is left: NaN.
    """
    everything = np.ones(ranges.shape, dtype=bool)
    mean = nan_mean(ranges, everything)
    if not screened:
        return mean
    with np.errstate(invalid="ignore"):
        kept = ranges < factor * mean[:, None]
    return nan_mean(ranges, kept)


def _centre(grid: Grid, found: Floats) -> Floats:
    """Return the centre line of each phase: the one given from outside, or the one found."""
    return found if grid.given is None else np.full(found.shape, grid.given)


def _around(
    y: Floats, centre: Floats, sigma: Floats, *, lowest: float = -np.inf, highest: float = np.inf
) -> Lines:
    """Return lines at 3 and 2 sigma around the centre, kept between *lowest* and *highest*."""
    middle = centre[:, None]
    low = [np.maximum(middle - k * sigma, lowest) for k in (3, 2)]
    high = [np.minimum(middle + k * sigma, highest) for k in (3, 2)]
    return Lines(y, centre, low[0], high[0], low[1], high[1])


def _everywhere(grid: Grid, per_phase: Floats) -> Floats:
    return np.broadcast_to(per_phase[:, None], grid.y.shape)


def _earlier(cells: Floats) -> Floats:
    """Return each cell's value in the point before; NaN for the first of a phase."""
    return np.concatenate((np.full((len(cells), 1), np.nan), cells[:, :-1]), axis=1)


# ---------------------------------------------------------------- charts of single values


def _individuals(grid: Grid, screened: bool) -> Lines:
    sigma = mean_range(moving_ranges(grid.y, grid.feeds), screened=screened) / D2_OF_TWO
    centre = _centre(grid, nan_mean(grid.y, grid.feeds))
    return _around(grid.y, centre, _everywhere(grid, sigma))


def _ranges(grid: Grid, screened: bool) -> Lines:
    """Return the moving-range chart: the range from the point before, missing for the first of a phase.

    Screening does not touch it: the ranges are what it shows.
    """
    y = np.abs(grid.y - _earlier(grid.y))
    centre = _centre(grid, nan_mean(y, grid.feeds))
    upper = D4_OF_TWO * _everywhere(grid, centre)
    lower = np.zeros_like(upper)
    return Lines(y, centre, lower, upper, lower, upper * 2 / 3)


def _prime(grid: Grid, screened: bool) -> Lines:
    """Return the I prime chart: values with weights; its spread comes from all points of the phase."""
    share = over(np.ones_like(grid.base), grid.base)
    gaps = np.sqrt(np.pi / 2) * np.abs(grid.y - _earlier(grid.y))
    spread = mean_range(gaps / np.sqrt(share + _earlier(share)), screened=screened, factor=D4_OF_PRIME)
    centre = _centre(grid, weighted_mean(grid.y, grid.base, grid.feeds))
    return _around(grid.y, centre, spread[:, None] * np.sqrt(share))


def _waits(grid: Grid, screened: bool) -> Lines:
    """Return the t chart: individuals' limits on the transformed waits, taken back to the scale of time.

    No wait is shorter than 0: that is the lower limit where there is none.
    """
    given = None if grid.given is None else grid.given ** (1 / ROOT)
    lines = _individuals(replace(grid, y=grid.y ** (1 / ROOT), given=given), screened)
    centre, upper, upper_two = (cells**ROOT for cells in (lines.centre, lines.upper, lines.upper_two))
    lower, lower_two = (np.fmax(cells, 0.0) ** ROOT for cells in (lines.lower, lines.lower_two))
    return Lines(grid.y, centre, lower, upper, lower_two, upper_two, (lines.y, lines.centre))


def _events(grid: Grid, screened: bool) -> Lines:
    """Return the g chart: cases between rare events; its line is the median, its limits use the mean."""
    mean = _centre(grid, nan_mean(grid.y, grid.feeds))
    line = medians(grid.y, grid.feeds) if grid.given is None else MEDIAN_OF_GEOMETRIC * mean
    sigma = np.sqrt(mean * (mean + 1))
    return replace(_around(grid.y, mean, _everywhere(grid, sigma), lowest=0.0), centre=line)


# ---------------------------------------------------------------- charts of subgroups


def _mean_spread(grid: Grid) -> Floats:
    """Return S of each phase: the mean SD where its subgroups are of one size, else √(Σ(n−1)s² / Σ(n−1))."""
    held = grid.there & (grid.size > 0)
    smallest = np.where(held, grid.size, np.inf).min(axis=1)
    largest = np.where(held, grid.size, -np.inf).max(axis=1)
    freedom = np.where(held, grid.size - 1, np.nan)
    pooled = np.sqrt(weighted_mean(grid.spread**2, freedom, grid.feeds))
    is_alone = (grid.feeds & ~np.isnan(grid.spread)).sum(axis=1) == 1
    return np.where((smallest == largest) | is_alone, nan_mean(grid.spread, grid.feeds), pooled)


def _means(grid: Grid, screened: bool) -> Lines:
    centre = _centre(grid, weighted_mean(grid.y, grid.size, grid.feeds))
    sigma = _mean_spread(grid)[:, None] / (c4(grid.size) * np.sqrt(grid.size))
    return _around(grid.y, centre, sigma)


def _spreads(grid: Grid, screened: bool) -> Lines:
    centre = _centre(grid, _mean_spread(grid))
    share = c4(grid.size)
    sigma = centre[:, None] * np.sqrt(np.maximum(1 - share**2, 0)) / share
    return _around(grid.spread, centre, sigma, lowest=0.0)


# ---------------------------------------------------------------- charts of counts


def _counts(grid: Grid, screened: bool) -> Lines:
    centre = _centre(grid, nan_mean(grid.y, grid.feeds))
    return _around(grid.y, centre, _everywhere(grid, np.sqrt(centre)), lowest=0.0)


def _plain_counts(grid: Grid, variance: Callable[[Floats], Floats]) -> tuple[Floats, Floats]:
    """Return the pooled centre of p and u charts, and the sigma of each point that chance alone gives."""
    centre = _centre(grid, pooled(grid.total, grid.base, grid.feeds))
    return centre, np.sqrt(over(_everywhere(grid, variance(centre)), grid.base))


def _of_rate(centre: Floats) -> Floats:
    return centre


def _of_share(centre: Floats) -> Floats:
    return np.maximum(centre * (1 - centre), 0.0)


def _rates(grid: Grid, screened: bool) -> Lines:
    return _around(grid.y, *_plain_counts(grid, _of_rate), lowest=0.0)


def _shares(grid: Grid, screened: bool) -> Lines:
    return _around(grid.y, *_plain_counts(grid, _of_share), lowest=0.0, highest=1.0)


def _excess(grid: Grid, centre: Floats, sigma: Floats, screened: bool) -> Floats:
    """Return how much wider than chance the standardised points vary from one to the next (Laney 2002)."""
    z = over(grid.y - centre[:, None], sigma)
    return mean_range(moving_ranges(z, grid.feeds), screened=screened) / D2_OF_TWO


def _rates_prime(grid: Grid, screened: bool) -> Lines:
    centre, sigma = _plain_counts(grid, _of_rate)
    return _around(grid.y, centre, sigma * _excess(grid, centre, sigma, screened)[:, None], lowest=0.0)


def _shares_prime(grid: Grid, screened: bool) -> Lines:
    centre, sigma = _plain_counts(grid, _of_share)
    wide = sigma * _excess(grid, centre, sigma, screened)[:, None]
    return _around(grid.y, centre, wide, lowest=0.0, highest=1.0)


# ---------------------------------------------------------------- all of them


def _median_line(grid: Grid, screened: bool) -> Lines:
    """Return the run chart: the median and no limits."""
    none = np.full(grid.y.shape, np.nan)
    return Lines(grid.y, _centre(grid, medians(grid.y, grid.feeds)), none, none, none, none)


CHARTS: Mapping[str, Callable[[Grid, bool], Lines]] = {
    "run": _median_line,
    "i": _individuals,
    "mr": _ranges,
    "ip": _prime,
    "xbar": _means,
    "s": _spreads,
    "c": _counts,
    "u": _rates,
    "up": _rates_prime,
    "p": _shares,
    "pp": _shares_prime,
    "g": _events,
    "t": _waits,
}
"""Every kind of chart by its short name; ``ip``, ``up`` and ``pp`` are I, u and p prime."""


def control_chart(grid: Grid, kind: str, *, screened: bool = True, is_ordered: bool = True) -> ControlChart:
    """Return the chart of every phase in *grid*.

    Args:
        kind: a key of :data:`CHARTS`.
        screened: whether moving ranges are screened once (i, I prime, u prime, p prime, t).
        is_ordered: false when the points have no order in time; then no run is a signal.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        lines = CHARTS[kind](grid, screened)
        beyond = grid.there & ((lines.y > lines.upper) | (lines.y < lines.lower))
    runs = analyse_runs(*(lines.judged or (lines.y, lines.centre)), grid.there & grid.included)
    if kind == "mr" or not is_ordered:
        runs = replace(runs, is_signal=np.zeros(len(runs.is_signal), dtype=bool))
    return ControlChart(lines, runs, beyond)
