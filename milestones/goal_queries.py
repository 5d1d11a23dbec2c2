"""Reading an organisation's goals, as far as the actor reads the plan they stand in."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from milestones.models import AgencyGoal, Plan
from milestones.plan_queries import reads_plan
from nic_platform.actor import Actor
from teams.models import Network


@dataclass(frozen=True)
class GoalRow:
    """One agency goal. ``starts_on`` and ``ends_on`` are the days between which it holds, where given."""

    id: int
    public_id: UUID
    plan_id: int
    team_id: int
    position: int
    title: str
    statement: str
    impact: str
    leader: str
    starts_on: date | None
    ends_on: date | None
    version: int

    @property
    def name(self) -> str:
        """Return what lists call it: its title, else how its statement begins."""
        words = self.statement.split()
        return self.title or " ".join(words[:8]) + ("…" if len(words) > 8 else "")


_COLUMNS = (
    AgencyGoal.id, AgencyGoal.public_id, AgencyGoal.plan_id, AgencyGoal.team_id, AgencyGoal.position,
    AgencyGoal.title, AgencyGoal.statement, AgencyGoal.impact, AgencyGoal.leader, AgencyGoal.starts_on,
    AgencyGoal.ends_on, AgencyGoal.version,
)  # fmt: skip


@dataclass(frozen=True)
class PlanGoals:
    """A plan's goals in order, and the month in which its network's fiscal year begins."""

    fiscal_month: int
    goals: tuple[GoalRow, ...]


def goals_of(session: Session, network_id: int, plan_id: int) -> PlanGoals:
    """Return a plan's goals; one statement. The caller has asked whether the reader may see the plan."""
    here = and_(AgencyGoal.plan_id == plan_id, AgencyGoal.deleted_at.is_(None))
    query = (
        select(Network.fiscal_month, *_COLUMNS)
        .outerjoin(AgencyGoal, here)
        .where(Network.id == network_id)
        .order_by(AgencyGoal.position, AgencyGoal.id)
    )
    rows: Any = session.execute(query).all()
    month = rows[0][0] if rows else 7
    return PlanGoals(month, tuple(GoalRow(*row[1:]) for row in rows if row[1] is not None))


def list_goals(session: Session, actor: Actor, plan_id: UUID | None = None) -> list[GoalRow]:
    """Return the goals of every plan that *actor* reads, or of one, by plan and order; one statement."""
    query: Any = (
        select(*_COLUMNS)
        .join(Plan, Plan.id == AgencyGoal.plan_id)
        .where(reads_plan(actor), AgencyGoal.deleted_at.is_(None))
        .order_by(AgencyGoal.plan_id, AgencyGoal.position, AgencyGoal.id)
    )
    if plan_id is not None:
        query = query.where(Plan.public_id == plan_id)
    return [GoalRow(*row) for row in session.execute(query)]
