"""What items and notices did on one link: the part of its exchanges that nobody has to write down."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from feedback import notice_queries
from feedback.models import FeedbackItem, FeedbackStep, PolicyNotice
from feedback.queries import may_read
from nic_platform import clock
from nic_platform.actor import Actor
from teams.linking import Passed


def last_passed(session: Session, lower_id: int, upper_id: int) -> datetime | None:
    """Return when an item or a notice last passed on a link, or None; two statements."""
    item = session.scalar(
        select(func.max(FeedbackStep.reached_at))
        .join(FeedbackItem, FeedbackItem.id == FeedbackStep.item_id)
        .where(_between(lower_id, upper_id), FeedbackItem.deleted_at.is_(None))
    )
    notice = session.scalar(select(func.max(PolicyNotice.sent_at)).where(_came_down(upper_id)))
    return max((one for one in (item, notice) if one is not None), default=None)


def _between(lower_id: int, upper_id: int) -> ColumnElement[bool]:
    up = and_(FeedbackStep.from_id == lower_id, FeedbackStep.team_id == upper_id)
    down = and_(FeedbackStep.from_id == upper_id, FeedbackStep.team_id == lower_id)
    return or_(up, down)


def _came_down(upper_id: int) -> ColumnElement[bool]:
    """Return the condition of notices that a team sent down its own links; see ``note_notice``."""
    sent = PolicyNotice.sent_at.is_not(None)
    return and_(PolicyNotice.team_id == upper_id, sent, PolicyNotice.deleted_at.is_(None))


def items_passed(
    session: Session, actor: Actor, lower_id: int, upper_id: int, *, before: date | None = None,
    limit: int = 30,
) -> list[Passed]:  # fmt: skip
    """Return up to *limit* + 1 passages of items before a day, latest first; one statement.

    The title is left out where *actor* may not read the item: that it passed is known from the link.
    """
    reads = may_read(actor)
    query = (
        select(
            FeedbackStep.from_id, FeedbackStep.reached_at, FeedbackStep.reached_on, FeedbackItem.public_id,
            FeedbackItem.title, reads.label("reads"),
        )
        .join(FeedbackItem, FeedbackItem.id == FeedbackStep.item_id)
        .where(_between(lower_id, upper_id), FeedbackItem.deleted_at.is_(None))
        .order_by(FeedbackStep.reached_at.desc(), FeedbackStep.id.desc())
        .limit(limit + 1)
    )  # fmt: skip
    if before is not None:
        query = query.where(FeedbackStep.reached_on < before)
    return [
        Passed(
            "item",
            row.reached_at,
            row.reached_on,
            "up" if row.from_id == lower_id else "down",
            row.title if row.reads else None,
            id=row.public_id if row.reads else None,
        )
        for row in session.execute(query)
    ]


def notices_passed(
    session: Session, actor: Actor, upper_id: int, *, before: date | None = None, limit: int = 30
) -> list[Passed]:
    """Return up to *limit* + 1 notices that came down a link and that *actor* may read; one statement."""
    query = notice_queries.visible_to(actor).where(_came_down(upper_id))
    if before is not None:
        query = query.where(PolicyNotice.sent_at < clock.noon_of(before, actor.time_zone))
    latest = query.order_by(PolicyNotice.sent_at.desc(), PolicyNotice.id.desc())
    rows = session.execute(latest.limit(limit + 1))
    found = [
        Passed(
            "notice", row.sent_at, clock.day_of(row.sent_at, actor.time_zone), "down", row.title,
            id=row.public_id,
        )
        for row in rows
    ]  # fmt: skip
    return [one for one in found if before is None or one.on < before]
