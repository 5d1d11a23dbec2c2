"""Background work of plans that come in as files: a long one is written by a worker, and can be stopped."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from milestones import exchange_run_services
from nic_platform import clock, import_files, jobs
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import PlatformError
from nic_platform.tables import ImportRun, Job
from teams.models import Network

JOB = "milestones.import_plan"
LARGE = 300
"""Rows above which a plan is written in the background: some two seconds of one core."""


def begin_if_large(current: Session, run: ImportRun, *, by: Actor) -> bool:
    """Let a long plan be written in the background; say whether it is."""
    import_files.hold(current, run)
    if run.state == "running":
        return True  # asked twice
    if run.state != "preview" or run.rows_created + run.rows_changed <= LARGE:
        return False
    run.state = "running"
    payload = {"run_id": run.id, "user_id": by.user_id, "name": by.name}
    jobs.enqueue(current, JOB, payload, by=by.user_id, network_id=run.network_id)
    return True


def job_of(current: Session, run: ImportRun) -> Job | None:
    """Return the background work on an import that was started last, if any."""
    newest = select(Job).where(Job.network_id == run.network_id, Job.name == JOB).order_by(Job.id.desc())
    found = current.scalars(newest.limit(20))
    return next((job for job in found if job.payload.get("run_id") == run.id), None)


@jobs.register(JOB)
def import_plan(payload: dict[str, Any], report: jobs.Report) -> dict[str, Any] | None:
    """Carry an import out. Run twice it does nothing the second time: the import is over by then."""
    run = session().get_one(ImportRun, payload["run_id"])
    if run.state != "running":
        return None
    network = session().get_one(Network, run.network_id)
    report(2)
    actor = Actor(user_id=payload["user_id"], name=payload["name"], network_id=run.network_id)
    try:
        with transaction(actor) as current:
            _carry_out(current, payload["run_id"], network.time_zone, actor, clock.now(), report)
    except PlatformError as error:
        with transaction(actor) as current:
            run = current.get_one(ImportRun, payload["run_id"])
            import_files.hold(current, run)
            run.state = "preview" if run.state == "running" else run.state
        return {"refused": str(error)}
    return None


def _carry_out(
    current: Session, run_id: int, time_zone: str, actor: Actor, at: datetime, report: jobs.Report
) -> None:
    run, today = current.get_one(ImportRun, run_id), clock.today(time_zone)
    exchange_run_services.carry_out(current, run, today=today, by=actor, at=at, report=report)
