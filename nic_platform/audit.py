"""Who changed what, when, from what to what: written in the transaction of the write, chained per object.

The chain covers keyed digests of the values; the values lie beside it and can be redacted.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import event, insert, inspect, select, update
from sqlalchemy.orm import InstanceState, Session
from sqlalchemy.orm.attributes import History

from nic_platform import audit_sittings, clock
from nic_platform.database import Base, Edited
from nic_platform.tables import AuditEntry

_UNTOLD = frozenset({
    "id", "public_id", "version", "created_at", "updated_at", "created_by_id", "updated_by_id", "audit_seq",
    "audit_head",
})  # fmt: skip
CREATED, CHANGED, DELETED, RESTORED, REDACTED, ADDED = (
    "created",
    "changed",
    "deleted",
    "restored",
    "redacted",
    "added",
)


@dataclass(frozen=True)
class Change:
    """One line of an object's history, newest first in lists."""

    seq: int
    action: str
    at: datetime
    user_id: int | None
    changes: Mapping[str, tuple[Any, Any]]


def plain(value: object) -> Any:
    """Return *value* as JSON can hold it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(inner) for inner in value]
    return value


class _Key:
    """The installation's key for the digests; set once by the application."""

    value = b""


def use_key(secret: str) -> None:
    """Derive the key of all digests from the installation's secret."""
    _Key.value = hashlib.sha256(b"audit:" + secret.encode()).digest()


def _key() -> bytes:
    return _Key.value


_SCALARS = frozenset({str, int, float, bool, type(None)})
_NOTHING: tuple[Any, ...] = (None, "", {}, [])  # what an import leaves empty is not told
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=str)  # slow to make


def _mac(key: bytes, *parts: object) -> str:
    return hmac.digest(key, _ENCODER.encode(parts).encode(), "sha256").hex()


def digests_of(changes: Mapping[str, Sequence[Any]]) -> dict[str, list[str]]:
    """Return the keyed digests of both sides of each change: what the chain covers instead of the values."""
    key = _key()
    return {
        field: [_mac_of_nothing(key, field) if side is None else _mac(key, field, side) for side in sides]
        for field, sides in changes.items()
    }


@lru_cache(maxsize=1024)
def _mac_of_nothing(key: bytes, field: str) -> str:
    """Return the digest that the empty side of each new thing's columns has, which is half of all digests."""
    return _mac(key, field, None)


def link_of(before: str, row: Mapping[str, Any]) -> str:
    """Return the digest of an entry, which covers that of the entry before it on the same object."""
    at = row["at"].isoformat()
    return _mac(
        _key(),
        before,
        row["kind"],
        str(row["object_id"]),
        row["seq"],
        row["action"],
        at,
        row["user_id"],
        row["digests"],
    )


def _stamp(thing: Any, info: Mapping[str, Any], new: bool) -> None:
    at = info.get("at") or clock.now()
    if new and thing.created_at is None:
        thing.created_at = at
        thing.created_by_id = thing.created_by_id or info.get("user_id")
    thing.updated_at = at if info.get("at") or thing.updated_at is None else clock.now()
    thing.updated_by_id = info.get("user_id")


def _sides(history: History) -> tuple[Any, Any]:
    before = history.deleted[0] if history.deleted else None
    after = history.added[0] if history.added else None
    return plain(before), plain(after)


def _changes(state: InstanceState[Any], new: bool) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    untold = _UNTOLD | getattr(state.mapper.class_, "__untold__", frozenset())
    for column in state.mapper.column_attrs:
        name = column.key
        if name in untold:
            if name not in _UNTOLD and state.attrs[name].history.has_changes():
                found[name] = [None, "changed"]
            continue
        if new:
            value = plain(getattr(state.object, name))
            if value is not None:
                found[name] = [None, value]
            continue
        history = state.attrs[name].history
        if history.has_changes():
            before, after = _sides(history)
            if before != after:
                found[name] = [before, after]
    return found


def _action(changes: Mapping[str, Sequence[Any]], new: bool) -> str:
    if new:
        return CREATED
    if "deleted_at" in changes:
        return DELETED if changes["deleted_at"][1] else RESTORED
    return CHANGED


