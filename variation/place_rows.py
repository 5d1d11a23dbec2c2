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
from variation.place_queries import TeamLink
from variation.place_sum_queries import Counting, MonthRow

Points: TypeAlias = tuple[tuple[date, float], ...]
MONTHS_FROM = 3
"""From so many counts a year a small chart has months instead of years."""


class Rows:
    """Makes a row of any unit, by its place in the columns; places the reader may not know get a number.

    Schools of one district (*is_local*) go by their short names; in a state too many would be alike.
    """

    def __init__(
        self, groups: Groups, cols: Columns, judged: Judged, use_spread: bool, named: set[int] | None,
        listed: Sequence[int], *, is_local: bool,
    ) -> None:  # fmt: skip
        self._groups, self._cols, self._judged, self._is_local = groups, cols, judged, is_local
        self.zones = judged.spread if use_spread else judged.chance
        self._place = {at: number for number, at in enumerate(np.flatnonzero(cols.shown).tolist())}
        hidden = [at for at in listed if named is not None and int(cols.ids[at]) not in named]
        self._number = {at: number for number, at in enumerate(hidden, start=1)}

    def is_named(self, at: int) -> bool:
        """Say whether the reader knows the unit by its name."""
        return at not in self._number

    def zone(self, at: int) -> int:
        """Return where a unit lies within the limits that are read; 0 for one that is hidden."""
        return int(self.zones[self._place[at]]) if at in self._place else 0

    def unit(
        self, at: int, points: Mapping[int, Points] | None = None, teams: Mapping[int, TeamLink] | None = None
    ) -> Unit:
        """Return the row of a unit."""
        cols, site = self._cols, int(self._cols.ids[at])
        plain = replace(self._bare(at, site), places=int(cols.places[at]), of=int(cols.of[at]))
        plain = replace(plain, team=(teams or {}).get(site))
        if at not in self._place:
            return plain
        number, judged = self._place[at], self._judged
        ends = [None if each is None else float(each[number]) for each in
                (judged.estimate, judged.low, judged.high)]  # fmt: skip
        return replace(
            plain, is_shown=True, value=float(judged.value[number]), count=float(cols.sums.y[at]),
            size=float(judged.size[number]), zone=self.zone(at), estimate=ends[0], low=ends[1], high=ends[2],
            points=(points or {}).get(site, ()),
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


def _value(kind: MeasureType, sums: Sums, at: int) -> float:
    one = sums.only(np.array([at], dtype=np.intp))
    return float(judging.values_of(judging.scale_of(kind, sums), one)[0])


def by_year(years: Mapping[int, Columns], sites: Collection[int], kind: MeasureType) -> dict[int, Points]:
    """Return a point for each school year in which a unit's figure is shown, on the year's last day."""
    found: dict[int, list[tuple[date, float]]] = {}
    for year, cols in sorted(years.items()):
        place = {site: at for at, site in enumerate(cols.ids.tolist())}
        for site in sites:
            at = place.get(site)
            if at is not None and cols.shown[at]:
                found.setdefault(site, []).append((date(year + 1, 6, 30), _value(kind, cols.sums, at)))
    return {site: tuple(points) for site, points in found.items()}


def owners(groups: Groups, counting: Counting, by: Level, sites: Collection[int]) -> dict[int, int]:
    """Return the shown places that count below some units, each with its unit."""
    around: Any = counting.site_id if by is groups.leaf else groups.owners(counting, by)
    kept = np.isin(around, list(sites)) & counting.shown
    return dict(zip(counting.site_id[kept].tolist(), around[kept].tolist(), strict=True))


def by_month(
    months: Sequence[MonthRow], owner: Mapping[int, int], cols: Columns, kind: MeasureType
) -> dict[int, Points]:
    """Return a point for each month of a unit: of all its places, or of three at least."""
    sums: dict[tuple[int, date], list[float]] = {}
    for row in months:
        if row.site_id in owner:
            total = sums.setdefault((owner[row.site_id], row.month), [0.0, 0.0, 0.0, 0.0])
            for at, part in enumerate((row.n, row.y, row.d, 1.0)):
                total[at] += part
    full = set(cols.ids[cols.places == cols.of].tolist())
    found: dict[int, list[tuple[date, float]]] = {}
    for (site, month), (n, y, d, places) in sorted(sums.items()):
        if site in full or places >= POOLED_FROM:
            one = Sums(*(np.array([each]) for each in (n, y, d, 0.0)))
            found.setdefault(site, []).append((month, _value(kind, one, 0)))
    return {site: tuple(points) for site, points in found.items()}


def months_apart(months: Sequence[MonthRow], kept: Collection[int]) -> dict[date, Sums]:
    """Return the sums of each month, a place a row, of some places."""
    rows: dict[date, list[MonthRow]] = {}
    for row in months:
        if row.site_id in kept:
            rows.setdefault(row.month, []).append(row)
    return {
        month: Sums(
            *(np.array([getattr(each, name) for each in some], np.float64) for name in ("n", "y", "d", "yyd"))
        )
        for month, some in sorted(rows.items())
    }


def areas(
    groups: Groups, cols: Columns, kind: MeasureType, zones: Mapping[tuple[int, int], int]
) -> list[AreaRow]:
    """Return a row for each district: its shown places together, and how many lie outside the limits."""
    found = []
    for at, site in enumerate(cols.ids.tolist()):
        row = groups.upper[site]
        value = _value(kind, cols.sums, at) if cols.shown[at] else None
        found.append(
            AreaRow(row.name, str(row.public_id), int(cols.places[at]), int(cols.of[at]), value,
                    zones.get((site, 1), 0), zones.get((site, -1), 0))
        )  # fmt: skip
    return found
