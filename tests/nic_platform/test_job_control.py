"""Background work can be looked at, stopped and tried again; what it leaves behind is as it was before."""

from typing import Any, cast

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from nic_platform import job_control, jobs
from nic_platform.database import db
from nic_platform.errors import RuleError
from nic_platform.tables import ImportRun, Job
from tests.factories import NOON, make_network, make_user


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Give a work called "test: steps" that reports three times, and what it came to."""
    steps: list[int] = []

    def work(_payload: dict[str, Any], report: jobs.Report) -> None:
        for step in (10, 50, 90):
            report(step)
            steps.append(step)

    monkeypatch.setitem(jobs._WORK, "test: steps", work)
    return steps


def make_job(session: Session, **columns: Any) -> Job:
    job = Job(name="test: steps", created_at=NOON, **columns)
    session.add(job)
    session.flush()
    return job


def make_run(session: Session, state: str) -> ImportRun:
    run = ImportRun(
        network_id=make_network(session).id, kind="sites", file_name="a.csv", created_at=NOON, state=state
    )
    session.add(run)
    session.flush()
    return run


def run(app: Flask, session: Session, job: Job, report: jobs.Report) -> str:
    with app.app_context():
        db.session.registry.set(cast(Any, session))
        state = jobs.run(job.id, report)
        db.session.registry.clear()
    session.expire_all()
    return state


def stop_at(step: int) -> jobs.Report:
    def report(done: int) -> None:
        if done >= step:
            raise jobs.StoppedError("stopped")

    return report


def test_work_that_is_stopped_ends_where_it_reports(app: Flask, session: Session, ran: list[int]) -> None:
    import_run = make_run(session, "running")
    job = make_job(session, payload={"run_id": import_run.id})

    assert run(app, session, job, stop_at(50)) == "cancelled"

    assert (ran, job.state, import_run.state) == ([10], "cancelled", "preview")


def test_work_stopped_before_it_began_never_begins(app: Flask, session: Session, ran: list[int]) -> None:
    import_run = make_run(session, "undoing")
    waiting = make_job(session, payload={"run_id": import_run.id})
    failed_once = make_job(session, attempts=1)

    for job in (waiting, failed_once):
        job_control.stop(session, job, at=NOON)

    assert run(app, session, waiting, lambda _done: None) == ""
    assert run(app, session, failed_once, lambda _done: None) == "cancelled"
    assert (ran, import_run.state, waiting.state) == ([], "done", "cancelled")
    with pytest.raises(RuleError):
        job_control.stop(session, waiting, at=NOON)


def test_failed_work_begins_again_but_no_import_does(app: Flask, session: Session, ran: list[int]) -> None:
    failed = make_job(
        session, state="failed", attempts=3, error="ValueError: x", result={"fault": "ValueError"}
    )
    with app.app_context():
        job_control.again(session, failed, at=NOON)
    session.expire_all()

    assert (failed.state, failed.attempts, failed.error) == ("queued", 0, None)
    with app.app_context(), pytest.raises(RuleError):
        job_control.again(session, make_job(session, state="failed", payload={"run_id": 7}), at=NOON)


def test_why_is_a_sentence_and_details_stay_with_administrators() -> None:
    assert job_control.why("failed", "KeyError: 'x'", {"fault": "KeyError"}).endswith("see the details.")
    assert job_control.why("failed", "Choose a place.", None) == "Choose a place."
    assert job_control.why("done", None, {"refused": "No row fits."}) == "No row fits."
    assert job_control.why("done", None, {"rows": 3}) == ""


def test_what_runs_comes_first_and_pages_follow(session: Session) -> None:
    person = make_user(session)
    made = [
        make_job(session, state=state, created_by_id=person.id)
        for state in ("done", "queued", "running", "failed")
    ]
    mine = Job.created_by_id == person.id

    first = job_control.rows(session, mine, limit=2)
    rest = job_control.rows(session, mine, limit=2, after=first[1].id)

    assert [row.state for row in first[:2]] == ["running", "queued"]
    assert [row.id for row in rest] == [made[3].public_id, made[0].public_id]
    assert job_control.tally(session, mine) == {
        "running": 1,
        "queued": 1,
        "failed": 1,
        "cancelled": 0,
        "done": 1,
    }
