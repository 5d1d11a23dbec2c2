"""Reading whether the milestone that an item names moved after its answer, at one site or over a theme's.

What a reader may not see of a team's counts is no point here: see :func:`measures.series_loading.lines_of`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from feedback.models import Answer, FeedbackItem
from feedback.moved import Count, Move, move_of
from feedback.page_queries import Beside
from feedback.queries import may_read, sent_words
from feedback.rules import civil_day
from measures.queries import MeasureRow, measures_numbered
from measures.series_loading import lines_of
from measures.small_charts import Line
from milestones.models import Milestone
from nic_platform.actor import Actor, Level
from teams.models import Team

_YEAR = timedelta(days=366)
_MOST = 300  # sites of one theme that are looked at


@dataclass(frozen=True)
class Blocked:
    """An answered item with the milestone that it said it stops."""

    item_id: UUID
    number: int
    team_id: int
    team: str
    level: Level
    milestone_id: UUID
    milestone: str
    measure_id: int
    answered_at: datetime
    applies_from: date | None


@dataclass(frozen=True)
class SiteMove:
    """One site's blocked milestone and how it moved."""

    blocked: Blocked
    move: Move


def moves_of_item(session: Session, actor: Actor, item: FeedbackItem) -> list[SiteMove]:
    """Return how the milestone that an item names moved since its answer: one, or none without an answer.

    The caller has asked whether the reader may see the item's words.
    """
    if item.milestone_id is None or item.answered_at is None or item.answer_id is None:
        return []
    return _moves(session, actor, _blocked(session, actor, FeedbackItem.id == item.id))


def moves_beside(session: Session, actor: Actor, item: FeedbackItem, beside: Beside) -> list[SiteMove]:
    """Return what :func:`moves_of_item` does where what stands beside the item was read already."""
    if beside.milestone_id is None or beside.measure_id is None or beside.given_id is None:
        return []
    if item.answered_at is None:
        return []
    team = item.team
    blocked = Blocked(
        item.public_id, item.number, team.id, team.name, team.level, beside.milestone_id,
        beside.milestone or "", beside.measure_id, item.answered_at, beside.applies_from,
    )  # fmt: skip
    return _moves(session, actor, [blocked])


def moves_of_theme(session: Session, actor: Actor, theme_id: int) -> list[SiteMove]:
    """Return how the milestones that a theme's reports name moved, the reader's own sight only, by name."""
    return _moves(session, actor, _blocked(session, actor, FeedbackItem.theme_id == theme_id))


def moves_of_answer(session: Session, actor: Actor, answer_id: int) -> list[SiteMove]:
    """Return how the milestones of the items that one answer was given to moved."""
    return _moves(session, actor, _blocked(session, actor, FeedbackItem.answer_id == answer_id))


def _blocked(session: Session, actor: Actor, which: ColumnElement[bool]) -> list[Blocked]:
    rows: Any = session.execute(
        select(
            FeedbackItem.public_id, FeedbackItem.number, Team.id, Team.name, Team.level, Milestone.public_id,
            Milestone.name, Milestone.measure_id, FeedbackItem.answered_at, Answer.applies_from,
        )
        .join(Team, Team.id == FeedbackItem.team_id)
        .join(Milestone, and_(Milestone.id == FeedbackItem.milestone_id, Milestone.deleted_at.is_(None)))
        .join(Answer, Answer.id == FeedbackItem.answer_id)
        .where(may_read(actor), sent_words(actor), which)
        .where(FeedbackItem.answered_at.is_not(None), Milestone.measure_id.is_not(None))
        .order_by(Team.name, Team.id, FeedbackItem.answered_at, FeedbackItem.number)
        .limit(_MOST)
    )  # fmt: skip
    first: dict[tuple[int, int], Blocked] = {}
    for each in (Blocked(*row) for row in rows):  # a site that reported twice is one site: its first answer
        first.setdefault((each.team_id, each.measure_id), each)
    return list(first.values())


def _moves(session: Session, actor: Actor, found: Sequence[Blocked]) -> list[SiteMove]:
    """Return the moves; two statements however many sites."""
    if not found:
        return []
    measures = {row.id: row for row in measures_numbered(session, actor, [each.measure_id for each in found])}
    first = min(civil_day(each.answered_at, actor.time_zone) for each in found) - _YEAR
    lines = lines_of(session, actor, list(measures.values()), {each.team_id for each in found}, first)
    moves = []
    for each in found:
        measure = measures.get(each.measure_id)
        line = lines.get((each.measure_id, each.team_id))
        if measure is not None and line is not None:
            moves.append(SiteMove(each, _move(each, measure, line, actor.time_zone)))
    return moves


def _move(each: Blocked, measure: MeasureRow, line: Line, zone: str) -> Move:
    out = {mark.on for mark in line.marks if mark.kind == "exclude"}
    counts = [
        Count(on, value, size)
        for on, value, size in zip(line.days, line.values, line.populations, strict=True)
        if on not in out
    ]
    answered_on = civil_day(each.answered_at, zone)
    return move_of(
        counts, answered_on, each.applies_from, measure.type, measure.direction, unit=measure.unit,
        hidden=line.hidden,
    )  # fmt: skip
