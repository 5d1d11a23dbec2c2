"""Reading the sums of the places that count, in columns, with what of each may be shown by itself.

Everything comes from maintained sums, so that a page costs what it compares, never what was measured. Only
where a month holds several counts are its days looked at, for those too small to be shown.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from measures.models import Measurement, MonthSum, YearSum
from measures.published_queries import Asked, published
from measures.publishing import Place
from measures.queries import stands
from measures.rules import MeasureType
from measures.school_years import span_of, year_of
from measures.suppression import Who
from nic_platform.actor import Actor, Level
from teams.models import Site
from teams.queries import in_network
from variation import standing
from variation.judging import Sums
from variation.place_queries import below
from variation.standing import PEOPLE, Month

Group = tuple[str, str]
LARGE = 5_000
"""Above so many places that count, other years are read only for the level above them."""


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


    def opened(self, whole: Collection[int], *, is_share: bool) -> "Counting":
        """Return the same for who sees the figures of some places whole, however small they are."""
        there = (self.sums.d > 0) & np.isin(self.site_id, list(whole))
        if is_share:
            there &= self.sums.y <= self.sums.d
        return replace(self, shown=self.shown | there)


@dataclass(frozen=True)
class MonthRow:
    """The sums of one month of a place, shown by themselves."""

    site_id: int
    month: date
    n: float
    y: float
    d: float
    yyd: float


def _year_rows(session: Session, actor: Actor, place_id: int, measure_id: int, year: int | None) -> Any:
    query = select(
        YearSum.year, YearSum.site_id, func.coalesce(YearSum.parent_id, -1), YearSum.n, YearSum.sum_y,
        YearSum.sum_d, YearSum.sum_yyd,
    ).where(
        in_network(actor, YearSum.network_id), YearSum.measure_id == measure_id, YearSum.subgroup_set == "",
        YearSum.subgroup == "", YearSum.n > 0, YearSum.rank >= Level.SCHOOL.rank,
        YearSum.rank < Level.STATE.rank, YearSum.site_id.in_(below(place_id)),
    )  # fmt: skip
    if year is not None:
        query = query.where(YearSum.year == year)
    rows = session.connection().execute(query.order_by(YearSum.year, YearSum.site_id)).all()
    return np.array([tuple(row) for row in rows], dtype=np.float64).reshape(len(rows), 7)


def read_years(
    session: Session, actor: Actor, place_id: int, asked: Asked, years: Collection[int], year: int
) -> dict[int, Counting]:
    """Return the places that count below a place, by school year; four statements at most.

    Of very many places only the year asked for is read.
    """
    has_others = len(years) > 1 and _few_places(session, actor, place_id, asked.measure_id, year)
    wanted = None if has_others else year
    table = _year_rows(session, actor, place_id, asked.measure_id, wanted)
    table = table[~np.isin(table[:, 1], table[:, 2])]  # who has others below doesn't count by itself
    leaves = set(table[:, 1].astype(np.int64).tolist())
    held = _held_back(session, actor, place_id, asked, wanted, leaves)
    found = {year: Counting(*_NOTHING)}
    for each in np.unique(table[:, 0]):
        rows = table[table[:, 0] == each]
        sites = rows[:, 1].astype(np.int64)
        times, sums = rows[:, 3], Sums(rows[:, 3], rows[:, 4], rows[:, 5], rows[:, 6])
        shown = ~np.isin(sites, list(held.get(int(each), ()))) & (sums.d > 0)
        if asked.type is MeasureType.PROPORTION:
            shown &= sums.y <= sums.d
            sums = averaged(sums)
        found[int(each)] = Counting(sites, rows[:, 2].astype(np.int64), sums, shown, times)
    return found


_NONE = np.empty(0)
_NO_SITES = np.empty(0, np.int64)
_NOTHING = (_NO_SITES, _NO_SITES, Sums(_NONE, _NONE, _NONE, _NONE), np.empty(0, bool), _NONE)


def averaged(sums: Sums) -> Sums:
    """Return each place's average count of people, as one value."""
    count, people = sums.y / sums.n, sums.d / sums.n
    safe = np.where(people > 0, people, 1.0)
    return Sums(np.ones(len(sums)), count, people, count**2 / safe)


def _few_places(session: Session, actor: Actor, place_id: int, measure_id: int, year: int) -> bool:
    """Say whether there are so few places that every school year of them can be read."""
    some = (
        select(YearSum.site_id)
        .where(in_network(actor, YearSum.network_id), YearSum.measure_id == measure_id, YearSum.year == year)
        .where(YearSum.subgroup_set == "", YearSum.subgroup == "", YearSum.rank == Level.SCHOOL.rank)
        .limit(LARGE + 1)
    )
    return (session.scalar(select(func.count()).select_from(some.subquery())) or 0) <= LARGE


