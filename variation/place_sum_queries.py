"""Reading the sums of the places that count, in columns, with what of each may be shown by itself.

Everything comes from maintained sums, so that a page costs what it compares, never what was measured: a sum
also says how small the smallest of its counts is, and so whether it may be shown (:mod:`measures.least`).
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sqlalchemy import extract, func, select
from sqlalchemy.orm import Session

from measures.least import may_be_shown
from measures.models import MonthSum, YearSum
from measures.published_queries import Asked, published
from measures.publishing import Place
from measures.rules import MeasureType
from measures.school_years import span_of
from nic_platform import looks
from nic_platform.actor import Actor, Level
from nic_platform.columns import read_columns
from teams.models import Site
from teams.queries import in_network
from variation.judging import Sums
from variation.place_queries import inside

Group = tuple[str, str]
LARGE = 5_000
"""Above so many places that count, of the other school years only the one before and the first are read."""


@dataclass(frozen=True)
class Counting:
    """The places that count by themselves in one school year, in columns, by number.

    ``shown`` says of each whether its own figure may be shown, decided before any filter. ``times`` is how
    often each counted. People who were counted again and again are the same people: of a share, ``sums`` hold
    the average count, not the total.
    """

    site_id: Any
    parent_id: Any
    sums: Sums
    shown: Any
    times: Any

    def __len__(self) -> int:
        return len(self.site_id)

    def only(self, kept: Any) -> "Counting":
        """Return some of the places, by a mask; what may be shown of them was decided before."""
        return Counting(
            self.site_id[kept], self.parent_id[kept], self.sums.only(kept), self.shown[kept], self.times[kept]
        )

    def hidden(self, *, is_share: bool) -> Any:
        """Return which places' figures are hidden only because they are small, as a mask."""
        there = (self.sums.d > 0) & ~self.shown
        return there & (self.sums.y <= self.sums.d) if is_share else there

    def opened(self, whole: Collection[int], *, is_share: bool) -> "Counting":
        """Return the same for who sees the figures of some places whole, however small they are."""
        there = self.hidden(is_share=is_share) & np.isin(self.site_id, list(whole))
        return replace(self, shown=self.shown | there)


@dataclass(frozen=True)
class Months:
    """Sums of months in columns: of which place, and which month (twelve times the year, and the month)."""

    site_id: Any
    month: Any
    sums: Sums

    def only(self, kept: Any) -> "Months":
        """Return some of them, by a mask."""
        return Months(self.site_id[kept], self.month[kept], self.sums.only(kept))


def _year_columns(
    session: Session, actor: Actor, place_id: int, measure_id: int, years: Collection[int], is_whole: bool
) -> Any:
    """Return the sums of places below one in columns, by year and number of the place."""
    query = (
        select(
            YearSum.year, YearSum.site_id, func.coalesce(YearSum.parent_id, -1), YearSum.n, YearSum.sum_y,
            YearSum.sum_d, YearSum.sum_yyd, YearSum.least_y, YearSum.least_d, YearSum.least_rest,
            YearSum.least_room,
        )
        .where(
            in_network(actor, YearSum.network_id), YearSum.measure_id == measure_id,
            YearSum.subgroup_set == "", YearSum.subgroup == "", YearSum.n > 0,
            YearSum.year.in_(sorted(years)), YearSum.rank.in_(_RANKS),
            inside(YearSum.site_id, place_id, is_whole=is_whole),
        )
    )  # fmt: skip
    table = read_columns(session, query)  # put in order here: a database's sort of whole rows costs more
    return table[:, np.lexsort((table[1], table[0]))]


_RANKS = sorted(level.rank for level in Level if Level.SCHOOL.rank <= level.rank < Level.STATE.rank)


def read_years(
    session: Session,
    actor: Actor,
    place_id: int,
    asked: Asked,
    years: Collection[int],
    year: int,
    *,
    is_whole: bool = False,
) -> dict[int, Counting]:
    """Return the places that count below a place, by school year; two statements at most.

    Of very many places only the year asked for is read, the one before, and the first.

    Args:
        is_whole: whether all other places of the network are known to lie below it.
    """
    if asked.counts_students:
        looks.note_site(place_id)
    table = _year_columns(session, actor, place_id, asked.measure_id, [year], is_whole)
    others = {each for each in years if each != year}
    if others and table.shape[1] > LARGE:
        others = {min(others), max((each for each in others if each < year), default=min(others))}
    if others:
        table = np.hstack(
            [table, _year_columns(session, actor, place_id, asked.measure_id, others, is_whole)]
        )
    table = table[:, ~np.isin(table[1], table[2])]  # who has others below doesn't count by itself
    found = {year: Counting(*_NOTHING)}
    for each in np.unique(table[0]):
        found[int(each)] = _counting(table[:, table[0] == each], asked)
    return found


