"""Reading whose queue it is, the themes of a network, and what was answered and waits to be confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, case, false, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from accounts.models import User
from feedback.models import Answer, FeedbackItem, Theme
from feedback.rules import Lifted, State
from nic_platform.actor import Actor, Level
from nic_platform.errors import AbsentError
from nic_platform.ready import given, ready
from nic_platform.text import _
from teams.models import Team
from teams.queries import in_network


@dataclass(frozen=True)
class QueueTeam:
    """A team whose queue is read."""

    id: int
    public_id: UUID
    name: str
    level: Level


def queue_teams(session: Session, actor: Actor) -> list[QueueTeam]:
    """Return the teams whose queue the actor works.

    The chosen team from district level up; else for a reviewer the teams of their level, and for a network
    lead those of the highest level; else the chosen team, whatever its level.

    Raises:
        AbsentError: the actor has no team here and reviews nothing.
    """
    rows = session.execute(_queue_teams(actor), given(actor))
    teams = [QueueTeam(*row) for row in rows]
    own = [team for team in teams if team.id == actor.team_id]
    reviewed = [team for team in teams if team.id != actor.team_id]
    found = own if own and (own[0].level.rank >= Level.DISTRICT.rank or not reviewed) else reviewed
    if not found:
        raise AbsentError(_("There is no such page."))
    return found


@ready
def _queue_teams(actor: Actor) -> Any:
    top = select(func.max(Team.rank)).where(in_network(actor, Team.network_id)).scalar_subquery()
    ways = [Team.id == actor.team_id] if actor.team_id is not None else []
    if actor.reviewer_levels:  # by rank, which an index knows
        ways.append(Team.rank.in_([literal(rank) for rank in sorted(_ranks(actor))]))
    if actor.is_network_lead:
        ways.append(Team.rank == top)
    return (
        select(Team.id, Team.public_id, Team.name, Team.level)
        .where(in_network(actor, Team.network_id), Team.deleted_at.is_(None), Team.archived_at.is_(None))
        .where(or_(false(), *ways))
        .order_by(Team.rank.desc(), Team.name, Team.id)
    )


def _ranks(actor: Actor) -> set[int]:
    return {level.rank for level in actor.reviewer_levels}


@dataclass(frozen=True)
class ThemeRow:
    """A theme in a list."""

    id: int
    public_id: UUID
    number: int
    team_id: int
    team: str
    level: Level
    title: str
    summary: str
    owner: str
    power: str
    closed_at: datetime | None
    version: int
    owner_id: int | None
    split_from: int | None
    joined_into: int | None
    joined_into_id: UUID | None


def owner_name() -> Any:
    """Return the name of who works on a theme, looked up by key: a join would read every person there is."""
    return select(User.name).where(User.id == Theme.owner_id).correlate(Theme).scalar_subquery()


_SPLIT_FROM, _INTO = aliased(Theme), aliased(Theme)
_THEME = (
    Theme.id, Theme.public_id, Theme.number, Theme.team_id, Team.name, Team.level, Theme.title, Theme.summary,
    func.coalesce(owner_name(), Theme.owner), Theme.power, Theme.closed_at, Theme.version, Theme.owner_id,
    _SPLIT_FROM.number, _INTO.number, _INTO.public_id,
)  # fmt: skip


def visible_themes(actor: Actor) -> Any:
    """Return the query of the themes that *actor* may know of: members of the network see its themes.

    A theme tells of a problem and its answer, never the words of a school.
    """
    here = and_(in_network(actor, Theme.network_id), Theme.deleted_at.is_(None))
    query = (
        select(*_THEME)
        .join(Team, Team.id == Theme.team_id)
        .outerjoin(_SPLIT_FROM, _SPLIT_FROM.id == Theme.split_from_id)
        .outerjoin(_INTO, _INTO.id == Theme.joined_into_id)
        .where(here)
    )
    return query if actor.team_ids or actor.sees_network else query.where(Theme.id.is_(None))


@dataclass(frozen=True)
class ThemeChoice:
    """A theme to choose from others."""

    id: int
    public_id: UUID
    number: int
    title: str


def theme_choices(session: Session, actor: Actor) -> list[ThemeChoice]:
    """Return the open themes of the network to choose from, the newest number first."""
    return [ThemeChoice(*row) for row in session.execute(_choices(actor), given(actor))]


@ready
def _choices(actor: Actor) -> Any:
    return _themes(actor, open_only=True).with_only_columns(
        Theme.id, Theme.public_id, Theme.number, Theme.title, maintain_column_froms=False
    )


def list_themes(session: Session, actor: Actor, *, open_only: bool = True) -> list[ThemeRow]:
    """Return the themes of the network, the newest number first."""
    return [ThemeRow(*row) for row in session.execute(_themes(actor, open_only=open_only), given(actor))]


@ready
def _themes(actor: Actor, *, open_only: bool) -> Any:
    query = visible_themes(actor).order_by(Theme.number.desc())
    return query.where(Theme.closed_at.is_(None)) if open_only else query


def themes_by_id(session: Session, actor: Actor, theme_ids: Sequence[int]) -> list[ThemeRow]:
    """Return these themes of the network, the newest number first."""
    if not theme_ids:
        return []
    found = session.execute(_themes_of(actor), given(actor, themes=list(theme_ids)))
    return [ThemeRow(*row) for row in found]


@ready
def _themes_of(actor: Actor) -> Any:
    chosen = Theme.id.in_(bindparam("themes", expanding=True))
    return visible_themes(actor).where(chosen).order_by(Theme.number.desc())


def theme_row(session: Session, actor: Actor, theme_id: UUID) -> ThemeRow:
    """Return one theme.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    row = session.execute(_theme(actor), given(actor, theme=theme_id)).one_or_none()
    if row is None:
        raise AbsentError(_("There is no such theme."))
    return ThemeRow(*row)


