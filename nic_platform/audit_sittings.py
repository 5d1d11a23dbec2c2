"""One line of history for one sitting: what a person types is saved every few seconds and told once.

While somebody types, ``transaction(actor, typing=True)`` saves as often as it likes. The first save of a
sitting adds a line to the object's history; the next ones of the same person carry that line on: what stood
there before the sitting stays its left side, what stands there now becomes its right side. Any other line
(somebody else's, or one that a button wrote) ends the sitting, and so does a pause of :data:`PAUSE`.
docs/decisions/0007-typing-is-one-line.md says why.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from nic_platform.tables import AuditEntry

TYPED = "typed"
PAUSE = timedelta(minutes=30)
"""A pause after which the next save begins a line of its own; as long as a sign-in may lie idle."""

Changes = dict[str, list[Any]]


def merged(before: Mapping[str, Any], after: Changes) -> Changes:
    """Return the changes of both saves as one; what was typed and cleared again is none."""
    both = {name: list(sides) for name, sides in before.items()}
    for name, (old, new) in after.items():
        both[name] = [both[name][0] if name in both else old, new]
    return {name: sides for name, sides in both.items() if sides[0] != sides[1]}


def carry_on(
    session: Session,
    thing: Any,
    changes: Changes,
    *,
    digests_of: Callable[[Mapping[str, Any]], Mapping[str, list[str]]],
    link_of: Callable[[str, Mapping[str, Any]], str],
) -> bool:
    """Put *changes* of *thing* into the line that the same sitting began; say whether there was one.

    Raises:
        StaleDataError: somebody else wrote the object's history meanwhile.
    """
    table: Any = AuditEntry.__table__
    here = (table.c.kind == thing.__audited__, table.c.object_id == thing.public_id)
    rows = session.connection().execute(
        select(table).where(*here, table.c.seq >= thing.audit_seq - 1).order_by(table.c.seq.desc()).limit(2)
    )
    found = [dict(row) for row in rows.mappings()]
    if not found or not _is_same_sitting(found[0], thing):
        return False
    last = found[0]
    both = merged(last["changes"], changes)
    entry = {**last, "at": thing.updated_at, "changes": both, "digests": digests_of(both)}
    entry["digest"] = link_of(found[1]["digest"] if len(found) > 1 else "", entry)
    kept = {name: entry[name] for name in ("at", "changes", "digests", "digest")}
    where = (table.c.id == last["id"], table.c.digest == last["digest"])
    if session.connection().execute(update(table).where(*where).values(kept)).rowcount != 1:
        raise StaleDataError(f"the history of {thing.__audited__} {thing.public_id} went on meanwhile")
    thing.audit_head = entry["digest"]
    return True


def _is_same_sitting(last: Mapping[str, Any], thing: Any) -> bool:
    return bool(
        last["action"] == TYPED
        and last["user_id"] == thing.updated_by_id
        and last["digest"] == thing.audit_head
        and last["changes"] is not None
        and thing.updated_at - last["at"] <= PAUSE
    )
