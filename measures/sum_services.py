"""Keeping the sums of months and school years: a site's own with the write, those above folded afterwards.

Whatever writes measurements calls :func:`add` in the same transaction. It changes the sums of the site that
was measured, and marks the month; :func:`fold` works the sums of the sites above out anew, from those of the
sites right below them. So no two writers wait for the same district or state, and a page never adds up
measurements. Sums are the same whatever the order of writes: :func:`rebuild` makes them from nothing.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import bindparam, case, delete, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from measures import recount_services
from measures.least import FREE
from measures.least_queries import COLUMNS, D, Y, of_parts, rooms
from measures.models import DirtySum, Measurement, MonthSum, YearSum
from measures.queries import stands
from measures.school_years import span_of, year_of
from measures.sum_cells import LEASTS, SUMS, Cell, Figure, Sums, by_series
from nic_platform import importing, jobs
from nic_platform.actor import Level
from teams.models import Site, SiteClosure

FOLD_JOB = "fold sums"
ROWS = 400  # in one statement: SQLite takes 32,766 values
_MONTH_KEYS = ("site_id", "measure_id", "month", "subgroup_set", "subgroup")
_YEAR_KEYS = ("site_id", "measure_id", "year", "subgroup_set", "subgroup")
_LOCK = 0x73756D73  # any number that nothing else locks


def figure_of(row: Measurement, sign: int) -> Figure:
    """Return a measurement as sums take it: its count or value, out of its population or of one."""
    y = row.count if row.count is not None else row.value or 0.0
    return Figure(
        row.network_id, row.site_id, row.measure_id, row.observed_on, y, row.population, sign,
        row.subgroup_set or "", row.subgroup or "", row.people,
    )  # fmt: skip


def add(session: Session, figures: Iterable[Figure]) -> None:
    """Add measurements to their sites' months and years, or take them out, and mark what lies above.

    What goes has been superseded before this is called. The marks are written first: whoever folds takes
    marks before sums too, so that neither waits for the other for ever.
    """
    months: dict[Cell, Sums] = {}
    years: dict[Cell, Sums] = {}
    for each in figures:
        change = (each.sign, each.sign * each.y, each.sign * each.d, each.sign * each.y * each.y / each.d)
        key = each.site_id, each.measure_id
        group = each.subgroup_set, each.subgroup
        for cells, when in ((months, each.on.replace(day=1)), (years, year_of(each.on))):
            total = cells.setdefault((*key, when, *group), Sums(each.network_id))
            total.add(*change, each.on if each.sign > 0 else None, each.leasts)
            total.has_gone |= each.sign < 0
    if not months:
        return
    marks = {(total.network_id, *cell) for cell, total in months.items()}
    marks |= {
        (*mark[:4], "", "") for mark in marks
    }  # groups are held against everybody: one writer at a time
    mark_months(session, marks)
    put(session, months, years, is_change=True)
    gone = [cell for cell, total in months.items() if total.has_gone]
    recount_services.look_again(session, months, gone)
    jobs.nudge(session, FOLD_JOB)


def mark_months(session: Session, cells: Iterable[tuple[Any, ...]]) -> None:
    """Mark months whose sums above are out of date: network, site, measure, month, breakdown, subgroup.

    A mark that stands is locked until this transaction ends, so that it is not taken away before what it
    stands for can be seen.
    """
    names = ("network_id", *_MONTH_KEYS)
    rows = [dict(zip(names, cell, strict=True)) for cell in sorted(set(cells))]
    session.execute(_marking(_dialect(session)), rows)


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name


@cache
def _marking(dialect: str) -> Any:
    made = _INSERTS[dialect](DirtySum.__table__)
    changed = {"month": made.excluded.month}
    return made.inline().on_conflict_do_update(index_elements=list(_MONTH_KEYS), set_=changed)


def put(
    session: Session, months: Mapping[Cell, Sums], years: Mapping[Cell, Sums], *, is_change: bool = False
) -> None:
    """Write sums of months and years; where they are a change they are added to what is there."""
    _write(session, MonthSum, months, _month_row, is_change=is_change)
    sites = _facts_of(session, {cell[0] for cell in years})
    _write(session, YearSum, years, lambda cell, total: _year_row(cell, total, sites), is_change=is_change)


def _month_row(cell: Cell, total: Sums) -> dict[str, Any]:
    return {"network_id": total.network_id, **dict(zip(_MONTH_KEYS, cell, strict=True)), **total.columns()}


def _year_row(cell: Cell, total: Sums, sites: Mapping[int, tuple[int | None, int]]) -> dict[str, Any]:
    parent, rank = sites[cell[0]]
    place = {"parent_id": parent, "rank": rank, "last_on": total.last_on, "network_id": total.network_id}
    return place | dict(zip(_YEAR_KEYS, cell, strict=True)) | total.columns()


def _facts_of(session: Session, sites: Collection[int]) -> dict[int, tuple[int | None, int]]:
    """Return in which site each of *sites* lies, and its level's rank."""
    found: dict[int, tuple[int | None, int]] = {}
    for piece in importing.pieces(sorted(sites), ROWS * 10):
        rows = session.execute(_places(), {"sites": piece})
        found |= {site: (parent, level.rank) for site, parent, level in rows}
    return found


