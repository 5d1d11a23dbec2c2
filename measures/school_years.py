"""School years as sums and published figures know them: from July to June. Pure.

Networks set their own first and last day of school, and change them; the year that a figure is reported under
does not move with them. A summer belongs to the year that it comes before, as agencies' fiscal years do.
"""

import re
from datetime import date
from sys import intern

FIRST_MONTH = 7
_SPAN = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[-–—_/ ]\s*((?:19|20)?\d\d)(?!\d)")
_ONE = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")


def year_of(day: date) -> int:
    """Return the school year of a day, by the calendar year in which it begins: 2026 for 2026-27."""
    return day.year if day.month >= FIRST_MONTH else day.year - 1


def name_of(year: int) -> str:
    """Return a school year's name: "2026-27"."""
    return intern(f"{year}-{(year + 1) % 100:02d}")


def span_of(year: int) -> tuple[date, date]:
    """Return a school year's first and last day."""
    return date(year, FIRST_MONTH, 1), date(year + 1, FIRST_MONTH - 1, 30)


def read_year(text: str) -> int | None:
    """Return the school year that a text names, by the calendar year in which it begins; ``None`` for none.

    "2013-2014", "2013-14" and "2013_14" are the year that begins in 2013. A year that stands alone is the one
    in which a school year ends, as agencies write it: "2017" is 2016-17.
    """
    for found in _SPAN.finditer(text):
        begins, ends = int(found[1]), int(found[2])
        if ends in {begins + 1, (begins + 1) % 100}:
            return begins
    alone = {int(found) for found in _ONE.findall(text)}
    return alone.pop() - 1 if len(alone) == 1 else None
