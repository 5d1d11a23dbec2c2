"""Inviting people in the API: into a team, into a role of a network, and taking it back."""

from typing import Any
from uuid import UUID

from accounts import invitation_schemas as schemas
from accounts import queries
from accounts.models import OneTimeLink
from accounts.views import invitations as pages
from nic_platform import access, clock
from nic_platform.actor import Level, NetworkRole, TeamRole
from nic_platform.api import ApiBlueprint
from nic_platform.database import session

blueprint = ApiBlueprint("api_invitations", __name__, "", "Invitations into teams and networks")


def _told(link: OneTimeLink) -> dict[str, Any]:
    names = ("email", "created_at", "expires_at")
    told = {name: getattr(link, name) for name in names}
    return told | {"id": link.public_id, "place": link.payload["place"]}


@blueprint.get("/invitations")
@access.signed_in
@blueprint.response(200, schemas.Invitations)
def list_invitations() -> dict[str, Any]:
    """List the invitations that you sent and nobody accepted yet, newest first; a network lead sees all."""
    actor = pages.inviter()
    rows = queries.open_invitations(
        session(), at=clock.now(), by=actor.user_id, network_ids=pages.networks_run(actor)
    )
    return {"items": rows}


@blueprint.post("/teams/<uuid:team_id>/invitations")
@access.signed_in
@blueprint.arguments(schemas.TeamInvitationIn)
@blueprint.response(201, schemas.InvitationOut)
def invite_to_team(sent: dict[str, Any], team_id: UUID) -> dict[str, Any]:
    """Invite somebody to a team, by mail. Its leads and network leads may."""
    actor = access.actor()
    team = pages.team_for(actor, team_id)
    return _told(pages.into_team(actor, team, sent["email"], TeamRole(sent["role"])))


@blueprint.post("/networks/<uuid:network_id>/invitations")
@access.signed_in
@blueprint.arguments(schemas.NetworkInvitationIn)
@blueprint.response(201, schemas.InvitationOut)
def invite_to_network(sent: dict[str, Any], network_id: UUID) -> dict[str, Any]:
    """Invite somebody to a role in your whole network, by mail. Network leads may."""
    actor = access.actor()
    network = pages.network_for(actor, network_id)
    role, level = NetworkRole(sent["role"]), Level(sent["level"])
    return _told(pages.into_network(actor, network, sent["email"], role, level))


@blueprint.delete("/invitations/<uuid:invitation_id>")
@access.signed_in
@blueprint.response(204)
def withdraw_invitation(invitation_id: UUID) -> None:
    """Take an invitation back before it is accepted: its link works no more."""
    pages.take_back(access.actor(), invitation_id)