@ready
def _theme(actor: Actor) -> Any:
    return visible_themes(actor).where(Theme.public_id == bindparam("theme"))


def get_theme(session: Session, actor: Actor, theme_id: UUID) -> Theme:
    """Return one theme for writing.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    return session.get_one(Theme, theme_row(session, actor, theme_id).id)


@dataclass(frozen=True)
class ThemeCount:
    """How far the loops of a theme have come. Times are those of items that still wait to be confirmed."""

    theme_id: int | None
    items: int
    sites: int
    answered: int
    confirmed: int
    sent_back: int
    to_confirm: int
    oldest_answer: datetime | None
    oldest_due: date | None


def theme_counts(session: Session, theme_ids: Sequence[int]) -> dict[int, ThemeCount]:
    """Return the counts of themes over all their items, by theme. Counts, no words."""
    if not theme_ids:
        return {}
    item = FeedbackItem
    to_confirm = item.state == State.ANSWERED
    closed = item.state.in_((State.CLOSED, State.UNCONFIRMED, State.PARTLY))
    answered = or_(item.answer_id.is_not(None), item.lifted == Lifted.NO)
    rows = session.execute(
        select(
            item.theme_id, func.count(item.id), func.count(item.team_id.distinct()),
            func.sum(case((or_(to_confirm, closed, answered), 1), else_=0)),
            func.sum(case((and_(item.state == State.CLOSED, item.lifted == Lifted.YES), 1), else_=0)),
            func.sum(case((item.lifted == Lifted.NO, 1), else_=0)),
            func.sum(case((to_confirm, 1), else_=0)),
            func.min(case((to_confirm, item.answered_at))),
            func.min(case((to_confirm, item.due_on))),
        )
        .where(item.theme_id.in_(theme_ids), item.deleted_at.is_(None), item.state != State.DRAFT)
        .group_by(item.theme_id)
    )  # fmt: skip
    return {row[0]: ThemeCount(*row) for row in rows}


@dataclass(frozen=True)
class AnswerRow:
    """An answer with who gave it."""

    id: int
    theme_id: int | None
    team_id: int
    team: str
    level: Level
    changes: str
    text: str
    why: str
    applies_from: date | None
    applies_to: str
    look_again_on: date | None
    created_at: datetime


_ANSWER = (
    Answer.id, Answer.theme_id, Answer.team_id, Team.name, Team.level, Answer.changes, Answer.text,
    Answer.why, Answer.applies_from, Answer.applies_to, Answer.look_again_on, Answer.created_at,
)  # fmt: skip


def answers_of_themes(session: Session, theme_ids: Sequence[int]) -> dict[int, AnswerRow]:
    """Return the latest answer of each theme, by theme."""
    if not theme_ids:
        return {}
    rows: Any = session.execute(
        select(*_ANSWER)
        .join(Team, Team.id == Answer.team_id)
        .where(Answer.theme_id.in_(theme_ids), Answer.deleted_at.is_(None))
        .order_by(Answer.created_at, Answer.id)
    )
    return {row[1]: AnswerRow(*row) for row in rows}


def to_confirm(session: Session, team_ids: Sequence[int], most: int = 12) -> list[int]:
    """Return the themes these teams keep whose answer waits for schools to confirm it, the longest first."""
    item = FeedbackItem
    rows = session.scalars(
        select(item.theme_id)
        .join(Theme, Theme.id == item.theme_id)
        .where(Theme.team_id.in_(team_ids), Theme.deleted_at.is_(None), item.state == State.ANSWERED)
        .group_by(item.theme_id)
        .order_by(func.min(item.answered_at), item.theme_id)
        .limit(most)
    )
    return [row for row in rows if row is not None]
