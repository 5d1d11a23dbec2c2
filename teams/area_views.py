"""The network place by place: a state or region with its parts, all teams listed, whom a team touches."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cycles import spread_queries
from nic_platform import access, exporting
from nic_platform.actor import Actor, Level
from nic_platform.database import session
from nic_platform.errors import AbsentError
from nic_platform.pages import today, uuid_arg
from nic_platform.taking import wait_for
from nic_platform.text import _
from nic_platform.words import heading
from teams import (
    around_svg,
    graph_queries,
    outline,
    places_page,
    policies,
    question_page,
    rules,
    site_queries,
    spread_page,
    team_queries,
    treemap,
)
from teams.base_views import blueprint
from teams.graph import Flag
from teams.graph_answers import Question

_LARGEST = 10_000_000


def picture_of(actor: Actor) -> graph_queries.Picture:
    """Return the picture of the visitor's whole network today."""
    return graph_queries.whole_picture(session(), actor, today(actor))


def start_asked(name: str = "start") -> int:
    """Return from which row on a list is asked for; 0 where the address says nothing usable."""
    text = request.args.get(name, "")
    return min(int(text), _LARGEST) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def wanted_of(picture: graph_queries.Picture) -> places_page.Wanted:
    """Return which teams the address asks for; what it says that is unknown narrows nothing."""
    show, level = request.args.get("show", ""), request.args.get("level", "")
    ids = {area.public_id: area.id for area in picture.areas.values()}
    at = uuid_arg("at")
    area = ids.get(at) if at else None
    return places_page.Wanted(
        show=show if show in {"weak", *Flag} else "",
        level=level if level in rules.LEVELS else "",
        find=request.args.get("find", "")[:100],
        area=area,
        only_direct=area is not None and request.args.get("own") == "1",
    )


def narrowed(picture: graph_queries.Picture, wanted: places_page.Wanted, **more: Any) -> dict[str, Any]:
    """Return what an address carries to ask for the same teams again."""
    asked: dict[str, Any] = {"show": wanted.show, "level": wanted.level, "find": wanted.find}
    if wanted.area is not None:
        asked |= {"at": picture.areas[wanted.area].public_id, "own": "1" if wanted.only_direct else ""}
    return {name: value for name, value in (asked | more).items() if value}


@blueprint.get("/network/area/<uuid:site_id>")
@access.signed_in
def area(site_id: UUID) -> ResponseReturnValue:
    """Show a state or region: its parts with what is weak in each, as rows or as a map, and its teams."""
    actor = access.actor()
    site = site_queries.get_site(session(), actor, site_id)
    picture = picture_of(actor)
    if site.id not in picture.areas:
        return redirect(url_for(".site", site_id=site_id), 303)  # a school has no parts
    tree, is_map = picture.outline, request.args.get("view") == "map"
    return render_template(
        "teams/area.html",
        site=site,
        page=places_page.places(tree, site.id, start_asked()),
        is_map=is_map,
        figure=treemap.treemap(tree, site.id, site.name) if is_map else None,
        map_words=treemap.map_sentence(tree, site.id),
        weak=places_page.teams(picture, places_page.Wanted(show="weak", area=site.id), 0, 12),
        own=places_page.teams(picture, places_page.Wanted(area=site.id, only_direct=True), 0, 12),
        flags=outline.flag_words(),
    )


@blueprint.get("/network/teams")
@access.signed_in
def team_list() -> ResponseReturnValue:
    """List the network's teams: all, or those with a weakness, of a level, in a place, called something."""
    picture = picture_of(access.actor())
    wanted = wanted_of(picture)
    page = places_page.teams(picture, wanted, start_asked())
    return render_template(
        "teams/team_list.html",
        page=page,
        wanted=wanted,
        place=picture.areas[wanted.area] if wanted.area is not None else None,
        levels=[level for level in reversed(Level) if picture.outline.levels.get(level.value)],
        flags=outline.flag_words(),
        after=url_for(".team_list", **narrowed(picture, wanted, start=page.after)) if page.after else "",
        first=url_for(".team_list", **narrowed(picture, wanted)) if page.start else "",
        asked=narrowed(picture, wanted),
    )


@blueprint.get("/teams/<uuid:team_id>/around")
@access.signed_in
def around(team_id: UUID) -> ResponseReturnValue:
    """Draw one team with all that it lifts to, its peers, and those that lift to it."""
    actor = access.actor()
    team = team_queries.get_team(session(), actor, team_id)
    picture = picture_of(actor)
    if team.id not in picture.graph.nodes:
        raise AbsentError(_("This team is archived: it stands in the network no more."))
    peers = around_svg.peer_numbers(picture.team_ids, team_queries.peers_of(session(), team.id))
    start = start_asked()
    page = around_svg.page(picture, team.id, peers, start)
    later = start + around_svg.MOST
    return render_template(
        "teams/around.html",
        team=team,
        page=page,
        flags=outline.flag_words(),
        may_link=policies.can_make_link(actor, team.id),
        may_edit=policies.can_edit_team(actor, team.id),
        after=url_for(".around", team_id=team_id, start=later) if later < page.feeder_total else "",
        first=url_for(".around", team_id=team_id) if start else "",
    )


@blueprint.get(
    "/network/tables/<any(teams, places, spread, unheard, silent, losses, load, champions):table>"
    ".<any(csv, xlsx):ending>"
)
@access.signed_in
def network_table(table: str, ending: str) -> ResponseReturnValue:
    """Give the teams that are asked for, the places, or a whole answer as a table to take away."""
    header, rows = _table(access.actor(), table)
    wait_for(len(rows), heading("network"))
    if ending == "csv":
        body, kind = exporting.as_csv(header, rows), exporting.CSV_TYPE
    else:
        body, kind = exporting.as_xlsx(header, rows, table.capitalize()), exporting.XLSX_TYPE
    response = Response(body, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="network-{table}.{ending}"'
    return response


def _table(actor: Actor, table: str) -> tuple[list[str], Sequence[Sequence[exporting.Cell]]]:
    picture = picture_of(actor)
    if table == "teams":
        return places_page.table(picture, places_page.wanted_teams(picture, wanted_of(picture)))
    if table == "places":
        asked = wanted_of(picture).area
        return places_page.places_table(picture.outline, picture.outline.top if asked is None else asked)
    if table == "spread":
        found = spread_queries.adoptions(session(), actor)
        return spread_page.table(picture, spread_page.changes(found, picture.graph.nodes))
    return question_page.table(picture, Question(table))
