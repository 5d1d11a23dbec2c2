"""Background work of published figures: large files, and taking them back."""

from typing import Any

from measures import state_import_services as services
from measures.state_import_queries import JOBS, run_numbered
from nic_platform import clock, jobs
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import PlatformError
from teams.models import Network

WRITE, TAKE_BACK = JOBS


def _actor(payload: dict[str, Any], network_id: int) -> Actor:
    return Actor(user_id=payload["user_id"], name=payload["name"], network_id=network_id)


@jobs.register(WRITE)
def write_figures(payload: dict[str, Any], report: jobs.Report) -> dict[str, Any] | None:
    """Carry an import out. Run twice it does nothing the second time: the import is over by then."""
    run = run_numbered(session(), payload["run_id"])
    if run.state != "running":
        return None
    table = services.table_of(session(), run)
    network = session().get_one(Network, run.network_id)
    report(10)
    actor, today = _actor(payload, run.network_id), clock.today(network.time_zone)
    try:
        with transaction(actor) as current:
            run = run_numbered(current, payload["run_id"])
            services.carry_out(current, run, table, today=today, by=actor, at=clock.now(), report=report)
    except PlatformError as error:
        with transaction(actor) as current:
            run_numbered(current, payload["run_id"]).state = "preview"
        return {"refused": str(error)}
    return None


@jobs.register(TAKE_BACK)
def take_figures_back(payload: dict[str, Any], report: jobs.Report) -> dict[str, Any] | None:
    """Take an import back. Run twice it does nothing the second time."""
    run = run_numbered(session(), payload["run_id"])
    if run.state != "undoing":
        return None
    report(5)
    actor = _actor(payload, run.network_id)
    try:
        with transaction(actor) as current:
            run = run_numbered(current, payload["run_id"])
            services.undo(current, run, by=actor, at=clock.now(), report=report)
    except PlatformError as error:
        with transaction(actor) as current:
            run_numbered(current, payload["run_id"]).state = "done"
        return {"refused": str(error)}
    return None
