"""The time, in one place so that tests can stop it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


def today(time_zone: str) -> date:
    """Return the civil date that it is now in *time_zone* (an IANA name such as ``America/Denver``)."""
    return now().astimezone(ZoneInfo(time_zone)).date()
