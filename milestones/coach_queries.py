"""Reading a network's calendar as the coach needs it, to tell what day "the end of the quarter" is."""

from datetime import date

from sqlalchemy.orm import Session

from milestones.calendar_queries import days_in, year_lines
from milestones.coach import Calendar
from milestones.school_days import BREAK, SchoolDays


def calendar_of(
    session: Session, network_id: int | None, today: date, *, school_year: str | None = None
) -> Calendar:
    """Return the calendar in which a sentence's dates are read; see :func:`calendars_of`."""
    return calendars_of(session, network_id, today, school_year=school_year)[0]


def calendars_of(
    session: Session, network_id: int | None, today: date, *, school_year: str | None = None
) -> tuple[Calendar, SchoolDays]:
    """Return the calendar in which a sentence's dates are read, and the days of school; one statement.

    The first is that of the plan's school year where it is named, else of the year that *today* lies in or
    that comes next; as most schools keep it where the network has written none down.
    """
    lines = year_lines(session, network_id) if network_id is not None else []
    days = days_in(lines)
    name = school_year if any(line.year == school_year for line in lines) else None
    name = name or next((line.year for line in lines if line.ends_on >= today), None)
    mine = [line for line in lines if line.year == name]
    if not mine:
        return Calendar.usual(today), days
    first, spans = mine[0], [line.span for line in mine if line.span is not None]
    quarters, breaks = (
        tuple((span.starts_on, span.ends_on) for span in spans if span.kind == kind)
        for kind in ("quarter", BREAK)
    )
    return Calendar(today, first.starts_on, first.ends_on, quarters, breaks, first.fiscal_month), days
