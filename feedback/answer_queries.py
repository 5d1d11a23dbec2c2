"""Reading answers: what changes, whom they went to, what became of it, and when they are looked at again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from feedback.models import Acknowledgement, Answer, FeedbackItem, PolicyNotice, Theme
from feedback.queries import ItemRow, may_read, rows_of, rows_visible_to, sent_words
from feedback.rules import Lifted, State
from nic_platform.actor import Actor, Level
from nic_platform.errors import AbsentError
from nic_platform.text import _
from teams.models import Team, TeamReach
from teams.queries import in_network


@dataclass(frozen=True)
class GivenRow:
    """An answer with who gave it, the theme it was given to, and what was found when it was looked at."""

    id: int
    public_id: UUID
    version: int
    team_id: int
    team: str
    level: Level
    theme_id: UUID | None
    theme_number: int | None
    theme: str | None
    changes: str
    text: str
    why: str
    applies_from: date | None
    applies_to: str
    look_again_on: date | None
    asked_again_on: date | None
    looked_again_on: date | None
    looked_again: str
    created_at: datetime


@dataclass(frozen=True)
class Came:
    """What became of the items that one answer was given to, in counts."""

    items: int = 0
    teams: int = 0
    yes: int = 0
    partly: int = 0
    no: int = 0
    unconfirmed: int = 0
    waiting: int = 0


def reads_answer(actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which *actor* may know of an answer.

    The own teams' answers, those to items whose words they read, and those to a theme: every member of the
    network reads what became of a problem of many sites.
    """
    told = select(FeedbackItem.answer_id).where(
        may_read(actor), sent_words(actor), FeedbackItem.answer_id.is_not(None)
    )
    ways = [Answer.team_id.in_(sorted(actor.team_ids)), Answer.id.in_(told)]
    if actor.team_ids or actor.sees_network:
        ways.append(Answer.theme_id.is_not(None))
    return and_(in_network(actor, Answer.network_id), Answer.deleted_at.is_(None), or_(*ways))


def _rows(actor: Actor) -> Any:
    return (
        select(
            Answer.id, Answer.public_id, Answer.version, Team.id, Team.name, Team.level, Theme.public_id,
            Theme.number, Theme.title, Answer.changes, Answer.text, Answer.why, Answer.applies_from,
            Answer.applies_to, Answer.look_again_on, Answer.asked_again_on, Answer.looked_again_on,
            Answer.looked_again, Answer.created_at,
        )
        .join(Team, Team.id == Answer.team_id)
        .outerjoin(Theme, and_(Theme.id == Answer.theme_id, Theme.deleted_at.is_(None)))
        .where(reads_answer(actor))
    )  # fmt: skip


def _is_due(today: date) -> ColumnElement[bool]:
    """Return :func:`feedback.looks.wants_look` as a condition."""
    not_yet = or_(Answer.looked_again_on.is_(None), Answer.looked_again_on < Answer.look_again_on)
    return and_(Answer.look_again_on <= today, not_yet)


def due_answers(session: Session, actor: Actor, today: date, limit: int = 50) -> list[GivenRow]:
    """Return the answers of the actor's teams that wait to be looked at again, the longest first."""
    own = Answer.team_id.in_(sorted(actor.team_ids))
    query = _rows(actor).where(own, _is_due(today)).order_by(Answer.look_again_on, Answer.id).limit(limit)
    return [GivenRow(*row) for row in session.execute(query)]


def waiting_after(session: Session, actor: Actor, team_id: int, today: date) -> tuple[int, int]:
    """Return what a team still owes after the answers; one statement.

    Returns:
        how many policy notices it has not acknowledged, and how many of its answers wait for a second look.
    """
    said = select(Acknowledgement.id).where(
        Acknowledgement.notice_id == PolicyNotice.id, Acknowledgement.team_id == team_id
    )
    above = select(TeamReach.above_id).where(TeamReach.below_id == team_id)
    notices = (
        select(func.count(PolicyNotice.id))
        .where(in_network(actor, PolicyNotice.network_id), PolicyNotice.team_id.in_(above))
        .where(PolicyNotice.sent_at.is_not(None), PolicyNotice.deleted_at.is_(None), ~said.exists())
    )
    looks = select(func.count(Answer.id)).where(
        in_network(actor, Answer.network_id), Answer.team_id == team_id, Answer.deleted_at.is_(None),
        _is_due(today),
    )  # fmt: skip
    row = session.execute(select(notices.scalar_subquery(), looks.scalar_subquery())).one()
    return row[0], row[1]


def list_answers(
    session: Session, actor: Actor, *, theme_id: int | None = None, after: UUID | None = None, limit: int = 50
) -> list[GivenRow]:
    """Return up to *limit* + 1 answers, the latest first.

    Args:
        theme_id: those that were given to one theme.
        after: the answer that the page before ended with.
    """
    query = _rows(actor).order_by(Answer.id.desc()).limit(limit + 1)
    if theme_id is not None:
        query = query.where(Answer.theme_id == theme_id)
    if after is not None:
        last = select(Answer.id).where(Answer.public_id == after, in_network(actor, Answer.network_id))
        query = query.where(Answer.id < last.scalar_subquery())
    return [GivenRow(*row) for row in session.execute(query)]


def answer_row(session: Session, actor: Actor, answer_id: UUID) -> GivenRow:
    """Return one answer.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    row = session.execute(_rows(actor).where(Answer.public_id == answer_id)).one_or_none()
    if row is None:
        raise AbsentError(_("There is no such answer."))
    return GivenRow(*row)


def what_came(session: Session, answer_ids: Sequence[int]) -> dict[int, Came]:
    """Return what became of the items of each answer; one statement. Counts, no words.

    Each item counts once: of one that was closed unconfirmed, what its team said before counts no more.
    """
    if not answer_ids:
        return {}
    item = FeedbackItem
    over, holds = item.state == State.CLOSED, item.state != State.UNCONFIRMED

    def many(condition: ColumnElement[bool]) -> Any:
        return func.sum(case((condition, 1), else_=0))

    rows = session.execute(
        select(
            item.answer_id, func.count(item.id), func.count(item.team_id.distinct()),
            many(and_(over, item.lifted == Lifted.YES)), many(and_(holds, item.lifted == Lifted.PARTLY)),
            many(and_(holds, item.lifted == Lifted.NO)), many(item.state == State.UNCONFIRMED),
            many(item.state == State.ANSWERED),
        )
        .where(item.answer_id.in_(answer_ids), item.deleted_at.is_(None))
        .group_by(item.answer_id)
    )  # fmt: skip
    return {row[0]: Came(*row[1:]) for row in rows}


def items_of_answer(session: Session, actor: Actor, answer_id: int, limit: int = 100) -> list[ItemRow]:
    """Return the visible items that one answer was given to, with their words; up to *limit* + 1."""
    query = rows_visible_to(actor).where(FeedbackItem.answer_id == answer_id, sent_words(actor))
    return rows_of(session.execute(query.order_by(FeedbackItem.number).limit(limit + 1)))
