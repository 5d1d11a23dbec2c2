"""Anhøj's two rules for telling a shift from chance, for one series or thousands at once. Pure.

With n useful points (those neither missing nor on the centre line) a run longer than round(log2 n) + 3, or
fewer crossings than the 5 % point of Binomial(n − 1, ½), is unlikely to be chance (Anhøj & Olesen 2014, Anhøj
2015). A trend rule is not used: it adds false signals and finds nothing that these two miss.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import log2

import numpy as np

from measures.engine.problems import Flags, Floats, Whole

_TABLE = 1024
CHANCE = 20  # one in twenty


@lru_cache(maxsize=4096)
def longest_run_limit(useful: int) -> int:
    """Return the length above which a run is a signal, for *useful* points (1 or more)."""
    return round(log2(useful)) + 3


@lru_cache(maxsize=4096)
def crossings_limit(useful: int) -> int:
    """Return the number of crossings below which there are too few, for *useful* points (1 or more).

    The smallest c with P(Binomial(useful − 1, ½) ≤ c) ≥ 0.05, in whole numbers and so exact.
    """
    steps = useful - 1
    total, ways, below = 1 << steps, 1, 0
    for crossings in range(steps + 1):
        below += ways
        if CHANCE * below >= total:
            return crossings
        ways = ways * (steps - crossings) // (crossings + 1)
    return steps


@dataclass(frozen=True)
class Runs:
    """The analysis of runs of many series: one entry a series. Counts are 0 where no point is useful."""

    useful: Whole
    longest: Whole
    longest_max: Whole
    crossings: Whole
    crossings_min: Whole
    is_signal: Flags


def limits(useful: Whole) -> tuple[Whole, Whole]:
    """Return the longest run and the fewest crossings that chance allows, for each *useful*."""
    known, place = np.unique(useful, return_inverse=True)
    longest = np.array([longest_run_limit(int(n)) if n else 0 for n in known])
    fewest = np.array([crossings_limit(int(n)) if n else 0 for n in known])
    return longest[place], fewest[place]


def analyse_runs(values: Floats, centre: Floats, included: Flags | None = None) -> Runs:
    """Return the runs of each series around its centre line.

    Args:
        values: shape (series, points), oldest first, NaN where missing.
        centre: one centre line a series.
        included: cells that count; all when left out.
    """
    line = centre[:, None]
    above = values > line
    useful = above | (values < line)
    if included is not None:
        useful &= included
    rows, points = values.shape
    place = np.where(useful, np.arange(points, dtype=np.int32), np.int32(-1))
    latest = np.maximum.accumulate(place, axis=1)
    before = np.empty_like(latest)
    before[:, 0] = -1
    before[:, 1:] = latest[:, :-1]
    side_before = np.take_along_axis(above, np.maximum(before, 0), axis=1)
    starts = useful & ((before < 0) | (side_before != above))
    crossings = np.maximum(starts.sum(axis=1) - 1, 0)
    number = np.cumsum(starts, axis=1, dtype=np.int32)
    number += (np.arange(rows, dtype=np.int32) * (points + 1))[:, None]
    lengths = np.bincount(number[useful], minlength=rows * (points + 1)).reshape(rows, points + 1)
    longest = lengths.max(axis=1)
    count = useful.sum(axis=1)
    most, fewest = limits(count)
    signal = (count > 0) & ((longest > most) | (crossings < fewest))
    return Runs(count, longest, most, crossings, fewest, signal)
