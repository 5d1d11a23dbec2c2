"""Reading what was said and done about one cycle: comments, the steps it took, the decision it came from."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, String, Uuid, and_, cast, func, literal, null, select, union_all
from sqlalchemy.orm import Session

from accounts.models import User
from cycles.models import Cycle, CycleNote, StageChange
from milestones.decision_queries import reads_decision
from milestones.models import Decision, Milestone, Strategy
from nic_platform.actor import Actor


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


def list_told(session: Session, actor: Actor, cycle: Cycle) -> Told:
    """Return the comments on a cycle, the steps it took, and where it came from; one statement.

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
            CycleNote.text, CycleNote.id, no_day, no_key,
        )
        .outerjoin(User, User.id == CycleNote.created_by_id)
        .where(CycleNote.cycle_id == cycle.id, CycleNote.deleted_at.is_(None))
    )  # fmt: skip
    moves = (
        select(
            literal("move").label("kind"), StageChange.at.label("at"), who, StageChange.old_stage,
            StageChange.new_stage, StageChange.why, StageChange.id, no_day, no_key,
        )
        .outerjoin(User, User.id == StageChange.user_id)
        .where(StageChange.cycle_id == cycle.id)
    )  # fmt: skip
    rows = sorted(
        session.execute(union_all(notes, moves, _origin(actor, cycle))), key=lambda row: (row[1], row[6])
    )
    return Told(
        tuple(NoteRow(row[1], row[2], row[3], row[5]) for row in rows if row[0] == "note"),
        tuple(MoveRow(*row[1:6]) for row in rows if row[0] == "move"),
        next((OriginRow(row[7], row[5], row[8], row[3], row[4]) for row in rows if row[0] == "origin"), None),
    )


def _origin(actor: Actor, cycle: Cycle) -> Any:
    """Return the query of the decision that a cycle was opened from."""
    title = func.coalesce(func.nullif(Milestone.name, ""), Milestone.what, "")
    there = and_(Milestone.id == Decision.milestone_id, Milestone.deleted_at.is_(None))
    return (
        select(
            literal("origin").label("kind"), Decision.created_at.label("at"), literal(""),
            cast(title, String), cast(func.coalesce(Strategy.name, ""), String), Decision.text, Decision.id,
            Decision.decided_on, Milestone.public_id,
        )
        .outerjoin(Milestone, there)
        .outerjoin(Strategy, Strategy.id == Decision.strategy_id)
        .where(Decision.follow_up_id == cycle.public_id, reads_decision(actor))
    )  # fmt: skip
