"""Reading the queue of a receiving team, its themes, and what was answered and waits to be confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from feedback.models import Answer, FeedbackItem, FeedbackStep, Theme
from feedback.queries import may_read
from feedback.rules import Lifted, State
from nic_platform.actor import Actor, Level
from nic_platform.errors import AbsentError
from nic_platform.text import _
from teams.models import Site, SiteClosure, Team
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
    top = select(func.max(Team.rank)).where(Team.network_id == actor.network_id).scalar_subquery()
    ways = [Team.id == (actor.team_id or 0)]
    if actor.reviewer_levels:
        ways.append(Team.level.in_(sorted(actor.reviewer_levels)))
    if actor.is_network_lead:
        ways.append(Team.rank == top)
    rows = session.execute(
        select(Team.id, Team.public_id, Team.name, Team.level)
        .where(in_network(actor, Team.network_id), Team.deleted_at.is_(None), Team.archived_at.is_(None))
        .where(or_(*ways))
        .order_by(Team.rank.desc(), Team.name, Team.id)
    )
    teams = [QueueTeam(*row) for row in rows]
    own = [team for team in teams if team.id == actor.team_id]
    reviewed = [team for team in teams if team.id != actor.team_id]
    found = own if own and (own[0].level.rank >= Level.DISTRICT.rank or not reviewed) else reviewed
    if not found:
        raise AbsentError(_("There is no such page."))
    return found


@dataclass(frozen=True)
class WaitingRow:
    """An item that waits for the team that holds it, with the way it came."""

    id: int
    public_id: UUID
    number: int
    kind: str
    title: str
    happens: str
    version: int
    theme_id: int | None
    team_id: int
    team: str
    level: Level
    site_id: int
    district_id: int | None
    district: str | None
    through: str | None
    reached_at: datetime
    promised_on: date | None
    lifted: str


_HERE, _BEFORE, _FROM = aliased(FeedbackStep), aliased(FeedbackStep), aliased(Team)
_RAISER = aliased(Team)
_DISTRICT, _CLOSURE = aliased(Site), aliased(SiteClosure)
_WAITING = (
    FeedbackItem.id, FeedbackItem.public_id, FeedbackItem.number, FeedbackItem.kind, FeedbackItem.title,
    FeedbackItem.happens, FeedbackItem.version, FeedbackItem.theme_id, _RAISER.id, _RAISER.name,
    _RAISER.level, _RAISER.site_id,
)  # fmt: skip


def waiting(session: Session, actor: Actor, team_ids: Sequence[int]) -> list[WaitingRow]:
    """Return what waits for these teams to act, the oldest promise first. One statement."""
    rows: Any = session.execute(
        select(
            *_WAITING, func.min(_DISTRICT.id), func.min(_DISTRICT.name), func.min(_FROM.name),
            func.min(_HERE.reached_at), func.min(_HERE.promised_on), FeedbackItem.lifted,
        )
        .join(_RAISER, _RAISER.id == FeedbackItem.team_id)
        .join(_HERE, and_(_HERE.item_id == FeedbackItem.id, _HERE.left_at.is_(None)))
        .outerjoin(_BEFORE, and_(_BEFORE.item_id == _HERE.item_id, _BEFORE.position == _HERE.position - 1))
        .outerjoin(_FROM, and_(_FROM.id == _BEFORE.team_id, _FROM.id != FeedbackItem.team_id))
        .outerjoin(_CLOSURE, _CLOSURE.below_id == _RAISER.site_id)
        .outerjoin(_DISTRICT, and_(_DISTRICT.id == _CLOSURE.above_id, _DISTRICT.level == Level.DISTRICT))
        .where(may_read(actor), FeedbackItem.holder_id.in_(team_ids), FeedbackItem.state == State.WAITING)
        .group_by(*_WAITING, FeedbackItem.lifted)
        .order_by(func.min(_HERE.promised_on), FeedbackItem.number)
    )  # fmt: skip
    return [WaitingRow(*row) for row in rows]


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


_THEME = (
    Theme.id, Theme.public_id, Theme.number, Theme.team_id, Team.name, Team.level, Theme.title, Theme.summary,
    Theme.owner, Theme.power, Theme.closed_at, Theme.version,
)  # fmt: skip


def visible_themes(actor: Actor) -> Any:
    """Return the query of the themes that *actor* may know of: members of the network see its themes.

    A theme tells of a problem and its answer, never the words of a school.
    """
    here = and_(in_network(actor, Theme.network_id), Theme.deleted_at.is_(None))
    query = select(*_THEME).join(Team, Team.id == Theme.team_id).where(here)
    return query if actor.team_ids or actor.sees_network else query.where(Theme.id.is_(None))


def list_themes(session: Session, actor: Actor, *, open_only: bool = True) -> list[ThemeRow]:
    """Return the themes of the network, the newest number first."""
    query = visible_themes(actor).order_by(Theme.number.desc())
    if open_only:
        query = query.where(Theme.closed_at.is_(None))
    return [ThemeRow(*row) for row in session.execute(query)]


def theme_row(session: Session, actor: Actor, theme_id: UUID) -> ThemeRow:
    """Return one theme.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    row = session.execute(visible_themes(actor).where(Theme.public_id == theme_id)).one_or_none()
    if row is None:
        raise AbsentError(_("There is no such theme."))
    return ThemeRow(*row)


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


def districts(session: Session, actor: Actor) -> list[tuple[int, str]]:
    """Return the districts of the network, by name."""
    rows = session.execute(
        select(Site.id, Site.name)
        .where(in_network(actor, Site.network_id), Site.level == Level.DISTRICT, Site.deleted_at.is_(None))
        .order_by(Site.name, Site.id)
    )
    return [(row[0], row[1]) for row in rows]
