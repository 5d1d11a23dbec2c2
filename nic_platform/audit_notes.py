"""Writing down what was done with a thing, without changing it: its version stays, nobody's edit waits."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from nic_platform import audit
from nic_platform.tables import AuditEntry

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
    names = ("public_id", "audit_seq", "audit_head", *({"network_id"} & set(table.c.keys())))
    query = select(*(table.c[name] for name in names)).where(table.c.id == row_id).with_for_update()
    held = session.execute(query).mappings().one()
    told = {name: [audit.plain(side) for side in sides] for name, sides in changes.items()}
    row: dict[str, Any] = {
        "network_id": held.get("network_id"), "kind": kind, "object_id": held["public_id"],
        "seq": held["audit_seq"] + 1, "action": action, "at": at, "user_id": by, "changes": told,
        "digests": audit.digests_of(told),
    }  # fmt: skip
    row["digest"] = audit.link_of(held["audit_head"], row)
    session.execute(insert(AuditEntry), [row])
    ended = {"audit_seq": row["seq"], "audit_head": row["digest"]}
    session.execute(update(table).where(table.c.id == row_id).values(ended))
    session.expire_all()