@event.listens_for(Session, "before_flush")
def _write_down(session: Session, _context: object, _instances: object) -> None:
    things = [(thing, True) for thing in session.new] + [(thing, False) for thing in session.dirty]
    rows: list[dict[str, Any]] = []
    for thing, new in things:
        if not isinstance(thing, Base) or not isinstance(thing, Edited):
            continue
        if not new and not session.is_modified(thing, include_collections=False):
            continue
        _apply_defaults(thing, new)
        state: InstanceState[Any] = inspect(thing)
        changes = _changes(state, new)
        _stamp(thing, session.info, new)
        if changes and thing.__audited__:
            action = _action(changes, new)
            if action == CHANGED and session.info.get("typing"):
                action = audit_sittings.TYPED
                if audit_sittings.carry_on(session, thing, changes, digests_of=digests_of, link_of=link_of):
                    continue
            rows.append(_entry(thing, changes, action))
    if rows:
        table: Any = AuditEntry.__table__  # the mapped class costs twice as much
        session.execute(insert(table), rows)


@cache
def _defaults(model: type[Any]) -> list[tuple[str, Any]]:
    """Return the defaults of a model's columns, by the names of its attributes."""
    mapper = inspect(model)
    found = [
        (mapper.get_property_by_column(column).key, column.default)
        for column in mapper.columns
        if column.default is not None
    ]
    return [(name, default) for name, default in found if default.is_callable or default.is_scalar]


def _apply_defaults(thing: Any, new: bool) -> None:
    """Give a new object its names before the flush does, since its audit row is written first."""
    if not new:
        return
    model: Any = type(thing)
    for name, default in _defaults(model):
        if getattr(thing, name) is None:
            setattr(thing, name, default.arg(None) if default.is_callable else default.arg)


def _entry(thing: Any, changes: dict[str, list[Any]], action: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "network_id": getattr(thing, "network_id", None),
        "kind": thing.__audited__,
        "object_id": thing.public_id,
        "seq": (thing.audit_seq or 0) + 1,
        "action": action,
        "at": thing.updated_at,
        "user_id": thing.updated_by_id,
        "changes": changes,
        "digests": digests_of(changes),
    }
    row["digest"] = link_of(thing.audit_head or "", row)
    thing.audit_seq, thing.audit_head = row["seq"], row["digest"]
    return row


def _digester(key: bytes) -> Callable[[str, Any], str]:
    """Return a function that digests a value, and remembers those that come again and again in an import."""
    seen: dict[tuple[str, type, Any], str] = {}

    def digest(name: str, value: Any) -> str:
        kind = type(value)
        if kind not in _SCALARS:
            return _mac(key, name, value)
        place = (name, kind, value)
        found = seen.get(place)
        if found is None:
            found = seen[place] = _mac(key, name, value)
        return found

    return digest


def record_created(
    session: Session, kind: str, rows: Iterable[dict[str, Any]], *, by: int | None, at: datetime
) -> list[dict[str, Any]]:
    """Write the first audit row of each of *rows* and return the rows ready for a bulk insert.

    For imports that insert with Core. Each row must hold ``public_id`` and may hold ``network_id``; author,
    time, version and the end of its audit chain are added to it.
    """
    key = _key()
    digest = _digester(key)
    entries: list[dict[str, Any]] = []
    ready: list[dict[str, Any]] = []
    for row in rows:
        changes = {
            name: [None, plain(value)]
            for name, value in row.items()
            if name not in _UNTOLD and value not in _NOTHING
        }
        entry: dict[str, Any] = {
            "network_id": row.get("network_id"), "kind": kind, "object_id": row["public_id"], "seq": 1,
            "action": CREATED, "at": at, "user_id": by, "changes": changes,
            "digests": {name: [digest(name, side) for side in sides] for name, sides in changes.items()},
        }  # fmt: skip
        entry["digest"] = link_of("", entry)
        entries.append(entry)
        stamp = {"version": 1, "created_at": at, "updated_at": at, "created_by_id": by, "updated_by_id": by}
        ready.append({**row, **stamp, "audit_seq": 1, "audit_head": entry["digest"]})
    table: Any = AuditEntry.__table__  # the mapped class costs twice as much
    for start in range(0, len(entries), 2000):
        session.execute(insert(table), entries[start : start + 2000])
    return ready


def record(
    session: Session, thing: Any, action: str, changes: Mapping[str, Sequence[Any]] | None = None
) -> None:
    """Write down something done with *thing* that changes no column of it, such as an export or a grant."""
    _stamp(thing, session.info, new=False)
    told = {name: [plain(side) for side in sides] for name, sides in (changes or {}).items()}
    session.execute(insert(AuditEntry), [_entry(thing, told, action)])


