"""Reading feedback items, scoped to what the actor may see. Nothing here writes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased, joinedload

from accounts.models import User
from feedback.audiences import Audience, hop_of, reads
from feedback.legs import answerer, touched
from feedback.models import Answer, FeedbackItem, FeedbackStep
from feedback.rules import ENDED, OPEN, Facts, Kind, State
from nic_platform.actor import Actor, Level
from nic_platform.errors import AbsentError
from nic_platform.ready import given, ready
from nic_platform.text import _
from teams.models import Team
from teams.queries import in_network, reads_drafts

NEAREST = 100  # open items that a team's list shows at most
PAGE = 50


@dataclass(frozen=True)
class StepRow:
    """One leg of a track with the names that go with its numbers."""

    item_id: int
    team_id: int
    team: str
    level: Level
    reached_at: datetime
    promised_on: date | None
    left_at: datetime | None
    act: str
    words: str
    person: str | None
    user_id: int | None = None
    audience: str = "track"
    is_kept: bool = False  # there are words, and the reader is none of those they are for


@dataclass(frozen=True)
class ItemRow:
    """An item in a list."""

    id: int
    public_id: UUID
    number: int
    kind: Kind
    state: State
    title: str
    happens: str
    team_id: int
    team: str
    level: Level
    holder_id: int | None
    holder: str | None
    holder_level: Level | None
    due_on: date | None
    sent_at: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None
    look_again_on: date | None
    lifted: str
    theme_id: int | None
    offered_to_id: int | None
    is_shared: bool
    version: int
    answer: str | None


def sent_words(actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which *actor* reads a sent item with its track and its conversation.

    The own team's, what was sent to one of the own teams or through it, what is offered to one of them, and
    for reviewers and the network lead what reached their level.
    """
    item, teams = FeedbackItem, actor.teams
    ways: list[ColumnElement[bool]] = []
    if actor.team_ids:
        reached = select(FeedbackStep.item_id).where(FeedbackStep.team_id.in_(teams))
        ways += [item.team_id.in_(teams), item.id.in_(reached), item.offered_to_id.in_(teams)]
    if actor.reviewer_levels:
        ways.append(item.highest_rank >= min(level.rank for level in actor.reviewer_levels))
    if actor.is_network_lead:
        here = and_(Team.network_id == actor.network_id, Team.deleted_at.is_(None))
        top = select(func.max(Team.rank)).where(here).scalar_subquery()
        ways += [item.with_network.is_(True), item.highest_rank >= top]
    return and_(item.state != State.DRAFT, or_(*ways)) if ways else false()


def shared(actor: Actor) -> ColumnElement[bool]:
    """Return the condition of solutions and successes shared with every member of the network."""
    if not (actor.team_ids or actor.sees_network):
        return false()
    kinds = FeedbackItem.kind.in_((Kind.SOLUTION, Kind.SUCCESS))
    return and_(FeedbackItem.is_shared.is_(True), kinds, FeedbackItem.state != State.DRAFT)


