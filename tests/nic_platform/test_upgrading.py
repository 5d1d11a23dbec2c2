"""An upgrade gives way to those who use the tables, and tries again."""

import flask_migrate
import pytest
from flask import Flask
from psycopg import errors
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from nic_platform import upgrading
from nic_platform.database import db
from nic_platform.upgrading import BusyTablesError


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upgrading, "PAUSE", 0)


def test_it_waits_shortly_for_locks_and_tries_again(
    own_app: Flask, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[str] = []

    def change() -> None:
        with db.engine.begin() as connection:
            said = "SHOW lock_timeout" if database == "postgresql" else "SELECT 'never'"
            waits.append(str(connection.execute(text(said)).scalar()))
        if len(waits) < 3:
            fault = errors.LockNotAvailable() if len(waits) == 1 else errors.DeadlockDetected()
            raise OperationalError("ALTER TABLE", {}, fault)

    monkeypatch.setattr(flask_migrate, "upgrade", change)
    with own_app.app_context():
        upgrading.upgrade()
        with db.engine.begin() as connection:
            after = connection.execute(text("SELECT 1")).scalar()

    assert waits == (["800ms"] * 3 if database == "postgresql" else ["never"] * 3)
    assert after == 1


def test_it_ends_in_words_or_with_the_fault_that_it_met(
    own_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meet(fault: Exception) -> None:
        def change() -> None:
            raise OperationalError("ALTER TABLE", {}, fault)

        monkeypatch.setattr(flask_migrate, "upgrade", change)
        with own_app.app_context():
            upgrading.upgrade()

    with pytest.raises(BusyTablesError, match="nothing was changed"):
        meet(errors.LockNotAvailable())
    with pytest.raises(OperationalError):
        meet(errors.UndefinedTable())
