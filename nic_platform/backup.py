"""Takes everything out of a database into one archive, and puts it back, from either database to either.

It works on the tables as they are, not on the models, so that a backup can be made before an upgrade and
restored by a later version. All rows come from one snapshot, however many people work meanwhile.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any
from uuid import UUID

from sqlalchemy import (
    CHAR,
    JSON,
    Column,
    Connection,
    Date,
    DateTime,
    Engine,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    Time,
    Uuid,
    event,
    func,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.schema import sort_tables_and_constraints

from nic_platform import archive, clock
from nic_platform.archive import Manifest, Member
from nic_platform.database import UtcDateTime
from nic_platform.storage import Storage

VERSION_TABLE = "alembic_version"
KEY_MEMBER = "secret_key"
_BATCH = 1000

Told = Callable[[int], None]


class BackupError(Exception):
    """The backup or the restore can't be done; the text says why and what to do."""


def fingerprint(secret: str) -> str:
    """Return what tells two secret keys apart without giving either away."""
    return hashlib.sha256(b"which key:" + secret.encode()).hexdigest()[:16]


# ---------------------------------------------------------------- the tables as they are


def tables(connection: Connection) -> dict[str, Table]:
    """Return the platform's tables as the database has them, parents before children.

    Their column types speak plain Python.
    """
    metadata = MetaData()
    names = [name for name in inspect(connection).get_table_names() if _is_ours(name)]

    @event.listens_for(metadata, "column_reflect")
    def speak_plainly(_inspector: object, _table: object, column: dict[str, Any]) -> None:
        column["type"] = _plain_type(column["type"])

    metadata.reflect(connection, only=names)
    every = [metadata.tables[name] for name in sorted(names)]
    ordered = sort_tables_and_constraints(every)  # type: ignore[no-untyped-call]  # left untyped by SQLAlchemy
    return {table.name: table for table, _constraints in ordered if table is not None}


def _is_ours(name: str) -> bool:
    return name != VERSION_TABLE and not name.startswith(("huey_", "sqlite_"))


def _plain_type(kind: Any) -> Any:
    if isinstance(kind, JSON):
        return JSON(none_as_null=True)
    if isinstance(kind, DateTime):
        return UtcDateTime()
    if isinstance(kind, CHAR) and kind.length == 32:  # how SQLite keeps a UUID
        return Uuid()
    if isinstance(kind, Numeric):
        return type(kind)(asdecimal=False) if kind.asdecimal else kind
    return kind


def revision(connection: Connection) -> str:
    """Return the migration that the database stands at, or an empty text if it has none."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return ""
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return str(found or "")


def has_rows(connection: Connection) -> bool:
    """Say whether any of the platform's tables holds anything."""
    return any(
        connection.execute(select(1).select_from(table).limit(1)).scalar()
        for table in tables(connection).values()
    )


# ---------------------------------------------------------------- taking out


def count_rows(engine: Engine) -> int:
    """Return how many rows a backup would hold, for a progress bar."""
    with _reading(engine) as connection:
        return sum(_count(connection, table) for table in tables(connection).values())


def _reading(engine: Engine) -> Connection:
    """Return a connection that sees one moment and keeps no writer waiting."""
    options: dict[str, Any] = {"read_only": True}
    if engine.dialect.name == "postgresql":
        options["isolation_level"] = "REPEATABLE READ"
    return engine.execution_options(**options).connect()


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def dump(
    engine: Engine,
    storage: Storage,
    path: Path,
    *,
    platform: str,
    secret: str,
    key_file: Path | None,
    told: Told = lambda _count: None,
) -> Manifest:
    """Write everything into the archive *path*, which appears there only when it is whole.

    Args:
        key_file: the file with the secret key, taken along; ``None`` when the key comes from the environment.
        told: is called with the number of rows after each batch.

    Raises:
        BackupError: the database has no tables of ours.
    """
    with _reading(engine) as connection, archive.Writer(path) as writer:
        found, at = tables(connection), revision(connection)
        if not at or not found:
            raise BackupError("This database is empty. There is nothing to back up.")
        for name, table in found.items():
            with TemporaryFile() as lines:
                rows = _write_rows(connection, table, lines, told)
                writer.add(f"tables/{name}.jsonl", lines, rows)
        missing = _add_files(connection, found, storage, writer)
        if key_file is not None:
            with key_file.open("rb") as stream:
                writer.add(KEY_MEMBER, stream)
        manifest = Manifest(
            platform=platform,
            revision=at,
            database=engine.dialect.name,
            made_at=clock.now().isoformat(timespec="seconds"),
            is_demo=_is_demo(connection, found),
            key_fingerprint=fingerprint(secret),
            missing=missing,
        )
        return writer.finish(manifest)


def _write_rows(connection: Connection, table: Table, out: IO[bytes], told: Told) -> int:
    order = list(table.primary_key.columns)
    count = 0
    out.write(_line([column.name for column in table.columns]))
    query = select(table).order_by(*order)
    with connection.execute(query, execution_options={"yield_per": _BATCH}) as result:
        for part in result.partitions():
            for row in part:
                out.write(_line([_encoded(value) for value in row]))
            count += len(part)
            told(len(part))
    return count


