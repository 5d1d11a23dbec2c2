"""The chart of a measure in the API, and the marks that a team sets on it. The same rules as the pages."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from measures import chart_reading, chart_schemas, mark_queries, mark_services, policies
from measures.chart_base_views import Asked, ChartPage, page_of
from measures.charting import assurance
from measures.models import ChartMark, Measure
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.api import ApiBlueprint, check_version
from nic_platform.database import session, transaction

blueprint = ApiBlueprint("api_charts", __name__, "", "Charts of measures")


def _page(actor: Actor, measure_id: UUID, query: Mapping[str, Any]) -> ChartPage:
    asked = Asked(query.get("team"), query["set"], query["group"], query.get("chart", ""))
    return page_of(session(), actor, measure_id, asked, clock.today(actor.time_zone))


def _own(mark_id: UUID, *, is_deleted: bool = False) -> tuple[Actor, ChartMark]:
    """Return a mark that the caller's own team may change."""
    actor = access.actor()
    found = mark_queries.find_mark(session(), actor, mark_id, is_deleted=is_deleted)
    access.require(policies.can_record(actor, found.team_id))
    return actor, found


@blueprint.get("/measures/<uuid:measure_id>/chart")
@access.signed_in
@blueprint.arguments(chart_schemas.ChartQuery, location="query")
@blueprint.response(200, chart_schemas.ChartOut)
def get_chart(query: dict[str, Any], measure_id: UUID) -> dict[str, Any]:
    """Return the chart of a measure at a team: points, lines, flags, phases, and the sentence.

    Small cells are no points for those outside the team.
    """
    page = _page(access.actor(), measure_id, query)
    chart, goal = page.chart, chart_reading.target_words(page.chart)
    return {
        "measure_id": page.row.public_id, "team_id": page.team.public_id, "group": page.asked.subgroup,
        "kind": chart.kind, "rules": chart_reading.rules_words(chart), "reading": page.reading.kind.value,
        "title": page.reading.title, "sentence": page.reading.sentence,
        "lack": chart_reading.lack_words(chart.lack) if chart.lack else "", "target": chart.target,
        "target_on": chart.target_on,
        "target_sentence": f"{goal.title} {goal.sentence}" if goal else "", "assurance": assurance(chart),
        "not_shown": chart.hidden, "points": chart.points, "phases": _phases(page), "marks": chart.marks,
    }  # fmt: skip


def _phases(page: ChartPage) -> list[dict[str, Any]]:
    return [
        {
            "number": phase.number, "begins": phase.begins, "why": phase.why, "centre": phase.centre,
            "n": phase.n, "is_provisional": phase.is_provisional,
            "frozen_on": phase.frozen.on if phase.frozen else None,
            "sentence": chart_reading.phase_words(page.chart, phase),
        }
        for phase in page.chart.phases
    ]  # fmt: skip


@blueprint.get("/measures/<uuid:measure_id>/marks")
@access.signed_in
@blueprint.arguments(chart_schemas.SeriesQuery, location="query")
@blueprint.response(200, chart_schemas.MarkList)
def list_marks(query: dict[str, Any], measure_id: UUID) -> dict[str, Any]:
    """List the marks on the chart of a measure at a team, by day."""
    page = _page(access.actor(), measure_id, query)
    return {"items": [asdict(mark) for mark in page.chart.marks]}


@blueprint.post("/measures/<uuid:measure_id>/marks")
@access.signed_in
@blueprint.arguments(chart_schemas.SeriesQuery, location="query")
@blueprint.arguments(chart_schemas.MarkIn)
@blueprint.response(201, chart_schemas.MarkOut)
def add_mark(query: dict[str, Any], sent: dict[str, Any], measure_id: UUID) -> ChartMark:
    """Set a mark on the chart of a measure. The team's lead, members and linking members may."""
    actor = access.actor()
    page = _page(actor, measure_id, query)
    access.require(policies.can_record(actor, page.team.id))
    measure = session().get_one(Measure, page.row.id)
    with transaction(actor) as current:
        return mark_services.add_mark(
            current, measure, page.team.id, sent["kind"], sent["on"], sent["words"],
            subgroup_set=query["set"], subgroup=query["group"], today=clock.today(actor.time_zone),
        )  # fmt: skip


@blueprint.patch("/marks/<uuid:mark_id>")
@access.signed_in
@blueprint.arguments(chart_schemas.MarkPatch)
@blueprint.response(200, chart_schemas.MarkOut)
def change_mark(sent: dict[str, Any], mark_id: UUID) -> ChartMark:
    """Move a mark to another day, or say it in other words."""
    actor, found = _own(mark_id)
    check_version(sent["version"], found.version)
    with transaction(actor) as current:
        mark_services.change_mark(
            current, found, on=sent.get("on", found.on), words=sent.get("words", found.words),
            today=clock.today(actor.time_zone),
        )  # fmt: skip
    return found


@blueprint.delete("/marks/<uuid:mark_id>")
@access.signed_in
@blueprint.response(204)
def delete_mark(mark_id: UUID) -> None:
    """Take a mark away; it can be brought back."""
    actor, found = _own(mark_id)
    with transaction(actor) as current:
        mark_services.delete_mark(current, found, at=clock.now())


@blueprint.post("/marks/<uuid:mark_id>/restore")
@access.signed_in
@blueprint.response(200, chart_schemas.MarkOut)
def restore_mark(mark_id: UUID) -> ChartMark:
    """Bring back a mark that was taken away."""
    actor, found = _own(mark_id, is_deleted=True)
    with transaction(actor) as current:
        mark_services.restore_mark(current, found)
    return found
