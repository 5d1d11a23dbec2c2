"""Reading policy notices and what teams said of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true, tuple_
from sqlalchemy.orm import Session

from accounts.models import User
from feedback.models import Acknowledgement, FeedbackItem, PolicyNotice
from feedback.queries import ItemRow, rows_of, rows_visible_to, sent_words
from nic_platform.actor import Actor, Level
from nic_platform.errors import AbsentError
from nic_platform.text import _
from teams.models import Team, TeamReach
from teams.queries import in_network


@dataclass(frozen=True)
class NoticeRow:
    """A policy notice with who sends it, and whether the reader's team has said what it means for it."""

    id: int
    public_id: UUID
    team_id: int
    team: str
    level: Level
    title: str
    text: str
    applies_from: date | None
    sent_at: datetime | None
    version: int
    acknowledged_at: datetime | None
    acknowledge_by: date | None


def reads(actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which *actor* may know of a notice.

    Sent ones of teams above theirs on the links, or of any team for network leads and reviewers; the own
    teams' drafts too.
    """
    teams = sorted(actor.team_ids)
    above = select(TeamReach.above_id).where(TeamReach.below_id.in_(teams))
    sent = PolicyNotice.sent_at.is_not(None)
    own = PolicyNotice.team_id.in_(teams)
    drafts = PolicyNotice.team_id.in_(sorted(actor.draft_team_ids))
    found = or_(and_(sent, or_(own, PolicyNotice.team_id.in_(above))), drafts) if teams else false()
    if actor.sees_network:
        found = or_(found, sent)
    return and_(in_network(actor, PolicyNotice.network_id), PolicyNotice.deleted_at.is_(None), found)


def visible_to(actor: Actor) -> Any:
    """Return the query of the notices that *actor* may see, with what the chosen team has said."""
    said = and_(Acknowledgement.notice_id == PolicyNotice.id, Acknowledgement.team_id == (actor.team_id or 0))
    return (
        select(
            PolicyNotice.id, PolicyNotice.public_id, PolicyNotice.team_id, Team.name, Team.level,
            PolicyNotice.title, PolicyNotice.text, PolicyNotice.applies_from, PolicyNotice.sent_at,
            PolicyNotice.version, Acknowledgement.at, PolicyNotice.acknowledge_by,
        )
        .join(Team, Team.id == PolicyNotice.team_id)
        .outerjoin(Acknowledgement, said)
        .where(reads(actor))
    )  # fmt: skip


def list_notices(session: Session, actor: Actor, limit: int = 100) -> list[NoticeRow]:
    """Return the visible notices, drafts first, then the latest."""
    order = (PolicyNotice.sent_at.is_not(None), PolicyNotice.sent_at.desc(), PolicyNotice.id.desc())
    return [NoticeRow(*row) for row in session.execute(visible_to(actor).order_by(*order).limit(limit))]


def notice_row(session: Session, actor: Actor, notice_id: UUID) -> NoticeRow:
    """Return one notice.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    row = session.execute(visible_to(actor).where(PolicyNotice.public_id == notice_id)).one_or_none()
    if row is None:
        raise AbsentError(_("There is no such notice."))
    return NoticeRow(*row)


def get_draft(session: Session, actor: Actor, notice_id: UUID) -> PolicyNotice:
    """Return a draft of one of the own teams for writing, deleted or not.

    Raises:
        AbsentError: there is none.
    """
    here = and_(in_network(actor, PolicyNotice.network_id), PolicyNotice.sent_at.is_(None))
    own = PolicyNotice.team_id.in_(sorted(actor.draft_team_ids))
    found = session.scalar(select(PolicyNotice).where(here, own, PolicyNotice.public_id == notice_id))
    if found is None:
        raise AbsentError(_("There is no such notice."))
    return found


@dataclass(frozen=True)
class Said:
    """What one team said of a notice; ``at`` is empty where it has said nothing yet."""

    team_id: int
    team_public_id: UUID
    team: str
    level: Level
    person: str | None
    at: datetime | None
    enables: str
    hinders: str
    id: UUID | None = None
    earlier: tuple["Earlier", ...] = ()


@dataclass(frozen=True)
class Earlier:
    """What a team said before it said something else: who said it, and when."""

    person: str | None
    at: datetime
    enables: str
    hinders: str


SHOWN = ("hinders", "enables", "silent")
PAGE = 50


def _asked(actor: Actor, notice: NoticeRow, *more: Any) -> Any:
    """Return the query of the teams that got a notice, each with what it said, within the reader's sight.

    The sender, network leads and reviewers read all; a team on the way itself and the teams below it.
    """
    said = and_(Acknowledgement.notice_id == notice.id, Acknowledgement.team_id == Team.id)
    query = (
        select(Team.id, Team.public_id, Team.name, Team.level, User.name, Acknowledgement.at,
               func.coalesce(Acknowledgement.enables, ""), func.coalesce(Acknowledgement.hinders, ""),
               *more)
        .select_from(TeamReach)
        .join(Team, Team.id == TeamReach.below_id)
        .outerjoin(Acknowledgement, said)
        .outerjoin(User, User.id == Acknowledgement.user_id)
        .where(TeamReach.above_id == notice.team_id)
        .where(Team.archived_at.is_(None), Team.deleted_at.is_(None))
    )  # fmt: skip
    if reads_all(actor, notice):
        return query
    below = select(TeamReach.below_id).where(TeamReach.above_id.in_(sorted(actor.team_ids)))
    return query.where(or_(Team.id.in_(sorted(actor.team_ids)), Team.id.in_(below)))


def reads_all(actor: Actor, notice: NoticeRow) -> bool:
    """Say whether *actor* reads what every team said of a notice."""
    return actor.in_team(notice.team_id) or actor.sees_network


def reads_said(actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which *actor* reads what one team said of a notice: as on its page."""
    teams = sorted(actor.team_ids)
    below = select(TeamReach.below_id).where(TeamReach.above_id.in_(teams))
    sender = select(PolicyNotice.id).where(PolicyNotice.team_id.in_(teams))
    own = or_(
        Acknowledgement.notice_id.in_(sender),
        Acknowledgement.team_id.in_(teams),
        Acknowledgement.team_id.in_(below),
    )
    read = Acknowledgement.notice_id.in_(select(PolicyNotice.id).where(reads(actor)))
    return and_(in_network(actor, Acknowledgement.network_id), read, true() if actor.sees_network else own)


def said_of(
    session: Session, actor: Actor, notice: NoticeRow, *, show: str = "", after: UUID | None = None,
    limit: int = PAGE,
) -> list[Said]:  # fmt: skip
    """Return up to *limit* + 1 teams with what they said of a notice, by name.

    Args:
        show: only those whom it ``hinders`` or ``enables``, or the ``silent`` ones; everybody who said
            something unless given; ``all`` for the silent ones too.
        after: the team that the page before ended with.
    """
    wanted = {
        "hinders": Acknowledgement.hinders != "",
        "enables": Acknowledgement.enables != "",
        "silent": Acknowledgement.id.is_(None),
        "all": Team.id.is_not(None),
    }.get(show, Acknowledgement.id.is_not(None))
    query = (
        _asked(actor, notice, Acknowledgement.public_id, Acknowledgement.earlier)
        .where(wanted)
        .order_by(Team.name, Team.id)
        .limit(limit + 1)
    )
    if after is not None:
        last = select(Team.name, Team.id).where(in_network(actor, Team.network_id), Team.public_id == after)
        row = session.execute(last).one_or_none()
        if row is None:
            raise AbsentError(_("There is no such page."))
        query = query.where(tuple_(Team.name, Team.id) > tuple_(row[0], row[1]))
    rows = session.execute(query).all()
    names = _names(session, {each["user_id"] for row in rows for each in row.earlier or ()})
    return [replace(Said(*row[:-1]), earlier=_earlier(row.earlier or (), names)) for row in rows]


def _earlier(kept: Sequence[Mapping[str, Any]], names: Mapping[int, str]) -> tuple[Earlier, ...]:
    """Return what a team said before, the latest first."""
    return tuple(
        Earlier(
            names.get(each["user_id"]), datetime.fromisoformat(each["at"]), each["enables"], each["hinders"]
        )
        for each in reversed(kept)
    )


def _names(session: Session, users: set[int | None]) -> dict[int, str]:
    """Return the names of people by their numbers; no statement for nobody."""
    known = sorted(user for user in users if user is not None)
    rows = session.execute(select(User.id, User.name).where(User.id.in_(known))) if known else ()
    return {row[0]: row[1] for row in rows}


def own_words(session: Session, notice_id: int, team_id: int | None) -> tuple[str, str] | None:
    """Return what a team said of a notice: what it enables and what it hinders; ``None`` for nothing yet."""
    row = session.execute(
        select(Acknowledgement.enables, Acknowledgement.hinders).where(
            Acknowledgement.notice_id == notice_id, Acknowledgement.team_id == team_id
        )
    ).one_or_none()
    return (row[0], row[1]) if row else None


@dataclass(frozen=True)
class LevelCount:
    """How the teams of one level took a notice."""

    level: Level
    told: int
    read: int
    enables: int
    hinders: int


def overview(session: Session, actor: Actor, notice: NoticeRow) -> list[LevelCount]:
    """Return how many teams of each level got a notice and what they said, the highest level first."""
    inner = _asked(actor, notice).subquery()
    columns = list(inner.c)
    level, at, enables, hinders = columns[3], columns[5], columns[6], columns[7]
    rows = session.execute(
        select(
            level, func.count(), func.count(at), func.count(at).filter(enables != ""),
            func.count(at).filter(hinders != ""),
        ).group_by(level)
    )  # fmt: skip
    return sorted((LevelCount(*row) for row in rows), key=lambda each: -each.level.rank)


def items_about(session: Session, actor: Actor, notice: NoticeRow, limit: int = 30) -> list[ItemRow]:
    """Return the items that teams raised about a notice and whose words *actor* reads, the newest first."""
    query = rows_visible_to(actor).where(FeedbackItem.notice_id == notice.id, sent_words(actor))
    return rows_of(session.execute(query.order_by(FeedbackItem.number.desc()).limit(limit)))


def is_below(session: Session, team_id: int | None, above_id: int) -> bool:
    """Say whether a team lifts to another, directly or through others."""
    return team_id is not None and session.get(TeamReach, (above_id, team_id)) is not None


def public_id_of(session: Session, notice_id: int | None) -> UUID | None:
    """Return the public id of the notice that an item is about; no statement where it is about none."""
    if notice_id is None:
        return None
    return session.scalar(select(PolicyNotice.public_id).where(PolicyNotice.id == notice_id))
