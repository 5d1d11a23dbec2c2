"""Whether written history and objects still agree: finds what was changed behind the platform's back."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from nic_platform.audit import REDACTED, digests_of, link_of, models, plain
from nic_platform.tables import AuditEntry


@dataclass(frozen=True)
class Fault:
    """A place where the written history and the object no longer agree."""

    kind: str
    object_id: UUID
    seq: int
    what: str


def entries(session: Session) -> int:
    """Return how many acts are written down; :func:`verify` reads each twice."""
    return session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def verify(session: Session, step: Callable[[int], object] = lambda _count: None) -> Iterator[Fault]:
    """Yield every place where a row was changed behind the history's back.

    Args:
        step: is told how many more entries were read, each of them twice in all.
    """
    heads: dict[tuple[str, UUID], tuple[int, str]] = {}
    lost: dict[tuple[str, UUID], dict[int, set[str]]] = {}
    rows = session.execute(
        select(AuditEntry.__table__).order_by(AuditEntry.kind, AuditEntry.object_id, AuditEntry.seq),
        execution_options={"yield_per": 2000},
    )
    for row in rows.mappings():
        step(1)
        place = (row["kind"], row["object_id"])
        seq, before = heads.get(place, (0, ""))
        if row["seq"] != seq + 1:
            yield Fault(*place, row["seq"], "a row of its history is missing")
        elif link_of(before, dict(row)) != row["digest"]:
            yield Fault(*place, row["seq"], "a row of its history was changed")
        elif not _is_told(dict(row)):
            yield Fault(*place, row["seq"], "a value in its history was changed")
        heads[place] = (row["seq"], row["digest"])
        if missing := set(row["digests"]) - set(row["changes"] or ()):
            lost.setdefault(place, {})[row["seq"]] = missing
        if row["action"] == REDACTED and place in lost:
            _allow(lost, place, dict(row))
    for place, missing_by_seq in lost.items():
        for seq in missing_by_seq:
            yield Fault(*place, seq, "a value was taken out of its history without a word")
    yield from _verify_objects(session, heads, step)


def _is_told(row: Mapping[str, Any]) -> bool:
    """Say whether every value that stands in a row of history is the one that was written there."""
    if row["changes"] is None:
        return True
    digests = row["digests"]
    return all(digests.get(name) == found for name, found in digests_of(row["changes"]).items())


def _allow(
    lost: dict[tuple[str, UUID], dict[int, set[str]]], place: tuple[str, UUID], row: Mapping[str, Any]
) -> None:
    """Take note that values before *row*, a redaction, were taken out as it says.

    All of them, those of the columns it names, or those up to the line it names.
    """
    if not row["digests"]:
        del lost[place]
        return
    if "until" in (row["changes"] or {}):
        until = int(row["changes"]["until"][1])
        lost[place] = {seq: missing for seq, missing in lost[place].items() if seq > until}
        return
    named = set((row["changes"] or {}).get("fields", (None, ()))[1] or ())
    rest = {seq: missing - named for seq, missing in lost[place].items()}
    lost[place] = {seq: missing for seq, missing in rest.items() if missing}


def _verify_objects(
    session: Session, heads: Mapping[tuple[str, UUID], tuple[int, str]], step: Callable[[int], object]
) -> Iterator[Fault]:
    for kind, model in sorted(models().items()):
        table: Any = model.__table__
        names = [table.c[attr.columns[0].name] for attr in inspect(model).column_attrs]
        told = _last_told(session, kind, step)
        for row in session.execute(select(*names), execution_options={"yield_per": 2000}).mappings():
            place = (kind, row["public_id"])
            if (row["audit_seq"], row["audit_head"]) != heads.get(place, (0, "")):
                yield Fault(
                    kind, row["public_id"], row["audit_seq"], "the object and its history end differently"
                )
                continue
            untold: frozenset[str] = getattr(model, "__untold__", frozenset())
            for field, value in told.get(row["public_id"], {}).items():
                if field in row and field not in untold and plain(row[field]) != value:
                    yield Fault(
                        kind, row["public_id"], row["audit_seq"], f"{field} was changed behind its history"
                    )


def _last_told(session: Session, kind: str, step: Callable[[int], object]) -> dict[UUID, dict[str, Any]]:
    told: dict[UUID, dict[str, Any]] = {}
    rows = session.execute(
        select(AuditEntry.object_id, AuditEntry.changes)
        .where(AuditEntry.kind == kind)
        .order_by(AuditEntry.seq),
        execution_options={"yield_per": 2000},
    )
    for object_id, changes in rows:
        step(1)
        if changes is None:
            told.pop(object_id, None)
            continue
        told.setdefault(object_id, {}).update({name: sides[1] for name, sides in changes.items()})
    return told