def may_read(actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which *actor* may know of an item."""
    draft = and_(FeedbackItem.state == State.DRAFT, reads_drafts(actor, FeedbackItem.team_id))
    here = and_(in_network(actor, FeedbackItem.network_id), FeedbackItem.deleted_at.is_(None))
    return and_(here, or_(draft, sent_words(actor), shared(actor)))


def visible_to(actor: Actor) -> Select[Any]:
    """Return the query that every other one is built on: items that *actor* may see."""
    return select(FeedbackItem).where(may_read(actor))


def get_item(session: Session, actor: Actor, item_id: UUID) -> FeedbackItem:
    """Return one visible item with the teams that raised and that hold it.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    return find_item(session, actor, item_id)[0]


def find_item(session: Session, actor: Actor, item_id: UUID) -> tuple[FeedbackItem, bool]:
    """Return one visible item, and whether *actor* reads its track and conversation or only what is shared.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    row = session.execute(_item(actor), given(actor, item=item_id)).one_or_none()
    if row is None:
        raise AbsentError(_("There is no such item."))
    return row[0], bool(row[1])


@ready
def _item(actor: Actor) -> Select[Any]:
    reads = or_(FeedbackItem.state == State.DRAFT, sent_words(actor))
    return _whole(visible_to(actor).add_columns(reads))


def get_deleted_draft(session: Session, actor: Actor, item_id: UUID) -> FeedbackItem:
    """Return a draft of the own team that was deleted, to bring it back.

    Raises:
        AbsentError: there is none.
    """
    gone = and_(in_network(actor, FeedbackItem.network_id), FeedbackItem.deleted_at.is_not(None))
    query = select(FeedbackItem).where(gone, reads_drafts(actor, FeedbackItem.team_id))
    item: FeedbackItem | None = session.scalar(_whole(query), {"item": item_id})
    if item is None:
        raise AbsentError(_("There is no such item."))
    return item


def _whole(query: Select[Any]) -> Select[Any]:
    teams = joinedload(FeedbackItem.team), joinedload(FeedbackItem.holder)
    return query.where(FeedbackItem.public_id == bindparam("item")).options(*teams)


_RAISER, _HOLDER = aliased(Team), aliased(Team)
_COLUMNS = (
    FeedbackItem.id, FeedbackItem.public_id, FeedbackItem.number, FeedbackItem.kind, FeedbackItem.state,
    FeedbackItem.title, FeedbackItem.happens, _RAISER.id, _RAISER.name, _RAISER.level, _HOLDER.id,
    _HOLDER.name, _HOLDER.level, FeedbackItem.due_on, FeedbackItem.sent_at, FeedbackItem.answered_at,
    FeedbackItem.closed_at, FeedbackItem.look_again_on, FeedbackItem.lifted, FeedbackItem.theme_id,
    FeedbackItem.offered_to_id, FeedbackItem.is_shared, FeedbackItem.version, Answer.text,
)  # fmt: skip


def rows_visible_to(actor: Actor) -> Any:
    """Return the columns of visible items for reading pages; :func:`rows_of` turns them into rows."""
    return _with_teams().where(may_read(actor))


def _with_teams() -> Any:
    return (
        select(*_COLUMNS)
        .join(_RAISER, _RAISER.id == FeedbackItem.team_id)
        .outerjoin(_HOLDER, _HOLDER.id == FeedbackItem.holder_id)
        .outerjoin(Answer, Answer.id == FeedbackItem.answer_id)
    )


def rows_of(found: Iterable[Any]) -> list[ItemRow]:
    """Return the rows of :func:`rows_visible_to`."""
    return [_row(list(row)) for row in found]


def _row(values: list[Any]) -> ItemRow:
    values[3], values[4] = Kind(values[3]), State(values[4])
    return ItemRow(*values)


def open_at(session: Session, actor: Actor, team_id: int, limit: int = NEAREST) -> list[ItemRow]:
    """Return what is open around a team, nearest promise first: raised, held, offered, or passed on."""
    return rows_of(session.execute(_open_at(actor), given(actor, team=team_id, most=limit)))


@ready
def _open_at(actor: Actor) -> Select[Any]:
    """Return the statement of what is open around a ``team``.

    Ways joined by "or" leave no index to use: each way is asked for its numbers. The nearest are chosen
    before their teams are looked up.
    """
    item, team = FeedbackItem, bindparam("team", type_=Integer)
    is_open = item.state.in_([literal(state.value) for state in (State.DRAFT, *sorted(OPEN))])
    order = (item.due_on.is_(None), item.due_on, item.number)
    concerns = union_all(
        select(item.id).where(item.team_id == team, is_open),
        select(item.id).where(item.offered_to_id == team, is_open),
        select(FeedbackStep.item_id).where(FeedbackStep.team_id == team),
    )
    here = select(item.id).where(may_read(actor), is_open, item.id.in_(concerns))
    chosen = here.order_by(*order).limit(bindparam("most", type_=Integer)).subquery()
    query: Select[Any] = _with_teams().join(chosen, chosen.c.id == item.id)
    return query.order_by(*order)


def ended_of(session: Session, actor: Actor, team_id: int, limit: int = 10) -> list[ItemRow]:
    """Return what a team raised and is over, the latest first."""
    return rows_of(session.execute(_ended(actor), given(actor, team=team_id, most=limit)))


@ready
def _ended(actor: Actor) -> Select[Any]:
    item, team = FeedbackItem, bindparam("team", type_=Integer)
    over = item.state.in_([literal(state.value) for state in sorted(ENDED)])
    query: Select[Any] = rows_visible_to(actor).where(item.team_id == team, over)
    order = (item.closed_at.desc(), item.id.desc())
    return query.order_by(*order).limit(bindparam("most", type_=Integer))


def tracks(session: Session, item_ids: Sequence[int], actor: Actor | None = None) -> dict[int, list[StepRow]]:
    """Return the legs of items, oldest first, by item. One statement however many items.

    The items must be ones that the reader may see with their words. Words that are kept to the two teams of a
    hop are left out unless *actor* is one of those they are for.
    """
    if not item_ids:
        return {}
    found: dict[int, list[StepRow]] = {}
    for row in session.execute(_legs(), {"items": item_ids}):
        found.setdefault(row[0], []).append(StepRow(*tuple(row)))
    return {item_id: _for_reader(steps, actor) for item_id, steps in found.items()}


@cache
def _legs() -> Any:
    return (
        select(
            FeedbackStep.item_id, FeedbackStep.team_id, Team.name, Team.level, FeedbackStep.reached_at,
            FeedbackStep.promised_on, FeedbackStep.left_at, FeedbackStep.act, FeedbackStep.words, User.name,
            FeedbackStep.user_id, FeedbackStep.audience,
        )
        .join(Team, Team.id == FeedbackStep.team_id)
        .outerjoin(User, User.id == FeedbackStep.user_id)
        .where(FeedbackStep.item_id.in_(bindparam("items", expanding=True)))
        .order_by(FeedbackStep.item_id, FeedbackStep.position)
    )  # fmt: skip


def _for_reader(steps: list[StepRow], actor: Actor | None) -> list[StepRow]:
    """Return a track without the words that its reader is not meant to read."""
    ranks = {step.team_id: step.level.rank for step in steps}
    return [
        replace(step, words="", is_kept=True)
        if step.words and step.audience != Audience.TRACK and not _reads_step(steps, place, ranks, actor)
        else step
        for place, step in enumerate(steps)
    ]


def _reads_step(steps: Sequence[StepRow], place: int, ranks: Mapping[int, int], actor: Actor | None) -> bool:
    return actor is not None and reads(actor, hop_of(steps, place), ranks, steps[place].user_id)


def facts_of(item: FeedbackItem, steps: Sequence[StepRow]) -> Facts:
    """Return an item as rules and policies look at it."""
    return Facts(
        state=State(item.state),
        kind=Kind(item.kind),
        team_id=item.team_id,
        holder_id=item.holder_id,
        holder_rank=item.holder.rank if item.holder else 0,
        offered_to_id=item.offered_to_id,
        with_network=item.with_network,
        track=tuple(step.team_id for step in steps) or (item.team_id,),
        answerer_id=answerer(steps),
        is_shared=item.is_shared,
        is_touched=touched(item.team_id, steps),
    )


# ---------------------------------------------------------------- what other pages ask


def waiting_for_team(session: Session, actor: Actor, team_id: int, today: date) -> list[ItemRow]:
    """Return the items whose next act is this team's, the nearest promise first; drafts are left out.

    What was partly lifted waits only once the day to look again has come. An answer waits for the team that
    asked as soon as it is given, wherever on its way down it is: only that team closes the loop.
    """
    item = FeedbackItem
    query = rows_visible_to(actor).where(_waits(team_id, today))
    return rows_of(session.execute(query.order_by(item.due_on.is_(None), item.due_on, item.number)))


def _waits(team_id: int, today: date) -> ColumnElement[bool]:
    item = FeedbackItem
    answered = and_(item.team_id == team_id, item.state == State.ANSWERED)
    turn = or_(item.holder_id == team_id, item.offered_to_id == team_id, answered)
    resting = and_(item.state == State.PARTLY, item.look_again_on > today)
    return and_(turn, item.state.in_(OPEN), ~resting)


def open_for_team(session: Session, actor: Actor, team_id: int, limit: int = PAGE) -> list[ItemRow]:
    """Return what a team raised and is still open, the newest first."""
    query = rows_visible_to(actor).where(FeedbackItem.team_id == team_id, FeedbackItem.state.in_(OPEN))
    return rows_of(session.execute(query.order_by(FeedbackItem.number.desc()).limit(limit)))


def came_back(session: Session, actor: Actor, team_id: int, since: datetime) -> list[ItemRow]:
    """Return what a team raised and came back to it or ended since a moment, the latest first."""
    arrived = select(FeedbackStep.item_id).where(
        FeedbackStep.team_id == team_id, FeedbackStep.reached_at >= since, FeedbackStep.position > 0
    )
    item = FeedbackItem
    back = or_(item.id.in_(arrived), item.answered_at >= since, item.closed_at >= since)
    query = rows_visible_to(actor).where(item.team_id == team_id, back, item.state != State.DRAFT)
    return rows_of(session.execute(query.order_by(item.updated_at.desc(), item.id.desc())))


def items_of_theme(session: Session, actor: Actor, theme_id: int, limit: int = 200) -> list[ItemRow]:
    """Return the visible items of a theme, the nearest promise first."""
    order = (FeedbackItem.due_on.is_(None), FeedbackItem.due_on, FeedbackItem.number)
    here = visible_to(actor).with_only_columns(FeedbackItem.id).where(FeedbackItem.theme_id == theme_id)
    # The first page is chosen before names are joined: of a theme of thousands only these need their teams.
    chosen = here.order_by(*order).limit(limit).subquery()
    query = rows_visible_to(actor).where(FeedbackItem.id.in_(select(chosen.c.id)))
    return rows_of(session.execute(query.order_by(*order)))
