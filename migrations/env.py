"""What Alembic runs: take the application's own connection and tables."""

from alembic import context
from flask import current_app
from sqlalchemy import TypeDecorator

migrate = current_app.extensions["migrate"]


def render_item(kind, item, _):
    """Write our own column types as the plain ones under them: migrations import no application code."""
    return f"sa.{item.impl_instance!r}" if kind == "type" and isinstance(item, TypeDecorator) else False


def run() -> None:
    """Run the migrations that were asked for, in one transaction."""
    with migrate.db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=migrate.db.metadata,
            render_item=render_item,
            **migrate.configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
