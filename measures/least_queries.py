"""Reading the smallest counts of sites' months from the measurements themselves, and asking sums by them.

Only what writes sums reads measurements here; pages ask :func:`may_stand` of the sums.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from measures import least
from measures.least import FREE, PEOPLE, Cell, Counted
from measures.models import Measure, Measurement, MonthSum, YearSum
from measures.queries import stands

Y: Any = func.coalesce(Measurement.count, Measurement.value, 0.0)
D: Any = func.coalesce(Measurement.population, 1.0)
_GROUP: Any = case(
    (Measurement.people < Measurement.population, Measurement.people), else_=Measurement.population
)
_REST: Any = Measurement.population - Y
COLUMNS: list[Any] = [
    func.min(Y), func.coalesce(func.min(_GROUP), FREE), func.coalesce(func.min(_REST), FREE),
]  # fmt: skip
"""The first three of the smallest, over any measurements; the room beside groups comes from :func:`rooms`."""


def may_stand(model: type[MonthSum | YearSum], minimum: int) -> ColumnElement[bool]:
    """Return the condition that a sum may be shown by itself; ``Measure`` is joined to it.

    The same as :func:`measures.least.may_be_shown`. What isn't known may not.
    """
    by_numbers = and_(model.least_y >= minimum, model.least_rest >= minimum, model.least_room >= minimum - 1)
    return or_(
        Measure.type.not_in(PEOPLE),
        and_(model.least_d >= minimum, or_(Measure.counts_students.is_(False), by_numbers)),
    )


def of_parts(model: type[MonthSum | YearSum]) -> list[Any]:
    """Return the smallest of all four over several sums; one that isn't known makes it 0, which is hidden."""
    return [
        func.min(func.coalesce(column, 0.0))
        for column in (model.least_y, model.least_d, model.least_rest, model.least_room)
    ]


def rooms(
    session: Session, sites: Collection[int], measure_id: int | None = None,
    span: tuple[date, date] | None = None,
) -> dict[Cell, float]:  # fmt: skip
    """Return how much room groups leave at some sites, month by month; two statements at most.

    Args:
        measure_id: of one measure only; ``span`` of some days only.
    """
    groups = _counted(session, _where(sites, measure_id, span).where(Measurement.subgroup != ""))
    if not groups:
        return {}
    with_groups = sorted({row.site for row in groups})
    totals = _where(with_groups, measure_id, span).where(Measurement.subgroup == "")
    some = totals.where(Measurement.measure_id.in_(sorted({row.measure for row in groups})))
    return least.rooms([*groups, *_counted(session, some)])


def _where(sites: Collection[int], measure_id: int | None, span: tuple[date, date] | None) -> Select[Any]:
    query = select(
        Measurement.site_id, Measurement.measure_id, Measurement.team_id, Measurement.observed_on, D,
        Measurement.subgroup_set, Measurement.subgroup,
    ).where(Measurement.site_id.in_(sorted(sites)), stands())  # fmt: skip
    if measure_id is not None:
        query = query.where(Measurement.measure_id == measure_id)
    return query if span is None else query.where(Measurement.observed_on.between(*span))


def _counted(session: Session, query: Select[Any]) -> list[Counted]:
    return [Counted(*row) for row in session.execute(query)]
