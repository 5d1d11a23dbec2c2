"""Reading what a team's week asks of it: what it raised and is open, and what waits with it from others.

What waits from others is counted by the database and comes as problems: reports of one theme, or of the same
words, are one (as the database's ``lower`` has it: some know of the case of A to Z only). Only the nearest
problems come with their first report, however many there are. That a person belongs to the team is condition
enough: what a team raised, holds or is offered is read by its people.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Integer, and_, bindparam, case, func, literal, null, or_, select
from sqlalchemy.orm import Session, aliased

from feedback.models import FeedbackItem, FeedbackStep
from feedback.rules import OPEN, State
from nic_platform.actor import Actor, Level
from nic_platform.ready import given, ready
from teams.models import Team
from teams.queries import in_network

NEWEST = 50  # of what a team raised and others hold


@dataclass(frozen=True)
class OpenRow:
    """An open item as the week looks at it, with its teams by name."""

    id: int
    public_id: UUID
    number: int
    kind: str
    state: State
    title: str
    team_id: int
    team: str
    holder: str | None
    holder_level: Level | None
    due_on: date | None
    look_again_on: date | None
    theme_id: int | None


@dataclass(frozen=True)
class ProblemRow:
    """What waits from others and says the same: its first report, and how many teams it came from."""

    first: OpenRow
    teams: int


@dataclass(frozen=True)
class Waiting:
    """What waits with a team from others: the nearest problems, and the counts over all there are."""

    nearest: Sequence[ProblemRow] = ()
    problems: int = 0
    reports: int = 0
    late: int = 0


_RAISER, _HOLDER = aliased(Team), aliased(Team)
_COLUMNS = (
    FeedbackItem.id, FeedbackItem.public_id, FeedbackItem.number, FeedbackItem.kind, FeedbackItem.state,
    FeedbackItem.title, FeedbackItem.team_id, _RAISER.name, _HOLDER.name, _HOLDER.level, FeedbackItem.due_on,
    FeedbackItem.look_again_on, FeedbackItem.theme_id,
)  # fmt: skip
_IS_OPEN = FeedbackItem.state.in_([literal(state.value) for state in sorted(OPEN)])
_TODAY = bindparam("today", type_=Date)
_BY_PROMISE = (FeedbackItem.due_on.asc().nulls_last(), FeedbackItem.number)


def _open_here(actor: Actor) -> ColumnElement[bool]:
    """Return the condition of all open items of the network, but those that rest until they are looked at."""
    item = FeedbackItem
    resting = and_(item.state == State.PARTLY, item.look_again_on > _TODAY)
    here = and_(in_network(actor, item.network_id), item.deleted_at.is_(None))
    return and_(here, _IS_OPEN, ~resting)


def _is_turn(actor: Actor) -> ColumnElement[bool]:
    item = FeedbackItem
    return or_(item.holder_id == actor.team_id, item.offered_to_id == actor.team_id)


def waiting_from_others(session: Session, actor: Actor, today: date, late_on: date, limit: int) -> Waiting:
    """Return what the chosen team has to act on and others raised, nearest promise first; one statement.

    Args:
        late_on: a promise before this day has passed; today, or in a break the day before it.
        limit: how many problems come with their first report.
    """
    if not actor.in_team(actor.team_id):
        return Waiting()
    values = given(actor, today=today, late_on=late_on, limit=limit)
    rows: list[Any] = list(session.execute(_problems(actor), values))
    found = [ProblemRow(_open_row(row[:-4]), row.teams) for row in rows]
    return Waiting(found, *map(int, rows[0][-3:] if rows else ()))  # PostgreSQL adds counts up to a numeric


@ready
def _problems(actor: Actor) -> Any:
    """Return the statement of the nearest problems; each row bears the counts over all."""
    item = FeedbackItem
    words = case((item.theme_id.is_(None), func.lower(func.trim(item.title))), else_=null())
    each = (
        select(
            item.id, item.team_id, item.theme_id, words.label("words"), item.due_on,
            func.row_number().over(order_by=_BY_PROMISE).label("place"),
        )
        .where(_open_here(actor), _is_turn(actor), item.team_id != actor.team_id)
        .cte("each")
    )  # fmt: skip
    late = func.sum(case((each.c.due_on < bindparam("late_on", type_=Date), 1), else_=0))
    nearest = (
        select(
            func.min(each.c.place).label("first"),
            func.count(each.c.team_id.distinct()).label("teams"),
            func.count().over().label("problems"),
            func.sum(func.count()).over().label("reports"),
            func.sum(late).over().label("late"),
        )
        .group_by(each.c.theme_id, each.c.words)
        .order_by(func.min(each.c.place))
        .limit(bindparam("limit", type_=Integer))
        .subquery()
    )  # fmt: skip
    near = nearest.c
    return (
        select(*_COLUMNS, near.teams, near.problems, near.reports, near.late)
        .join(each, each.c.id == item.id)
        .join(nearest, near.first == each.c.place)
        .join(_RAISER, _RAISER.id == item.team_id)
        .outerjoin(_HOLDER, _HOLDER.id == item.holder_id)
        .order_by(near.first)
    )


@dataclass(frozen=True)
class Raised:
    """What a team raised and is open: what is its turn, nearest promise first; the rest, newest first."""

    turn: Sequence[OpenRow]
    others: Sequence[OpenRow]


def raised_by_team(session: Session, actor: Actor, today: date) -> Raised:
    """Return what the chosen team raised and is open; one statement.

    All of what is its turn, and of the rest what is among the :data:`NEWEST`. An answer is its turn as soon
    as it is given, wherever on its way down it is: only that team closes the loop.
    """
    if not actor.in_team(actor.team_id):
        return Raised([], [])
    rows: list[Any] = list(session.execute(_raised(actor), given(actor, today=today)))
    turn = [_open_row(row[:-1]) for row in rows if row.is_turn]
    others = [_open_row(row[:-1]) for row in rows if not row.is_turn]
    return Raised(turn, sorted(others, key=lambda row: -row.number))


@ready
def _raised(actor: Actor) -> Any:
    item = FeedbackItem
    mine = and_(in_network(actor, item.network_id), item.deleted_at.is_(None), item.team_id == actor.team_id)
    still_open = and_(mine, _IS_OPEN)
    turn = and_(_open_here(actor), _asks(actor))
    newest = select(item.id).where(still_open).order_by(item.number.desc()).limit(NEWEST)
    return (
        select(*_COLUMNS, turn.label("is_turn"))
        .join(_RAISER, _RAISER.id == item.team_id)
        .outerjoin(_HOLDER, _HOLDER.id == item.holder_id)
        .where(still_open, or_(turn, item.id.in_(newest)))
        .order_by(*_BY_PROMISE)
    )


def _open_row(values: Sequence[Any]) -> OpenRow:
    row = list(values)
    row[4] = State(row[4])
    return OpenRow(*row)


def count_turns(session: Session, actor: Actor, today: date, late_on: date) -> tuple[int, int]:
    """Return how many items ask the chosen team for its next act, and how many past their promise.

    Args:
        late_on: as for :func:`waiting_from_others`.
    """
    if not actor.in_team(actor.team_id):
        return 0, 0
    row = session.execute(_turns(actor), given(actor, today=today, late_on=late_on)).one()
    return row[0], row[1]


@ready
def _turns(actor: Actor) -> Any:
    late = case((FeedbackItem.due_on < bindparam("late_on", type_=Date), 1), else_=0)
    return select(func.count(), func.coalesce(func.sum(late), 0)).where(_open_here(actor), _asks(actor))


def _asks(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that the next act is the team's, of its own items or of others'."""
    answered = and_(FeedbackItem.team_id == actor.team_id, FeedbackItem.state == State.ANSWERED)
    return or_(_is_turn(actor), answered)


@dataclass(frozen=True)
class Leg:
    """One stay of an item with a team."""

    item_id: int
    team: str
    level: Level
    reached_at: datetime
    promised_on: date | None
    left_at: datetime | None
    act: str


def legs_of(session: Session, item_ids: Sequence[int]) -> dict[int, list[Leg]]:
    """Return the ways of items without any words, oldest leg first, by item; one statement."""
    if not item_ids:
        return {}
    found: dict[int, list[Leg]] = {}
    for row in session.execute(_LEGS, {"items": list(item_ids)}):
        found.setdefault(row[0], []).append(Leg(*row))
    return found


_LEGS = (
    select(
        FeedbackStep.item_id, Team.name, Team.level, FeedbackStep.reached_at, FeedbackStep.promised_on,
        FeedbackStep.left_at, FeedbackStep.act,
    )
    .join(Team, Team.id == FeedbackStep.team_id)
    .where(FeedbackStep.item_id.in_(bindparam("items", expanding=True)))
    .order_by(FeedbackStep.item_id, FeedbackStep.position)
)  # fmt: skip
