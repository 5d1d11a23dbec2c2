"""Who changed what, when, from what to what: for whoever may see the thing; its draft is for its team.

What gives a small group of students away is its team's own here too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from accounts.models import User
from desk.rules import public_part
from desk.visible_queries import KINDS, Own
from measures import policies
from nic_platform import audit
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError
from nic_platform.text import _
from teams.models import Team

_TEAM_FIELDS = frozenset(
    {"team_id", "holder_id", "lower_id", "upper_id", "offered_to_id", "from_id", "to_id"}
)
_UNSHOWN = frozenset({"audience", "mentions", "network_id", "position", "rank"})
_SEALED = frozenset({"secret", "token_hash"})  # the trail knows only that they changed
_RUNNING = frozenset({"last_digest", "last_run_at", "failing_since"})  # what work notes for itself
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Line:
    """One field that an act changed. A team is told by its name.

    Any other reference, and what is its team's own, is told only as changed.
    """

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
    """A thing and what happened to it, newest first. ``is_part`` says that its draft is left out.

    ``whole`` is what a part without a page of its own belongs to: kind and public id.
    """

    kind: str
    title: str
    events: Sequence[Event]
    is_part: bool
    whole: tuple[str, UUID] | None = None


def story_of(session: Session, actor: Actor, kind: str, object_id: UUID) -> Story:
    """Return the history of one thing; four statements at most.

    Raises:
        AbsentError: there is no such thing, or *actor* may not know of it.
    """
    known = KINDS.get(kind)
    if known is None:
        raise AbsentError(_("There is no such history."))
    team = known.team if known.team is not None else literal(None)
    own = (known.own.team, known.own.counts_students) if known.own else (literal(None), literal(None))
    whole_id = known.whole.id if known.whole else literal(None)
    query = select(known.title, team, *own, whole_id)
    row = session.execute(query.where(known.model.public_id == object_id, known.condition(actor))).first()
    if row is None:
        raise AbsentError(_("There is no such history."))
    found = audit.history(session, kind, object_id)
    outside = known.team is not None and not actor.reads_drafts(row[1])
    told: list[audit.Change] = public_part(found, was_draft=outside)
    names = _names(session, {change.user_id for change in told if change.user_id is not None})
    teams = _teams(session, told)
    hidden = _hidden(actor, known.own, row[2], told, counts_students=bool(row[3])) if known.own else _NONE
    events = [_event(change, names, teams, hidden) for change in told]
    title = str(getattr(row[0], "value", row[0]) or "")
    whole = (known.whole.kind, row[4]) if known.whole else None
    return Story(kind, title, events, len(told) < len(found), whole)


def acts_on(session: Session, kind: str, object_id: UUID, most: int = 20) -> list[Event]:
    """Return the latest acts on a thing that only those know of who manage it; the caller asked whether.

    Three statements at most.
    """
    everything = audit.history(session, kind, object_id)
    told = [each for each in everything if not each.changes or set(each.changes) - _RUNNING][:most]
    names = _names(session, {change.user_id for change in told if change.user_id is not None})
    return [_event(change, names, {}, _NONE) for change in told]


def _hidden(
    actor: Actor, own: Own, team_id: int, told: Sequence[audit.Change], *, counts_students: bool
) -> frozenset[str]:
    """Return the fields whose values *actor* is not told.

    One small size, at whatever time, hides them all through: a baseline is read beside every size.
    """
    if not own.sizes:
        return _NONE if actor.in_team(team_id) else own.beside
    sizes = {side for change in told for field in own.sizes for side in change.changes.get(field, ())}
    sees = all(
        policies.sees_baseline(actor, team_id, size, counts_students=counts_students) for size in sizes
    )
    return _NONE if sees else own.sizes | own.beside


def _names(session: Session, users: set[int]) -> dict[int, str]:
    if not users:
        return {}
    rows = session.execute(select(User.id, User.name).where(User.id.in_(sorted(users))))
    return {row[0]: row[1] for row in rows}


def _teams(session: Session, told: Sequence[audit.Change]) -> dict[int, str]:
    """Return the names of the teams that the changes refer to; one statement if there are any."""
    wanted = {
        side
        for change in told
        for field, sides in change.changes.items()
        if field in _TEAM_FIELDS
        for side in sides
        if isinstance(side, int)
    }
    if not wanted:
        return {}
    rows = session.execute(select(Team.id, Team.name).where(Team.id.in_(sorted(wanted))))
    return {row[0]: row[1] for row in rows}


def _event(
    change: audit.Change, names: dict[int, str], teams: dict[int, str], hidden: frozenset[str]
) -> Event:
    is_new = change.action == audit.CREATED
    lines = []
    for field, (before, after) in sorted(change.changes.items()):
        if field in _UNSHOWN or field in _RUNNING or (is_new and not after):
            continue
        if field in _SEALED:
            lines += [] if is_new else [Line(field, None, _("changed"))]
        elif field in _TEAM_FIELDS:
            lines.append(Line(field, teams.get(before), teams.get(after)))
        elif not field.endswith("_id") and field not in hidden:
            lines.append(Line(field, before, after))
        elif not is_new:
            lines.append(Line(field, None, _("changed")))
    who = names.get(change.user_id, "") if change.user_id is not None else ""
    return Event(change.seq, change.action, change.at, who, lines)
