"""Reading what was said and done about one cycle: comments, steps, tasks, second thoughts on predictions."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, String, Text, Uuid, and_, bindparam, cast, func, literal, null, select, union_all
from sqlalchemy.orm import Session

from accounts.models import User
from cycles.models import Cycle, CycleNote, CycleTask, Prediction, StageChange
from milestones.decision_queries import reads_decision
from milestones.models import Decision, Milestone, Strategy
from nic_platform.actor import Actor
from nic_platform.ready import given, ready
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
    values = given(actor, cycle=cycle.id, opened=cycle.public_id)
    rows = sorted(session.execute(_told(actor), values), key=lambda row: (row.at, row.number))
    of: dict[str, list[Any]] = {kind: [] for kind in _KINDS}
    for each in rows:
        of[each.kind].append(each)
    return Told(
        tuple(NoteRow(row.at, row.who, row.one, row.words) for row in of["note"]),
        tuple(MoveRow(row.at, row.who, row.one, row.other, row.words) for row in of["move"]),
        next((OriginRow(row.day, row.words, row.key, row.one, row.other) for row in of["origin"]), None),
        _task_rows(of["task"]),
        _thoughts_of(of["thought"]),
    )


@ready
def _told(actor: Actor) -> Any:
    """Return the statement: what was said and done about the cycle ``cycle``, and what it, whose address is
    ``opened``, was opened from."""
    return union_all(_notes(), _moves(), _origin(actor), _tasks(), _thoughts())


_CYCLE: Any = bindparam("cycle")
_KINDS = ("note", "move", "origin", "task", "thought")


def _notes() -> Any:
    """Return the query of comments. It names the columns for all the others: ``one`` and ``other`` are
    stages or names, ``words`` is what was written.
    """
    return (
        select(
            literal("note").label("kind"), CycleNote.created_at.label("at"),
            func.coalesce(User.name, "").label("who"), CycleNote.stage.label("one"),
            literal("").label("other"), CycleNote.text.label("words"), CycleNote.id.label("number"),
            cast(null(), Date).label("day"), cast(null(), Uuid).label("key"),
            cast(null(), Date).label("done_on"),
        )
        .outerjoin(User, User.id == CycleNote.created_by_id)
        .where(CycleNote.cycle_id == _CYCLE, CycleNote.deleted_at.is_(None))
    )  # fmt: skip


def _moves() -> Any:
    return (
        select(
            literal("move"), StageChange.at, func.coalesce(User.name, ""), StageChange.old_stage,
            StageChange.new_stage, StageChange.why, StageChange.id, cast(null(), Date), cast(null(), Uuid),
            cast(null(), Date),
        )
        .outerjoin(User, User.id == StageChange.user_id)
        .where(StageChange.cycle_id == _CYCLE)
    )  # fmt: skip


def _tasks() -> Any:
    return select(
        literal("task"), CycleTask.created_at, CycleTask.owner, cast(CycleTask.position, String), literal(""),
        cast(CycleTask.text, Text), CycleTask.id, CycleTask.due_on, CycleTask.public_id, CycleTask.done_on,
    ).where(CycleTask.cycle_id == _CYCLE, CycleTask.deleted_at.is_(None))  # fmt: skip


def _task_rows(rows: Sequence[Any]) -> tuple[TaskRow, ...]:
    found = [TaskRow(row.key, row.words, row.who, row.day, row.done_on, int(row.one)) for row in rows]
    return tuple(sorted(found, key=lambda task: task.position))


def _thoughts() -> Any:
    """Return the query of what the history of the cycle's predictions tells of second thoughts."""
    told = cast(AuditEntry.changes, Text)
    mine = select(Prediction.public_id).where(Prediction.cycle_id == _CYCLE)
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
        _before, after = (json.loads(row.words) or {}).get("later", ("", ""))
        if after:
            found.setdefault(row.key, []).append(ThoughtRow(row.at, row.who, str(after)))
    return found


def _origin(actor: Actor) -> Any:
    """Return the query of the decision that a cycle was opened from."""
    title = func.coalesce(func.nullif(Milestone.name, ""), Milestone.what, "")
    there = and_(Milestone.id == Decision.milestone_id, Milestone.deleted_at.is_(None))
    return (
        select(
            literal("origin"), Decision.created_at, literal(""),
            cast(title, String), cast(func.coalesce(Strategy.name, ""), String), Decision.text, Decision.id,
            Decision.decided_on, Milestone.public_id, cast(null(), Date),
        )
        .outerjoin(Milestone, there)
        .outerjoin(Strategy, Strategy.id == Decision.strategy_id)
        .where(Decision.follow_up_id == bindparam("opened"), reads_decision(actor))
    )  # fmt: skip
