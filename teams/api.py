"""Networks, teams, links and places in the API: what the pages do, under the same policies."""

from collections.abc import Mapping
from dataclasses import asdict
from operator import attrgetter
from typing import Any
from uuid import UUID

from cycles import theory_services
from nic_platform import access, clock
from nic_platform.api import ApiBlueprint, check_version, page_of
from nic_platform.database import session, transaction
from nic_platform.schemas import PageQuery
from teams import (
    graph_queries,
    link_services,
    network_queries,
    network_services,
    policies,
    schemas,
    site_queries,
    team_queries,
    team_services,
)

blueprint = ApiBlueprint("api_teams", __name__, "", "Networks, teams, links and places")


@blueprint.get("/teams")
@access.signed_in
@blueprint.arguments(schemas.TeamQuery, location="query")
@blueprint.response(200, schemas.TeamPage)
def list_teams(query: dict[str, Any]) -> Mapping[str, Any]:
    """List the teams of the network, highest level first, then by name."""
    rows = team_queries.list_teams(session(), access.actor(), **query)
    return page_of(rows, query["limit"])


@blueprint.get("/teams/<uuid:team_id>")
@access.signed_in
@blueprint.response(200, schemas.TeamOut)
def get_team(team_id: UUID) -> dict[str, Any]:
    """Return one team."""
    return schemas.team_out(team_queries.get_team(session(), access.actor(), team_id))


@blueprint.post("/teams")
@access.signed_in
@blueprint.arguments(schemas.TeamIn)
@blueprint.response(201, schemas.TeamOut)
def add_team(sent: dict[str, Any]) -> dict[str, Any]:
    """Add a team at a place. Network leads may."""
    actor = access.actor()
    access.require(policies.can_run_network(actor))
    site = site_queries.get_site(session(), actor, sent["site_id"])
    with transaction(actor) as current:
        values = {"name": sent["name"]}
        team = team_services.create_team(current, site, sent["level"], values, by=actor, at=clock.now())
    return schemas.team_out(team)


@blueprint.patch("/teams/<uuid:team_id>")
@access.signed_in
@blueprint.arguments(schemas.TeamPatch)
@blueprint.response(200, schemas.TeamOut)
def change_team(sent: dict[str, Any], team_id: UUID) -> dict[str, Any]:
    """Change a team's charter. Its leads and network leads may."""
    actor = access.actor()
    team = team_queries.get_team(session(), actor, team_id)
    access.require(policies.can_edit_team(actor, team.id))
    check_version(sent.pop("version"), team.version)
    with transaction(actor) as current:
        team_services.save_charter(current, team, sent, by=actor, at=clock.now())
    return schemas.team_out(team)


@blueprint.get("/links")
@access.signed_in
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, schemas.LinkPage)
def list_links(query: dict[str, Any]) -> Mapping[str, Any]:
    """List the links of the network, oldest first."""
    rows = team_queries.list_links(session(), access.actor(), **query)
    return page_of(rows, query["limit"], attrgetter("id"))


@blueprint.get("/links/<uuid:link_id>")
@access.signed_in
@blueprint.response(200, schemas.LinkOut)
def get_link(link_id: UUID) -> team_queries.LinkRow:
    """Return one link with its protocol."""
    return team_queries.link_row(session(), access.actor(), link_id)


@blueprint.post("/links")
@access.signed_in
@blueprint.arguments(schemas.LinkIn)
@blueprint.response(201, schemas.LinkOut)
def add_link(sent: dict[str, Any]) -> team_queries.LinkRow:
    """Let a team lift to one above. Leads of the lower team and network leads may."""
    actor = access.actor()
    lower = team_queries.get_team(session(), actor, sent.pop("lower_id"))
    upper = team_queries.get_team(session(), actor, sent.pop("upper_id"))
    access.require(policies.can_make_link(actor, lower.id))
    with transaction(actor) as current:
        link = link_services.create_link(current, lower, upper, sent, by=actor, at=clock.now())
    return team_queries.link_row(session(), actor, link.public_id)


@blueprint.patch("/links/<uuid:link_id>")
@access.signed_in
@blueprint.arguments(schemas.LinkPatch)
@blueprint.response(200, schemas.LinkOut)
def change_link(sent: dict[str, Any], link_id: UUID) -> team_queries.LinkRow:
    """Change a link's protocol. Leads of both ends and network leads may."""
    actor = access.actor()
    link = team_queries.get_link(session(), actor, link_id)
    access.require(policies.can_edit_link(actor, link.lower_id, link.upper_id))
    check_version(sent.pop("version"), link.version)
    with transaction(actor) as current:
        link_services.save_link(current, link, sent, by=actor, at=clock.now())
    return team_queries.link_row(session(), actor, link_id)


@blueprint.delete("/links/<uuid:link_id>")
@access.signed_in
@blueprint.response(204)
def remove_link(link_id: UUID) -> None:
    """Remove a link. Leads of both ends and network leads may."""
    actor = access.actor()
    link = team_queries.get_link(session(), actor, link_id)
    access.require(policies.can_edit_link(actor, link.lower_id, link.upper_id))
    with transaction(actor) as current:
        link_services.remove_link(current, link, by=actor, at=clock.now())


