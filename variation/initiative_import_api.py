"""Tables of initiatives in the API: send one, see what it would do, match its columns, write, undo."""

from io import BytesIO
from typing import Any
from uuid import UUID

from nic_platform import access, clock
from nic_platform.api import ApiBlueprint
from nic_platform.database import session, transaction
from nic_platform.errors import ConflictError
from nic_platform.tables import ImportRun
from nic_platform.text import _
from variation import initiative_import_schemas as schemas
from variation import initiative_import_services as services
from variation.initiative_import_views import run_of, writer

blueprint = ApiBlueprint("api_initiative_files", __name__, "", "Tables of initiatives that are brought in")
Sent = dict[str, Any]


def _told(run: ImportRun) -> Sent:
    names = ("public_id", "file_name", "state", "created_at", "rows_read", "rows_created", "rows_changed",
             "rows_unchanged", "problems")  # fmt: skip
    columns, header = (run.mapping.get(name, {}) for name in ("columns", "header"))
    return {name: getattr(run, name) for name in names} | {
        "columns": columns, "header": list(header), "new_initiatives": run.mapping.get("names", 0),
    }  # fmt: skip


@blueprint.get("/initiative-files")
@access.signed_in
@blueprint.response(200, schemas.InitiativeFiles)
def list_files() -> Sent:
    """List the newest tables that you sent; a network lead sees everybody's."""
    return {"items": [_told(run) for run in services.runs_of(session(), writer())]}


@blueprint.post("/initiative-files")
@access.signed_in
@blueprint.arguments(schemas.InitiativeFileIn)
@blueprint.response(201, schemas.InitiativeFileOut)
def send_file(sent: Sent) -> Sent:
    """Send a table and be told what bringing it in would do; nothing of it is written yet."""
    actor = writer()
    with transaction(actor) as current:
        stream = BytesIO(sent["table"].encode())
        run = services.receive(current, actor, stream, sent["file_name"], at=clock.now())
        if "columns" in sent:
            services.look_over(current, actor, run, services.table_of(current, run), sent["columns"])
    return _told(run)


@blueprint.get("/initiative-files/<uuid:initiative_import_id>")
@access.signed_in
@blueprint.response(200, schemas.InitiativeFileOut)
def get_file(initiative_import_id: UUID) -> Sent:
    """Tell what bringing a table in would do, or did."""
    return _told(run_of(writer(), initiative_import_id))


@blueprint.put("/initiative-files/<uuid:initiative_import_id>")
@access.signed_in
@blueprint.arguments(schemas.InitiativeColumnsIn)
@blueprint.response(200, schemas.InitiativeFileOut)
def choose(sent: Sent, initiative_import_id: UUID) -> Sent:
    """Say which column is what, and be told what that would do."""
    actor = writer()
    run = run_of(actor, initiative_import_id)
    if run.state != "preview":
        raise ConflictError(_("This import is over. Upload the file again to import it anew."))
    with transaction(actor) as current:
        services.look_over(current, actor, run, services.table_of(current, run), sent["columns"])
    return _told(run)


@blueprint.post("/initiative-files/<uuid:initiative_import_id>/write")
@access.signed_in
@blueprint.response(200, schemas.InitiativeFileOut)
def write_file(initiative_import_id: UUID) -> Sent:
    """Write all rows of a table, or with problems none."""
    actor = writer()
    run = run_of(actor, initiative_import_id)
    with transaction(actor) as current:
        services.write(current, actor, run, at=clock.now())
    return _told(run)


@blueprint.post("/initiative-files/<uuid:initiative_import_id>/undo")
@access.signed_in
@blueprint.response(200, schemas.InitiativeFileOut)
def undo_file(initiative_import_id: UUID) -> Sent:
    """Take what a table brought in back, as one piece."""
    actor = writer()
    run = run_of(actor, initiative_import_id)
    with transaction(actor) as current:
        services.undo(current, run, at=clock.now())
    return _told(run)
