"""When mail may come: hours and weekends that a person keeps quiet, and the hour of their digest. Pure.

Hours are those of the person's clock on the wall, also on the two days a year when it is put forward or back.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAY = 24 * 60
SATURDAY = 5
DAILY, WEEKLY = "daily", "weekly"


@dataclass(frozen=True)
class Quiet:
    """The times in which a person wants no mail, in minutes after midnight; they may pass midnight."""

    zone: str = "America/Denver"
    begins: int | None = None
    ends: int | None = None
    weekends: bool = False

    def until(self, moment: datetime) -> datetime | None:
        """Return when mail may come again, in UTC; ``None`` where it may come at *moment*."""
        found = moment
        for _turn in range(8):  # a weekend may end in quiet hours, and these in the next
            later = self._end(found)
            if later is None:
                break
            found = later
        return None if found == moment else found

    def _end(self, moment: datetime) -> datetime | None:
        """Return when the quiet time that *moment* lies in ends; ``None`` where it lies in none."""
        here = moment.astimezone(ZoneInfo(self.zone))
        day, minute = here.date(), here.hour * 60 + here.minute
        if self.weekends and day.weekday() >= SATURDAY:
            return _after(moment, day + timedelta(days=7 - day.weekday()), 0, self.zone)
        if self.begins is None or self.ends is None or self.begins == self.ends:
            return None
        if self.begins < self.ends:
            inside = self.begins <= minute < self.ends
            return _after(moment, day, self.ends, self.zone) if inside else None
        if minute >= self.begins:
            return _after(moment, day + timedelta(days=1), self.ends, self.zone)
        return _after(moment, day, self.ends, self.zone) if minute < self.ends else None


def _after(moment: datetime, day: date, minute: int, zone: str) -> datetime:
    """Return the first time after *moment* at which the wall clock shows this minute, in UTC."""
    for fold in (0, 1):  # where the clock is put back the hour comes twice
        found = wall(day, minute, zone, fold)
        if found > moment:
            return found
    return moment + timedelta(minutes=1)


def wall(day: date, minute: int, zone: str, fold: int = 0) -> datetime:
    """Return the moment, in UTC, at which a wall clock shows *minute* after midnight of *day*.

    An hour that is left out in spring is the one after it.
    """
    clock = time(minute // 60 % 24, minute % 60, fold=fold, tzinfo=ZoneInfo(zone))
    return datetime.combine(day + timedelta(days=minute // _DAY), clock).astimezone(UTC)


def known_zone(name: str | None, otherwise: str) -> str:
    """Return the name of a time zone that this machine knows: *name*, else *otherwise*."""
    try:
        return ZoneInfo(name).key if name else otherwise
    except (KeyError, ValueError, OSError):
        return otherwise


def last_turn(moment: datetime, how: str, hour: int, zone: str) -> datetime:
    """Return the latest time, not after *moment*, at which a digest is due.

    Args:
        how: ``weekly`` for Mondays, else every day.
        hour: 0 to 23 on the person's clock.
    """
    here = moment.astimezone(ZoneInfo(zone)).date()
    day = here - timedelta(days=here.weekday()) if how == WEEKLY else here
    step = timedelta(days=7 if how == WEEKLY else 1)
    found = wall(day, hour * 60, zone)
    return found if found <= moment else wall(day - step, hour * 60, zone)
