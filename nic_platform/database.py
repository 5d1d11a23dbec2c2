"""The one database handle, the columns every table shares, and the one place that commits."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any, ClassVar, cast
from uuid import UUID, uuid4

from flask import g, has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    Connection,
    DateTime,
    Dialect,
    Engine,
    ForeignKey,
    MetaData,
    TypeDecorator,
    Uuid,
    event,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column
from sqlalchemy.orm.exc import StaleDataError

from nic_platform import clock
from nic_platform.actor import Actor
from nic_platform.errors import ConflictError
from nic_platform.sessions import ReadySession
from nic_platform.text import _

Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class Base(DeclarativeBase):
    """Parent of every table; named constraints can be dropped by later migrations."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )

    __audited__: ClassVar[str | None] = None  # the kind under which changes are written down, if they are


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in time: aware in Python, UTC in the database, whichever database that is."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware moment into UTC; a naive one is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give the moment its time zone back, which SQLite drops."""
        if value is None:
            return None
        return cast(datetime, value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))


class Named:
    """A row with an inner number for joins and a random name for the outside world."""

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)


class Tenant(Named):
    """A row that belongs to one network; every query for it names the network."""

    @declared_attr
    def network_id(cls) -> Mapped[int]:
        """The network the row belongs to."""
        return mapped_column(ForeignKey("network.id", ondelete="CASCADE"), index=True)


class Edited:
    """A row that a person edits: who and when, soft delete, and a version that stops lost updates.

    The flush hook below fills author, time and version and writes the audit row in the same transaction.
    ``audit_seq`` and ``audit_head`` are the end of this row's own audit chain.
    """

    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    audit_seq: Mapped[int] = mapped_column(default=0)
    audit_head: Mapped[str] = mapped_column(default="")

    @declared_attr
    def created_by_id(cls) -> Mapped[int | None]:
        """Who made the row; empty for what the platform made itself."""
        return mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))

    @declared_attr
    def updated_by_id(cls) -> Mapped[int | None]:
        """Who changed the row last."""
        return mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        """Let the database refuse an update of a version that is no longer there."""
        return {"version_id_col": cls.version}


db = SQLAlchemy(model_class=Base, disable_autonaming=True, session_options={"class_": ReadySession})


def session() -> Session:
    """Return this request's session, typed as SQLAlchemy's own."""
    return cast(Session, db.session())


@contextmanager
def transaction(
    actor: Actor | None = None, at: datetime | None = None, *, typing: bool = False
) -> Iterator[Session]:
    """Commit what the block did in *actor*'s name, or undo all of it if the block raises.

    Args:
        actor: who is writing; ``None`` for the platform itself.
        at: when, UTC; now unless given.
        typing: the block keeps what somebody is typing: all saves of a sitting are one line of history.

    Where :func:`hold` was called before, what is done in somebody's name is kept for :func:`release`.

    Raises:
        ConflictError: somebody else changed one of the rows meanwhile; nothing was written.
    """
    current = session()
    current.info["user_id"] = actor.user_id if actor else None
    current.info["at"] = at or clock.now()
    current.info["typing"] = typing
    try:
        yield current
        current.flush()
        if not _is_held(current, actor):
            current.commit()
    except (StaleDataError, IntegrityError) as error:
        current.rollback()
        if isinstance(error, IntegrityError) and not _is_second_saver(error):
            raise
        raise ConflictError(_("Somebody else saved this a moment ago. Nothing was overwritten.")) from error
    except OperationalError as error:
        current.rollback()
        if not _is_deadlock(error):
            raise
        raise ConflictError(_("Somebody else saved this a moment ago. Nothing was overwritten.")) from error
    except BaseException:
        current.rollback()
        raise
    finally:
        current.info.pop("user_id", None)
        current.info.pop("at", None)
        current.info.pop("typing", None)
    if current.info.get("held"):
        return
    for after in current.info.pop("after_commit", []):
        after()


