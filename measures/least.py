"""The smallest of the counts behind a sum, and whether the sum may be shown by them. Pure.

A sum over days or teams may be shown only where each of its counts may be (:mod:`measures.publishing`). Sums
therefore keep the smallest count, the smallest group of people, the smallest rest beside a count and the
smallest room that groups of a breakdown leave: whatever the network's minimum is, or becomes, the answer is
in the sum, and no day has to be looked at.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from measures.rules import COUNTED, MeasureType
from measures.suppression import Who, room_beside

FREE = 1e12
"""Stands where a sum has no count of a kind: nothing is too small. A finite number, so that every database
and every file keeps it as it is."""
NOTHING = (FREE, FREE, FREE, FREE)
PEOPLE = COUNTED | {MeasureType.COUNT}
"""Measures that count people; of any other nothing is ever too small."""

Four = tuple[float, float, float, float]
Cell = tuple[int, int, date]  # site, measure, first day of a month


class Counted(NamedTuple):
    """How many people a measurement is out of: everybody, or a group of a breakdown."""

    site: int
    measure: int
    team: int
    on: date
    population: float
    breakdown: str = ""
    group: str = ""


def of(y: float, population: float | None, people: float | None = None) -> Four:
    """Return what one count has: itself, its people, the rest beside it, and room for any groups.

    Args:
        people: how many people are behind a population of their days; else the population is of people.
    """
    if population is None:
        return (y, FREE, FREE, FREE)
    return (y, population if people is None else min(people, population), population - y, FREE)


def rooms(rows: Iterable[Counted]) -> dict[Cell, float]:
    """Return how much room the groups leave beside everybody, at least, in each month that has both.

    Where everybody and every group were counted once in a month the two belong together; else those that one
    team counted on one day do.
    """
    months: dict[Cell, list[Counted]] = {}
    for row in rows:
        months.setdefault((row.site, row.measure, row.on.replace(day=1)), []).append(row)
    found = {cell: _room(some) for cell, some in months.items()}
    return {cell: room for cell, room in found.items() if room is not None}


def _room(month: list[Counted]) -> float | None:
    is_once = len({(row.breakdown, row.group) for row in month}) == len(month)
    days: dict[Any, tuple[list[float], dict[str, list[float]]]] = {}
    for row in month:
        totals, tables = days.setdefault(None if is_once else (row.team, row.on), ([], {}))
        if row.group:
            tables.setdefault(row.breakdown, []).append(row.population)
        else:
            totals.append(row.population)
    found = [
        room_beside(total, sizes)
        for totals, tables in days.values()
        for total in totals
        for sizes in tables.values()
    ]
    return min(found, default=None)


def may_be_shown(kind: MeasureType, who: Who, minimum: int, least_y: Any, least_d: Any, least_rest: Any,
                 least_room: Any) -> Any:  # fmt: skip
    """Return which of many sums may be shown by themselves; what isn't known (NaN) may not.

    Adults are hidden in small groups only; students also where few or nearly all are counted, and where the
    sum would give a group away.
    """
    if kind not in PEOPLE:
        return np.ones(len(least_y), dtype=bool)
    found = np.asarray(least_d) >= minimum
    if who is Who.STUDENTS:
        found &= (np.asarray(least_y) >= minimum) & (np.asarray(least_rest) >= minimum)
        found &= np.asarray(least_room) >= minimum - 1
    return found
