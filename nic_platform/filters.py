"""How dates, counts and moments are written on pages, and the few names every template may call."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Flask, current_app
from flask_babel import format_date
from flask_login import current_user

from nic_platform.access import Level
from nic_platform.text import _


def day(when: date | None, year: bool = False) -> str:
    """Return "Feb 24", or with its year; an empty text for no date."""
    if when is None:
        return ""
    return str(format_date(when, "MMM d, y" if year else "MMM d"))


def weekday(when: date | None) -> str:
    """Return "Thu, Feb 26"."""
    return "" if when is None else str(format_date(when, "EEE, MMM d"))


def _zone() -> ZoneInfo:
    if current_user and current_user.is_authenticated:
        return ZoneInfo(current_app.extensions["nic.load_actor"]().time_zone)
    return ZoneInfo("UTC")


def moment(when: datetime | None) -> str:
    """Return "Feb 24, 3:42 pm" in the network's time zone."""
    if when is None:
        return ""
    local = when.astimezone(_zone())
    hour = local.hour % 12 or 12
    return f"{format_date(local.date(), 'MMM d')}, {hour}:{local.minute:02d} {_('am') if local.hour < 12 else _('pm')}"


def number(value: float | None) -> str:
    """Return a number without needless decimals; an empty text for none."""
    if value is None:
        return ""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def percent(value: float | None) -> str:
    """Return "83%" from 83.3 (per cent, not a fraction)."""
    return "" if value is None else f"{int(value + 0.5)}%"


def counted(count: float, population: float) -> str:
    """Return "20 of 24 (83%)": the count before the per cent."""
    share = f" ({percent(100 * count / population)})" if population else ""
    return _("%(count)s of %(population)s", count=number(count), population=number(population)) + share


def level_name(level: Level) -> str:
    """Return "School team" for a level."""
    names = {
        Level.PRACTICE: _("Practice team"), Level.SCHOOL: _("School team"), Level.DISTRICT: _("District team"),
        Level.REGION: _("Regional team"), Level.STATE: _("State team"),
    }  # fmt: skip
    return names[level]


def nav_sections() -> tuple[tuple[str, str, str], ...]:
    """Return the sections of the masthead: key, address, words."""
    return (
        ("week", "/", _("This week")),
        ("plan", "/plan", _("Plan")),
        ("cycles", "/cycles", _("Cycles")),
        ("feedback", "/feedback", _("Feedback")),
        ("compare", "/compare", _("Compare")),
        ("library", "/library", _("Library")),
        ("network", "/network", _("Network")),
    )


def init(app: Flask) -> None:
    """Give every template these filters and names."""
    for filter_ in (day, weekday, moment, number, percent):
        app.jinja_env.filters[filter_.__name__] = filter_
    app.jinja_env.globals.update(counted=counted, level_name=level_name, nav_sections=nav_sections)
