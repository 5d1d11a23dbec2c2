"""Writes the whole archive of one network into a file. All rows come from one moment."""

import io
import json
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version
from typing import IO, Any
from uuid import UUID

from sqlalchemy import Connection, Engine, select

from interchange import archive_queries, archive_words
from interchange.archive_file import README, SCHEMA, Manifest, Writer
from interchange.archive_queries import Namer
from interchange.archive_tables import LEFT_OUT, PEOPLE, TRAIL
from nic_platform import clock
from nic_platform.audit import link_of
from nic_platform.backup import revision
from nic_platform.database import Base
from nic_platform.storage import Storage
from nic_platform.tables import AuditEntry

Told = Callable[[int], None]
_STEP = 2000


def nobody(_per_cent: int) -> None:
    """Tell nobody how far it has come."""


class _Progress:
    def __init__(self, total: int, told: Told) -> None:
        self._total, self._told, self._done = max(total, 1), told, 0

    def watch(self, rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for row in rows:
            self._done += 1
            if self._done % _STEP == 0:
                self._told(min(95, 95 * self._done // self._total))
            yield row


def write(engine: Engine, storage: Storage, network_id: int, out: IO[bytes], told: Told = nobody) -> Manifest:
    """Write the archive of a network into *out*, and return its list.

    Args:
        told: is told how far it has come, in per cent; what it raises ends the work.
    """
    options: dict[str, Any] = {"read_only": True}
    if engine.dialect.name == "postgresql":
        options["isolation_level"] = "REPEATABLE READ"
    with engine.execution_options(**options).connect() as connection:
        return write_from(connection, storage, network_id, out, told)


def write_from(
    connection: Connection, storage: Storage, network_id: int, out: IO[bytes], told: Told = nobody
) -> Manifest:
    """Write the archive of a network as one connection sees it."""
    writer = Writer(out)
    try:
        return _fill(writer, connection, storage, network_id, told)
    except BaseException:
        writer.give_up()
        raise


def _fill(writer: Writer, connection: Connection, storage: Storage, network_id: int, told: Told) -> Manifest:
    table = Base.metadata.tables["network"]
    network = connection.execute(
        select(table.c.public_id, table.c.name).where(table.c.id == network_id)
    ).one()
    place = (network_id, network.public_id)
    progress = _Progress(archive_queries.count(connection, *place), told)
    namer = Namer(archive_queries.names(connection, *place))
    rows = dict[str, int]()
    for each in archive_queries.tables():
        found = archive_queries.rows(connection, each, *place, namer)
        rows[each.name] = writer.add_rows(each.name, progress.watch(found))
    rows[PEOPLE] = writer.add_rows(PEOPLE, archive_queries.people(connection, namer.people))
    missing = _add_files(connection, storage, network_id, writer, told)
    tables, at = archive_queries.described(), revision(connection)
    writer.add(SCHEMA, _text(json.dumps(archive_words.schema(tables, at), ensure_ascii=False, indent=1)))
    writer.add(README, _text(archive_words.readme(network.name, tables, rows)))
    manifest = Manifest(
        platform=version("nic-platform"), revision=at, made_at=clock.now().isoformat(timespec="seconds"),
        network={"id": str(network.public_id), "name": network.name},
        trail={"entries": rows[TRAIL], "faults": faults(connection, *place)},
        left_out=dict(LEFT_OUT), missing=missing, parts=writer.parts,
    )  # fmt: skip
    writer.finish(manifest)
    told(100)
    return manifest


def _text(words: str) -> IO[bytes]:
    return io.BytesIO(words.encode())


def _add_files(
    connection: Connection, storage: Storage, network_id: int, writer: Writer, told: Told
) -> list[str]:
    table = Base.metadata.tables["attachment"]
    query = select(table.c.public_id, table.c.key).where(table.c.network_id == network_id)
    missing = []
    for row in connection.execute(query.order_by(table.c.id)).all():
        try:
            with storage.open(row.key) as stream:
                writer.add(f"files/{row.public_id}", stream)
        except FileNotFoundError:
            missing.append(str(row.public_id))
        told(96)
    return missing


def faults(connection: Connection, network_id: int, public_id: UUID) -> int:
    """Return how many lines of the network's trail do not follow from those before them."""
    table: Any = AuditEntry.__table__
    query = select(table).where(archive_queries.rows_of(table, network_id, public_id))
    order = (table.c.kind, table.c.object_id, table.c.seq)
    found, place, before = 0, None, ""
    with connection.execute(query.order_by(*order), execution_options={"yield_per": _STEP}) as result:
        for row in result.mappings():
            here = (row["kind"], row["object_id"])
            before = before if here == place else ""
            found += link_of(before, dict(row)) != row["digest"]
            place, before = here, row["digest"]
    return found
