"""Reading what may be shown of places: one place with those below it, small cells hidden, totals decided.

For tables, charts, reports and answers about more than one place. Everything is decided for the whole place,
all its groups and whole months, whoever asks and whatever filter follows; :mod:`measures.publishing` has the
rules. Callers choose names, filters and figures from what comes back, and never look at ``everything``.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from measures.least import PEOPLE, may_be_shown
from measures.models import Measurement, MonthSum
from measures.publishing import Place, breakdowns, leaf, spanning, together
from measures.queries import stands
from measures.rules import MeasureType
from measures.suppression import ALSO_HIDDEN, HIDDEN, UNTOLD, Cell, Counts, Who, one, whole
from nic_platform import looks
from nic_platform.actor import Actor
from teams.models import Site, SiteClosure
from teams.queries import in_network

ALL = ("", "")
"""The breakdown and subgroup of everybody."""

Group = tuple[str, str]  # breakdown, subgroup


@dataclass(frozen=True)
class Asked:
    """A measure, cut down to what decides what of it may be shown.

    Args:
        minimum: the smallest cell; 1 for who reads every one of the places' adults whole, as a team above all
            of them on links does. Students' counts never get another than the network's.
    """

    measure_id: int
    type: MeasureType
    counts_students: bool
    minimum: int

    @property
    def who(self) -> Who:
        """Return whom the measure counts."""
        return Who.STUDENTS if self.counts_students else Who.ADULTS


@dataclass(frozen=True)
class Published:
    """What may be shown of a place over a span of months, and of the places below it, by site number.

    ``below`` are the places right below it, ``leaves`` those that counted themselves, wherever they lie;
    ``by_month`` has each of ``below``, the place itself and those asked for, month by month.
    """

    place: Place
    below: Mapping[int, Place]
    leaves: Mapping[int, Place]
    by_month: Mapping[int, Mapping[date, Place]]


@dataclass(frozen=True)
class _Row:
    """What was counted at one site: on one day, or in a month with one count. ``day`` tells days apart."""

    site: int
    month: date
    day: tuple[Any, ...]
    group: Group
    counts: Counts
    people: float | None = None  # behind a population of their days
    is_decided: bool = False  # several counts, each of which may be shown


def published(
    session: Session, actor: Actor, site_id: int, asked: Asked, span: tuple[date, date], group: Group = ALL,
    line: Collection[int] = (),
) -> Published:  # fmt: skip
    """Return what may be shown of a site and the sites below it, from a first day's month to a last one's.

    Two statements; a third where somebody counted more than once a month and not each count may be shown, or
    at a site with others below.

    Args:
        group: breakdown and subgroup. Of a group there are no totals of everything: a place with others below
            has the pooled figure of those whose own group is shown.
        line: further sites below the site whose months are wanted too.
    """
    if asked.counts_students:
        looks.note_site(site_id)
    parents = _tree(session, actor, site_id)
    rows = _rows(session, actor, site_id, asked, span, frozenset(parents.values()), group)
    counted = _counted(rows, asked, group)
    has_totals = group == ALL and not any(row.people is not None for row in rows)
    return _put_together(site_id, parents, counted, asked, line, has_totals=has_totals)


def _tree(session: Session, actor: Actor, site_id: int) -> dict[int, int | None]:
    """Return the site and all below it, each with the site that it lies in, the lowest first."""
    query = (
        select(Site.id, Site.parent_id)
        .join(SiteClosure, SiteClosure.below_id == Site.id)
        .where(in_network(actor, Site.network_id), SiteClosure.above_id == site_id)
        .order_by(SiteClosure.depth.desc(), Site.id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _rows(
    session: Session, actor: Actor, site_id: int, asked: Asked, span: tuple[date, date],
    upper: frozenset[int | None], group: Group,
) -> list[_Row]:  # fmt: skip
    """Return each count that stands: from a month's sums where that is one count, else from the days.

    Of everybody the sums of several counts will do too, where the smallest of each kind says that each count
    may be shown.

    Args:
        upper: the sites with others below them, whose sums hold those of the others too.
    """
    below = select(SiteClosure.below_id).where(SiteClosure.above_id == site_id)
    month = MonthSum.month
    query = (
        select(
            MonthSum.site_id, month, MonthSum.subgroup_set, MonthSum.subgroup, MonthSum.n, MonthSum.sum_y,
            MonthSum.sum_d, MonthSum.least_y, MonthSum.least_d, MonthSum.least_rest, MonthSum.least_room,
        )
        .where(in_network(actor, MonthSum.network_id), MonthSum.measure_id == asked.measure_id)
        .where(month.between(span[0].replace(day=1), span[1]), MonthSum.n > 0, MonthSum.site_id.in_(below))
    )  # fmt: skip
    months: dict[tuple[int, date], list[_Sum]] = {}
    for site, first, *told in session.execute(query):
        months.setdefault((site, first), []).append(_Sum(*told))
    rows, unclear = [], set()
    for (site, first), sums in months.items():
        found = None if site in upper else _from_sums(site, first, sums, asked, group)
        if found is None:
            unclear.add((site, first))
        else:
            rows += found
    return rows + _days(session, actor, asked, span, below, unclear) if unclear else rows


class _Sum(NamedTuple):
    """The sums of a month of one site and group."""

    breakdown: str
    group: str
    n: int
    y: float
    d: float
    least_y: float | None
    least_d: float | None
    least_rest: float | None
    least_room: float | None

    @property
    def people(self) -> float | None:
        """Return how many people are behind a single count of their days; nothing for a count of people."""
        return self.least_d if self.least_d is not None and self.least_d < self.d else None


def _from_sums(site: int, month: date, sums: Sequence[_Sum], asked: Asked, group: Group) -> list[_Row] | None:
    """Return what sums tell of the counts of a site's month; ``None`` where its days have to be asked."""
    if asked.type is MeasureType.RATE and any(each.d <= each.n for each in sums):
        return None
    if _is_free(asked) or all(each.n == 1 for each in sums):
        return [
            _Row(site, month, (), (each.breakdown, each.group), _counts(asked, each.y, each.d), each.people)
            for each in sums
        ]
    whole = [each for each in sums if not each.group]
    if group != ALL or not all(_may_be_shown(each, asked) for each in whole):
        return None
    return [_Row(site, month, (), ALL, _counts(asked, each.y, each.d), is_decided=True) for each in whole]


