"""Reading the calendar that promises are counted on."""

from sqlalchemy.orm import Session

from feedback.promises import Breaks, breaks_from
from milestones.calendar_queries import school_days
from milestones.school_days import BREAK

_KEPT = "feedback.breaks"


def breaks_of(session: Session, network_id: int | None) -> Breaks:
    """Return a network's breaks, with the summers between its school years; one statement a transaction."""
    if network_id is None:
        return Breaks()
    running = session.get_transaction()
    kept = session.info.get(_KEPT)
    if kept is not None and running is not None and kept[:2] == (running, network_id):
        found: Breaks = kept[2]
        return found
    days = school_days(session, network_id)
    found = breaks_from((span.starts_on, span.ends_on) for span in days.spans if span.kind == BREAK)
    session.info[_KEPT] = (session.get_transaction(), network_id, found)
    return found
