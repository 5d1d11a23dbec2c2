"""Celebrations in the API: what teams tell of, cheers, and the ideas that grow of it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from feedback import after_schemas as schemas
from feedback import celebration_queries, celebration_services, policies, queries
from feedback.base_views import visitor
from feedback.models import FeedbackItem
from feedback.rules import Kind
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.api import ApiBlueprint, page_of
from nic_platform.database import session, transaction

blueprint = ApiBlueprint(
    "api_celebrations", __name__, "/feedback/celebrations", "Solutions and successes, up and across"
)
Sent = dict[str, Any]


@blueprint.get("")
@access.signed_in
@blueprint.arguments(schemas.CelebratedQuery, location="query")
@blueprint.response(200, schemas.CelebratedPage)
def list_told(query: Sent) -> Mapping[str, Any]:
    """List the solutions and successes that you may read, the newest number first."""
    rows = celebration_queries.list_told(
        session(), visitor(), kind=query["kind"], only_peers=query["peers"], before=query["after"],
        limit=query["limit"],
    )  # fmt: skip
    return page_of(rows, query["limit"], lambda each: each.item.number)


def _to_cheer(actor: Actor, item_id: UUID) -> FeedbackItem:
    item, _reads = queries.find_item(session(), actor, item_id)
    access.require(policies.can_cheer(actor, item.team_id, travels=Kind(item.kind).travels))
    return item


@blueprint.put("/<uuid:item_id>/cheer")
@access.signed_in
@blueprint.response(204)
def cheer(item_id: UUID) -> None:
    """Celebrate what another team tells; its people hear of it once."""
    actor = visitor()
    item = _to_cheer(actor, item_id)
    with transaction(actor) as current:
        celebration_services.cheer(current, item, by=actor, at=clock.now())


@blueprint.delete("/<uuid:item_id>/cheer")
@access.signed_in
@blueprint.response(204)
def stop_cheering(item_id: UUID) -> None:
    """Take your cheer back."""
    actor = visitor()
    item = _to_cheer(actor, item_id)
    with transaction(actor) as current:
        celebration_services.stop_cheering(current, item, by=actor, at=clock.now())


@blueprint.post("/<uuid:item_id>/idea")
@access.signed_in
@blueprint.response(201, schemas.IdeaMadeOut)
def make_idea(item_id: UUID) -> Sent:
    """Make a solution or success a change idea of the team that told it; the same one when asked again."""
    actor = visitor()
    item, _reads = queries.find_item(session(), actor, item_id)
    access.require(policies.can_make_idea(actor, queries.facts_of(item, [])))
    with transaction(actor) as current:
        return {"idea_id": celebration_services.make_idea(current, item, by=actor, at=clock.now()).public_id}
