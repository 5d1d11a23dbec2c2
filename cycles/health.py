"""The health of inquiry: how disciplined a team's or a network's cycles are, beside published rates. Pure.

The criteria are those of Taylor et al. 2014, the yardsticks those of McNicholas et al. 2019 (both BMJ Quality
& Safety): five shares of what a team wrote down itself. They are shown to learn from, never to rank.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import sqrt

from cycles.scale import has_grown
from nic_platform.text import _

MONTH_DAYS = 31
OVERDUE_DAYS = 60  # an open cycle this long past its planned end counts as not documented through act
FEW = 10  # under so many a share says little
_Z = 1.959964  # 95 %
SOURCE = "McNicholas et al. 2019, BMJ Quality & Safety 28: 356–365"


@dataclass(frozen=True)
class Inquiry:
    """What counts of one cycle that was begun. Drafts, and cycles closed as not run, are none.

    ``ramp`` and ``parent`` are any keys: cycles that share a ramp, or grew one from the other, are a series.
    ``starts_on`` and ``ends_on`` are the days that it ran, as carried out or else as planned. ``data_on`` are
    days on which something was measured for it; ``plans_data`` says that it meant to collect any.
    """

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
    plans_data: bool = False
    id: int = 0
    parent: int | None = None
    team: int = 0


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

    @property
    def interval(self) -> tuple[float, float] | None:
        """Return the 95 % interval of the share, in per cent; ``None`` where nothing counts yet."""
        return wilson(self.count, self.of) if self.of else None

    @property
    def is_few(self) -> bool:
        """Say whether there is something, but too little to say much."""
        return 0 < self.of < FEW

    @property
    def stand(self) -> str:
        """Return how the share stands to the published one: above, below, near, or empty when too few."""
        if self.interval is None or self.is_few:
            return ""
        low, high = self.interval
        if low > self.published_percent:
            return "above"
        return "below" if high < self.published_percent else "near"


@dataclass(frozen=True)
class Judged:
    """What one cycle, or one series, adds to one share: the day it counts for, and whether it does it."""

    key: str
    on: date | None
    is_so: bool
    team: int


_PUBLISHED: Mapping[str, tuple[Callable[[], str], int, int]] = {
    "act": (lambda: _("documented through act"), 71, 421),
    "prediction": (lambda: _("with a written prediction"), 12, 294),
    "series": (lambda: _("part of a series"), 55, 299),
    "grown": (lambda: _("of series that grew in scale"), 30, 64),
    "monthly": (lambda: _("with data at least monthly"), 15, 47),
}
KEYS = tuple(_PUBLISHED)


def wilson(count: float, of: float) -> tuple[float, float]:
    """Return Wilson's 95 % interval (Wilson 1927) of a share, in per cent.

    Args:
        of: one or more.
    """
    share, square = count / of, _Z * _Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = _Z * sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return 100 * max(0.0, middle - half), 100 * min(1.0, middle + half)


# ---------------------------------------------------------------- what counts


def shares(cycles: Sequence[Inquiry], today: date | None = None) -> list[Share]:
    """Return the five shares of all *cycles*; see :func:`judged` for what counts."""
    return shares_of(judged(cycles, today))


def shares_of(found: Sequence[Judged]) -> list[Share]:
    """Add up what counts into the five shares, in their order."""
    tally = {key: [0, 0] for key in KEYS}
    for each in found:
        tally[each.key][0] += each.is_so
        tally[each.key][1] += 1
    return [
        Share(key, words(), tally[key][0], tally[key][1], percent, of)
        for key, (words, percent, of) in _PUBLISHED.items()
    ]


def judged(cycles: Sequence[Inquiry], today: date | None = None) -> list[Judged]:
    """Return what each cycle and each series adds to the shares, a series on the day its first cycle began.

    * act: cycles that are closed, or open 60 days and more past their planned end: so nothing is hidden by
      staying open. An open cycle that still has time is left out.
    * prediction: every cycle.
    * series: every cycle; it counts with two or more begun cycles of one ramp, or grown from each other.
    * grown: every series.
    * monthly: cycles whose time is over and which meant to collect data, or did.

    Args:
        today: by which an open cycle is overdue or its time is over; without it only closed ones are.
    """
    runs = _places_of_series(cycles)
    in_series = {place for run in runs for place in run}
    found: list[Judged] = []
    for place, cycle in enumerate(cycles):
        facts = {"prediction": cycle.has_prediction, "series": place in in_series}
        if not cycle.is_open or _is_overdue(cycle, today):
            facts["act"] = cycle.reached_act and not cycle.is_open
        if _time_is_over(cycle, today) and (cycle.plans_data or cycle.data_on):
            facts["monthly"] = at_least_monthly(cycle)
        found += [Judged(key, cycle.starts_on, is_so, cycle.team) for key, is_so in facts.items()]
    for run in runs:
        members = [cycles[place] for place in run]
        grew = has_grown([(cycle.scale, cycle.scale_size) for cycle in members])
        begun = [cycle.starts_on for cycle in members if cycle.starts_on]
        found.append(Judged("grown", min(begun, default=None), grew, members[0].team))
    return found


def _is_overdue(cycle: Inquiry, today: date | None) -> bool:
    due = cycle.ends_on or cycle.starts_on
    return today is not None and due is not None and today - due > timedelta(days=OVERDUE_DAYS)


def _time_is_over(cycle: Inquiry, today: date | None) -> bool:
    if cycle.starts_on is None or cycle.ends_on is None or cycle.ends_on < cycle.starts_on:
        return False
    return not cycle.is_open or (today is not None and cycle.ends_on < today)


def series_of(cycles: Sequence[Inquiry]) -> list[list[Inquiry]]:
    """Return the series: two cycles or more that share a ramp or grew from each other, each in its order."""
    return [[cycles[place] for place in run] for run in _places_of_series(cycles)]


def _places_of_series(cycles: Sequence[Inquiry]) -> list[list[int]]:
    roots: dict[object, object] = {}

    def root(key: object) -> object:
        while (above := roots.setdefault(key, key)) != key:
            roots[key] = roots[above]
            key = above
        return key

    keys: list[object] = [("cycle", cycle.id or -1 - place) for place, cycle in enumerate(cycles)]
    for own, cycle in zip(keys, cycles, strict=True):
        for kind, other in (("ramp", cycle.ramp), ("cycle", cycle.parent)):
            if other is not None:
                roots[root(own)] = root((kind, other))
    runs: dict[object, list[int]] = {}
    for place, own in enumerate(keys):
        runs.setdefault(root(own), []).append(place)

    def order(place: int) -> tuple[int, date, int, int]:
        cycle = cycles[place]
        return cycle.number, cycle.starts_on or date.max, cycle.id, place

    return [sorted(run, key=order) for run in runs.values() if len(run) > 1]


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


# ---------------------------------------------------------------- by school year and over time


@dataclass(frozen=True)
class Year:
    """A school year: its name, first and last day."""

    name: str
    first: date
    last: date


def year_of(day: date, years: Sequence[Year]) -> str:
    """Return the name of the school year of a day: the network's own, else the one from August to July.

    A summer belongs to the year that it follows.
    """
    before = [year for year in years if year.first <= day]
    if before:
        latest = max(before, key=lambda year: year.first)
        if (day - latest.first).days <= 366:
            return latest.name
    start = day.year if day.month >= 8 else day.year - 1
    return f"{start}-{(start + 1) % 100:02d}"


def by_year(found: Sequence[Judged], years: Sequence[Year]) -> dict[str, list[Judged]]:
    """Return what counts by the school year in which its cycle began, newest first; undated under ""."""
    split: dict[str, list[Judged]] = {}
    for each in found:
        split.setdefault(year_of(each.on, years) if each.on else "", []).append(each)
    return dict(sorted(split.items(), reverse=True))


@dataclass(frozen=True)
class Period:
    """One month or quarter: its first day, and how many of how many."""

    first: date
    count: int
    of: int

    @property
    def percent(self) -> float:
        """Return the share in per cent."""
        return 100 * self.count / self.of


FEWEST_A_PERIOD = 5
FEWEST_MONTHS = 6
FEWEST_QUARTERS = 4


def over_time(found: Sequence[Judged], key: str) -> tuple[str, list[Period]]:
    """Return one share by "month", else by "quarter", or ("", []) where there is too little.

    Only periods with five or more are shown: months where there are six of them, else quarters where there
    are four.
    """
    mine = [each for each in found if each.key == key and each.on is not None]
    for name, months, fewest in (("month", 1, FEWEST_MONTHS), ("quarter", 3, FEWEST_QUARTERS)):
        tally: dict[date, list[int]] = {}
        for each in mine:
            if each.on is None:
                continue
            first = each.on.replace(month=1 + (each.on.month - 1) // months * months, day=1)
            cell = tally.setdefault(first, [0, 0])
            cell[0] += each.is_so
            cell[1] += 1
        periods = [Period(day, *cell) for day, cell in sorted(tally.items()) if cell[1] >= FEWEST_A_PERIOD]
        if len(periods) >= fewest:
            return name, periods
    return "", []


@dataclass(frozen=True)
class Spread:
    """How many teams have a share in each fifth: 0 to 20 %, and so on up to 100 %. No team is named."""

    key: str
    teams: tuple[int, int, int, int, int]

    @property
    def total(self) -> int:
        """Return how many teams have enough cycles to be counted."""
        return sum(self.teams)


def spread(found: Sequence[Judged], key: str) -> Spread:
    """Return how the teams with five cycles (or series) or more are spread over one share."""
    tally: dict[int, list[int]] = {}
    for each in found:
        if each.key == key:
            cell = tally.setdefault(each.team, [0, 0])
            cell[0] += each.is_so
            cell[1] += 1
    fifths = [0] * 5
    for count, of in tally.values():
        if of >= FEWEST_A_PERIOD:
            fifths[min(4, 5 * count // of)] += 1
    return Spread(key, (fifths[0], fifths[1], fifths[2], fifths[3], fifths[4]))
