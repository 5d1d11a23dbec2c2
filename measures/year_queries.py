"""Reading the sums of places: a site's children side by side, or all places of one level of a network.

Nothing here reads measurements: what a page over a nation costs depends on how many places it compares, never
on how much was measured. Which of these figures may be shown, and under which names, is not decided here: the
callers hide small groups (:mod:`measures.suppression`), and name only places that :func:`names_place` allows.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.orm import Session

from measures.models import MonthSum, YearSum
from nic_platform.actor import Actor, Level
from nic_platform.errors import AbsentError
from nic_platform.text import _
from teams.models import Site, SiteClosure, Team, TeamReach
from teams.queries import in_network

ALL = ("", "")
"""The breakdown and subgroup of everybody."""


@dataclass(frozen=True)
class PlaceRow:
    """A place as a comparison needs it. ``rank`` is its level's: 1 for a school, 2 for a district."""

    id: int
    public_id: UUID
    name: str
    level: Level
    parent_id: int | None


@dataclass(frozen=True)
class Sums:
    """What was measured at one place, and all places below it, in one span of time.

    ``n`` measurements with Σy, Σd and Σy²/d: y is the count (or the value), d the population (1 beside a
    value). Of a proportion the share is ``y / d``, of a value the mean is ``y / n``.
    """

    site_id: int
    n: int
    y: float
    d: float
    yyd: float
    last_on: date | None = None


@dataclass(frozen=True)
class Columns:
    """The sums of all places of one level in a school year, as arrays of the same length, by site number.

    ``parent_id`` is -1 for a place that lies in no other.
    """

    site_id: Any
    parent_id: Any
    n: Any
    y: Any
    d: Any
    yyd: Any

    def __len__(self) -> int:
        return len(self.site_id)


def names_place(actor: Actor, site_column: Any) -> ColumnElement[bool]:
    """Return the condition under which *actor* knows figures of a place by its name.

    Network leads and reviewers know all; everybody else their own teams' places, with all that lies below
    those of a district or more, and the places of teams below their own on links. Names of places are public;
    what is hidden is which figure is whose.
    """
    if actor.network_id is None:
        return false()
    if actor.sees_network:
        return true()
    if not actor.team_ids:
        return false()
    own = sorted(actor.team_ids)
    linked = select(TeamReach.below_id).where(TeamReach.above_id.in_(own))
    places = select(Team.site_id).where(or_(Team.id.in_(own), Team.id.in_(linked)))
    wide = (
        select(SiteClosure.below_id)
        .join(Team, Team.site_id == SiteClosure.above_id)
        .where(Team.id.in_(own), Team.rank >= Level.DISTRICT.rank)
    )
    return or_(site_column.in_(places), site_column.in_(wide))


def get_place(session: Session, actor: Actor, site_id: UUID | None) -> PlaceRow:
    """Return the place of that public id; without one the highest place of the network that has figures.

    Raises:
        AbsentError: there is none in the reader's network.
    """
    query = select(*_PLACE).where(in_network(actor, Site.network_id), Site.deleted_at.is_(None))
    if site_id is not None:
        query = query.where(Site.public_id == site_id)
    else:
        query = query.where(Site.parent_id.is_(None), Site.level == Level.STATE).order_by(Site.id).limit(1)
    found = session.execute(query).one_or_none()
    if found is None:
        raise AbsentError(_("There is no such place."))
    return PlaceRow(*found)


_PLACE: tuple[Any, ...] = (Site.id, Site.public_id, Site.name, Site.level, Site.parent_id)


def places(session: Session, actor: Actor, ids: Collection[int]) -> dict[int, PlaceRow]:
    """Return places by number, for the names of what a page shows; one statement."""
    query = select(*_PLACE).where(in_network(actor, Site.network_id), Site.id.in_(sorted(ids)))
    return {row[0]: PlaceRow(*row) for row in session.execute(query)}


def children(session: Session, actor: Actor, site_id: int) -> list[PlaceRow]:
    """Return the places right below one, by name; one statement."""
    query = (
        select(*_PLACE)
        .where(in_network(actor, Site.network_id), Site.parent_id == site_id, Site.deleted_at.is_(None))
        .order_by(Site.name, Site.id)
    )
    return [PlaceRow(*row) for row in session.execute(query)]


def named_among(session: Session, actor: Actor, ids: Collection[int]) -> set[int]:
    """Return those of the places whose figures *actor* knows by name; one statement."""
    if actor.sees_network:
        return set(ids)
    query = select(Site.id).where(in_network(actor, Site.network_id), Site.id.in_(sorted(ids)))
    return set(session.scalars(query.where(names_place(actor, Site.id))))


_YEAR: tuple[Any, ...] = (
    YearSum.site_id, YearSum.n, YearSum.sum_y, YearSum.sum_d, YearSum.sum_yyd, YearSum.last_on,
)  # fmt: skip


def _of(actor: Actor, measure_id: int, group: tuple[str, str]) -> ColumnElement[bool]:
    return and_(
        in_network(actor, YearSum.network_id), YearSum.measure_id == measure_id, YearSum.n > 0,
        YearSum.subgroup_set == group[0], YearSum.subgroup == group[1],
    )  # fmt: skip


def children_in_year(
    session: Session, actor: Actor, site_id: int, measure_id: int, year: int,
    group: tuple[str, str] = ALL,
) -> dict[int, Sums]:  # fmt: skip
    """Return the sums of a school year of the places right below one, by number; one statement.

    Args:
        year: the calendar year in which the school year begins.
        group: breakdown and subgroup; everybody unless given.
    """
    query = select(*_YEAR).where(
        _of(actor, measure_id, group), YearSum.parent_id == site_id, YearSum.year == year
    )
    return {row[0]: Sums(*row) for row in session.execute(query)}


