"""Reading policy notices and what teams said of them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from accounts.models import User
from feedback.models import Acknowledgement, PolicyNotice
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


@dataclass(frozen=True)
class Said:
    """What one team said of a notice."""

    team_id: int
    team: str
    level: Level
    person: str | None
    at: datetime
    enables: str
    hinders: str


def said_of(session: Session, actor: Actor, notice: NoticeRow) -> tuple[list[Said], int]:
    """Return what teams said of a notice, and how many got it. The sender reads all of it."""
    query = (
        select(Team.id, Team.name, Team.level, User.name, Acknowledgement.at, Acknowledgement.enables,
               Acknowledgement.hinders)
        .join(Team, Team.id == Acknowledgement.team_id)
        .outerjoin(User, User.id == Acknowledgement.user_id)
        .where(Acknowledgement.notice_id == notice.id)
        .order_by(Acknowledgement.at.desc(), Acknowledgement.id.desc())
        .limit(500)
    )  # fmt: skip
    if not (actor.in_team(notice.team_id) or actor.sees_network):
        below = select(TeamReach.below_id).where(TeamReach.above_id.in_(sorted(actor.team_ids)))
        own = Acknowledgement.team_id.in_(sorted(actor.team_ids))
        query = query.where(or_(own, Acknowledgement.team_id.in_(below)))
    rows = [Said(*row) for row in session.execute(query)]
    told = session.scalar(select(func.count()).where(TeamReach.above_id == notice.team_id)) or 0
    return rows, told


def is_below(session: Session, team_id: int | None, above_id: int) -> bool:
    """Say whether a team lifts to another, directly or through others."""
    return team_id is not None and session.get(TeamReach, (above_id, team_id)) is not None


def public_id_of(session: Session, notice_id: int | None) -> UUID | None:
    """Return the public id of the notice that an item is about; no statement where it is about none."""
    if notice_id is None:
        return None
    return session.scalar(select(PolicyNotice.public_id).where(PolicyNotice.id == notice_id))
