"""The school year in which the coach reads dates: when a quarter ends, a break begins. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

Span = tuple[date, date]
"""First and last day; both belong to it."""

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """A network's school year, as its people wrote it down.

    ``quarters`` and ``breaks`` are in order of time; a quarter is any grading period. ``fiscal_month`` is the
    month (1 to 12) in which an agency's fiscal year begins; that year is named after the year it ends in.
    """

    today: date
    starts_on: date
    ends_on: date
    quarters: tuple[Span, ...] = ()
    breaks: tuple[Span, ...] = ()
    fiscal_month: int = 7

    @classmethod
    def usual(cls, today: date) -> "Calendar":
        """Return the school year around *today* as most American schools keep it: 1 August to 15 June."""
        first = today.year if (today.month, today.day) >= (6, 16) else today.year - 1
        return cls(today, date(first, 8, 1), date(first + 1, 6, 15))

    def part(self, number: int, of: int, shift: int = 0) -> Span:
        """Return the *number*-th of so many equal parts of the school year (4 quarters, 2 semesters).

        The grading periods of the calendar are used where they fit: four of them make quarters and semesters,
        three of them trimesters. *shift* looks that many school years on.
        """
        known = self.quarters
        if shift == 0 and known and len(known) % of == 0:
            each = len(known) // of
            return known[(number - 1) * each][0], known[number * each - 1][1]
        starts_on, ends_on = self.year(shift)
        length = (ends_on - starts_on).days + 1
        first = starts_on + timedelta(days=(number - 1) * length // of)
        return first, starts_on + timedelta(days=number * length // of) - _DAY

    def year(self, shift: int = 0) -> Span:
        """Return first and last day of this school year, or of one *shift* years later."""
        return on(self.starts_on, self.starts_on.year + shift), on(self.ends_on, self.ends_on.year + shift)

    def ending_in(self, year: int) -> Span:
        """Return the school year that ends in *year*."""
        return self.year(year - self.ends_on.year)

    def fiscal(self, year: int) -> Span:
        """Return an agency's fiscal year, named after the year it ends in."""
        if self.fiscal_month == 1:
            return date(year, 1, 1), date(year, 12, 31)
        return date(year - 1, self.fiscal_month, 1), date(year, self.fiscal_month, 1) - _DAY

    def fiscal_quarter(self, number: int, year: int) -> Span:
        """Return one of the four quarters of a fiscal year."""
        starts_on, _ends = self.fiscal(year)
        return month_after(starts_on, 3 * (number - 1)), month_after(starts_on, 3 * number) - _DAY

    def fiscal_year_now(self) -> int:
        """Return the name of the fiscal year in which today lies."""
        late = self.fiscal_month > 1 and self.today.month >= self.fiscal_month
        return self.today.year + 1 if late else self.today.year

    def inside(self, month: int, day: int) -> date | None:
        """Return the day of this school year that has this month and day.

        A day of the month before it begins belongs to it too, as teachers' days do; one that lies in neither
        comes after its end.
        """
        begins = self.starts_on - timedelta(days=31)
        for year in range(self.starts_on.year, self.starts_on.year + 9):
            found = safe(year, month, day)
            if found and found >= begins:
                return found
        return None

    def break_around(self, first: date, last: date) -> Span | None:
        """Return the longest break that touches these days."""
        touching = [span for span in self.breaks if span[0] <= last and span[1] >= first]
        return max(touching, key=lambda span: span[1] - span[0], default=None)


def safe(year: int, month: int, day: int) -> date | None:
    """Return the day, or ``None`` if there is none such."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def on(day: date, year: int) -> date:
    """Return the same day of another year; 29 February becomes the 28th."""
    return safe(year, day.month, day.day) or date(year, day.month, day.day - 1)


def month_after(first: date, months: int) -> date:
    """Return the first day of the month that comes so many months after the one of *first*."""
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def month_end(year: int, month: int) -> date:
    """Return the last day of a month."""
    return month_after(date(year, month, 1), 1) - _DAY


def last_weekday_before(day: date) -> date:
    """Return the last Monday-to-Friday day before *day*."""
    found = day - _DAY
    while found.weekday() > 4:
        found -= _DAY
    return found


def nth_weekday(year: int, month: int, weekday: int, number: int) -> date:
    """Return the *number*-th Monday (0) … Sunday (6) of a month; -1 means the last."""
    if number < 0:
        last = month_end(year, month)
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))
