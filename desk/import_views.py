"""The history of everything that was brought in from files."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from desk import import_queries
from desk.base_views import blueprint
from desk.import_kinds import IMPORTERS, kind_words, state_words
from nic_platform import access
from nic_platform.database import session
from nic_platform.frame import address
from nic_platform.pages import uuid_arg

PAGE = 50


@blueprint.get("/network/imports")
@access.signed_in
def imports() -> ResponseReturnValue:
    """List what was brought in: who, when, what, what became of it, and the way to take it back."""
    actor = access.actor()
    kind = request.args.get("kind", "")
    kind = kind if kind in IMPORTERS else ""
    rows = import_queries.list_imports(session(), actor, kind=kind, after=uuid_arg("after"), limit=PAGE + 1)
    more = url_for(".imports", kind=kind or None, after=rows[PAGE - 1].id) if len(rows) > PAGE else ""
    return render_template(
        "desk/imports.html", runs=rows[:PAGE], more=more, kind=kind, kinds=kind_words(), states=state_words(),
        pages={run.id: _address(run, "page") for run in rows[:PAGE]},
        undos={run.id: _address(run, "undo") for run in rows[:PAGE] if run.state == "done"},
        may_import=actor.is_network_lead,
    )  # fmt: skip


def _address(run: import_queries.RunRow, which: str) -> str:
    """Return where an import is looked at, or taken back; empty where its kind has no such page."""
    known = IMPORTERS.get(run.kind)
    return address(getattr(known, which), "", **{known.param: run.id}) if known else ""
