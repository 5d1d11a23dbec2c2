"""Finding teams, plans, tests, feedback, ideas and places by their words, within what the person may see."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from cycles.idea_queries import may_read_idea
from cycles.models import ChangeIdea, Cycle, Ramp
from cycles.queries import may_read
from desk.visible_queries import is_member, reads_milestone
from feedback import queries as feedback_queries
from feedback.models import FeedbackItem
from milestones.models import Milestone
from nic_platform.actor import Actor
from teams.models import Site, Team

SHORT, LONG = 6, 60
_ITEM_NUMBER = re.compile(r"^[fF]?-?\s*(\d{1,9})$")
_MOST_WORDS = 6


@dataclass(frozen=True)
class Hit:
    """One thing found. ``note`` is a code (level, stage, state) that the page words; ``team`` whose it is."""

    kind: str
    id: UUID
    title: str
    team: str = ""
    note: str = ""
    number: int = 0
    on: date | None = None


@dataclass(frozen=True)
class Group:
    """The hits of one kind; ``more`` says that there are further ones."""

    kind: str
    hits: Sequence[Hit]
    more: bool

    @property
    def count(self) -> int:
        """Return how many hits are shown."""
        return len(self.hits)


def words_of(text: str) -> list[str]:
    """Return the words to look for, at most six, each once."""
    return list(dict.fromkeys(text.split()))[:_MOST_WORDS]


def search(session: Session, actor: Actor, text: str, kind: str = "") -> list[Group]:
    """Return what *actor* may see that holds every word of *text*, grouped by kind, whatever the case.

    One statement a kind. An item's number ("F-218") finds the item.

    Args:
        kind: only this kind, and more of it; empty for all.
    """
    words = words_of(text)
    if not words or (not is_member(actor) and not actor.is_analyst):
        return []
    limit = LONG if kind in FINDERS else SHORT
    groups = []
    for name, finder in FINDERS.items():
        if kind in FINDERS and kind != name:
            continue
        query = finder(actor, text.strip(), words).limit(limit + 1)
        hits = [
            Hit(name, row[0], row[1], row[2] or "", _code(row[3]), row[4] or 0, *row[5:])
            for row in session.execute(query)
        ]
        if hits:
            groups.append(Group(name, hits[:limit], len(hits) > limit))
    return groups


def _code(value: Any) -> str:
    return str(getattr(value, "value", value) or "")


def _matches(words: Sequence[str], *columns: Any) -> list[Any]:
    return [or_(*(column.icontains(word, autoescape=True) for column in columns)) for word in words]


def _first(column: Any, text: str) -> Any:
    """Order what begins with the text before what only holds it."""
    return case((column.istartswith(text, autoescape=True), 0), else_=1)


def _teams(actor: Actor, text: str, words: Sequence[str]) -> Any:
    return (
        select(Team.public_id, Team.name, Site.name, Team.level, literal(0))
        .join(Site, Site.id == Team.site_id)
        .where(Team.network_id == actor.network_id, Team.deleted_at.is_(None), Team.archived_at.is_(None))
        .where(*_matches(words, Team.name, Site.name))
        .order_by(_first(Team.name, text), Team.name, Team.id)
    )


def _milestones(actor: Actor, text: str, words: Sequence[str]) -> Any:
    title = func.coalesce(func.nullif(Milestone.name, ""), Milestone.what)
    return (
        select(Milestone.public_id, title, Team.name, literal(""), literal(0), Milestone.due_on)
        .join(Team, Team.id == Milestone.team_id)
        .where(
            reads_milestone(actor),
            *_matches(words, Milestone.name, Milestone.what, Milestone.tool, Team.name),
        )
        .order_by(_own_first(actor, Milestone.team_id), _first(Milestone.name, text), title, Milestone.id)
    )


def _cycles(actor: Actor, text: str, words: Sequence[str]) -> Any:
    title = func.coalesce(func.nullif(Cycle.title, ""), Cycle.change)
    return (
        select(Cycle.public_id, title, Team.name, Cycle.stage, Cycle.number)
        .join(Team, Team.id == Cycle.team_id)
        .outerjoin(Ramp, Ramp.id == Cycle.ramp_id)
        .where(may_read(actor))
        .where(*_matches(words, Cycle.title, Cycle.change, func.coalesce(Ramp.title, ""), Team.name))
        .order_by(
            _own_first(actor, Cycle.team_id), _first(Cycle.title, text), Cycle.updated_at.desc(), Cycle.id
        )
    )


def _items(actor: Actor, text: str, words: Sequence[str]) -> Any:
    number = _ITEM_NUMBER.match(text)
    columns = (FeedbackItem.title, FeedbackItem.happens, FeedbackItem.topic, Team.name)
    found = and_(*_matches(words, *columns))
    if number:
        found = or_(FeedbackItem.number == int(number[1]), found)
    return (
        select(FeedbackItem.public_id, FeedbackItem.title, Team.name, FeedbackItem.state, FeedbackItem.number)
        .join(Team, Team.id == FeedbackItem.team_id)
        .where(feedback_queries.may_read(actor), found)
        .order_by(_own_first(actor, FeedbackItem.team_id), FeedbackItem.number.desc())
    )


def _ideas(actor: Actor, text: str, words: Sequence[str]) -> Any:
    return (
        select(ChangeIdea.public_id, ChangeIdea.title, Team.name, literal(""), literal(0))
        .outerjoin(Team, Team.id == ChangeIdea.team_id)
        .where(may_read_idea(actor), *_matches(words, ChangeIdea.title, ChangeIdea.description))
        .order_by(_first(ChangeIdea.title, text), ChangeIdea.title, ChangeIdea.id)
    )


def _sites(actor: Actor, text: str, words: Sequence[str]) -> Any:
    codes = (func.coalesce(Site.nces_id, ""), func.coalesce(Site.state_code, ""))
    return (
        select(Site.public_id, Site.name, Site.city, Site.level, literal(0))
        .where(Site.network_id == actor.network_id, Site.deleted_at.is_(None))
        .where(*_matches(words, Site.name, Site.city, *codes))
        .order_by(_first(Site.name, text), Site.name, Site.id)
    )


def _own_first(actor: Actor, column: Any) -> Any:
    own = sorted(actor.team_ids)
    return case((column.in_(own), 0), else_=1) if own else column.is_(None)


FINDERS: Mapping[str, Callable[[Actor, str, Sequence[str]], Any]] = {
    "team": _teams,
    "milestone": _milestones,
    "cycle": _cycles,
    "feedback_item": _items,
    "change_idea": _ideas,
    "site": _sites,
}
