"""The days on which school is held, and what a calendar takes out of them. Pure.

Colorado's guide to Implementation Milestones asks who sets a series to keep the calendar in mind: breaks,
heavy testing weeks, other events that cost people their time. Quarters take nothing out.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from nic_platform.days import weekday
from nic_platform.svg import day as day_words
from nic_platform.text import _, ngettext

BREAK, TESTING, QUARTER = "break", "testing", "quarter"
WEEK = 5  # school days in a school week
_FAR = 800  # days in which the next school day is looked for
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """A break or a testing window; both its days belong to it."""

    kind: str
    name: str
    starts_on: date
    ends_on: date

    def holds(self, day: date) -> bool:
        """Say whether *day* lies in it."""
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True)
class SchoolDays:
    """A network's calendar. Without one every weekday is a school day.

    ``years`` are the first and last days of the school years that are known, ``spans`` what lies in them;
    ``quarters`` take nothing out.
    """

    spans: tuple[Span, ...] = ()
    years: tuple[tuple[date, date], ...] = ()
    quarters: tuple[Span, ...] = ()

    def hit(self, day: date, kinds: Collection[str] = (BREAK, TESTING)) -> Span | None:
        """Return the span of *kinds* that *day* lies in; none on an ordinary day."""
        return next((span for span in self.spans if span.kind in kinds and span.holds(day)), None)

    def is_school_day(self, day: date, skips: Collection[str] = (BREAK,)) -> bool:
        """Say whether *day* is a weekday outside the spans of the kinds in *skips*."""
        return day.weekday() < WEEK and self.hit(day, skips) is None

    def is_outside(self, day: date) -> bool:
        """Say whether *day* lies in none of the school years, where any is known."""
        return bool(self.years) and not any(first <= day <= last for first, last in self.years)

    def between(self, first: date, last: date, skips: Collection[str] = (BREAK,)) -> list[date]:
        """Return the school days after *first*, up to *last* and with it, by date."""
        days = (first + timedelta(days=at) for at in range(1, max((last - first).days, 0) + 1))
        return [day for day in days if self.is_school_day(day, skips)]

    def on_or_before(self, day: date, skips: Collection[str] = (BREAK,)) -> date | None:
        """Return *day*, or the last school day before it; none within two years."""
        return next((d for d in _walk(day, -1) if self.is_school_day(d, skips)), None)

    def on_or_after(self, day: date, skips: Collection[str] = (BREAK,)) -> date | None:
        """Return *day*, or the first school day after it; none within two years."""
        return next((d for d in _walk(day, 1) if self.is_school_day(d, skips)), None)

    def apart(self, first: date, last: date) -> int:
        """Return how many school days *last* is after *first*; negative when it is before."""
        if last < first:
            return -len(self.between(last, first))
        return len(self.between(first, last))

    def shifted(self, day: date, by: int) -> date:
        """Return the school day that lies *by* school days after *day*; before it for a negative number."""
        if not by:
            return day
        step, left, found = (1 if by > 0 else -1), abs(by), day
        for candidate in _walk(day + step * _DAY, step, _FAR + 8 * left):
            if self.is_school_day(candidate):
                left, found = left - 1, candidate
                if not left:
                    break
        return found

    def left_out(self, first: date, last: date, skips: Collection[str] = (BREAK,)) -> dict[str, int]:
        """Return how many weekdays from *first* to *last* each kind in *skips* takes out, breaks first."""
        lost: dict[str, int] = {}
        for at in range(1, max((last - first).days, 0) + 1):
            day = first + timedelta(days=at)
            span = self.hit(day, skips) if day.weekday() < WEEK else None
            if span is not None:
                lost[span.kind] = lost.get(span.kind, 0) + 1
        return dict(sorted(lost.items()))


def _walk(day: date, step: int, far: int = _FAR) -> Iterable[date]:
    return (day + timedelta(days=step * at) for at in range(far))


def calendar(years: Iterable[tuple[date, date]], spans: Iterable[Span]) -> SchoolDays:
    """Return the calendar of some school years; the days between two of them are a break too."""
    known = sorted(set(years))
    summers = [
        Span(BREAK, _("Summer"), last + _DAY, first - _DAY)
        for (_start, last), (first, _end) in pairwise(known)
        if last + _DAY < first
    ]
    return SchoolDays(tuple(sorted([*spans, *summers], key=lambda s: (s.starts_on, s.name))), tuple(known))


def weeks_words(days: int) -> str:
    """Return a number of school days as people say it: "4 days", "2 weeks", "3.5 weeks"."""
    if days < WEEK:
        return ngettext("%(count)s day", "%(count)s days", days)
    weeks = round(days * 2 / WEEK) / 2
    return ngettext("%(weeks)s week", "%(weeks)s weeks", 1 if weeks == 1 else 2, weeks=f"{weeks:g}")


def left_out_words(lost: dict[str, int]) -> str:
    """Return what the calendar takes out, as in "2 weeks of break and 4 days of testing left out"."""
    parts = {
        BREAK: lambda days: _("%(time)s of break", time=weeks_words(days)),
        TESTING: lambda days: _("%(time)s of testing", time=weeks_words(days)),
    }
    said = [parts[kind](days) for kind, days in lost.items() if kind in parts and days]
    if not said:
        return ""
    if len(said) > 1:
        return _("%(one)s and %(other)s left out", one=said[0], other=said[1])
    return _("%(time)s left out", time=said[0])


def off_words(day: date, days: SchoolDays, skips: Collection[str] = (BREAK, TESTING)) -> str:
    """Return why nothing should be due on *day*, with the nearest days that will do; empty for a good day."""
    span = days.hit(day, skips)
    if span is not None:
        why = _("%(day)s lies in %(name)s.", day=day_words(day), name=span.name)
    elif day.weekday() >= WEEK:
        weekday = _("a Saturday") if day.weekday() == WEEK else _("a Sunday")
        why = _("%(day)s is %(weekday)s.", day=day_words(day), weekday=weekday)
    elif days.is_outside(day):
        return _("%(day)s lies outside the school year.", day=day_words(day, year=True))
    else:
        return ""
    before, after = days.on_or_before(day, skips), days.on_or_after(day, skips)
    if before is None or after is None:
        return why
    near = _("School days near it: %(before)s and %(after)s.", before=long_day(before), after=long_day(after))
    return f"{why} {near}"


def long_day(day: date) -> str:
    """Return "Fri, Mar 6"."""
    return weekday(day)