def children_over_years(
    session: Session, actor: Actor, site_id: int, measure_id: int, group: tuple[str, str] = ALL
) -> dict[int, dict[int, Sums]]:
    """Return the sums of every school year of the places right below one: year → number → sums; one
    statement.
    """
    query = select(*_YEAR, YearSum.year).where(_of(actor, measure_id, group), YearSum.parent_id == site_id)
    found: dict[int, dict[int, Sums]] = {}
    for *row, year in session.execute(query.order_by(YearSum.year, YearSum.site_id)):
        found.setdefault(year, {})[row[0]] = Sums(*row)
    return found


def groups_in_year(
    session: Session, actor: Actor, sites: Sequence[int], measure_id: int, year: int
) -> dict[tuple[str, str], dict[int, Sums]]:
    """Return every subgroup's sums of a school year at some places: (breakdown, subgroup) → number → sums;
    one statement. Everybody is under :data:`ALL`.
    """
    query = select(*_YEAR, YearSum.subgroup_set, YearSum.subgroup).where(
        in_network(actor, YearSum.network_id), YearSum.measure_id == measure_id, YearSum.year == year,
        YearSum.n > 0, YearSum.site_id.in_(sorted(sites)),
    )  # fmt: skip
    found: dict[tuple[str, str], dict[int, Sums]] = {}
    for *row, breakdown, group in session.execute(query):
        found.setdefault((breakdown, group), {})[row[0]] = Sums(*row)
    return found


def own_over_years(
    session: Session, actor: Actor, sites: Sequence[int], measure_id: int, group: tuple[str, str] = ALL
) -> dict[int, dict[int, Sums]]:
    """Return the sums of every school year of the places themselves: number → year → sums; one statement."""
    query = select(*_YEAR, YearSum.year).where(
        _of(actor, measure_id, group), YearSum.site_id.in_(sorted(sites))
    )
    found: dict[int, dict[int, Sums]] = {}
    for *row, year in session.execute(query.order_by(YearSum.year)):
        found.setdefault(row[0], {})[year] = Sums(*row)
    return found


def children_by_month(
    session: Session, actor: Actor, site_id: int, measure_id: int, first: date, last: date,
    group: tuple[str, str] = ALL,
) -> dict[int, dict[date, Sums]]:  # fmt: skip
    """Return the sums of each month of a span of the places right below one: number → first day of the month
    → sums; one statement.
    """
    query = (
        select(MonthSum.site_id, MonthSum.n, MonthSum.sum_y, MonthSum.sum_d, MonthSum.sum_yyd, MonthSum.month)
        .join(Site, Site.id == MonthSum.site_id)
        .where(in_network(actor, MonthSum.network_id), Site.parent_id == site_id, MonthSum.n > 0)
        .where(MonthSum.measure_id == measure_id, MonthSum.month.between(first.replace(day=1), last))
        .where(MonthSum.subgroup_set == group[0], MonthSum.subgroup == group[1])
        .order_by(MonthSum.site_id, MonthSum.month)
    )
    found: dict[int, dict[date, Sums]] = {}
    for site, n, y, d, yyd, month in session.execute(query):
        found.setdefault(site, {})[month] = Sums(site, n, y, d, yyd)
    return found


def level_columns(
    session: Session, actor: Actor, measure_id: int, year: int, level: Level,
    group: tuple[str, str] = ALL,
) -> Columns:  # fmt: skip
    """Return the sums of a school year of all places of one level of the network, as arrays; one statement.

    For funnels and variances over a whole network: 100,000 schools take 8 MB and no object each.
    """
    import numpy as np  # pages that compare nothing don't wait for it

    query = (
        select(YearSum.site_id, func.coalesce(YearSum.parent_id, -1), YearSum.n, YearSum.sum_y, YearSum.sum_d,
               YearSum.sum_yyd)
        .where(_of(actor, measure_id, group), YearSum.year == year, YearSum.rank == level.rank)
        .order_by(YearSum.site_id)
    )  # fmt: skip
    rows = session.connection().execute(query).all()
    table = np.array([tuple(row) for row in rows], dtype=np.float64).reshape(len(rows), 6)
    numbers = table[:, :3].astype(np.int64)
    return Columns(numbers[:, 0], numbers[:, 1], numbers[:, 2], table[:, 3], table[:, 4], table[:, 5])


def years_of(session: Session, actor: Actor, measure_id: int, site_id: int) -> list[int]:
    """Return the school years in which a place, with all below it, has figures of a measure, newest first;
    one statement.
    """
    query = select(YearSum.year).where(_of(actor, measure_id, ALL), YearSum.site_id == site_id)
    return list(session.scalars(query.order_by(YearSum.year.desc())))


def measures_with_years(session: Session, actor: Actor, site_id: int) -> dict[int, list[int]]:
    """Return which measures a place, with all below it, has figures of, and of which school years, newest
    first; one statement.
    """
    query = (
        select(YearSum.measure_id, YearSum.year)
        .where(in_network(actor, YearSum.network_id), YearSum.site_id == site_id, YearSum.n > 0)
        .where(YearSum.subgroup_set == "", YearSum.subgroup == "")
        .order_by(YearSum.measure_id, YearSum.year.desc())
    )
    found: dict[int, list[int]] = {}
    for measure, year in session.execute(query):
        found.setdefault(measure, []).append(year)
    return found
