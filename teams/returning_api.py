"""What a network lead or a lead takes away and brings back, in the API: teams, links, people, roles."""

from typing import Any
from uuid import UUID

from marshmallow import fields

from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.api import ApiBlueprint, Schema
from nic_platform.database import session, transaction
from nic_platform.schemas import all_of
from nic_platform.text import _
from teams import (
    link_services,
    policies,
    role_queries,
    role_services,
    schemas,
    team_queries,
    team_services,
)

blueprint = ApiBlueprint("api_returning", __name__, "", "Teams, links, people and roles brought back")


class NetworkRoleOut(Schema):
    """A role in the whole network; only a reviewer has a level."""

    id = fields.UUID()
    name = fields.String()
    title = fields.String()
    role = fields.String()
    level = fields.String(allow_none=True)
    is_program = fields.Boolean()


NetworkRoles = all_of(NetworkRoleOut, "NetworkRoles")


def _require_lead(actor: Actor) -> None:
    access.require(policies.can_run_network(actor), _("Only a network lead can change the network."))


@blueprint.post("/teams/<uuid:team_id>/archive")
@access.signed_in
@blueprint.response(200, schemas.TeamOut)
def archive_team(team_id: UUID) -> dict[str, Any]:
    """Take a team out of lists; it can be brought back. Network leads may."""
    actor = access.actor()
    team = team_queries.get_team(session(), actor, team_id)
    _require_lead(actor)
    with transaction(actor) as current:
        team_services.archive_team(current, team, by=actor, at=clock.now())
    return schemas.team_out(team)


@blueprint.post("/teams/<uuid:team_id>/restore")
@access.signed_in
@blueprint.response(200, schemas.TeamOut)
def restore_team(team_id: UUID) -> dict[str, Any]:
    """Bring an archived team back. Network leads may."""
    actor = access.actor()
    team = team_queries.get_team(session(), actor, team_id)
    _require_lead(actor)
    with transaction(actor) as current:
        team_services.bring_back_team(current, team, by=actor, at=clock.now())
    return schemas.team_out(team)


@blueprint.post("/links/<uuid:link_id>/restore")
@access.signed_in
@blueprint.response(200, schemas.LinkOut)
def restore_link(link_id: UUID) -> Any:
    """Undo the removal of a link. Leads of both ends and network leads may."""
    actor = access.actor()
    link = team_queries.get_link(session(), actor, link_id, gone_too=True)
    access.require(policies.can_edit_link(actor, link.lower_id, link.upper_id))
    with transaction(actor) as current:
        link_services.return_link(current, link, by=actor, at=clock.now())
    return team_queries.link_row(session(), actor, link_id)


@blueprint.post("/teams/<uuid:team_id>/people/<uuid:person_id>/restore")
@access.signed_in
@blueprint.response(204)
def restore_person(team_id: UUID, person_id: UUID) -> None:
    """Undo the removal of a person. The team's lead and network leads may."""
    actor = access.actor()
    team = team_queries.get_team(session(), actor, team_id)
    access.require(policies.can_edit_team(actor, team.id))
    place = team_queries.place_of(session(), team.id, person_id, gone_too=True)
    with transaction(actor) as current:
        team_services.return_person(current, place, by=actor, at=clock.now())


@blueprint.get("/network/roles")
@access.signed_in
@blueprint.response(200, NetworkRoles)
def list_roles() -> dict[str, Any]:
    """List who leads, reviews or analyses the network."""
    return {"items": role_queries.list_roles(session(), access.actor())}


@blueprint.delete("/network/roles/<uuid:network_member_id>")
@access.signed_in
@blueprint.response(204)
def take_role(network_member_id: UUID) -> None:
    """Take a network role from a person. Network leads may; the last lead stays."""
    actor = access.actor()
    held = role_queries.get_role(session(), actor, network_member_id)
    _require_lead(actor)
    with transaction(actor) as current:
        role_services.take_role(current, held, at=clock.now())


@blueprint.post("/network/roles/<uuid:network_member_id>/restore")
@access.signed_in
@blueprint.response(204)
def return_role(network_member_id: UUID) -> None:
    """Undo the taking of a role. Network leads may."""
    actor = access.actor()
    held = role_queries.get_role(session(), actor, network_member_id, gone_too=True)
    _require_lead(actor)
    with transaction(actor) as current:
        role_services.return_role(current, held)
