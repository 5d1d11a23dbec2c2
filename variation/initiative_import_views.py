"""Bringing a table of initiatives in: upload, match columns, check rows, import, undo."""

from typing import Any
from uuid import UUID

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue

from nic_platform import access, clock, exporting, import_files, import_forms, importing
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError
from nic_platform.import_forms import ColumnsForm, FileForm
from nic_platform.pages import status_of, went
from nic_platform.tables import ImportRun
from nic_platform.text import _
from variation import initiative_import_services, initiative_table, seats
from variation.alignment_base_views import blueprint, by_name


def writer() -> Actor:
    """Return who brings a table in, refusing those who work in no team."""
    actor = by_name()
    access.require(seats.can_name(actor), _("Only who works in a team can import initiatives."))
    return actor


def run_of(actor: Actor, import_id: UUID) -> ImportRun:
    """Return one import that the actor may open.

    Raises:
        AbsentError: there is none, or it is somebody else's.
    """
    run = initiative_import_services.find_run(session(), actor, import_id)
    if run is None:
        raise AbsentError(_("There is no such import."))
    return run


@blueprint.route("/initiatives/import", methods=["GET", "POST"])
@access.signed_in
def import_initiatives() -> ResponseReturnValue:
    """Take a file with a table of initiatives, and show the imports made so far."""
    actor = writer()
    form = FileForm()

    def receive(stream: Any, name: str) -> ImportRun:
        with transaction(actor) as current:
            return initiative_import_services.receive(current, actor, stream, name, at=clock.now())

    if run := import_forms.taken(form, receive, "initiatives.csv"):
        return went(
            url_for(".initiative_import", initiative_import_id=run.public_id),
            _("The file is read. Nothing is written yet."),
        )
    runs = initiative_import_services.runs_of(session(), actor)
    page = render_template(
        "variation/import_initiatives.html", form=form, targets=initiative_table.targets(), runs=runs
    )
    return page, status_of(form)


@blueprint.get("/initiatives/import/example.csv")
@access.signed_in
def initiative_import_example() -> ResponseReturnValue:
    """Give a table with the columns that the import knows, and a row as an example."""
    writer()
    header = [target.label for target in initiative_table.targets()]
    row: dict[str, exporting.Cell] = {
        "initiative": _("Family literacy nights"), "place": _("Own school"), "level": "school",
        "aim": _("Families read at home"), "owner": _("Family engagement office"),
        "data_collected": _("sign-in sheets, reading logs"), "requires": "Title I",
        "teams": _("family liaison, grade 3 teachers"), "starts_on": "2025-09-01",
        "planned": _("The office plans four nights a year."), "outcome": "same",
        "evidence": _("The same forty families came each time."),
    }  # fmt: skip
    cells = [[row.get(target.key, "") for target in initiative_table.targets()]]
    answer = Response(exporting.as_csv(header, cells), content_type=exporting.CSV_TYPE)
    answer.headers["Content-Disposition"] = 'attachment; filename="initiatives.csv"'
    return answer


@blueprint.route("/initiatives/import/<uuid:initiative_import_id>", methods=["GET", "POST"])
@access.signed_in
def initiative_import(initiative_import_id: UUID) -> ResponseReturnValue:
    """Show what an import would do or did; choose which column is what."""
    actor = writer()
    run = run_of(actor, initiative_import_id)
    empty: dict[str, Any] = {
        "columns": {}, "header": [], "first": [], "names": 0, "problem_rows": 0, "groups": [],
    }  # fmt: skip
    chosen = empty | run.mapping
    form = import_forms.mapping_form(
        chosen["header"], chosen["columns"], initiative_table.targets(), ColumnsForm
    )
    if form.validate_on_submit() and run.state == "preview":
        with transaction(actor) as current:
            table = import_files.table_of(current, run)
            initiative_import_services.look_over(current, actor, run, table, form.mapping())
        return went(
            url_for(".initiative_import", initiative_import_id=initiative_import_id),
            _("Checked again with these columns."),
        )
    groups = importing.groups_from(chosen["groups"])
    page = render_template(
        "variation/import_initiatives_run.html", run=run, form=form, chosen=chosen, groups=groups
    )
    return page, status_of(form)


@blueprint.post("/initiatives/import/<uuid:initiative_import_id>/write")
@access.signed_in
def write_initiative_import(initiative_import_id: UUID) -> ResponseReturnValue:
    """Write all rows or none."""
    actor = writer()
    run = run_of(actor, initiative_import_id)
    with transaction(actor) as current:
        initiative_import_services.write(current, actor, run, at=clock.now())
    return went(url_for(".initiative_import", initiative_import_id=initiative_import_id), _("Imported."))


@blueprint.post("/initiatives/import/<uuid:initiative_import_id>/undo")
@access.signed_in
def undo_initiative_import(initiative_import_id: UUID) -> ResponseReturnValue:
    """Take an import back as one piece."""
    actor = writer()
    run = run_of(actor, initiative_import_id)
    with transaction(actor) as current:
        initiative_import_services.undo(current, run, at=clock.now())
    words = _("The import is taken back.")
    return went(url_for(".initiative_import", initiative_import_id=initiative_import_id), words)
