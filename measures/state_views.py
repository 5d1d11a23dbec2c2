"""Bring an agency's published figures in: upload, match columns and figures, check rows, write, undo."""

from typing import Any
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from measures import policies, state_forms, state_import_queries
from measures import state_import_services as services
from measures.base_views import blueprint
from measures.school_years import name_of
from measures.state_jobs import TAKE_BACK, WRITE
from nic_platform import access, clock, import_files, importing, jobs
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError
from nic_platform.pages import status_of, today, try_to, went
from nic_platform.tables import ImportRun
from nic_platform.text import _, ngettext


def _network_lead() -> Actor:
    actor = access.actor()
    access.require(
        policies.can_change_measure(actor, None), _("Only a network lead can bring published figures in.")
    )
    if actor.network_id is None:
        raise AbsentError(_("There is no such network."))
    return actor


@blueprint.route("/measures/figures", methods=["GET", "POST"])
@access.signed_in
def state_files() -> ResponseReturnValue:
    """Take a file of published figures, and show those brought in so far."""
    actor = _network_lead()
    form = state_forms.StateFileForm()
    made: list[UUID] = []

    def receive(current: Session) -> None:
        sent = form.file.data
        run = services.receive(
            current, actor.network_id or 0, sent.stream, sent.filename or "figures.csv", today=today(actor),
            by=actor, at=clock.now(),
        )  # fmt: skip
        made.append(run.public_id)

    if form.validate_on_submit() and try_to(form, actor, receive):
        return went(url_for(".state_file", file_id=made[0]), _("The file is read. Nothing is written yet."))
    runs = state_import_queries.runs_of(session(), actor)
    return render_template("measures/state_files.html", form=form, runs=runs), status_of(form)


@blueprint.route("/measures/figures/<uuid:file_id>", methods=["GET", "POST"])
@access.signed_in
def state_file(file_id: UUID) -> ResponseReturnValue:
    """Show what a file would do or did; choose which column is what."""
    actor = _network_lead()
    run = state_import_queries.get_run(session(), actor, file_id)
    figures, options = services.figures_of(run), services.options_of(run)
    chosen = services.chosen_of(run)
    measures = state_import_queries.common_measures(session(), run.network_id)
    form = state_forms.columns_form(chosen["header"], chosen["columns"], figures, options, measures)

    def look_again(current: Session) -> None:
        import_files.hold_preview(current, run)
        is_same = form.options().heads == options.heads
        services.look_again(
            current, run, form.columns() if is_same else None, form.figures(figures) if is_same else None,
            form.options(), today=today(actor),
        )  # fmt: skip

    if run.state == "preview" and form.validate_on_submit() and try_to(form, actor, look_again):
        return went(url_for(".state_file", file_id=file_id), _("Checked again. Nothing is written yet."))
    page = render_template("measures/state_file.html", **_page(run, chosen), form=form,
                           fields=state_forms.figure_fields(form, figures))  # fmt: skip
    return page, status_of(form)


def _page(run: ImportRun, chosen: dict[str, Any]) -> dict[str, Any]:
    groups = importing.groups_from(chosen["groups"])
    options = services.options_of(run)
    job = state_import_queries.job_of(session(), run) if run.attachment_id else None
    return {
        "run": run,
        "chosen": chosen,
        "groups": groups,
        "job": job,
        "left_out": services.left_out(run),
        "years": [name_of(year) for year in chosen["years"]],
        "year_name": name_of,
        "options": options,
        "to_write": run.rows_created + (run.rows_changed if options.corrects else 0),
        "may_write": not chosen["stops"] and (options.leave_out or not chosen["groups"]),
    }


@blueprint.post("/measures/figures/<uuid:file_id>/write")
@access.signed_in
def write_state_file(file_id: UUID) -> ResponseReturnValue:
    """Write every figure of a file, or none; a large file goes to the background."""
    actor = _network_lead()
    run = state_import_queries.get_run(session(), actor, file_id)
    with transaction(actor) as current:
        import_files.hold(current, run)
        if run.rows_read > services.LARGE and run.state == "preview":
            run.state = "running"
            _enqueue(current, WRITE, run, actor)
        if run.state == "running":  # begun now, or asked twice
            words = _("The import has begun. You can leave this page.")
        else:
            table = services.table_of(current, run)
            services.carry_out(current, run, table, today=today(actor), by=actor, at=clock.now())
            done = run.rows_created + run.rows_changed
            words = ngettext("One figure is written.", "%(count)s figures are written.", done)
    return went(url_for(".state_file", file_id=file_id), words)


def _enqueue(current: Session, name: str, run: ImportRun, actor: Actor) -> None:
    payload = {"run_id": run.id, "user_id": actor.user_id, "name": actor.name}
    jobs.enqueue(current, name, payload, by=actor.user_id, network_id=run.network_id)


@blueprint.post("/measures/figures/<uuid:file_id>/undo")
@access.signed_in
def undo_state_file(file_id: UUID) -> ResponseReturnValue:
    """Take what a file brought in back, as one piece."""
    actor = _network_lead()
    run = state_import_queries.get_run(session(), actor, file_id)
    with transaction(actor) as current:
        import_files.hold(current, run)
        if run.rows_created > services.LARGE and run.state == "done":
            run.state = "undoing"
            _enqueue(current, TAKE_BACK, run, actor)
        if run.state == "undoing":
            words = _("The import is being taken back. You can leave this page.")
        else:
            changed = services.undo(current, run, by=actor, at=clock.now())
            words = _("The import is taken back. What was there before is there again.")
            if changed:
                more = ngettext(
                    "One figure was corrected since and stays.",
                    "%(count)s figures were corrected since and stay.",
                    changed,
                )
                words = f"{words} {more}"
    return went(url_for(".state_file", file_id=file_id), words)
