"""Change ideas in the API: read, add, change."""

from typing import Any
from uuid import UUID

from marshmallow import fields

from cycles import idea_queries, idea_services, policies
from cycles.models import ChangeIdea
from nic_platform import access, clock
from nic_platform.api import ApiBlueprint, Schema, check_version
from nic_platform.database import session, transaction
from nic_platform.schemas import version, words

blueprint = ApiBlueprint("api_change_ideas", __name__, "/ideas", "Change ideas")


class ChangeIdeaFields(Schema):
    """What people say of an idea."""

    description = words(10_000)
    core_parts = words(10_000)
    adaptable_parts = words(10_000)
    is_shared = fields.Boolean()


class ChangeIdeaIn(ChangeIdeaFields):
    """A new idea: of the caller's team, of the network where a network lead adds it."""

    title = words(200, required=True)


class ChangeIdeaPatch(ChangeIdeaFields):
    """What is to be changed of an idea."""

    version = version()
    title = words(200)


class ChangeIdeaOut(ChangeIdeaFields):
    """One change idea."""

    id = fields.UUID(attribute="public_id")
    version = fields.Integer()
    title = fields.String()


@blueprint.get("/<uuid:idea_id>")
@access.signed_in
@blueprint.response(200, ChangeIdeaOut)
def get_idea(idea_id: UUID) -> ChangeIdea:
    """Return one change idea."""
    return idea_queries.get_idea(session(), access.actor(), idea_id)


@blueprint.post("")
@access.signed_in
@blueprint.arguments(ChangeIdeaIn)
@blueprint.response(201, ChangeIdeaOut)
def add_idea(sent: dict[str, Any]) -> ChangeIdea:
    """Add an idea: a network lead to the network's library, a team's member to the team's own."""
    actor = access.actor()
    access.require(policies.can_create(actor, actor.team_id) or actor.is_network_lead)
    team_id = None if actor.is_network_lead else actor.team_id
    with transaction(actor) as current:
        return idea_services.create_idea(current, sent, team_id=team_id, by=actor, at=clock.now())


@blueprint.patch("/<uuid:idea_id>")
@access.signed_in
@blueprint.arguments(ChangeIdeaPatch)
@blueprint.response(200, ChangeIdeaOut)
def change_idea(sent: dict[str, Any], idea_id: UUID) -> ChangeIdea:
    """Change what is said of an idea. Whose it is may."""
    actor = access.actor()
    found = idea_queries.get_idea(session(), actor, idea_id)
    access.require(policies.can_edit_idea(actor, found))
    check_version(sent.pop("version"), found.version)
    with transaction(actor) as current:
        idea_services.save_idea(current, found, sent, by=actor, at=clock.now())
    return found
