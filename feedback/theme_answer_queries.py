"""Reading who may answer a theme: the teams its reports wait with, and which of them it would reach."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from feedback.models import FeedbackItem, FeedbackStep, Theme
from feedback.rules import Act, State
from nic_platform.actor import Level
from teams.models import Team, TeamReach


@dataclass(frozen=True)
class Holder:
    """A team whose turn it is with a theme: how many reports wait with it, how many answers it passes on."""

    id: int
    public_id: UUID
    name: str
    level: Level
    items: int
    answers: int


def holders(session: Session, theme_id: int) -> list[Holder]:
    """Return the teams above the senders whose turn it is with a theme, highest first; two statements."""
    item = FeedbackItem
    waits = session.execute(
        select(
            item.holder_id, func.sum(case((item.state == State.WAITING, 1), else_=0)),
            func.sum(case((item.state == State.ANSWERED, 1), else_=0)),
        )
        .where(
            item.theme_id == theme_id, item.state.in_([State.WAITING, State.ANSWERED]),
            item.deleted_at.is_(None), item.holder_id != item.team_id,
        )
        .group_by(item.holder_id)
    )  # fmt: skip
    many = {row[0]: (row[1], row[2]) for row in waits}
    if not many:
        return []
    rows = session.execute(
        select(Team.id, Team.public_id, Team.name, Team.level)
        .where(Team.id.in_(sorted(many)))
        .order_by(Team.rank.desc(), Team.name, Team.id)
    )
    return [Holder(*row, *many[row.id]) for row in rows]


def coming_down(session: Session, theme_id: int, team_id: int) -> list[int]:
    """Return the reports of a theme whose answer a team has to pass on, by number; one statement."""
    item = FeedbackItem
    here = select(item.id).where(
        item.theme_id == theme_id, item.state == State.ANSWERED, item.deleted_at.is_(None),
        item.holder_id == team_id, item.team_id != team_id,
    )  # fmt: skip
    return list(session.scalars(here))


def open_for(session: Session, theme: Theme, team_id: int) -> list[int]:
    """Return the reports of a theme that an answer of a team reaches, by number; one statement.

    Those that wait with it or with a team below it, and those that one of these asked back; where it keeps
    the theme, those of every team that stands no higher. What was lifted above it is answered there.
    """
    return list(session.scalars(_open_for(theme.id, theme.team_id == team_id, team_id)))


def how_many(session: Session, theme_id: int, keeper_id: int, team_id: int) -> int:
    """Return how many reports of a theme an answer of a team reaches; see :func:`open_for`."""
    found = _open_for(theme_id, keeper_id == team_id, team_id).subquery()
    return session.scalar(select(func.count()).select_from(found)) or 0


def _open_for(theme_id: int, keeps: bool, team_id: int) -> Any:
    item, step = FeedbackItem, FeedbackStep
    asker = (
        select(step.team_id)
        .where(step.item_id == item.id, step.act == Act.ASK)
        .order_by(step.position.desc())
        .limit(1)
        .correlate(item)
        .scalar_subquery()
    )
    turn: Any = case((item.state == State.ASKED_BACK, asker), else_=item.holder_id)
    below = (  # looked up row by row by its key: a join would read all teams below
        select(TeamReach.distance)
        .where(TeamReach.above_id == team_id, TeamReach.below_id == turn)
        .correlate(item)
        .limit(1)
        .scalar_subquery()
    )
    ways = [turn == team_id, below.is_not(None)]
    if keeps:
        own = select(Team.rank).where(Team.id == team_id).scalar_subquery()
        ways.append(select(Team.rank).where(Team.id == turn).correlate(item).scalar_subquery() <= own)
    return select(item.id).where(
        item.theme_id == theme_id,
        item.state.in_([State.WAITING, State.ASKED_BACK]),
        item.deleted_at.is_(None),
        item.team_id != team_id,
        or_(*ways),
    )
