"""Reading acts on many reports: what was done, by whom, and whether it was taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, and_, bindparam, false, func, literal, or_, select
from sqlalchemy.orm import Session

from accounts.models import User
from feedback.batches import Many, done_words
from feedback.models import ActBatch, ActBatchItem, FeedbackItem
from feedback.queries import may_read
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError
from nic_platform.ready import given, ready
from nic_platform.text import _
from teams.models import Team
from teams.queries import in_network


@dataclass(frozen=True)
class BatchRow:
    """An act on many reports."""

    id: int
    public_id: UUID
    team_id: int
    team: str
    rank: int
    act: str
    words: str
    at: datetime
    undone_at: datetime | None
    person: str | None
    many: int
    moved: int  # reports that moved on since, which taking it back would leave

    @property
    def done(self) -> str:
        """Return what was done to how many reports."""
        return done_words(self.act, self.many)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Return the condition of the acts *actor* may know of: of the own teams, and of a level reviewed.

    What was done with a changed calendar is the network lead's.
    """
    is_calendar = ActBatch.act == Many.CALENDAR if actor.is_network_lead else false()
    ranks = sorted(level.rank for level in actor.reviewer_levels)
    own = Team.id.in_(actor.teams) | Team.rank.in_([literal(rank) for rank in ranks])
    queue = and_(own, ActBatch.act != Many.CALENDAR)
    return and_(in_network(actor, ActBatch.network_id), or_(queue, is_calendar))


def batch_rows(
    session: Session, actor: Actor, *, team_ids: Sequence[int] = (), batch_id: UUID | None = None,
    most: int = 10,
) -> list[BatchRow]:  # fmt: skip
    """Return acts on many reports, the latest first: one by its public id, or those of some teams."""
    statement = _batches(actor, is_one=batch_id is not None)
    values = given(actor, batch=batch_id, of_teams=list(team_ids), most=most)
    return [BatchRow(*row) for row in session.execute(statement, values)]


@ready
def _batches(actor: Actor, *, is_one: bool) -> Any:
    """Return the statement of acts on many: of one ``batch``, or of those ``of_teams``."""
    item = FeedbackItem
    inside = select(func.count()).where(ActBatchItem.batch_id == ActBatch.id)
    moved = (
        select(func.count(item.id))
        .join(ActBatchItem, ActBatchItem.item_id == item.id)
        .where(ActBatchItem.batch_id == ActBatch.id, item.version != ActBatchItem.version_after)
    )
    one: Any = ActBatch.public_id == bindparam("batch")
    several: Any = bindparam("of_teams", expanding=True)
    return (
        select(
            ActBatch.id, ActBatch.public_id, ActBatch.team_id, Team.name, Team.rank, ActBatch.act,
            ActBatch.words, ActBatch.at, ActBatch.undone_at, User.name,
            inside.correlate(ActBatch).scalar_subquery(), moved.correlate(ActBatch).scalar_subquery(),
        )
        .join(Team, Team.id == ActBatch.team_id)
        .outerjoin(User, User.id == ActBatch.user_id)
        .where(visible_to(actor), one if is_one else ActBatch.team_id.in_(several))
        .order_by(ActBatch.id.desc())
        .limit(bindparam("most", type_=Integer))
    )  # fmt: skip


def batch_row(session: Session, actor: Actor, batch_id: UUID) -> BatchRow:
    """Return one act on many reports.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    found = batch_rows(session, actor, batch_id=batch_id)
    if not found:
        raise AbsentError(_("There is no such act."))
    return found[0]


@dataclass(frozen=True)
class BatchItem:
    """One report of an act on many."""

    public_id: UUID
    number: int
    title: str
    team: str
    state: str
    lifted: str
    has_moved: bool


def items_of(session: Session, actor: Actor, batch_id: int, most: int = 200) -> list[BatchItem]:
    """Return the reports of an act on many that *actor* may read, by number."""
    rows = session.execute(
        select(
            FeedbackItem.public_id, FeedbackItem.number, FeedbackItem.title, Team.name, FeedbackItem.state,
            FeedbackItem.lifted, FeedbackItem.version != ActBatchItem.version_after,
        )
        .join(ActBatchItem, ActBatchItem.item_id == FeedbackItem.id)
        .join(Team, Team.id == FeedbackItem.team_id)
        .where(ActBatchItem.batch_id == batch_id, may_read(actor))
        .order_by(FeedbackItem.number)
        .limit(most)
    )  # fmt: skip
    return [BatchItem(*row) for row in rows]
