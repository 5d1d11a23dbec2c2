"""Capacity, fidelity and outcome of a practice, side by side for a school, its hub and the state."""

from typing import Any
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from nic_platform import access, exporting
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.errors import AbsentError
from nic_platform.pages import today, uuid_arg
from nic_platform.text import _
from variation import line_report, line_report_queries, practice_queries, seat_queries
from variation.alignment_base_views import as_file, blueprint, by_name


@blueprint.get("/practices/<uuid:practice_id>/line")
@access.signed_in
def practice_line(practice_id: UUID) -> ResponseReturnValue:
    """Show the three reports of a practice for a line of places, of everybody or of one subgroup."""
    return render_template("variation/line_report.html", **read_line(by_name(), practice_id))


def read_line(actor: Actor, practice_id: UUID) -> dict[str, Any]:
    """Return what the page of the three reports shows."""
    thing = practice_queries.get_practice(session(), actor, practice_id)
    choices = practice_queries.sites_of_practice(session(), actor, thing.id)
    site = _site(actor, choices)
    places = seat_queries.line_sites(session(), actor, site.id) if site else []
    group = (request.args.get("set", "")[:80], request.args.get("group", "")[:80])
    found = line_report_queries.line_reports(session(), actor, thing, places, group, today(actor))
    said = {
        place.id: line_report.sentence([found.reports[place.id, kind] for kind in line_report.KINDS])
        for place in found.places
    }
    return {
        "practice": thing, "site": site, "choices": choices, "found": found, "said": said,
        "kinds": line_report.kind_names(), "questions": line_report.kind_questions(),
    }  # fmt: skip


def _site(actor: Actor, choices: list[seat_queries.SiteRow]) -> seat_queries.SiteRow | None:
    """Return the lowest place of the line: the one asked for, the own team's, else the first that has it."""
    wanted = uuid_arg("site")
    if wanted is not None:
        return seat_queries.find_site(session(), actor, wanted)
    own = seat_queries.site_of_team(session(), actor)
    if own is not None:
        return own
    return choices[0] if choices else None


@blueprint.get("/practices/<uuid:practice_id>/line.<any(csv, xlsx):format>")
@access.signed_in
def export_practice_line(practice_id: UUID, format: str) -> ResponseReturnValue:  # noqa: A002  the name stands in the address
    """Give the three reports as a table, with the same cells hidden."""
    page = read_line(by_name(), practice_id)
    if page["site"] is None:
        raise AbsentError(_("Nothing is counted yet."))
    header = [_("Place"), _("Report"), _("Measure"), _("Month"), _("Figure")]
    rows: list[list[exporting.Cell]] = [
        [report.place, page["kinds"][report.kind], report.measure, month, words]
        for report in page["found"].reports.values()
        for month, words in report.rows
    ]
    return as_file("capacity-fidelity-outcome", format, header, rows)
