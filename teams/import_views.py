"""Importing schools from a file: upload, match columns, check rows, import, undo."""

from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from nic_platform import access, clock, importing, jobs
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import InputError
from nic_platform.pages import status_of, went
from nic_platform.tables import ImportRun
from nic_platform.text import _
from teams import forms, import_services, policies, site_queries, undo_importing
from teams.base_views import blueprint
from teams.jobs import IMPORT, UNDO
from teams.site_table import reason_words


def _network_lead() -> Actor:
    actor = access.actor()
    access.require(policies.can_run_network(actor), _("Only a network lead can import places."))
    return actor


@blueprint.route("/sites/import", methods=["GET", "POST"])
@access.signed_in
def import_sites() -> ResponseReturnValue:
    """Take a file with a table of schools, and show the imports made so far."""
    actor = _network_lead()
    form = forms.UploadForm().offer()
    if form.validate_on_submit():
        try:
            run = _receive(actor, form)
            return went(
                url_for(".site_import", import_id=run.public_id),
                _("The file is read. Nothing is written yet."),
            )
        except InputError as error:
            form.file.errors = [*form.file.errors, str(error)]
    runs = site_queries.runs_of(session(), actor)
    return render_template("teams/import.html", form=form, runs=runs), status_of(form)


def _receive(actor: Actor, form: forms.UploadForm) -> ImportRun:
    sent = form.file.data
    with transaction(actor) as current:
        return import_services.receive(
            current,
            actor.network_id or 0,
            sent.stream,
            sent.filename or "schools.csv",
            state=form.state.data,
            by=actor.user_id,
            at=clock.now(),
        )


@blueprint.route("/sites/import/<uuid:import_id>", methods=["GET", "POST"])
@access.signed_in
def site_import(import_id: UUID) -> ResponseReturnValue:
    """Show what an import would do or did; choose which column is what."""
    actor = _network_lead()
    run = site_queries.get_run(session(), actor, import_id)
    chosen = import_services.chosen_of(run)
    form = forms.mapping_form(chosen["header"], chosen["columns"], chosen.get("state", ""))
    if form.validate_on_submit() and run.state == "preview":
        with transaction(actor) as current:
            table = import_services.table_of(current, run)
            import_services.look_over(current, run, table, form.mapping(), form.state.data)
        return went(url_for(".site_import", import_id=import_id), _("Checked again with these columns."))
    return render_template("teams/import_run.html", **_page(run, form)), status_of(form)


def _page(run: ImportRun, form: forms.MappingForm) -> dict[str, Any]:
    job = site_queries.job_of(session(), run) if run.state in {"running", "undoing", "preview"} else None
    chosen = import_services.chosen_of(run)
    groups = [importing.Group(**{**group, "rows": tuple(group["rows"])}) for group in chosen["groups"]]
    return {
        "run": run,
        "form": form,
        "chosen": chosen,
        "groups": groups,
        "skipped": [reason_words(reason, count) for reason, count in chosen["skipped"].items()],
        "job": job,
        "undo_problem": undo_importing.can_undo(session(), run) if run.state == "done" else None,
        "to_write": run.rows_created + run.rows_changed,
    }


@blueprint.post("/sites/import/<uuid:import_id>/write")
@access.signed_in
def write_import(import_id: UUID) -> ResponseReturnValue:
    """Write all rows or none; a large file goes to the background."""
    actor = _network_lead()
    run = site_queries.get_run(session(), actor, import_id)
    leave_out = request.form.get("leave_out") == "yes"
    with transaction(actor) as current:
        if run.rows_read > import_services.LARGE and run.state == "preview":
            run.state = "running"
            payload = {"run_id": run.id, "user_id": actor.user_id, "leave_out": leave_out}
            jobs.enqueue(current, IMPORT, payload, by=actor.user_id, network_id=run.network_id)
            words = _("The import has begun. You can leave this page.")
        else:
            table = import_services.table_of(current, run)
            import_services.carry_out(
                current, run, table, leave_out=leave_out, by=actor.user_id, at=clock.now()
            )
            words = _("Imported.")
    return went(url_for(".site_import", import_id=import_id), words)


@blueprint.post("/sites/import/<uuid:import_id>/undo")
@access.signed_in
def undo_import(import_id: UUID) -> ResponseReturnValue:
    """Take an import back as one piece."""
    actor = _network_lead()
    run = site_queries.get_run(session(), actor, import_id)
    with transaction(actor) as current:
        if run.rows_created + run.rows_changed > import_services.LARGE and run.state == "done":
            run.state = "undoing"
            payload = {"run_id": run.id, "user_id": actor.user_id}
            jobs.enqueue(current, UNDO, payload, by=actor.user_id, network_id=run.network_id)
            words = _("The import is being taken back. You can leave this page.")
        else:
            undo_importing.undo(current, run, at=clock.now())
            words = _("The import is taken back. What was there before is there again.")
    return went(url_for(".site_import", import_id=import_id), words)
