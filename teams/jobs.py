"""Background work of the teams domain: large imports of sites, taking them back, teams that nobody leads."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from nic_platform import clock, import_files, jobs
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import PlatformError
from nic_platform.tables import ImportRun
from teams import import_services, interim_services, lead_queries, lead_services, undo_importing

IMPORT, UNDO = "import sites", "undo import of sites"
LEADS = "teams.leads"


def write_or_begin(current: Session, run: ImportRun, *, leave_out: bool, by: Actor, at: datetime) -> bool:
    """Write an import of sites, or let a large one be written in the background; say whether it is.

    Raises:
        RuleError: as :func:`teams.import_services.carry_out`.
    """
    import_files.hold(current, run)
    if run.state == "running":
        return True  # asked twice
    if run.rows_read <= import_services.LARGE or run.state != "preview":
        table = import_files.table_of(current, run)
        import_services.carry_out(current, run, table, leave_out=leave_out, by=by.user_id, at=at)
        return False
    run.state = "running"
    payload = {"run_id": run.id, "user_id": by.user_id, "leave_out": leave_out}
    jobs.enqueue(current, IMPORT, payload, by=by.user_id, network_id=run.network_id)
    return True


def undo_or_begin(current: Session, run: ImportRun, *, by: Actor, at: datetime) -> bool:
    """Take an import of sites back, or let a large one be taken back in the background; say whether it is.

    Raises:
        RuleError: as :func:`teams.undo_importing.undo`.
    """
    import_files.hold(current, run)
    if run.rows_created + run.rows_changed <= import_services.LARGE or run.state != "done":
        undo_importing.undo(current, run, at=at)
        return False
    run.state = "undoing"
    payload = {"run_id": run.id, "user_id": by.user_id}
    jobs.enqueue(current, UNDO, payload, by=by.user_id, network_id=run.network_id)
    return True


@jobs.register(IMPORT)
def import_sites(payload: dict[str, Any], report: jobs.Report) -> dict[str, Any] | None:
    """Carry an import out. Run twice it does nothing the second time: the import is over by then."""
    run = import_services.find_run(session(), payload["run_id"])
    if run.state != "running":
        return None
    table = import_files.table_of(session(), run)
    total = max(run.rows_created + run.rows_changed, 1)
    report(10)
    actor = Actor(user_id=payload["user_id"], network_id=run.network_id)
    try:
        with transaction(actor) as current:
            run = import_services.find_run(current, payload["run_id"])
            import_services.carry_out(
                current,
                run,
                table,
                leave_out=payload["leave_out"],
                by=actor.user_id,
                at=clock.now(),
                report=lambda done: report(10 + 89 * done // total),
            )
    except PlatformError as error:
        with transaction(actor) as current:
            import_services.find_run(current, payload["run_id"]).state = "preview"
        return {"refused": str(error)}
    return None


@jobs.register(UNDO)
def undo_import(payload: dict[str, Any], report: jobs.Report) -> dict[str, Any] | None:
    """Take an import back. Run twice it does nothing the second time."""
    run = import_services.find_run(session(), payload["run_id"])
    if run.state != "undoing":
        return None
    report(5)
    actor = Actor(user_id=payload["user_id"], network_id=run.network_id)
    try:
        with transaction(actor) as current:
            run = import_services.find_run(current, payload["run_id"])
            run.state = "done"
            undo_importing.undo(current, run, at=clock.now())
    except PlatformError as error:
        with transaction(actor) as current:
            import_services.find_run(current, payload["run_id"]).state = "done"
        return {"refused": str(error)}
    return None


@jobs.register(LEADS)
def watch_leads(_payload: dict[str, Any], _report: jobs.Report) -> dict[str, Any] | None:
    """End what somebody led for now, remind of what ends soon, and tell of the teams that nobody leads.

    Those are told of once a week each. Run twice nothing ends or is told twice.
    """
    at = clock.now()
    with transaction() as current:
        ended = interim_services.end_what_is_over(current, at=at)
        reminded = interim_services.remind(current, at=at)
        teams = lead_queries.unled_since(current, before=at - lead_services.NEW)
        told = lead_services.tell_unled(current, teams, at=at)
        return {"ended": ended, "reminded": reminded, "told": told}


jobs.every(LEADS, 24 * 60)
