"""Promises whose day fell into a break when the calendar changed: counted, and moved past it as one act."""

from collections import Counter
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from feedback.batch_record_services import Record, locked
from feedback.batches import Many
from feedback.models import ActBatch, FeedbackItem, FeedbackStep
from feedback.rules import OPEN
from feedback.telling_services import editors_of
from milestones.calendar_queries import breaks_of
from nic_platform.actor import Actor
from nic_platform.errors import RuleError
from nic_platform.notices import notify
from nic_platform.text import _, ngettext
from teams.breaks import Breaks

MOST = 500  # promises moved in one act


def _in_break(network_id: int, breaks: Breaks, today: date) -> ColumnElement[bool]:
    """Return the condition of open promises whose day lies in a break that is not over."""
    item = FeedbackItem
    ahead = [item.due_on.between(first, last) for first, last in breaks.spans if last >= today]
    here = and_(item.network_id == network_id, item.deleted_at.is_(None), item.state.in_(OPEN))
    return and_(here, or_(*ahead)) if ahead else false()


def in_breaks(session: Session, network_id: int, today: date) -> int:
    """Return how many open promises of a network fall into a break; two statements."""
    which = _in_break(network_id, breaks_of(session, network_id), today)
    return session.scalar(select(func.count(FeedbackItem.id)).where(which)) or 0


def move(
    session: Session, network_id: int, *, by: Actor, at: datetime, today: date
) -> tuple[ActBatch, int, int]:
    """Move the promises that fall into a break past it: each keeps as many days with school as were promised.

    The teams that hold them are told once each.

    Returns:
        what undoes it, how many were moved, and how many are left for another time.

    Raises:
        RuleError: no promise falls into a break.
    """
    breaks = breaks_of(session, network_id)
    which = _in_break(network_id, breaks, today)
    query = select(FeedbackItem.id).where(which).order_by(FeedbackItem.due_on, FeedbackItem.id)
    items = [
        item
        for item in locked(session, list(session.scalars(query.limit(MOST))))
        if item.due_on is not None and item.state in OPEN and breaks.holds(item.due_on)
    ]
    if not items:
        raise RuleError(_("No open promise falls into a break."))
    first = items[0].holder_id or items[0].team_id
    record = Record(session, network_id, first, Many.CALENDAR, by=by, at=at)
    for item in items:
        record.note(item)
        item.due_on, item.nudged_on = breaks.moved(item.due_on or today), None
    batch = record.done(items)
    keep_promised(session, items)
    _tell(session, items, by=by, at=at)
    return batch, len(items), in_breaks(session, network_id, today)


def keep_promised(session: Session, items: list[FeedbackItem]) -> None:
    """Let the leg that each item is on promise the day that the item does."""
    due = {item.id: item.due_on for item in items}
    query = select(FeedbackStep).where(FeedbackStep.item_id.in_(sorted(due)), FeedbackStep.left_at.is_(None))
    for leg in session.scalars(query):
        leg.promised_on = due[leg.item_id]
    session.flush()


def _tell(session: Session, items: list[FeedbackItem], *, by: Actor, at: datetime) -> None:
    held = Counter(item.holder_id for item in items if item.holder_id is not None)
    for team_id, many in sorted(held.items()):
        subject = ngettext(
            "The calendar changed: the promise on %(count)s report moved past a break",
            "The calendar changed: the promises on %(count)s reports moved past a break", many,
        )  # fmt: skip
        notify(
            session, editors_of(session, [team_id]) - {by.user_id}, kind="feedback.moved", subject=subject,
            path="/feedback", network_id=items[0].network_id, at=at,
        )  # fmt: skip
