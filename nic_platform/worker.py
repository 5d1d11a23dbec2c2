"""The process that does background work: it claims jobs, shows that it is alive, and starts what repeats."""

import logging
import os
import signal
import threading
import time
from contextlib import suppress
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, cast

from flask import Flask
from huey import crontab
from sqlalchemy import CursorResult, Engine, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from nic_platform import clock, jobs, mail
from nic_platform.database import db, transaction
from nic_platform.tables import Job, Schedule
from nic_platform.text import _

log = logging.getLogger(__name__)
BEAT = timedelta(seconds=20)
THREADS = 2
_app: list[Flask] = []


class NoQueueError(Exception):
    """There is no queue to work from; the text says so."""


class Pulse:
    """Writes a running job's progress and heartbeat from a thread, on a connection of its own.

    The work itself may hold a transaction open for as long as it likes; a beat that finds the database locked
    is left out.
    """

    def __init__(self, engine: Engine, job_id: int) -> None:
        self._engine, self._job_id = engine, job_id
        self._progress = 0
        self._stop, self._asked = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def report(self, per_cent: int) -> None:
        """Take note of how far the work has come, 0 to 100.

        Raises:
            StoppedError: somebody asked to stop it.
        """
        if self._asked.is_set():
            raise jobs.StoppedError(_("It was stopped."))
        self._progress = max(0, min(100, per_cent))

    def __enter__(self) -> "Pulse":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _beat(self) -> None:
        # Seconds that only grow: the clock may be set back meanwhile, and a beat must not wait for it.
        written, last = 0, time.monotonic()
        while not self._stop.wait(1):
            self._look()
            if self._progress == written and time.monotonic() - last < BEAT.total_seconds():
                continue
            written, last, at = self._progress, time.monotonic(), clock.now()
            try:
                with self._engine.begin() as connection:
                    connection.execute(
                        update(Job)
                        .where(Job.id == self._job_id, Job.state == "running")
                        .values(progress=written, heartbeat_at=at)
                    )
            except SQLAlchemyError:
                log.debug("no heartbeat of job %s this time", self._job_id)

    def _look(self) -> None:
        """Look whether somebody asked to stop the job."""
        with suppress(SQLAlchemyError), self._engine.connect() as connection:
            reading = connection.execution_options(read_only=True)
            asked = select(Job.cancel_asked_at).where(Job.id == self._job_id)
            if reading.execute(asked).scalar() is not None:
                self._asked.set()


def run_with_pulse(job_id: int) -> None:
    """Run one job in the worker's application, with a heartbeat."""
    app = _app[0]
    with app.app_context():
        with Pulse(db.engine, job_id) as pulse:
            jobs.run(job_id, pulse.report)
        db.session.remove()


def run_by_name(name: str) -> None:
    """Do a piece of repeated work out of turn."""
    with _app[0].app_context():
        jobs.work_named(name)({}, lambda _per_cent: None)
        db.session.remove()


def start_what_is_due(at: datetime) -> list[str]:
    """Start every repeated job whose time has come, each on one worker only; return their names."""
    started = []
    for repeat in jobs.repeats():
        with transaction(at=at) as current:
            if _is_first(repeat, at):
                jobs.enqueue(current, repeat.name)
                started.append(repeat.name)
    return started


def _is_first(repeat: jobs.Repeat, at: datetime) -> bool:
    """Say whether this worker is the one that starts the job now; taken down in the running transaction."""
    current = cast(Any, db.session())
    if current.scalar(select(Schedule.name).where(Schedule.name == repeat.name)) is None:
        try:
            with current.begin_nested():
                current.execute(insert(Schedule).values(name=repeat.name, last_run_at=at))
        except IntegrityError:
            return False
        return True
    before = at - timedelta(minutes=repeat.minutes) + timedelta(seconds=10)  # ticks are not to the second
    is_ahead = Schedule.last_run_at > at + timedelta(minutes=1)  # the clock was set back
    taken = current.execute(
        update(Schedule)
        .where(Schedule.name == repeat.name)
        .where(or_(Schedule.last_run_at.is_(None), Schedule.last_run_at <= before, is_ahead))
        .values(last_run_at=at)
    )
    return cast(CursorResult[Any], taken).rowcount == 1


def look_after(app: Flask, at: datetime) -> None:
    """Once a minute: ring again for forgotten jobs, start what repeats, forget what is long done."""
    with app.app_context():
        with transaction(at=at) as current:
            forgotten = jobs.find_forgotten(current, at)
            ended = (Job.network_id.is_(None), Job.finished_at < at - jobs.KEPT)  # a network keeps its own
            current.execute(delete(Job).where(*ended))
        for job_id in forgotten:
            jobs.ring(app, job_id)
        start_what_is_due(at)
        db.session.remove()


@jobs.queue.periodic_task(crontab())
def each_minute() -> None:
    """Look after the jobs; the consumer calls it every minute."""
    look_after(_app[0], clock.now())


def end_with(parent: int) -> None:
    """Stop this process, as SIGTERM does, once the process *parent* that started it is gone."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(2)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


def serve(app: Flask, threads: int = THREADS) -> None:
    """Work until the process is told to stop; SIGTERM lets running jobs finish.

    Args:
        threads: how many jobs may run at once in this process.

    Raises:
        NoQueueError: the queue can't be opened. One that is lost later is waited for.
    """
    _app[:] = [app]
    jobs.let_worker(run_with_pulse, run_by_name)
    try:
        jobs.bind(app)
    except Exception as error:  # whatever the queue's driver raises
        raise NoQueueError("The job queue (NIC_QUEUE_URL) does not answer. Start its server.") from error
    look_after(app, clock.now())
    mail.set_up(app)
    consumer = jobs.queue.create_consumer(
        workers=threads, periodic=True, graceful_signal="TERM", max_delay=1.0
    )
    consumer.run()
