"""What fails outside (database, disk, queue, clock) is told in words, nothing is half done, and it passes."""

import errno
import os
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, event, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from feedback.models import FeedbackItem
from nic_platform import clock, jobs, worker
from nic_platform.app import create_app
from nic_platform.config import engine_options
from nic_platform.database import db, session, transaction
from nic_platform.faults import Fault, fault_of
from nic_platform.tables import Job, Schedule
from tests import factories as make
from tests.conftest import close_app, settings_for
from tests.drill import lighter_database, small_form
from tests.empty_tables import put_tables
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
    assert '<meta http-equiv="refresh" content="15">' in page.text
    assert page.headers["X-Request-Id"][:8] in page.text
    assert WORDS in sent.text
    assert "refresh" not in sent.text
    assert api.mimetype == "application/problem+json"
    for answer in (page, sent, api):
        assert "psycopg" not in answer.text
    assert client.get(f"/cycles/{cycle_id}").status_code == 200
    assert client.post("/cycles/new", data={"title": "A try", "change": WORDS}).status_code in {303, 422}


# ---------------------------------------------------------------- the disk is full


FILL = """
import resource, signal, sys
from pathlib import Path
from nic_platform.app import create_app
from nic_platform.database import db, session, transaction
from nic_platform.tables import Notice
from nic_platform import clock
from nic_platform.storage import storage
from io import BytesIO
from tests import factories as make
from sqlalchemy import func, select
from teams.models import Network

app = create_app({"TESTING": True, "WTF_CSRF_ENABLED": False})
folder = Path(app.config["DATA_DIR"])

@app.post("/test/fill")
def fill():
    with transaction() as current:
        for _ in range(60):
            network = make.make_network(current, name="x" * 20_000)
    return "done"

@app.post("/test/file")
def file():
    storage().put(BytesIO(b"x" * 3_000_000))
    return "done"

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
client = app.test_client()
answers = []
print(client.post("/test/fill").status_code)
most = max(each.stat().st_size for each in folder.glob("nic.db*"))
resource.setrlimit(resource.RLIMIT_FSIZE, (most + 200_000, resource.RLIM_INFINITY))
full = client.post("/test/fill")
file = client.post("/test/file")
print(full.status_code, "The disk is full" in full.text, full.headers["Retry-After"])
print(file.status_code, "The disk is full" in file.text, len(list((folder / "files").rglob("*.part"))))
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
with app.app_context():
    print(session().scalar(select(func.count()).select_from(Network)))
print(client.post("/test/fill").status_code)
with app.app_context():
    print(session().scalar(select(func.count()).select_from(Network)))
"""


@drill_only_ever
def test_a_full_disk_takes_nothing_by_halves_and_passes(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'nic.db'}"
    put_tables(url)
    environment = {
        "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "NIC_DATA_DIR": str(tmp_path),
        "DATABASE_URL": url,
    }  # fmt: skip

    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(FILL)], cwd=ROOT, env=environment, capture_output=True,
        text=True, timeout=60, check=False,
    )  # fmt: skip

    assert done.stdout.splitlines() == ["200", "503 True 60", "503 True 0", "60", "200", "120"], done.stderr


@lighter_database
def test_a_database_that_can_grow_no_further_keeps_what_it_had(
    own_app: Flask, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database != "sqlite":
        pytest.skip("PostgreSQL is given a full disk by its operator")
    with own_app.app_context(), transaction() as current:
        world = make_world(current)
        client = own_app.test_client()
        make.sign_in(current, client, world.people["lead"])
    sent = {"key": str(uuid4()), "kind": "barrier", "title": "T", "happens": "x" * 4000}
    with own_app.app_context():
        engine = db.engine
        before = session().scalar(select(func.count()).select_from(FeedbackItem))
        db.session.remove()

    def limit(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")  # SQLite reads: as many as there are

    event.listen(engine, "begin", limit)
    answers = [client.post("/api/v1/feedback", json=sent | {"key": str(uuid4())}) for _ in range(12)]
    event.remove(engine, "begin", limit)
    with own_app.app_context():
        session().connection().exec_driver_sql("PRAGMA max_page_count = 1000000")
        after = session().scalar(select(func.count()).select_from(FeedbackItem))
        db.session.remove()
        engine.dispose()

    full = answers[-1]
    assert full.status_code == 503
    assert "The disk is full" in full.text
    assert full.headers["Retry-After"] == "60"
    assert after == (before or 0) + sum(answer.status_code == 201 for answer in answers)
    assert client.post("/api/v1/feedback", json=sent).status_code == 201


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


# ---------------------------------------------------------------- the clock is set back


@pytest.fixture
def turn_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Return what moves the platform's clock, and the signers', from where it truly is."""
    import itsdangerous

    true = clock.now

    def turn(by: timedelta) -> None:
        monkeypatch.setattr(clock, "now", lambda: true() + by)
        monkeypatch.setattr(
            itsdangerous.TimestampSigner, "get_timestamp",
            lambda _self: int(time.time() + by.total_seconds()),
        )  # fmt: skip

    return turn


def test_a_clock_set_back_signs_nobody_out_and_keeps_open_forms(
    app: Flask, session: Session, browse: Callable[..., FlaskClient],
    turn_clock: Callable[[timedelta], None], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    world = make_world(session)
    client = browse(world.people["lead"])
    form = client.get("/cycles/new").text
    token = form.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]

    turn_clock(timedelta(days=-2))

    assert client.get("/account").status_code == 200
    answer = client.post("/cycles/new", data={"csrf_token": token})
    assert answer.status_code != 400


def test_a_cookie_too_old_is_still_refused(
    session: Session, browse: Callable[..., FlaskClient], turn_clock: Callable[[timedelta], None]
) -> None:
    client = browse(make_world(session).people["lead"])
    assert client.get("/account").status_code == 200
    turn_clock(timedelta(hours=13))
    assert client.get("/account").status_code == 303


def test_what_repeats_and_what_waits_goes_on_after_the_clock_was_set_back(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_REPEATS", {})
    monkeypatch.setattr(jobs, "_WORK", {"test: often": lambda _payload, _report: None})
    jobs.every("test: often", 5)
    at = clock.now()
    earlier = at - timedelta(hours=3)

    with app.app_context():
        first = worker.start_what_is_due(at)
        again = worker.start_what_is_due(earlier)
        db.session.remove()
    dead = Job(name="test: often", state="running", payload={}, created_at=at, heartbeat_at=at)
    session.add(dead)
    session.flush()
    found = [jobs.find_forgotten(session, earlier + timedelta(seconds=s)) for s in (0, 60, 100, 130)]

    assert first == again == ["test: often"]
    assert session.scalar(select(Schedule.last_run_at)) == earlier
    assert dead.id not in found[0] + found[1]
    assert dead.id in found[2]
