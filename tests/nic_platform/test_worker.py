"""The worker as a process of its own: it does what waits, and what a killed one left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from nic_platform import clock, jobs, worker
from nic_platform.database import db, session, transaction
from nic_platform.tables import Job, Notice, Schedule
from tests.drill import lighter_database, stricter_database
from tests.nic_platform import slow_job

ROOT = Path(__file__).parents[2]
PATIENCE = 40  # seconds


def start(app: Flask, **own: str) -> subprocess.Popen[bytes]:
    """Start a worker over the application's database, as an operator would."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "NIC_DATA_DIR": str(app.config["DATA_DIR"]),
        "DATABASE_URL": str(app.config["SQLALCHEMY_DATABASE_URI"]),
        "NIC_QUEUE_URL": str(app.config["QUEUE_URL"]),
        "NIC_SECRET_KEY": str(app.config["SECRET_KEY"]),
        **own,
    }
    command = [sys.executable, "-m", "tests.nic_platform.slow_job", "worker"]
    with Path(app.config["DATA_DIR"], "worker.log").open("ab") as log:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)


def wait_for(app: Flask, what: Callable[[Session], Any]) -> Any:
    """Ask the database until it says yes."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with app.app_context():
            found = what(session())
            db.session.remove()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError(Path(app.config["DATA_DIR"], "worker.log").read_text())


def stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) is not None


@lighter_database
def test_a_killed_workers_job_is_done_by_the_next(own_app: Flask, tmp_path: Path) -> None:
    assert "test: take a while" in jobs._WORK, slow_job.__doc__
    journal = tmp_path / "journal"
    with own_app.app_context(), transaction() as current:
        job_id = jobs.enqueue(current, "test: take a while", {"journal": str(journal), "sleeps": 1}).id

    def make_old(state: str) -> None:
        """Let the time pass after which the job counts as forgotten."""
        with own_app.app_context(), transaction() as current:
            long_ago = clock.now() - timedelta(minutes=10)
            current.execute(update(Job).where(Job.state == state).values(heartbeat_at=long_ago))

    make_old("queued")
    first = start(own_app)
    wait_for(own_app, lambda s: s.scalar(select(Job.progress).where(Job.id == job_id, Job.progress > 0)))
    first.kill()
    first.wait(PATIENCE)
    make_old("running")
    second = start(own_app)
    try:
        result = wait_for(
            own_app, lambda s: s.scalar(select(Job.result).where(Job.state == "done", Job.id == job_id))
        )
    finally:
        stop(second)

    assert result == {"runs": 2}
    assert journal.read_text() == "began\nbegan\n"


@stricter_database  # the killed one above takes the other
def test_the_worker_sends_the_outbox(own_app: Flask) -> None:
    with own_app.app_context(), transaction() as current:
        notice = Notice(
            address="rosa@example.org", kind="test", subject="Come in", body="This way", on_page=False
        )
        notice.created_at = notice.mail_after = clock.now()
        current.add(notice)
    process = start(own_app)
    try:
        wait_for(own_app, lambda s: s.scalar(select(Notice.mailed_at).where(Notice.mail_state == "sent")))
    finally:
        stop(process)

    files = list(Path(own_app.config["DATA_DIR"], "mail").glob("*.eml"))
    assert len(files) == 1
    assert "This way" in files[0].read_text()


def test_what_repeats_starts_when_its_time_has_come(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_REPEATS", {})
    monkeypatch.setattr(jobs, "_WORK", {"test: often": lambda _payload, _report: None})
    jobs.every("test: often", 5)
    at = clock.now()

    with app.app_context():
        started = [
            worker.start_what_is_due(at + timedelta(minutes=minutes)) for minutes in (0, 1, 4, 5, 6, 10)
        ]
        db.session.remove()

    assert [len(names) for names in started] == [1, 0, 0, 1, 0, 1]
    assert session.scalars(select(Job.name)).all() == ["test: often"] * 3
    assert session.scalars(select(Schedule.name)).all() == ["test: often"]
