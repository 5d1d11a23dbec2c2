"""What the comparison of places is made of: one reading, one rule of what may be shown.

The page, its funnel, its downloads and its API answer all start here. A place's own figure is shown where
``measures.publishing`` lets it; a district's is put together from those of the places below it that are
shown. Filters choose among figures that are already decided.
"""

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from measures.engine.problems import AnalysisError
from measures.published_queries import ALL, Asked
from measures.publishing import POOLED_FROM, UNNAMED_FROM, is_crowd
from measures.rules import MeasureType
from nic_platform.actor import Actor, Level
from nic_platform.database import plan_anew
from nic_platform.errors import AbsentError
from nic_platform.text import _
from variation import (
    context,
    judging,
    place_context_queries,
    place_queries,
    place_rows,
    place_sum_queries,
    remembered,
    whole_queries,
)
from variation.judging import Judged, Scale, Sums
from variation.place_groups import Columns, Groups, codes_in, leaf_level
from variation.place_page import AreaRow, PlaceChoice, PlacesPage, YearLevel
from variation.place_queries import MeasureRow, PlaceRow
from variation.place_sum_queries import Counting

PAGE = 24
NAMED_AT_MOST = 400
"""Places outside the limits that are told one by one."""
LARGE = 5_000
"""Above so many places their months aren't read all at once."""
MOST_AREAS = 400
"""More districts than this are not listed beneath their schools; their own page has them, page by page."""


@dataclass(frozen=True)
class _Read:
    """What one comparison stands on, after filters. ``named`` is empty for who knows all places by name."""

    session: Session
    actor: Actor
    place: PlaceRow
    measure: MeasureRow
    asked: Asked
    year: int
    groups: Groups
    counting: Counting
    years: dict[int, Counting]
    named: set[int] | None
    months: place_sum_queries.Months | None  # of all of them, where there is no other year to see change by
    has_months: bool  # several counts in the year, of which small charts are made
    left_out: int = 0  # places without a name for the reader that are shown, and not chosen

    def unnamed(self, counting: Counting) -> int:
        """Return how many places are shown that the reader doesn't know by name."""
        return (
            0 if self.named is None
            else int((counting.shown & ~np.isin(counting.site_id, list(self.named))).sum())
        )  # fmt: skip


def read(session: Session, actor: Actor, choice: PlaceChoice, *, everything: bool = False) -> PlacesPage:
    """Return the comparison for this reader; with *everything* all its units, not one page of them.

    Raises:
        AbsentError: there is no such place, measure, year or kind of place for them.
    """
    place = place_queries.find_place(session, actor, choice.place_id)
    if place is None:
        return PlacesPage(choice)
    above = place_queries.list_above(session, actor, place.id) if place.parent_id else []
    measures = place_queries.list_measures(session, actor, place.id)
    milestones = place_queries.list_milestones(session, actor)
    pooled = place_queries.is_pooled(actor)
    page = PlacesPage(choice, place, above, measures, milestones, pooled_only=pooled)
    measure = _measure(page)
    if measure is None:
        return page
    page = replace(page, measure=measure, year=_year(choice, measure))
    if place.level in {Level.STATE, Level.REGION}:
        plan_anew(session)
    return _told(_gathered(session, actor, page, place, measure), page, everything=everything)


def _measure(page: PlacesPage) -> MeasureRow | None:
    choice = page.choice
    if choice.milestone_id is not None:
        of = {public: number for number, some in page.milestones.items() for public, _words in some}
        found = next((each for each in page.measures if each.id == of.get(choice.milestone_id)), None)
    elif choice.measure_id is None:
        newest = max((each.years[0] for each in page.measures), default=0)
        return next((each for each in page.measures if each.years[0] == newest), None)
    else:
        found = next((each for each in page.measures if each.public_id == choice.measure_id), None)
    if found is None:
        raise AbsentError(_("There is no such measure."))
    return found


def _year(choice: PlaceChoice, measure: MeasureRow) -> int:
    if choice.year is None:
        return measure.years[0]
    if choice.year not in measure.years:
        raise AbsentError(_("Nothing was counted in that school year."))
    return choice.year


