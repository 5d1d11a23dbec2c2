"""Change ideas in the API: read, add, change."""

from typing import Any
from uuid import UUID

from marshmallow import fields

from cycles import idea_queries, idea_services, policies
from cycles.models import ChangeIdea
from measures import queries as measure_queries
from measures.models import Measure
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.api import ApiBlueprint, Schema, check_version
from nic_platform.database import session, transaction
from nic_platform.errors import InputError
from nic_platform.schemas import version, words
from nic_platform.text import _

blueprint = ApiBlueprint("api_change_ideas", __name__, "/ideas", "Change ideas")


class ChangeIdeaFields(Schema):
    """What people say of an idea; ``measure_id`` is a common measure that it is judged by, null for none."""

    description = words(10_000)
    core_parts = words(10_000)
    adaptable_parts = words(10_000)
    is_shared = fields.Boolean()
    external_evidence = words(10_000)
    adapted = words(10_000)
    measure_id = fields.UUID(allow_none=True)


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


def _told(idea: ChangeIdea) -> dict[str, Any]:
    measure = session().get(Measure, idea.measure_id) if idea.measure_id else None
    told = {name: getattr(idea, name) for name in ("public_id", "version", *idea_services.IDEA_FIELDS)}
    return told | {"measure_id": measure.public_id if measure else None}


def _values(actor: Actor, sent: dict[str, Any]) -> dict[str, Any]:
    """Return what was sent with the measure as it is kept.

    Raises:
        InputError: there is no such common measure.
    """
    wanted = sent.get("measure_id")
    if wanted is None:
        return sent
    found = measure_queries.common_number(session(), actor, wanted)
    if found is None:
        said = _("There is no such common measure.")
        raise InputError(said, {"measure_id": said})
    return sent | {"measure_id": found}


@blueprint.get("/<uuid:idea_id>")
@access.signed_in
@blueprint.response(200, ChangeIdeaOut)
def get_idea(idea_id: UUID) -> dict[str, Any]:
    """Return one change idea."""
    return _told(idea_queries.get_idea(session(), access.actor(), idea_id))


@blueprint.post("")
@access.signed_in
@blueprint.arguments(ChangeIdeaIn)
@blueprint.response(201, ChangeIdeaOut)
def add_idea(sent: dict[str, Any]) -> dict[str, Any]:
    """Add an idea: a network lead to the network's library, a team's member to the team's own."""
    actor = access.actor()
    access.require(policies.can_create(actor, actor.team_id) or actor.is_network_lead)
    team_id = None if actor.is_network_lead else actor.team_id
    values = _values(actor, sent)
    with transaction(actor) as current:
        made = idea_services.create_idea(current, values, team_id=team_id, by=actor, at=clock.now())
    return _told(made)


@blueprint.patch("/<uuid:idea_id>")
@access.signed_in
@blueprint.arguments(ChangeIdeaPatch)
@blueprint.response(200, ChangeIdeaOut)
def change_idea(sent: dict[str, Any], idea_id: UUID) -> dict[str, Any]:
    """Change what is said of an idea. Whose it is may."""
    actor = access.actor()
    found = idea_queries.get_idea(session(), actor, idea_id)
    access.require(policies.can_edit_idea(actor, found))
    check_version(sent.pop("version"), found.version)
    values = _values(actor, sent)
    with transaction(actor) as current:
        idea_services.save_idea(current, found, values, by=actor, at=clock.now())
    return _told(found)
