"""The change seen after an idea at thousands of teams at once, in columns. Pure.

:func:`variation.effects.effect_of_change` says what it is, for one team; here the same numbers come from
cumulative sums, so that a page of two thousand teams needs no loop over points. The tests hold both against
each other.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from variation.effects import LEAST_POINTS, POINTS, RANGE_TO_SIGMA, Kind

Ints = NDArray[np.int64]
Reals = NDArray[np.float64]
_DAYS = 4_000_000  # more than any day's number: a team's number times this plus the day orders both


@dataclass(frozen=True)
class Changes:
    """Changes seen, a row each; NaN where there are too few points on a side, or none that vary."""

    effect: Reals
    variance: Reals
    before: Reals
    after: Reals
    n_before: Ints
    n_after: Ints
    since: Ints
    until: Ints

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which rows have a change."""
        return np.isfinite(self.effect)


class Panel:
    """Points of one measure at many teams, by team and day.

    Args:
        teams: numbers of the teams, a point each, in any order.
        days: ordinal days.
        count: what was counted, or the value of what is no count.
        base: out of how many; 1 where there is none.
    """

    def __init__(self, teams: Any, days: Any, count: Any, base: Any, kind: Kind) -> None:
        numbers, when = np.asarray(teams, np.int64), np.asarray(days, np.int64)
        keys = numbers * _DAYS + when
        order = np.argsort(keys, kind="stable")
        self.keys, self.days, self.kind = keys[order], when[order], kind
        self._count = np.asarray(count, np.float64)[order]
        self._base = np.asarray(base, np.float64)[order]
        self.values = self._count / self._base
        steps = np.abs(np.diff(self.values, prepend=self.values[:1]))
        self._sums = {
            name: np.concatenate([[0.0], np.cumsum(column)])
            for name, column in (
                ("value", self.values), ("count", self._count), ("base", self._base),
                ("inverse", 1 / self._base), ("step", steps),
            )
        }  # fmt: skip

    def around(self, teams: Any, began: Any, since: Any = 0, until: Any = _DAYS - 1) -> Changes:
        """Return the change seen at each of *teams* after the day it *began*, within *since* and *until*.

        All are columns of one length, or single numbers; days are ordinals.
        """
        team, start = np.asarray(teams, np.int64), np.asarray(began, np.int64)
        first = np.searchsorted(self.keys, team * _DAYS + since, "left")
        split = np.maximum(np.searchsorted(self.keys, team * _DAYS + start, "right"), first)
        end = np.maximum(np.searchsorted(self.keys, team * _DAYS + until, "right"), split)
        low, high = np.maximum(first, split - POINTS), np.minimum(end, split + POINTS)
        sides = ((low, split), (split, high))
        n_before, n_after = split - low, high - split
        known = (n_before >= LEAST_POINTS) & (n_after >= LEAST_POINTS)
        means = [self._sum("value", *side) / np.maximum(side[1] - side[0], 1) for side in sides]
        steps = sum(self._sum("step", np.minimum(a + 1, b), b) for a, b in sides)
        sigma2 = (steps / np.maximum(n_before + n_after - 2, 1) / RANGE_TO_SIGMA) ** 2
        parts = [
            np.maximum(self._by_counts(*side), sigma2 / np.maximum(side[1] - side[0], 1)) for side in sides
        ]
        variance = np.asarray(parts[0] + parts[1])
        known &= variance > 0
        last = max(len(self.days) - 1, 0)
        days = self.days if len(self.days) else np.zeros(1, np.int64)
        return Changes(
            np.where(known, means[1] - means[0], np.nan), np.where(known, variance, np.nan),
            means[0], means[1], n_before, n_after,
            days[np.minimum(low, last)], days[np.clip(high - 1, 0, last)],
        )  # fmt: skip

    def up_to(self, team: int, day: int, most: int = POINTS) -> Reals:
        """Return the values of a team's latest points up to a day, oldest first."""
        first = int(np.searchsorted(self.keys, team * _DAYS, "left"))
        end = int(np.searchsorted(self.keys, team * _DAYS + day, "right"))
        return self.values[max(first, end - most) : end]

    def _sum(self, name: str, start: Ints, end: Ints) -> Reals:
        column = self._sums[name]
        found: Reals = column[end] - column[start]
        return found

    def _by_counts(self, start: Ints, end: Ints) -> Reals:
        """Return the variance of a side's mean by chance of the counts alone, half a count added."""
        if self.kind is Kind.CONTINUOUS:
            return np.zeros(np.shape(start))
        total, base = self._sum("count", start, end), np.maximum(self._sum("base", start, end), 1e-300)
        rare = (total + 0.5) / (base + 1.0) if self.kind is Kind.PROPORTION else (total + 0.5) / base
        spread = rare * (1 - rare) if self.kind is Kind.PROPORTION else rare
        found: Reals = spread * self._sum("inverse", start, end) / np.maximum(end - start, 1) ** 2
        return found
