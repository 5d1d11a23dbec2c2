"""What travelled on links: open items and promises kept, for the graph of teams."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Date, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from feedback.models import FeedbackItem, FeedbackStep
from feedback.rules import civil_day


def link_loads(
    session: Session, team_ids: Sequence[int], zone: str, *, since: datetime
) -> dict[tuple[int, int], tuple[int, int, int]]:
    """Return open items, answered ones and those answered in time, by link (lower, upper). One statement.

    The database counts, so that a team with thousands of items costs no more than one with ten.

    Args:
        team_ids: only links into these teams.
        since: only items that reached them since, besides those still open.
    """
    if not team_ids:
        return {}
    rows = session.execute(_loads(), {"teams": list(team_ids), "since": civil_day(since, zone)})
    return {(lower, upper): (waiting, answered, kept) for lower, upper, waiting, answered, kept in rows}


@cache
def _loads() -> Any:
    """Return the statement of :func:`link_loads`, put together once."""
    step = FeedbackStep
    waits = step.left_at.is_(None)
    in_time = and_(~waits, or_(step.promised_on.is_(None), step.left_on <= step.promised_on))
    counts = [func.sum(case((condition, 1), else_=0)) for condition in (waits, ~waits, in_time)]
    named = step.team_id.in_(bindparam("teams", expanding=True))
    return (
        select(step.from_id, step.team_id, *counts)
        .join(FeedbackItem, FeedbackItem.id == step.item_id)
        .where(named, step.from_id.is_not(None), FeedbackItem.deleted_at.is_(None))
        .where(or_(step.reached_on >= bindparam("since", type_=Date), waits))
        .group_by(step.from_id, step.team_id)
    )