@cache
def _places() -> Any:
    return select(Site.id, Site.parent_id, Site.level).where(Site.id.in_(bindparam("sites", expanding=True)))


def _write(
    session: Session, model: type[Any], cells: Mapping[Cell, Sums], row_of: Any, *, is_change: bool = False
) -> None:
    """Write sums: added to what is there where they are a change, else in its place."""
    rows = [row_of(cell, total) for cell, total in sorted(cells.items(), key=lambda each: each[0])]
    if rows:
        session.execute(_writing(_dialect(session), model is MonthSum, is_change), rows)


@cache
def _writing(dialect: str, of_month: bool, is_change: bool) -> Any:
    """Return the statement that writes sums of months or of years, put together once."""
    keys = _MONTH_KEYS if of_month else _YEAR_KEYS
    table: Any = (MonthSum if of_month else YearSum).__table__
    made: Any = _INSERTS[dialect](table)
    new = made.excluded
    if is_change:
        changed = {name: table.c[name] + new[name] for name in SUMS}
        changed |= {name: _smaller(table.c[name], new[name]) for name in LEASTS}
    else:
        changed = {name: new[name] for name in (*SUMS, *LEASTS)}
    if not of_month:
        changed |= {"parent_id": new.parent_id, "rank": new.rank}
        newer = case((table.c.last_on > new.last_on, table.c.last_on), else_=new.last_on)
        known = case((new.last_on.is_(None), table.c.last_on), else_=newer)
        changed["last_on"] = known if is_change else new.last_on
    return made.on_conflict_do_update(index_elements=list(keys), set_=changed)


def _smaller(there: Any, new: Any) -> Any:
    """Return the smaller one; what isn't known yet stays so."""
    return case((there.is_(None), there), (there < new, there), else_=new)


