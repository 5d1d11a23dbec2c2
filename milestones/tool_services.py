"""Choosing with which observation tool milestones are counted. Callers decide when to commit."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from measures.models import ObservationTool
from milestones.models import Milestone


def choose(session: Session, milestones: Collection[Milestone], tool: ObservationTool | None) -> None:
    """Count milestones with *tool* from now on; its name goes into their sentences. None: none."""
    for milestone in milestones:
        milestone.tool_id = tool.id if tool else None
        if tool is not None:
            milestone.tool = tool.name
    session.flush()


def series_of(session: Session, milestone: Milestone) -> list[Milestone]:
    """Return the milestones of the same team and measure, itself included, to be changed."""
    if milestone.measure_id is None:
        return [milestone]
    query = select(Milestone).where(
        Milestone.measure_id == milestone.measure_id,
        Milestone.team_id == milestone.team_id,
        Milestone.deleted_at.is_(None),
    )
    return list(session.scalars(query))


def rename(session: Session, tool_id: int, before: str, after: str) -> None:
    """Put a tool's new name into the sentences that carry its old one."""
    if before == after:
        return
    for milestone in session.scalars(
        select(Milestone).where(Milestone.tool_id == tool_id, Milestone.tool == before)
    ):
        milestone.tool = after
    session.flush()
