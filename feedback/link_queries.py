"""What travelled on links: open items and promises kept, for the graph of teams."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from feedback.models import FeedbackItem, FeedbackStep
from feedback.rules import civil_day


def link_loads(
    session: Session, team_ids: Sequence[int], zone: str, *, since: datetime
) -> dict[tuple[int, int], tuple[int, int, int]]:
    """Return open items, answered ones and those answered in time, by link (lower, upper). One statement.

    Args:
        team_ids: only links into these teams.
        since: only items that reached them since, besides those still open.
    """
    before = aliased(FeedbackStep)
    rows = session.execute(
        select(before.team_id, FeedbackStep.team_id, FeedbackStep.promised_on, FeedbackStep.left_at)
        .join(
            before,
            and_(before.item_id == FeedbackStep.item_id, before.position == FeedbackStep.position - 1),
        )
        .join(FeedbackItem, FeedbackItem.id == FeedbackStep.item_id)
        .where(FeedbackStep.team_id.in_(list(team_ids)), FeedbackItem.deleted_at.is_(None))
        .where((FeedbackStep.reached_at >= since) | FeedbackStep.left_at.is_(None))
    )
    found: dict[tuple[int, int], tuple[int, int, int]] = {}
    for lower, upper, promised_on, left_at in rows:
        waiting, answered, in_time = found.get((lower, upper), (0, 0, 0))
        if left_at is None:
            waiting += 1
        else:
            answered += 1
            in_time += promised_on is None or civil_day(left_at, zone) <= promised_on
        found[lower, upper] = (waiting, answered, in_time)
    return found
