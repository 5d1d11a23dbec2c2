"""Which milestones are counted with which observation tool."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from measures.models import Measure
from milestones.milestone_queries import reads_milestone
from milestones.models import Milestone, Plan
from nic_platform.actor import Actor
from teams.models import Team


@dataclass(frozen=True)
class UseRow:
    """A milestone that is counted with a tool."""

    public_id: UUID
    title: str
    team: str
    due_on: date | None


def counted_with(session: Session, actor: Actor, tool_id: int, limit: int = 25) -> list[UseRow]:
    """Return the visible milestones counted with a tool, their own or their measure's, one more than *limit*
    if there are more: those of the chosen team first, then by team and date.
    """
    own = Milestone.tool_id == tool_id
    by_measure = and_(Milestone.tool_id.is_(None), Measure.tool_id == tool_id)
    query = (
        select(Milestone.public_id, Milestone.name, Milestone.what, Team.name, Milestone.due_on)
        .join(Plan, Plan.id == Milestone.plan_id)
        .join(Team, Team.id == Milestone.team_id)
        .outerjoin(Measure, Measure.id == Milestone.measure_id)
        .where(reads_milestone(actor), or_(own, by_measure))
        .order_by(Milestone.team_id != (actor.team_id or 0), Team.name, Milestone.due_on, Milestone.id)
        .limit(limit + 1)
    )
    return [UseRow(row[0], row[1] or row[2], row[3], row[4]) for row in session.execute(query)]
