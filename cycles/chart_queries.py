"""Reading the cycles that stand on the chart of a measure."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from cycles.models import Cycle, CycleMilestone
from cycles.queries import CycleRow, rows_of, rows_visible_to
from milestones.models import Milestone
from nic_platform.actor import Actor

_MOST = 60  # on one chart


def cycles_on_measure(session: Session, actor: Actor, measure_id: int, team_id: int) -> list[CycleRow]:
    """Return the visible cycles of a team that serve its milestones on a measure.

    Oldest first; the latest sixty.
    """
    serving = (
        select(CycleMilestone.cycle_id)
        .join(Milestone, Milestone.id == CycleMilestone.milestone_id)
        .where(Milestone.measure_id == measure_id, Milestone.deleted_at.is_(None))
    )
    query = (
        rows_visible_to(actor)
        .where(Cycle.team_id == team_id, Cycle.id.in_(serving))
        .order_by(Cycle.starts_on.is_(None).desc(), Cycle.starts_on.desc(), Cycle.id.desc())
        .limit(_MOST)
    )
    return rows_of(CycleRow, session.execute(query))[::-1]
