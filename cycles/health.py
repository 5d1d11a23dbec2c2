"""The health of inquiry: how disciplined a team's or a network's cycles are, beside published rates.

Criteria after Taylor et al. 2014, yardsticks from McNicholas et al. 2019 (both BMJ Quality & Safety). It
is shown to
learn from and never ranked.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from cycles.scale import has_grown
from nic_platform.text import _

MONTH_DAYS = 31


@dataclass(frozen=True)
class Inquiry:
    """What counts of one cycle that was begun; *ramp* is any key that its series shares."""

    ramp: int | None
    number: int
    reached_act: bool
    is_open: bool
    has_prediction: bool
    scale: str = ""
    scale_size: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    data_on: Sequence[date] = ()


@dataclass(frozen=True)
class Share:
    """One share with its published yardstick."""

    key: str
    words: str
    count: int
    of: int
    published_percent: int
    published_of: int

    @property
    def percent(self) -> int | None:
        """Return the share in per cent; ``None`` where nothing counts yet."""
        return round(100 * self.count / self.of) if self.of else None


_PUBLISHED: Mapping[str, tuple[Callable[[], str], int, int]] = {
    "act": (lambda: _("documented through act"), 71, 421),
    "prediction": (lambda: _("with a written prediction"), 12, 294),
    "series": (lambda: _("part of a series"), 55, 299),
    "grown": (lambda: _("of series that grew in scale"), 30, 64),
    "monthly": (lambda: _("with data at least monthly"), 15, 47),
}


def shares(cycles: Sequence[Inquiry]) -> list[Share]:
    """Return the five shares.

    Open cycles are left out of "documented through act", since they may still get there.
    """
    ended = [cycle for cycle in cycles if not cycle.is_open]
    series = _series(cycles)
    in_series = sum(len(run) for run in series.values())
    grown = sum(has_grown([(cycle.scale, cycle.scale_size) for cycle in run]) for run in series.values())
    timed = [cycle for cycle in cycles if cycle.starts_on and cycle.ends_on and cycle.data_on]
    counted = {
        "act": (sum(cycle.reached_act for cycle in ended), len(ended)),
        "prediction": (sum(cycle.has_prediction for cycle in cycles), len(cycles)),
        "series": (in_series, len(cycles)),
        "grown": (grown, len(series)),
        "monthly": (sum(map(at_least_monthly, timed)), len(timed)),
    }
    return [
        Share(key, words(), *counted[key], percent, of) for key, (words, percent, of) in _PUBLISHED.items()
    ]


def _series(cycles: Sequence[Inquiry]) -> Mapping[int, list[Inquiry]]:
    """Return the ramps of two cycles or more, each in its order."""
    runs: dict[int, list[Inquiry]] = {}
    for cycle in sorted(cycles, key=lambda c: c.number):
        if cycle.ramp is not None:
            runs.setdefault(cycle.ramp, []).append(cycle)
    return {ramp: run for ramp, run in runs.items() if len(run) > 1}


def at_least_monthly(cycle: Inquiry) -> bool:
    """Say whether data came at least monthly while the cycle ran: no gap over 31 days from its start to
    its end."""
    if cycle.starts_on is None or cycle.ends_on is None:
        return False
    inside = sorted(day for day in cycle.data_on if cycle.starts_on <= day <= cycle.ends_on)
    if not inside:
        return False
    days = [cycle.starts_on, *inside, cycle.ends_on]
    return all((b - a).days <= MONTH_DAYS for a, b in pairwise(days))
