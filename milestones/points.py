"""The points of a milestone's charts: what was counted by a day, one point a day as on its measure. Pure.

A milestone's status is told from single counts; a chart is told from days, since two counts of one day are
not two points in time.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby

from measures.chart_points import day_figure
from measures.rules import MeasureType
from milestones.rules import Reading, known_on


def points_on(
    readings: Sequence[Reading], day: date, kind: MeasureType, *, is_deliverable: bool = False
) -> list[Reading]:
    """Return what a chart shows at the end of *day*, oldest first, each with a value.

    The counts of one day come together as :func:`measures.chart_points.gathered` has them; a deliverable is
    as it was seen last that day.
    """
    known = known_on(readings, day)
    if kind is MeasureType.TIME_BETWEEN:
        return known
    return [_one(list(same), kind, is_deliverable) for _on, same in groupby(known, key=lambda each: each.on)]


def _one(same: Sequence[Reading], kind: MeasureType, is_deliverable: bool) -> Reading:
    last = same[-1]
    if is_deliverable or len(same) == 1:
        return last
    figure = day_figure([(each.value, each.count, each.population) for each in same], kind)
    return replace(last, value=figure.value, count=figure.count, population=figure.population)
