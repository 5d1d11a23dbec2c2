"""Reading a network's school years with their calendars, and as the days on which school is held."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from milestones.school_days import BREAK, QUARTER, TESTING, SchoolDays, Span, calendar
from teams.breaks import Breaks, breaks_from
from teams.models import CalendarSpan, Network, SchoolYear

_KEPT = "milestones.calendar"


@dataclass(frozen=True)
class YearLine:
    """A school year with one span of its calendar, of whatever kind; without one where the year has none.

    ``fiscal_month`` is that in which the network's fiscal year begins.
    """

    year: str
    starts_on: date
    ends_on: date
    fiscal_month: int
    span: Span | None


def year_lines(session: Session, network_id: int) -> list[YearLine]:
    """Return the calendars of a network's school years, by year, then by span; one statement."""
    rows = session.execute(_year_lines(), {"network": network_id})
    return [
        YearLine(row[0], row[1], row[2], row[3], Span(*row[4:]) if row[4] is not None else None)
        for row in rows
    ]


@cache
def _year_lines() -> Any:
    """Return the statement of many pages, put together once."""
    return (
        select(
            SchoolYear.name, SchoolYear.starts_on, SchoolYear.ends_on, Network.fiscal_month,
            CalendarSpan.kind, CalendarSpan.name, CalendarSpan.starts_on, CalendarSpan.ends_on,
        )
        .join(Network, Network.id == SchoolYear.network_id)
        .outerjoin(
            CalendarSpan,
            and_(CalendarSpan.school_year_id == SchoolYear.id, CalendarSpan.deleted_at.is_(None)),
        )
        .where(SchoolYear.network_id == bindparam("network"), SchoolYear.deleted_at.is_(None))
        .order_by(SchoolYear.starts_on, CalendarSpan.starts_on)
    )  # fmt: skip


def days_in(lines: Iterable[YearLine]) -> SchoolDays:
    """Return the days of school in these years: breaks and testing windows, with the quarters beside."""
    lines = list(lines)
    every = [line.span for line in lines if line.span is not None]
    spans = [span for span in every if span.kind in {BREAK, TESTING}]
    quarters = tuple(span for span in every if span.kind == QUARTER)
    return replace(calendar([(line.starts_on, line.ends_on) for line in lines], spans), quarters=quarters)


def school_days(session: Session, network_id: int) -> SchoolDays:
    """Return the school years of a network with their calendars; one statement."""
    return days_in(year_lines(session, network_id))


def days_of(session: Session, network_id: int | None) -> SchoolDays:
    """Return :func:`school_days`, read with the network's breaks: one statement a transaction for both."""
    return SchoolDays() if network_id is None else _calendar(session, network_id).days


def breaks_of(session: Session, network_id: int | None) -> Breaks:
    """Return a network's breaks, with the summers between its school years; one statement a transaction."""
    return Breaks() if network_id is None else _calendar(session, network_id).breaks


def year_starts(session: Session, network_id: int | None) -> tuple[date, ...]:
    """Return the first days of a network's school years, the earliest first; read with its breaks."""
    return () if network_id is None else _calendar(session, network_id).starts


@dataclass(frozen=True)
class _Calendar:
    days: SchoolDays
    breaks: Breaks
    starts: tuple[date, ...]


def _calendar(session: Session, network_id: int) -> _Calendar:
    running, kept = session.get_transaction(), session.info.get(_KEPT)
    if kept is None or running is None or kept[:2] != (running, network_id):
        days = school_days(session, network_id)
        breaks = breaks_from((span.starts_on, span.ends_on) for span in days.spans if span.kind == BREAK)
        starts = tuple(sorted({first for first, _last in days.years}))
        kept = session.get_transaction(), network_id, _Calendar(days, breaks, starts)
        session.info[_KEPT] = kept
    found: _Calendar = kept[2]
    return found
