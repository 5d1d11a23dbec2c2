"""Reading the conversation on an item: the messages that a reader is meant to read, and who can be told."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, and_, cast, exists, literal, or_, select
from sqlalchemy.orm import Session

from accounts.models import User
from feedback.audiences import Audience, audience_of
from feedback.mentions import Person
from feedback.models import FeedbackItem, FeedbackMessage, FeedbackStep
from nic_platform.actor import DRAFT_READERS, Actor, Level
from nic_platform.errors import AbsentError
from nic_platform.text import _
from teams.models import Membership, Team


@dataclass(frozen=True)
class MessageRow:
    """One line of a conversation. ``audience`` says who reads it, ``told`` whom it names.

    Of a line that its author took back the words are left out.
    """

    id: UUID
    at: datetime
    team: str | None
    level: Level | None
    person: str | None
    text: str
    audience: Audience
    told: tuple[str, ...] = ()
    is_own: bool = False
    taken_back: bool = False


def reads_message(actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which *actor*, who reads an item with its words, reads a message on it.

    What is for everyone on the track; what is for the own team; what is for the two teams of a hop, if one of
    them is an own team or at a level that the actor reviews; and what the actor wrote.
    """
    message, teams = FeedbackMessage, sorted(actor.team_ids)
    ways = [message.audience == Audience.TRACK, message.created_by_id == actor.user_id]
    reviewed = sorted(actor.reviewer_levels)
    if teams:
        ways.append(message.team_id.in_(teams))
    if teams or reviewed:
        own: list[ColumnElement[bool]] = [FeedbackStep.team_id.in_(teams), FeedbackStep.from_id.in_(teams)]
        if reviewed:
            here = and_(Team.network_id == actor.network_id, Team.level.in_(reviewed))
            level = select(Team.id).where(here)
            own += [FeedbackStep.team_id.in_(level), FeedbackStep.from_id.in_(level)]
        led = message.audience == literal(Audience.HOP.value).concat(cast(FeedbackStep.position, String))
        ways.append(exists().where(FeedbackStep.item_id == message.item_id, led, or_(*own)))
    return or_(*ways)


def messages_of(
    session: Session,
    actor: Actor,
    item: FeedbackItem,
    people: Sequence[Person] = (),
    *,
    with_taken_back: bool = False,
) -> list[MessageRow]:
    """Return the conversation on an item that *actor* reads with its words, oldest first; one statement.

    Args:
        people: who can be told on the item, so that those who are named have a name; another statement finds
            the names of people who left.
        with_taken_back: also lines that their authors took back, without their words.
    """
    kept = [] if with_taken_back else [FeedbackMessage.deleted_at.is_(None)]
    rows = session.execute(
        select(
            FeedbackMessage.public_id, FeedbackMessage.created_at, Team.name, Team.level, User.name,
            FeedbackMessage.text, FeedbackMessage.audience, FeedbackMessage.mentions,
            FeedbackMessage.created_by_id, FeedbackMessage.deleted_at,
        )
        .outerjoin(Team, Team.id == FeedbackMessage.team_id)
        .outerjoin(User, User.id == FeedbackMessage.created_by_id)
        .where(FeedbackMessage.item_id == item.id, *kept, reads_message(actor))
        .order_by(FeedbackMessage.created_at, FeedbackMessage.id)
    ).all()  # fmt: skip
    names = {person.key: person.name for person in people}
    named: set[int] = {key for row in rows for key in row.mentions or ()}
    if left := named - names.keys():
        names |= _names(session, left)
    return [_message(row, names, actor) for row in rows]


def _message(row: Any, names: dict[int, str], actor: Actor) -> MessageRow:
    gone = row.deleted_at is not None
    told = () if gone else tuple(names[key] for key in row.mentions or () if key in names)
    is_own = row.created_by_id is not None and row.created_by_id == actor.user_id
    return MessageRow(
        row.public_id, row.created_at, row[2], row.level, row[4], "" if gone else row.text,
        audience_of(row.audience), told, is_own, gone,
    )  # fmt: skip


def get_message(session: Session, actor: Actor, item: FeedbackItem, message_id: UUID) -> FeedbackMessage:
    """Return a message on an item that *actor* reads with its words, taken back or not, for writing.

    Raises:
        AbsentError: there is none, or *actor* is not meant to know of it.
    """
    here = and_(FeedbackMessage.item_id == item.id, FeedbackMessage.public_id == message_id)
    found = session.scalar(select(FeedbackMessage).where(here, reads_message(actor)))
    if found is None:
        raise AbsentError(_("There is no such message."))
    return found


def _names(session: Session, keys: Collection[int]) -> dict[int, str]:
    rows = session.execute(select(User.id, User.name).where(User.id.in_(sorted(keys))))
    return {row[0]: row[1] for row in rows}


def people_of(
    session: Session, team_ids: Collection[int], but: int | None = None, *, is_draft: bool = False
) -> list[Person]:
    """Return the people of the teams who can sign in, by team and name. One statement.

    Args:
        but: somebody who is left out.
        is_draft: the item is one, so that an observer, who reads no drafts, can't be told of it.
    """
    query = (
        select(User.id, User.public_id, User.name, Team.id, Team.name)
        .join(Membership, Membership.user_id == User.id)
        .join(Team, Team.id == Membership.team_id)
        .where(Membership.team_id.in_(sorted(team_ids)), Membership.deleted_at.is_(None))
        .where(User.disabled_at.is_(None), User.id != (but or 0))
        .order_by(Team.rank, Team.name, User.name, User.id)
    )
    if is_draft:
        query = query.where(Membership.role.in_(sorted(DRAFT_READERS)))
    return [Person(*row) for row in session.execute(query)]
