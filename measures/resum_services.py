"""Making sums from nothing, after an upgrade, and letting them follow a place that moved."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import and_, delete, exists, extract, func, or_, select, update
from sqlalchemy.orm import Session

from measures.least import FREE
from measures.least_queries import COLUMNS, D, Y, rooms
from measures.models import DirtySum, Measurement, MonthSum, YearSum
from measures.queries import stands
from measures.school_years import year_of
from measures.sum_cells import Cell, Sums
from measures.sum_services import FOLD_JOB, fold_cells, mark_months, put
from nic_platform import importing, jobs
from teams.models import Network, Site, SiteClosure
from teams.move_services import when_site_moved

SITES = 2000  # whose measurements are added up at once


def fill_missing(session: Session) -> int:
    """Make the sums of networks that lack some, as after an upgrade: those of years, or the smallest counts.

    The highest places tell: what isn't known below makes theirs 0 or empty.

    Returns:
        How many networks there were.
    """
    months = exists().where(MonthSum.network_id == Network.id, MonthSum.n > 0)
    years = exists().where(YearSum.network_id == Network.id)
    blind = exists().where(
        Site.network_id == Network.id, Site.parent_id.is_(None), YearSum.site_id == Site.id, YearSum.n > 0,
        or_(YearSum.least_d.is_(None), YearSum.least_d <= 0),
    )  # fmt: skip
    found = session.scalars(select(Network.id).where(or_(and_(months, ~years), blind))).all()
    for network_id in found:
        rebuild(session, network_id)
    return len(found)


def rebuild(session: Session, network_id: int) -> None:
    """Make all sums of a network anew from its measurements."""
    for model in (MonthSum, YearSum, DirtySum):
        session.execute(delete(model).where(model.network_id == network_id))
    depths = _depths(session, network_id)
    cells: dict[int, set[Cell]] = {}
    for piece in importing.pieces(sorted(depths), SITES):
        months: dict[Cell, Sums] = {}
        years: dict[Cell, Sums] = {}
        room = rooms(session, piece)
        for site, measure, month, breakdown, group, last_on, *sums in _counted(session, piece):
            sums.append(FREE if group else room.get((site, measure, month), FREE))
            _into(months, (site, measure, month, breakdown, group), network_id, sums, last_on)
            _into(years, (site, measure, year_of(month), breakdown, group), network_id, sums, last_on)
            cells.setdefault(depths[site], set()).add((site, measure, month, breakdown, group))
        put(session, months, years)
    _fold_up(session, network_id, cells)


def _into(cells: dict[Cell, Sums], cell: Cell, network_id: int, sums: Any, last_on: date) -> None:
    n, y, d, yyd, *leasts = sums
    cells.setdefault(cell, Sums(network_id)).add(n, y, d, yyd, last_on, leasts)


def _depths(session: Session, network_id: int) -> dict[int, int]:
    """Return how many sites lie above each site of a network."""
    query = (
        select(SiteClosure.below_id, func.max(SiteClosure.depth))
        .join(Site, Site.id == SiteClosure.below_id)
        .where(Site.network_id == network_id)
        .group_by(SiteClosure.below_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _counted(session: Session, sites: list[int]) -> Iterator[Any]:
    """Yield what was measured at the sites themselves, by month."""
    year, month = extract("year", Measurement.observed_on), extract("month", Measurement.observed_on)
    key = (Measurement.site_id, Measurement.measure_id, Measurement.subgroup_set, Measurement.subgroup)
    query = (
        select(*key, year, month, func.max(Measurement.observed_on), func.count(), func.sum(Y), func.sum(D),
               func.sum(Y * Y / D), *COLUMNS)
        .where(Measurement.site_id.in_(sites), stands())
        .group_by(*key, year, month)
    )  # fmt: skip
    for site, measure, breakdown, group, in_year, in_month, last_on, *sums in session.execute(query):
        first = date(int(in_year), int(in_month), 1)
        yield site, measure, first, breakdown, group, last_on, *sums


def _fold_up(session: Session, network_id: int, cells: dict[int, set[Cell]]) -> None:
    """Write the sums of what lies above, from the lowest sites up."""
    query = select(Site.id, Site.parent_id).where(Site.network_id == network_id)
    parents = {row[0]: row[1] for row in session.execute(query)}
    for depth in range(max(cells, default=0), 0, -1):
        some: Any = {
            (parent, *rest)
            for site, *rest in cells.get(depth, ())
            if (parent := parents.get(site)) is not None
        }
        some |= cells.get(depth - 1, set())
        cells.setdefault(depth - 1, set()).update(some)
        for piece in importing.pieces(sorted(some), SITES * 10):
            fold_cells(session, piece, network_id)


@when_site_moved
def follow_move(session: Session, site: Site, was: int | None) -> None:
    """Let the sums follow a site that lies in another one now: what it left and what it came to is marked."""
    session.flush()
    session.execute(
        update(YearSum)
        .where(YearSum.site_id == site.id)
        .values(parent_id=site.parent_id)
        .execution_options(synchronize_session=False)
    )
    months = session.execute(
        select(MonthSum.measure_id, MonthSum.month, MonthSum.subgroup_set, MonthSum.subgroup).where(
            MonthSum.site_id == site.id
        )
    ).all()
    if not months:
        return
    places = [place for place in (site.id, was) if place is not None]
    mark_months(session, ((site.network_id, place, *month) for place in places for month in months))
    jobs.nudge(session, FOLD_JOB)
