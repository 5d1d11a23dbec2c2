"""How well the loops close: times, promises held, barriers confirmed lifted, what is open by age. Pure.

The database counts (``feedback.loop_queries``); what it counted is a :class:`Tally`, and a tally is told as
:class:`Measures`. Days are civil days of the network, breaks and weekends counted: it is how long people
waited. Promises alone stand still in breaks.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

from nic_platform.text import _

AGES = (7, 21, 42)  # the upper ends of the ages by which open items are counted, in days
PERIODS = ("year", "two")  # the school year that runs; it and the one before
MONDAY = date(2001, 1, 1)  # the Monday from which weeks are numbered
Group = TypeVar("Group", bound=Hashable)


class By(StrEnum):
    """How long the stretches of time are that a chart of loops is made of."""

    MONTH = "month"
    WEEK = "week"


class Unit(StrEnum):
    """By what loops are told apart."""

    LEVEL = "level"  # of the team that received them
    TEAM = "team"  # that received them
    LINK = "link"  # that they went up


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    @property
    def percent(self) -> float | None:
        """Return the share in per cent; none of nothing is no share."""
        return 100 * self.part / self.whole if self.whole else None


@dataclass(frozen=True)
class Measures:
    """The loop measures of a link, a team or a level."""

    items: int
    days_to_answer: float | None
    days_to_close: float | None
    within_promise: Share
    confirmed_lifted: Share
    open_by_age: tuple[tuple[str, int], ...]

    @property
    def open(self) -> int:
        """Return how many are still open."""
        return sum(count for _words, count in self.open_by_age)


@dataclass
class Tally:
    """What was counted of some loops; ``answers`` and ``closes`` say how many took so many days.

    ``judged`` stays of items with a receiving team had ended or were past their promise, ``kept`` of them
    ended by it. ``ended`` barriers and questions were answered and are over, ``lifted`` of them confirmed.
    """

    items: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    closes: Counter[int] = field(default_factory=Counter)
    judged: int = 0
    kept: int = 0
    ended: int = 0
    lifted: int = 0
    ages: tuple[int, ...] = (0,) * (len(AGES) + 1)

    def add(self, other: "Tally") -> None:
        """Count the loops of *other* too."""
        self.items += other.items
        self.answers += other.answers
        self.closes += other.closes
        self.judged, self.kept = self.judged + other.judged, self.kept + other.kept
        self.ended, self.lifted = self.ended + other.ended, self.lifted + other.lifted
        self.ages = tuple(map(sum, zip(self.ages, other.ages, strict=True)))

    def measures(self) -> Measures:
        """Return what was counted as medians, shares, and the open ones by days since they were sent."""
        return Measures(
            items=self.items,
            days_to_answer=median_of(self.answers),
            days_to_close=median_of(self.closes),
            within_promise=Share(self.kept, self.judged),
            confirmed_lifted=Share(self.lifted, self.ended),
            open_by_age=tuple(zip(age_words(), self.ages, strict=True)),
        )


def together(many: Iterable[Tally]) -> Tally:
    """Return several tallies as one."""
    found = Tally()
    for each in many:
        found.add(each)
    return found


def median_of(days: Mapping[int, int]) -> float | None:
    """Return the median of a histogram, number of days to how often; ``None`` of an empty one."""
    whole = sum(days.values())
    if not whole:
        return None
    low, high = (whole - 1) // 2, whole // 2
    seen, middle = 0, []
    for value in sorted(days):
        before, seen = seen, seen + days[value]
        middle += [value for place in {low, high} if before <= place < seen]
    return sum(middle) / len(middle)


def age_words() -> tuple[str, ...]:
    """Return the ages by which open items are counted, youngest first."""
    found, low = [], 0
    for high in AGES:
        found.append(_("%(low)s to %(high)s days", low=low, high=high))
        low = high + 1
    return (*found, _("%(low)s days and more", low=low))


def typical_stay(stays: Mapping[Group, Mapping[int, int]]) -> dict[Group, float]:
    """Return, by group, the median days of the stays that ended, from how many took how long."""
    medians = {group: median_of(days) for group, days in stays.items()}
    return {group: days for group, days in medians.items() if days is not None}


# ---------------------------------------------------------------- over time


@dataclass(frozen=True)
class Stretch:
    """One month or week, from its first day, with what was answered, due and closed in it."""

    begins: date
    tally: Tally


def number_of(day: date, by: By) -> int:
    """Return the number of the month or week that *day* lies in, as the database numbers them."""
    return day.year * 12 + day.month - 1 if by is By.MONTH else (day - MONDAY).days // 7


def begin_of(number: int, by: By) -> date:
    """Return the first day of a month or week by its number."""
    if by is By.MONTH:
        return date(number // 12, number % 12 + 1, 1)
    return MONDAY + timedelta(weeks=number)


def stretches(found: Mapping[int, Tally], by: By, first: date, last: date) -> list[Stretch]:
    """Return the months or weeks from the one of *first* to that of *last*, also those without anything."""
    numbers = range(number_of(first, by), number_of(last, by) + 1)
    return [Stretch(begin_of(number, by), found.get(number) or Tally()) for number in numbers]
