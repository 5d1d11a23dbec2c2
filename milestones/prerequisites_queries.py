"""Reading what the prerequisites of a plan's strategies are judged by."""

from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from milestones.models import ActionStep, BackwardsPlan, Milestone, Strand, Strategy
from milestones.prerequisites import StrandFacts, StrategyFacts


def facts_of(session: Session, plan_id: int) -> list[StrategyFacts]:
    """Return a plan's strategies with their strands; one statement. The caller has asked who reads it."""
    heads: dict[UUID, tuple[Any, ...]] = {}
    strands: dict[UUID, list[StrandFacts]] = {}
    for *head, steps, strand_id, name, ends_on, dated in session.execute(_query(), {"plan": plan_id}):
        heads[head[0]] = (*head, steps)
        found = strands.setdefault(head[0], [])
        if strand_id is not None:
            found.append(StrandFacts(strand_id, name, ends_on is not None, dated))
    return [
        StrategyFacts(key, name, is_focused, is_in_control, tuple(strands[key]), steps)
        for key, (_key, name, is_focused, is_in_control, steps) in heads.items()
    ]


@cache
def _query() -> Any:
    """Return the statement, put together once."""
    mine = aliased(Strand)
    steps = (
        select(func.count(ActionStep.id))
        .join(Milestone, Milestone.id == ActionStep.milestone_id)
        .join(mine, mine.id == Milestone.strand_id)
        .where(
            mine.strategy_id == Strategy.id,
            ActionStep.deleted_at.is_(None),
            Milestone.deleted_at.is_(None),
            mine.deleted_at.is_(None),
        )
        .correlate(Strategy)
        .scalar_subquery()
    )
    dated = (
        select(func.count(Milestone.id))
        .where(
            Milestone.strand_id == Strand.id,
            Milestone.deleted_at.is_(None),
            func.coalesce(Milestone.due_on, Milestone.begins_on).is_not(None),
        )
        .correlate(Strand)
        .scalar_subquery()
    )
    return (
        select(
            Strategy.public_id, Strategy.name, Strategy.is_focused, Strategy.is_in_control, steps,
            Strand.public_id, Strand.name, BackwardsPlan.ends_on, dated,
        )
        .outerjoin(Strand, and_(Strand.strategy_id == Strategy.id, Strand.deleted_at.is_(None)))
        .outerjoin(
            BackwardsPlan, and_(BackwardsPlan.strand_id == Strand.id, BackwardsPlan.deleted_at.is_(None))
        )
        .where(Strategy.plan_id == bindparam("plan"), Strategy.deleted_at.is_(None))
        .order_by(Strategy.position, Strategy.id, Strand.position, Strand.id)
    )  # fmt: skip
