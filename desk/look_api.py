"""Who looked at figures of students, and how long a network keeps what, in the API."""

from dataclasses import replace
from typing import Any

from desk import keeping, keeping_services, look_queries
from desk.keeping_views import chosen, installation
from desk.look_queries import Wanted
from desk.look_schemas import KeepingIn, KeepingOut, LookPage, LookQuery
from desk.look_views import lead
from nic_platform import access, clock, looking
from nic_platform.api import ApiBlueprint, check_version, page_of
from nic_platform.database import session, transaction
from teams import network_queries
from teams.models import Network

blueprint = ApiBlueprint(
    "api_looks", __name__, "/network", "Who looked at figures of students, and how long things are kept"
)


@blueprint.get("/looks")
@access.signed_in
@blueprint.arguments(LookQuery, location="query")
@blueprint.response(200, LookPage)
def list_looks(query: dict[str, Any]) -> Any:
    """List who looked at figures of students in your network, newest first. Network leads may."""
    actor, limit, after = lead(), query.pop("limit"), query.pop("after", None)
    looking.write_waiting()
    wanted = replace(Wanted(), **query)
    rows = look_queries.of_network(session(), actor, wanted, after=after, limit=limit)
    return page_of(rows, limit, key=lambda row: row.id)


def _keeping(network: Network) -> dict[str, Any]:
    own = chosen(network)
    days = {key: keeping.days_of(key, value, installation()) for key, value in own.items()}
    return {"version": network.version, "days": days, "chosen": own}


@blueprint.get("/keeping")
@access.signed_in
@blueprint.response(200, KeepingOut)
def get_keeping() -> dict[str, Any]:
    """Say for how many days your network keeps what. Network leads may."""
    return _keeping(network_queries.get_network(session(), lead()))


@blueprint.patch("/keeping")
@access.signed_in
@blueprint.arguments(KeepingIn)
@blueprint.response(200, KeepingOut)
def change_keeping(sent: dict[str, Any]) -> dict[str, Any]:
    """Change for how many days your network keeps what. Network leads may."""
    actor = lead()
    network = network_queries.get_network(session(), actor)
    check_version(sent.pop("version"), network.version)
    with transaction(actor) as current:
        keeping_services.save(current, network, sent, by=actor, at=clock.now())
    return _keeping(network)
