"""The rows of a comparison of places that are told one by one, and the points of their small charts. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, TypeAlias

import numpy as np

from measures.publishing import POOLED_FROM
from measures.rules import MeasureType
from nic_platform.actor import Level
from nic_platform.text import _
from variation import judging
from variation.comparison import short_name
from variation.judging import Judged, Sums
from variation.place_groups import Columns, Groups
from variation.place_page import AreaRow, Unit
from variation.place_queries import PlaceRow, TeamLink
from variation.place_sum_queries import Counting, Months

Points: TypeAlias = tuple[tuple[date, float], ...]
MONTHS_FROM = 3
"""From so many counts a year a small chart has months instead of years."""


class Rows:
    """Makes a row of any unit, by its place in the columns; places the reader may not know get a number.

    Schools of one district (*is_local*) go by their short names; in a state too many would be alike.
    """

    def __init__(
        self, groups: Groups, cols: Columns, judged: Judged, use_spread: bool, named: set[int] | None,
        listed: Any, *, is_local: bool,
    ) -> None:  # fmt: skip
        self._groups, self._cols, self._judged, self._is_local = groups, cols, judged, is_local
        zones = judged.spread if use_spread else judged.chance
        self._place = np.where(cols.shown, np.cumsum(cols.shown) - 1, -1)
        self.watched = int((np.abs(zones) == 1).sum())
        self.zones = np.zeros(len(cols.ids), dtype=np.int64)
        self.zones[cols.shown] = zones
        known = None if named is None else np.isin(cols.ids, list(named))
        hidden = [] if known is None else listed[~known[listed]].tolist()
        self._number = {at: number for number, at in enumerate(hidden, start=1)}

    def is_named(self, at: int) -> bool:
        """Say whether the reader knows the unit by its name."""
        return at not in self._number

    def know(self, rows: Mapping[int, PlaceRow]) -> None:
        """Take in what is known of the places that rows are asked for of."""
        self._groups = replace(self._groups, known=rows)

    def zone(self, at: int) -> int:
        """Return where a unit lies within the limits that are read; 0 for one that is hidden."""
        return int(self.zones[at])

    def units(
        self, wanted: Any, points: Mapping[int, Points] | None = None,
        teams: Mapping[int, TeamLink] | None = None,
    ) -> list[Unit]:  # fmt: skip
        """Return the rows of some units."""
        wanted = np.asarray(wanted, dtype=np.int64)
        shown = wanted[self._place[wanted] >= 0]
        ends = dict(zip(shown.tolist(), self._ends(shown), strict=True))
        return [self._unit(at, ends.get(at), points or {}, teams or {}) for at in wanted.tolist()]

    def _ends(self, shown: Any) -> list[tuple[float | None, float | None, float | None]]:
        """Return the best estimates of units with their intervals."""
        judged, numbers = self._judged, self._place[shown]
        if judged.estimate is None:
            return [(None, None, None)] * len(shown)
        low, high = judged.ends_of(numbers)
        return list(zip(judged.estimate[numbers].tolist(), low.tolist(), high.tolist(), strict=True))

    def _unit(
        self, at: int, ends: tuple[float | None, float | None, float | None] | None,
        points: Mapping[int, Points], teams: Mapping[int, TeamLink],
    ) -> Unit:  # fmt: skip
        cols, judged, site = self._cols, self._judged, int(self._cols.ids[at])
        plain = self._bare(at, site)
        if ends is None:
            return replace(plain, places=int(cols.places[at]), of=int(cols.of[at]), team=teams.get(site))
        number = int(self._place[at])
        return replace(
            plain, places=int(cols.places[at]), of=int(cols.of[at]), team=teams.get(site), is_shown=True,
            value=float(judged.value[number]), count=float(cols.sums.y[at]), size=float(judged.size[number]),
            zone=self.zone(at), estimate=ends[0], low=ends[1], high=ends[2], points=points.get(site, ()),
        )  # fmt: skip

    def _bare(self, at: int, site: int) -> Unit:
        row = self._groups.row(site)
        if row is None or not self.is_named(at):
            number = self._number.get(at, at + 1)
            name = _("Place %(number)s", number=number)
            return Unit(f"unnamed-{number}", name, False, False, short=name)
        around = self._groups.upper.get(row.parent_id or 0)
        short = short_name(row.name) if self._is_local and row.level is Level.SCHOOL else row.name
        return Unit(str(row.public_id), row.name, True, False, around.name if around else "", short=short)


def _values(kind: MeasureType, sums: Sums) -> list[float]:
    """Return each place's own figure; every place by its own scale, as if it stood alone."""
    with np.errstate(all="ignore"):
        if kind is MeasureType.RATE:
            return [*map(float, np.where(sums.d == sums.n, sums.y / sums.n, sums.y / sums.d))]
        return [*map(float, judging.values_of(judging.scale_of(kind, sums), sums))]


