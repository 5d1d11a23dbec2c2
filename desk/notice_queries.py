"""What a person was told, newest first; nobody reads another's notices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from nic_platform.errors import AbsentError
from nic_platform.notice_kinds import group_of
from nic_platform.tables import Notice
from nic_platform.text import _

PAGE = 30
MOST = 200  # notices read together by kind


@dataclass(frozen=True)
class NoticeRow:
    """One notice. ``path`` is where its matter is, on this site; ``group`` is what people choose about."""

    id: UUID
    subject: str
    body: str
    path: str
    at: datetime
    is_read: bool
    kind: str
    is_last: bool

    @property
    def group(self) -> str:
        """Return the key of the group that its kind belongs to."""
        return group_of(self.kind).key


def _rows(user_id: int) -> Any:
    """Return the query of what stands on a person's page, newest first."""
    return (
        select(
            Notice.public_id, Notice.subject, Notice.body, Notice.path, Notice.created_at,
            Notice.read_at.is_not(None), Notice.kind, Notice.is_last,
        )
        .where(Notice.user_id == user_id, Notice.on_page.is_(True))
        .order_by(Notice.id.desc())
    )  # fmt: skip


def list_notices(
    session: Session, user_id: int, *, before: UUID | None = None, limit: int = PAGE, unread: bool = False
) -> Sequence[NoticeRow]:
    """Return up to *limit* + 1 of a person's notices, newest first, older than the one named *before*.

    Args:
        unread: only those that wait to be read.
    """
    query = _rows(user_id).limit(limit + 1)
    if unread:
        query = query.where(Notice.read_at.is_(None))
    if before is not None:
        last = (
            select(Notice.id).where(Notice.user_id == user_id, Notice.public_id == before).scalar_subquery()
        )
        query = query.where(Notice.id < last)
    return [NoticeRow(*row) for row in session.execute(query)]


def since(session: Session, user_id: int, moment: datetime, limit: int = MOST) -> Sequence[NoticeRow]:
    """Return what a person was told since *moment*, newest first, up to *limit* + 1."""
    query = _rows(user_id).where(Notice.created_at >= moment).limit(limit + 1)
    return [NoticeRow(*row) for row in session.execute(query)]


def get_notice(session: Session, user_id: int, notice_id: UUID) -> Notice:
    """Return one of the person's own notices, for writing.

    Raises:
        AbsentError: there is none of theirs.
    """
    notice = session.scalar(
        select(Notice).where(
            Notice.public_id == notice_id, Notice.user_id == user_id, Notice.on_page.is_(True)
        )
    )
    if notice is None:
        raise AbsentError(_("There is no such notice."))
    return notice


def count_unread(session: Session, user_id: int) -> int:
    """Return how many notices wait to be read."""
    query = select(func.count()).where(
        Notice.user_id == user_id, Notice.on_page.is_(True), Notice.read_at.is_(None)
    )
    return int(session.scalar(query) or 0)
