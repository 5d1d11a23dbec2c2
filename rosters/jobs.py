"""Background work of rosters: writing a large one, and looking each hour for files in folders."""

import logging
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from nic_platform import clock, import_files, jobs
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import PlatformError
from nic_platform.tables import ImportRun
from rosters import folder_services, import_services, queries
from rosters.models import RosterSource

log = logging.getLogger(__name__)
WRITE = "write roster"
NIGHTLY = "read rosters"


def write_or_begin(
    session: Session, source: RosterSource, run: ImportRun, *, agreed: bool, leave_out: bool, by: Actor,
    at: datetime,
) -> bool:  # fmt: skip
    """Write a roster, or let a large one be written in the background; say whether it goes on there.

    Raises:
        RuleError: as :func:`rosters.import_services.write`.
    """
    session.refresh(source, with_for_update=True)  # first the source, then the import, as who writes does
    import_files.hold(session, run)
    if run.state == "running":
        return True  # asked twice
    if run.state != "preview" or run.rows_created + run.rows_changed <= import_services.LARGE:
        import_services.write(session, source, run, agreed=agreed, leave_out=leave_out, by=by.user_id, at=at)
        return False
    run.state = "running"
    payload = {"run_id": run.id, "agreed": agreed, "leave_out": leave_out, "user_id": by.user_id}
    jobs.enqueue(session, WRITE, payload, by=by.user_id, network_id=run.network_id)
    return True


@jobs.register(WRITE)
def write(payload: dict[str, Any], report: jobs.Report) -> dict[str, Any]:
    """Write one roster; a refusal puts it back to where a person can look at it."""
    at = clock.now()
    try:
        with transaction(at=at) as current:
            current.info["user_id"] = payload.get("user_id")
            run = current.get_one(ImportRun, payload["run_id"])
            if run.state == "done":
                return {"done": run.rows_created}
            source = _source(current, run)
            import_services.write(
                current, source, run, agreed=payload["agreed"], leave_out=payload["leave_out"],
                by=payload.get("user_id"), at=at,
            )  # fmt: skip
            done = {"done": run.rows_created, "changed": run.rows_changed}
    except PlatformError as error:
        with transaction(at=at) as current:
            run = current.get_one(ImportRun, payload["run_id"])
            run.state = "preview" if run.state == "running" else run.state
        return {"refused": str(error)}
    report(100)
    return done


def _source(current: Any, run: ImportRun) -> RosterSource:
    for source in queries.folder_sources(current):
        if str(source.public_id) == run.mapping.get("source"):
            return source
    raise PlatformError("The roster of this import is gone.")


@jobs.register(NIGHTLY)
def read_folders(_payload: dict[str, Any], _report: jobs.Report) -> dict[str, Any]:
    """Read what lies new in the folder of each source, one by one; one that fails holds up no other."""
    folder = str(current_app.config.get("ROSTER_DIR") or "")
    told: dict[str, int] = {"read": 0, "waiting": 0, "failed": 0}
    if not folder:
        return told
    broken: list[Exception] = []
    for number in [source.id for source in queries.folder_sources(session())]:
        session().rollback()
        try:
            outcome = folder_services.read_one(number, folder, at=clock.now())
        except Exception as error:  # a fault of one source's files or of ours: the others are read first
            log.exception("source %s could not be read", number)
            broken.append(error)
            continue
        if outcome:
            told[outcome] += 1
    if broken:
        raise broken[0]
    return dict(told)


jobs.every(NIGHTLY, 60)
