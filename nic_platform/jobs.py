"""Background work: a row for each job, a queue that carries its number, a schedule for what repeats.

The row is the truth, the queue only a bell: a message that is lost, or comes twice, does no harm, because a
job is claimed in its row before it runs, and the worker rings again for what nobody came for. A job may still
run twice (a worker that dies is replaced), so each is written to be harmless when repeated.
"""

import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from flask import Flask, current_app
from huey import MemoryHuey
from huey.serializer import SignedSerializer
from huey.storage import PostgresStorage, RedisStorage, SqliteStorage
from sqlalchemy import CursorResult, and_, func, or_, select, update
from sqlalchemy.orm import Session

from nic_platform import clock, faults, observing, traces
from nic_platform.config import libpq_url
from nic_platform.database import after_commit, session, transaction
from nic_platform.errors import PlatformError, RuleError
from nic_platform.tables import ImportRun, Job
from nic_platform.text import _

log = logging.getLogger(__name__)
queue = MemoryHuey("nic")  # bind() gives it its real storage: importing opens nothing
BOUND = "nic.queue_bound"
QUIET_UNTIL = "nic.queue_quiet_until"  # in seconds that only grow: the clock may be set back

MOST_ATTEMPTS = 3
SILENCE = timedelta(seconds=90)  # after which a running job's worker is taken for dead
UNHEARD = timedelta(minutes=2)  # after which a queued job's message is taken for lost
LEFT_ALONE = 15.0  # seconds for which a queue that did not answer is told of nothing
RETRY_AFTER = timedelta(minutes=1)  # times the attempts so far
KEPT = timedelta(days=30)  # for which a finished job's row is kept

CANCELLED = "cancelled"

Report = Callable[[int], None]
Work = Callable[[dict[str, Any], Report], dict[str, Any] | None]


class StoppedError(RuleError):
    """Somebody asked to stop this work: reporting raises it, and the running transaction is undone."""


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


def names() -> frozenset[str]:
    """Return the names of all registered work."""
    return frozenset(_WORK)


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
    queue.storage.close()  # of the application before, if there was one in this process
    queue.storage = _storage(str(app.config["QUEUE_URL"]), prepared=bool(app.config["PREPARED_STATEMENTS"]))
    app.extensions[BOUND] = True


def _storage(url: str, *, prepared: bool) -> Any:
    if url.startswith("postgres"):
        return PostgresStorage("nic", dsn=libpq_url(url), prepare_threshold=5 if prepared else None)
    if url.startswith(("redis://", "rediss://")):
        # A server that is gone is told within seconds: whoever rings goes on, the worker finds it later.
        from redis import BlockingConnectionPool

        pool = BlockingConnectionPool.from_url(url, socket_connect_timeout=3, socket_timeout=5, timeout=5)
        return RedisStorage("nic", connection_pool=pool)
    return SqliteStorage("nic", filename=url.removeprefix("sqlite:///"), timeout=15)


def ring(app: Flask, job_id: int, delay: timedelta | None = None) -> None:
    """Tell a worker of a job. If that fails nothing is lost: the worker looks for unheard jobs every minute.

    Under test nobody is told; tests call :func:`run`.
    """
    if app.testing:
        return

    def call() -> None:
        if delay:
            run_job.schedule((job_id,), delay=int(delay.total_seconds()))
        else:
            run_job(job_id)

    _tell(app, call, f"job {job_id}; the worker will find it")


def _tell(app: Flask, call: Callable[[], object], what: str) -> None:
    """Tell the queue. One that does not answer is left alone for a while: people would wait for it.

    What fails at once is tried once more: the connection was of a server that has been started again since.
    """
    began = time.monotonic()
    if began < app.extensions.get(QUIET_UNTIL, -math.inf):
        return
    for is_last in (False, True):
        try:
            bind(app)
            call()
        except Exception:
            if not is_last and time.monotonic() - began < 1:
                continue
            app.extensions[QUIET_UNTIL] = time.monotonic() + LEFT_ALONE
            log.exception("The queue could not be told of %s.", what)
        return


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
        what = f"{self.name}; it is done at its next turn"
        _tell(current_app, lambda: run_now(self.name), what)


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
    with observing.job(job_id, claimed.name) as noted, traces.job(claimed.name):
        noted["state"] = state = _do(claimed, report)
    return state


