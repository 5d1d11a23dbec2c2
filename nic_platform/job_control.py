"""What waits, runs, failed and is done in the background; stopping a piece of work and trying it again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from flask import current_app
from sqlalchemy import ColumnElement, CursorResult, Row, case, func, or_, select, update
from sqlalchemy.orm import Session

from nic_platform import faults, jobs
from nic_platform.database import Base, after_commit
from nic_platform.errors import AbsentError, RuleError
from nic_platform.faults import Fault
from nic_platform.tables import ImportRun, Job
from nic_platform.text import _

STATES = ("running", "queued", "failed", "cancelled", "done")
ENDED = frozenset({"failed", "cancelled", "done"})


@dataclass(frozen=True)
class JobRow:
    """One piece of background work. ``detail`` is for administrators alone, ``why`` for whoever sees it."""

    id: UUID
    name: str
    state: str
    progress: int
    attempts: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    is_stopping: bool
    can_stop: bool
    can_try: bool
    why: str
    detail: str
    by: str
    network: str
    file_name: str


def of_network(network_id: int | None) -> ColumnElement[bool]:
    """Return the condition that a job belongs to one network."""
    return Job.network_id == network_id


def _query() -> Any:
    person, network = Base.metadata.tables["user_account"].c, Base.metadata.tables["network"].c
    return (
        select(
            Job.id.label("number"), Job.public_id, Job.name, Job.state, Job.progress, Job.attempts,
            Job.created_at, Job.started_at, Job.finished_at, Job.cancel_asked_at, Job.error, Job.result,
            Job.network_id, Job.payload, func.coalesce(person.name, "").label("by"),
            func.coalesce(network.name, "").label("network"),
        )
        .outerjoin(person.id.table, person.id == Job.created_by_id)
        .outerjoin(network.id.table, network.id == Job.network_id)
    )  # fmt: skip


def rows(
    session: Session, *where: ColumnElement[bool], state: str = "", after: UUID | None = None, limit: int = 50
) -> list[JobRow]:
    """Return up to ``limit + 1`` jobs: those at work, then those that wait, then what ended, newest first.

    Two statements however many.

    Args:
        where: which jobs the reader may know of.
        state: of one state only, then simply newest first.
    """
    rank = case({"running": 0, "queued": 1}, value=Job.state, else_=2)
    query = _query().where(*where)
    if state:
        query = query.where(Job.state == state)
    if after is not None:
        last = select(rank, Job.id).where(Job.public_id == after).subquery().c
        place, number = select(last[0]).scalar_subquery(), select(last[1]).scalar_subquery()
        query = query.where(or_(rank > place, (rank == place) & (Job.id < number)))
    found = session.execute(query.order_by(rank, Job.id.desc()).limit(limit + 1)).all()
    files = _files(session, found)
    return [_row(each, files) for each in found]


def tally(session: Session, *where: ColumnElement[bool]) -> dict[str, int]:
    """Return how many jobs are in each state."""
    counts = session.execute(select(Job.state, func.count()).where(*where).group_by(Job.state))
    return dict.fromkeys(STATES, 0) | {row[0]: row[1] for row in counts}


def _files(session: Session, found: Sequence[Row[Any]]) -> dict[int, str]:
    """Return the names of the files that imports read."""
    runs = sorted({row.payload["run_id"] for row in found if "run_id" in row.payload})
    if not runs:
        return {}
    named = session.execute(select(ImportRun.id, ImportRun.file_name).where(ImportRun.id.in_(runs)))
    return {row[0]: row[1] for row in named}


def _row(row: Row[Any], files: dict[int, str]) -> JobRow:
    return JobRow(
        row.public_id, row.name, row.state, row.progress, row.attempts, row.created_at, row.started_at,
        row.finished_at, is_stopping=row.state == "running" and row.cancel_asked_at is not None,
        can_stop=row.state in {"queued", "running"} and row.cancel_asked_at is None,
        can_try=_can_try(row.state, row.payload), why=why(row.state, row.error, row.result),
        detail=row.error or "", by=row.by, network=row.network,
        file_name=files.get(row.payload.get("run_id", 0), ""),
    )  # fmt: skip


def _can_try(state: str, payload: dict[str, Any]) -> bool:
    """Say whether work that ended may begin again.

    An import is begun again at its own page, and so is what the password was asked for.
    """
    return state in {"failed", "cancelled"} and not payload.keys() & {"run_id", "confirmed"}


def why(state: str, error: str | None, result: dict[str, Any] | None) -> str:
    """Return in a sentence why a job did not do what it should; empty where it did."""
    said = (result or {}).get("refused")
    if said:
        return str(said)
    if state == "cancelled":
        return _("It was stopped. Nothing of it was kept that was not finished.")
    if not error or state not in {"failed", "queued"}:
        return ""
    if state == "queued":
        return _("A try failed; it is tried again by itself.")
    if outside := (result or {}).get("outside"):
        return faults.words(Fault(outside))
    if (result or {}).get("fault"):
        return _("Something went wrong on our side, three times. Administrators see the details.")
    return str(error)


def get(session: Session, job_id: UUID, *where: ColumnElement[bool]) -> Job:
    """Return one job to act on.

    Raises:
        AbsentError: there is none, or the reader may not know of it.
    """
    found = session.scalar(select(Job).where(Job.public_id == job_id, *where))
    if found is None:
        raise AbsentError(_("There is no such work."))
    return found


def stop(session: Session, job: Job, *, at: datetime) -> None:
    """Ask a job to stop. One that waits never begins; one that runs stops where it next reports.

    Raises:
        RuleError: it has ended already.
    """
    waiting = (Job.id == job.id, Job.state == "queued", Job.attempts == 0)
    gone = {"state": jobs.CANCELLED, "cancel_asked_at": at, "finished_at": at}
    taken = session.execute(update(Job).where(*waiting).values(**gone))
    if cast(CursorResult[Any], taken).rowcount:
        jobs.let_go(session, job.payload)
        return
    alive = (Job.id == job.id, Job.state.in_(("queued", "running")))
    asked = session.execute(update(Job).where(*alive).values(cancel_asked_at=at))
    if not cast(CursorResult[Any], asked).rowcount:
        raise RuleError(_("This has ended already."))


def again(session: Session, job: Job, *, at: datetime) -> None:
    """Let work that failed or was stopped begin again, with as many tries as the first time.

    Raises:
        RuleError: it runs, waits or is done, or is an import, which has a page of its own for that.
    """
    if not _can_try(job.state, job.payload):
        raise RuleError(_("This can’t be tried again from here."))
    fresh = {
        "state": "queued", "attempts": 0, "progress": 0, "error": None, "result": None,
        "cancel_asked_at": None, "finished_at": None, "heartbeat_at": at,
    }  # fmt: skip
    ended = (Job.id == job.id, Job.state.in_(("failed", "cancelled")))
    taken = session.execute(update(Job).where(*ended).values(**fresh))
    if not cast(CursorResult[Any], taken).rowcount:
        raise RuleError(_("This can’t be tried again from here."))
    job_id, app = job.id, current_app._get_current_object()  # type: ignore[attr-defined]  # what the proxy stands for
    after_commit(session, lambda: jobs.ring(app, job_id))