@blueprint.get("/sites")
@access.signed_in
@blueprint.arguments(schemas.SiteQuery, location="query")
@blueprint.response(200, schemas.SitePage)
def list_sites(query: dict[str, Any]) -> Mapping[str, Any]:
    """List the places of the network by name, or those that a word finds."""
    rows = site_queries.list_sites(session(), access.actor(), everywhere=True, **query)
    return page_of(rows, query["limit"], attrgetter("id"))


@blueprint.get("/sites/<uuid:site_id>")
@access.signed_in
@blueprint.response(200, schemas.SiteOut)
def get_site(site_id: UUID) -> Any:
    """Return one place with what is known of it."""
    return site_queries.get_site(session(), access.actor(), site_id)


@blueprint.post("/sites")
@access.signed_in
@blueprint.arguments(schemas.SiteIn)
@blueprint.response(201, schemas.SiteOut)
def add_site(sent: dict[str, Any]) -> Any:
    """Add a place. Network leads may."""
    actor = access.actor()
    access.require(policies.can_run_network(actor))
    parent_id = sent.pop("parent_id")
    parent = site_queries.get_site(session(), actor, parent_id) if parent_id else None
    with transaction(actor) as current:
        return network_services.create_site(
            current, actor.network_id or 0, parent, sent.pop("level"), sent, by=actor, at=clock.now()
        )


@blueprint.patch("/sites/<uuid:site_id>")
@access.signed_in
@blueprint.arguments(schemas.SitePatch)
@blueprint.response(200, schemas.SiteOut)
def change_site(sent: dict[str, Any], site_id: UUID) -> Any:
    """Change what is known of a place. Network leads may."""
    actor = access.actor()
    site = site_queries.get_site(session(), actor, site_id)
    access.require(policies.can_run_network(actor))
    check_version(sent.pop("version"), site.version)
    with transaction(actor) as current:
        network_services.save_site(current, site, sent, by=actor, at=clock.now())
    return site


@blueprint.get("/network")
@access.signed_in
@blueprint.response(200, schemas.NetworkOut)
def get_network() -> Any:
    """Return the caller's network."""
    return network_queries.get_network(session(), access.actor())


@blueprint.patch("/network")
@access.signed_in
@blueprint.arguments(schemas.NetworkPatch)
@blueprint.response(200, schemas.NetworkOut)
def change_network(sent: dict[str, Any]) -> Any:
    """Change the network's settings. Network leads may. A new aim needs ``why``, which its history keeps."""
    actor = access.actor()
    network = network_queries.get_network(session(), actor)
    access.require(policies.can_run_network(actor))
    check_version(sent.pop("version"), network.version)
    why, before = sent.pop("why"), network.aim
    if sent.get("aim", before).strip() != before.strip():
        theory_services.need_why(why)
    with transaction(actor) as current:
        at = clock.now()
        network_services.save_network(current, network, sent, by=actor, at=at)
        theory_services.note_aim(current, before, network.aim, why=why, by=actor, at=at)
    return network


@blueprint.get("/network/graph")
@access.signed_in
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, schemas.GraphOut)
def graph(query: dict[str, Any]) -> dict[str, Any]:
    """Return teams with their way up, page by page, the links that begin at them, and what needs mending."""
    actor = access.actor()
    picture = graph_queries.whole_picture(session(), actor, clock.today(actor.time_zone))
    order = list(picture.graph.nodes)
    ids = {team: picture.places[team].public_id for team in order}
    keys = [ids[team] for team in order]
    start = keys.index(query["after"]) + 1 if query.get("after") in keys else 0
    shown = order[start : start + query["limit"]]
    more = len(order) > start + query["limit"]
    return {
        "teams": [_graph_team(picture, ids, team) for team in shown],
        "links": [_graph_link(picture, ids, pair) for pair in picture.graph.edges if pair[0] in set(shown)],
        "mend": [weakness.sentence for weakness in picture.graph.weaknesses(shown)],
        "next": ids[shown[-1]] if more and shown else None,
    }


def _graph_team(picture: graph_queries.Picture, ids: Mapping[int, UUID], team: int) -> dict[str, Any]:
    return asdict(picture.graph.nodes[team]) | {
        "id": ids[team],
        "flag": picture.graph.flags[team].value,
        "path": [ids[step] for step in picture.graph.path_up(team)],
        "sentence": picture.graph.path_sentence(team),
    }


def _graph_link(
    picture: graph_queries.Picture, ids: Mapping[int, UUID], pair: tuple[int, int]
) -> dict[str, Any]:
    return {
        "id": picture.links[pair].public_id,
        "lower_id": ids[pair[0]],
        "upper_id": ids[pair[1]],
        "is_silent": picture.graph.is_silent(*pair),
        "quiet_days": picture.graph.quiet_days(*pair),
    }