def by_year(years: Mapping[int, Columns], sites: Collection[int], kind: MeasureType) -> dict[int, Points]:
    """Return a point for each school year in which a unit's figure is shown, on the year's last day."""
    found: dict[int, list[tuple[date, float]]] = {}
    for year, cols in sorted(years.items()):
        kept = np.flatnonzero(np.isin(cols.ids, list(sites)) & cols.shown)
        values = _values(kind, cols.sums.only(kept)) if len(kept) else []
        for site, value in zip(cols.ids[kept].tolist(), values, strict=True):
            found.setdefault(site, []).append((date(year + 1, 6, 30), value))
    return {site: tuple(points) for site, points in found.items()}


def owners(groups: Groups, counting: Counting, by: Level, sites: Collection[int]) -> dict[int, int]:
    """Return the shown places that count below some units, each with its unit."""
    around: Any = counting.site_id if by is groups.leaf else groups.owners(counting, by)
    kept = np.isin(around, list(sites)) & counting.shown
    return dict(zip(counting.site_id[kept].tolist(), around[kept].tolist(), strict=True))


def by_month(months: Months, owner: Mapping[int, int], cols: Columns, kind: MeasureType) -> dict[int, Points]:
    """Return a point for each month of a unit: of all its places, or of three at least."""
    months = months.only(np.isin(months.site_id, list(owner)))
    units = np.array([owner[site] for site in months.site_id.tolist()], dtype=np.int64)
    keys, codes, places = np.unique(
        np.stack([units, months.month]), axis=1, return_inverse=True, return_counts=True
    )
    parts = (months.sums.n, months.sums.y, months.sums.d, months.sums.yyd)
    sums = Sums(*(np.bincount(codes.ravel(), each, keys.shape[1]).astype(np.float64) for each in parts))
    enough = np.isin(keys[0], cols.ids[cols.places == cols.of]) | (places >= POOLED_FROM)
    found: dict[int, list[tuple[date, float]]] = {}
    told = zip(*keys[:, enough].tolist(), _values(kind, sums.only(enough)), strict=True)
    for site, month, value in told:
        found.setdefault(site, []).append((_first_of(month), value))
    return {site: tuple(points) for site, points in found.items()}


def _first_of(month: int) -> date:
    return date((month - 1) // 12, (month - 1) % 12 + 1, 1)


def months_apart(months: Months, kept: Any) -> dict[date, Sums]:
    """Return the sums of each month, a place a row, of some places."""
    some = months.only(np.isin(months.site_id, kept))
    return {_first_of(int(month)): some.sums.only(some.month == month) for month in np.unique(some.month)}


def areas(
    groups: Groups, cols: Columns, kind: MeasureType, above: Sequence[int], below: Sequence[int]
) -> list[AreaRow]:
    """Return a row for each district: its shown places together, and how many lie outside the limits.

    Args:
        above: how many lie above them, for each of the columns; ``below`` how many below.
    """
    values = dict(
        zip(np.flatnonzero(cols.shown).tolist(), _values(kind, cols.sums.only(cols.shown)), strict=True)
    )
    found = []
    for at, site in enumerate(cols.ids.tolist()):
        row = groups.upper[site]
        found.append(
            AreaRow(row.name, str(row.public_id), int(cols.places[at]), int(cols.of[at]), values.get(at),
                    above[at], below[at])
        )  # fmt: skip
    return found
