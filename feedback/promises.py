"""Promises on the network's calendar: a break stops their clock. Pure: dates in, dates and words out.

Whoever promises an answer in 21 days promises 21 days on which school is on, weekends counted, as people say
it. Breaks and the summer between two school years are left out, for the team that holds an item as for the
one that waits.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

_DAY = timedelta(days=1)
NUDGE_SHARE = 4  # a holder is reminded when a quarter of the promise is left,
NUDGE_MOST = 3  # and never earlier than this many days before
LAST_CALL = 3  # days before its day on which a policy notice is recalled


@dataclass(frozen=True)
class Breaks:
    """The days that no promise counts: spans of a first and a last day, by date, none touching another."""

    spans: tuple[tuple[date, date], ...] = ()

    def holds(self, day: date) -> bool:
        """Say whether *day* lies in a break."""
        return any(first <= day <= last for first, last in self.spans)

    def between(self, first: date, last: date) -> int:
        """Return how many days that count lie after *first*, up to *last* and with it; negative if before."""
        if last < first:
            return -self.between(last, first)
        lost = 0
        for begins, ends in self.spans:
            lost += max(0, (min(ends, last) - max(begins, first + _DAY)).days + 1)
        return (last - first).days - lost

    def after(self, day: date, days: int) -> date:
        """Return the day that counts and lies *days* such days after *day*; before it for a negative number.

        No days give *day* itself, also in a break.
        """
        if days == 0:
            return day
        return self._forward(day, days) if days > 0 else self._back(day, -days)

    def _forward(self, day: date, days: int) -> date:
        found = day + timedelta(days=days)
        for begins, ends in self.spans:
            if ends > day and begins <= found:
                found += (ends - max(begins, day + _DAY)) + _DAY
        return found

    def _back(self, day: date, days: int) -> date:
        found = day - timedelta(days=days)
        for begins, ends in reversed(self.spans):
            if begins <= day and ends >= found:
                found -= (min(ends, day) - begins) + _DAY
        return found

    def settled(self, day: date) -> date:
        """Return *day*, or in a break the last day before it: a promise is late when it ended before that."""
        return next((first - _DAY for first, last in self.spans if first <= day <= last), day)


NO_BREAKS = Breaks()


def breaks_from(spans: Iterable[tuple[date, date]]) -> Breaks:
    """Return the breaks of some spans in any order; those that overlap or touch become one."""
    found: list[tuple[date, date]] = []
    for first, last in sorted(spans):
        if last < first:
            continue
        if found and first <= found[-1][1] + _DAY:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return Breaks(tuple(found))


def nudge_days(promised: int) -> int:
    """Return how many days before a promise passes its holder is reminded: a quarter of it, one to three."""
    return max(1, min(NUDGE_MOST, ceil(promised / NUDGE_SHARE)))


def wants_nudge(
    held_on: date | None, due_on: date | None, nudged_on: date | None, today: date, breaks: Breaks
) -> bool:
    """Say whether the holder of an item is to be reminded now that its promise is about to pass.

    Once; not on the day the item came; and not any more when the promise has passed.
    """
    if due_on is None or held_on is None or nudged_on is not None or today <= held_on:
        return False
    left = breaks.between(today, due_on)
    return today <= due_on and left <= nudge_days(breaks.between(held_on, due_on))


def is_past(by: date | None, today: date, breaks: Breaks) -> bool:
    """Say whether the day by which something was asked for has gone by; in a break none does."""
    return by is not None and by < breaks.settled(today)


def wants_recall(by: date | None, recalled_on: date | None, today: date, breaks: Breaks) -> bool:
    """Say whether teams that have not acknowledged a policy notice are to be told of it again.

    Three days before the day they were asked to do it *by*, and once more when that day has passed.
    """
    if by is None:
        return False
    if is_past(by, today, breaks):
        return recalled_on is None or recalled_on <= by
    return recalled_on is None and breaks.between(today, by) <= LAST_CALL
