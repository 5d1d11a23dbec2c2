"""Background work: a row for each job, a queue that carries its number, a schedule for what repeats.

Jobs may run twice (a worker that dies is replaced), so each is written to be harmless when repeated.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from huey import MemoryHuey
from sqlalchemy.orm import Session

from nic_platform import clock
from nic_platform.database import after_commit
from nic_platform.tables import Job

queue = MemoryHuey("nic")  # create_app gives it its real storage: importing opens nothing

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
    """Make a function known as the work called *name*. It gets its payload and a function to report per cent done."""

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
    after_commit(session, lambda: run_job(job_id))
    return job


@queue.task()  # type: ignore[untyped-decorator]  # huey ships no types
def run_job(job_id: int) -> None:
    """Run one job by its row's number. Completed by the worker module."""


def init(app: Any) -> None:
    """Give the queue its real storage. Completed by the worker module."""
