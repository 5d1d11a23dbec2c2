"""Reading the single reports of a queue: what is new, and everything that waits, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Integer, and_, bindparam, literal, or_, select
from sqlalchemy.orm import Session, aliased

from accounts.models import User
from feedback.models import FeedbackItem, FeedbackStep, Theme
from feedback.queries import may_read, sent_words
from feedback.queue_count_queries import waits_with
from nic_platform.actor import EDITORS, Actor, Level, NetworkRole
from nic_platform.ready import given, ready
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
    wanted = filters or Filters()
    narrow = {each.name: value for each in fields(Filters) if (value := getattr(wanted, each.name))}
    begins = _begins_after(after)
    statement = _waiting(actor, frozenset(narrow), begins, has_limit=limit is not None)
    values = {name: value for name, value in narrow.items() if value is not True}
    if "words" in values:
        values["words"] = f"%{_literal(wanted.words)}%"
    on, number = after or (None, 0)
    most = None if limit is None else limit + 1
    values.update(queue_teams=list(team_ids), after_on=on, after_number=number, most=most)
    return [QueueItem(*row) for row in session.execute(statement, given(actor, **values))]


def _begins_after(after: Key | None) -> str:
    """Return after what a page begins: nothing, a report with a promised day, or one without."""
    if after is None:
        return ""
    return "dated" if after[0] is not None else "undated"


@ready
def _waiting(actor: Actor, narrow: frozenset[str], begins: str, *, has_limit: bool) -> Any:
    """Return the statement of a page of reports; it asks for ``queue_teams`` and what *narrow* names."""
    item = FeedbackItem
    conditions = _narrowed(actor)
    query = select(item.id).where(_here(actor), *(conditions[name] for name in sorted(narrow)))
    if begins:
        query = query.where(_follows(begins))
    query = query.order_by(item.due_on.asc().nulls_last(), item.id)
    if has_limit:
        query = query.limit(bindparam("most", type_=Integer))
    return _of(query)


def _here(actor: Actor) -> ColumnElement[bool]:
    known = and_(in_network(actor, FeedbackItem.network_id), FeedbackItem.deleted_at.is_(None))
    return and_(waits_with(bindparam("queue_teams", expanding=True)), known)


def _narrowed(actor: Actor) -> dict[str, ColumnElement[bool]]:
    """Return the condition of each field of :class:`Filters`, with a place of its name for its value."""
    item = FeedbackItem
    is_district = and_(in_network(actor, Site.network_id), Site.level == Level.DISTRICT)
    district = select(Site.id).where(is_district, Site.name == bindparam("district"))
    site = select(Site.id).where(in_network(actor, Site.network_id), Site.name == bindparam("site"))
    like: Any = bindparam("words")
    return {
        "theme_id": item.theme_id == bindparam("theme_id"),
        "unsorted": item.theme_id.is_(None),
        "district": item.district_id.in_(district),
        "site": item.team_id.in_(select(Team.id).where(Team.site_id.in_(site))),
        "late_on": item.due_on < bindparam("late_on"),
        "owner_id": item.owner_id == bindparam("owner_id"),
        "unowned": item.owner_id.is_(None),
        "kind": item.kind == bindparam("kind"),
        "words": item.title.ilike(like, escape="\\") | item.happens.ilike(like, escape="\\"),
    }


def _literal(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _follows(begins: str) -> ColumnElement[bool]:
    item = FeedbackItem
    on, number = bindparam("after_on", type_=Date), bindparam("after_number", type_=Integer)
    if begins == "undated":
        return and_(item.due_on.is_(None), item.id > number)
    return or_(item.due_on > on, and_(item.due_on == on, item.id > number), item.due_on.is_(None))


def _rows(session: Session, ids: Any) -> list[QueueItem]:
    return [QueueItem(*row) for row in session.execute(_of(ids))]


def _of(ids: Any) -> Any:
    """Return the statement of the reports of these numbers, with their names."""
    item = FeedbackItem
    page = ids.subquery()
    open_leg = and_(FeedbackStep.item_id == item.id, FeedbackStep.left_at.is_(None))
    return (
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
    return [Person(*row) for row in session.execute(_people(), {"teams": list(team_ids)})]


@cache
def _people() -> Any:
    """Return the statement of the people of ``teams``, put together once."""
    teams: Any = bindparam("teams", expanding=True)
    acts = Membership.role.in_([literal(role, Membership.role.type) for role in sorted(EDITORS)])
    own = select(Membership.user_id).where(
        Membership.team_id.in_(teams), acts, Membership.deleted_at.is_(None)
    )
    level = select(Team.network_id, Team.level).where(Team.id.in_(teams)).subquery()
    review = (
        select(NetworkMember.user_id)
        .join(
            level, and_(level.c.network_id == NetworkMember.network_id, level.c.level == NetworkMember.level)
        )
        .where(NetworkMember.role == NetworkRole.REVIEWER, NetworkMember.deleted_at.is_(None))
    )
    return (
        select(User.id, User.public_id, User.name)
        .where(User.id.in_(own.union(review)), User.disabled_at.is_(None))
        .order_by(User.name, User.id)
    )
