"""Taking note that mail to somebody comes back: it stops until the address changes or is tried again."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from nic_platform.bounces import Bounce
from nic_platform.database import Base
from nic_platform.tables import Notice


def take_note(session: Session, bounces: Iterable[Bounce], at: datetime) -> dict[str, int]:
    """Note what came back; return how many addresses were stopped, passed over and unknown.

    A report of a letter that went to another address than the person has now stops nothing.
    """
    counts = {"stopped": 0, "passing": 0, "unknown": 0}
    for bounce in bounces:
        counts[_note(session, bounce, at)] += 1
    return counts


def _note(session: Session, bounce: Bounce, at: datetime) -> str:
    found = session.execute(
        select(Notice.id, Notice.user_id, Notice.address).where(Notice.public_id == bounce.letter)
    ).first()
    if found is None:
        return "unknown"
    session.execute(
        update(Notice)
        .where(Notice.id == found.id)
        .values(mail_state="failed", mail_error=bounce.said[:500] or "came back")
    )
    if not bounce.is_for_good:
        return "passing"
    if found.user_id is None:
        return "stopped" if (found.address or "").lower() == bounce.address else "unknown"
    return "stopped" if stop_mail(session, found.user_id, bounce.address, bounce.said, at) else "unknown"


def stop_mail(session: Session, user_id: int, address: str, said: str, at: datetime) -> bool:
    """Stop mail to a person whose address this is; say whether it is."""
    table = Base.metadata.tables["user_account"]  # the frame knows no domain, only this table's name
    taken = session.execute(
        update(table)
        .where(table.c.id == user_id, table.c.email == address.lower())
        .values(mail_bounced_at=at, mail_bounce=said[:300])
    )
    return cast(CursorResult[Any], taken).rowcount == 1
