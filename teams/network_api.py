"""A network by place, its teams by weakness, whom one team touches, and changes that spread, in the API."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from cycles import spread_queries
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.api import ApiBlueprint
from nic_platform.database import session
from nic_platform.errors import AbsentError
from nic_platform.text import _
from teams import around_svg, network_schemas, places_page, spread_page, team_queries
from teams.graph_queries import Picture, whole_picture

blueprint = ApiBlueprint("api_network", __name__, "", "A network by place, and how changes spread in it")


def _picture(actor: Actor) -> Picture:
    return whole_picture(session(), actor, clock.today(actor.time_zone))


def _area(picture: Picture, site_id: UUID | None) -> int | None:
    if site_id is None:
        return None
    found = next((area.id for area in picture.areas.values() if area.public_id == site_id), None)
    if found is None:
        raise AbsentError(_("There is no such part of the network."))
    return found


@blueprint.get("/network/places")
@access.signed_in
@blueprint.arguments(network_schemas.NetworkPlacesQuery, location="query")
@blueprint.response(200, network_schemas.NetworkPlacesOut)
def places(query: dict[str, Any]) -> dict[str, Any]:
    """List the parts of the network, a state or a region, with how many teams of each are weak."""
    picture = _picture(access.actor())
    tree, area = picture.outline, _area(picture, query["at"])
    here = tree.top if query["at"] is None else area
    page = places_page.places(tree, here, query["start"], query["limit"])
    rows = [
        {"site_id": row.site_id, "name": row.name, "level": row.level, "teams": row.tally}
        for row in page.rows
    ]
    return {
        "sentence": page.sentence, "total": page.total, "count": page.count, "items": rows,
        "next": page.after,
    }  # fmt: skip


@blueprint.get("/network/teams")
@access.signed_in
@blueprint.arguments(network_schemas.TeamLinesQuery, location="query")
@blueprint.response(200, network_schemas.TeamLinesOut)
def team_lines(query: dict[str, Any]) -> dict[str, Any]:
    """List teams with a weakness, of a level, in a place, or called something."""
    picture = _picture(access.actor())
    area = _area(picture, query["at"])
    wanted = places_page.Wanted(query["show"], query["level"], query["find"], area)
    page = places_page.teams(picture, wanted, query["start"], query["limit"])
    return {"sentence": page.sentence, "total": page.total, "items": page.lines, "next": page.after}


@blueprint.get("/teams/<uuid:team_id>/around")
@access.signed_in
@blueprint.arguments(network_schemas.AroundQuery, location="query")
@blueprint.response(200, network_schemas.AroundOut)
def around(query: dict[str, Any], team_id: UUID) -> dict[str, Any]:
    """Say whom a team touches: all that it lifts to, its peers, and those that lift to it."""
    actor, start = access.actor(), query["start"]
    team = team_queries.get_team(session(), actor, team_id)
    picture = _picture(actor)
    if team.id not in picture.graph.nodes:
        raise AbsentError(_("This team is archived: it stands in the network no more."))
    peers = around_svg.peer_numbers(picture.team_ids, team_queries.peers_of(session(), team.id))
    page = around_svg.page(picture, team.id, peers, start)
    later = start + around_svg.MOST
    names = ("way", "below", "loss", "above", "peers", "feeders", "feeder_total")
    told = {name: getattr(page, name) for name in names}
    return told | {"next": later if later < page.feeder_total else None}


@blueprint.get("/network/spread")
@access.signed_in
@blueprint.arguments(network_schemas.SpreadQuery, location="query")
@blueprint.response(200, network_schemas.SpreadPage)
def spread(query: dict[str, Any]) -> dict[str, Any]:
    """List changes that went from team to team, with each team that they reached."""
    actor, start, limit = access.actor(), query["start"], query["limit"]
    picture = _picture(actor)
    nodes = picture.graph.nodes
    found = spread_page.changes(spread_queries.adoptions(session(), actor), nodes)
    rows = [
        asdict(spread_page.line_of(picture, change)) | {"steps": spread_page.page_steps(picture, change)}
        for change in found[start : start + limit]
    ]
    sentence, later = spread_page.sentence_of_all(found, nodes), start + limit
    return {"sentence": sentence, "items": rows, "next": later if later < len(found) else None}
