"""Tables of counts in the API: send a file, see what it would do, choose its columns, write, undo."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from measures import count_file_schemas as schemas
from measures import count_import_queries, policies, save_queries, save_services
from measures import count_import_services as services
from measures.bring_in_views import Door, enter, run_to_write
from measures.count_table import Line, Options, targets
from nic_platform import access, clock, import_files
from nic_platform.actor import Actor
from nic_platform.api import ApiBlueprint
from nic_platform.database import session, transaction
from nic_platform.day_cells import Order
from nic_platform.errors import ConflictError, InputError
from nic_platform.tables import ImportRun
from nic_platform.text import _

blueprint = ApiBlueprint("api_count_files", __name__, "", "Measurements from files, and saves taken back")
Sent = dict[str, Any]
_SHOWN = ("public_id", "file_name", "state", "created_at", "rows_read", "rows_created", "rows_changed",
          "rows_unchanged", "problems")  # fmt: skip


def _told(run: ImportRun) -> Sent:
    chosen, options = services.chosen_of(run), services.options_of(run)
    return {name: getattr(run, name) for name in _SHOWN} | {
        "plan_id": services.plan_of(run), "empty": chosen["empty"], "header": chosen["header"],
        "columns": chosen["columns"], "differences": chosen["differing"],
        "options": asdict(options) | {"order": options.order.value, "measure_id": options.only or None},
    }  # fmt: skip


@blueprint.get("/measurement-files")
@access.signed_in
@blueprint.arguments(schemas.CountFileQuery, location="query")
@blueprint.response(200, schemas.CountFiles)
def list_files(query: Sent) -> Mapping[str, Any]:
    """List the newest files of counts that came in, for those who may count for the team."""
    _actor, door = enter(None, query.get("plan_id"))
    return {"items": count_import_queries.runs_of(session(), door.team.id)}


@blueprint.post("/measurement-files")
@access.signed_in
@blueprint.arguments(schemas.CountFileIn, location="form")
@blueprint.arguments(schemas.CountFile, location="files")
@blueprint.response(201, schemas.CountFileOut)
def send_file(sent: Sent, files: Sent) -> Mapping[str, Any]:
    """Send a table and be told what writing it would do, problems by row and column; nothing is written yet.

    Sent as ``multipart/form-data``. Which column says what is proposed from the header.
    """
    actor, door = enter(None, sent.get("plan_id"))
    file = files["file"]
    if file is None or not file.filename:
        raise InputError(_("Choose a file."), {"file": _("Missing.")})
    with closing(file), transaction(actor) as current:
        lines = door.lines(current, actor)
        only = _only(lines, sent["measure_id"]) if "measure_id" in sent else ""
        around = door.around(current, actor, lines)
        run = services.receive(
            current, door.place, file.stream, file.filename[-200:], around, by=actor, at=clock.now(),
            only=only,
        )  # fmt: skip
        return _told(run)


def _only(lines: list[Line], measure_id: UUID | None) -> str:
    """Return the measure that all rows are about, as the import notes it.

    Raises:
        InputError: it is none that can be counted here.
    """
    if measure_id is None:
        return ""
    if str(measure_id) not in {line.key for line in lines}:
        said = _("Choose a measure that is counted here.")
        raise InputError(said, {"measure_id": said})
    return str(measure_id)


@blueprint.get("/measurement-files/<uuid:run_id>")
@access.signed_in
@blueprint.response(200, schemas.CountFileOut)
def get_file(run_id: UUID) -> Mapping[str, Any]:
    """Tell what writing a table would do, or did."""
    _actor, run, _door = run_to_write(run_id)
    return _told(run)


@blueprint.put("/measurement-files/<uuid:run_id>")
@access.signed_in
@blueprint.arguments(schemas.CountChoice)
@blueprint.response(200, schemas.CountFileOut)
def choose(sent: Sent, run_id: UUID) -> Mapping[str, Any]:
    """Change which column says what, or what is chosen beside, and be told what that would do."""
    actor, run, door = run_to_write(run_id)
    with transaction(actor) as current:
        import_files.hold(current, run)
        if run.state != "preview":
            raise ConflictError(_("This import is over. Bring the table in again to write it anew."))
        lines = door.lines(current, actor)
        options = _options(run, lines, sent.get("options", {}))
        columns = _columns(run, sent.get("columns"))
        _look_over(actor, run, door, columns, options)
    return _told(run)


def _look_over(
    actor: Actor, run: ImportRun, door: Door, columns: Mapping[str, str], options: Options
) -> None:
    current = session()
    around = door.around(current, actor, door.lines(current, actor))
    services.look_over(current, run, door.place, services.table_of(current, run), columns, options, around)


def _options(run: ImportRun, lines: list[Line], sent: Mapping[str, Any]) -> Options:
    changes = dict(sent)
    if "order" in changes:
        changes["order"] = Order(changes["order"])
    if "measure_id" in changes:
        changes["only"] = _only(lines, changes.pop("measure_id"))
    return replace(services.options_of(run), **changes)


def _columns(run: ImportRun, sent: Mapping[str, str] | None) -> dict[str, str]:
    """Return which column says what: as it was, with what was sent in its place.

    Raises:
        InputError: a table of counts has no such thing, or this one no such column.
    """
    known: dict[str, str] = dict(services.chosen_of(run)["columns"])
    if sent is None:
        return known
    wanted, header = {target.key for target in targets()}, services.chosen_of(run)["header"]
    faults = {}
    for name, column in sent.items():
        if name not in wanted:
            faults[f"columns.{name}"] = _("Name one of these: %(names)s.", names=", ".join(sorted(wanted)))
        elif column and column not in header:
            faults[f"columns.{name}"] = _("The table has no such column.")
    if faults:
        raise InputError(_("This can’t be saved yet."), faults)
    return {name: column for name, column in {**known, **sent}.items() if column}


@blueprint.post("/measurement-files/<uuid:run_id>/write")
@access.signed_in
@blueprint.response(200, schemas.CountFileOut)
def write_file(run_id: UUID) -> Mapping[str, Any]:
    """Write every row of a table, or none while a row has a problem."""
    actor, run, door = run_to_write(run_id)
    with transaction(actor) as current:
        around = door.around(current, actor, door.lines(current, actor))
        services.carry_out(current, run, door.place, around, by=actor, at=clock.now())
    return _told(run)


@blueprint.post("/measurement-files/<uuid:run_id>/undo")
@access.signed_in
@blueprint.response(200, schemas.CountsUndone)
def undo_file(run_id: UUID) -> Mapping[str, Any]:
    """Take what a table brought in back, as one piece; what was corrected since stays."""
    actor, run, _door = run_to_write(run_id)
    with transaction(actor) as current:
        stayed = services.undo(current, run, by=actor, at=clock.now())
    return {"undone": run.rows_created + run.rows_changed - stayed, "stayed": stayed}


@blueprint.post("/saves/<uuid:save_id>/undo")
@access.signed_in
@blueprint.response(200, schemas.CountsUndone)
def undo_save(save_id: UUID) -> Mapping[str, Any]:
    """Take back all that was saved in one go, by the grid or by ``POST …/measurements/many``.

    What somebody changed since stays.
    """
    actor = access.actor()
    save = save_queries.get_save(session(), actor, save_id)
    access.require(policies.can_record(actor, save.team_id or 0))
    with transaction(actor) as current:
        undone, stayed = save_services.undo(current, save, by=actor, at=clock.now())
    return {"undone": undone, "stayed": stayed}
