"""Reading a network's calendar as the days on which school is held."""

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from milestones.school_days import BREAK, TESTING, SchoolDays, Span, calendar
from teams.models import CalendarSpan, SchoolYear


def school_days(session: Session, network_id: int) -> SchoolDays:
    """Return the school years of a network with their breaks and testing windows; one statement."""
    query = (
        select(
            SchoolYear.starts_on, SchoolYear.ends_on, CalendarSpan.kind, CalendarSpan.name,
            CalendarSpan.starts_on, CalendarSpan.ends_on,
        )
        .outerjoin(
            CalendarSpan,
            and_(
                CalendarSpan.school_year_id == SchoolYear.id,
                CalendarSpan.kind.in_((BREAK, TESTING)),
                CalendarSpan.deleted_at.is_(None),
            ),
        )
        .where(SchoolYear.network_id == network_id, SchoolYear.deleted_at.is_(None))
    )  # fmt: skip
    rows = session.execute(query).all()
    spans = [Span(*row[2:]) for row in rows if row[2] is not None]
    return calendar([(row[0], row[1]) for row in rows], spans)
