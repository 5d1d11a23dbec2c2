"""How well the loops close: times, promises held, barriers confirmed lifted, what is open by age. Pure."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import TypeVar

from feedback.rules import Lifted, State
from nic_platform.text import _

AGES = (7, 21, 42)  # the upper ends of the ages by which open items are counted, in days
Group = TypeVar("Group", bound=Hashable)


@dataclass(frozen=True)
class Loop:
    """One item that was sent, in civil days of its network."""

    state: State
    sent_on: date
    first_answer_on: date | None = None
    closed_on: date | None = None
    lifted: str = ""


@dataclass(frozen=True)
class Stay:
    """One stay of an item with a receiving team; *left_on* is empty while it is there."""

    reached_on: date
    promised_on: date | None
    left_on: date | None


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


def measure(loops: Sequence[Loop], stays: Sequence[Stay], today: date) -> Measures:
    """Return the loop measures: medians in days, shares, and the open items by days since they were sent."""
    answers = [(loop.first_answer_on - loop.sent_on).days for loop in loops if loop.first_answer_on]
    closes = [(loop.closed_on - loop.sent_on).days for loop in loops if loop.closed_on]
    return Measures(
        items=len(loops),
        days_to_answer=float(median(answers)) if answers else None,
        days_to_close=float(median(closes)) if closes else None,
        within_promise=within_promise(stays, today),
        confirmed_lifted=confirmed_lifted(loops),
        open_by_age=open_by_age(loops, today),
    )


def within_promise(stays: Sequence[Stay], today: date) -> Share:
    """Return how many stays kept their promise, of those that ended or are past it already."""
    judged = [stay for stay in stays if stay.promised_on and (stay.left_on or stay.promised_on < today)]
    kept = [stay for stay in judged if stay.left_on and stay.promised_on and stay.left_on <= stay.promised_on]
    return Share(len(kept), len(judged))


def confirmed_lifted(loops: Sequence[Loop]) -> Share:
    """Return how many were confirmed lifted, of all that were answered and then closed, silently or not.

    A sender's silence is never counted as lifted.
    """
    ended = [
        loop
        for loop in loops
        if loop.first_answer_on and loop.state in {State.CLOSED, State.UNCONFIRMED, State.DROPPED}
    ]
    lifted = [loop for loop in ended if loop.state is State.CLOSED and loop.lifted == Lifted.YES]
    return Share(len(lifted), len(ended))


def open_by_age(loops: Sequence[Loop], today: date) -> tuple[tuple[str, int], ...]:
    """Return how many open items are how old: words and count, youngest first."""
    ended = {State.CLOSED, State.UNCONFIRMED, State.DROPPED, State.DRAFT}
    ages = [(today - loop.sent_on).days for loop in loops if loop.state not in ended]
    found, low = [], 0
    for high in AGES:
        words = _("%(low)s to %(high)s days", low=low, high=high)
        found.append((words, sum(low <= age <= high for age in ages)))
        low = high + 1
    return (*found, (_("%(low)s days and more", low=low), sum(age >= low for age in ages)))


def typical_stay(stays: Sequence[tuple[Group, Stay]]) -> dict[Group, float]:
    """Return, by group, the median days of the stays that ended."""
    days: dict[Group, list[int]] = {}
    for group, stay in stays:
        if stay.left_on:
            days.setdefault(group, []).append((stay.left_on - stay.reached_on).days)
    return {group: float(median(found)) for group, found in days.items()}