def _held_back(
    session: Session, actor: Actor, place_id: int, asked: Asked, year: int | None, leaves: set[int]
) -> dict[int, set[int]]:
    """Return those of the *leaves*, by school year, of which some count can't stand alone.

    A year's sum is shown only where each of its counts may be (:mod:`measures.publishing`).
    """
    if asked.type not in PEOPLE or (asked.type is MeasureType.COUNT and asked.who is Who.ADULTS):
        return {}
    query = select(
        MonthSum.site_id, MonthSum.month, MonthSum.n, MonthSum.sum_y, MonthSum.sum_d, MonthSum.subgroup_set,
    ).where(
        in_network(actor, MonthSum.network_id), MonthSum.measure_id == asked.measure_id, MonthSum.n > 0,
        MonthSum.site_id.in_(below(place_id)),
    )  # fmt: skip
    if asked.who is Who.ADULTS:
        query = query.where(MonthSum.subgroup_set == "")
    if asked.who is Who.ADULTS or not _has_groups(session, actor, asked):
        query = query.where(_may_be_held(asked))  # a nation has a million months, and few that are small
    if year is not None:
        query = query.where(MonthSum.month.between(*span_of(year)))
    rows = [row for row in session.connection().execute(query).all() if row[0] in leaves]
    found: dict[int, set[int]] = {}
    for site, month in standing.held_back([Month(*row) for row in rows], asked):
        found.setdefault(year_of(month), set()).add(site)
    if any(row[2] > 1 for row in rows):
        for site, day in session.execute(_small_days(actor, place_id, asked, year)):
            found.setdefault(year_of(day), set()).add(site)
    return found


def _has_groups(session: Session, actor: Actor, asked: Asked) -> bool:
    """Say whether the measure was ever counted by subgroups: they may ask for their total to be hidden."""
    some = select(YearSum.site_id).where(
        in_network(actor, YearSum.network_id), YearSum.measure_id == asked.measure_id,
        YearSum.subgroup_set > "",
    )  # fmt: skip
    return session.scalar(some.limit(1)) is not None


def _may_be_held(asked: Asked) -> ColumnElement[bool]:
    """Return the condition that a month's only count, or some count of several, may not stand alone."""
    least, y, d = asked.minimum * MonthSum.n, MonthSum.sum_y, MonthSum.sum_d
    small = [MonthSum.n > 1, y < least if asked.type is MeasureType.COUNT else d < least]
    if asked.who is Who.STUDENTS and asked.type is not MeasureType.COUNT:
        small += [y < least, d - y < least]
    return or_(*small)


def _small_days(actor: Actor, place_id: int, asked: Asked, year: int | None) -> Select[int, date]:
    """Return the query of days whose count can't stand alone, where a month holds several."""
    count, people = func.coalesce(Measurement.count, Measurement.value), Measurement.population
    few = [] if asked.type is MeasureType.COUNT else [people < asked.minimum]
    if asked.who is Who.STUDENTS:
        few += [count < asked.minimum, people - count < asked.minimum]
    query = (
        select(Measurement.site_id, Measurement.observed_on)
        .where(in_network(actor, Measurement.network_id), Measurement.measure_id == asked.measure_id)
        .where(Measurement.subgroup_set == "", stands(), or_(*few))
        .where(Measurement.site_id.in_(below(place_id)))
    )
    return query if year is None else query.where(Measurement.observed_on.between(*span_of(year)))


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


def months_of(session: Session, actor: Actor, place_id: int, asked: Asked, year: int) -> list[MonthRow]:
    """Return the months of a school year of all places below one; the caller keeps those that are shown."""
    query = (
        select(MonthSum.site_id, MonthSum.month, MonthSum.n, MonthSum.sum_y, MonthSum.sum_d, MonthSum.sum_yyd)
        .where(in_network(actor, MonthSum.network_id), MonthSum.measure_id == asked.measure_id)
        .where(MonthSum.subgroup_set == "", MonthSum.subgroup == "", MonthSum.n > 0)
        .where(MonthSum.site_id.in_(below(place_id)), MonthSum.month.between(*span_of(year)))
        .order_by(MonthSum.site_id, MonthSum.month)
    )
    return [MonthRow(*row) for row in session.execute(query)]
