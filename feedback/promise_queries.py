"""Reading the calendar that promises are counted on."""

from datetime import date

from sqlalchemy.orm import Session

from feedback.promises import Breaks, breaks_from
from milestones.calendar_queries import school_days
from milestones.school_days import BREAK

_KEPT = "feedback.calendar"


def breaks_of(session: Session, network_id: int | None) -> Breaks:
    """Return a network's breaks, with the summers between its school years; one statement a transaction."""
    return Breaks() if network_id is None else _calendar(session, network_id)[0]


def year_starts(session: Session, network_id: int | None) -> tuple[date, ...]:
    """Return the first days of a network's school years, the earliest first; read with its breaks."""
    return () if network_id is None else _calendar(session, network_id)[1]


def _calendar(session: Session, network_id: int) -> tuple[Breaks, tuple[date, ...]]:
    running, kept = session.get_transaction(), session.info.get(_KEPT)
    if kept is None or running is None or kept[:2] != (running, network_id):
        days = school_days(session, network_id)
        breaks = breaks_from((span.starts_on, span.ends_on) for span in days.spans if span.kind == BREAK)
        starts = tuple(sorted({first for first, _last in days.years}))
        kept = session.get_transaction(), network_id, breaks, starts
        session.info[_KEPT] = kept
    return kept[2], kept[3]
