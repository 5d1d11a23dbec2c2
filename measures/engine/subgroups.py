"""np, R and pooled-range charts as qcc draws them, with the Western Electric and Nelson rules. Pure.

Limits come from the first rows (phase one) and are applied to all. Ranges are divided by d2, as Shewhart did;
nothing is screened. The rules are those of the *Western Electric Handbook* (1956) and of Nelson (1984).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from measures.engine.constants import D2, D2_OF_TWO, D3, c4
from measures.engine.problems import AnalysisError, Flags, Floats
from measures.engine.sums import nan_mean, weighted_mean

WIDEST_BY_RANGE = 10  # subgroups beyond this waste what ranges don't see: their standard deviations serve


@dataclass(frozen=True)
class Phase:
    """What a chart is made from: one value a row, or one row of values a subgroup, NaN where one is missing.

    ``sizes`` are the denominators, or how many values a subgroup holds; ``first`` counts the rows that limits
    come from.
    """

    values: Floats
    sizes: Floats
    first: int
    method: str | None = None


@dataclass(frozen=True)
class Flagged:
    """Statistics of all rows with their lines; ``centre`` and ``spread`` as qcc gives them, one a row.

    ``sigma`` is the distance of one sigma limit from the centre, one a row; ``lowest`` and ``highest`` bound
    the limits.
    """

    statistics: Floats
    centre: Floats
    spread: Floats
    sigma: Floats
    lowest: float = -np.inf
    highest: Floats | float = np.inf

    def limits(self, sigmas: float) -> tuple[Floats, Floats]:
        """Return the lower and upper limit of each row at *sigmas*."""
        below = np.maximum(self.centre - sigmas * self.sigma, self.lowest)
        return below, np.minimum(self.centre + sigmas * self.sigma, self.highest)


# ---------------------------------------------------------------- charts


def _mean(values: Floats) -> float:
    return float(nan_mean(values[None, :], np.ones((1, values.size), dtype=bool))[0])


def _share(phase: Phase) -> float:
    return float(phase.values[: phase.first].sum() / phase.sizes[: phase.first].sum())


def _numbers_of(phase: Phase) -> Flagged:
    share = _share(phase)
    centre, spread = phase.sizes * share, np.sqrt(phase.sizes * share * (1 - share))
    return Flagged(phase.values, centre, spread, spread, 0.0, phase.sizes)


def _shares_of(phase: Phase) -> Flagged:
    share = _share(phase)
    spread = np.sqrt(share * (1 - share) / phase.sizes)
    return Flagged(phase.values / phase.sizes, np.full(spread.shape, share), spread, spread, 0.0, 1.0)


def _counts_of(phase: Phase) -> Flagged:
    centre = np.full(phase.values.shape, _mean(phase.values[: phase.first]))
    return Flagged(phase.values, centre, np.sqrt(centre), np.sqrt(centre), 0.0)


def _rates_of(phase: Phase) -> Flagged:
    rate = _share(phase)
    sigma = np.sqrt(rate / phase.sizes)
    spread = np.sqrt(np.full(sigma.shape, rate))
    return Flagged(phase.values / phase.sizes, np.full(sigma.shape, rate), spread, sigma, 0.0)


def _single(phase: Phase) -> Flagged:
    base = phase.values[: phase.first]
    if base.size < 2:
        raise AnalysisError("too_few_points", "Limits of single values need two rows or more.")
    if phase.method == "SD":
        spread = base.std(ddof=1) / float(c4(base.size))
    else:
        spread = np.abs(np.diff(base)).mean() / D2_OF_TWO
    everywhere = np.full(phase.values.shape, spread)
    return Flagged(phase.values, np.full(phase.values.shape, _mean(base)), everywhere, everywhere)


def _ranges(values: Floats) -> Floats:
    return np.asarray(np.nanmax(values, axis=1) - np.nanmin(values, axis=1))


def _within(phase: Phase, default: str = "UWAVE-R") -> Floats:
    """Return the standard deviation within subgroups, one a row: mean range / d2, or mean SD / c4."""
    base, sizes = phase.values[: phase.first], phase.sizes[: phase.first]
    if (phase.method or default) == "UWAVE-SD":
        each = np.nanstd(base, axis=1, ddof=1) / c4(sizes)
    else:
        each = _ranges(base) / _constants(D2, sizes)
    return np.full(len(phase.values), each.mean())


def _constants(table: Mapping[int, float], sizes: Floats) -> Floats:
    beyond = [int(size) for size in sizes if int(size) not in table]
    if beyond:
        raise AnalysisError(
            "not_estimable", f"Charts of ranges take subgroups of 2 to 25; one holds {beyond[0]}."
        )
    return np.array([table[int(size)] for size in sizes])


def _centred(phase: Phase, statistics: Floats) -> Floats:
    """Return the mean of phase one's statistics, weighted by size, one a row."""
    base, weights = statistics[None, : phase.first], phase.sizes[None, : phase.first]
    centre = weighted_mean(base, weights, np.ones(base.shape, dtype=bool))
    return np.full(statistics.shape, centre[0])


