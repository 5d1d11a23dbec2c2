"""Days without school, as clocks count them: a break stops every clock. Pure.

What somebody promised, or was to count, by a day is late only once school has been on since that day. Breaks
and the summer between two school years are left out; weekends are counted, as people say it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)


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

    def moved(self, day: date) -> date:
        """Return *day*, or in a break the day after it that leaves as many days that count as *day* gave."""
        before = self.settled(day)
        return self.after(before, (day - before).days)


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


def is_past(by: date | None, today: date, breaks: Breaks) -> bool:
    """Say whether the day by which something was asked for has gone by; in a break none does."""
    return by is not None and by < breaks.settled(today)
