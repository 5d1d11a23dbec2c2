"""A team's touchpoints by the calendar: a rhythm's days, a month as a grid, how each stands. Pure.

Colorado's guide to Implementation Milestones asks for planned step-backs to reflect on progress, as one of
three things without which milestones do not work.
"""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from nic_platform.days import hour_words
from nic_platform.text import _, ngettext

LONGEST = timedelta(days=400)
MOST = 60  # days that one rhythm plans at once: every week of a school year, and some
SUNDAY = 6


class State(StrEnum):
    """How a touchpoint stands on a day."""

    HELD = "held"
    NOT_HELD = "not_held"  # its day has passed, and nothing was decided or closed
    TODAY = "today"
    NEXT = "next"
    PLANNED = "planned"


@dataclass(frozen=True)
class Span:
    """A break of the school calendar; both days belong to it."""

    name: str
    first: date
    last: date

    def holds(self, on: date) -> bool:
        """Say whether *on* lies in it."""
        return self.first <= on <= self.last


@dataclass(frozen=True)
class Meeting:
    """A touchpoint as lists show it. ``starts_at`` is a time of day in the network's time zone."""

    id: int
    public_id: UUID
    team_id: int
    held_on: date
    title: str
    starts_at: time | None
    minutes: int
    place: str
    people: str
    ended_at: datetime | None
    decisions: int
    created_at: datetime
    version: int

    @property
    def is_held(self) -> bool:
        """Say whether it took place: it was closed, or something was decided at it."""
        return self.ended_at is not None or self.decisions > 0

    @property
    def month(self) -> str:
        """Return the month it lies in, as "2026-02"."""
        return f"{self.held_on:%Y-%m}"

    @property
    def is_closed(self) -> bool:
        """Say whether its minutes are made."""
        return self.ended_at is not None


@dataclass(frozen=True)
class Day:
    """A day that a rhythm comes to. ``skipped`` names the break it lies in; empty when it can be planned."""

    on: date
    skipped: str = ""


def rhythm_fault(first: date, until: date) -> str:
    """Return what is wrong with the last day of a rhythm; empty when nothing is."""
    if until < first:
        return _("This is before the first day. Give a later one.")
    if until - first > LONGEST:
        return _("Plan one school year at a time.")
    return ""


def rhythm_days(first: date, until: date, weeks: int, breaks: Sequence[Span]) -> list[Day]:
    """Return every day from *first* to *until* at a rhythm of *weeks*; those in a break say so.

    No more than :data:`MOST` days; none where *until* lies before *first* or the rhythm is under a week.
    """
    if weeks < 1:
        return []
    days: list[Day] = []
    on = first
    while on <= until and len(days) < MOST:
        days.append(Day(on, next((span.name or _("Break") for span in breaks if span.holds(on)), "")))
        on += timedelta(weeks=weeks)
    return days


def state_of(meeting: Meeting, today: date, next_on: date | None) -> State:
    """Return how a touchpoint stands; *next_on* is the day of the next one that was not held yet."""
    if meeting.is_held:
        return State.HELD
    if meeting.held_on < today:
        return State.NOT_HELD
    if meeting.held_on == today:
        return State.TODAY
    return State.NEXT if meeting.held_on == next_on else State.PLANNED


def next_of(meetings: Iterable[Meeting], today: date) -> Meeting | None:
    """Return the next touchpoint that was not closed: today's, or the first to come."""
    ahead = [each for each in meetings if each.held_on >= today and not each.is_closed]
    return min(ahead, key=lambda each: (each.held_on, each.starts_at or time.min, each.id), default=None)


@dataclass(frozen=True)
class Cell:
    """One day of a month's grid."""

    on: date
    is_inside: bool
    is_today: bool
    meetings: tuple[Meeting, ...]
    is_break: bool


def month_weeks(
    month: date, meetings: Iterable[Meeting], today: date, breaks: Sequence[Span], *, first_day: int = SUNDAY
) -> list[list[Cell]]:
    """Return the weeks of the month that *month* lies in, whole, each with seven days.

    Args:
        first_day: the weekday each begins with; Monday is 0.
    """
    by_day: dict[date, list[Meeting]] = {}
    for each in meetings:
        by_day.setdefault(each.held_on, []).append(each)
    weeks = calendar.Calendar(first_day).monthdatescalendar(month.year, month.month)
    return [
        [
            Cell(on, on.month == month.month, on == today, tuple(by_day.get(on, ())),
                 any(span.holds(on) for span in breaks))
            for on in week
        ]
        for week in weeks
    ]  # fmt: skip


def month_of(text: str, today: date) -> date:
    """Return the first day of the month that an address names ("2026-02"); this month where it names none."""
    try:
        found = date.fromisoformat(f"{text}-01") if len(text) == 7 else today
    except ValueError:
        found = today
    return (found if 1900 <= found.year <= 2199 else today).replace(day=1)


def month_after(month: date, months: int) -> date:
    """Return the first day of the month so many months later, or earlier; never outside 1900 to 2199."""
    place = month.year * 12 + month.month - 1 + months
    place = min(max(place, 1900 * 12), 2199 * 12 + 11)
    return date(place // 12, place % 12 + 1, 1)


def minutes_words(minutes: int) -> str:
    """Return how long it takes, in words."""
    if minutes and minutes % 60 == 0:
        return ngettext("%(count)s hour", "%(count)s hours", minutes // 60)
    return ngettext("%(count)s minute", "%(count)s minutes", minutes)


def time_words(starts_at: time | None) -> str:
    """Return "3:15 pm", or "15:15" in Spanish; an empty text for no time."""
    if starts_at is None:
        return ""
    return hour_words(starts_at.hour, starts_at.minute)


def when_words(meeting: Meeting) -> str:
    """Return its time and place in one line: "3:15 pm, 45 minutes, library"."""
    start = time_words(meeting.starts_at)
    parts = [start, minutes_words(meeting.minutes) if start else "", meeting.place]
    return ", ".join(part for part in parts if part)