@dataclass
class _Stoppable:
    """Reports on, and remembers whether reporting said that the work is to stop."""

    report: Report
    is_asked: bool = False  # before it began
    was_stopped: bool = False

    def __call__(self, per_cent: int) -> None:
        try:
            if self.is_asked:
                raise StoppedError(_("It was stopped."))
            self.report(per_cent)
        except StoppedError:
            self.was_stopped = True
            raise


def _do(claimed: "_Claimed", report: Report) -> str:
    job_id, told = claimed.id, _Stoppable(report, claimed.is_asked)
    try:
        if claimed.is_asked:
            told(0)
        result = work_named(claimed.name)(claimed.payload, told)
    except StoppedError:
        session().rollback()
        return _give_up(claimed, CANCELLED)
    except PlatformError as error:
        session().rollback()
        return _give_up(claimed, "failed", error=str(error))
    except Exception as error:
        session().rollback()
        log.exception("Job %s (%s) failed in attempt %s.", job_id, claimed.name, claimed.attempts)
        fault = faults.fault_of(error)
        said = {"fault": type(error).__name__, "outside": fault.value if fault else None}
        return _retry_or_fail(claimed, f"{type(error).__name__}: {error}", said)
    if told.was_stopped:
        return _give_up(claimed, CANCELLED)
    return _end(job_id, "done", result=result)


def let_go(session: Session, payload: dict[str, Any]) -> None:
    """Let an import whose work has ended without being done be tried again: it is as it was before."""
    if run_id := payload.get("run_id"):
        before = {"running": "preview", "undoing": "done"}
        for now, then in before.items():
            at_work = (ImportRun.id == run_id, ImportRun.state == now)
            session.execute(update(ImportRun).where(*at_work).values(state=then))


@dataclass(frozen=True)
class _Claimed:
    """A job that this worker has taken; ``is_asked``: somebody asked to stop it before it began."""

    id: int
    name: str
    payload: dict[str, Any]
    attempts: int
    is_asked: bool


def _claim(job_id: int) -> _Claimed | None:
    at = clock.now()
    with transaction() as current:
        taken = current.execute(
            update(Job)
            .where(Job.id == job_id, Job.state == "queued")
            .values(state="running", attempts=Job.attempts + 1, started_at=at, heartbeat_at=at)
        )
        if cast(CursorResult[Any], taken).rowcount != 1:
            return None
        wanted = select(Job.name, Job.payload, Job.attempts, Job.cancel_asked_at).where(Job.id == job_id)
        name, payload, attempts, asked_at = current.execute(wanted).one()
        return _Claimed(job_id, name, dict(payload), attempts, asked_at is not None)


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


def _give_up(claimed: _Claimed, state: str, **said: Any) -> str:
    with transaction() as current:
        let_go(current, claimed.payload)
    return _end(claimed.id, state, **said)


def _retry_or_fail(claimed: _Claimed, error: str, fault: dict[str, Any]) -> str:
    if claimed.attempts >= MOST_ATTEMPTS:
        return _give_up(claimed, "failed", error=error, result=fault)
    wait, job_id = RETRY_AFTER * claimed.attempts, claimed.id
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
    ahead = func.coalesce(Job.heartbeat_at, Job.created_at) > at + clock.FAR_AHEAD
    session.execute(update(Job).where(Job.state.in_(("queued", "running")), ahead).values(heartbeat_at=at))


def find_forgotten(session: Session, at: datetime) -> list[int]:
    """Return the jobs that nobody is at: their worker has gone silent, or their message was lost.

    A job whose worker died is made to wait again, or to fail when it has been tried often enough. The caller
    commits, then rings for each.
    """
    _count_from_now(session, at)
    silent = and_(Job.state == "running", Job.heartbeat_at < at - SILENCE)
    lost = and_(silent, Job.attempts >= MOST_ATTEMPTS)
    for payload in session.scalars(select(Job.payload).where(lost)).all():
        let_go(session, payload)
    session.execute(
        update(Job)
        .where(lost)
        .values(state="failed", error="The worker stopped in the middle of it, three times.", finished_at=at)
    )
    unheard = and_(Job.state == "queued", func.coalesce(Job.heartbeat_at, Job.created_at) < at - UNHEARD)
    found = list(session.scalars(select(Job.id).where(or_(silent, unheard)).order_by(Job.id)))
    session.execute(update(Job).where(Job.id.in_(found)).values(state="queued", heartbeat_at=at))
    return found