def _counting(table: Any, asked: Asked) -> Counting:
    _year, sites, parents, n, y, d, yyd, *leasts = table
    sums = Sums(n, y, d, yyd)
    shown = (d > 0) & may_be_shown(asked.type, asked.who, asked.minimum, *leasts)
    if asked.type is MeasureType.PROPORTION:
        shown &= y <= d
        sums = averaged(sums)
    return Counting(sites.astype(np.int64), parents.astype(np.int64), sums, shown, n)


_NONE = np.empty(0)
_NO_SITES = np.empty(0, np.int64)
_NOTHING = (_NO_SITES, _NO_SITES, Sums(_NONE, _NONE, _NONE, _NONE), np.empty(0, bool), _NONE)


def averaged(sums: Sums) -> Sums:
    """Return each place's average count of people, as one value."""
    count, people = sums.y / sums.n, sums.d / sums.n
    safe = np.where(people > 0, people, 1.0)
    return Sums(np.ones(len(sums)), count, people, count**2 / safe)


def read_group(
    session: Session, actor: Actor, place_id: int, asked: Asked, year: int, group: Group
) -> Counting:
    """Return one subgroup's figures of the places that count, decided beside their totals."""
    found = published(session, actor, place_id, asked, span_of(year), group)
    leaves = [(site, place) for site, place in found.leaves.items() if site != place_id]
    parents = _parents(session, [site for site, _place in leaves])
    columns = [_column(place) for _site, place in leaves]
    table = np.array(columns, dtype=np.float64).reshape(len(columns), 4)
    sites = np.array([site for site, _place in leaves], dtype=np.int64)
    around = np.array([parents.get(int(site)) or -1 for site in sites], dtype=np.int64)
    shown = np.array([place.cell.is_shown for _site, place in leaves], dtype=bool)
    sums = Sums(table[:, 0], table[:, 1], table[:, 2], table[:, 3])
    return Counting(sites, around, sums, shown, table[:, 0])


def _column(place: Place) -> tuple[float, float, float, float]:
    """Return a place's sums; of one whose figure is hidden nothing leaves but that it counted."""
    counts = place.shown
    if not place.cell.is_shown or not counts.population:
        return 1.0, 0.0, 1.0, 0.0
    return 1.0, counts.count, counts.population, counts.count**2 / counts.population


def _parents(session: Session, sites: Collection[int]) -> dict[int, int | None]:
    query = select(Site.id, Site.parent_id).where(Site.id.in_(sorted(sites)))
    return {row[0]: row[1] for row in session.execute(query)}


def months_of(
    session: Session, actor: Actor, place_id: int, asked: Asked, year: int,
    sites: Collection[int] | None = None, *, is_whole: bool = False,
) -> Months:  # fmt: skip
    """Return the months of a school year of places below one, in any order; the caller keeps those shown.

    Args:
        sites: these places only.
    """
    in_month = 12 * extract("year", MonthSum.month) + extract("month", MonthSum.month)
    query = (
        select(MonthSum.site_id, in_month, MonthSum.n, MonthSum.sum_y, MonthSum.sum_d, MonthSum.sum_yyd)
        .where(in_network(actor, MonthSum.network_id), MonthSum.measure_id == asked.measure_id)
        .where(MonthSum.subgroup_set == "", MonthSum.subgroup == "", MonthSum.n > 0)
        .where(MonthSum.month.between(*span_of(year)))
    )
    if sites is None:
        query = query.where(inside(MonthSum.site_id, place_id, is_whole=is_whole))
    else:
        query = query.where(MonthSum.site_id.in_(sorted(sites)))
    site, month, *sums = read_columns(session, query)
    return Months(site.astype(np.int64), month.astype(np.int64), Sums(*sums))
