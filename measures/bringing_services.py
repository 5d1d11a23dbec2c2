"""Bringing measurements in from somewhere else, with their history: what was corrected, and when."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from measures.models import Measurement
from measures.services import add_to_sums


def bring_in(session: Session, rows: Sequence[Measurement]) -> None:
    """Add measurements as they were written down elsewhere; the caller has checked their numbers.

    Corrected and taken back ones come along with what stands in their place (``supersedes_id`` of a row that
    is here already, or set by the caller between two calls: what is superseded comes first). Only what stands
    is added to the sums of its month, and what it supersedes is taken out of them.
    """
    session.add_all(rows)
    session.flush()
    earlier = {row.supersedes_id for row in rows if row.supersedes_id is not None}
    before = {row.id: row for row in _by_number(session, sorted(earlier))}
    for row in rows:
        if not row.is_withdrawn:
            add_to_sums(session, row, 1)
        gone = before.get(row.supersedes_id or 0)
        if gone is not None and not gone.is_withdrawn:
            add_to_sums(session, gone, -1)


def _by_number(session: Session, numbers: Sequence[int]) -> Sequence[Measurement]:
    return session.scalars(select(Measurement).where(Measurement.id.in_(numbers))).all() if numbers else []