def _gathered(
    session: Session, actor: Actor, page: PlacesPage, place: PlaceRow, measure: MeasureRow
) -> _Read:
    asked = Asked(measure.id, measure.type, measure.counts_students, actor.minimum_cell)
    group, year, chosen = page.choice.group, page.year, page.choice.filters
    if group == ALL:
        years = place_sum_queries.read_years(
            session, actor, place.id, asked, measure.years, year, is_whole=place.is_whole
        )
    elif group[1] in measure.breakdown.get(group[0], []):
        years = {year: place_sum_queries.read_group(session, actor, place.id, asked, year, group)}
    else:
        raise AbsentError(_("There is no such subgroup."))
    if group == ALL and not measure.counts_students:
        years = _opened(session, actor, years, is_share=measure.type is MeasureType.PROPORTION)
    upper = place_queries.list_upper(session, actor, place)
    leaf = leaf_level(upper, years[year])
    every, is_school = years[year], leaf is Level.SCHOOL
    if chosen:
        kept = place_context_queries.ids_in(session, actor, place, leaf, chosen if is_school else {})
        kept = kept if is_school else kept[:0]
        years = {each: counting.only(np.isin(counting.site_id, kept)) for each, counting in years.items()}
    named = place_queries.named_below(session, actor, place.id)
    groups, months = Groups(upper, leaf, np.empty(0)), None
    if is_school and groups.way(page.choice.by) is leaf:
        groups = replace(groups, order=place_context_queries.order_of(session, actor, place, leaf))
    has_months = group == ALL and _times(years[year]) >= place_rows.MONTHS_FROM
    if has_months and len(years[year]) <= LARGE and len(measure.years) == 1:
        months = place_sum_queries.months_of(session, actor, place.id, asked, year, is_whole=place.is_whole)
    read = _Read(
        session, actor, place, measure, asked, year, groups, years[year], years, named, months, has_months
    )
    return replace(read, left_out=read.unnamed(every) - read.unnamed(read.counting))


def _opened(
    session: Session, actor: Actor, years: dict[int, Counting], *, is_share: bool
) -> dict[int, Counting]:
    """Return adults' figures with those opened that the reader sees whole; one statement at most."""
    hidden = [counting.site_id[counting.hidden(is_share=is_share)] for counting in years.values()]
    whole = whole_queries.sites_seen_whole(session, actor, set(np.concatenate(hidden).tolist()))
    return {each: counting.opened(whole, is_share=is_share) for each, counting in years.items()}


def _times(counting: Counting) -> int:
    """Return how often a place usually counted in the school year."""
    some = counting.times[counting.shown]
    return int(np.median(some)) if len(some) else 0


def _told(read: _Read, page: PlacesPage, *, everything: bool) -> PlacesPage:
    choice, groups, counting = page.choice, read.groups, read.counting
    by = groups.way(choice.by)
    cols = groups.columns(counting, by)
    judged = remembered.judge(read.measure.type, cols.sums.only(cols.shown))
    use_spread = choice.limits == "spread" or (choice.limits != "chance" and judged.is_overdispersed)
    kinds = (
        place_context_queries.kinds(read.session, read.actor, read.place, groups.leaf)
        if groups.leaf is Level.SCHOOL else []
    )  # fmt: skip
    page = replace(
        page, by=by, ways=groups.ways(), filters=context.filters_of(kinds, choice.filters), judged=judged,
        use_spread=use_spread, of=len(cols.ids), shown=int(cols.shown.sum()),
        leaves=int(counting.shown.sum()), times=max(1, _times(counting)),
    )  # fmt: skip
    least = UNNAMED_FROM if page.pooled_only else POOLED_FROM
    is_few = page.pooled_only and min(page.leaves, page.shown) < least
    if is_few or _tells_apart(read, page, least):
        return replace(page, judged=None, leaves=0, shown=0)
    page = replace(_with_split(page, read), years=_year_levels(page, read))
    return page if page.pooled_only else _with_units(page, read, cols, judged, everything=everything)


def _tells_apart(read: _Read, page: PlacesPage, least: int) -> bool:
    """Say whether what is pooled would tell of single places that the reader doesn't know by name."""
    unnamed, filters = read.unnamed(read.counting), page.choice.filters
    if not filters and not read.measure.counts_students:
        return False  # adults' figures stand on the page one by one, without a name
    return (len(filters) > 1 and unnamed > 0) or not is_crowd(unnamed, read.left_out, least)


def _with_split(page: PlacesPage, read: _Read) -> PlacesPage:
    """Add how much of the variance lies between districts, between schools and within."""
    kept = read.counting.shown
    sums = read.counting.sums.only(kept)
    around = read.groups.owners(read.counting, Level.DISTRICT)[kept]
    has_districts = read.groups.leaf is Level.SCHOOL and len(around) > 0 and bool(around.min() >= 0)
    is_share = read.measure.type is MeasureType.PROPORTION
    try:
        split = remembered.split(sums, around if has_districts else None, is_share=is_share)
    except AnalysisError as error:
        return replace(page, split_error=error.code)
    return replace(page, split=split)


def _year_levels(page: PlacesPage, read: _Read) -> list[YearLevel]:
    """Return each school year of the places shown, from so many places on that none is read as another.

    Where there is only one, each of its months.
    """
    least = UNNAMED_FROM if page.pooled_only else POOLED_FROM
    kind = read.measure.type
    found = [
        _year_level(year, kind, sums)
        for year, counting in sorted(read.years.items())
        if len(sums := counting.sums.only(counting.shown)) >= least
    ]
    if len(found) > 1 or read.months is None:
        return found
    apart = place_rows.months_apart(read.months, read.counting.site_id[read.counting.shown])
    is_share = kind is MeasureType.PROPORTION
    return [
        replace(
            _year_level(page.year, kind, place_sum_queries.averaged(sums) if is_share else sums), month=month
        )
        for month, sums in apart.items()
        if len(sums) >= least
    ]


