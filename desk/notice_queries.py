"""What a person was told, newest first; nobody reads another's notices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from nic_platform.errors import AbsentError
from nic_platform.tables import Notice
from nic_platform.text import _

PAGE = 30


@dataclass(frozen=True)
class NoticeRow:
    """One notice. ``path`` is where its matter is, on this site."""

    id: UUID
    subject: str
    body: str
    path: str
    at: datetime
    is_read: bool


def list_notices(
    session: Session, user_id: int, *, before: UUID | None = None, limit: int = PAGE
) -> Sequence[NoticeRow]:
    """Return up to *limit* + 1 of a person's notices, newest first, older than the one named *before*."""
    query = (
        select(Notice.public_id, Notice.subject, Notice.body, Notice.path, Notice.created_at, Notice.read_at)
        .where(Notice.user_id == user_id, Notice.on_page.is_(True))
        .order_by(Notice.id.desc())
        .limit(limit + 1)
    )
    if before is not None:
        last = (
            select(Notice.id).where(Notice.user_id == user_id, Notice.public_id == before).scalar_subquery()
        )
        query = query.where(Notice.id < last)
    return [
        NoticeRow(row.public_id, row.subject, row.body, row.path, row.created_at, row.read_at is not None)
        for row in session.execute(query)
    ]


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
