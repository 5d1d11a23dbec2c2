"""The time, in one place so that tests can stop it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
"""Civil days that may be written down; beyond them sums of days run out of the calendar."""

FAR_AHEAD = timedelta(minutes=10)
"""What is written down as further ahead than that was written before the clock was set back. Machines whose
clocks differ by seconds do not differ by so much."""


def now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


def today(time_zone: str) -> date:
    """Return the civil date that it is now in *time_zone* (an IANA name such as ``America/Denver``)."""
    return now().astimezone(ZoneInfo(time_zone)).date()


def day_of(moment: datetime, time_zone: str) -> date:
    """Return the civil date of an aware moment in *time_zone*."""
    return moment.astimezone(ZoneInfo(time_zone)).date()


def noon_of(day: date, time_zone: str) -> datetime:
    """Return noon of a civil day in *time_zone*: the moment for what is known by its day alone."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(time_zone))


def is_usable(day: date) -> bool:
    """Say whether a civil day can be written down: a slip of the finger may give the year 0206."""
    return FIRST_DAY <= date(day.year, day.month, day.day) <= LAST_DAY