_INSERTS: Mapping[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def fold(session: Session, most: int = 2000) -> int:
    """Bring the sums above up to *most* changed months up to date, and return how many months were taken.

    The marks are taken away first: what is written meanwhile sets new ones, so nothing is missed. Two of
    these never run at once in a database: the second returns 0 and leaves the marks to the first.
    """
    if session.get_bind().dialect.name == "postgresql" and not session.scalar(
        text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": _LOCK}
    ):
        return 0
    table: Any = DirtySum.__table__
    oldest = select(DirtySum.id).order_by(DirtySum.id).limit(most).with_for_update(skip_locked=True)
    taken = session.execute(
        delete(table)
        .where(table.c.id.in_(session.scalars(oldest).all()))
        .returning(table.c.network_id, *(table.c[name] for name in _MONTH_KEYS))
    ).all()
    chains = _chains(session, {row.site_id for row in taken})
    networks = {row.network_id for row in taken}
    cells: dict[int, set[Cell]] = {}
    for row in taken:
        for site, depth in chains.get(row.site_id, ()):
            cells.setdefault(depth, set()).add((site, *row[2:]))
    network_of = _networks_of(session, networks)
    for depth in sorted(cells, reverse=True):  # from the lowest sites up: each is made of those below it
        fold_cells(session, cells[depth], network_of)
    return len(taken)


def _networks_of(session: Session, networks: Collection[int]) -> Mapping[int, int] | int:
    """Return the one network there is, or the network of every site that has others below it."""
    if len(networks) == 1:
        return next(iter(networks))
    rows = session.execute(select(Site.id, Site.network_id).where(Site.network_id.in_(sorted(networks))))
    return {row[0]: row[1] for row in rows}


def _chains(session: Session, sites: Collection[int]) -> dict[int, list[tuple[int, int]]]:
    """Return which sites' sums follow from each of *sites*, with how deep in the tree they lie.

    Those above it; and itself, where others lie or may come to lie below it.
    """
    found: dict[int, list[tuple[int, int]]] = {}
    for piece in importing.pieces(sorted(sites), ROWS * 10):
        rows = session.execute(
            select(SiteClosure.below_id, SiteClosure.above_id, SiteClosure.depth).where(
                SiteClosure.below_id.in_(piece)
            )
        ).all()
        heights: dict[int, int] = {}
        for below, _above, depth in rows:
            heights[below] = max(heights.get(below, 0), depth)
        for below, above, depth in rows:
            if depth:
                found.setdefault(below, []).append((above, heights[below] - depth))
        for site in _with_others_below(session, piece):
            found.setdefault(site, []).append((site, heights.get(site, 0)))
    return found


def _with_others_below(session: Session, sites: Sequence[int]) -> list[int]:
    small = [level for level in Level if level.rank <= Level.SCHOOL.rank]
    has_some = select(SiteClosure.above_id).where(
        SiteClosure.above_id == Site.id, SiteClosure.depth > 0
    ).exists()  # fmt: skip
    query = select(Site.id).where(Site.id.in_(sites), Site.level.not_in(small) | has_some)
    return list(session.scalars(query))


def fold_cells(session: Session, cells: Collection[Cell], network_of: Mapping[int, int] | int) -> None:
    """Write months of sites, and the years they lie in, anew: the sites right below, and their own counts.

    Args:
        network_of: the network of all of them, or of each site.
    """
    months: dict[Cell, Sums] = {}
    years: dict[Cell, Sums] = {}
    for site, measure, month, breakdown, group in cells:
        network = network_of if isinstance(network_of, int) else network_of[site]
        months[(site, measure, month, breakdown, group)] = Sums(network)
        years[(site, measure, year_of(month), breakdown, group)] = Sums(network)
    for (measure, year, breakdown, group), some in by_series(years):
        for piece in importing.pieces([cell[0] for cell in some], ROWS):
            room = rooms(session, piece, measure, span_of(year)) if not group else {}
            for site, day, *sums in _own(session, piece, measure, span_of(year), breakdown, group):
                month = day.replace(day=1)
                whole = (*sums, room.get((site, measure, month), FREE))
                _into(months, (site, measure, month, breakdown, group), whole, day)
                _into(years, (site, measure, year, breakdown, group), whole, day)
            for site, *sums, last_on in session.execute(_years_below(piece, measure, year, breakdown, group)):
                _into(years, (site, measure, year, breakdown, group), sums, last_on)
    for (measure, month, breakdown, group), some in by_series(months):
        for piece in importing.pieces([cell[0] for cell in some], ROWS):
            for site, *sums in session.execute(_months_below(piece, measure, month, breakdown, group)):
                _into(months, (site, measure, month, breakdown, group), sums, None)
    put(session, months, years, is_change=False)


def _into(cells: Mapping[Cell, Sums], cell: Cell, sums: Sequence[Any], last_on: date | None) -> None:
    total = cells.get(cell)
    if total is not None:  # another month of the same year may come along
        n, y, d, yyd = (value or 0 for value in sums[:4])
        total.add(n, y, d, yyd, last_on, sums[4:])


def _own(
    session: Session, sites: Sequence[int], measure: int, span: tuple[date, date], breakdown: str, group: str
) -> Iterable[Any]:
    """Return what was measured at the sites themselves, day by day."""
    query = (
        select(
            Measurement.site_id, Measurement.observed_on, func.count(), func.sum(Y), func.sum(D),
            func.sum(Y * Y / D), *COLUMNS,
        )
        .where(Measurement.site_id.in_(sites), Measurement.measure_id == measure, stands())
        .where(Measurement.subgroup_set == breakdown, Measurement.subgroup == group)
        .where(Measurement.observed_on.between(*span))
        .group_by(Measurement.site_id, Measurement.observed_on)
    )  # fmt: skip
    return session.execute(query)


def _summed(model: type[MonthSum | YearSum]) -> list[Any]:
    sums = [func.sum(model.n), func.sum(model.sum_y), func.sum(model.sum_d), func.sum(model.sum_yyd)]
    return sums + of_parts(model)


def _years_below(sites: Sequence[int], measure: int, year: int, breakdown: str, group: str) -> Any:
    return (
        select(YearSum.parent_id, *_summed(YearSum), func.max(YearSum.last_on))
        .where(YearSum.parent_id.in_(sites), YearSum.measure_id == measure, YearSum.year == year)
        .where(YearSum.subgroup_set == breakdown, YearSum.subgroup == group)
        .group_by(YearSum.parent_id)
    )


def _months_below(sites: Sequence[int], measure: int, month: date, breakdown: str, group: str) -> Any:
    return (
        select(Site.parent_id, *_summed(MonthSum))
        .join(Site, Site.id == MonthSum.site_id)
        .where(Site.parent_id.in_(sites), MonthSum.measure_id == measure, MonthSum.month == month)
        .where(MonthSum.subgroup_set == breakdown, MonthSum.subgroup == group)
        .group_by(Site.parent_id)
    )
