"""Families of measures: an outcome is read beside what might get worse while it gets better."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import and_, literal, or_, select
from sqlalchemy.orm import Session

from measures.models import Measure
from measures.queries import visible_to
from measures.rules import MeasureKind
from nic_platform.actor import Actor


@dataclass(frozen=True)
class Relative:
    """One measure of a family, which is a team's own measures and the common ones."""

    public_id: UUID
    team_id: int | None
    name: str
    kind: MeasureKind


def unbalanced(session: Session, actor: Actor) -> list[Relative]:
    """Return the outcomes that *actor* may change and that no balancing measure stands beside; one statement.

    A team's outcome is balanced by a measure of its own or a common one, a common outcome by a common one.
    """
    mine: Any = literal(False)
    if actor.edits(actor.team_id):
        mine = Measure.team_id == actor.team_id
    if actor.is_network_lead:
        mine = or_(mine, Measure.team_id.is_(None))
    kinds = [MeasureKind.OUTCOME, MeasureKind.BALANCING]
    query = (
        select(Measure.public_id, Measure.team_id, Measure.name, Measure.kind, mine)
        .where(visible_to(actor), Measure.kind.in_(kinds))
        .where(or_(Measure.team_id.is_(None), and_(mine, Measure.team_id.is_not(None))))
        .order_by(Measure.name, Measure.id)
    )
    rows = [(Relative(*row[:4]), bool(row[4])) for row in session.execute(query)]
    balanced = {each.team_id for each, _mine in rows if each.kind is MeasureKind.BALANCING}
    return [
        each
        for each, is_mine in rows
        if is_mine and each.kind is MeasureKind.OUTCOME and not balanced & {None, each.team_id}
    ]
