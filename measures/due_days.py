"""The days on which a measure's rhythm expects a figure. Pure.

One day for each day, week, two weeks, month, quarter or school year (July to June) in which school is held; a
stretch that a break takes up whole expects nothing. Where something was counted in it, that day stands for
it. The grid of a term, "this week" and the reminders all go by this.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from measures.rules import Rhythm
from measures.school_years import span_of, year_of
from nic_platform.text import _
from teams.rules import Period
from teams.school_calendar import proposed_quarters

_DAY = timedelta(days=1)
LONGEST = 400  # days that one grid spans at most
FRIDAY = 4
SCHOOL_DAYS: Mapping[Rhythm, int] = {
    Rhythm.DAILY: 1, Rhythm.WEEKLY: 5, Rhythm.TWO_WEEKS: 10, Rhythm.MONTHLY: 20, Rhythm.QUARTERLY: 45,
    Rhythm.YEARLY: 180,
}  # fmt: skip
"""How many school days a rhythm lasts, about."""
COMES_OUT = timedelta(days=183)
"""How long after its last school day the figure of a year is waited for: agencies publish in the fall."""
Stretch = tuple[date, date]  # first and last day; both belong to it


@dataclass(frozen=True)
class Term:
    """A stretch that a grid shows: a quarter, or the school year."""

    name: str
    starts_on: date
    ends_on: date

    def holds(self, day: date) -> bool:
        """Say whether *day* lies in it."""
        return self.starts_on <= day <= self.ends_on


def terms(year: Stretch, quarters: Sequence[Period], breaks: Sequence[Stretch]) -> list[Term]:
    """Return the quarters of a school year, as its calendar has them or else four alike, then the year."""
    inside = [each for each in quarters if each.ends >= year[0] and each.starts <= year[1]]
    found = sorted(inside, key=lambda each: each.starts) or proposed_quarters(*year, breaks)
    return [*(Term(each.name, each.starts, each.ends) for each in found), Term(_("School year"), *year)]


def term_of(found: Sequence[Term], day: date) -> Term:
    """Return the quarter that *day* lies in, else the last one begun by then, else the first."""
    quarters = found[:-1] or found
    begun = [each for each in quarters if each.starts_on <= day]
    return begun[-1] if begun else quarters[0]


def due_days(
    rhythm: Rhythm,
    first: date,
    last: date,
    is_school_day: Callable[[date], bool],
    there: Collection[date] = (),
    quarters: Sequence[Stretch] = (),
) -> list[date]:
    """Return the days from *first* to *last* that a figure is expected on, or was counted on, by date.

    Args:
        is_school_day: whether school is held on a day.
        there: the days on which something was counted, also outside the stretch. The newest says on which
            weekday a team counts (Friday without any), and which weeks it counts in.
        quarters: those of the school year, for a quarterly rhythm; calendar quarters without them.
    """
    newest = max(there, default=None)
    weekday = newest.weekday() if newest else FRIDAY
    found = {day for day in there if first <= day <= last}
    for begins, ends in _stretches(rhythm, first, last, newest, quarters):
        if any(begins <= day <= ends for day in there):
            continue
        # of two weeks the first is the one that is counted; where a break takes it up, nothing is expected
        counts_until = min(ends, begins + 6 * _DAY) if rhythm is Rhythm.TWO_WEEKS else ends
        school = [day for day in _days(begins, counts_until) if is_school_day(day)]
        day = _pick(rhythm, school, weekday) if school else None
        if day is not None and first <= day <= last:  # else it belongs to the term before or after
            found.add(day)
    return sorted(found)


def next_due(
    rhythm: Rhythm, last: date, is_school_day: Callable[[date], bool], quarters: Sequence[Stretch] = ()
) -> date | None:
    """Return the first day after *last* that a figure is expected on, where *last* was counted.

    A year's figure is worked out when the year is over: it is expected half a year after its last school
    day.
    ``None`` where school is held on none of the 400 days after *last*. See :func:`due_days` for the rest.
    """
    if rhythm is Rhythm.YEARLY:
        found = due_days(rhythm, last, span_of(year_of(last) + 1)[1], is_school_day, {last})
        return found[1] + COMES_OUT if found[1:] else None
    for far in (3 * SCHOOL_DAYS[rhythm] + 7, 140, LONGEST):  # most need few days, a break or summer more
        found = due_days(rhythm, last, last + timedelta(days=far), is_school_day, {last}, quarters)
        if found[1:]:
            return found[1]
    return None


def quarters_of(
    years: Sequence[Stretch], quarters: Sequence[Period], breaks: Sequence[Stretch]
) -> list[Stretch]:
    """Return the quarters of some school years by date: those of their calendars, or else four alike each."""
    found = [term for year in years for term in terms(year, quarters, breaks)[:-1]]
    return sorted((each.starts_on, each.ends_on) for each in found)


def _pick(rhythm: Rhythm, school: Sequence[date], weekday: int) -> date:
    """Return the day of a stretch: the usual weekday where one repeats by weeks, or its last school day."""
    if rhythm not in {Rhythm.WEEKLY, Rhythm.TWO_WEEKS}:
        return school[-1]
    return next((day for day in school if day.weekday() == weekday), school[-1])


def _stretches(
    rhythm: Rhythm, first: date, last: date, newest: date | None, quarters: Sequence[Stretch]
) -> Iterator[Stretch]:
    """Give the stretches of a rhythm that touch *first* to *last*, each whole."""
    if rhythm is Rhythm.QUARTERLY and quarters:
        yield from (each for each in quarters if each[1] >= first and each[0] <= last)
        return
    if rhythm is Rhythm.YEARLY:
        yield from (span_of(year) for year in range(year_of(first), year_of(last) + 1))
        return
    if rhythm in {Rhythm.MONTHLY, Rhythm.QUARTERLY}:
        yield from _months(first, last, 1 if rhythm is Rhythm.MONTHLY else 3)
        return
    length = {Rhythm.WEEKLY: 7, Rhythm.TWO_WEEKS: 14}.get(rhythm, 1)
    begins = first if length == 1 else _monday(first)
    if length == 14 and newest is not None and (begins - _monday(newest)).days % 14:
        begins -= timedelta(days=7)
    while begins <= last:
        yield begins, begins + timedelta(days=length - 1)
        begins += timedelta(days=length)


def _months(first: date, last: date, step: int) -> Iterator[Stretch]:
    begins = date(first.year, (first.month - 1) // step * step + 1, 1)
    while begins <= last:
        after = begins.month - 1 + step
        following = date(begins.year + after // 12, after % 12 + 1, 1)
        yield begins, following - _DAY
        begins = following


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=at) for at in range(max((last - first).days + 1, 0)))
