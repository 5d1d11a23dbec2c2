"""The story's calendar, moved so that its last day is today.

The story is written as if today were February 24 of a school year that began on August 18. Every date of it
is moved by the same number of days; what then falls on a weekend goes to a school day on the same side of
today.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

TIME_ZONE = "America/Denver"
_STORY_TODAY = date(2026, 2, 24)
_FIRST, _LAST = date(2025, 8, 18), date(2026, 5, 29)
_BREAKS = (
    ("Fall break", date(2025, 10, 16), date(2025, 10, 17)),
    ("Thanksgiving break", date(2025, 11, 24), date(2025, 11, 28)),
    ("Winter break", date(2025, 12, 22), date(2026, 1, 5)),
    ("Spring break", date(2026, 3, 23), date(2026, 3, 27)),
)
_TESTING = (
    ("Reading screener, winter window", date(2026, 1, 12), date(2026, 1, 23)),
    ("English proficiency test", date(2026, 1, 12), date(2026, 2, 6)),
    ("State assessments", date(2026, 4, 13), date(2026, 4, 24)),
)
_QUARTERS = (
    ("First quarter", date(2025, 8, 18), date(2025, 10, 15)),
    ("Second quarter", date(2025, 10, 20), date(2025, 12, 19)),
    ("Third quarter", date(2026, 1, 6), date(2026, 3, 20)),
    ("Fourth quarter", date(2026, 3, 30), date(2026, 5, 29)),
)


class Calendar:
    """Turns dates of the story into dates around *now*."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.zone = ZoneInfo(TIME_ZONE)
        self.today = now.astimezone(self.zone).date()
        self._shift = self.today - _STORY_TODAY

    def day(self, month: int, day: int) -> date:
        """Return the day that the story calls by this month and day; August comes before January."""
        return self.moved(date(2025 if month >= 8 else 2026, month, day))

    def moved(self, story: date) -> date:
        """Return a date of the story as a school day of ours."""
        return self.school_day(story + self._shift)

    def school_day(self, day: date) -> date:
        """Return *day*, or the nearest weekday that lies on the same side of today."""
        if day == self.today or day.weekday() < 5:
            return day
        saturday = day.weekday() == 5
        if day < self.today:
            return day - timedelta(days=1 if saturday else 2)
        return day + timedelta(days=2 if saturday else 1)

    def at(self, day: date, hour: int = 15, minute: int = 10) -> datetime:
        """Return a moment of a civil day in UTC, never later than now."""
        moment = datetime.combine(day, time(hour, minute), self.zone).astimezone(UTC)
        return min(moment, self.now)

    def ago(self, days: float) -> datetime:
        """Return the moment so many days before now."""
        return self.now - timedelta(days=days)

    def next(self, weekday: int) -> date:
        """Return the next day of this kind after today; Monday is 0."""
        return self.today + timedelta(days=(weekday - self.today.weekday() - 1) % 7 + 1)

    @property
    def starts_on(self) -> date:
        """First day of the school year."""
        return self.moved(_FIRST)

    @property
    def ends_on(self) -> date:
        """Last day of the school year."""
        return self.moved(_LAST)

    @property
    def year_name(self) -> str:
        """Name of the school year, as "2026-27"."""
        return f"{self.starts_on.year}-{(self.starts_on.year + 1) % 100:02d}"

    @property
    def fiscal_month(self) -> int:
        """Month in which the State's fiscal year begins: July in the story, so that today is in its third
        quarter.
        """
        return (date(2025, 7, 1) + self._shift).month

    def spans(self) -> list[tuple[str, str, date, date]]:
        """Return breaks, testing windows and quarters as (kind, name, first day, last day)."""
        rows = [("break", *span) for span in _BREAKS] + [("testing", *span) for span in _TESTING]
        rows += [("quarter", *span) for span in _QUARTERS]
        return [(kind, name, self.moved(first), self.moved(last)) for kind, name, first, last in rows]

    def is_school_day(self, day: date) -> bool:
        """Say whether school is held: a weekday of the year outside its breaks."""
        if day.weekday() > 4 or not self.starts_on <= day <= self.ends_on:
            return False
        return not any(kind == "break" and first <= day <= last for kind, _, first, last in self.spans())

    def weeks(self, first: date) -> list[date]:
        """Return the day of each weekly count from *first* to yesterday; breaks are left out."""
        last = self.moved(date(2026, 2, 23))
        days = [last - timedelta(weeks=back) for back in range((last - first).days // 7, -1, -1)]
        return [day for day in days if self.is_school_day(day) or day == last]
