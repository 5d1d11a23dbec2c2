"""Whether people may still read what a notice tells of: a mail may go out long after its notice was written.

Somebody left a team, a link was cut, a report was taken back meanwhile: what they may not read on a page any
more is in no mail either.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from accounts.models import User
from desk.visible_queries import KINDS
from feedback.models import FeedbackItem
from feedback.queries import may_read
from nic_platform.actor import Actor
from nic_platform.letters import Letter
from nic_platform.notice_kinds import group_of
from teams.models import NetworkMember
from teams.queries import standing_of

_ID = "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
_PLACES = tuple(
    (re.compile(f"^/{place}/{_ID}"), kind)
    for place, kind in (
        ("feedback", "feedback_item"), ("feedback/notices", "policy_notice"), ("answers", "answer"),
        ("themes", "theme"), ("cycles", "cycle"), ("milestones", "milestone"), ("touchpoints", "touchpoint"),
    )
)  # fmt: skip
_SHARED = "feedback.good"  # such notices tell of what is shared with peers too
_GONE_IS_THE_NEWS = frozenset({"feedback.withdrawn"})
"""Tells those who may not read a report any more that it was taken back, without its words."""


@dataclass(frozen=True)
class Kept:
    """A notice that waits for its mail: its number, whose network it is about, its kind and its page."""

    id: int
    network_id: int | None
    kind: str
    path: str


def no_longer_read(session: Session, user_id: int, notices: Sequence[Kept]) -> set[int]:
    """Return the numbers of the notices that tell a person of what they may not read any more.

    Those of a network that they belong to no more, and those whose page would not open for them. Two
    statements a network, and one for each kind of thing.
    """
    user = session.get_one(User, user_id)
    gone: set[int] = set()
    for network_id in sorted({each.network_id for each in notices if each.network_id is not None}):
        here = [each for each in notices if each.network_id == network_id]
        actor = _actor_in(session, user, network_id)
        if actor is not None:
            gone |= _hidden(session, actor, here)
        elif not _has_role(session, user.id, network_id):
            gone |= {each.id for each in here}
    return gone


def _actor_in(session: Session, user: User, network_id: int) -> Actor | None:
    """Return a person as policies see them in a network; ``None`` where they are in no team of it."""
    standing = standing_of(session, user, None)
    if standing.actor.network_id == network_id:
        return standing.actor
    team = next((place.team_id for place in standing.places if place.network_id == network_id), None)
    return standing_of(session, user, team).actor if team is not None else None


def _has_role(session: Session, user_id: int, network_id: int) -> bool:
    role = select(1).where(
        NetworkMember.user_id == user_id, NetworkMember.network_id == network_id,
        NetworkMember.deleted_at.is_(None),
    )  # fmt: skip
    return bool(session.scalar(select(exists(role))))


def _hidden(session: Session, actor: Actor, notices: Iterable[Kept]) -> set[int]:
    wanted: dict[tuple[str, bool], dict[int, UUID]] = {}
    for each in notices:
        found = _thing(each)
        if found is not None and each.kind not in _GONE_IS_THE_NEWS:
            kind, thing_id = found
            wanted.setdefault((kind, group_of(each.kind).key == _SHARED), {})[each.id] = thing_id
    gone: set[int] = set()
    for (kind, is_shared), ids in wanted.items():
        model, condition = _condition(actor, kind, is_shared=is_shared)
        asked = sorted(set(ids.values()), key=str)
        seen = set(session.scalars(select(model.public_id).where(condition, model.public_id.in_(asked))))
        gone |= {number for number, thing_id in ids.items() if thing_id not in seen}
    return gone


def _thing(notice: Kept) -> tuple[str, UUID] | None:
    """Return the kind and the id of the thing whose page a notice leads to, if it is one of those."""
    for place, kind in _PLACES:
        found = place.match(notice.path)
        if found:
            return kind, UUID(found[1])
    return None


def _condition(actor: Actor, kind: str, *, is_shared: bool) -> tuple[Any, ColumnElement[bool]]:
    if kind == "feedback_item" and is_shared:
        return FeedbackItem, may_read(actor)
    known = KINDS[kind]
    return known.model, known.condition(actor)


def hidden_letters(session: Session, letters: Sequence[Letter]) -> set[int]:
    """Return the numbers of the notices among *letters* whose readers may not read of them any more."""
    mine: dict[int, list[Kept]] = {}
    for each in letters:
        if each.user_id is not None:
            kept = Kept(each.notice_id, each.network_id, each.kind, each.path)
            mine.setdefault(each.user_id, []).append(kept)
    return {number for user_id, some in mine.items() for number in no_longer_read(session, user_id, some)}
