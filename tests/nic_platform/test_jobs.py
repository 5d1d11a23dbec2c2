"""A job is done once, however often a worker hears of it, and never forgotten."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from nic_platform import clock, jobs
from nic_platform.database import db, transaction
from nic_platform.errors import RuleError
from nic_platform.tables import Job

NAME = "test: count"


@pytest.fixture
def calls() -> Iterator[list[dict[str, Any]]]:
    """The payloads that the job called NAME was run with."""
    seen: list[dict[str, Any]] = []

    @jobs.register(NAME)
    def count(payload: dict[str, Any], report: jobs.Report) -> dict[str, Any]:
        seen.append(payload)
        report(50)
        if payload.get("breaks"):
            raise ValueError("it broke")
        if payload.get("forbidden"):
            raise RuleError("That is not allowed.")
        return {"seen": len(seen)}

    yield seen
    del jobs._WORK[NAME]


def add(session: Session, **columns: Any) -> Job:
    job = Job(**{"name": NAME, "payload": {}, "created_at": clock.now(), **columns})
    session.add(job)
    session.flush()
    return job


def run(app: Flask, job: Job, session: Session) -> str:
    with app.app_context():
        state = jobs.run(job.id)
        db.session.remove()
    session.refresh(job)
    return state


def test_a_job_runs_once_and_keeps_its_result(
    app: Flask, session: Session, calls: list[dict[str, Any]]
) -> None:
    job = add(session, payload={"what": 1})

    assert run(app, job, session) == "done"
    assert run(app, job, session) == ""

    assert calls == [{"what": 1}]
    assert (job.state, job.progress, job.attempts, job.result) == ("done", 100, 1, {"seen": 1})


def test_a_failure_is_tried_three_times(app: Flask, session: Session, calls: list[dict[str, Any]]) -> None:
    job = add(session, payload={"breaks": True})

    assert [run(app, job, session) for _ in range(4)] == ["queued", "queued", "failed", ""]

    assert len(calls) == 3
    assert job.error == "ValueError: it broke"
    assert job.finished_at is not None


def test_what_a_rule_forbids_is_not_tried_again(
    app: Flask, session: Session, calls: list[dict[str, Any]]
) -> None:
    job = add(session, payload={"forbidden": True})

    assert run(app, job, session) == "failed"
    assert (job.error, job.attempts) == ("That is not allowed.", 1)


def test_a_job_is_added_in_the_callers_transaction(
    app: Flask, session: Session, calls: list[dict[str, Any]]
) -> None:
    def give_up() -> None:
        with transaction() as current:
            jobs.enqueue(current, NAME)
            raise RuleError("no")

    with app.app_context():
        with pytest.raises(RuleError):
            give_up()
        with transaction() as current:
            jobs.enqueue(current, NAME, {"kept": True})
        db.session.remove()

    assert session.scalars(select(Job.payload)).all() == [{"kept": True}]


def test_nothing_unknown_is_enqueued(session: Session) -> None:
    with pytest.raises(KeyError):
        jobs.enqueue(session, "nobody knows this")
    assert session.scalar(select(func.count()).select_from(Job)) == 0


def test_the_forgotten_are_found_and_the_others_left_alone(session: Session) -> None:
    at = clock.now()
    old = at - timedelta(minutes=10)
    silent = add(session, state="running", heartbeat_at=old, attempts=1)
    lost = add(session, created_at=old)
    hopeless = add(session, state="running", heartbeat_at=old, attempts=jobs.MOST_ATTEMPTS)
    busy = add(session, state="running", heartbeat_at=at, attempts=1)
    fresh = add(session)
    later = add(session, created_at=old, heartbeat_at=at + timedelta(minutes=1))
    done = add(session, state="done", created_at=old)

    found = jobs.find_forgotten(session, at)

    session.expire_all()
    assert found == [silent.id, lost.id]
    assert [job.state for job in (silent, lost, hopeless, busy, fresh, later, done)] == [
        "queued",
        "queued",
        "failed",
        "running",
        "queued",
        "queued",
        "done",
    ]


def test_a_nudge_comes_once_for_each_transaction(app: Flask, session: Session) -> None:
    with app.app_context(), transaction() as current:
        jobs.nudge(current, "send mail")
        jobs.nudge(current, "send mail")
        assert len(current.info["after_commit"]) == 1
