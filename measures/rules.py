"""What a measure can be, free of web and database."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import isfinite
from typing import Protocol

from nic_platform.text import _


class MeasureKind(StrEnum):
    """What a measure is for."""

    OUTCOME = "outcome"
    PROCESS = "process"  # fidelity: is it done as meant
    CAPACITY = "capacity"
    BALANCING = "balancing"
    CONTEXT = "context"
    VOICE = "stakeholder_voice"


class MeasureType(StrEnum):
    """What the numbers of a measure are."""

    PROPORTION = "proportion"
    COUNT = "count"
    RATE = "rate"
    CONTINUOUS = "continuous"
    TIME_BETWEEN = "time_between_events"


class Direction(StrEnum):
    """Which way is better."""

    UP = "up"
    DOWN = "down"


class Rhythm(StrEnum):
    """How often something is measured or a team meets."""

    DAILY = "daily"
    WEEKLY = "weekly"
    TWO_WEEKS = "every_two_weeks"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"

    @property
    def days(self) -> int:
        """Return the days from one time to the next."""
        return _DAYS[self.value]


_DAYS = {"daily": 1, "weekly": 7, "every_two_weeks": 14, "monthly": 31, "quarterly": 92, "yearly": 366}


COUNTED = frozenset({MeasureType.PROPORTION, MeasureType.RATE})  # those with a count out of a population
EARLIEST = date(2000, 1, 1)


@dataclass(frozen=True)
class Entry:
    """What somebody typed for one measurement; ``None`` where nothing was."""

    observed_on: date | None
    count: float | None = None
    population: float | None = None
    value: float | None = None


def value_of(
    kind: MeasureType, count: float | None, population: float | None, value: float | None
) -> float | None:
    """Return a measurement in its measure's unit: per cent for a proportion, the count, the rate or
    the value.
    """
    if kind is MeasureType.PROPORTION:
        return 100 * count / population if count is not None and population else None
    if kind is MeasureType.RATE and value is None:
        return count / population if count is not None and population else None
    return value if value is not None else count


def entry_faults(kind: MeasureType, entry: Entry, today: date) -> dict[str, str]:
    """Return what has to be mended in an entry, by field; empty when it can be kept."""
    faults = {}
    if entry.observed_on is None:
        faults["observed_on"] = _("Give the day it was counted, for example today.")
    elif entry.observed_on > today:
        faults["observed_on"] = _("This day has not come yet. Give the day it was counted.")
    elif entry.observed_on < EARLIEST:
        faults["observed_on"] = _("Check the year: this day is before 2000.")
    faults.update(_number_faults(kind, entry))
    return faults


def _number_faults(kind: MeasureType, entry: Entry) -> dict[str, str]:
    if kind in COUNTED and not (kind is MeasureType.RATE and entry.value is not None):
        return _counted_faults(entry, is_share=kind is MeasureType.PROPORTION)
    if kind is MeasureType.COUNT:
        return _count_fault(entry.count) if entry.value is None else _count_fault(entry.value, "value")
    if entry.value is None:
        return {"value": _("Type the number that was measured.")}
    if entry.value < 0 and kind is not MeasureType.CONTINUOUS:
        return {"value": _("Type a number, 0 or more.")}
    return {} if abs(entry.value) <= MOST else {"value": _("Type a plain number, below a billion.")}


MOST = 1e9  # beyond it a number is a slip of the finger, and its square would leave the sums


def _count_fault(count: float | None, field: str = "count") -> dict[str, str]:
    if count is None:
        return {field: _("Type how many were counted; 0 if none.")}
    if not isfinite(count) or not 0 <= count <= MOST or count != int(count):
        return {field: _("Type a whole number, 0 or more.")}
    return {}


def _counted_faults(entry: Entry, *, is_share: bool) -> dict[str, str]:
    faults = _count_fault(entry.count)
    population = entry.population
    if population is None:
        faults["population"] = _("Type out of how many.")
    elif not 1 <= population <= MOST or (is_share and population != int(population)):
        faults["population"] = _("Type a whole number, 1 or more.")
    elif is_share and not faults and entry.count is not None and entry.count > population:
        faults["count"] = _(
            "%(count)s is more than the %(population)s there are. Check which number is which.",
            count=int(entry.count),
            population=int(population),
        )
    return faults


class Countable(Protocol):
    """A measure, as far as a count of it looks at it."""

    @property
    def id(self) -> int:
        """Its number."""

    @property
    def network_id(self) -> int:
        """Whose it is."""

    @property
    def type(self) -> MeasureType:
        """What its numbers are."""

    @property
    def counts_students(self) -> bool | None:
        """Whether it counts students."""


class Counting(Protocol):
    """A team that counts, with its place."""

    @property
    def id(self) -> int:
        """Its number."""

    @property
    def site_id(self) -> int:
        """The number of its place."""
