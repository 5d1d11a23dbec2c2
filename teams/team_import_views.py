"""Importing teams and links from a file: upload, match columns, check rows, import, undo."""

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
from teams import policies, team_import_services, team_table
from teams.base_views import blueprint


def network_lead() -> Actor:
    """Return who asks, if they may bring teams in."""
    actor = access.actor()
    access.require(policies.can_run_network(actor), _("Only a network lead can import teams."))
    return actor


def runs_of(actor: Actor) -> list[ImportRun]:
    """Return the newest imports of teams of the actor's network."""
    return import_files.runs_of(session(), actor.network_id, team_import_services.KIND)


def run_of(actor: Actor, import_id: UUID) -> ImportRun:
    """Return one import of teams.

    Raises:
        AbsentError: there is none in the actor's network.
    """
    run = import_files.find_run(session(), actor.network_id, team_import_services.KIND, import_id)
    if run is None:
        raise AbsentError(_("There is no such import."))
    return run


@blueprint.route("/teams/import", methods=["GET", "POST"])
@access.signed_in
def import_teams() -> ResponseReturnValue:
    """Take a file with a table of teams and links, and show the imports made so far."""
    actor = network_lead()
    form = FileForm()

    def receive(stream: Any, name: str) -> ImportRun:
        with transaction(actor) as current:
            return team_import_services.receive(
                current, actor.network_id or 0, stream, name, by=actor.user_id, at=clock.now()
            )

    if run := import_forms.taken(form, receive, "teams.csv"):
        return went(
            url_for(".team_import", team_import_id=run.public_id),
            _("The file is read. Nothing is written yet."),
        )
    page = render_template(
        "teams/import_teams.html", form=form, targets=team_table.targets(), runs=runs_of(actor)
    )
    return page, status_of(form)


@blueprint.get("/teams/import/example.csv")
@access.signed_in
def team_import_example() -> ResponseReturnValue:
    """Give a table with the columns that the import knows, and two rows as an example."""
    network_lead()
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
    actor = network_lead()
    run = run_of(actor, team_import_id)
    chosen = run.mapping
    form = import_forms.mapping_form(
        chosen.get("header", []), chosen.get("columns", {}), team_table.targets(), ColumnsForm
    )
    if form.validate_on_submit() and run.state == "preview":
        with transaction(actor) as current:
            import_files.hold_preview(current, run)
            table = import_files.table_of(current, run)
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
        "groups": importing.groups_from(chosen["groups"]),
        "undo_problem": team_import_services.can_undo(session(), run) if run.state == "done" else None,
    }


@blueprint.post("/teams/import/<uuid:team_import_id>/write")
@access.signed_in
def write_team_import(team_import_id: UUID) -> ResponseReturnValue:
    """Write all rows or none."""
    actor = network_lead()
    run = run_of(actor, team_import_id)
    with transaction(actor) as current:
        team_import_services.write(current, run, at=clock.now())
    return went(url_for(".team_import", team_import_id=team_import_id), _("Imported."))


@blueprint.post("/teams/import/<uuid:team_import_id>/undo")
@access.signed_in
def undo_team_import(team_import_id: UUID) -> ResponseReturnValue:
    """Take an import back as one piece."""
    actor = network_lead()
    run = run_of(actor, team_import_id)
    with transaction(actor) as current:
        team_import_services.undo(current, run, at=clock.now())
    words = _("The import is taken back: its teams and links are gone.")
    return went(url_for(".team_import", team_import_id=team_import_id), words)
