"""Brings the tables up to this version while others go on working with them."""

import time

import flask_migrate
from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError

from nic_platform.database import db

LOCK_WAIT = "800ms"  # less than the second after which PostgreSQL ends one of two who wait for each other
TRIES = 90
PAUSE = 1.0  # seconds
_TAKEN = frozenset({"55P03", "40P01"})  # waited too long for a lock; waited for each other


class BusyTablesError(Exception):
    """The tables were in use all the time; nothing was changed."""


def upgrade() -> None:
    """Run the migrations that are missing, all or none.

    On PostgreSQL a change of a table waits until nobody uses it, and whoever comes meanwhile waits behind it;
    with two tables, two can wait for each other. So it waits for less than a second, gives way, and tries
    again.

    Raises:
        BusyTablesError: it found no gap in a minute and a half.
    """
    engine = db.engine
    event.listen(engine, "begin", _wait_shortly)
    try:
        for _turn in range(TRIES):
            try:
                flask_migrate.upgrade()
            except OperationalError as error:
                if getattr(error.orig, "sqlstate", None) not in _TAKEN:
                    raise
                time.sleep(PAUSE)
            else:
                return
    finally:
        event.remove(engine, "begin", _wait_shortly)
    raise BusyTablesError(
        "Others used the tables all the time; nothing was changed. Run nic upgrade when less is going on."
    )


def _wait_shortly(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_WAIT}'")
