"""What fails outside (database, queue) is told in words, nothing is half done, and it passes."""

import errno
import sqlite3
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from nic_platform import clock, jobs, worker
from nic_platform.app import create_app
from nic_platform.config import engine_options
from nic_platform.database import db, session, transaction
from nic_platform.faults import Fault, fault_of
from nic_platform.tables import Job
from teams.models import Network
from tests import factories as make
from tests.conftest import build_app, close_app, settings_for
from tests.drill import small_form
from tests.empty_tables import put_tables
from tests.nic_platform.test_worker import start, stop, wait_for
from tests.pg import Server
from tests.world import make_world

ROOT = Path(__file__).parents[2]
drill_only_ever = small_form(lambda _params: False)
WORDS = "Our test is waiting for the printer."


def sqlite_says(code: int) -> OperationalError:
    cause = sqlite3.OperationalError("said")
    cause.sqlite_errorcode = code
    return OperationalError("SELECT 1", {}, cause)


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (sqlite_says(sqlite3.SQLITE_FULL), Fault.FULL),
        (sqlite_says(sqlite3.SQLITE_IOERR | 3 << 8), Fault.FULL),
        (sqlite_says(sqlite3.SQLITE_BUSY), Fault.BUSY),
        (sqlite_says(sqlite3.SQLITE_CANTOPEN), Fault.AWAY),
        (sqlite_says(sqlite3.SQLITE_ERROR), None),
        (OperationalError("SELECT 1", {}, psycopg.OperationalError("connection refused")), Fault.AWAY),
        (OperationalError("SELECT 1", {}, psycopg.errors.AdminShutdown()), Fault.AWAY),
        (OperationalError("SELECT 1", {}, psycopg.errors.TooManyConnections()), Fault.BUSY),
        (OperationalError("SELECT 1", {}, psycopg.errors.DiskFull()), Fault.FULL),
        (OperationalError("SELECT 1", {}, psycopg.errors.ReadOnlySqlTransaction()), Fault.READ_ONLY),
        (OperationalError("SELECT 1", {}, psycopg.errors.UndefinedTable()), None),
        (PoolTimeoutError("pool"), Fault.BUSY),
        (OSError(errno.ENOSPC, "full"), Fault.FULL),
        (OSError(errno.ENOENT, "no such file"), None),
        (ValueError("ours"), None),
    ],
)
def test_what_lies_outside_is_told_from_errors_of_our_own(error: Exception, fault: Fault | None) -> None:
    assert fault_of(error) is fault


# ---------------------------------------------------------------- the database is gone, and comes back


@pytest.fixture(scope="module")
def stopped_and_started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Server]]:
    server, app = Server(), None
    try:
        with psycopg.connect(server.url.replace("+psycopg", ""), autocommit=True) as admin:
            admin.execute("CREATE DATABASE nic")
        url = server.url.replace("/postgres?", "/nic?")
        put_tables(url)
        options = {"SQLALCHEMY_ENGINE_OPTIONS": engine_options(url)}
        app = create_app(settings_for(url, tmp_path_factory.mktemp("gone")) | options)
        yield app, server
    finally:
        if app:
            close_app(app)
        server.stop()


def test_without_its_database_it_says_so_and_comes_back_by_itself(
    stopped_and_started: tuple[Flask, Server],
) -> None:
    app, server = stopped_and_started
    with app.app_context(), transaction() as current:
        world = make_world(current)
        lead = world.people["lead"]
        client = app.test_client()
        make.sign_in(current, client, lead)
        cycle_id = world.ids["cycle_id"]
    with app.app_context():
        db.session.remove()
    assert client.get(f"/cycles/{cycle_id}").status_code == 200

    server.pause()
    page = client.get(f"/cycles/{cycle_id}")
    from_here = {"Origin": "http://localhost"}
    sent = client.post("/cycles/new", data={"title": "A try", "change": WORDS}, headers=from_here)
    api = client.get("/api/v1/cycles", headers={"Accept-Encoding": "identity"})
    ready = client.get("/readyz")
    server.go_on()

    assert [each.status_code for each in (page, sent, api, ready)] == [503] * 4
    assert page.headers["Retry-After"] == "15"
    assert 'data-asks-again="15"' in page.text
    assert 'href="">Try again now' in page.text
    assert page.headers["X-Request-Id"][:8] in page.text
    assert WORDS in sent.text
    assert "asks-again" not in sent.text
    assert api.mimetype == "application/problem+json"
    for answer in (page, sent, api):
        assert "psycopg" not in answer.text
    assert client.get(f"/cycles/{cycle_id}").status_code == 200
    assert client.post("/cycles/new", data={"title": "A try", "change": WORDS}).status_code in {303, 422}


