"""What passes on links, peers, a team's place and the graph's answers in the API, as the pages have them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from feedback import passing_queries
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.api import ApiBlueprint, check_version
from nic_platform.database import session, transaction
from teams import (
    exchange_queries,
    exchange_services,
    graph_answers,
    graph_queries,
    link_schemas,
    link_services,
    linking,
    policies,
    schemas,
    site_queries,
    team_queries,
)
from teams.base_views import year_loads
from teams.models import Exchange, Link

blueprint = ApiBlueprint("api_links", __name__, "", "What passes on links, peers, and what the graph answers")
_READ = 201


def _elsewhere(link: Link) -> datetime | None:
    return passing_queries.last_passed(session(), link.lower_id, link.upper_id)


def _exchange_out(exchange: Exchange, who: str | None) -> dict[str, Any]:
    names = ("kind", "on", "words", "version")
    return {name: getattr(exchange, name) for name in names} | {"id": exchange.public_id, "who": who}


@blueprint.get("/links/<uuid:link_id>/exchanges")
@access.signed_in
@blueprint.arguments(link_schemas.PassedQuery, location="query")
@blueprint.response(200, link_schemas.PassedPage)
def list_exchanges(query: dict[str, Any], link_id: UUID) -> dict[str, Any]:
    """List what passed on a link, newest first: meetings, messages, items, notices."""
    actor, before = access.actor(), query.get("before")
    link = team_queries.get_link(session(), actor, link_id)
    rows = exchange_queries.exchanges_of(session(), actor, link.id, before=before, limit=_READ)
    written = [
        linking.Passed(row.kind, row.created_at, row.on, words=row.words, who=row.who or "", id=row.id)
        for row in rows
    ]
    ends = (link.lower_id, link.upper_id)
    items = passing_queries.items_passed(session(), actor, *ends, before=before, limit=_READ)
    notices = passing_queries.notices_passed(session(), actor, link.upper_id, before=before, limit=_READ)
    found, earlier = linking.merged((written, items, notices), query["limit"])
    return {"items": found, "before": earlier}


@blueprint.post("/links/<uuid:link_id>/exchanges")
@access.signed_in
@blueprint.arguments(link_schemas.ExchangeIn)
@blueprint.response(201, link_schemas.ExchangeOut)
def add_exchange(sent: dict[str, Any], link_id: UUID) -> dict[str, Any]:
    """Write down a meeting or a message. Members of both ends and network leads may."""
    actor = access.actor()
    link = team_queries.get_link(session(), actor, link_id)
    access.require(policies.can_note_exchange(actor, link.lower_id, link.upper_id))
    when: dict[str, Any] = {"by": actor, "at": clock.now(), "elsewhere": _elsewhere(link)}
    with transaction(actor) as current:
        exchange = exchange_services.record(current, link, sent, **when)
    return _exchange_out(exchange, actor.name)


def _own_exchange(actor: Actor, exchange_id: UUID, *, gone: bool = False) -> tuple[Exchange, Link]:
    exchange = exchange_queries.get_exchange(session(), actor, exchange_id, gone=gone)
    link = exchange_queries.link_by_number(session(), exchange.link_id)
    access.require(policies.can_note_exchange(actor, link.lower_id, link.upper_id))
    return exchange, link


@blueprint.patch("/exchanges/<uuid:exchange_id>")
@access.signed_in
@blueprint.arguments(link_schemas.ExchangePatch)
@blueprint.response(200, link_schemas.ExchangeOut)
def change_exchange(sent: dict[str, Any], exchange_id: UUID) -> dict[str, Any]:
    """Correct an exchange. Members of both ends and network leads may."""
    actor = access.actor()
    exchange, link = _own_exchange(actor, exchange_id)
    check_version(sent.pop("version"), exchange.version)
    when: dict[str, Any] = {"by": actor, "at": clock.now(), "elsewhere": _elsewhere(link)}
    with transaction(actor) as current:
        exchange_services.change(current, exchange, link, sent, **when)
    return _exchange_out(exchange, team_queries.name_of(session(), exchange.created_by_id))


@blueprint.delete("/exchanges/<uuid:exchange_id>")
@access.signed_in
@blueprint.response(204)
def remove_exchange(exchange_id: UUID) -> None:
    """Take an exchange away. Members of both ends and network leads may."""
    actor = access.actor()
    exchange, link = _own_exchange(actor, exchange_id)
    when: dict[str, Any] = {"by": actor, "at": clock.now(), "elsewhere": _elsewhere(link)}
    with transaction(actor) as current:
        exchange_services.remove(current, exchange, link, **when)


@blueprint.post("/exchanges/<uuid:exchange_id>/restore")
@access.signed_in
@blueprint.response(200, link_schemas.ExchangeOut)
def restore_exchange(exchange_id: UUID) -> dict[str, Any]:
    """Undo the removal of an exchange. Members of both ends and network leads may."""
    actor = access.actor()
    exchange, link = _own_exchange(actor, exchange_id, gone=True)
    when: dict[str, Any] = {"by": actor, "at": clock.now(), "elsewhere": _elsewhere(link)}
    with transaction(actor) as current:
        exchange_services.bring_back(current, exchange, link, **when)
    return _exchange_out(exchange, team_queries.name_of(session(), exchange.created_by_id))


@blueprint.get("/teams/<uuid:team_id>/peers")
@access.signed_in
@blueprint.response(200, link_schemas.Peers)
def list_peers(team_id: UUID) -> dict[str, Any]:
    """List the teams that learn together with this one."""
    team = team_queries.get_team(session(), access.actor(), team_id)
    names = ("id", "name", "level", "purpose")
    peers = team_queries.peers_of(session(), team.id)
    return {"items": [dict(zip(names, peer, strict=True)) for peer in peers]}


@blueprint.post("/teams/<uuid:team_id>/peers")
@access.signed_in
@blueprint.arguments(link_schemas.PeerIn)
@blueprint.response(200, link_schemas.PeerOut)
def add_peer(sent: dict[str, Any], team_id: UUID) -> Mapping[str, Any]:
    """Tie two teams that learn together, or say anew what for. Leads of the team and network leads may."""
    actor = access.actor()
    team = team_queries.get_team(session(), actor, team_id)
    access.require(policies.can_edit_team(actor, team.id))
    other = team_queries.get_team(session(), actor, sent["team_id"])
    with transaction(actor) as current:
        link_services.add_peer(current, team, other, sent["purpose"], by=actor, at=clock.now())
    return {"id": other.public_id, "name": other.name, "level": other.level, "purpose": sent["purpose"]}


@blueprint.delete("/teams/<uuid:team_id>/peers/<uuid:peer_id>")
@access.signed_in
@blueprint.response(204)
def remove_peer(team_id: UUID, peer_id: UUID) -> None:
    """Untie two teams. Leads of the team and network leads may."""
    actor = access.actor()
    team = team_queries.get_team(session(), actor, team_id)
    other = team_queries.get_team(session(), actor, peer_id)
    access.require(policies.can_edit_team(actor, team.id))
    with transaction(actor) as current:
        link_services.remove_peer(current, team, other, by=actor, at=clock.now())


@blueprint.put("/teams/<uuid:team_id>/place")
@access.signed_in
@blueprint.arguments(link_schemas.PlaceIn)
@blueprint.response(200, schemas.TeamOut)
def move_team(sent: dict[str, Any], team_id: UUID) -> dict[str, Any]:
    """Let a team work at another level or place. Network leads may; its links must still lead upward."""
    actor = access.actor()
    team = team_queries.get_team(session(), actor, team_id)
    access.require(policies.can_run_network(actor))
    check_version(sent["version"], team.version)
    site = site_queries.get_site(session(), actor, sent["site_id"])
    with transaction(actor) as current:
        link_services.move_team(current, team, site, sent["level"], by=actor, at=clock.now())
    return schemas.team_out(team)


@blueprint.get("/teams/<uuid:team_id>/way")
@access.signed_in
@blueprint.arguments(link_schemas.WayQuery, location="query")
@blueprint.response(200, link_schemas.WayOut)
def way(query: dict[str, Any], team_id: UUID) -> dict[str, Any]:
    """Say how a team is heard, whom it hears, what hangs on it, and by which link a topic goes."""
    actor = access.actor()
    team = team_queries.get_team(session(), actor, team_id)
    picture = graph_queries.whole_picture(session(), actor, clock.today(actor.time_zone))
    graph, places = picture.graph, picture.places
    picked = linking.pick_link(query["topic"], exchange_queries.links_up(session(), team.id))
    by_topic = {"link_id": picked.link.id if picked else None, "link": picked.sentence if picked else ""}
    if team.id not in graph.nodes:  # archived: not in the graph any more
        return {"path": [], "flag": "", "way": "", "below": "", "loss": "", "rests": ""} | by_topic
    may_see = policies.can_see_load(actor, team.id, graph.beyond(team.id))
    if may_see:
        graph = graph.with_loads(year_loads(actor, [team.id]))
    return {
        "path": [places[step].public_id for step in graph.path_up(team.id)],
        "flag": graph.flag(team.id).value,
        "way": graph.path_sentence(team.id),
        "below": graph.below_sentence(team.id),
        "loss": graph.articulation_sentence(team.id),
        "rests": graph.load_sentence(team.id, with_items=may_see),
    } | by_topic


@blueprint.get("/network/answers")
@access.signed_in
@blueprint.arguments(link_schemas.AnswerQuery, location="query")
@blueprint.response(200, link_schemas.AnswerOut)
def answer(query: dict[str, Any]) -> dict[str, Any]:
    """Answer a question about the whole network: a sentence, and whom it is about."""
    actor = access.actor()
    picture = graph_queries.whole_picture(session(), actor, clock.today(actor.time_zone))
    question = graph_answers.Question(query["question"])
    found = graph_answers.answer(picture.graph, question, query["start"], query["limit"])
    rows = [
        {
            "team_id": picture.places[row.team].public_id,
            "upper_id": picture.places[row.upper].public_id if row.upper is not None else None,
            "sentence": row.sentence,
            "count": row.count,
        }
        for row in found.rows
    ]
    return {"question": question.value, "sentence": found.sentence, "total": found.total, "items": rows}


@blueprint.get("/network/uncarried-links")
@access.signed_in
@blueprint.response(200, link_schemas.Uncarried)
def uncarried() -> dict[str, Any]:
    """List links that nobody carries: no person on both teams, and not a named person at each end."""
    return {"items": exchange_queries.uncarried_links(session(), access.actor())}
