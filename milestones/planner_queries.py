"""Reading what a strand's series was planned back from."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from milestones.models import BackwardsPlan, MilestoneChange, Plan, Strand, Strategy
from milestones.plan_queries import reads_plan
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError
from nic_platform.text import _


def backwards_plan(session: Session, strand_id: int) -> BackwardsPlan | None:
    """Return how a strand's series was planned, with the answers; none when it never was."""
    return session.scalar(select(BackwardsPlan).where(BackwardsPlan.strand_id == strand_id))


def find_strand(session: Session, actor: Actor, strand_id: UUID) -> tuple[Strand, int]:
    """Return a strand of a plan that *actor* may read, to be changed, and the plan's number; one statement.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    found = session.execute(
        select(Strand, Plan.id)
        .join(Strategy, Strategy.id == Strand.strategy_id)
        .join(Plan, Plan.id == Strategy.plan_id)
        .where(reads_plan(actor), Strand.public_id == strand_id, Strand.deleted_at.is_(None))
    ).one_or_none()
    if found is None:
        raise AbsentError(_("There is no such strand in a plan that you read."))
    return found[0], found[1]


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
