"""Finding anew what a sum can't tell when a measurement goes: the latest day, and the smallest of its counts.

And how much room the groups of a breakdown leave beside everybody, which several sums decide together.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from measures import least
from measures.least_queries import COLUMNS, of_parts, rooms
from measures.models import Measurement, MonthSum, YearSum
from measures.queries import stands
from measures.school_years import span_of, year_of
from measures.sum_cells import LEASTS, Cell, by_series
from nic_platform import importing

ROWS = 400  # in one statement: SQLite takes 32,766 values


def look_again(session: Session, months: Collection[Cell], gone: Collection[Cell]) -> None:
    """Bring what is smallest up to date after measurements came and went, and the latest days.

    Whoever writes holds the marks and the sums of these cells, so that nobody changes them meanwhile.

    Args:
        months: all that changed; ``gone`` those out of which something was taken.
    """
    for (measure, month, breakdown, group), some in by_series(gone):
        for piece in importing.pieces([cell[0] for cell in some], ROWS):
            _month_again(session, piece, measure, month, breakdown, group)
    beside = {(site, measure, month) for site, measure, month, _breakdown, _group in months}
    told = _rooms_again(session, beside)
    stale: set[Cell] = {
        (site, measure, year_of(month), name, group) for site, measure, month, name, group in gone
    }
    stale |= {(site, measure, year_of(month), "", "") for site, measure, month in told}
    for (measure, year, breakdown, group), some in by_series(stale):
        for piece in importing.pieces([cell[0] for cell in some], ROWS):
            _year_again(session, piece, measure, year, breakdown, group)


def _month_again(
    session: Session, sites: Sequence[int], measure: int, month: date, breakdown: str, group: str
) -> None:
    last = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    found = session.execute(
        select(Measurement.site_id, *COLUMNS)
        .where(Measurement.site_id.in_(sites), Measurement.measure_id == measure, stands())
        .where(Measurement.subgroup_set == breakdown, Measurement.subgroup == group)
        .where(Measurement.observed_on >= month, Measurement.observed_on < last)
        .group_by(Measurement.site_id)
    )
    left = {site: (*values, least.FREE) for site, *values in found}
    key = (measure, month, breakdown, group)
    values = [left.get(site, least.NOTHING) for site in sites]
    _write(session, MonthSum, [(site, *key) for site in sites], values)


def _rooms_again(session: Session, beside: Collection[tuple[int, int, date]]) -> set[tuple[int, int, date]]:
    """Write the rooms of everybody's months that have groups, or had; and return which those are."""
    told: set[tuple[int, int, date]] = set()
    for (measure, month, *_group), some in by_series([(*cell, "", "") for cell in beside]):
        for piece in importing.pieces([cell[0] for cell in some], ROWS):
            sites = _with_groups(session, piece, measure, month)
            if not sites:
                continue
            end = date(month.year + month.month // 12, month.month % 12 + 1, 1)
            found = rooms(session, sites, measure, (month, date.fromordinal(end.toordinal() - 1)))
            values = [(found.get((site, measure, month), least.FREE),) for site in sites]
            _write(session, MonthSum, [(site, measure, month, "", "") for site in sites], values, LEASTS[3:])
            told |= {(site, measure, month) for site in sites}
    return told


def _with_groups(session: Session, sites: Sequence[int], measure: int, month: date) -> list[int]:
    values = {"sites": sites, "measure": measure, "month": month}
    return list(session.scalars(_sites_with_groups(), values))


@cache
def _sites_with_groups() -> Any:
    return (
        select(MonthSum.site_id)
        .where(MonthSum.site_id.in_(bindparam("sites", expanding=True)))
        .where(MonthSum.measure_id == bindparam("measure"), MonthSum.month == bindparam("month"))
        .where(MonthSum.subgroup_set > "")
        .distinct()
        .order_by(MonthSum.site_id)
    )


def _year_again(
    session: Session, sites: Sequence[int], measure: int, year: int, breakdown: str, group: str
) -> None:
    of_group = {"measure": measure, "breakdown": breakdown, "group": group}
    smallest = session.execute(
        select(MonthSum.site_id, *of_parts(MonthSum))
        .where(MonthSum.site_id.in_(sites), MonthSum.n > 0, *_in_group(MonthSum, of_group))
        .where(MonthSum.month.between(*span_of(year)))
        .group_by(MonthSum.site_id)
    )
    newest = session.execute(
        select(Measurement.site_id, func.max(Measurement.observed_on))
        .where(Measurement.site_id.in_(sites), stands(), *_in_group(Measurement, of_group))
        .where(Measurement.observed_on.between(*span_of(year)))
        .group_by(Measurement.site_id)
    )
    left = {site: tuple(values) for site, *values in smallest}
    last = {row[0]: row[1] for row in newest}
    cells = [(site, measure, year, breakdown, group) for site in sites]
    values = [(*left.get(site, least.NOTHING), last.get(site)) for site in sites]
    _write(session, YearSum, cells, values, (*LEASTS, "last_on"))


def _in_group(model: type[Any], told: dict[str, Any]) -> Iterable[Any]:
    yield model.measure_id == told["measure"]
    yield model.subgroup_set == told["breakdown"]
    yield model.subgroup == told["group"]


def _write(
    session: Session, model: type[MonthSum | YearSum], cells: Sequence[Cell], values: Sequence[Sequence[Any]],
    names: Sequence[str] = LEASTS,
) -> None:  # fmt: skip
    table: Any = model.__table__
    keys = [column.name for column in table.primary_key]
    same = [table.c[name] == bindparam(f"of_{name}") for name in keys]
    rows = [
        {f"of_{name}": value for name, value in zip(keys, cell, strict=True)}
        | dict(zip(names, told, strict=True))
        for cell, told in zip(cells, values, strict=True)
    ]
    session.execute(update(table).where(*same).values({name: bindparam(name) for name in names}), rows)
