"""Taking out for good what was deleted long ago: the row, its parts, its files, the notices of it.

What others still rest on stays until they are gone too. The audit trail keeps who did what and when; its
values go, and that is written down, so that the trail can still be verified.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Table, delete, func, inspect, select, update
from sqlalchemy.orm import Session

from nic_platform import audit
from nic_platform.database import Base
from nic_platform.tables import Attachment, Notice

STAY = frozenset({
    "person", "network", "network_member", "membership", "site", "team", "link", "user_identity",
})  # fmt: skip
"""Kinds that are never taken out by themselves.

Who was where stands behind the authorship of everything else; and who was once connected with a sign-in of an
organisation is remembered so that nobody else gets in by the same name. They go with their network, their
provider or their person.
"""

PIECE = 500  # names asked for at once


@dataclass(frozen=True)
class Root:
    """Something that was deleted long ago, with the kind it is audited under."""

    kind: str
    id: int


@dataclass
class Whole:
    """A deleted thing with the parts that go with it.

    ``ids`` are rows by table, ``named`` their kinds and public ids, ``loose`` what lives on and only refers
    to one of them: table, column, row.
    """

    ids: dict[Table, set[int]] = field(default_factory=dict)
    named: list[tuple[str, UUID]] = field(default_factory=list)
    loose: list[tuple[Table, str, int]] = field(default_factory=list)
    is_needed: bool = False


@dataclass
class Report:
    """What went, or would go: things and their parts by kind, what had to stay, files, notices."""

    gone: Counter[str] = field(default_factory=Counter)
    stays: Counter[str] = field(default_factory=Counter)
    files: int = 0
    bytes: int = 0
    notices: int = 0
    old: Counter[str] = field(default_factory=Counter)  # what was kept long enough: looks, jobs, words …
    keys: list[str] = field(default_factory=list)  # under which files lay that nobody needs any more
    seen: dict[Table, set[int]] = field(default_factory=dict)  # rows counted, so that none is counted twice

    def as_dict(self) -> dict[str, Any]:
        """Return it as a job's result or JSON holds it."""
        return {
            "gone": dict(sorted(self.gone.items())), "stays": dict(sorted(self.stays.items())),
            "files": self.files, "bytes": self.bytes, "notices": self.notices,
            "old": {name: count for name, count in sorted(self.old.items()) if count},
        }  # fmt: skip


@cache
def _kinds() -> Mapping[Table, str]:
    return {model.__table__: kind for kind, model in audit.models().items()}


@cache
def _referrers() -> Mapping[Table, tuple[tuple[Table, str, str], ...]]:
    """Return by table who refers to it: table, column, and what the database does when a row goes."""
    found: dict[Table, list[tuple[Table, str, str]]] = {}
    for table in Base.metadata.tables.values():
        for key in table.foreign_keys:
            how = (key.ondelete or "").upper()
            found.setdefault(key.column.table, []).append((table, key.parent.name, how))
    return {table: tuple(rows) for table, rows in found.items()}


def roots(session: Session, before: datetime, network_id: int | None = None) -> Iterator[Root]:
    """Yield what was deleted before a moment, parts before what they belong to.

    Args:
        network_id: whose; without it, what belongs to no network.
    """
    kinds = _kinds()
    for table in reversed(Base.metadata.sorted_tables):
        kind = kinds.get(table)
        if kind is None or kind in STAY or "network_id" not in table.c:
            continue
        query = select(table.c.id).where(table.c.deleted_at < before, table.c.network_id == network_id)
        for row_id in session.scalars(query.order_by(table.c.id)).all():
            yield Root(kind, row_id)


def purge(session: Session, root: Root, before: datetime, report: Report, *, is_dry: bool = False) -> bool:
    """Take one thing out with its parts and say whether it went; *report* is told. The caller commits.

    Nothing happens where somebody brought it back meanwhile, another worker was first, or it is needed.
    """
    table: Any = audit.models()[root.kind].__table__
    query = select(table.c.id).where(table.c.id == root.id, table.c.deleted_at < before)
    if session.scalar(query if is_dry else query.with_for_update()) is None:
        return False
    if root.id in report.seen.get(table, ()):
        return False
    whole = gather(session, table, root.id, report.seen)
    if whole.is_needed:
        report.stays[root.kind] += 1
        return False
    report.gone.update(kind for kind, _id in whole.named)
    _files(session, whole, report, is_dry=is_dry)
    _notices(session, whole, report, is_dry=is_dry)
    if not is_dry:
        for other, column, row_id in whole.loose:
            _let_go(session, other, column, row_id)
        at = session.info["at"]
        for kind, public_id in whole.named:
            audit.redact(session, kind, public_id, by=None, at=at)
        session.execute(delete(table).where(table.c.id == root.id))
        session.expire_all()
    for here, ids in whole.ids.items():  # last: what could not go now is no gap in what is above it
        report.seen.setdefault(here, set()).update(ids)
    return True


