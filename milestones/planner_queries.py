"""Reading what a strand's series was planned back from."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from milestones.models import BackwardsPlan, MilestoneChange, Strand, Strategy


def backwards_plan(session: Session, strand_id: int) -> BackwardsPlan | None:
    """Return how a strand's series was planned, with the answers; none when it never was."""
    return session.scalar(select(BackwardsPlan).where(BackwardsPlan.strand_id == strand_id))


def plan_of_strand(session: Session, strand: Strand) -> int:
    """Return the number of the plan that a strand belongs to."""
    return session.get_one(Strategy, strand.strategy_id).plan_id


def planned_strands(session: Session, plan_id: int) -> set[int]:
    """Return the strands of a plan that were planned backwards; one statement."""
    query = (
        select(BackwardsPlan.strand_id)
        .join(Strand, Strand.id == BackwardsPlan.strand_id)
        .join(Strategy, Strategy.id == Strand.strategy_id)
        .where(Strategy.plan_id == plan_id, BackwardsPlan.deleted_at.is_(None))
    )
    return set(session.scalars(query))


def changes_named(session: Session, keys: list[UUID]) -> list[MilestoneChange]:
    """Return adjustments by their public ids, in the order in which they were made."""
    query = select(MilestoneChange).where(MilestoneChange.public_id.in_(keys)).order_by(MilestoneChange.id)
    return list(session.scalars(query))
