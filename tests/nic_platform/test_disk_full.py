"""The disk is full: who writes is told so, nothing is half kept, and it goes on once there is room."""

import errno
import os
import subprocess
import sys
import tarfile
import textwrap
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import NoReturn
from uuid import uuid4

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, event, func, select
from sqlalchemy.orm import Session

from feedback.models import FeedbackItem
from interchange import archive_file
from nic_platform import clock, job_control, jobs
from nic_platform.cli import main
from nic_platform.database import db, transaction
from nic_platform.database import session as session_here
from nic_platform.tables import Attachment, Job
from tests import factories as make
from tests.drill import lighter_database, small_form
from tests.empty_tables import put_tables
from tests.world import make_world

ROOT = Path(__file__).parents[2]
PDF = b"%PDF-1.7 tickets\n%%EOF\n"


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


@small_form(lambda _params: False)
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


def full(*_rest: object, **_named: object) -> NoReturn:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_file_that_the_disk_has_no_room_for_is_kept_nowhere(
    session: Session, browse: Callable[..., FlaskClient], app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    cycle = make.make_cycle(session, make.make_team(session), is_draft=False, stage="do")
    client = browse(make.make_user(session, cycle.team))
    monkeypatch.setattr(os, "fsync", full)
    answers = [
        client.post(
            f"{start}/cycle/{cycle.public_id}", data={"file": (BytesIO(PDF), "t.pdf"), "says": "A board"}
        )
        for start in ("/attachments", "/api/v1/attachments")
    ]

    assert [answer.status_code for answer in answers] == [503, 503]
    assert all("The disk is full. Nothing was saved" in answer.text for answer in answers)
    assert session.scalar(select(func.count()).select_from(Attachment)) == 0
    assert not list(Path(str(app.config["STORAGE"])).rglob("*.part"))


def test_work_that_finds_the_disk_full_says_so_in_the_end(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(jobs._WORK, "test: write", full)
    job = Job(name="test: write", payload={}, created_at=clock.now(), attempts=2)
    session.add(job)
    session.flush()

    with app.app_context():
        assert jobs.run(job.id) == "failed"
    session.expire_all()

    assert job_control.why("failed", job.error, job.result).startswith("The disk is full.")


@lighter_database
def test_a_backup_and_an_export_without_room_say_so_and_leave_nothing(
    own_app: Flask, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with own_app.app_context(), transaction() as current:
        make.make_network(current, name="Reading")
    place = {"NIC_DATA_DIR": str(tmp_path), "DATABASE_URL": own_app.config["SQLALCHEMY_DATABASE_URI"]}
    out = tmp_path / "out"
    out.mkdir()
    commands = (("backup", out / "a.tar.gz"), ("export", "network", "Reading", out / "a.zip"))
    monkeypatch.setattr(tarfile, "copyfileobj", full)
    monkeypatch.setattr(archive_file.Writer, "add_rows", full)
    told = [CliRunner().invoke(main, [str(word) for word in words], env=place) for words in commands]

    room = "Error: The disk is full. Nothing was saved or half done. Try again once there is room.\n"
    assert [(answer.exit_code, answer.output) for answer in told] == [(1, room)] * 2
    assert list(out.iterdir()) == []
    gone = {**place, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/gone"}
    assert "The database does not answer" in CliRunner().invoke(main, ["jobs", "list"], env=gone).output
    assert "queue (NIC_QUEUE_URL) does not answer" in CliRunner().invoke(main, ["worker"], env=gone).output


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
        before = session_here().scalar(select(func.count()).select_from(FeedbackItem))
        db.session.remove()

    def limit(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")  # SQLite reads: as many as there are

    event.listen(engine, "begin", limit)
    answers = [client.post("/api/v1/feedback", json=sent | {"key": str(uuid4())}) for _ in range(12)]
    event.remove(engine, "begin", limit)
    with own_app.app_context():
        session_here().connection().exec_driver_sql("PRAGMA max_page_count = 1000000")
        after = session_here().scalar(select(func.count()).select_from(FeedbackItem))
        db.session.remove()
        engine.dispose()

    full = answers[-1]
    assert full.status_code == 503
    assert "The disk is full" in full.text
    assert full.headers["Retry-After"] == "60"
    assert after == (before or 0) + sum(answer.status_code == 201 for answer in answers)
    assert client.post("/api/v1/feedback", json=sent).status_code == 201
