"""Importing schools from a file: upload, match columns, check rows, import, undo."""

from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from nic_platform import access, clock, import_files, import_forms, importing
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.pages import status_of, went
from nic_platform.tables import ImportRun
from nic_platform.text import _
from teams import forms, import_services, policies, site_queries, undo_importing
from teams.base_views import blueprint
from teams.jobs import undo_or_begin, write_or_begin
from teams.site_table import reason_words


def network_lead() -> Actor:
    """Return who asks, if they may bring places in."""
    actor = access.actor()
    access.require(policies.can_run_network(actor), _("Only a network lead can import places."))
    return actor


@blueprint.route("/sites/import", methods=["GET", "POST"])
@access.signed_in
def import_sites() -> ResponseReturnValue:
    """Take a file with a table of schools, and show the imports made so far."""
    actor = network_lead()
    form = forms.UploadForm().offer()

    def receive(stream: Any, name: str) -> ImportRun:
        with transaction(actor) as current:
            return import_services.receive(
                current, actor.network_id or 0, stream, name, state=form.state.data, by=actor.user_id,
                at=clock.now(),
            )  # fmt: skip

    if run := import_forms.taken(form, receive, "schools.csv"):
        return went(
            url_for(".site_import", import_id=run.public_id), _("The file is read. Nothing is written yet.")
        )
    runs = site_queries.runs_of(session(), actor)
    return render_template("teams/import.html", form=form, runs=runs), status_of(form)


@blueprint.route("/sites/import/<uuid:import_id>", methods=["GET", "POST"])
@access.signed_in
def site_import(import_id: UUID) -> ResponseReturnValue:
    """Show what an import would do or did; choose which column is what."""
    actor = network_lead()
    run = site_queries.get_run(session(), actor, import_id)
    chosen = import_services.chosen_of(run)
    form = forms.mapping_form(chosen["header"], chosen["columns"], chosen.get("state", ""))
    if form.validate_on_submit() and run.state == "preview":
        with transaction(actor) as current:
            import_files.hold_preview(current, run)
            table = import_files.table_of(current, run)
            import_services.look_over(current, run, table, form.mapping(), form.state.data)
        return went(url_for(".site_import", import_id=import_id), _("Checked again with these columns."))
    return render_template("teams/import_run.html", **_page(run, form)), status_of(form)


def _page(run: ImportRun, form: forms.SiteColumnsForm) -> dict[str, Any]:
    job = site_queries.job_of(session(), run) if run.state in {"running", "undoing", "preview"} else None
    chosen = import_services.chosen_of(run)
    return {
        "run": run,
        "form": form,
        "chosen": chosen,
        "groups": importing.groups_from(chosen["groups"]),
        "skipped": [reason_words(reason, count) for reason, count in chosen["skipped"].items()],
        "job": job,
        "undo_problem": undo_importing.can_undo(session(), run) if run.state == "done" else None,
        "to_write": run.rows_created + run.rows_changed,
    }


@blueprint.post("/sites/import/<uuid:import_id>/write")
@access.signed_in
def write_import(import_id: UUID) -> ResponseReturnValue:
    """Write all rows or none; a large file goes to the background."""
    actor = network_lead()
    run = site_queries.get_run(session(), actor, import_id)
    leave_out = request.form.get("leave_out") == "yes"
    with transaction(actor) as current:
        goes_on = write_or_begin(current, run, leave_out=leave_out, by=actor, at=clock.now())
    words = _("The import has begun. You can leave this page.") if goes_on else _("Imported.")
    return went(url_for(".site_import", import_id=import_id), words)


@blueprint.post("/sites/import/<uuid:import_id>/undo")
@access.signed_in
def undo_import(import_id: UUID) -> ResponseReturnValue:
    """Take an import back as one piece."""
    actor = network_lead()
    run = site_queries.get_run(session(), actor, import_id)
    with transaction(actor) as current:
        goes_on = undo_or_begin(current, run, by=actor, at=clock.now())
    words = (
        _("The import is being taken back. You can leave this page.")
        if goes_on
        else _("The import is taken back. What was there before is there again.")
    )
    return went(url_for(".site_import", import_id=import_id), words)
