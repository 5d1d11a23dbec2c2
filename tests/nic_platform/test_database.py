"""Moments keep their zone, a transaction is whole or nothing, and nobody overwrites anybody."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError
from sqlalchemy.orm import Session

from nic_platform.actor import Actor
from nic_platform.database import after_commit, db, transaction
from nic_platform.database import session as current_session
from nic_platform.errors import ConflictError, RuleError
from nic_platform.tables import Installation
from teams.models import Network
from tests.conftest import build_app, close_app
from tests.drill import stricter_database
from tests.factories import make_network, make_user

DENVER = timezone(timedelta(hours=-7))


def test_a_moment_comes_back_in_utc(session: Session) -> None:
    row = Installation(created_at=datetime(2026, 2, 25, 12, 0, tzinfo=DENVER))
    session.add(row)
    session.flush()
    session.expire_all()

    assert row.created_at == datetime(2026, 2, 25, 19, 0, tzinfo=UTC)
    assert row.created_at.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(session: Session) -> None:
    session.add(Installation(created_at=datetime(2026, 2, 25, 12, 0)))
    with pytest.raises(StatementError, match="needs a time zone"):
        session.flush()


def test_a_transaction_signs_and_dates_what_it_writes(app: Flask, session: Session) -> None:
    person, at = make_user(session), datetime(2026, 2, 25, 19, 0, tzinfo=UTC)
    with app.app_context():
        with transaction(Actor(person.id), at=at) as current:
            network = make_network(current)
            told = (network.created_by_id, network.created_at, network.version)
        db.session.remove()

    assert told == (person.id, at, 1)


def test_a_block_that_raises_leaves_nothing(app: Flask, session: Session) -> None:
    called: list[str] = []

    def write_and_fail() -> None:
        with transaction() as current:
            make_network(current, name="Half done")
            after_commit(current, lambda: called.append("never"))
            raise RuleError("no")

    with app.app_context():
        with pytest.raises(RuleError):
            write_and_fail()
        db.session.remove()

    assert session.scalar(sa.select(Network.id).where(Network.name == "Half done")) is None
    assert called == []


def test_what_waits_for_the_commit_is_called_after_it(app: Flask, session: Session) -> None:
    found: list[str | None] = []

    def look() -> None:
        found.append(current_session().scalar(sa.select(Network.name).where(Network.name == "Done")))

    with app.app_context():
        with transaction() as current:
            make_network(current, name="Done")
            after_commit(current, look)
            assert found == []
        db.session.remove()

    assert found == ["Done"]


def test_the_second_of_two_savers_is_told(app: Flask, session: Session) -> None:
    network = make_network(session, name="First")

    def save_second() -> None:
        with transaction() as current:
            mine = current.get_one(Network, network.id)
            current.execute(  # somebody else saves meanwhile
                sa.update(Network.__table__).where(Network.__table__.c.id == mine.id).values(version=9)  # type: ignore[arg-type]  # a table it is
            )
            mine.name = "Second"

    with app.app_context():
        with pytest.raises(ConflictError, match="Nothing was overwritten"):
            save_second()
        db.session.remove()


def test_any_other_broken_rule_of_the_database_stays_what_it_is(app: Flask, session: Session) -> None:
    make_user(session, email="taken@example.org")

    def take_again() -> None:
        with transaction() as current:
            make_user(current, email="taken@example.org")

    with app.app_context():
        with pytest.raises(IntegrityError):
            take_again()
        db.session.remove()


def test_sqlite_is_set_up_so_that_no_update_is_lost(tmp_path: Path) -> None:
    app = build_app(f"sqlite:///{tmp_path / 'own.db'}", tmp_path)
    with app.app_context(), db.engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        }
    close_app(app)
    assert found == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "busy_timeout": 15000}


@pytest.mark.parametrize(("state", "told"), [("40P01", ConflictError), ("57014", OperationalError)])
def test_of_two_who_wait_for_each_other_one_is_told_to_try_again(
    app: Flask, session: Session, state: str, told: type[Exception]
) -> None:
    reason = Exception()
    reason.sqlstate = state  # type: ignore[attr-defined]  # as PostgreSQL's driver says why it ended one

    with app.app_context(), pytest.raises(told), transaction():
        raise OperationalError("", {}, reason)


@stricter_database
def test_what_pages_ask_often_stays_ready_and_what_is_undone_is_gone(app: Flask, database: str) -> None:
    if database != "postgresql":
        return
    engine = sa.create_engine(str(app.config["SQLALCHEMY_DATABASE_URI"]), pool_size=1)
    ready = sa.text("SELECT count(*) FROM pg_prepared_statements")
    try:
        with engine.connect() as line:
            line.execute(sa.text("CREATE TABLE tried (n int)"))
            line.commit()
        for number in range(8):
            with engine.connect() as line:  # ends without a word, as the session of a page does
                line.execute(sa.text("SELECT n FROM tried WHERE n = :n"), {"n": number}).all()
        for written in (
            "INSERT INTO tried VALUES (1)",
            "WITH made AS (\n INSERT INTO tried VALUES (2) RETURNING n) SELECT n FROM made",
            "DELETE FROM tried",
        ):
            with engine.connect() as line:
                before = line.scalar(ready)
                line.execute(sa.text(written))
            with engine.connect() as line:
                assert line.scalar(sa.text("SELECT count(*) FROM tried")) == 0, written
                assert before or written != "INSERT INTO tried VALUES (1)"
        with engine.connect() as line, pytest.raises(sa.exc.ProgrammingError):
            line.execute(sa.text("SELECT nothing FROM tried"))
        with engine.connect() as line:
            assert line.scalar(sa.text("SELECT count(*) FROM tried")) == 0
            line.execute(sa.text("DROP TABLE tried"))
            line.commit()
    finally:
        engine.dispose()
