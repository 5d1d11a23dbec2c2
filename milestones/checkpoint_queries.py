"""Reading the checkpoints of an interim target, and which of a measure's records are the target's own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from measures.queries import Record
from milestones.models import Checkpoint
from milestones.rows import TargetRow


@dataclass(frozen=True)
class CheckpointRow:
    """A value that an interim target should have reached by a day."""

    id: int
    public_id: UUID
    due_on: date
    target: float


def checkpoints_of(session: Session, target_id: int) -> list[CheckpointRow]:
    """Return a target's checkpoints by date; one statement. The caller has asked who reads its plan."""
    query = (
        select(Checkpoint.id, Checkpoint.public_id, Checkpoint.due_on, Checkpoint.target)
        .where(Checkpoint.interim_target_id == target_id, Checkpoint.deleted_at.is_(None))
        .order_by(Checkpoint.due_on, Checkpoint.id)
    )
    return [CheckpointRow(*row) for row in session.execute(query)]


def as_steps(row: TargetRow, checkpoints: Sequence[CheckpointRow]) -> list[TargetRow]:
    """Return a target's checkpoints as steps of its path; their numbers are negative."""
    return [
        replace(row, id=-each.id, public_id=each.public_id, due_on=each.due_on, target=each.target)
        for each in checkpoints
    ]


def own_records(row: TargetRow, found: Sequence[Record]) -> list[Record]:
    """Return the records that a target is judged by: those of its group, else those of everybody."""
    if not row.subgroup:
        return [record for record in found if not record.subgroup]
    return [
        record
        for record in found
        if record.subgroup == row.subgroup and row.subgroup_set in ("", record.subgroup_set)
    ]


def mates_of(row: TargetRow, rows: Sequence[TargetRow]) -> list[TargetRow]:
    """Return the targets of one series: the same measure and the same group of students, the row included."""
    if row.measure_id is None:
        return [row]
    key = (row.measure_id, row.subgroup_set, row.subgroup)
    return [each for each in rows if (each.measure_id, each.subgroup_set, each.subgroup) == key]
