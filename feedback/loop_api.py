"""Loop measures in the API: what the pages show, to the same people."""

from collections.abc import Mapping
from typing import Any

from feedback import loop_name_queries
from feedback import loop_schemas as schemas
from feedback.base_views import visitor
from feedback.loop_base_views import (
    asked_for,
    by_level,
    by_link,
    by_team,
    counted,
    of_link,
    of_team,
    require_names,
    scope_for,
)
from feedback.loops import Measures, Stretch
from nic_platform import access
from nic_platform.api import ApiBlueprint, page_of
from nic_platform.database import session

blueprint = ApiBlueprint("api_loops", __name__, "/feedback/loops", "How the loops close")
Sent = dict[str, Any]


def _measures(found: Measures) -> Sent:
    names = ("items", "days_to_answer", "days_to_close", "within_promise", "confirmed_lifted", "open")
    ages = [{"age": words, "items": count} for words, count in found.open_by_age]
    return {name: getattr(found, name) for name in names} | {"open_by_age": ages}


def _stretch(one: Stretch) -> Sent:
    told, tally = one.tally.measures(), one.tally
    return {
        "begins_on": one.begins, "answers": sum(tally.answers.values()),
        "days_to_answer": told.days_to_answer, "closed": sum(tally.closes.values()),
        "days_to_close": told.days_to_close, "within_promise": told.within_promise,
        "confirmed_lifted": told.confirmed_lifted,
    }  # fmt: skip


@blueprint.get("")
@access.signed_in
@blueprint.arguments(schemas.LoopQuery, location="query")
@blueprint.response(200, schemas.LoopsOut)
def get_loops(query: Sent) -> Sent:
    """Return loop measures, all together and over time, with what their run charts say."""
    actor, asked = visitor(), asked_for(query)
    scope = everything = scope_for(actor, asked)
    if "team_id" in query:
        scope = of_team(actor, scope, query["team_id"])[1]
    elif "link_id" in query:
        scope = of_link(actor, scope, query["link_id"])[1]
    page = counted(scope, asked)
    levels = by_level(scope) if scope is everything else []
    return {
        "since": scope.since,
        "summary": page.lede,
        "measures": _measures(page.measures),
        "over_time": [_stretch(one) for one in page.found],
        "charts": [
            {"measure": chart.key, "finding": chart.title, "variation": chart.reading.title,
             "sentence": chart.reading.sentence}
            for chart in page.charts
        ],
        "levels": [{"level": level.value, "measures": _measures(found)} for level, found in levels],
    }  # fmt: skip


@blueprint.get("/teams")
@access.signed_in
@blueprint.arguments(schemas.LoopListQuery, location="query")
@blueprint.response(200, schemas.TeamLoopsPage)
def list_team_loops(query: Sent) -> Mapping[str, Any]:
    """List the loop measures of the teams you may read of that something reached, by name."""
    actor = visitor()
    require_names(actor)
    scope = scope_for(actor, asked_for(query))
    rows = loop_name_queries.team_names(session(), actor, scope.since, **_page(query))
    found = [
        {"id": row.public_id, "name": row.name, "level": row.level.value, "measures": _measures(told)}
        for row, told in by_team(scope, rows)
    ]
    return page_of(found, query["limit"], lambda row: row["id"])


@blueprint.get("/links")
@access.signed_in
@blueprint.arguments(schemas.LoopListQuery, location="query")
@blueprint.response(200, schemas.LinkLoopsPage)
def list_link_loops(query: Sent) -> Mapping[str, Any]:
    """List the loop measures of the links you may read of that something went up, by the lower team."""
    actor = visitor()
    require_names(actor)
    scope = scope_for(actor, asked_for(query))
    rows = loop_name_queries.link_names(session(), actor, scope.since, **_page(query))
    found = [
        {"id": row.public_id, "lower": row.lower, "upper": row.upper, "promised_days": row.promised_days,
         "measures": _measures(told)}
        for row, told in by_link(scope, rows)
    ]  # fmt: skip
    return page_of(found, query["limit"], lambda row: row["id"])


def _page(query: Sent) -> Sent:
    return {"words": query["q"], "after": query.get("after"), "limit": query["limit"]}
