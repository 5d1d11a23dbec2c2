"""Reading the single reports of a queue: what is new, and everything that waits, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased

from accounts.models import User
from feedback.models import FeedbackItem, FeedbackStep, Theme
from feedback.queries import may_read, sent_words
from feedback.queue_count_queries import waits_with
from nic_platform.actor import EDITORS, Actor, Level, NetworkRole
from teams.models import Membership, NetworkMember, Site, Team
from teams.queries import in_network

PAGE = 50
NEW = 200  # new reports that are looked at for likeness


@dataclass(frozen=True)
class QueueItem:
    """A report that waits, with the way it came, its theme and who works on it."""

    id: int
    public_id: UUID
    number: int
    kind: str
    title: str
    happens: str
    severity: str
    version: int
    held_on: date | None
    due_on: date | None
    sent_on: date | None
    team: str
    level: Level
    district: str | None
    through: str | None
    theme_id: int | None
    theme_number: int | None
    theme_public_id: UUID | None
    theme: str | None
    owner: str | None
    holder_id: int | None

    @property
    def value(self) -> str:
        """Return what a form sends of it: its public id, and the version that was read."""
        return f"{self.public_id}.{self.version}"

    @property
    def key(self) -> str:
        """Return what the next page begins after; see :func:`key_from`."""
        return f"{self.due_on.isoformat() if self.due_on else ''}~{self.id}"


@dataclass(frozen=True)
class Filters:
    """Which of the waiting reports are wanted; every field narrows, none is needed."""

    theme_id: int | None = None
    unsorted: bool = False
    district: str = ""
    site: str = ""
    late_on: date | None = None
    owner_id: int | None = None
    unowned: bool = False
    kind: str = ""
    words: str = ""


_RAISER, _FROM, _OWNER, _DISTRICT = aliased(Team), aliased(Team), aliased(User), aliased(Site)
Key = tuple[date | None, int]


def key_from(text: str) -> Key | None:
    """Return the promise and number that a page ended with; none for what is no such key."""
    day, _mark, number = text.partition("~")
    try:
        found = date.fromisoformat(day) if day else None
        return (found, int(number)) if number and 0 <= int(number) < 2**31 else None
    except ValueError:
        return None


def list_waiting(
    session: Session, actor: Actor, team_ids: Sequence[int], filters: Filters | None = None, *,
    after: Key | None = None, limit: int | None = PAGE,
) -> list[QueueItem]:  # fmt: skip
    """Return up to *limit* + 1 reports that wait with the teams, the nearest promise first.

    One statement. The page is chosen before names are looked up, so that only its own are.

    Args:
        after: promise and number (in the database) of the last report that was shown.
        limit: no limit for a table to take away.
    """
    item = FeedbackItem
    query = select(item.id).where(_here(actor, team_ids), *_narrowed(actor, filters or Filters()))
    if after is not None:
        query = query.where(_follows(after))
    query = query.order_by(item.due_on.asc().nulls_last(), item.id)
    if limit is not None:
        query = query.limit(limit + 1)
    return _rows(session, query)


def _here(actor: Actor, team_ids: Sequence[int]) -> ColumnElement[bool]:
    known = and_(in_network(actor, FeedbackItem.network_id), FeedbackItem.deleted_at.is_(None))
    return and_(waits_with(team_ids), known)


def _narrowed(actor: Actor, wanted: Filters) -> list[ColumnElement[bool]]:
    item = FeedbackItem
    found: list[ColumnElement[bool]] = []
    if wanted.theme_id is not None:
        found.append(item.theme_id == wanted.theme_id)
    if wanted.unsorted:
        found.append(item.theme_id.is_(None))
    if wanted.district:
        is_district = and_(in_network(actor, Site.network_id), Site.level == Level.DISTRICT)
        named = select(Site.id).where(is_district, Site.name == wanted.district)
        found.append(item.district_id.in_(named))
    if wanted.site:
        here = select(Site.id).where(in_network(actor, Site.network_id), Site.name == wanted.site)
        found.append(item.team_id.in_(select(Team.id).where(Team.site_id.in_(here))))
    if wanted.late_on is not None:
        found.append(item.due_on < wanted.late_on)
    if wanted.owner_id is not None:
        found.append(item.owner_id == wanted.owner_id)
    if wanted.unowned:
        found.append(item.owner_id.is_(None))
    if wanted.kind:
        found.append(item.kind == wanted.kind)
    if wanted.words:
        like = f"%{_literal(wanted.words)}%"
        found.append(item.title.ilike(like, escape="\\") | item.happens.ilike(like, escape="\\"))
    return found


def _literal(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _follows(after: Key) -> ColumnElement[bool]:
    item, (due_on, number) = FeedbackItem, after
    if due_on is None:
        return and_(item.due_on.is_(None), item.id > number)
    same_day = and_(item.due_on == due_on, item.id > number)
    return or_(item.due_on > due_on, same_day, item.due_on.is_(None))


def _rows(session: Session, ids: Any) -> list[QueueItem]:
    item = FeedbackItem
    page = ids.subquery()
    open_leg = and_(FeedbackStep.item_id == item.id, FeedbackStep.left_at.is_(None))
    rows: Any = session.execute(
        select(
            item.id, item.public_id, item.number, item.kind, item.title, item.happens, item.severity,
            item.version, item.held_on, item.due_on, item.sent_on, _RAISER.name, _RAISER.level,
            _DISTRICT.name, _FROM.name, Theme.id, Theme.number, Theme.public_id, Theme.title, _OWNER.name,
            item.holder_id,
        )
        .join(page, page.c.id == item.id)
        .join(_RAISER, _RAISER.id == item.team_id)
        .outerjoin(FeedbackStep, open_leg)
        .outerjoin(_FROM, and_(_FROM.id == FeedbackStep.from_id, _FROM.id != item.team_id))
        .outerjoin(_DISTRICT, _DISTRICT.id == item.district_id)
        .outerjoin(Theme, Theme.id == item.theme_id)
        .outerjoin(_OWNER, _OWNER.id == item.owner_id)
        .order_by(item.due_on.asc().nulls_last(), item.id)
    )  # fmt: skip
    return [QueueItem(*row) for row in rows]


def new_reports(session: Session, actor: Actor, team_ids: Sequence[int], limit: int = NEW) -> list[QueueItem]:
    """Return what waits in no theme yet, the nearest promise first; one statement."""
    return list_waiting(session, actor, team_ids, Filters(unsorted=True), limit=limit - 1)


def chosen_items(session: Session, actor: Actor, public_ids: Sequence[UUID]) -> list[QueueItem]:
    """Return those of the chosen reports that *actor* reads with their words, wherever they are now."""
    if not public_ids:
        return []
    chosen = FeedbackItem.public_id.in_(list(public_ids))
    return _rows(session, select(FeedbackItem.id).where(may_read(actor), sent_words(actor), chosen))


def in_theme(session: Session, actor: Actor, theme_id: int, most: int = 200) -> list[QueueItem]:
    """Return the reports of a theme that *actor* reads with their words, in whatever state."""
    inside = FeedbackItem.theme_id == theme_id
    query = select(FeedbackItem.id).where(may_read(actor), sent_words(actor), inside)
    return _rows(session, query.order_by(FeedbackItem.id.desc()).limit(most))


def known_items(
    session: Session, actor: Actor, public_ids: Sequence[UUID]
) -> list[tuple[int, UUID, int | None]]:
    """Return number, public id and holder of those of the chosen reports that *actor* may read with words."""
    if not public_ids:
        return []
    query = select(FeedbackItem.id, FeedbackItem.public_id, FeedbackItem.holder_id).where(
        may_read(actor), sent_words(actor), FeedbackItem.public_id.in_(list(public_ids))
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query.order_by(FeedbackItem.id))]


@dataclass(frozen=True)
class Person:
    """Somebody who may own a theme or a report."""

    id: int
    public_id: UUID
    name: str


def people_for(session: Session, team_ids: Sequence[int]) -> list[Person]:
    """Return who acts for the teams, and who reviews their level, by name: they may be given work."""
    if not team_ids:
        return []
    own = select(Membership.user_id).where(
        Membership.team_id.in_(team_ids),
        Membership.role.in_(sorted(EDITORS)),
        Membership.deleted_at.is_(None),
    )
    level = select(Team.network_id, Team.level).where(Team.id.in_(team_ids)).subquery()
    review = (
        select(NetworkMember.user_id)
        .join(
            level, and_(level.c.network_id == NetworkMember.network_id, level.c.level == NetworkMember.level)
        )
        .where(NetworkMember.role == NetworkRole.REVIEWER, NetworkMember.deleted_at.is_(None))
    )
    rows = session.execute(
        select(User.id, User.public_id, User.name)
        .where(User.id.in_(own.union(review)), User.disabled_at.is_(None))
        .order_by(User.name, User.id)
    )
    return [Person(*row) for row in rows]
