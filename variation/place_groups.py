"""Putting places that count together by the district or region they lie in. No database.

A district's figure holds only those of its places whose own figure is shown: all of them, or three at least.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from measures.publishing import POOLED_FROM
from nic_platform.actor import Level
from nic_platform.errors import AbsentError
from nic_platform.text import _
from variation.judging import Sums
from variation.place_queries import PlaceRow
from variation.place_sum_queries import Counting


@dataclass(frozen=True)
class Columns:
    """All units in the order of the page: numbers, sums of what is shown, and of how many places that is."""

    ids: Any
    sums: Sums
    shown: Any
    places: Any
    of: Any


@dataclass(frozen=True)
class Groups:
    """How places lie in each other. ``upper`` are regions and districts.

    ``leaf`` is the level of the places that count by themselves; ``order`` has their numbers by name, and
    ``known`` more of those that are told one by one.
    """

    upper: Mapping[int, PlaceRow]
    leaf: Level
    order: Any
    known: Mapping[int, PlaceRow] = field(default_factory=dict)

    def ways(self) -> list[Level]:
        """Return the levels at which places can be held against each other, the highest first."""
        there = {row.level for row in self.upper.values()}
        found: list[Level] = [level for level in (Level.REGION, Level.DISTRICT) if level in there]
        return found if self.leaf in found else [*found, self.leaf]

    def way(self, wanted: str) -> Level:
        """Return the level that was asked for; without one districts, or the places that count.

        Raises:
            AbsentError: there are no such places here.
        """
        ways = self.ways()
        if not wanted:
            return Level.DISTRICT if Level.DISTRICT in ways else ways[-1]
        found = next((level for level in ways if level.value == wanted), None)
        if found is None:
            raise AbsentError(_("There are no such places here."))
        return found

    def row(self, site: int) -> PlaceRow | None:
        """Return what is known of a place, of whatever level."""
        return self.known.get(site) or self.upper.get(site)

    def owners(self, counting: Counting, level: Level) -> Any:
        """Return for each place that counts the number of its place of a level; -1 where it lies in none."""
        parents, inverse = np.unique(counting.parent_id, return_inverse=True)
        above = np.array([self._around(parent, level) for parent in parents.tolist()], dtype=np.int64)
        itself = [site for site, row in self.upper.items() if row.level is level]
        found = above[inverse.ravel()] if len(parents) else np.empty(0, np.int64)
        return np.where(np.isin(counting.site_id, itself), counting.site_id, found)

    def _around(self, site: int, level: Level) -> int:
        at = self.upper.get(site)
        while at is not None and at.level is not level:
            at = self.upper.get(at.parent_id or 0)
        return at.id if at else -1

    def columns(self, counting: Counting, level: Level) -> Columns:
        """Return the units of a level in the order of their names, with the sums of what is shown of them."""
        if level is self.leaf:
            order = self._leaf_order(counting.site_id)
            one = np.ones(len(order), dtype=np.int64)
            ids, sums, shown = counting.site_id[order], counting.sums.only(order), counting.shown[order]
            return Columns(ids, sums, shown, one, one)
        owners = self.owners(counting, level)
        ids = np.unique(owners[owners >= 0])
        ids = ids[self._order(ids)]
        codes = codes_in(ids, owners)
        shown = (codes >= 0) & counting.shown
        of = np.bincount(codes[codes >= 0], minlength=len(ids))
        places = np.bincount(codes[shown], minlength=len(ids))
        parts = counting.sums.only(shown)
        sums = Sums(*(np.bincount(codes[shown], weights=each, minlength=len(ids)).astype(np.float64)
                      for each in (parts.n, parts.y, parts.d, parts.yyd)))  # fmt: skip
        enough = (places > 0) & ((places == of) | (places >= POOLED_FROM))
        return Columns(ids, sums, enough, places, of)

    def _order(self, ids: Any) -> Any:
        wanted = ids.tolist()
        names = [row.name.casefold() if (row := self.row(site)) else "" for site in wanted]
        order = sorted(range(len(wanted)), key=lambda at: (names[at], wanted[at]))
        return np.array(order, dtype=np.int64)

    def _leaf_order(self, ids: Any) -> Any:
        if not len(self.order):
            return self._order(ids)
        place = codes_in(self.order, ids)
        return np.lexsort((ids, np.where(place < 0, len(self.order), place)))


def codes_in(ids: Any, wanted: Any) -> Any:
    """Return where each number of *wanted* stands in *ids*, which has each once; -1 for one that doesn't."""
    if not len(ids):
        return np.full(len(wanted), -1, dtype=np.int64)
    order = np.argsort(ids, kind="stable")
    at = np.minimum(np.searchsorted(ids, wanted, sorter=order), len(ids) - 1)
    return np.where(ids[order[at]] == wanted, order[at], -1)


def leaf_level(upper: Mapping[int, PlaceRow], counting: Counting) -> Level:
    """Return the level of the places that count: schools, unless most are districts themselves."""
    few = counting.site_id.tolist()[:50]
    found = [upper[site].level for site in few if site in upper]
    return found[0] if 2 * len(found) > len(few) else Level.SCHOOL
