"""Reading what there is to celebrate: solutions and successes with their cheers, barriers that are lifted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, literal, or_, select
from sqlalchemy.orm import Session

from cycles.idea_queries import may_read_idea
from cycles.models import ChangeIdea
from feedback.models import Cheer, FeedbackItem
from feedback.queries import ItemRow, rows_of, rows_visible_to, sent_words
from feedback.rules import Kind, Lifted, State
from nic_platform.actor import Actor
from teams.models import PeerLink
from teams.queries import in_network

KINDS = (Kind.SOLUTION.value, Kind.SUCCESS.value)


@dataclass(frozen=True)
class Told:
    """A solution or success with how it was received.

    ``is_peer``: of a team that learns together with one of the reader's. ``idea_id``: the change idea that it
    became, where the reader may know of that.
    """

    item: ItemRow
    cheers: int
    is_cheered: bool
    is_peer: bool
    idea_id: UUID | None


def _of_peers(actor: Actor) -> ColumnElement[bool]:
    teams = sorted(actor.team_ids)
    if not teams:
        return literal(False)
    here = and_(in_network(actor, PeerLink.network_id), PeerLink.deleted_at.is_(None))
    firsts = select(PeerLink.first_id).where(here, PeerLink.second_id.in_(teams))
    seconds = select(PeerLink.second_id).where(here, PeerLink.first_id.in_(teams))
    other = FeedbackItem.team_id.not_in(teams)
    return and_(other, or_(FeedbackItem.team_id.in_(firsts), FeedbackItem.team_id.in_(seconds)))


def _columns(actor: Actor) -> Sequence[Any]:
    cheers = select(func.count(Cheer.id)).where(Cheer.item_id == FeedbackItem.id).scalar_subquery()
    own = and_(Cheer.item_id == FeedbackItem.id, Cheer.user_id == (actor.user_id or 0))
    mine = select(Cheer.id).where(own).exists()
    idea = (
        select(ChangeIdea.public_id)
        .where(ChangeIdea.id == FeedbackItem.idea_id, may_read_idea(actor))
        .scalar_subquery()
    )
    return cheers, mine, _of_peers(actor), idea


def _told(actor: Actor) -> Any:
    return (
        rows_visible_to(actor)
        .add_columns(*_columns(actor))
        .where(FeedbackItem.kind.in_(KINDS), FeedbackItem.state != State.DRAFT)
    )


def _rows(found: Any) -> list[Told]:
    rows = [list(row) for row in found]
    items = rows_of(row[:-4] for row in rows)
    return [
        Told(item, row[-4], bool(row[-3]), bool(row[-2]), row[-1])
        for item, row in zip(items, rows, strict=True)
    ]


def list_told(
    session: Session, actor: Actor, *, kind: str = "", only_peers: bool = False, before: int | None = None,
    limit: int = 50,
) -> list[Told]:  # fmt: skip
    """Return up to *limit* + 1 solutions and successes that *actor* may read, the newest number first."""
    query = _told(actor).order_by(FeedbackItem.number.desc()).limit(limit + 1)
    if kind:
        query = query.where(FeedbackItem.kind == kind)
    if only_peers:
        query = query.where(_of_peers(actor))
    if before is not None:
        query = query.where(FeedbackItem.number < before)
    return _rows(session.execute(query))


def told_of(session: Session, actor: Actor, item_id: int) -> Told | None:
    """Return how one solution or success was received; ``None`` for anything else."""
    found = _rows(session.execute(_told(actor).where(FeedbackItem.id == item_id)))
    return found[0] if found else None


def lifted_lately(session: Session, actor: Actor, since: datetime, limit: int = 8) -> list[ItemRow]:
    """Return the barriers and questions that *actor* reads and that are confirmed lifted, newest first."""
    query = rows_visible_to(actor).where(
        sent_words(actor), FeedbackItem.state == State.CLOSED, FeedbackItem.lifted == Lifted.YES,
        FeedbackItem.closed_at >= since, FeedbackItem.kind.not_in(KINDS),
    )  # fmt: skip
    return rows_of(
        session.execute(query.order_by(FeedbackItem.closed_at.desc(), FeedbackItem.id.desc()).limit(limit))
    )


@dataclass(frozen=True)
class Lately:
    """What the network as a whole has to celebrate since a day. Counts, no words."""

    shared: int
    lifted: int
    teams: int


def lately(session: Session, actor: Actor, since: datetime, sent_since: date) -> Lately:
    """Return the counts of the whole network since a moment.

    Args:
        sent_since: items sent before that day are not looked at, however late they were lifted.
    """
    item = FeedbackItem
    here = and_(in_network(actor, item.network_id), item.deleted_at.is_(None), item.sent_on >= sent_since)
    shared = and_(item.is_shared.is_(True), item.kind.in_(KINDS), item.sent_at >= since)
    lifted = and_(item.state == State.CLOSED, item.lifted == Lifted.YES, item.closed_at >= since)
    row = session.execute(
        select(
            func.count(item.id).filter(shared), func.count(item.id).filter(lifted),
            func.count(item.team_id.distinct()).filter(or_(shared, lifted)),
        ).where(here)
    ).one()  # fmt: skip
    return Lately(*row)
