"""Background work: a row for each job, a queue that carries its number, a schedule for what repeats.

The row is the truth, the queue only a bell: a message that is lost, or comes twice, does no harm, because a
job is claimed in its row before it runs, and the worker rings again for what nobody came for. A job may still
run twice (a worker that dies is replaced), so each is written to be harmless when repeated.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from flask import Flask, current_app
from huey import MemoryHuey
from huey.serializer import SignedSerializer
from huey.storage import PostgresStorage, SqliteStorage
from sqlalchemy import CursorResult, and_, func, or_, select, update
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from nic_platform import clock, observing, traces
from nic_platform.database import after_commit, session, transaction
from nic_platform.errors import PlatformError
from nic_platform.tables import Job

log = logging.getLogger(__name__)
queue = MemoryHuey("nic")  # bind() gives it its real storage: importing opens nothing
BOUND = "nic.queue_bound"

MOST_ATTEMPTS = 3
SILENCE = timedelta(seconds=90)  # after which a running job's worker is taken for dead
UNHEARD = timedelta(minutes=2)  # after which a queued job's message is taken for lost
FAR_AHEAD = timedelta(minutes=10)  # further than anything waits: the clock was set back
RETRY_AFTER = timedelta(minutes=1)  # times the attempts so far
KEPT = timedelta(days=30)  # for which a finished job's row is kept

Report = Callable[[int], None]
Work = Callable[[dict[str, Any], Report], dict[str, Any] | None]


@dataclass(frozen=True)
class Repeat:
    """A job that is started every so many minutes."""

    name: str
    minutes: int


_WORK: dict[str, Work] = {}
_REPEATS: dict[str, Repeat] = {}


def register(name: str) -> Callable[[Work], Work]:
    """Make a function known as the work *name*; it gets its payload and a function to report per cent."""

    def keep(work: Work) -> Work:
        _WORK[name] = work
        return work

    return keep


def every(name: str, minutes: int) -> None:
    """Start the job called *name* every *minutes* minutes, on one worker only."""
    _REPEATS[name] = Repeat(name, minutes)


def work_named(name: str) -> Work:
    """Return the registered work.

    Raises:
        KeyError: nothing is registered under that name.
    """
    return _WORK[name]


def repeats() -> tuple[Repeat, ...]:
    """Return everything that repeats, by name."""
    return tuple(_REPEATS[name] for name in sorted(_REPEATS))


def init(app: Flask) -> None:
    """Remember the application; the queue's storage is opened when it is first needed."""
    app.extensions[BOUND] = False


def bind(app: Flask) -> None:
    """Give the queue the storage that this application is configured with."""
    if app.extensions[BOUND]:
        return
    queue.serializer = SignedSerializer(secret=str(app.config["SECRET_KEY"]))
    queue.storage = _storage(str(app.config["QUEUE_URL"]))
    app.extensions[BOUND] = True


def _storage(url: str) -> Any:
    if url.startswith("postgres"):
        address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        return PostgresStorage("nic", dsn=address)
    return SqliteStorage("nic", filename=url.removeprefix("sqlite:///"), timeout=15)


def ring(app: Flask, job_id: int, delay: timedelta | None = None) -> None:
    """Tell a worker of a job. If that fails nothing is lost: the worker looks for unheard jobs every minute.

    Under test nobody is told; tests call :func:`run`.
    """
    if app.testing:
        return
    try:
        bind(app)
        if delay:
            run_job.schedule((job_id,), delay=int(delay.total_seconds()))
        else:
            run_job(job_id)
    except Exception:
        log.exception("The queue could not be told of job %s; the worker will find it.", job_id)


def enqueue(
    session: Session,
    name: str,
    payload: dict[str, Any] | None = None,
    *,
    by: int | None = None,
    network_id: int | None = None,
) -> Job:
    """Add a job in the running transaction; the queue hears of it once that is committed.

    Raises:
        KeyError: nothing is registered under that name.
    """
    work_named(name)
    job = Job(
        name=name, payload=payload or {}, created_by_id=by, network_id=network_id, created_at=clock.now()
    )
    session.add(job)
    session.flush()
    job_id = job.id
    after_commit(session, lambda: ring(current_app, job_id))
    return job


@dataclass(frozen=True)
class _Nudge:
    """What happens after the commit; one for each name, however often it was asked for."""

    name: str

    def __call__(self) -> None:
        if current_app.testing:
            return
        try:
            bind(current_app)
            run_now(self.name)
        except Exception:
            log.exception("The queue could not be told of %s; it is done at its next turn.", self.name)


def nudge(session: Session, name: str) -> None:
    """Once the running transaction is committed, let a worker do at once what it else does at its turn."""
    if _Nudge(name) not in session.info.get("after_commit", ()):
        after_commit(session, _Nudge(name))


