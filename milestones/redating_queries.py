"""Reading what re-dating a milestone needs: which strands follow which, and what was moved together."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from milestones.models import Milestone, MilestoneChange, Plan, Strand, Strategy
from milestones.plan_queries import reads_plan
from milestones.rows import PartRow
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError
from nic_platform.text import _


def follows_of(session: Session, plan_id: int) -> dict[int, int]:
    """Return, for each strand of a plan that runs after another one, that other; one statement."""
    query = (
        select(Strand.id, Strand.follows_id)
        .join(Strategy, Strategy.id == Strand.strategy_id)
        .where(Strategy.plan_id == plan_id, Strand.follows_id.is_not(None), Strand.deleted_at.is_(None))
    )
    return {strand: before for strand, before in session.execute(query) if before is not None}


def follows_in(parts: Iterable[PartRow]) -> dict[int, int]:
    """Return the same from a plan's outline."""
    return {part.id: int(part.more) for part in parts if part.kind == "strand" and part.more.isdigit()}


def find_move(session: Session, actor: Actor, move_id: UUID) -> tuple[Plan, list[MilestoneChange]]:
    """Return the changes that were saved together with one, in their order, and their plan.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    found = session.execute(
        select(MilestoneChange, Plan)
        .join(Milestone, Milestone.id == MilestoneChange.milestone_id)
        .join(Plan, Plan.id == Milestone.plan_id)
        .where(reads_plan(actor), MilestoneChange.public_id == move_id)
    ).one_or_none()
    if found is None:
        raise AbsentError(_("There is no such change of a date."))
    change, plan = found
    together = session.scalars(
        select(MilestoneChange)
        .join(Milestone, Milestone.id == MilestoneChange.milestone_id)
        .where(
            Milestone.plan_id == plan.id,
            MilestoneChange.at == change.at,
            MilestoneChange.user_id.is_not_distinct_from(change.user_id),
        )
        .order_by(MilestoneChange.id)
    )
    return plan, list(together)
