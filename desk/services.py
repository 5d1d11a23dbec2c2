"""The few things the desk itself writes: which team is chosen, and which notices were read."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from accounts.models import SignIn
from nic_platform.errors import AbsentError
from nic_platform.tables import Notice
from nic_platform.text import _
from teams.models import Membership, Team


def choose_team(session: Session, *, user_id: int, sign_in_id: int, team_id: UUID) -> str:
    """Work in another of the person's teams from now on, in whichever of their networks; return its name.

    Raises:
        AbsentError: it is none of the person's teams.
    """
    team = session.execute(
        select(Team.id, Team.name)
        .join(Membership, Membership.team_id == Team.id)
        .where(Team.public_id == team_id, Team.deleted_at.is_(None), Team.archived_at.is_(None))
        .where(Membership.user_id == user_id, Membership.deleted_at.is_(None))
    ).first()
    if team is None:
        raise AbsentError(_("There is no such team among yours."))
    session.execute(
        update(SignIn).where(SignIn.id == sign_in_id, SignIn.user_id == user_id).values(team_id=team.id)
    )
    return str(team.name)


def mark_read(session: Session, notice: Notice, *, at: datetime) -> None:
    """Note that a notice was read; the first time counts."""
    notice.read_at = notice.read_at or at


def mark_unread(session: Session, notice: Notice) -> None:
    """Let a notice wait to be read again."""
    notice.read_at = None


def mark_all_read(session: Session, *, user_id: int, at: datetime) -> int:
    """Note that every notice a person has so far was read, and return how many that were."""
    done = session.execute(
        update(Notice)
        .where(Notice.user_id == user_id, Notice.on_page.is_(True), Notice.read_at.is_(None))
        .values(read_at=at)
    )
    return cast(CursorResult[Any], done).rowcount


def undo_all_read(session: Session, *, user_id: int, at: datetime) -> int:
    """Take :func:`mark_all_read` of the moment *at* back, and return how many notices wait again."""
    done = session.execute(
        update(Notice)
        .where(Notice.user_id == user_id, Notice.on_page.is_(True), Notice.read_at == at)
        .values(read_at=None)
    )
    return cast(CursorResult[Any], done).rowcount
