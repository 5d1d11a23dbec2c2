"""What hangs on one person in a team, whatever domain it belongs to. Nothing here writes.

Links, themes and items name people by their account; tasks, steps, milestones and decisions name them in
words, so there the words are compared: the whole name, or the first name where nobody else has it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, and_, cast, func, literal, select
from sqlalchemy.orm import Session, aliased

from accounts.models import User
from cycles.models import Cycle, CycleTask
from desk.handover import KIND, Thing, names_for
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


def _names_of(session: Session, team_id: int, user: User) -> list[str]:
    others = session.scalars(
        select(User.name)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.team_id == team_id, Membership.deleted_at.is_(None), User.id != user.id)
    )
    return names_for(user.name, others)


def _hangs(key: str, user: User, names: Sequence[str]) -> ColumnElement[bool]:
    holding = HOLDINGS[key]
    column = getattr(holding.model, holding.column)
    return func.lower(func.trim(column)).in_(names) if holding.by_name else column == user.id


def things_of(session: Session, team_id: int, user: User, on: date) -> list[Thing]:
    """Return what hangs on a person in a team, kind by kind, oldest first; two statements."""
    names = _names_of(session, team_id, user)
    parts = []
    for key, holding in HOLDINGS.items():
        model = holding.model
        columns = (
            literal(key).label("kind"), model.id.label("number"), model.public_id.label("thing_id"),
            cast(holding.title, Text).label("title"), holding.page_id.label("page_id"),
        )  # fmt: skip
        parts.append(_rows(key, team_id, on, *columns).where(_hangs(key, user, names)))
    rows = session.execute(parts[0].union_all(*parts[1:])).all()
    return [
        Thing(row.kind, row.thing_id, row.title or "", HOLDINGS[row.kind].page, row.page_id)
        for row in sorted(rows, key=lambda row: (list(HOLDINGS).index(row.kind), row.number))
    ]


def rows_to_hand(session: Session, team_id: int, user: User, key: str, on: date) -> list[Any]:
    """Return the things of one kind that hang on a person, for writing."""
    names, model = _names_of(session, team_id, user), HOLDINGS[key].model
    query = _rows(key, team_id, on, model).where(_hangs(key, user, names)).order_by(model.id)
    return list(session.scalars(query))


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


def loose_people(session: Session, team_id: int) -> list[tuple[UUID, str]]:
    """Return the people on whom links, items or themes of a team hang though they work in it no more."""
    here = (
        select(Membership.user_id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.team_id == team_id, Membership.deleted_at.is_(None), User.disabled_at.is_(None))
        .where(Membership.role.in_(sorted(EDITORS)))
    )
    named = [
        _rows(key, team_id, None, getattr(holding.model, holding.column).label("user_id"))
        for key, holding in HOLDINGS.items()
        if not holding.by_name
    ]
    everybody = named[0].union(*named[1:]).subquery()
    rows = session.execute(
        select(User.public_id, User.name)
        .where(User.id.in_(select(everybody.c.user_id)), User.id.not_in(here))
        .order_by(User.name, User.id)
    )
    return [(row[0], row[1]) for row in rows]


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
