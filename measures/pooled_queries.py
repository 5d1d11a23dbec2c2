"""Common measures of all schools together, month by month: for the network's page. No school can be told."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from measures.least_queries import may_stand
from measures.models import Measure, Measurement, MonthSum
from measures.publishing import UNNAMED_FROM
from measures.queries import MeasureRow
from measures.rules import MeasureType
from measures.small_charts import Line
from measures.suppression import number, round_half_up
from nic_platform import looks
from nic_platform.actor import Actor, Level
from nic_platform.days import month_year
from nic_platform.svg import amount
from nic_platform.text import _, ngettext
from teams.models import Site
from teams.queries import in_network

POOLED_FROM = UNNAMED_FROM  # schools of a month; fewer are no point


def pooled_lines(session: Session, actor: Actor, rows: Sequence[MeasureRow], since: date) -> dict[int, Line]:
    """Return each common measure's line by month, by its number, over all schools of the network; one
    statement.

    A school's month goes in only where it may be shown by itself, as :mod:`measures.publishing` has it; a
    month is a point from five such schools on. So nothing of a small group is had by subtraction.
    """
    known = {row.id: row for row in rows}
    if not known:
        return {}
    shown = stands_alone(actor.minimum_cell)
    query = (
        select(
            MonthSum.measure_id, MonthSum.month, func.sum(MonthSum.sum_y), func.sum(MonthSum.sum_d),
            func.count(),
        )
        .join(Measure, Measure.id == MonthSum.measure_id)
        .join(Site, Site.id == MonthSum.site_id)
        .where(in_network(actor, MonthSum.network_id), MonthSum.measure_id.in_(sorted(known)))
        .where(MonthSum.subgroup == "", MonthSum.n > 0, MonthSum.month >= since.replace(day=1), shown)
        .where(Site.level == Level.SCHOOL, Site.deleted_at.is_(None))
        .group_by(MonthSum.measure_id, MonthSum.month)
        .having(func.count() >= POOLED_FROM)
        .order_by(MonthSum.measure_id, MonthSum.month)
    )  # fmt: skip
    found: dict[int, list[tuple[date, float, float, int]]] = {}
    for measure, month, total, base, schools in session.execute(query):
        if base:
            found.setdefault(measure, []).append((month, total, base, schools))
    if any(row.counts_students and row.id in found for row in rows):
        looks.note()
    return {row.id: _line(row, found.get(row.id, [])) for row in rows}


def stands_alone(minimum: int) -> ColumnElement[bool]:
    """Return the condition that a school's month may be shown by itself (:func:`measures.publishing.period`).

    Each of its counts must stand alone; students' totals also beside their groups: none may hold nearly
    everybody, nor leave nearly everybody out. The smallest of each kind, kept with the sums, says so.
    """
    return may_stand(MonthSum, minimum)


def day_keeps_groups(minimum: int | BindParameter[int]) -> ColumnElement[bool]:
    """Return the condition that a day's total of students gives none of its groups away.

    *minimum* may be the place for it in a statement that is kept. For statements over the days of many
    teams, together with :func:`measures.publishing.stand`.
    """
    group = aliased(Measurement)
    later = aliased(Measurement)
    gone = exists().where(later.supersedes_id == group.id)
    return ~exists(
        select(group.subgroup_set)
        .where(group.measure_id == Measurement.measure_id, group.team_id == Measurement.team_id)
        .where(group.observed_on == Measurement.observed_on, group.subgroup != "")
        .where(group.is_withdrawn.is_(False), ~gone)
        .group_by(group.subgroup_set)
        .having(
            _tells(func.max(group.population), func.sum(group.population), Measurement.population, minimum)
        )
        .correlate(Measurement)
    )


def _tells(largest: Any, together: Any, all_of_them: Any, minimum: Any) -> ColumnElement[bool]:
    """Return :func:`measures.suppression.tells_groups` as a condition."""
    return or_(largest > all_of_them - (minimum - 1), together < minimum - 1)


def _line(row: MeasureRow, months: Sequence[tuple[date, float, float, int]]) -> Line:
    factor = 100.0 if row.type is MeasureType.PROPORTION else 1.0
    values = tuple(factor * total / base for _month, total, base, _schools in months)
    return Line(
        row.name, row.type, row.direction, row.unit, tuple(month for month, *_rest in months), values,
        _words(row, months[-1], values[-1]) if months else "", 0, row.target, row.target_on, (),
        _month_words(row, months[-1], values[-1]) if months else "",
    )  # fmt: skip


def _words(row: MeasureRow, month: tuple[date, float, float, int], value: float) -> str:
    _first, total, base, schools = month
    of = ngettext("%(count)s school", "%(count)s schools", schools)
    if row.type is MeasureType.PROPORTION:
        return _("%(percent)s%%: %(count)s of %(all)s counted at %(schools)s", percent=round_half_up(value),
                 count=number(total), all=number(base), schools=of)  # fmt: skip
    return _("%(value)s on average at %(schools)s", value=amount(value), schools=of)


def _month_words(row: MeasureRow, month: tuple[date, float, float, int], value: float) -> str:
    return _("%(latest)s in %(month)s", latest=_words(row, month, value), month=month_year(month[0]))
