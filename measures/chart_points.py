"""What was recorded of a measure, made into the points of its chart. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from statistics import fmean
from typing import Protocol

from measures.charts import Number
from measures.rules import MeasureType


class Observed(Protocol):
    """One standing measurement, as :class:`measures.queries.Record` is."""

    @property
    def on(self) -> date:
        """Return the day it was counted."""

    @property
    def count(self) -> float | None:
        """Return how many."""

    @property
    def population(self) -> float | None:
        """Return out of how many."""

    @property
    def note(self) -> str:
        """Return what was written beside it."""

    def value(self, kind: MeasureType) -> float | None:
        """Return it in its measure's unit."""


@dataclass(frozen=True)
class Cell:
    """One point: its value in the measure's unit, its counts, and the single values it is made of."""

    on: date
    value: Number
    count: float | None
    population: float | None
    raw: tuple[float, ...]
    note: str


@dataclass(frozen=True)
class Figure:
    """What a day comes to: its value in the measure's unit, and its counts where every part has them."""

    value: Number
    count: float | None
    population: float | None


def gathered(found: Sequence[Observed], measure: MeasureType) -> list[Cell]:
    """Return one point a day; of times between events one an event, since each is a point by itself."""
    order = sorted(found, key=lambda each: each.on)
    if measure is MeasureType.TIME_BETWEEN:
        return [_cell([each], measure) for each in order]
    return [_cell(list(day), measure) for _on, day in groupby(order, key=lambda each: each.on)]


def day_figure(parts: Sequence[tuple[Number, float | None, float | None]], measure: MeasureType) -> Figure:
    """Return what the measurements of one day come to: shares and rates are pooled, counts added up, single
    values averaged.

    Args:
        parts: value in the measure's unit, count and population of each.
    """
    values = [value for value, _count, _population in parts if value is not None]
    counts = [count for _value, count, _population in parts if count is not None]
    bases = [population for _value, _count, population in parts if population is not None]
    is_counted = len(counts) == len(bases) == len(parts)
    count, base = (sum(counts), sum(bases)) if is_counted else (None, None)
    value = fmean(values) if values else None
    if measure is MeasureType.COUNT:
        value = sum(values) if values else None
    elif count is not None and base:
        value = (100 if measure is MeasureType.PROPORTION else 1) * count / base
    return Figure(value, count, base)


def _cell(day: Sequence[Observed], measure: MeasureType) -> Cell:
    parts = [(each.value(measure), each.count, each.population) for each in day]
    figure = day_figure(parts, measure)
    raw = tuple(value for value, _count, _population in parts if value is not None)
    note = " ".join(dict.fromkeys(each.note for each in day if each.note))
    return Cell(day[0].on, figure.value, figure.count, figure.population, raw, note)