def forget_nudges(session: Session) -> None:
    """Let the running transaction tell no worker: what it would have been told of is not there any more."""
    waiting = session.info.get("after_commit", [])
    session.info["after_commit"] = [action for action in waiting if not isinstance(action, _Nudge)]


_RUN_IN_WORKER: dict[str, Callable[[Any], None]] = {}


def let_worker(job: Callable[[int], None], name: Callable[[str], None]) -> None:
    """Tell the queue, in the worker's process, how a job's number and a work's name are to be run."""
    _RUN_IN_WORKER.update(job=job, name=name)


@queue.task()
def run_job(job_id: int) -> None:
    """Run one job by its row's number, in the worker."""
    _RUN_IN_WORKER["job"](job_id)


@queue.task()
def run_now(name: str) -> None:
    """Do the work called *name* at once, without a row of its own, in the worker."""
    _RUN_IN_WORKER["name"](name)


def _nothing(_per_cent: int) -> None:
    """Report to nobody."""


def run(job_id: int, report: Report = _nothing) -> str:
    """Run one job now, in the present application context, and return the state it ended in.

    A job that is not waiting (it runs elsewhere, or is done) is left alone: the answer is an empty text. A
    failure is tried again up to three times; a rule that forbids the work (a :class:`PlatformError`) is not.
    """
    claimed = _claim(job_id)
    if claimed is None:
        return ""
    name, payload, attempts = claimed
    with observing.job(job_id, name) as noted, traces.job(name):
        noted["state"] = state = _do(job_id, name, payload, attempts, report)
    return state


def _do(job_id: int, name: str, payload: dict[str, Any], attempts: int, report: Report) -> str:
    try:
        result = work_named(name)(payload, report)
    except PlatformError as error:
        session().rollback()
        return _end(job_id, "failed", error=str(error))
    except Exception as error:
        session().rollback()
        log.exception("Job %s (%s) failed in attempt %s.", job_id, name, attempts)
        return _retry_or_fail(job_id, attempts, f"{type(error).__name__}: {error}")
    return _end(job_id, "done", result=result)


def _claim(job_id: int) -> tuple[str, dict[str, Any], int] | None:
    at = clock.now()
    with transaction() as current:
        taken = current.execute(
            update(Job)
            .where(Job.id == job_id, Job.state == "queued")
            .values(state="running", attempts=Job.attempts + 1, started_at=at, heartbeat_at=at)
        )
        if cast(CursorResult[Any], taken).rowcount != 1:
            return None
        row = current.execute(select(Job.name, Job.payload, Job.attempts).where(Job.id == job_id)).one()
        return row.name, dict(row.payload), row.attempts


def _end(job_id: int, state: str, *, result: dict[str, Any] | None = None, error: str | None = None) -> str:
    with transaction() as current:
        values: dict[str, Any] = {
            "state": state,
            "result": result,
            "error": error,
            "finished_at": clock.now(),
        }
        if state == "done":
            values["progress"] = 100
        current.execute(update(Job).where(Job.id == job_id).values(**values))
    return state


def _retry_or_fail(job_id: int, attempts: int, error: str) -> str:
    if attempts >= MOST_ATTEMPTS:
        return _end(job_id, "failed", error=error)
    wait = RETRY_AFTER * attempts
    with transaction() as current:
        current.execute(
            update(Job)
            .where(Job.id == job_id)
            .values(state="queued", error=error, heartbeat_at=clock.now() + wait)
        )
    ring(current_app, job_id, delay=wait)
    return "queued"


def _count_from_now(session: Session, at: datetime) -> None:
    """Let a heartbeat that lies ahead count from now: the clock was set back, and nobody could find the job.

    Whoever is alive writes the next beat within seconds.
    """
    ahead = func.coalesce(Job.heartbeat_at, Job.created_at) > at + FAR_AHEAD
    session.execute(update(Job).where(Job.state.in_(("queued", "running")), ahead).values(heartbeat_at=at))


def find_forgotten(session: Session, at: datetime) -> list[int]:
    """Return the jobs that nobody is at: their worker has gone silent, or their message was lost.

    A job whose worker died is made to wait again, or to fail when it has been tried often enough. The caller
    commits, then rings for each.
    """
    _count_from_now(session, at)
    session.execute(
        update(Job)
        .where(Job.state == "running", Job.heartbeat_at < at - SILENCE, Job.attempts >= MOST_ATTEMPTS)
        .values(state="failed", error="The worker stopped in the middle of it, three times.", finished_at=at)
    )
    stale = and_(Job.state == "running", Job.heartbeat_at < at - SILENCE)
    unheard = and_(Job.state == "queued", func.coalesce(Job.heartbeat_at, Job.created_at) < at - UNHEARD)
    found = list(session.scalars(select(Job.id).where(or_(stale, unheard)).order_by(Job.id)))
    session.execute(update(Job).where(Job.id.in_(found)).values(state="queued", heartbeat_at=at))
    return found
