"""Published figures in the API: send a table, see what it would do, change what is chosen, write, undo."""

from collections.abc import Mapping
from dataclasses import asdict
from io import BytesIO
from typing import Any
from uuid import UUID

from measures import policies, state_import_queries, state_schemas
from measures import state_import_services as services
from measures.school_years import name_of
from measures.state_figures import figure_from
from measures.state_rows import Options
from nic_platform import access, clock, import_files
from nic_platform.actor import Actor
from nic_platform.api import ApiBlueprint
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError, ConflictError
from nic_platform.tables import ImportRun
from nic_platform.text import _

blueprint = ApiBlueprint("api_state_files", __name__, "", "Published figures")


def _network_lead() -> Actor:
    actor = access.actor()
    access.require(policies.can_change_measure(actor, None))
    if actor.network_id is None:
        raise AbsentError(_("There is no such network."))
    return actor


def _told(run: ImportRun) -> dict[str, Any]:
    chosen = services.chosen_of(run)
    names = ("public_id", "file_name", "state", "created_at", "rows_read", "rows_created", "rows_changed",
             "rows_unchanged", "problems")  # fmt: skip
    return {name: getattr(run, name) for name in names} | {
        "left_out": chosen["left_out"], "years": [name_of(year) for year in chosen["years"]],
        "places": chosen["places"], "columns": chosen["columns"], "figures": chosen["figures"],
        "options": chosen["options"], "told": chosen["told"], "breaks": chosen["breaks"],
        "unsure": chosen["unsure"],
    }  # fmt: skip


@blueprint.get("/figure-files")
@access.signed_in
@blueprint.response(200, state_schemas.StateFiles)
def list_files() -> dict[str, Any]:
    """List the newest files of published figures that were sent, for network leads."""
    return {"items": [_told(run) for run in state_import_queries.runs_of(session(), _network_lead())]}


@blueprint.post("/figure-files")
@access.signed_in
@blueprint.arguments(state_schemas.StateFileIn)
@blueprint.response(201, state_schemas.StateFileOut)
def send_file(sent: dict[str, Any]) -> dict[str, Any]:
    """Send a table and be told what bringing it in would do; no figure of it is written yet."""
    actor = _network_lead()
    with transaction(actor) as current:
        run = services.receive(
            current, actor.network_id or 0, BytesIO(sent["table"].encode()), sent["file_name"],
            today=clock.today(actor.time_zone), by=actor, at=clock.now(),
        )  # fmt: skip
        if sent.keys() & {"columns", "figures", "options"}:
            _look_again(run, sent, actor)
    return _told(run)


def _look_again(run: ImportRun, sent: Mapping[str, Any], actor: Actor) -> None:
    figures = [figure_from(each) for each in sent["figures"]] if "figures" in sent else None
    options = Options(**{**asdict(services.options_of(run)), **sent.get("options", {})})
    services.look_again(
        session(), run, sent.get("columns"), figures, options, today=clock.today(actor.time_zone)
    )


@blueprint.get("/figure-files/<uuid:file_id>")
@access.signed_in
@blueprint.response(200, state_schemas.StateFileOut)
def get_file(file_id: UUID) -> dict[str, Any]:
    """Tell what bringing a file in would do, or did."""
    return _told(state_import_queries.get_run(session(), _network_lead(), file_id))


@blueprint.put("/figure-files/<uuid:file_id>")
@access.signed_in
@blueprint.arguments(state_schemas.StateChoice)
@blueprint.response(200, state_schemas.StateFileOut)
def choose(sent: dict[str, Any], file_id: UUID) -> dict[str, Any]:
    """Change which columns and figures are meant, and be told what that would do."""
    actor = _network_lead()
    with transaction(actor) as current:
        run = state_import_queries.get_run(current, actor, file_id)
        if run.state != "preview":
            raise ConflictError(_("This import is over. Bring the file in again to write it anew."))
        _look_again(run, sent, actor)
    return _told(run)


@blueprint.post("/figure-files/<uuid:file_id>/write")
@access.signed_in
@blueprint.response(200, state_schemas.StateFileOut)
def write_file(file_id: UUID) -> dict[str, Any]:
    """Write every figure of a file, or none: with problems nothing is written unless their rows are left
    out.
    """
    actor = _network_lead()
    run = state_import_queries.get_run(session(), actor, file_id)
    with transaction(actor) as current:
        import_files.hold(current, run)
        if run.state == "running":  # a page let the background do it
            return _told(run)
        table = services.table_of(current, run)
        services.carry_out(
            current, run, table, today=clock.today(actor.time_zone), by=actor,
            at=clock.now(),
        )  # fmt: skip
    return _told(run)


@blueprint.post("/figure-files/<uuid:file_id>/undo")
@access.signed_in
@blueprint.response(200, state_schemas.StateFileOut)
def undo_file(file_id: UUID) -> dict[str, Any]:
    """Take what a file brought in back, as one piece; figures that were corrected since stay."""
    actor = _network_lead()
    run = state_import_queries.get_run(session(), actor, file_id)
    with transaction(actor) as current:
        import_files.hold(current, run)
        if run.state == "undoing":
            return _told(run)
        services.undo(current, run, by=actor, at=clock.now())
    return _told(run)