def history(session: Session, kind: str, object_id: UUID) -> list[Change]:
    """Return what happened to one object, newest first; the caller asks whether the reader may see it."""
    rows = session.execute(
        select(AuditEntry.seq, AuditEntry.action, AuditEntry.at, AuditEntry.user_id, AuditEntry.changes)
        .where(AuditEntry.kind == kind, AuditEntry.object_id == object_id)
        .order_by(AuditEntry.seq.desc())
    )
    return [
        Change(
            row.seq,
            row.action,
            row.at,
            row.user_id,
            {k: (v[0], v[1]) for k, v in (row.changes or {}).items()},
        )
        for row in rows
    ]


def redact(
    session: Session,
    kind: str,
    object_id: UUID,
    *,
    by: int | None,
    at: datetime,
    fields: Collection[str] | None = None,
) -> None:
    """Take the values out of an object's history, leaving its chain whole; that is itself written down.

    Args:
        fields: the columns whose values go; all of them unless given.
    """
    here = (AuditEntry.kind == kind, AuditEntry.object_id == object_id)
    if not is_told(session, kind, object_id):
        return
    _take_out(session, here, fields)
    told: dict[str, list[Any]] = {} if fields is None else {"fields": [None, sorted(fields)]}
    close_redacted(session, kind, object_id, told, by=by, at=at)


def close_redacted(
    session: Session, kind: str, object_id: UUID, told: Mapping[str, Sequence[Any]], *, by: int | None,
    at: datetime,
) -> None:  # fmt: skip
    """Write down that values were taken out, at the end of a history and of its object, if that is there."""
    seq, digest = append(session, kind, object_id, REDACTED, told, by=by, at=at)
    model = models().get(kind)
    if model is not None:
        session.execute(
            update(model)
            .where(model.public_id == object_id)
            .values(audit_seq=seq, audit_head=digest)
            .execution_options(synchronize_session="fetch")
        )


def is_told(session: Session, kind: str, object_id: UUID) -> bool:
    """Say whether anything was written down of an object."""
    here = (AuditEntry.kind == kind, AuditEntry.object_id == object_id)
    return session.scalar(select(AuditEntry.id).where(*here).limit(1)) is not None


def append(
    session: Session,
    kind: str,
    object_id: UUID,
    action: str,
    changes: Mapping[str, Sequence[Any]],
    *,
    by: int | None,
    at: datetime,
    network_id: int | None = None,
) -> tuple[int, str]:
    """Write a line to the end of a history, and return its number and digest.

    For what holds no end of its chain itself: the caller sees to it that two never write at once.

    Args:
        network_id: whose history it is; that of the line before unless given.
    """
    last = session.execute(
        select(AuditEntry.seq, AuditEntry.digest, AuditEntry.network_id)
        .where(AuditEntry.kind == kind, AuditEntry.object_id == object_id)
        .order_by(AuditEntry.seq.desc())
        .limit(1)
    ).first()
    told = {name: [plain(side) for side in sides] for name, sides in changes.items()}
    row: dict[str, Any] = {
        "network_id": last.network_id if last and network_id is None else network_id, "kind": kind,
        "object_id": object_id, "seq": last.seq + 1 if last else 1, "action": action, "at": at,
        "user_id": by, "changes": told, "digests": digests_of(told),
    }  # fmt: skip
    row["digest"] = link_of(last.digest if last else "", row)
    session.execute(insert(AuditEntry), [row])
    return row["seq"], row["digest"]


def _take_out(session: Session, here: Sequence[Any], fields: Collection[str] | None) -> None:
    if fields is None:
        session.execute(update(AuditEntry).where(*here).values(changes=None))
        return
    for entry_id, changes in session.execute(select(AuditEntry.id, AuditEntry.changes).where(*here)).all():
        kept = {name: sides for name, sides in (changes or {}).items() if name not in fields}
        if changes is not None and kept != changes:
            session.execute(update(AuditEntry).where(AuditEntry.id == entry_id).values(changes=kept))


def models() -> dict[str, Any]:
    """Return every audited model by the kind under which its changes are written down."""
    classes: list[Any] = [mapper.class_ for mapper in Base.registry.mappers]
    return {model.__audited__: model for model in classes if model.__audited__ and issubclass(model, Edited)}
