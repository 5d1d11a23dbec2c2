"""One import of a roster: what it would do, writing it, its calendar, taking it back."""

from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from nic_platform import clock, importing
from nic_platform.access import signed_in
from nic_platform.database import session, transaction
from nic_platform.pages import went
from nic_platform.tables import ImportRun
from nic_platform.text import _
from rosters import (
    calendar_services,
    forms,
    import_services,
    planning_services,
    queries,
    source_queries,
    source_services,
)
from rosters.base_views import blueprint, lead
from rosters.jobs import WRITE, write_or_begin
from rosters.models import RosterSource
from rosters.source_queries import source_of

_EMPTY: dict[str, Any] = {
    **dict.fromkeys(("groups", "leavers", "unmatched"), ()),
    **{name: {} for name in ("headers", "columns", "skipped", "counts")},
    **dict.fromkeys(("made", "linked", "returning", "changed", "leaving", "active"), 0),
    **dict.fromkeys(("places", "new_places", "problem_rows"), 0),
    **dict.fromkeys(("waits", "is_refused", "has_manifest"), False), "mode": "delta", "version": "",
}  # fmt: skip


@blueprint.get("/rosters/imports/<uuid:roster_run_id>")
@signed_in
def run(roster_run_id: UUID) -> ResponseReturnValue:
    """Show what an import would do or did."""
    found = queries.get_run(session(), lead(), roster_run_id)
    return _page(found, source_of(session(), found))


def _page(found: ImportRun, source: RosterSource) -> str:
    chosen = _EMPTY | found.mapping
    return render_template(
        "rosters/run.html", run=found, source=source, chosen=chosen,
        job=source_queries.job_of(session(), found, WRITE),
        groups=importing.groups_from(chosen["groups"]),
        skipped=planning_services.skipped_words(chosen["skipped"].items()),
        undo_problem=import_services.can_undo(session(), found) if found.state == "done" else None,
        years=calendar_services.offered(found), has_calendar=bool((found.undo or {}).get("calendar")),
        form=forms.columns_form(chosen["headers"], chosen["columns"]) if found.state == "preview" else None,
        wait=import_services.wait_words(chosen["leaving"], chosen["active"]) if chosen["waits"] else "",
    )  # fmt: skip


@blueprint.post("/rosters/imports/<uuid:roster_run_id>/write")
@signed_in
def write_run(roster_run_id: UUID) -> ResponseReturnValue:
    """Write all of a roster or nothing; a large one goes to the background."""
    actor = lead()
    found = queries.get_run(session(), actor, roster_run_id)
    agreed, leave_out = (request.form.get(name) == "yes" for name in ("agreed", "leave_out"))
    with transaction(actor) as current:
        goes_on = write_or_begin(
            current, source_of(current, found), found, agreed=agreed, leave_out=leave_out, by=actor,
            at=clock.now(),
        )  # fmt: skip
    words = _("The import has begun. You can leave this page.") if goes_on else _("Imported.")
    return went(url_for(".run", roster_run_id=roster_run_id), words)


@blueprint.post("/rosters/imports/<uuid:roster_run_id>/undo")
@signed_in
def undo_run(roster_run_id: UUID) -> ResponseReturnValue:
    """Take an import back as one piece: access that it ended comes back."""
    actor = lead()
    found = queries.get_run(session(), actor, roster_run_id)
    with transaction(actor) as current:
        import_services.undo(current, source_of(current, found), found, at=clock.now())
    return went(
        url_for(".run", roster_run_id=roster_run_id),
        _("The import is taken back. Who lost access by it has it again."),
    )


@blueprint.post("/rosters/imports/<uuid:roster_run_id>/calendar")
@signed_in
def take_calendar(roster_run_id: UUID) -> ResponseReturnValue:
    """Take the roster's school years into the network's calendar."""
    actor = lead()
    found = queries.get_run(session(), actor, roster_run_id)
    with transaction(actor) as current:
        calendar_services.take(current, found, by=actor, at=clock.now())
    return went(url_for(".run", roster_run_id=roster_run_id), _("The calendar has these school years now."))


@blueprint.post("/rosters/imports/<uuid:roster_run_id>/columns")
@signed_in
def choose_columns(roster_run_id: UUID) -> ResponseReturnValue:
    """Keep which column holds what for this roster; its files are read by it from the next time."""
    actor = lead()
    found = queries.get_run(session(), actor, roster_run_id)
    source = source_of(session(), found)
    form = forms.columns_form(found.mapping.get("headers", {}), found.mapping.get("columns", {}))
    if form.validate_on_submit():
        with transaction(actor) as current:
            source_services.choose_columns(current, source, found, form.chosen())
        return went(url_for(".show", roster_id=source.public_id), _("Kept. Send the files again."))
    return _page(found, source), 422
