"""Reading observation tools: a team's own, those of teams one reads, and those common to the network."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from measures.models import ObservationTool
from measures.queries import come_after
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError
from nic_platform.ready import given, ready
from nic_platform.text import _
from teams.models import Team
from teams.queries import in_network, reads_team

CHOICES = 200  # tools that a form offers at most


@dataclass(frozen=True)
class ToolRow:
    """A tool that people count with; ``team_name`` is empty for a common one."""

    id: int
    public_id: UUID
    team_id: int | None
    team_name: str
    name: str
    definition: str
    items: tuple[str, ...]
    counts_when: str
    version: int


def tool_visible_to(actor: Actor, *, is_deleted: bool = False) -> ColumnElement[bool]:
    """Return the condition under which *actor* may know of a tool: as with measures."""
    gone = ObservationTool.deleted_at.is_not(None) if is_deleted else ObservationTool.deleted_at.is_(None)
    return and_(
        in_network(actor, ObservationTool.network_id),
        gone,
        or_(ObservationTool.team_id.is_(None), reads_team(actor, ObservationTool.team_id)),
    )


def _tools() -> Any:
    return select(
        ObservationTool.id, ObservationTool.public_id, ObservationTool.team_id, Team.name,
        ObservationTool.name, ObservationTool.definition, ObservationTool.items, ObservationTool.counts_when,
        ObservationTool.version,
    ).outerjoin(Team, Team.id == ObservationTool.team_id)  # fmt: skip


def _row(row: Any) -> ToolRow:
    cells: list[Any] = list(row)
    cells[3], cells[6] = cells[3] or "", tuple(cells[6] or ())
    return ToolRow(*cells)


def list_tools(
    session: Session, actor: Actor, *, after: UUID | None = None, limit: int = 50
) -> list[ToolRow]:
    """Return visible tools by age, one more than *limit* if there are more."""
    query = _tools().where(tool_visible_to(actor), *come_after(ObservationTool, after))
    return [_row(row) for row in session.execute(query.order_by(ObservationTool.id).limit(limit + 1))]


def _may_choose(actor: Actor, team_id: Any) -> ColumnElement[bool]:
    own: ColumnElement[bool] = ObservationTool.team_id.is_(None)
    if team_id is not None:
        own = or_(own, ObservationTool.team_id == team_id)
    return and_(tool_visible_to(actor), own)


def tools_for_choice(session: Session, actor: Actor, team_id: int | None) -> list[ToolRow]:
    """Return the tools that a team can count with: its own first, then the common ones, by name."""
    query = (
        _tools()
        .where(_may_choose(actor, team_id))
        .order_by(ObservationTool.team_id.is_(None), ObservationTool.name, ObservationTool.id)
        .limit(CHOICES)
    )
    return [_row(row) for row in session.execute(query)]


def tools_for_choice_with(
    session: Session, actor: Actor, team_id: int | None, number: int | None
) -> tuple[ToolRow | None, list[ToolRow]]:
    """Return the tool that something is counted with, and the tools to choose from; one statement.

    As :func:`tool_by_number` and :func:`tools_for_choice` give them; the first need not be among the others.
    """
    asked = given(actor, team=team_id, held=number)
    rows = session.execute(_to_choose_from(actor, of_team=team_id is not None), asked)
    found = [(_row(row[:-1]), row.is_choice) for row in rows]
    chosen = next((row for row, _is_choice in found if row.id == number), None)
    if chosen is None and len(found) > CHOICES:
        chosen = tool_by_number(session, number)  # so many tools that it is not among the first
    return chosen, [row for row, is_choice in found if is_choice][:CHOICES]


@ready
def _to_choose_from(actor: Actor, *, of_team: bool) -> Any:
    choice = _may_choose(actor, bindparam("team", type_=Integer) if of_team else None)
    is_held = ObservationTool.id == bindparam("held", type_=Integer)
    return (
        _tools()
        .add_columns(choice.label("is_choice"))
        .where(or_(choice, and_(is_held, ObservationTool.deleted_at.is_(None))))
        .order_by(ObservationTool.team_id.is_(None), ObservationTool.name, ObservationTool.id)
        .limit(CHOICES + 1)
    )


def get_tool(session: Session, actor: Actor, tool_id: UUID) -> ToolRow:
    """Return one visible tool.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    query = _tools().where(tool_visible_to(actor), ObservationTool.public_id == tool_id)
    row = session.execute(query).one_or_none()
    if row is None:
        raise AbsentError(_("There is no such tool."))
    return _row(row)


def find_tool(session: Session, actor: Actor, tool_id: UUID, *, is_deleted: bool = False) -> ObservationTool:
    """Return one visible tool, to be changed.

    Args:
        is_deleted: look among those that were deleted, to bring one back.

    Raises:
        AbsentError: as :func:`get_tool`.
    """
    condition = tool_visible_to(actor, is_deleted=is_deleted)
    found = session.scalar(select(ObservationTool).where(condition, ObservationTool.public_id == tool_id))
    if found is None:
        raise AbsentError(_("There is no such tool."))
    return found


def tool_by_number(session: Session, number: int | None) -> ToolRow | None:
    """Return the tool that a milestone or measure is counted with; none where it has none, or it is deleted.

    The caller has asked whether the reader may see what is counted with it.
    """
    if number is None:
        return None
    query = _tools().where(ObservationTool.id == number, ObservationTool.deleted_at.is_(None))
    row = session.execute(query).one_or_none()
    return _row(row) if row is not None else None
