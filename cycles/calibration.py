"""How well a team or a network judges its own predictions: what counts, over time, how wide the ranges. Pure.

A range is where eight results in ten are expected, so a team that knows what it knows is right about eight
times in ten, no less and no more. Nothing here depends on whether the change was a success.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from statistics import median

from cycles.predictions import (
    FEWEST_FOR_CALIBRATION,
    Calibration,
    Expectation,
    bounds,
    calibrate,
    measured,
    within,
)
from nic_platform.text import _

NEWEST = 30  # so many predictions are drawn
MOST_STRETCHES = 12


class LeftOut(StrEnum):
    """Why a prediction says nothing about calibration."""

    NO_RANGE = "no_range"
    OPEN_END = "open_end"
    NO_RESULT = "no_result"
    NOT_LOCKED = "not_locked"

    @property
    def words(self) -> str:
        """Return the reason in words."""
        return {
            LeftOut.NO_RANGE: _("no range was written, only words or one number"),
            LeftOut.OPEN_END: _("the range has one open end (at least, at most)"),
            LeftOut.NO_RESULT: _("nothing was measured to set beside it, or not yet"),
            LeftOut.NOT_LOCKED: _("it was still open to change when the result came"),
        }[self]


@dataclass(frozen=True)
class Foretold:
    """One prediction of a cycle that began, with its result; ``on`` is the day it was written down for."""

    expectation: Expectation
    out_of: float | None = None
    result: float | None = None
    result_of: float | None = None
    is_locked: bool = True
    on: date | None = None
    question: str = ""
    key: object = None
    team: int = 0

    @property
    def value(self) -> float | None:
        """Return the result in the unit of the prediction."""
        return measured(self.result, self.result_of or self.out_of, self.expectation)

    @property
    def is_inside(self) -> bool | None:
        """Say whether the result fell within the range; ``None`` where that cannot be said."""
        return None if self.left_out else within(self.expectation, self.value)

    @property
    def left_out(self) -> LeftOut | None:
        """Return why the prediction does not count; ``None`` where it does."""
        low, high = self.expectation.low, self.expectation.high
        if low is None and high is None:
            return LeftOut.NO_RANGE
        if low is None or high is None:
            return LeftOut.OPEN_END
        if self.value is None:
            return LeftOut.NO_RESULT
        return None if self.is_locked else LeftOut.NOT_LOCKED

    @property
    def width(self) -> float | None:
        """Return how wide the range is, in points of 100, for a share or a count out of a total."""
        low, high, _assumed = bounds(self.expectation)
        if low is None or high is None:
            return None
        if self.expectation.is_percent:
            return high - low
        return 100 * (high - low) / self.out_of if self.out_of else None

    @property
    def off(self) -> float | None:
        """Return where the result lies: −1 and 1 are the ends of the range, 0 its middle.

        A range without width holds only its own number, which lies in its middle.
        """
        low, high, _assumed = bounds(self.expectation)
        if self.value is None or low is None or high is None:
            return None
        if high == low:
            return 0.0 if self.value == low else 3.0 if self.value > low else -3.0
        return (2 * self.value - low - high) / (high - low)


@dataclass(frozen=True)
class Stretch:
    """Ten predictions or more that follow each other."""

    first: date | None
    last: date | None
    inside: int
    total: int

    @property
    def percent(self) -> int:
        """Return the share within the range, in per cent."""
        return round(100 * self.inside / self.total)


@dataclass(frozen=True)
class Judgements:
    """What all predictions together say."""

    calibration: Calibration
    counted: tuple[Foretold, ...]  # oldest first
    left_out: tuple[tuple[LeftOut, int], ...]
    stretches: tuple[Stretch, ...]
    width: float | None  # half of the ranges are narrower, in points of 100
    widths: int  # of how many that can be said

    @property
    def newest(self) -> tuple[Foretold, ...]:
        """Return the newest that count, newest first."""
        return tuple(reversed(self.counted[-NEWEST:]))

    @property
    def above(self) -> int:
        """Return how many results lay above their range."""
        return sum((each.off or 0) > 1 for each in self.counted)

    @property
    def below(self) -> int:
        """Return how many results lay below their range."""
        return sum((each.off or 0) < -1 for each in self.counted)


def read(predictions: Sequence[Foretold]) -> Judgements:
    """Sort out what counts and what does not, and compare the share within the ranges with eight in ten."""
    mine = [each for each in predictions if each.left_out is None]
    mine.sort(key=lambda each: each.on or date.min)
    reasons = [each.left_out for each in predictions]
    left = tuple((why, reasons.count(why)) for why in LeftOut if why in reasons)
    widths = [each.width for each in mine if each.width is not None]
    flags = [bool(each.is_inside) for each in mine]
    return Judgements(
        calibrate(flags),
        tuple(mine),
        left,
        stretches(mine),
        median(widths) if len(widths) >= FEWEST_FOR_CALIBRATION else None,
        len(widths),
    )


def stretches(counted: Sequence[Foretold]) -> tuple[Stretch, ...]:
    """Cut predictions, oldest first, into stretches of nearly equal number, ten or more in each.

    Nothing under twenty: one stretch is no development.
    """
    many = min(MOST_STRETCHES, len(counted) // FEWEST_FOR_CALIBRATION)
    if many < 2:
        return ()
    edges = [place * len(counted) // many for place in range(many + 1)]
    found = []
    for start, end in pairwise(edges):
        part = counted[start:end]
        inside = sum(bool(each.is_inside) for each in part)
        found.append(Stretch(part[0].on, part[-1].on, inside, len(part)))
    return tuple(found)
