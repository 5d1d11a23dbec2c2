"""Reading the tests behind a plan's milestones, those of deleted milestones included."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from cycles.models import Cycle, CycleMilestone
from cycles.queries import may_read
from milestones.models import Milestone
from nic_platform.actor import Actor


@dataclass(frozen=True)
class TrialRow:
    """A cycle with the milestones of the plan that it is for; ``is_lost``: every one of them is deleted."""

    public_id: UUID
    title: str
    stage: str
    decision: str
    milestones: frozenset[int]
    is_lost: bool


def trials_of_plan(session: Session, actor: Actor, plan_id: int) -> list[TrialRow]:
    """Return the cycles on a plan's milestones that *actor* may see, oldest first; one statement."""
    query = (
        select(
            Cycle.id, Cycle.public_id, Cycle.title, Cycle.change, Cycle.stage, Cycle.decision, Milestone.id,
            Milestone.deleted_at.is_not(None),
        )
        .join(CycleMilestone, CycleMilestone.cycle_id == Cycle.id)
        .join(Milestone, Milestone.id == CycleMilestone.milestone_id)
        .where(may_read(actor), Milestone.plan_id == plan_id)
        .order_by(Cycle.starts_on.is_(None), Cycle.starts_on, Cycle.id)
    )  # fmt: skip
    heads: dict[int, Any] = {}
    live: dict[int, set[int]] = defaultdict(set)
    for number, *head, milestone_id, is_gone in session.execute(query):
        heads[number] = head
        if not is_gone:
            live[number].add(milestone_id)
    return [
        TrialRow(key, title or change, stage, decision, frozenset(live[number]), not live[number])
        for number, (key, title, change, stage, decision) in heads.items()
    ]
