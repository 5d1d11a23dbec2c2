"""Whether written history and objects still agree: finds what was changed behind the platform's back."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from nic_platform.audit import digests_of, link_of, models, plain
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
        elif row["changes"] is not None and digests_of(row["changes"]) != row["digests"]:
            yield Fault(*place, row["seq"], "a value in its history was changed")
        heads[place] = (row["seq"], row["digest"])
    yield from _verify_objects(session, heads, step)


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
