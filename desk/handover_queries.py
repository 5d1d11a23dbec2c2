"""What hangs on one person in a team, whatever domain it belongs to. Nothing here writes.

Links, themes and items name people by their account; tasks, steps, milestones and decisions name them in
words, and ``same_names`` says whom those stand for.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, Text, and_, cast, func, literal, null, or_, select
from sqlalchemy.orm import Session, aliased

from accounts.models import User
from cycles.models import Cycle, CycleTask
from desk import same_names
from desk.handover import KIND, Thing
from desk.models import CalendarFeed
from feedback.models import FeedbackItem, Theme
from milestones.models import ActionStep, Decision, Milestone, Plan
from nic_platform.actor import EDITORS, Actor
from nic_platform.errors import AbsentError
from nic_platform.tables import ImportRun
from nic_platform.text import _
from teams.models import Link, Membership, Team
from teams.queries import in_network

LATE = timedelta(days=30)
"""A decision due longer ago than this is taken for done: nobody ticks decisions off."""


@dataclass(frozen=True)
class Holding:
    """One kind of thing that hangs on people: its table, the column that names them, and which count."""

    model: Any
    column: str
    by_name: bool
    title: Any
    page: str  # the kind of thing whose page it is on
    page_id: Any


_UPPER, _LOWER = aliased(Team), aliased(Team)

HOLDINGS: Mapping[str, Holding] = {
    "sender": Holding(Link, "sender_id", False, _UPPER.name, "link", Link.public_id),
    "receiver": Holding(Link, "receiver_id", False, _LOWER.name, "link", Link.public_id),
    "item": Holding(
        FeedbackItem, "owner_id", False, FeedbackItem.title, "feedback_item", FeedbackItem.public_id
    ),
    "theme": Holding(Theme, "owner_id", False, Theme.title, "theme", Theme.public_id),
    "step": Holding(ActionStep, "owner", True, ActionStep.text, "plan", Plan.public_id),
    "milestone": Holding(Milestone, "collector", True, Milestone.what, "milestone", Milestone.public_id),
    "task": Holding(CycleTask, "owner", True, CycleTask.text, "cycle", Cycle.public_id),
    "decision": Holding(Decision, "owner", True, Decision.text, "", Decision.public_id),
}


def _rows(key: str, team_id: int, on: date | None, *columns: Any) -> Select[Any]:
    """Return the query of a team's living things of one kind, whoever they hang on.

    Args:
        on: the day it is; decisions that were due long before are over.
    """
    model = HOLDINGS[key].model
    query: Select[Any] = select(*columns).select_from(model)
    if key == "sender":
        return query.join(_UPPER, _UPPER.id == Link.upper_id).where(
            Link.lower_id == team_id, Link.deleted_at.is_(None)
        )
    if key == "receiver":
        return query.join(_LOWER, _LOWER.id == Link.lower_id).where(
            Link.upper_id == team_id, Link.deleted_at.is_(None)
        )
    if key in {"item", "theme"}:
        held = FeedbackItem.holder_id if key == "item" else Theme.team_id
        return query.where(held == team_id, model.closed_at.is_(None), model.deleted_at.is_(None))
    if key == "step":
        query = query.join(Plan, Plan.id == ActionStep.plan_id)
        return query.where(Plan.team_id == team_id, ActionStep.done_on.is_(None), _alive(ActionStep, Plan))
    if key == "task":
        query = query.join(Cycle, Cycle.id == CycleTask.cycle_id)
        return query.where(Cycle.team_id == team_id, CycleTask.done_on.is_(None), _alive(CycleTask, Cycle))
    if key == "decision":
        is_open = and_(Decision.follow_up_id.is_(None), Decision.due_on >= (on - LATE if on else date.min))
        return query.where(Decision.team_id == team_id, is_open, _alive(Decision))
    return query.where(model.team_id == team_id, _alive(model))


def _alive(*models: Any) -> ColumnElement[bool]:
    return and_(*(model.deleted_at.is_(None) for model in models))


def _others(session: Session, team_id: int, user: User) -> list[str]:
    """Return the names of everybody else who is or was in a team: what names one of them may mean."""
    rows = session.scalars(
        select(User.name)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.team_id == team_id, User.id != user.id)
        .order_by(User.name, User.id)
    )
    return list(rows)


def _on_whom(key: str) -> tuple[Any, Any]:
    """Return the columns of whom a kind of thing hangs on: their number, and the words that name them."""
    holding = HOLDINGS[key]
    column = getattr(holding.model, holding.column)
    return (null(), column) if holding.by_name else (column, literal(""))


def _named(key: str, user: User | None = None) -> ColumnElement[bool]:
    """Return the condition that a thing hangs on *user* by number, or names anybody in words."""
    holding = HOLDINGS[key]
    column = getattr(holding.model, holding.column)
    return func.trim(column) != "" if holding.by_name else column == (user.id if user else None)


def things_of(session: Session, team_id: int, user: User, on: date) -> list[Thing]:
    """Return what hangs on a person in a team, surely or perhaps, by kind, oldest first; two statements."""
    others = _others(session, team_id, user)
    parts = []
    for key, holding in HOLDINGS.items():
        model, (_number, words) = holding.model, _on_whom(key)
        columns = (
            literal(key).label("kind"), model.id.label("number"), model.public_id.label("thing_id"),
            cast(holding.title, Text).label("title"), holding.page_id.label("page_id"),
            cast(words, Text).label("said"),
        )  # fmt: skip
        parts.append(_rows(key, team_id, on, *columns).where(_named(key, user)))
    rows = session.execute(parts[0].union_all(*parts[1:])).all()
    order = list(HOLDINGS)
    found = (_thing(row, user, others) for row in sorted(rows, key=lambda r: (order.index(r.kind), r.number)))
    return [thing for thing in found if thing is not None]


def _thing(row: Any, user: User, others: Sequence[str]) -> Thing | None:
    """Return a row as a thing that hangs on a person; ``None`` where its words name somebody else."""
    page = HOLDINGS[row.kind].page
    if not HOLDINGS[row.kind].by_name:
        return Thing(row.kind, row.thing_id, row.title or "", page, row.page_id)
    found = same_names.fit(row.said, user.name, others)
    if found is None:
        return None
    is_sure = found is same_names.Fit.SURE
    maybe = () if is_sure else same_names.also_fits(row.said, others)
    return Thing(row.kind, row.thing_id, row.title or "", page, row.page_id, row.said.strip(), is_sure, maybe)


def rows_named(session: Session, key: str, thing_ids: Collection[UUID]) -> list[Any]:
    """Return things of one kind by their ids, oldest first, for writing."""
    model = HOLDINGS[key].model
    query = select(model).where(model.public_id.in_(sorted(thing_ids, key=str))).order_by(model.id)
    return list(session.scalars(query)) if thing_ids else []


def feeds_of(session: Session, team_id: int, user_id: int) -> list[CalendarFeed]:
    """Return the secret calendar addresses that a person has for a team; they can't be handed on."""
    return list(
        session.scalars(
            select(CalendarFeed).where(
                CalendarFeed.user_id == user_id,
                CalendarFeed.team_id == team_id,
                CalendarFeed.revoked_at.is_(None),
            )
        )
    )


