"""What Alembic runs: take the application's own connection and tables."""

from alembic import context
from flask import current_app
from sqlalchemy import TypeDecorator

migrate = current_app.extensions["migrate"]


def render_item(kind, item, _):
    """Write our own column types as the plain ones under them: migrations import no application code."""
    return f"sa.{item.impl_instance!r}" if kind == "type" and isinstance(item, TypeDecorator) else False


def check_keys(connection, *, are_on: bool) -> None:
    """Let SQLite hold foreign keys or not; other databases always do.

    SQLite changes a table by building it anew and dropping the old one. With keys held, the drop would delete
    every row that hangs on it.
    """
    if connection.dialect.name == "sqlite":  # only outside a transaction, so not through SQLAlchemy
        connection.connection.dbapi_connection.execute(f"PRAGMA foreign_keys = {'ON' if are_on else 'OFF'}")


def refuse_orphans(connection) -> None:
    """Stop before the commit if a row points at one that is gone."""
    if connection.dialect.name == "sqlite":
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(5)
        if orphans:
            raise RuntimeError(f"The migration would leave rows that point at nothing: {orphans}")


def run() -> None:
    """Run the migrations that were asked for, in one transaction."""
    with migrate.db.engine.connect() as connection:
        check_keys(connection, are_on=False)
        context.configure(
            connection=connection,
            target_metadata=migrate.db.metadata,
            render_item=render_item,
            **migrate.configure_args,
        )
        try:
            with context.begin_transaction():
                context.run_migrations()
                refuse_orphans(connection)
        finally:
            check_keys(connection, are_on=True)


run()
