"""Reading days from table cells in the spellings that people use. Pure.

A day written as two short numbers, such as 02/03/26, could be two days: which comes first is told by the
other days of its column, or asked.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from enum import StrEnum

from nic_platform.text import _

_ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ][\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?$")
_NUMBERS = re.compile(r"^(\d{1,2})([/.\-])(\d{1,2})\2(\d{4}|\d{2})(?: [\d:.]+(?: ?[AaPp][Mm])?)?$")
_SHORT = re.compile(r"^(\d{1,2})/(\d{1,2})$")
_WORD = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_MONTH_DAY = re.compile(
    rf"^{_WORD} ?-?(\d{{1,2}})(?:st|nd|rd|th)?(?:,? ?-?(\d{{4}}|\d{{2}}))?$", re.IGNORECASE
)
_DAY_MONTH = re.compile(
    rf"^(\d{{1,2}})(?:st|nd|rd|th)?\.?[ -]{_WORD}(?:,?[ -](\d{{4}}|\d{{2}}))?$", re.IGNORECASE
)
_BEFORE = re.compile(
    r"^(?:week of|wk of|on)?\s*"
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b[.,]?)?\s*",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_EXCEL_FIRST, _EXCEL_LAST = 36526, 73050  # 2000-01-01 to 2099-12-31 as spreadsheets count days


class Order(StrEnum):
    """Which number comes first in a day such as 02/03/26."""

    UNKNOWN = ""
    MONTH_FIRST = "month"
    DAY_FIRST = "day"


def order_of(cells: Iterable[str]) -> Order:
    """Return the order that a column's days tell by themselves: one with 24 in front has the day first."""
    found = set()
    for cell in cells:
        match = _NUMBERS.match(_bare(cell))
        if match and match[2] != ".":
            first, second = int(match[1]), int(match[3])
            if first > 12 >= second:
                found.add(Order.DAY_FIRST)
            elif second > 12 >= first:
                found.add(Order.MONTH_FIRST)
    return found.pop() if len(found) == 1 else Order.UNKNOWN


def reader(order: Order, first: date, last: date) -> Callable[[str], date]:
    """Return a reader of days.

    Args:
        first: first day of the school year, in which a day without its year lies.
        last: its last day.
    """

    def read(cell: str) -> date:
        """Read one day.

        Raises:
            ValueError: it is no day, or could be two; the text says the mend.
        """
        text = _bare(cell)
        for way in (_from_iso, _from_words, lambda each: _from_numbers(each, order), _from_serial):
            found = way(text)
            if found is not None:
                return found
        found = _without_year(text, first, last)
        if found is not None:
            return found
        raise ValueError(_("Write the date as year-month-day, such as 2026-02-24."))

    return read


def _bare(cell: str) -> str:
    return _BEFORE.sub("", " ".join(cell.split()), count=1).strip()


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        raise ValueError(_("The calendar has no such day. Correct it.")) from None


def _from_iso(text: str) -> date | None:
    match = _ISO.match(text)
    return _day(int(match[1]), int(match[2]), int(match[3])) if match else None


def _from_words(text: str) -> date | None:
    match = _MONTH_DAY.match(text)
    if match and match[3]:
        return _day(int(match[3]), _MONTHS.index(match[1].lower()) + 1, int(match[2]))
    match = _DAY_MONTH.match(text)
    if match and match[3]:
        return _day(int(match[3]), _MONTHS.index(match[2].lower()) + 1, int(match[1]))
    return None


def _from_numbers(text: str, order: Order) -> date | None:
    match = _NUMBERS.match(text)
    if not match:
        return None
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    if match[2] == "." or first > 12:
        return _day(year, second, first)
    if second > 12 or order is Order.MONTH_FIRST or first == second:
        return _day(year, first, second)
    if order is Order.DAY_FIRST:
        return _day(year, second, first)
    raise ValueError(_("This could be two days. Say below whether the month or the day comes first."))


def _from_serial(text: str) -> date | None:
    whole = text.removesuffix(".0")
    if whole.isascii() and whole.isdigit() and _EXCEL_FIRST <= int(whole) <= _EXCEL_LAST:
        return date(1899, 12, 30) + timedelta(days=int(whole))
    return None


def _without_year(text: str, first: date, last: date) -> date | None:
    """Read a day without its year, as the one that lies in the school year."""
    found = _MONTH_DAY.match(text)
    other = _DAY_MONTH.match(text)
    short = _SHORT.match(text)
    if found:
        month, day = _MONTHS.index(found[1].lower()) + 1, int(found[2])
    elif other:
        month, day = _MONTHS.index(other[2].lower()) + 1, int(other[1])
    elif short and int(short[2]) > 12:
        month, day = int(short[1]), int(short[2])
    else:
        return None
    return _day(first.year if month >= first.month else last.year, month, day)
