"""Reading a network's calendar as the coach needs it, to tell what day "the end of the quarter" is."""

from datetime import date

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from milestones.coach import Calendar
from milestones.school_days import BREAK, TESTING, SchoolDays, Span, calendar
from teams.models import CalendarSpan, Network, SchoolYear


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
    query = (
        select(
            SchoolYear.name, SchoolYear.starts_on, SchoolYear.ends_on, Network.fiscal_month,
            CalendarSpan.kind, CalendarSpan.name, CalendarSpan.starts_on, CalendarSpan.ends_on,
        )
        .join(Network, Network.id == SchoolYear.network_id)
        .outerjoin(
            CalendarSpan,
            and_(CalendarSpan.school_year_id == SchoolYear.id, CalendarSpan.deleted_at.is_(None)),
        )
        .where(SchoolYear.network_id == network_id, SchoolYear.deleted_at.is_(None))
        .order_by(SchoolYear.starts_on, CalendarSpan.starts_on)
    )  # fmt: skip
    rows = session.execute(query).all() if network_id is not None else []
    days = calendar(
        [(row[1], row[2]) for row in rows], [Span(*row[4:]) for row in rows if row[4] in {BREAK, TESTING}]
    )
    name = school_year if any(row[0] == school_year for row in rows) else None
    name = name or next((row[0] for row in rows if row[2] >= today), None)
    mine = [row for row in rows if row[0] == name]
    if not mine:
        return Calendar.usual(today), days
    quarters, breaks = (tuple((r[6], r[7]) for r in mine if r[4] == kind) for kind in ("quarter", BREAK))
    return Calendar(today, mine[0][1], mine[0][2], quarters, breaks, mine[0][3]), days