def _may_be_shown(each: _Sum, asked: Asked) -> bool:
    told = [np.nan if value is None else value for value in each[5:]]
    return bool(may_be_shown(asked.type, asked.who, asked.minimum, *([value] for value in told))[0])


def _is_free(asked: Asked) -> bool:
    """Say whether nothing of the measure is ever hidden: it counts nobody, or the reader reads all of it."""
    return asked.type not in PEOPLE or (asked.who is Who.ADULTS and asked.minimum <= 1)


def _days(
    session: Session, actor: Actor, asked: Asked, span: tuple[date, date], below: Any,
    months: set[tuple[int, date]],
) -> list[_Row]:  # fmt: skip
    """Return what stands of these sites' own counts in these months, day by day."""
    sites = {site for site, _month in months}
    query = (
        select(
            Measurement.site_id, Measurement.team_id, Measurement.observed_on, Measurement.count,
            Measurement.population, Measurement.value, Measurement.people, Measurement.subgroup_set,
            Measurement.subgroup,
        )
        .where(in_network(actor, Measurement.network_id), stands())
        .where(Measurement.measure_id == asked.measure_id)
        .where(Measurement.observed_on.between(span[0].replace(day=1), _end_of(span[1])))
        .where(Measurement.site_id.in_(sorted(sites) if len(sites) <= _FEW else below))
    )  # fmt: skip
    found = []
    for site, team, on, count, population, value, people, *group in session.execute(query):
        if (site, on.replace(day=1)) in months:
            y = count if count is not None else value or 0.0
            counts = _counts(asked, y, population or 1.0, is_value=count is None)
            found.append(_Row(site, on.replace(day=1), (team, on), (group[0], group[1]), counts, people))
    return found


_FEW = 500  # sites named one by one in a statement


def _end_of(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1) - timedelta(days=1)


def _counts(asked: Asked, y: float, d: float, *, is_value: bool = False) -> Counts:
    """Return a count as cells take it: of so many, of an untold number, or (of values) that many values."""
    if asked.type is MeasureType.COUNT:
        return Counts(y, UNTOLD)
    if is_value and asked.type in PEOPLE:
        return Counts(y, UNTOLD)
    return Counts(y, d)


_Counted = dict[int, dict[date, list[tuple[Counts, Cell]]]]  # site → month → each count with its cell


