"""Days, months and weekdays in the reader's language. Pure.

Spanish here is that of the United States: its days read as Spanish, its numbers as everywhere in the country
("1,234.5", "83%"), so that a figure on a page is the figure in the district's spreadsheet.
"""

from datetime import date
from functools import lru_cache

from babel.dates import format_date, format_skeleton

from nic_platform.text import SOURCE, kept, language

_REGIONS = {"en": "en_US", "es": "es_US"}


def region() -> str:
    """Return the locale whose formats the present reader's language takes: "en_US", "es_US"."""
    spoken = language()
    return _REGIONS.get(spoken, spoken)


def make_ready() -> None:
    """Read what CLDR says of days in the languages of the platform."""
    for locale in _REGIONS.values():
        _written(date(2024, 1, 1), "yMMMd", locale)


@lru_cache(maxsize=4096)
def _written(when: date, skeleton: str, locale: str) -> str:
    if skeleton == "MMM":
        return str(format_date(when, "LLL", locale=locale))
    return str(format_skeleton(skeleton, when, locale=locale))


def written(when: date, skeleton: str) -> str:
    """Return a civil day by a skeleton of CLDR's, such as ``yMMMd``."""
    return _written(date(when.year, when.month, when.day), skeleton, region())


def day(when: date, year: bool = False) -> str:
    """Return "Feb 24", or "Feb 24, 2026"."""
    if language() == SOURCE:
        short = f"{when:%b} {when.day}"
        return kept(f"{short}, {when.year}" if year else short, day, when, year)
    return kept(written(when, "yMMMd" if year else "MMMd"), day, when, year)


def month(when: date) -> str:
    """Return "Feb", as below a chart."""
    return f"{when:%b}" if language() == SOURCE else written(when, "MMM")


def month_year(when: date) -> str:
    """Return "Feb 2026"."""
    return f"{when:%b} {when.year}" if language() == SOURCE else written(when, "yMMM")


def long_day(when: date) -> str:
    """Return "February 24"."""
    return written(when, "MMMMd")


def weekday(when: date) -> str:
    """Return "Fri, Mar 6"."""
    return written(when, "MMMEd")


def hour_words(hour: int, minute: int) -> str:
    """Return a time of the day: "3:42 pm" in English, "15:42" elsewhere."""
    if language() == SOURCE:
        return f"{hour % 12 or 12}:{minute:02d} {'am' if hour < 12 else 'pm'}"
    return f"{hour}:{minute:02d}"


def weekday_name(when: date) -> str:
    """Return "Thursday"."""
    return str(_named(when.isoweekday(), region()))


@lru_cache(maxsize=64)
def _named(number: int, locale: str) -> str:
    return str(format_date(date(2024, 1, number), "EEEE", locale=locale))  # 1 January 2024 was a Monday


def plotly_day(year: bool = True) -> str:
    """Return the pattern by which a chart's script writes a day: its own names of months are the reader's."""
    if language() == SOURCE:
        return "%b %-d, %Y" if year else "%b %-d"
    return "%-d %b %Y" if year else "%-d %b"