def gather(session: Session, table: Table, row_id: int, gone: Mapping[Table, set[int]]) -> Whole:
    """Return a deleted thing with what goes with it, what lets go of it, and whether something needs it.

    Rows that are *gone* already count for nothing, also where they are only said to go.

    It is needed where something that stays can't be without it, or is of its own kind and below it.
    """
    whole = Whole()
    waiting = [(table, {row_id})]
    while waiting:
        here, ids = waiting.pop()
        whole.ids.setdefault(here, set()).update(ids)
        _name(session, whole, here, ids)
        for other, column, how in _referrers().get(here, ()):
            if how != "CASCADE" or other not in _kinds():
                continue
            refers = other.c[column].in_(sorted(ids))
            new = set(session.scalars(select(other.c.id).where(refers)))
            new -= whole.ids.get(other, set()) | gone.get(other, set())
            if new and other is table and _lives(session, other, new):
                whole.is_needed = True
            if new:
                waiting.append((other, new))
    for here, ids in whole.ids.items():
        _look_around(session, whole, here, ids, gone)
    return whole


def _name(session: Session, whole: Whole, table: Table, ids: set[int]) -> None:
    rows = session.scalars(select(table.c.public_id).where(table.c.id.in_(sorted(ids))))
    whole.named += [(_kinds()[table], public_id) for public_id in rows]


def _lives(session: Session, table: Table, ids: set[int]) -> bool:
    living = select(table.c.id).where(table.c.id.in_(sorted(ids)), table.c.deleted_at.is_(None))
    return session.scalar(living.limit(1)) is not None


def _look_around(
    session: Session, whole: Whole, table: Table, ids: set[int], gone: Mapping[Table, set[int]]
) -> None:
    """Find what stays and refers to rows that go."""
    for other, column, how in _referrers().get(table, ()):
        if how == "CASCADE" or "id" not in other.c:
            continue
        found = set(session.scalars(select(other.c.id).where(other.c[column].in_(sorted(ids)))))
        found -= whole.ids.get(other, set()) | gone.get(other, set())
        if how != "SET NULL":
            whole.is_needed = whole.is_needed or bool(found)
        elif other in _kinds():
            whole.loose += [(other, column, row_id) for row_id in sorted(found)]


def _let_go(session: Session, table: Table, column: str, row_id: int) -> None:
    """Empty a reference of something that lives on; its history says so, its version stays."""
    row = session.execute(
        select(table.c.public_id, table.c[column]).where(table.c.id == row_id).with_for_update()
    ).one()
    attribute = inspect(audit.models()[_kinds()[table]]).get_property_by_column(table.c[column]).key
    seq, digest = audit.append(
        session, _kinds()[table], row.public_id, audit.CHANGED, {attribute: (row[1], None)},
        by=None, at=session.info["at"],
    )  # fmt: skip
    values = {column: None, "audit_seq": seq, "audit_head": digest}
    session.execute(update(table).where(table.c.id == row_id).values(values))


def _files(session: Session, whole: Whole, report: Report, *, is_dry: bool) -> None:
    """Take the files along that are attached to what goes; their bytes go after the commit."""
    ids = [public_id for _kind, public_id in whole.named]
    for start in range(0, len(ids), PIECE):
        _take(session, Attachment.object_id.in_(ids[start : start + PIECE]), report, is_dry=is_dry)


def old_files(
    session: Session, before: datetime, report: Report, network_id: int, *, is_dry: bool = False
) -> None:
    """Take out the files of a network that were taken away before a moment."""
    old = (Attachment.deleted_at < before) & (Attachment.network_id == network_id)
    _take(session, old, report, is_dry=is_dry)


def _take(session: Session, which: Any, report: Report, *, is_dry: bool) -> None:
    seen = report.seen.setdefault(Base.metadata.tables["attachment"], set())
    query = select(Attachment.id, Attachment.key, Attachment.size).where(which)
    rows = [row for row in session.execute(query) if row.id not in seen]
    seen.update(row.id for row in rows)
    report.files += len(rows)
    report.bytes += sum(row.size for row in rows)
    if rows and not is_dry:
        gone = [row.id for row in rows]
        session.execute(delete(Attachment).where(Attachment.id.in_(gone)))
        report.keys += [row.key for row in rows]


def _notices(session: Session, whole: Whole, report: Report, *, is_dry: bool) -> None:
    """Take the notices along whose page is gone: their subjects hold its words."""
    names = [str(public_id) for _kind, public_id in whole.named]
    for start in range(0, len(names), PIECE):
        which = func.substr(Notice.path, func.length(Notice.path) - 35).in_(names[start : start + PIECE])
        ids = list(session.scalars(select(Notice.id).where(which)))
        report.notices += len(ids)
        if ids and not is_dry:
            session.execute(delete(Notice).where(Notice.id.in_(ids)))