def _counted(rows: Sequence[_Row], asked: Asked, group: Group) -> _Counted:
    """Return each count of the group that is asked for, with what may be shown of it."""
    days: dict[tuple[Any, ...], list[_Row]] = {}
    for row in rows:
        days.setdefault((row.site, row.month, row.day), []).append(row)
    found: _Counted = {}
    for (site, month, _day), some in days.items():
        for counts, cell in _cells(some, asked, group):
            found.setdefault(site, {}).setdefault(month, []).append((counts, cell))
    return found


def _cells(day: Sequence[_Row], asked: Asked, group: Group) -> list[tuple[Counts, Cell]]:
    """Return each count of the group with its cell; days of too few people are hidden, however many days."""
    found = _judged(day, asked, group)
    is_few = any(row.people is not None and row.people < asked.minimum for row in day)
    return [(counts, HIDDEN) for counts, _cell in found] if is_few else found


def _judged(day: Sequence[_Row], asked: Asked, group: Group) -> list[tuple[Counts, Cell]]:
    mine = [row for row in day if row.group == group]
    if asked.type not in PEOPLE or all(row.is_decided for row in mine):
        return [(row.counts, whole(row.counts)) for row in mine]
    if asked.who is Who.ADULTS:
        return [(row.counts, one(row.counts, asked.who, asked.minimum)) for row in mine]
    totals = [row for row in day if not row.group[1]]
    tables: dict[str, list[_Row]] = {}
    for row in day:
        if row.group[1]:
            tables.setdefault(row.group[0], []).append(row)
    if group == ALL:
        return [(row.counts, breakdowns(row.counts, _bare(tables), asked.minimum)[0]) for row in totals]
    if len(totals) != 1:  # nothing that they could be held against, or it isn't clear what
        cells = [one(row.counts, asked.who, asked.minimum) if not totals else ALSO_HIDDEN for row in mine]
        return [(row.counts, cell) for row, cell in zip(mine, cells, strict=True)]
    _total, made = breakdowns(totals[0].counts, _bare(tables), asked.minimum)
    said = made[list(tables).index(group[0])] if group[0] in tables else []
    return [
        (row.counts, cell)
        for row, cell in zip(tables.get(group[0], []), said, strict=True)
        if row.group == group and cell is not None
    ]


def _bare(tables: Mapping[str, Sequence[_Row]]) -> list[list[Counts | None]]:
    return [[row.counts for row in rows] for rows in tables.values()]


def _put_together(
    site_id: int, parents: Mapping[int, int | None], counted: _Counted, asked: Asked,
    line: Collection[int], *, has_totals: bool,
) -> Published:  # fmt: skip
    """Return the places of a tree, from the lowest up; *parents* has the lowest first."""
    under: dict[int, list[int]] = {}
    for site, parent in parents.items():
        if parent is not None and site != site_id:
            under.setdefault(parent, []).append(site)
    leaves = {site: _leaf(site, [*chain(*months.values())], asked) for site, months in counted.items()}
    by_month: dict[int, dict[date, Place]] = {}
    spans: dict[int, Place] = {}
    for site in parents:
        own = {month: _leaf(site, some, asked) for month, some in counted.get(site, {}).items()}
        some = [each for each in under.get(site, []) if each in spans]
        if not some:
            by_month[site] = own
            if site in leaves:
                spans[site] = leaves[site]
            continue
        months = sorted({month for each in some for month in by_month[each]} | set(own))
        by_month[site] = {
            month: together(
                str(site),
                [by_month[each][month] for each in some if month in by_month[each]] + _of(own, month),
                asked.who, asked.minimum, has_total=has_totals,
            )
            for month in months
        }  # fmt: skip
        parts = [spans[each] for each in some] + _of(leaves, site)
        spans[site] = spanning(str(site), list(by_month[site].values()), parts)
    nothing = Place(str(site_id), HIDDEN, Counts(0, 0), Counts(0, 0), (), 0, 0)
    below = {site: spans[site] for site in under.get(site_id, []) if site in spans}
    return Published(
        spans.get(site_id, nothing),
        below,
        leaves,
        {site: by_month.get(site, {}) for site in (site_id, *below, *line)},
    )


def _of(places: Mapping[Any, Place], key: Any) -> list[Place]:
    return [places[key]] if key in places else []


def _leaf(site: int, counted: Sequence[tuple[Counts, Cell]], asked: Asked) -> Place:
    counts, cells = [each for each, _cell in counted], [cell for _each, cell in counted]
    return leaf(str(site), counts, asked.who, asked.minimum, cells=cells)
