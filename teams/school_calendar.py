"""Quarters of a school year and of a fiscal year. Pure: dates in, dates out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from nic_platform.text import _
from teams.rules import Period

QUARTERS = 4
YEAR_NAME = r"^[0-9]{4}-[0-9]{2}\Z"
"""What a school year is called: "2025-26"."""

LONGEST_SPAN_NAME = 80


class SpanKind(StrEnum):
    """What stands in a school year's calendar; a quarter is any grading period."""

    BREAK = "break"
    TESTING = "testing"
    QUARTER = "quarter"


@dataclass(frozen=True)
class Quarter:
    """One quarter of a fiscal year: ``number`` 1 to 4, first and last day; both belong to it."""

    number: int
    starts_on: date
    ends_on: date

    def holds(self, day: date | None) -> bool:
        """Say whether a day lies in it."""
        return day is not None and self.starts_on <= day <= self.ends_on


def month_names() -> dict[int, str]:
    """Return the months by number."""
    return {
        1: _("January"), 2: _("February"), 3: _("March"), 4: _("April"), 5: _("May"), 6: _("June"),
        7: _("July"), 8: _("August"), 9: _("September"), 10: _("October"), 11: _("November"),
        12: _("December"),
    }  # fmt: skip


def fiscal_quarters(day: date, first_month: int) -> tuple[Quarter, Quarter, Quarter, Quarter]:
    """Return the four quarters of the fiscal year that *day* lies in.

    Args:
        first_month: 1 to 12: the month in which a fiscal year begins.
    """
    year = day.year if day.month >= first_month else day.year - 1
    starts = [_month(year, first_month + 3 * at) for at in range(QUARTERS + 1)]
    one, two, three, four = (
        Quarter(at + 1, starts[at], starts[at + 1] - timedelta(days=1)) for at in range(QUARTERS)
    )
    return one, two, three, four


def _month(year: int, month: int) -> date:
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def fiscal_name(quarters: Sequence[Quarter]) -> str:
    """Return a fiscal year's name, after the year in which it ends: "FY 2026"."""
    return _("FY %(year)s", year=quarters[-1].ends_on.year)


def proposed_quarters(starts_on: date, ends_on: date, breaks: Sequence[tuple[date, date]]) -> list[Period]:
    """Return four quarters of a school year with as many school days each, give or take one.

    Each begins and ends on a school day: a weekday that lies in no break. A year with fewer than four school
    days gives none.
    """
    span = range((ends_on - starts_on).days + 1)
    days = [day for at in span if _is_school_day(day := starts_on + timedelta(days=at), breaks)]
    if len(days) < QUARTERS:
        return []
    cuts = [round(at * len(days) / QUARTERS) for at in range(QUARTERS + 1)]
    names = (_("First quarter"), _("Second quarter"), _("Third quarter"), _("Fourth quarter"))
    return [Period("quarter", names[at], days[cuts[at]], days[cuts[at + 1] - 1]) for at in range(QUARTERS)]


def _is_school_day(day: date, breaks: Sequence[tuple[date, date]]) -> bool:
    return day.weekday() < 5 and not any(first <= day <= last for first, last in breaks)
