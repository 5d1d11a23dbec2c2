"""Who changed what, when, from what to what: for whoever may see the thing; its draft is for its team."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from accounts.models import User
from desk.rules import public_part
from desk.visible_queries import KINDS
from nic_platform import audit
from nic_platform.access import Actor
from nic_platform.errors import AbsentError
from nic_platform.text import _


@dataclass(frozen=True)
class Line:
    """One field that an act changed. A reference to another thing is told without its number."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Event:
    """One act, in finished values."""

    seq: int
    action: str
    at: datetime
    who: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class Story:
    """A thing and what happened to it, newest first. ``is_part`` says that its draft is left out."""

    kind: str
    title: str
    events: Sequence[Event]
    is_part: bool


def story_of(session: Session, actor: Actor, kind: str, object_id: UUID) -> Story:
    """Return the history of one thing; three statements.

    Raises:
        AbsentError: there is no such thing, or *actor* may not know of it.
    """
    known = KINDS.get(kind)
    if known is None:
        raise AbsentError(_("There is no such history."))
    team = known.team if known.team is not None else literal(None)
    row = session.execute(
        select(known.title, team).where(known.model.public_id == object_id, known.condition(actor))
    ).first()
    if row is None:
        raise AbsentError(_("There is no such history."))
    whole = audit.history(session, kind, object_id)
    outside = known.team is not None and not actor.reads_drafts(row[1])
    told: list[audit.Change] = public_part(whole, was_draft=outside)
    names = _names(session, {change.user_id for change in told if change.user_id is not None})
    events = [_event(change, names) for change in told]
    return Story(kind, str(getattr(row[0], "value", row[0]) or ""), events, len(told) < len(whole))


def _names(session: Session, users: set[int]) -> dict[int, str]:
    if not users:
        return {}
    rows = session.execute(select(User.id, User.name).where(User.id.in_(sorted(users))))
    return {row[0]: row[1] for row in rows}


def _event(change: audit.Change, names: dict[int, str]) -> Event:
    lines = [
        Line(name, *_told(name, *sides))
        for name, sides in sorted(change.changes.items())
        if name != "network_id"
    ]
    who = names.get(change.user_id, "") if change.user_id is not None else ""
    return Event(change.seq, change.action, change.at, who, lines)


def _told(field: str, before: Any, after: Any) -> tuple[Any, Any]:
    """Return both values as a reader may see them: never another thing's inner number."""
    if not field.endswith("_id"):
        return before, after
    return (
        None if before is None else _("one"),
        None if after is None else _("another") if before else _("one"),
    )
