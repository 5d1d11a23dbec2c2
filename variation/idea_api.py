"""Acts on an idea in the API: adopting it into the own team, its spread, taking a story away and back."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from cycles import idea_queries as cycle_ideas
from cycles import idea_services, spread_queries
from cycles import policies as cycle_policies
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.api import ApiBlueprint
from nic_platform.database import session, transaction
from nic_platform.pages import today
from teams import graph_queries, spread_page
from variation import adoption, evidence_queries, idea_loading, idea_queries, idea_schemas, library_schemas
from variation import story_services as services
from variation.idea_views import story_to_take
from variation.library_api import here

blueprint = ApiBlueprint("api_ideas", __name__, "", "Adopting change ideas, and what teams add to them")


@blueprint.post("/ideas/<uuid:idea_id>/adoption")
@access.signed_in
@blueprint.response(201, idea_schemas.AdoptionOut)
def adopt(idea_id: UUID) -> dict[str, Any]:
    """Open a plan of your team, filled from the idea, with what to expect there as its first prediction.

    A plan of it that waits already is returned as it is: sending twice opens one.
    """
    actor = here()
    idea = cycle_ideas.get_idea(session(), actor, idea_id)
    access.require(cycle_policies.can_create(actor, actor.team_id))
    waiting = idea_queries.own_of(session(), actor, idea.id)
    if waiting.draft_id is None:
        expected = idea_loading.expectation(session(), actor, idea)
        with transaction(actor) as current:
            idea_services.adopt(
                current, idea, team_id=actor.team_id or 0, prediction=expected, on=today(actor), by=actor,
                at=clock.now(),
            )  # fmt: skip
        waiting = idea_queries.own_of(session(), actor, idea.id)
    return {"cycle_id": waiting.draft_id, "spread_id": waiting.spread_id}


@blueprint.delete("/ideas/<uuid:idea_id>/adoption")
@access.signed_in
@blueprint.response(200, idea_schemas.AdoptionGone)
def take_back(idea_id: UUID) -> dict[str, int]:
    """Delete your team's plans of an idea that have not begun, and the spread link with them."""
    actor = here()
    idea = cycle_ideas.get_idea(session(), actor, idea_id)
    access.require(cycle_policies.can_create(actor, actor.team_id))
    with transaction(actor) as current:
        count = idea_services.take_back_adoption(
            current, idea, team_id=actor.team_id or 0, by=actor, at=clock.now()
        )
    return {"plans": count}


@blueprint.get("/ideas/<uuid:idea_id>/spread")
@access.signed_in
@blueprint.response(200, idea_schemas.IdeaSpreadOut)
def spread(idea_id: UUID) -> dict[str, Any]:
    """Tell how teams began to test an idea, month by month, and who took it from whom."""
    actor = here()
    idea = cycle_ideas.get_idea(session(), actor, idea_id)
    picture = graph_queries.whole_picture(session(), actor, today(actor))
    nodes = picture.graph.nodes
    found = spread_page.changes(spread_queries.adoptions(session(), actor, idea), nodes)
    tests = evidence_queries.trials(session(), actor, [idea.id])
    curve = adoption.curve(idea_queries.began_days(tests), today(actor))
    return {
        "teams": len(tests),
        "sentence": curve.sentence if curve else "",
        "months": [
            {"month": month, "new": new, "so_far": so_far} for month, new, so_far in curve.rows
        ] if curve else [],
        "changes": [
            asdict(spread_page.line_of(picture, change)) | {"steps": spread_page.page_steps(picture, change)}
            for change in found
        ],
    }  # fmt: skip


@blueprint.delete("/idea-stories/<uuid:story_id>")
@access.signed_in
@blueprint.response(204)
def remove_story(story_id: UUID) -> None:
    """Take away what your team added to an idea. Network leads may too."""
    _remove(here(), story_id, wanted=True)


@blueprint.post("/idea-stories/<uuid:story_id>/restore")
@access.signed_in
@blueprint.response(200, library_schemas.StoriesOut)
def restore_story(story_id: UUID) -> dict[str, Any]:
    """Bring back what was taken away; returns all that teams added to the idea."""
    actor = here()
    return {"items": idea_queries.stories(session(), actor, _remove(actor, story_id, wanted=False))}


def _remove(actor: Actor, story_id: UUID, *, wanted: bool) -> int:
    """Take a story away or bring it back, and return its idea's number."""
    story, idea = story_to_take(actor, story_id)
    with transaction(actor) as current:
        services.remove_story(current, story, wanted, by=actor, at=clock.now())
    return idea.id