def drafts_of(session: Session, team_id: int, user_id: int) -> int:
    """Return how many drafts of feedback a person began in a team; they stay with the team."""
    query = select(func.count()).select_from(FeedbackItem).where(
        FeedbackItem.team_id == team_id, FeedbackItem.state == "draft",
        FeedbackItem.created_by_id == user_id, FeedbackItem.deleted_at.is_(None),
    )  # fmt: skip
    return session.scalar(query) or 0


def loose_people(session: Session, team_id: int, on: date) -> list[tuple[UUID, str]]:
    """Return the people on whom something of a team hangs though they work in it no more, by name.

    What names them in words counts where it names nobody who works there; two statements.
    """
    ids: set[int] = set()
    said: set[str] = set()
    parts = []
    for key in HOLDINGS:
        number, words = _on_whom(key)
        columns = cast(number, Integer).label("user_id"), cast(words, Text).label("said")
        anybody = _named(key) if HOLDINGS[key].by_name else number.is_not(None)
        parts.append(_rows(key, team_id, on, *columns).where(anybody))
    for user_id, words in session.execute(parts[0].union(*parts[1:])):
        ids.add(user_id) if user_id is not None else said.add(words)
    rows = session.execute(
        select(User.id, User.public_id, User.name, User.disabled_at, Membership)
        .outerjoin(Membership, and_(Membership.user_id == User.id, Membership.team_id == team_id))
        .where(or_(User.id.in_(sorted(ids)), Membership.id.is_not(None)))
        .order_by(User.name, User.id)
    ).all()
    there = {row.id: row.name for row in rows if _is_in(row.Membership) and row.disabled_at is None}
    here = {row.id for row in rows if row.id in there and row.Membership.role in EDITORS}

    def is_named(name: str) -> bool:
        return any(same_names.fit(words, name, there.values()) is same_names.Fit.SURE for words in said)

    return [
        (row.public_id, row.name)
        for row in rows
        if (row.id in ids and row.id not in here) or (row.id not in there and is_named(row.name))
    ]


def _is_in(place: Membership | None) -> bool:
    return place is not None and place.deleted_at is None


def person_of(session: Session, team_id: int, person_id: UUID) -> tuple[User, Membership | None]:
    """Return a person whose things in a team may be handed over, and their place, if they have one now.

    Raises:
        AbsentError: they never had a place in it.
    """
    row = session.execute(
        select(User, Membership)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.team_id == team_id, User.public_id == person_id)
    ).one_or_none()
    if row is None:
        raise AbsentError(_("There is no such person in this team."))
    user, place = row
    return user, place if place.deleted_at is None else None


def get_handover(session: Session, actor: Actor, team_id: int, handover_id: UUID) -> ImportRun:
    """Return one hand-over of a team.

    Raises:
        AbsentError: there is none.
    """
    found = session.scalar(
        select(ImportRun).where(
            in_network(actor, ImportRun.network_id), ImportRun.team_id == team_id,
            ImportRun.public_id == handover_id, ImportRun.kind == KIND,
        )
    )  # fmt: skip
    if found is None:
        raise AbsentError(_("There is no such hand-over."))
    return found


def last_handover(session: Session, team_id: int) -> ImportRun | None:
    """Return the latest hand-over of a team that still stands, so that it can be undone."""
    query = select(ImportRun).where(
        ImportRun.team_id == team_id, ImportRun.kind == KIND, ImportRun.state == "done"
    )
    return session.scalar(query.order_by(ImportRun.id.desc()).limit(1))
