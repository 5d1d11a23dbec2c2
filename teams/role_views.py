"""Who runs the network: its leads, reviewers and analysts."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from nic_platform import access, clock
from nic_platform.database import session, transaction
from nic_platform.pages import went
from nic_platform.text import _
from teams import network_queries, policies, role_queries, role_services
from teams.base_views import blueprint


@blueprint.get("/network/people")
@access.signed_in
def network_people() -> ResponseReturnValue:
    """Show who leads, reviews or analyses the network."""
    actor = access.actor()
    return render_template(
        "teams/network_people.html",
        network=network_queries.get_network(session(), actor),
        roles=role_queries.list_roles(session(), actor),
        may_run=policies.can_run_network(actor),
        taken=request.args.get("taken", type=UUID),
    )


@blueprint.post("/network/people/<uuid:network_member_id>/take")
@access.signed_in
def take_role(network_member_id: UUID) -> ResponseReturnValue:
    """Take a network role from a person, with a way back."""
    actor = access.actor()
    held = role_queries.get_role(session(), actor, network_member_id)
    access.require(policies.can_run_network(actor), _("Only a network lead can change the network."))
    with transaction(actor) as current:
        role_services.take_role(current, held, at=clock.now())
    return redirect(url_for(".network_people", taken=network_member_id), 303)


@blueprint.post("/network/people/<uuid:network_member_id>/return")
@access.signed_in
def return_role(network_member_id: UUID) -> ResponseReturnValue:
    """Undo the taking of a role."""
    actor = access.actor()
    held = role_queries.get_role(session(), actor, network_member_id, gone_too=True)
    access.require(policies.can_run_network(actor), _("Only a network lead can change the network."))
    with transaction(actor) as current:
        role_services.return_role(current, held)
    return went(url_for(".network_people"), _("The role is back."))
