"""Sums, means and medians that are right to the last place, of many series or groups at once. Pure.

A point counts as on the centre line only when it is equal to it, so a mean that is off in its last place
would turn a flat series into a shift. Sums are therefore taken in the widest floats that the machine has,
means in two passes (as R does), and rounded once at the end.
"""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from measures.engine.problems import Flags, Floats, Whole

Wide = np.longdouble
WideFloats = NDArray[np.longdouble]


def nan_mean(values: Floats, mask: Flags) -> Floats:
    """Return the mean of the marked cells of each row that are there; NaN without any."""
    good = mask & ~np.isnan(values)
    count = good.sum(axis=1)
    safe = np.maximum(count, 1)
    wide = np.where(good, values, 0.0).astype(Wide)
    mean = wide.sum(axis=1) / safe
    rest = np.where(good, wide - mean[:, None], 0.0).sum(axis=1) / safe
    return np.where(count > 0, mean + rest, np.nan).astype(np.float64)


def weighted_mean(values: Floats, weights: Floats, mask: Flags) -> Floats:
    """Return Σ value·weight / Σ weight of each row's marked cells that hold both; NaN where Σ weight is 0."""
    return pooled(values * weights, np.where(np.isnan(values), np.nan, weights), mask)


def pooled(tops: Floats, bottoms: Floats, mask: Flags) -> Floats:
    """Return Σ top / Σ bottom of each row's marked cells that hold both; NaN where Σ bottom is 0."""
    good = mask & ~np.isnan(tops) & ~np.isnan(bottoms)
    top, bottom = (np.where(good, cells, 0.0).astype(Wide).sum(axis=1) for cells in (tops, bottoms))
    return over(top.astype(np.float64), bottom.astype(np.float64))


def over(top: Floats, bottom: Floats) -> Floats:
    """Return top / bottom, NaN where *bottom* is not more than 0."""
    shape = np.broadcast_shapes(top.shape, bottom.shape)
    found: Floats = np.divide(top, bottom, out=np.full(shape, np.nan), where=bottom > 0)
    return found


def medians(values: Floats, mask: Flags | None = None) -> Floats:
    """Return the median of each row, of the cells that *mask* marks and that are there; NaN without any.

    Args:
        values: shape (series, points), NaN where missing.
        mask: same shape; all when left out.
    """
    ranked = np.sort(values if mask is None else np.where(mask, values, np.nan), axis=1)
    size = np.count_nonzero(~np.isnan(ranked), axis=1)
    row = np.arange(len(ranked))
    low, high = ranked[row, np.maximum(size - 1, 0) // 2], ranked[row, np.minimum(size // 2, size)]
    return np.where(size > 0, middle(low, high), np.nan)


def middle(low: Floats | WideFloats, high: Floats | WideFloats) -> Floats:
    """Return the middle of two numbers, rounded once."""
    found: Floats = ((low.astype(Wide) + high) / 2).astype(np.float64)
    return found


class Groups:
    """What the values of each group come to; missing ones count nowhere.

    Args:
        values: the values, NaN where missing.
        member: the group of each, from 0.
        groups: how many groups there are.
    """

    def __init__(self, values: Floats, member: Whole, groups: int) -> None:
        there = np.flatnonzero(~np.isnan(values))
        order = there[np.argsort(member[there], kind="stable")]
        self._values, self._member = values[order].astype(Wide), member[order]
        self._some, self._starts = np.unique(self._member, return_index=True)
        self.size = np.bincount(self._member, minlength=groups).astype(np.float64)
        self.total = self._added(self._values).astype(np.float64)

    def _added(self, weights: WideFloats) -> WideFloats:
        found: WideFloats = np.zeros(self.size.size, dtype=Wide)
        if self._some.size:
            found[self._some] = np.add.reduceat(weights, self._starts)
        return found

    @cached_property
    def _mean(self) -> WideFloats:
        safe = np.maximum(self.size, 1)
        rough: WideFloats = self._added(self._values) / safe
        found: WideFloats = rough + self._added(self._values - rough[self._member]) / safe
        return found

    @property
    def mean(self) -> Floats:
        """Return the mean of each group; NaN without values."""
        return np.where(self.size > 0, self._mean, np.nan).astype(np.float64)

    @property
    def deviation(self) -> Floats:
        """Return the sample standard deviation of each group; NaN below two values."""
        gaps: WideFloats = self._values - self._mean[self._member]
        squares = self._added(gaps * gaps).astype(np.float64)
        return np.sqrt(over(squares, np.where(self.size > 1, self.size - 1, 0.0)))

    @property
    def median(self) -> Floats:
        """Return the median of each group; NaN without values."""
        order = np.lexsort((self._values, self._member))
        values, size = self._values[order], self.size.astype(np.intp)
        start = np.cumsum(size) - size
        found = np.full(size.size, np.nan)
        some = size > 0
        low, high = (start + (size - 1) // 2)[some], (start + size // 2)[some]
        found[some] = middle(values[low], values[high])
        return found
