"""How it works, and the list of imports."""

from flask import render_template
from flask.typing import ResponseReturnValue

from desk import week_queries
from desk.base_views import blueprint
from nic_platform import access
from nic_platform.database import session
from nic_platform.frame import address


@blueprint.get("/help")
@access.signed_in
def help_page() -> ResponseReturnValue:
    """Say in plain words how the platform works and which rules it applies."""
    return render_template("desk/help.html", minimum=access.actor().minimum_cell)


@blueprint.get("/imports")
@access.signed_in
def imports() -> ResponseReturnValue:
    """List what was imported, with the way to undo it for those who may."""
    runs = week_queries.list_imports(session(), access.actor())
    pages = {run.id: _page_of(run) for run in runs}
    may_import = access.actor().is_network_lead
    return render_template("desk/imports.html", runs=runs, pages=pages, may_import=may_import)


def _page_of(run: week_queries.RunRow) -> str:
    """Return where an import is looked at and taken back; empty where its kind has no page."""
    if run.kind in {"plan", "carry"}:
        return address("milestones.plan_import", "", plan_import_id=run.id)
    if run.kind == "teams":
        return address("teams.team_import", "", team_import_id=run.id)
    if run.kind == "sites":
        return address("teams.site_import", "", import_id=run.id)
    return address("measures.bring_in_run", "", run_id=run.id) if run.kind == "measurements" else ""
