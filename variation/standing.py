"""Which of thousands of places' months may stand alone, by the rule of ``measures.publishing``. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from measures.published_queries import Asked
from measures.publishing import stand
from measures.rules import COUNTED, MeasureType
from measures.suppression import Who, tells_groups

PEOPLE = COUNTED | {MeasureType.COUNT}


class Month(NamedTuple):
    """The sums of one month of a place; ``breakdown`` is empty for everybody, else whose subgroup it is."""

    site_id: int
    month: date
    n: int
    y: float
    d: float
    breakdown: str


def held_back(months: Sequence[Month], asked: Asked) -> set[tuple[int, date]]:
    """Return the places and months whose total can't be shown by itself.

    One count must stand alone; of several, each on average at least (that each does is looked up by day).
    Students' totals must also leave none of their groups, nor who is in none, to be had by subtraction.
    """
    totals = [each for each in months if not each.breakdown]
    y = [each.y / each.n for each in totals]
    d = [each.d / each.n for each in totals]
    if asked.type is MeasureType.COUNT:
        fine = [value >= asked.minimum for value in y]
    else:
        fine = stand(y, d, [1] * len(totals), asked.who, asked.minimum).tolist()
    found = {(each.site_id, each.month) for each, good in zip(totals, fine, strict=True) if not good}
    if asked.who is Who.STUDENTS:
        found |= _told_by_groups(totals, (each for each in months if each.breakdown), asked.minimum)
    return found


def _told_by_groups(totals: Sequence[Month], groups: Iterable[Month], minimum: int) -> set[tuple[int, date]]:
    """Return where a group holds nearly everybody, or a breakdown nearly nobody."""
    sizes: dict[tuple[int, date], dict[str, list[float]]] = {}
    for each in groups:
        sizes.setdefault((each.site_id, each.month), {}).setdefault(each.breakdown, []).append(each.d)
    return {
        (each.site_id, each.month)
        for each in totals
        if any(
            tells_groups(each.d, some, minimum) for some in sizes.get((each.site_id, each.month), {}).values()
        )
    }
