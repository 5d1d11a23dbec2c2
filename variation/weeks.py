"""Where results of one week differ, and how level and spread moved from week to week. Pure.

Only schools that the comparison shows are in it, each with the counts of it that are shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from measures.engine.problems import AnalysisError
from variation import levels
from variation.comparison import Comparison, Point

LONGEST = 20  # weeks
KEPT_TO = 500  # schools: a week of more takes too much room to be remembered
LEAST = 3  # schools of a week


@dataclass(frozen=True)
class WeekLevel:
    """One week: how many schools counted, a typical school's share with its interval, and the spread."""

    monday: date
    schools: int
    level: float
    low: float
    high: float
    sd: float


def split_of(found: Comparison) -> tuple[levels.Levels | None, str]:
    """Return how much of the variance of the last counts lies between schools, or why that can't be told."""
    counts = [(line.cell.count or 0.0, line.cell.population or 0.0) for line in found.shown]
    try:
        return levels.variance_by_level(_sums(counts), is_share=True), ""
    except AnalysisError as error:
        return None, error.code


def _sums(counts: Sequence[tuple[float, float]]) -> levels.SiteSums:
    return levels.SiteSums.of(
        [1] * len(counts), [y for y, _d in counts], [d for _y, d in counts],
        [y * y / d if d else 0.0 for y, d in counts],
    )  # fmt: skip


def by_week(found: Comparison) -> list[WeekLevel]:
    """Return the weeks in which three schools or more counted, oldest first, in per cent; the last twenty."""
    weeks: dict[date, list[Point]] = {}
    for line in found.shown:
        last = {point.on - timedelta(days=point.on.weekday()): point for point in line.points}
        for monday, point in last.items():
            weeks.setdefault(monday, []).append(point)
    made = []
    for monday, points in sorted(weeks.items())[-LONGEST:]:
        if len(points) < LEAST:
            continue
        counts = tuple((point.count, point.population) for point in points)
        told = _spread(counts) if len(counts) <= KEPT_TO else _worked_out(counts)
        if told is not None:
            made.append(
                WeekLevel(
                    monday, len(points), 100 * told.mean, 100 * told.low, 100 * told.high, 100 * told.sd
                )
            )
    return made


@lru_cache(maxsize=512)  # a week that is over stays as it is: each page would work out all weeks again
def _spread(counts: tuple[tuple[float, float], ...]) -> levels.Spread | None:
    return _worked_out(counts)


def _worked_out(counts: tuple[tuple[float, float], ...]) -> levels.Spread | None:
    try:
        return levels.spread_of(_sums(counts), is_share=True)
    except AnalysisError:
        return None