def _year_level(year: int, kind: MeasureType, sums: Sums) -> YearLevel:
    scale = judging.scale_of(kind, sums)
    factor = 100.0 if scale is Scale.SHARE else 1.0
    whole = sums.n if scale is Scale.MEAN else sums.d
    plain = YearLevel(year, len(sums), factor * float(sums.y.sum() / whole.sum()))
    try:
        told = remembered.spread(sums, is_share=scale is Scale.SHARE)
    except AnalysisError:
        return plain
    return replace(
        plain, typical=factor * told.mean, low=factor * told.low, high=factor * told.high, sd=factor * told.sd
    )


def _with_units(
    page: PlacesPage, read: _Read, cols: Columns, judged: Judged, *, everything: bool
) -> PlacesPage:
    listed = _listed(page, read, cols, judged)
    pages = max(1, -(-len(listed) // PAGE))
    number = min(max(1, page.choice.page), pages)
    wanted = listed if everything else listed[(number - 1) * PAGE : number * PAGE]
    is_local = read.place.level is Level.DISTRICT
    rows = place_rows.Rows(read.groups, cols, judged, page.use_spread, read.named, listed, is_local=is_local)
    outside = listed[np.abs(rows.zones[listed]) == 2][:NAMED_AT_MOST]
    if page.by is read.groups.leaf is Level.SCHOOL:
        sites = {int(cols.ids[at]) for at in (*wanted.tolist(), *outside.tolist()) if rows.is_named(at)}
        rows.know(place_queries.list_places(read.session, read.actor, read.place.id, page.by, sites))
    points, by_month = ({}, False) if everything else _points(page, read, cols, wanted)
    known = [int(cols.ids[at]) for at in wanted.tolist() if rows.is_named(at)]
    teams = {} if everything else place_queries.teams_of(read.session, read.actor, known)
    ends = rows.units(outside)
    return replace(
        page, units=rows.units(wanted, points, teams), pages=pages, page=number,
        hides_unnamed=len(listed) < len(cols.ids), by_month=by_month,
        above_limits=[unit for unit in ends if unit.zone > 0],
        below_limits=[unit for unit in ends if unit.zone < 0],
        watched=rows.watched, areas=_areas(page, read, cols, rows),
    )  # fmt: skip


def _listed(page: PlacesPage, read: _Read, cols: Columns, judged: Judged) -> Any:
    """Return which units are told one by one, in order: by name, those without a name behind the others.

    Students' figures of places that the reader doesn't know by name are only in what is pooled.
    """
    found = np.arange(len(cols.ids))
    if read.named is not None:
        named = np.isin(cols.ids, list(read.named))
        unnamed = [] if read.measure.counts_students else found[~named].tolist()
        unnamed.sort(key=lambda at: sha256(f"{read.place.id}-{cols.ids[at]}".encode()).digest())
        found = np.concatenate([found[named], np.array(unnamed, dtype=np.int64)])
    if page.choice.order != "estimate" or judged.estimate is None:
        return found
    height = np.full(len(cols.ids), -np.inf)
    height[cols.shown] = judged.estimate
    return found[np.argsort(-height[found], kind="stable")]


def _points(
    page: PlacesPage, read: _Read, cols: Columns, wanted: Any
) -> tuple[dict[int, place_rows.Points], bool]:
    """Return the points of small charts: months of this year where there are several, else school years."""
    sites = cols.ids[wanted].tolist()
    owner = place_rows.owners(read.groups, read.counting, page.by, sites) if read.has_months else {}
    if not read.has_months or len(owner) > MOST_IN_CHARTS:
        years = {year: read.groups.columns(each, page.by) for year, each in read.years.items()}
        return place_rows.by_year(years, sites, read.measure.type), False
    months = read.months or place_sum_queries.months_of(
        read.session, read.actor, read.place.id, read.asked, read.year, owner
    )
    return place_rows.by_month(months, owner, cols, read.measure.type), True


MOST_IN_CHARTS = 5_000
"""Small charts of more places than this have school years: their months would be read for little."""


def _areas(page: PlacesPage, read: _Read, cols: Columns, rows: "place_rows.Rows") -> list[AreaRow]:
    """Return the districts of the schools compared, by name, for who may know them all."""
    is_one = page.by is not Level.SCHOOL or Level.DISTRICT not in page.ways
    if is_one or read.named is not None or len(read.groups.upper) > MOST_AREAS:
        return []
    areas = read.groups.columns(read.counting, Level.DISTRICT)
    owners = read.groups.owners(read.counting, Level.DISTRICT)
    at = codes_in(read.counting.site_id, cols.ids)
    around = codes_in(areas.ids, owners[at])
    above, below = (
        np.bincount(around[(rows.zones == zone) & (around >= 0)], minlength=len(areas.ids)).tolist()
        for zone in (2, -2)
    )
    return place_rows.areas(read.groups, areas, read.measure.type, above, below)
