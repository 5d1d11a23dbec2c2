"""Intervals of one site, and funnels in closed form, as public health departments publish them.

Wilson's interval for a share (Wilson 1927); Byar's approximation for a count of events from ten up and the
exact chi-square interval below (Breslow & Day 1987, p. 69). The tests hold them against
PHEindicatormethods. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from measures.engine.problems import SMALLEST, AnalysisError, Floats

Z95, Z998 = 1.959963984540054, 3.090232306167813
"""Normal quantiles of two-sided 95 % and 99.8 % intervals, in full."""

# Below this many events Byar's approximation isn't good enough.
BYAR_FROM = 10
_TAILS = (0.025, 0.001)


class Statistic(StrEnum):
    """What is compared: a share, a rate per population, or observed against expected."""

    PROPORTION = "proportion"
    RATE = "rate"
    RATIO = "ratio"


@dataclass(frozen=True)
class Interval:
    """A value with its 95 % and 99.8 % interval, one entry a site."""

    value: Floats
    lower95: Floats
    upper95: Floats
    lower998: Floats
    upper998: Floats
    method: tuple[str, ...]


def wilson(count: ArrayLike, population: ArrayLike, *, multiplier: float = 1.0) -> Interval:
    """Return shares with Wilson's intervals.

    Raises:
        AnalysisError: a population of nobody, or a count below zero or above its population.
    """
    counts, sizes = _checked(count, population, share=True)
    share = counts / sizes
    bounds: list[Floats] = []
    for z in (Z95, Z998):
        middle = counts + z**2 / 2
        half = z * np.sqrt(counts * (1 - share) + z**2 / 4)
        bounds += [(middle - half) / (sizes + z**2), (middle + half) / (sizes + z**2)]
    first, second, third, fourth = (np.asarray(multiplier * np.clip(bound, 0.0, 1.0)) for bound in bounds)
    return Interval(multiplier * share, first, second, third, fourth, ("Wilson",) * len(counts))


def poisson(events: ArrayLike, exposure: ArrayLike, *, multiplier: float = 1.0) -> Interval:
    """Return rates with Byar's interval from ten events up, and the exact one below."""
    counts, exposures = _checked(events, exposure, share=False)
    bounds: list[Floats] = []
    for z, tail in zip((Z95, Z998), _TAILS, strict=True):
        low, high = _event_bounds(counts, z, tail)
        bounds += [multiplier * low / exposures, multiplier * high / exposures]
    method = tuple("Byars" if count >= BYAR_FROM else "Exact" for count in counts)
    first, second, third, fourth = bounds
    return Interval(multiplier * counts / exposures, first, second, third, fourth, method)


def _event_bounds(counts: Floats, z: float, tail: float) -> tuple[Floats, Floats]:
    from scipy import special

    exact_low = np.where(counts > 0, special.chdtri(2 * np.maximum(counts, 1), 1 - tail) / 2, 0.0)
    exact_high = special.chdtri(2 * counts + 2, tail) / 2
    some = np.maximum(counts, 1)
    byar_low = some * (1 - 1 / (9 * some) - z / (3 * np.sqrt(some))) ** 3
    more = counts + 1
    byar_high = more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3
    large = counts >= BYAR_FROM
    return np.where(large, byar_low, exact_low), np.where(large, byar_high, exact_high)


def centre(count: ArrayLike, population: ArrayLike, statistic: Statistic) -> float:
    """Return the line that sites are held against: the pooled share or rate, or 1 for a ratio."""
    if statistic is Statistic.RATIO:
        return 1.0
    counts, sizes = _checked(count, population, share=statistic is Statistic.PROPORTION)
    return float(counts.sum() / sizes.sum())


def levels(count: ArrayLike, population: ArrayLike, statistic: Statistic) -> list[str]:
    """Say for each site whether it differs from the rest, and at which tail, in the peer's words."""
    counts, sizes = _checked(count, population, share=statistic is Statistic.PROPORTION)
    middle = centre(counts, sizes, statistic)
    if statistic is Statistic.PROPORTION:
        error = np.sqrt(middle * (1 - middle) / sizes)
        value = counts / sizes
        bounds = [(middle - z * error, middle + z * error) for z in (Z95, Z998)]
        low = [value < bound[0] for bound in bounds]
        high = [value > bound[1] for bound in bounds]
    else:
        own = [_event_bounds(counts, z, tail) for z, tail in zip((Z95, Z998), _TAILS, strict=True)]
        low = [bound[1] / sizes < middle for bound in own]
        high = [bound[0] / sizes > middle for bound in own]
    words = ["Low (0.001)", "High (0.001)", "Low (0.025)", "High (0.025)"]
    chosen = np.select([low[1], high[1], low[0], high[0]], words, default="Not significant")
    return [str(word) for word in chosen]


def proportion_limits(population: ArrayLike, middle: float) -> tuple[Floats, Floats, Floats, Floats]:
    """Return lower and upper limits (95 %, then 99.8 %) at which Wilson's interval just touches *middle*."""
    sizes = np.asarray(population, dtype=np.float64)
    error = np.sqrt(middle * (1 - middle) / sizes)
    edges = [middle + sign * z * error for z in (Z95, Z998) for sign in (-1, 1)]
    lower95, upper95, lower998, upper998 = (np.asarray(np.clip(edge, 0.0, 1.0)) for edge in edges)
    return lower95, upper95, lower998, upper998


def event_limits(events: ArrayLike) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the expected counts of which *events* are the 2.5 % tails (lower, upper), then 0.1 %."""
    from scipy import special

    counts = np.asarray(events, dtype=np.float64)
    edges: list[Floats] = []
    for tail in _TAILS:
        edges.append(np.asarray(special.chdtri(2 * counts + 2, tail) / 2))
        edges.append(np.asarray(special.chdtri(2 * counts, 1 - tail) / 2))
    return edges[0], edges[1], edges[2], edges[3]


def _checked(count: ArrayLike, population: ArrayLike, *, share: bool) -> tuple[Floats, Floats]:
    counts = np.atleast_1d(np.asarray(count, dtype=np.float64))
    sizes = np.atleast_1d(np.asarray(population, dtype=np.float64))
    if not (np.isfinite(counts).all() and np.isfinite(sizes).all()):
        raise AnalysisError("not_finite", "Every site needs a count and a population.")
    if (sizes < SMALLEST).any():
        raise AnalysisError("zero_denominator", "A site has nobody to count; leave it out.")
    if (counts < 0).any():
        raise AnalysisError("negative_count", "A count can't be less than zero.")
    if share and (counts > sizes).any():
        raise AnalysisError("count_exceeds_denominator", "A site counts more people than it has.")
    return counts, sizes


def as_columns(sites: Sequence[Any], found: Interval) -> dict[str, list[object]]:
    """Return *found* as plain lists by site."""
    names = ("value", "lower95", "upper95", "lower998", "upper998")
    columns: dict[str, list[object]] = {name: [float(v) for v in getattr(found, name)] for name in names}
    return {"site": list(sites), **columns, "method": list(found.method)}
