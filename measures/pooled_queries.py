"""Common measures of all schools together, month by month: for the network's page. No school can be told."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from measures.models import Measure, MonthSum
from measures.queries import MeasureRow
from measures.rules import COUNTED, MeasureType
from measures.small_charts import Line
from measures.suppression import number, round_half_up
from nic_platform.actor import Actor, Level
from nic_platform.svg import amount
from nic_platform.text import _, ngettext
from teams.models import Site
from teams.queries import in_network

POOLED_FROM = 5  # schools of a month; fewer are no point


def pooled_lines(session: Session, actor: Actor, rows: Sequence[MeasureRow], since: date) -> dict[int, Line]:
    """Return each common measure's line by month, by its number, over all schools of the network; one
    statement.

    A school's month goes in only where its groups are large enough, on average, to be shown by themselves;
    a month is a point from five such schools on. So nothing of a small group is had by subtraction.
    """
    known = {row.id: row for row in rows}
    if not known:
        return {}
    size, least = MonthSum.sum_d / MonthSum.n, float(actor.minimum_cell)
    few = and_(MonthSum.sum_y / MonthSum.n >= least, (MonthSum.sum_d - MonthSum.sum_y) / MonthSum.n >= least)
    adults = Measure.counts_students.is_(False)
    shown = or_(
        and_(Measure.type.not_in(COUNTED), or_(adults, Measure.type != MeasureType.COUNT)),
        and_(Measure.type == MeasureType.COUNT, MonthSum.sum_y / MonthSum.n >= least),
        and_(Measure.type.in_(COUNTED), size >= least, or_(adults, few)),
    )
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
    return {row.id: _line(row, found.get(row.id, [])) for row in rows}


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
    return _("%(latest)s in %(month)s", latest=_words(row, month, value), month=f"{month[0]:%b %Y}")
