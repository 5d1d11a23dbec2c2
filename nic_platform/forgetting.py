"""Taking old values out of the trail of changes, which keeps who did what and when, and still verifies."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from nic_platform.audit import REDACTED, close_redacted
from nic_platform.tables import AuditEntry


def forget_before(session: Session, kind: str, object_id: UUID, before: datetime, *, at: datetime) -> bool:
    """Take the values of older lines out of an object's history, and say whether there were any.

    A line at its end says up to which one; values that are missing after that are still found.
    """
    old = (
        AuditEntry.kind == kind, AuditEntry.object_id == object_id, AuditEntry.at < before,
        AuditEntry.changes.is_not(None), AuditEntry.action != REDACTED,
    )  # fmt: skip
    until = session.scalar(select(func.max(AuditEntry.seq)).where(*old))
    if until is None:
        return False
    session.execute(update(AuditEntry).where(*old).values(changes=None))
    close_redacted(session, kind, object_id, {"until": [None, until]}, by=None, at=at)
    return True