def test_work_that_loses_its_database_is_done_once_when_it_is_back(
    stopped_and_started: tuple[Flask, Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, server = stopped_and_started
    tries = []

    def write(_payload: dict[str, Any], _report: jobs.Report) -> None:
        tries.append(1)
        with transaction() as current:
            make.make_network(current, name="Written in the background")
            if len(tries) == 1:
                server.pause()

    monkeypatch.setitem(jobs._WORK, "test: write", write)
    with app.app_context(), transaction() as current:
        job_id = jobs.enqueue(current, "test: write").id
    worker._app[:] = [app]
    with pytest.raises(OperationalError):  # what the queue's own loop notes, and goes on
        worker.run_with_pulse(job_id)
    with pytest.raises(OperationalError):
        worker.look_after(app, clock.now())
    server.go_on()

    with app.app_context():
        later = clock.now() + timedelta(minutes=2)
        with transaction(at=later) as current:
            assert jobs.find_forgotten(current, later) == [job_id]
        worker.run_with_pulse(job_id)
        assert session().scalar(select(Job.state).where(Job.id == job_id)) == "done"
        written = select(func.count()).where(Network.name == "Written in the background")
        assert (len(tries), session().scalar(written)) == (2, 1)
        db.session.remove()


@drill_only_ever
def test_a_worker_lives_through_a_restart_of_the_database_and_ends_its_job_once(tmp_path: Path) -> None:
    server = Server(durable=True)
    app = process = None
    try:
        with psycopg.connect(server.url.replace("+psycopg", ""), autocommit=True) as admin:
            admin.execute("CREATE DATABASE nic")
        app = build_app(server.url.replace("/postgres?", "/nic?"), tmp_path)
        app.config["QUEUE_URL"] = app.config["SQLALCHEMY_DATABASE_URI"]
        journals = tmp_path / "first", tmp_path / "second"
        process = start(app)
        wait_for(app, lambda s: s.scalar(select(Job.id).where(Job.state == "done").limit(1)))
        app.testing = False  # else nobody is rung
        long, short = (
            _enqueue(app, journal, steps) for journal, steps in zip(journals, (150, 1), strict=False)
        )
        wait_for(app, lambda s: s.scalar(select(Job.id).where(Job.id == long, Job.progress > 0)))

        server.pause()
        time.sleep(5)
        assert process.poll() is None
        server.go_on()
        with app.app_context():
            db.engine.dispose()

        wait_for(app, lambda s: s.scalar(select(Job.id).where(Job.id == long, Job.state == "done")))
        began = time.monotonic()
        last = _enqueue(app, tmp_path / "third", 1)
        wait_for(app, lambda s: s.scalar(select(Job.id).where(Job.id == last, Job.state == "done")))
        assert time.monotonic() - began < 15, "it hears of new work at once again"
        wait_for(app, lambda s: s.scalar(select(Job.id).where(Job.id == short, Job.state == "done")))
        assert [journal.read_text() for journal in journals] == ["began\n", "began\n"]
    finally:
        if process:
            stop(process)
        if app:
            app.testing = True
            close_app(app)
        server.stop()


def _enqueue(app: Flask, journal: Path, steps: int) -> int:
    with app.app_context(), transaction() as current:
        payload = {"journal": str(journal), "sleeps": 1, "steps": steps}
        return jobs.enqueue(current, "test: take a while", payload).id


# ---------------------------------------------------------------- the queue is gone


def test_without_its_queue_a_write_is_kept_and_a_worker_finds_it_later(
    own_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(jobs._WORK, "test: later", lambda _payload, _report: None)
    monkeypatch.setattr(own_app, "testing", False)
    monkeypatch.setitem(own_app.config, "QUEUE_URL", "postgresql://nobody@127.0.0.1:1/gone")
    own_app.extensions[jobs.BOUND] = False
    with own_app.app_context():
        with transaction() as current:
            job_id = jobs.enqueue(current, "test: later").id
        at = clock.now() + timedelta(minutes=3)
        with transaction(at=at) as current:
            assert jobs.find_forgotten(current, at) == [job_id]
        assert session().scalar(select(Job.state).where(Job.id == job_id)) == "queued"
        db.session.remove()
    own_app.extensions[jobs.BOUND] = False
