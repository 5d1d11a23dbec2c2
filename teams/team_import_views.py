"""Importing teams and links from a file: upload, match columns, check rows, import, undo."""

from typing import Any
from uuid import UUID

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue

from nic_platform import access, clock, exporting, importing
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError, InputError
from nic_platform.pages import status_of, went
from nic_platform.tables import ImportRun
from nic_platform.text import _
from teams import policies, team_import_forms, team_import_services, team_table
from teams.base_views import blueprint


def _network_lead() -> Actor:
    actor = access.actor()
    access.require(policies.can_run_network(actor), _("Only a network lead can import teams."))
    return actor


def _run(actor: Actor, import_id: UUID) -> ImportRun:
    run = team_import_services.find_run(session(), actor.network_id, import_id)
    if run is None:
        raise AbsentError(_("There is no such import."))
    return run


@blueprint.route("/teams/import", methods=["GET", "POST"])
@access.signed_in
def import_teams() -> ResponseReturnValue:
    """Take a file with a table of teams and links, and show the imports made so far."""
    actor = _network_lead()
    form = team_import_forms.FileForm()
    if form.validate_on_submit():
        sent = form.file.data
        try:
            with transaction(actor) as current:
                run = team_import_services.receive(
                    current, actor.network_id or 0, sent.stream, sent.filename or "teams.csv",
                    by=actor.user_id, at=clock.now(),
                )  # fmt: skip
            return went(
                url_for(".team_import", team_import_id=run.public_id),
                _("The file is read. Nothing is written yet."),
            )
        except InputError as error:
            form.file.errors = [*form.file.errors, str(error)]
    page = render_template(
        "teams/import_teams.html", form=form, targets=team_table.targets(),
        runs=team_import_services.runs_of(session(), actor.network_id),
    )  # fmt: skip
    return page, status_of(form)


@blueprint.get("/teams/import/example.csv")
@access.signed_in
def team_import_example() -> ResponseReturnValue:
    """Give a table with the columns that the import knows, and two rows as an example."""
    _network_lead()
    header = [target.label for target in team_table.targets()]
    rows: list[list[exporting.Cell]] = [
        [_("Own school"), "school", "0880-1234", _("Every child reads"), _("Thursdays, 3:15 pm"), 14,
         _("District team"), "", 14, 30],
        [_("District team"), "district", "0880", "", "", 14, _("State team"), _("staffing, testing"), 21, 30],
    ]  # fmt: skip
    answer = Response(exporting.as_csv(header, rows), content_type=exporting.CSV_TYPE)
    answer.headers["Content-Disposition"] = 'attachment; filename="teams.csv"'
    return answer


@blueprint.route("/teams/import/<uuid:team_import_id>", methods=["GET", "POST"])
@access.signed_in
def team_import(team_import_id: UUID) -> ResponseReturnValue:
    """Show what an import would do or did; choose which column is what."""
    actor = _network_lead()
    run = _run(actor, team_import_id)
    form = team_import_forms.mapping_form(run.mapping.get("header", []), run.mapping.get("columns", {}))
    if form.validate_on_submit() and run.state == "preview":
        with transaction(actor) as current:
            table = team_import_services.table_of(current, run)
            team_import_services.look_over(current, run, table, form.mapping())
        return went(
            url_for(".team_import", team_import_id=team_import_id), _("Checked again with these columns.")
        )
    return render_template("teams/import_teams_run.html", **_page(run, form)), status_of(form)


def _page(run: ImportRun, form: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {
        "columns": {}, "header": [], "first": [], "teams": 0, "links": 0, "problem_rows": 0, "groups": [],
    }  # fmt: skip
    chosen = empty | run.mapping
    return {
        "run": run,
        "form": form,
        "chosen": chosen,
        "groups": [importing.Group(**{**each, "rows": tuple(each["rows"])}) for each in chosen["groups"]],
        "undo_problem": team_import_services.can_undo(session(), run) if run.state == "done" else None,
    }


@blueprint.post("/teams/import/<uuid:team_import_id>/write")
@access.signed_in
def write_team_import(team_import_id: UUID) -> ResponseReturnValue:
    """Write all rows or none."""
    actor = _network_lead()
    run = _run(actor, team_import_id)
    with transaction(actor) as current:
        team_import_services.write(current, run, at=clock.now())
    return went(url_for(".team_import", team_import_id=team_import_id), _("Imported."))


@blueprint.post("/teams/import/<uuid:team_import_id>/undo")
@access.signed_in
def undo_team_import(team_import_id: UUID) -> ResponseReturnValue:
    """Take an import back as one piece."""
    actor = _network_lead()
    run = _run(actor, team_import_id)
    with transaction(actor) as current:
        team_import_services.undo(current, run, at=clock.now())
    words = _("The import is taken back: its teams and links are gone.")
    return went(url_for(".team_import", team_import_id=team_import_id), words)
