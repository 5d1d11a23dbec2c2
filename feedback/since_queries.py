"""What happened to an item since somebody read it: told when their act comes too late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from accounts.models import User
from feedback import drawing
from feedback.models import FeedbackItem, FeedbackStep
from feedback.queries import StepRow, facts_of, find_item, tracks
from feedback.rules import Act, Facts, State
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError, ConflictError, DeniedError
from nic_platform.tables import AuditEntry
from nic_platform.text import _

_SLACK = timedelta(seconds=2)  # an act's moment is taken a little before it is written down


@dataclass(frozen=True)
class Event:
    """One thing that happened: who did it for which team, what, and the words if the reader may read them."""

    at: datetime
    team: str
    person: str
    act: str
    text: str = ""


class MovedOnError(ConflictError):
    """An act came too late: somebody acted on the item since it was read. Nothing was changed."""

    def __init__(self, happened: Sequence[Event], version: int | None = None) -> None:
        super().__init__(_("This moved on while you were writing. Nothing of yours was done."))
        self.happened = happened
        self.details: dict[str, Any] = {
            "version": version,
            "happened": [
                {
                    "at": event.at.isoformat(),
                    "team": event.team,
                    "person": event.person,
                    "what": event.act,
                    "words": event.text,
                }
                for event in happened
            ],
        }


def happened_since(
    session: Session, item: FeedbackItem, steps: Sequence[StepRow], version: int
) -> list[Event]:
    """Return what happened to an item since its *version* was read, oldest first; one statement.

    Args:
        steps: its track as the reader may read it.
    """
    rows = session.execute(
        select(AuditEntry.at, AuditEntry.changes, User.name)
        .outerjoin(User, User.id == AuditEntry.user_id)
        .where(
            AuditEntry.kind == "feedback_item",
            AuditEntry.object_id == item.public_id,
            AuditEntry.seq > min(max(version, 0), item.version),  # whatever number was sent
        )
        .order_by(AuditEntry.seq)
    ).all()
    acts = [_act(entry) for entry in drawing.acts(steps)]
    if not rows:
        return acts[-1:]
    first = rows[0].at - _SLACK
    others = [Event(row.at, "", row.name or _("The platform"), _beside(row.changes)) for row in rows]
    found = [event for event in acts if event.at >= first] + [event for event in others if event.act]
    return sorted(found, key=lambda event: event.at) or acts[-1:]


def _act(entry: drawing.Entry) -> Event:
    return Event(entry.at, entry.team, entry.person, entry.act, entry.text)


def _beside(changes: Mapping[str, Any] | None) -> str:
    """Return what was changed beside the track, in words; empty for an act, which the track tells."""
    changes = changes or {}
    if "state" in changes or "holder_id" in changes:
        return ""
    for name, words in _told_as():
        if name in changes:
            return words
    return ""


def _told_as() -> Sequence[tuple[str, str]]:
    return (
        ("theme_id", _("Put into another theme")),
        ("owner_id", _("Given to somebody to work on")),
        ("offered_to_id", _("Offered to the level above")),
        ("with_network", _("Told to the network lead")),
        ("is_shared", _("Shared with the network, or not any more")),
        ("title", _("The words were changed")),
        ("happens", _("The words were changed")),
    )


def refuse_moved(session: Session, item: FeedbackItem, steps: Sequence[StepRow], version: int | None) -> None:
    """Refuse an act that was made from an older version.

    Raises:
        MovedOnError: somebody acted since; it tells what happened.
    """
    if version is not None and version != item.version:
        raise MovedOnError(happened_since(session, item, steps, version), item.version)


def is_done(steps: Sequence[StepRow], act: Act, user_id: int | None, words: str) -> bool:
    """Say whether the last act on the track is this one, by the same person: the same form, sent twice."""
    last = next((step for step in reversed(steps) if step.act), None)
    if last is None or last.act != act or last.user_id != user_id:
        return False
    return not words.strip() or last.words.strip() == words.strip()


def taken_back(session: Session, actor: Actor, item_id: UUID) -> str:
    """Say that an item is out of sight since its team took it back, to those who had it; else empty.

    What it says now is the draft of its team again, so nothing of it is told.
    """
    teams = sorted(actor.team_ids)
    had = (
        select(FeedbackStep.id)
        .join(FeedbackItem, FeedbackItem.id == FeedbackStep.item_id)
        .where(
            FeedbackItem.public_id == item_id, FeedbackItem.network_id == actor.network_id,
            FeedbackItem.state == State.DRAFT,
            and_(FeedbackStep.team_id.in_(teams), FeedbackStep.team_id != FeedbackItem.team_id),
        )
    )  # fmt: skip
    if not teams or session.scalar(had.limit(1)) is None:
        return ""
    return _("Its team took this back before you acted. Nothing of yours was done; your words are below.")


def load(session: Session, actor: Actor, item_id: UUID) -> tuple[FeedbackItem, list[StepRow], Facts]:
    """Return a visible item with its words, its legs and what rules look at; two statements.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
        DeniedError: *actor* reads only what is shared of it.
    """
    item, reads = find_item(session, actor, item_id)
    if not reads:
        raise DeniedError(_("You may read what is shared of this, and not change it."))
    steps = tracks(session, [item.id], actor).get(item.id, [])
    return item, steps, facts_of(item, steps)


def load_to_act(session: Session, actor: Actor, item_id: UUID) -> tuple[FeedbackItem, list[StepRow], Facts]:
    """Return what :func:`load` does, for an act.

    Raises:
        ConflictError: its team took it back meanwhile, so that the actor, who had it, reads it no more.
    """
    try:
        return load(session, actor, item_id)
    except AbsentError as error:
        words = taken_back(session, actor, item_id)
        if not words:
            raise
        raise ConflictError(words) from error
