"""Reading what was said and done about one cycle: comments, steps, tasks, second thoughts on predictions."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, String, Text, Uuid, and_, cast, func, literal, null, select, union_all
from sqlalchemy.orm import Session

from accounts.models import User
from cycles.models import Cycle, CycleNote, CycleTask, Prediction, StageChange
from milestones.decision_queries import reads_decision
from milestones.models import Decision, Milestone, Strategy
from nic_platform.actor import Actor
from nic_platform.tables import AuditEntry


@dataclass(frozen=True)
class NoteRow:
    """A comment on a cycle, and at which stage it was made."""

    at: datetime
    who: str
    stage: str
    text: str


@dataclass(frozen=True)
class MoveRow:
    """Who took a cycle where, when, and why."""

    at: datetime
    who: str
    old_stage: str
    new_stage: str
    why: str


@dataclass(frozen=True)
class TaskRow:
    """One task of a cycle; ``done_on`` is empty while it is open."""

    id: UUID
    text: str
    owner: str
    due_on: date | None
    done_on: date | None
    position: int

    @property
    def is_done(self) -> bool:
        """Say whether it was ticked off."""
        return self.done_on is not None


@dataclass(frozen=True)
class ThoughtRow:
    """What somebody thought of a prediction after it was locked."""

    at: datetime
    who: str
    text: str


@dataclass(frozen=True)
class OriginRow:
    """The decision that a cycle was opened from, and the milestone or strategy that it was about."""

    decided_on: date
    text: str
    milestone_public_id: UUID | None
    milestone_name: str
    strategy_name: str


@dataclass(frozen=True)
class Told:
    """Everything that was said and done about a cycle, oldest first."""

    notes: tuple[NoteRow, ...]
    moves: tuple[MoveRow, ...]
    origin: OriginRow | None = None
    tasks: tuple[TaskRow, ...] = ()
    thoughts: Mapping[UUID, Sequence[ThoughtRow]] = field(default_factory=dict)  # by prediction


def list_told(session: Session, actor: Actor, cycle: Cycle) -> Told:
    """Return the comments on a cycle, its steps and tasks, second thoughts and where it came from; one
    statement.

    The cycle was read through :func:`cycles.queries.get_cycle`, so the reader may see the first two; a team's
    reasons for a decision have readers of their own.
    """
    who, no_day, no_key, empty = (
        func.coalesce(User.name, ""),
        cast(null(), Date),
        cast(null(), Uuid),
        literal(""),
    )
    notes = (
        select(
            literal("note").label("kind"), CycleNote.created_at.label("at"), who, CycleNote.stage, empty,
            CycleNote.text, CycleNote.id, no_day, no_key, no_day,
        )
        .outerjoin(User, User.id == CycleNote.created_by_id)
        .where(CycleNote.cycle_id == cycle.id, CycleNote.deleted_at.is_(None))
    )  # fmt: skip
    moves = (
        select(
            literal("move").label("kind"), StageChange.at.label("at"), who, StageChange.old_stage,
            StageChange.new_stage, StageChange.why, StageChange.id, no_day, no_key, no_day,
        )
        .outerjoin(User, User.id == StageChange.user_id)
        .where(StageChange.cycle_id == cycle.id)
    )  # fmt: skip
    parts = (notes, moves, _origin(actor, cycle), _tasks(cycle), _thoughts(cycle))
    rows = sorted(session.execute(union_all(*parts)), key=lambda row: (row[1], row[6]))
    return Told(
        tuple(NoteRow(row[1], row[2], row[3], row[5]) for row in rows if row[0] == "note"),
        tuple(MoveRow(*row[1:6]) for row in rows if row[0] == "move"),
        next((OriginRow(row[7], row[5], row[8], row[3], row[4]) for row in rows if row[0] == "origin"), None),
        _task_rows([row for row in rows if row[0] == "task"]),
        _thoughts_of([row for row in rows if row[0] == "thought"]),
    )


def _tasks(cycle: Cycle) -> Any:
    return select(
        literal("task"), CycleTask.created_at, CycleTask.owner, cast(CycleTask.position, String), literal(""),
        cast(CycleTask.text, Text), CycleTask.id, CycleTask.due_on, CycleTask.public_id, CycleTask.done_on,
    ).where(CycleTask.cycle_id == cycle.id, CycleTask.deleted_at.is_(None))  # fmt: skip


def _task_rows(rows: Sequence[Any]) -> tuple[TaskRow, ...]:
    found = [TaskRow(row[8], row[5], row[2], row[7], row[9], int(row[3])) for row in rows]
    return tuple(sorted(found, key=lambda task: task.position))


def _thoughts(cycle: Cycle) -> Any:
    """Return the query of what the history of the cycle's predictions tells of second thoughts."""
    told = cast(AuditEntry.changes, Text)
    mine = select(Prediction.public_id).where(Prediction.cycle_id == cycle.id)
    return (
        select(
            literal("thought"), AuditEntry.at, func.coalesce(User.name, ""), literal(""), literal(""), told,
            AuditEntry.id, cast(null(), Date), AuditEntry.object_id, cast(null(), Date),
        )
        .outerjoin(User, User.id == AuditEntry.user_id)
        .where(AuditEntry.kind == "prediction", AuditEntry.object_id.in_(mine), told.like('%"later"%'))
    )  # fmt: skip


def _thoughts_of(rows: Sequence[Any]) -> dict[UUID, list[ThoughtRow]]:
    found: dict[UUID, list[ThoughtRow]] = {}
    for row in rows:
        _before, after = (json.loads(row[5]) or {}).get("later", ("", ""))
        if after:
            found.setdefault(row[8], []).append(ThoughtRow(row[1], row[2], str(after)))
    return found


def _origin(actor: Actor, cycle: Cycle) -> Any:
    """Return the query of the decision that a cycle was opened from."""
    title = func.coalesce(func.nullif(Milestone.name, ""), Milestone.what, "")
    there = and_(Milestone.id == Decision.milestone_id, Milestone.deleted_at.is_(None))
    return (
        select(
            literal("origin").label("kind"), Decision.created_at.label("at"), literal(""),
            cast(title, String), cast(func.coalesce(Strategy.name, ""), String), Decision.text, Decision.id,
            Decision.decided_on, Milestone.public_id, cast(null(), Date),
        )
        .outerjoin(Milestone, there)
        .outerjoin(Strategy, Strategy.id == Decision.strategy_id)
        .where(Decision.follow_up_id == cycle.public_id, reads_decision(actor))
    )  # fmt: skip