def _means_of(phase: Phase) -> Flagged:
    by = "UWAVE-R" if phase.values.shape[1] <= WIDEST_BY_RANGE else "UWAVE-SD"
    means = nan_mean(phase.values, np.ones(phase.values.shape, dtype=bool))
    spread = _within(phase, by)
    return Flagged(means, _centred(phase, means), spread, spread / np.sqrt(phase.sizes))


def _ranges_of(phase: Phase) -> Flagged:
    ranges, spread = _ranges(phase.values), _within(phase)
    return Flagged(ranges, _centred(phase, ranges), spread, spread * _constants(D3, phase.sizes), 0.0)


def _spreads_of(phase: Phase) -> Flagged:
    spreads, spread = np.nanstd(phase.values, axis=1, ddof=1), _within(phase, "UWAVE-SD")
    sigma = spread * np.sqrt(1 - c4(phase.sizes) ** 2)
    return Flagged(spreads, _centred(phase, spreads), spread, sigma, 0.0)


SUBGROUPS: Mapping[str, Callable[[Phase], Flagged]] = {
    "np": _numbers_of,
    "p": _shares_of,
    "c": _counts_of,
    "u": _rates_of,
    "xbar.one": _single,
    "xbar": _means_of,
    "R": _ranges_of,
    "S": _spreads_of,
}
"""Every kind of chart by qcc's name."""


def subgroup_chart(kind: str, phase: Phase) -> Flagged:
    """Return the chart *kind*, a key of :data:`SUBGROUPS`."""
    return SUBGROUPS[kind](phase)


# ---------------------------------------------------------------- rules


def windows(flags: Flags, length: int) -> Floats:
    """Return how many of the last *length* flags are set at each point; NaN before there are so many."""
    counts = np.convolve(flags.astype(np.float64), np.ones(length))[: flags.size]
    counts[: length - 1] = np.nan
    return counts


def _of_last(chart: Flagged, sigmas: float, length: int, needed: int) -> Flags:
    """Flag a point beyond *sigmas* that is one of *needed* in the last *length*, on one side of the centre.

    The limits of the last point hold for the whole window, which matters where they vary.
    """
    low, high = chart.limits(sigmas)
    y = chart.statistics
    found = np.zeros(y.size, dtype=bool)
    for at in range(length - 1, y.size):
        window = y[at - length + 1 : at + 1]
        above = y[at] > high[at] and int((window > high[at]).sum()) >= needed
        below = y[at] < low[at] and int((window < low[at]).sum()) >= needed
        found[at] = above or below
    return found


def _one_side(chart: Flagged, length: int) -> Flags:
    above, below = chart.statistics > chart.centre, chart.statistics < chart.centre
    found: Flags = (windows(above, length) == length) | (windows(below, length) == length)
    return found


def _beyond(chart: Flagged, sigmas: float) -> Flags:
    low, high = chart.limits(sigmas)
    return (chart.statistics > high) | (chart.statistics < low)


def _steps(values: Floats, length: int) -> Flags:
    """Flag the end of *length* points that steadily rise or fall."""
    change = np.diff(values, prepend=np.nan)
    up, down = windows(change > 0, length - 1), windows(change < 0, length - 1)
    found: Flags = (up == length - 1) | (down == length - 1)
    return found


def _alternating(values: Floats, length: int) -> Flags:
    change = np.sign(np.diff(values, prepend=np.nan))
    turns = change * np.r_[np.nan, change[:-1]] < 0
    found: Flags = windows(turns, length - 2) == length - 2
    return found


def _both_sides_far(chart: Flagged, length: int) -> Flags:
    low, high = chart.limits(1)
    above, below = chart.statistics > high, chart.statistics < low
    far = windows(above | below, length) == length
    found: Flags = far & (windows(above, length) > 0) & (windows(below, length) > 0)
    return found


def rule_flags(chart: Flagged, sigmas: float = 3) -> dict[str, dict[str, list[int]]]:
    """Return the positions (from 1) at which each rule is fulfilled, by set of rules and rule.

    The zones of the rules are thirds of the way from the centre to the limits, as the *Handbook* draws them.

    Args:
        sigmas: where the chart's limits are drawn.
    """
    chart = replace(chart, sigma=chart.sigma * (sigmas / 3))
    two, four = _of_last(chart, 2, 3, 2), _of_last(chart, 1, 5, 4)
    near = ~_beyond(chart, 1)
    western = {
        "beyond_3_sigma": _beyond(chart, 3),
        "two_of_three_beyond_2_sigma": two,
        "four_of_five_beyond_1_sigma": four,
        "eight_one_side": _one_side(chart, 8),
    }
    nelson = {
        "rule_1": _beyond(chart, 3),
        "rule_2": _one_side(chart, 9),
        "rule_3": _steps(chart.statistics, 6),
        "rule_4": _alternating(chart.statistics, 14),
        "rule_5": two,
        "rule_6": four,
        "rule_7": windows(near, 15) == 15,
        "rule_8": _both_sides_far(chart, 8),
    }
    return {"western_electric": _listed(western), "nelson": _listed(nelson)}


def _listed(rules: Mapping[str, Flags]) -> dict[str, list[int]]:
    return {name: (np.flatnonzero(flags) + 1).tolist() for name, flags in rules.items()}
