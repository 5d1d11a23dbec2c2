"""Writing observation tools. Callers hand in the session and decide when to commit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from measures.models import Measure, ObservationTool


def add_tool(
    session: Session, network_id: int, team_id: int | None, values: Mapping[str, Any]
) -> ObservationTool:
    """Add a tool: a team's own, or with no team one common to the network."""
    made = ObservationTool(network_id=network_id, team_id=team_id, **values)
    session.add(made)
    session.flush()
    return made


def change_tool(session: Session, tool: ObservationTool, values: Mapping[str, Any]) -> None:
    """Change what is said of a tool; measures that carry its name get the new one."""
    before = tool.name
    for name, value in values.items():
        setattr(tool, name, value)
    if tool.name != before:
        named = select(Measure).where(Measure.tool_id == tool.id, Measure.tool == before)
        for measure in session.scalars(named):
            measure.tool = tool.name
    session.flush()


def delete_tool(session: Session, tool: ObservationTool, *, at: datetime) -> None:
    """Take a tool away; what was counted with it keeps its name. :func:`restore_tool` undoes it."""
    tool.deleted_at = at
    session.flush()


def restore_tool(session: Session, tool: ObservationTool) -> None:
    """Undo :func:`delete_tool`."""
    tool.deleted_at = None
    session.flush()