def _line(values: list[Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode() + b"\n"


def _encoded(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def _add_files(
    connection: Connection, found: dict[str, Table], storage: Storage, writer: archive.Writer
) -> list[str]:
    missing = []
    for key in connection.execute(select(found["attachment"].c.key).distinct().order_by("key")).scalars():
        try:
            with storage.open(key) as stream:
                writer.add(f"files/{key}", stream)
        except FileNotFoundError:
            missing.append(key)
    return missing


def _is_demo(connection: Connection, found: dict[str, Table]) -> bool:
    return any(connection.execute(select(found["installation"].c.is_demo)).scalars().all())


# ---------------------------------------------------------------- putting back


def load(
    engine: Engine,
    storage: Storage,
    path: Path,
    manifest: Manifest,
    *,
    replace: bool = False,
    told: Told = lambda _count: None,
) -> None:
    """Fill the database from a verified archive, in one transaction.

    The database stands at the archive's migration. Foreign keys are checked at the end, so that rows may come
    in any order.

    Raises:
        BackupError: the database holds something and *replace* is false, or stands at another migration, or
            the archive and the tables do not agree; nothing was changed.
    """
    with engine.begin() as connection:
        if revision(connection) != manifest.revision:
            raise BackupError("The database stands at another migration than the backup. Use an empty one.")
        if not replace and has_rows(connection):
            raise BackupError("The database is not empty. Use --replace to put the backup in its place.")
        found = tables(connection)
        _defer_keys(connection)
        _empty(connection, found)
        listed = manifest.named()
        for name, stream in archive.members(path):
            if name.startswith("tables/"):
                _read_rows(connection, _table_of(name, found), stream, listed[name], told)
            elif name.startswith("files/"):
                storage.put_back(name.removeprefix("files/"), stream)
        _check_keys(connection)
        _reset_counters(connection, found)


def _table_of(name: str, found: dict[str, Table]) -> Table:
    table = found.get(name.removeprefix("tables/").removesuffix(".jsonl"))
    if table is None:
        raise BackupError(f"The backup holds {name}, which this database has no table for.")
    return table


def _read_rows(connection: Connection, table: Table, stream: IO[bytes], listed: Member, told: Told) -> None:
    columns = [table.columns[name] for name in json.loads(stream.readline())]
    count = 0
    for batch in _batches(stream):
        rows = [
            {
                column.name: decoded(column, value)
                for column, value in zip(columns, json.loads(line), strict=True)
            }
            for line in batch
        ]
        connection.execute(insert(table), rows)
        count += len(rows)
        told(len(rows))
    if count != listed.rows:
        raise BackupError(f"{table.name}: {count} rows where the list says {listed.rows}.")


def _batches(stream: IO[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    for line in stream:
        batch.append(line)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def decoded(column: Column[Any], value: Any) -> Any:
    """Return what a column holds from what JSON tells of it: days, moments, times, ids, bytes."""
    if value is None:
        return None
    kind = column.type
    if isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    if isinstance(kind, Time):
        return time.fromisoformat(value)
    if isinstance(kind, Uuid):
        return UUID(value)
    if isinstance(kind, LargeBinary):
        return base64.b64decode(value)
    return value


_FOREIGN_KEYS = text(
    "SELECT conrelid::regclass::text, quote_ident(conname) FROM pg_constraint "
    "WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
)


def _alter_keys(connection: Connection, how: str) -> None:
    for table, name in connection.execute(_FOREIGN_KEYS).all():
        connection.exec_driver_sql(f"ALTER TABLE {table} ALTER CONSTRAINT {name} {how}")


def _defer_keys(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    else:
        _alter_keys(connection, "DEFERRABLE INITIALLY DEFERRED")


def _check_keys(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            raise BackupError(f"A row of {broken[0]} names a row of {broken[2]} that is not there.")
    else:
        connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
        _alter_keys(connection, "NOT DEFERRABLE")


def _empty(connection: Connection, found: dict[str, Table]) -> None:
    if connection.dialect.name == "postgresql":
        names = ", ".join(
            connection.dialect.identifier_preparer.format_table(table) for table in found.values()
        )
        connection.exec_driver_sql(f"TRUNCATE {names}")
        return
    for table in reversed(found.values()):
        connection.execute(table.delete())


def _reset_counters(connection: Connection, found: dict[str, Table]) -> None:
    """Let PostgreSQL's counters go on after the highest number of each table."""
    if connection.dialect.name != "postgresql":
        return
    for table in found.values():
        if "id" in table.columns and table.columns["id"].type.python_type is int:
            quoted = connection.dialect.identifier_preparer.format_table(table)
            counter = connection.execute(select(func.pg_get_serial_sequence(quoted, "id"))).scalar()
            if counter:
                highest = connection.execute(select(func.max(table.columns["id"]))).scalar()
                connection.execute(select(func.setval(counter, highest or 1, highest is not None)))
