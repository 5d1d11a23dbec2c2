"""Writing down what was done with a thing, without changing it: its version stays, nobody's edit waits."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from nic_platform import audit

DOWNLOADED = "downloaded"


def note(
    session: Session, kind: str, row_id: int, action: str, changes: Mapping[str, Sequence[Any]], *,
    by: int | None, at: datetime,
) -> None:  # fmt: skip
    """Write a line to the end of a thing's history; two at once take turns.

    Args:
        kind: under which its changes are written down.
    """
    table: Any = audit.models()[kind].__table__
    columns = [table.c.public_id, *(table.c[name] for name in ("network_id",) if name in table.c)]
    row = session.execute(select(*columns).where(table.c.id == row_id).with_for_update()).mappings().one()
    seq, digest = audit.append(
        session, kind, row["public_id"], action, changes, by=by, at=at, network_id=row.get("network_id")
    )
    ended = {"audit_seq": seq, "audit_head": digest}
    session.execute(update(table).where(table.c.id == row_id).values(ended))
    session.expire_all()
