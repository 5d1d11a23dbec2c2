"""Bright spots: sites that do better than their context leads to expect, twice on end. Pure.

The rule and its mathematics are :mod:`variation.pooling`'s; here columns of months become rounds of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from measures.engine.problems import AnalysisError
from variation.context import Context
from variation.pooling import Standing, bright_spots, standings

LEAST_SITES = 12
"""Under so many sites a regression on context says nothing of one of them."""


@dataclass(frozen=True)
class Month:
    """One site's month: ``value`` as it is read (per cent for a share), ``variance`` of chance in it."""

    site_id: int
    on: date
    value: float
    variance: float


@dataclass(frozen=True)
class Spot:
    """A site beyond the interval its context leads to: its latest value, what was expected, how often on
    end."""

    site_id: int
    value: float
    expected: float
    low: float
    high: float
    times: int


@dataclass(frozen=True)
class Found:
    """The bright spots of a measure; ``why`` is a code where nothing can be said: few, months, context."""

    spots: tuple[Spot, ...]
    sites: int
    months: tuple[date, ...]
    why: str = ""


def find(rows: Sequence[Month], contexts: Mapping[int, Context], *, higher_is_better: bool) -> Found:
    """Return the bright spots among sites at the latest months that enough of them counted, up to six."""
    by_month: dict[date, dict[int, Month]] = {}
    for row in rows:
        if row.site_id in contexts and _is_known(contexts[row.site_id]):
            by_month.setdefault(row.on, {})[row.site_id] = row
    months = sorted(month for month, sites in by_month.items() if len(sites) >= LEAST_SITES)[-6:]
    if not by_month:
        return Found((), 0, (), "few")
    most = max(len(sites) for sites in by_month.values())
    if len(months) < 2:
        return Found((), most, tuple(months), "months" if most >= LEAST_SITES else "few")
    rounds = []
    for month in months:
        try:
            rounds.append(_round(by_month[month], contexts))
        except AnalysisError:
            rounds.append([])
    bright = bright_spots(rounds, higher_is_better=higher_is_better)
    latest = {each.key: each for each in rounds[-1]}
    spots = [
        Spot(int(key), latest[key].value, latest[key].expected, latest[key].low, latest[key].high, times)
        for key, times in bright.items()
    ]
    return Found(tuple(sorted(spots, key=lambda spot: spot.site_id)), most, tuple(months))


def _is_known(context: Context) -> bool:
    return context.lunch is not None and context.english is not None


def _round(sites: Mapping[int, Month], contexts: Mapping[int, Context]) -> list[Standing]:
    order = sorted(sites)
    here = [contexts[site] for site in order]
    attributes = {
        "lunch": [float(each.lunch or 0) for each in here],
        "english": [float(each.english or 0) for each in here],
    }
    values = [sites[site].value for site in order]
    variances = [sites[site].variance for site in order]
    return standings([str(site) for site in order], values, variances, attributes)