def plan_anew(current: Session) -> None:
    """Let PostgreSQL plan the rest of this transaction's statements for their own values.

    A statement kept ready has one plan for all values: right for a school, wrong for a state.
    """
    if current.get_bind().dialect.name == "postgresql":
        current.execute(select(func.set_config("plan_cache_mode", "force_custom_plan", True)))


def hold(current: Session) -> None:
    """Let what follows be one transaction, which the first one after :func:`release` commits.

    What the platform itself writes before anything was done in somebody's name, such as a try of a password
    that counts, is committed at once all the same: a failure of the rest must not undo it.
    """
    current.info["held"] = []


def release(current: Session) -> None:
    """End what :func:`hold` began; nothing is committed or undone by this alone."""
    current.info.pop("held", None)


def _is_held(current: Session, actor: Actor | None) -> bool:
    """Say whether a commit has to wait; then others' rows are read anew, as after a commit."""
    held = current.info.get("held")
    if held is None or (actor is None and not held):
        return False
    held.append(True)
    current.expire_all()
    return True


def _is_second_saver(error: IntegrityError) -> bool:
    """Say whether two saved one object at once: the second meets the first's audit row before its version."""
    said = str(error.orig)
    return "uq_audit_entry_kind" in said or "audit_entry.kind, audit_entry.object_id" in said


def _is_deadlock(error: OperationalError) -> bool:
    """Say whether PostgreSQL ended one of two who waited for each other; the other goes on."""
    return getattr(error.orig, "sqlstate", None) == "40P01"


def after_commit(current: Session, action: Any) -> None:
    """Call *action* once the running transaction has been committed (and not if it is undone)."""
    current.info.setdefault("after_commit", []).append(action)


@event.listens_for(Session, "after_rollback")
def _forget_actions(current: Session) -> None:
    current.info.pop("after_commit", None)


_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "busy_timeout = 15000",
    "cache_size = -65536",
)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: object, _record: object) -> None:
    # Python's driver starts transactions too late and so loses updates; from here on SQLAlchemy starts them.
    # FULL keeps every acknowledged write through a power cut, not only through a crash of the program.
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    # Who will write takes the lock first: then it waits its turn, and no update is lost.
    if connection.dialect.name == "sqlite":
        reads = connection.get_execution_options().get("read_only") or (
            has_request_context() and request.method in {"GET", "HEAD", "OPTIONS"} and not g.get("writes")
        )
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


# PostgreSQL keeps a statement that was asked often parsed and planned, for each connection; the driver throws
# all of them away when a transaction is undone, which is how a page that only read would end.
READY = 500  # statements kept so, for each connection
_READING = re.compile(
    r"\s*(?:SELECT\b|WITH\b(?!.*\b(?:INSERT|UPDATE|DELETE|MERGE)\b))", re.DOTALL | re.IGNORECASE
)
_WROTE = "wrote"  # whether a connection's running transaction may have changed anything


@event.listens_for(Engine, "connect")
def _keep_statements(connection: Any, _record: object) -> None:
    if hasattr(connection, "prepared_max"):
        from nic_platform.pg_cursors import PlainCursor  # who keeps to SQLite needs no driver of PostgreSQL

        connection.prepared_max = READY
        connection.cursor_factory = PlainCursor


@event.listens_for(Engine, "begin")
def _has_not_written(connection: Connection) -> None:
    connection.info[_WROTE] = False


@event.listens_for(Engine, "before_cursor_execute")
def _has_written(connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
    if not connection.info.get(_WROTE) and not _READING.match(statement):
        connection.info[_WROTE] = True


@event.listens_for(Engine, "rollback")
def _end_reading(connection: Connection) -> None:
    # Nothing was written, so that nothing is kept by this; what was asked stays ready for the next page.
    if connection.dialect.name == "postgresql" and connection.info.get(_WROTE) is False:
        line = connection.connection.dbapi_connection
        if line is not None:
            with suppress(DBAPIError, connection.dialect.loaded_dbapi.Error):
                line.commit()
