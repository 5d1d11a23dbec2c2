"""Jinja filters and globals: how dates, instants, counts and shares read on every page.

Dates follow the design: "Feb 24", with the weekday when something is due ("Thu, Feb 26"). Instants are kept
in UTC and shown in the time zone of the visitor's network. A page that becomes a file has days as
"2026-02-24", which every program reads. Counts come before percents: "20 of 24 (83%)".
"""

from datetime import date, datetime
from math import floor
from typing import cast
from zoneinfo import ZoneInfo

from flask import Flask, current_app, has_request_context
from flask_login import current_user

from nic_platform import clock, days
from nic_platform.actor import Level
from nic_platform.frame import address, sections
from nic_platform.remembered import of_request
from nic_platform.svg import amount
from nic_platform.taking import is_taking
from nic_platform.text import _, marked, ngettext

_DAY, _WEEKDAY, _YEAR = "MMMd", "MMMEd", "yMMMd"
_FAR = 304  # days, about ten months: from there a date needs its year


def zone() -> ZoneInfo:
    """Return the time zone of the visitor's network; UTC where nobody has signed in."""
    if not has_request_context():
        return ZoneInfo("UTC")
    here = of_request()
    if (known := here.get("zone")) is not None:
        return cast(ZoneInfo, known)
    if current_user and current_user.is_authenticated:
        found = here["zone"] = ZoneInfo(current_app.extensions["nic.load_actor"]().time_zone)
        return found
    return ZoneInfo("UTC")


def today() -> date:
    """Return the date it is now in the visitor's network: one for the whole of a page, also at midnight."""
    if not has_request_context():
        return clock.today(zone().key)
    here = of_request()
    if (known := here.get("today")) is not None:
        return cast(date, known)
    now = clock.today(zone().key)
    if "zone" in here:  # else it is not known yet whose day it is
        here["today"] = now
    return now


def _civil(value: date) -> date:
    return value.astimezone(zone()).date() if isinstance(value, datetime) else value


def day(value: date | None, year: bool | None = None) -> str:
    """Return "Feb 24", or "Feb 24, 2026"; an empty text for no date.

    Args:
        value: a civil date, or an instant in UTC, which is first taken to the network's time zone.
        year: True or False to force; left open, a date more than ten months away gets its year.
    """
    if value is None:
        return ""
    civil = _civil(value)
    if is_taking():
        return civil.isoformat()
    far = abs((civil - today()).days) > _FAR if year is None else year
    return days.written(civil, _YEAR if far else _DAY)


def weekday(value: date | None, today: date | None = None) -> str:
    """Return "Thu, Feb 26", for what is due, or "today" where *today* is given and that day; an empty text
    for no date."""
    if value is None:
        return ""
    if is_taking():
        return _civil(value).isoformat()
    return (
        _("today") if today is not None and _civil(value) == today else days.written(_civil(value), _WEEKDAY)
    )


def month_name(value: date) -> str:
    """Return "February 2026"."""
    return days.written(value, "yMMMM")


def weekday_name(value: date) -> str:
    """Return "Thursday"."""
    return days.weekday_name(value)


def moment(value: datetime | None) -> str:
    """Return an instant in the network's time zone: "Feb 24, 3:42 pm"."""
    if value is None:
        return ""
    if is_taking():
        return f"{value.astimezone(zone()):%Y-%m-%d %H:%M}"
    return _("%(day)s, %(time)s", day=day(value), time=clock_time(value))


def clock_time(value: datetime) -> str:
    """Return the time of an instant in the network's time zone: "3:42 pm" in English, "15:42" elsewhere."""
    local = value.astimezone(zone())
    return days.hour_words(local.hour, local.minute)


def ago(value: date | None) -> str:
    """Return how far off a date or instant is: "today", "yesterday", "4 days ago", "in 3 days"."""
    if value is None:
        return ""
    if is_taking():
        return _civil(value).isoformat()
    off = (today() - _civil(value)).days
    if off == 0:
        return _("today")
    if off in {1, -1}:
        return _("yesterday") if off == 1 else _("tomorrow")
    if off > 0:
        return ngettext("%(count)s day ago", "%(count)s days ago", off)
    return ngettext("in %(count)s day", "in %(count)s days", -off)


def rounded(value: float) -> int:
    """Round half up, the way people do."""
    return floor(value + 0.5)


def percent(value: float | None) -> str:
    """Return "83%" from 83.3 (per cent, not a fraction); an empty text for no value."""
    return "" if value is None else f"{rounded(value)}%"


def number(value: float | None) -> str:
    """Return 1234.5 as "1,234.5" and 20.0 as "20"; an empty text for no value."""
    if value is None:
        return ""
    text = f"{float(value):,.2f}".rstrip("0").rstrip(".")
    return text.replace("-", "−")


def counted(count: float | None, population: float | None) -> str:
    """Return "20 of 24 (83%)": the count before the per cent. Without a population only the count."""
    if count is None:
        return ""
    if not population:
        return number(count)
    return _(
        "%(count)s of %(population)s (%(percent)s)",
        count=number(count),
        population=number(population),
        percent=percent(100 * count / population),
    )


_TEAMS = {
    Level.PRACTICE: marked("Practice team"),
    Level.SCHOOL: marked("School team"),
    Level.DISTRICT: marked("District team"),
    Level.REGION: marked("Region team"),
    Level.STATE: marked("State team"),
}
_LEVELS = {
    Level.PRACTICE: marked("Practice"),
    Level.SCHOOL: marked("School"),
    Level.DISTRICT: marked("District"),
    Level.REGION: marked("Region"),
    Level.STATE: marked("State"),
}


def level_name(level: Level | str) -> str:
    """Return what the switcher calls a team of this level: "School team"."""
    return _(_TEAMS[Level(level)])


def level_short(level: Level | str) -> str:
    """Return the level alone: "School"."""
    return _(_LEVELS[Level(level)])


def init(app: Flask) -> None:
    """Give every template these filters and names."""
    for each in (
        day, weekday, month_name, weekday_name, moment, clock_time, ago, percent, number, amount, rounded,
        counted, level_name, level_short,
    ):  # fmt: skip
        app.jinja_env.filters[each.__name__] = each
    app.jinja_env.filters["share"] = counted
    app.jinja_env.filters["month_year"] = days.month_year
    app.jinja_env.globals.update(
        counted=counted,
        level_name=level_name,
        level_short=level_short,
        address=address,
        sections=sections,
        today=today,
    )
