"""The change library in the API: what came of ideas, for whom; questions between teams; the package."""

from typing import Any
from uuid import UUID

from cycles import idea_queries as cycle_ideas
from cycles import policies as cycle_policies
from measures import queries as measure_queries
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.api import ApiBlueprint
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError
from nic_platform.text import _
from teams.models import Team
from variation import (
    alike_queries,
    alike_views,
    asking_policies,
    asking_queries,
    asking_services,
    asking_views,
    evidence_queries,
    idea_page,
    idea_queries,
    library_queries,
    package_queries,
    story_services,
)
from variation import library_schemas as schemas
from variation import library_wording as wording
from variation.asking_queries import AskingRow
from variation.library_rows import Choice

blueprint = ApiBlueprint("api_library", __name__, "", "The change library and questions between teams")


def here() -> Actor:
    """Return who is asking, in their network.

    Raises:
        AbsentError: they take part in none.
    """
    actor = access.actor()
    if actor.network_id is None:
        raise AbsentError(_("There is no such page."))
    return actor


@blueprint.get("/library")
@access.signed_in
@blueprint.arguments(schemas.LibraryQuery, location="query")
@blueprint.response(200, schemas.LibraryOut)
def library(asked: dict[str, Any]) -> Any:
    """List the network's change ideas with the decisions on them and the change seen after."""
    like = tuple(asked["like"].split(":", 1))
    choice = Choice(
        asked.get("driver"), (like[0], like[1]) if len(like) == 2 else None, asked["least"], asked["start"]
    )
    return library_queries.list_ideas(session(), access.actor(), choice, asked["limit"])


@blueprint.get("/ideas/<uuid:idea_id>/effect")
@access.signed_in
@blueprint.response(200, schemas.IdeaEffectOut)
def effect(idea_id: UUID) -> dict[str, Any]:
    """Tell the change seen after an idea, pooled and by condition; teams by name as far as you read them."""
    actor = here()
    idea = cycle_ideas.get_idea(session(), actor, idea_id)
    known = idea_queries.found_of(session(), actor, idea)
    return {
        "found": known.found,
        "unit": wording.unit_of(known.found.judged),
        "lines": idea_page.lines(known.found, known.named, unnamed=False),
        "cautions": wording.cautions(known.found),
        "made_at": known.made_at,
    }


@blueprint.get("/ideas/<uuid:idea_id>/stories")
@access.signed_in
@blueprint.response(200, schemas.StoriesOut)
def list_stories(idea_id: UUID) -> dict[str, Any]:
    """List what teams added to an idea: advice, adaptations, materials."""
    actor = here()
    idea = cycle_ideas.get_idea(session(), actor, idea_id)
    return {"items": idea_queries.stories(session(), actor, idea.id)}


@blueprint.post("/ideas/<uuid:idea_id>/stories")
@access.signed_in
@blueprint.arguments(schemas.StoryIn)
@blueprint.response(201, schemas.StoriesOut)
def add_story(sent: dict[str, Any], idea_id: UUID) -> dict[str, Any]:
    """Add what the own team adapted, a material, or advice; returns all of the idea's."""
    actor = here()
    idea = cycle_ideas.get_idea(session(), actor, idea_id)
    access.require(cycle_policies.can_create(actor, actor.team_id))
    number = idea.id
    with transaction(actor) as current:
        story_services.add_story(current, number, sent, by=actor, at=clock.now())
    return {"items": idea_queries.stories(session(), actor, number)}


@blueprint.get("/library/package")
@access.signed_in
@blueprint.arguments(schemas.PackageQuery, location="query")
@blueprint.response(200, schemas.PackageOut)
def package(asked: dict[str, Any]) -> Any:
    """Return the living change package, whole or of one driver."""
    return package_queries.package(session(), here(), asked.get("driver"))


@blueprint.get("/who-else")
@access.signed_in
@blueprint.response(200, schemas.LikeTeamsOut)
def who_else() -> dict[str, Any]:
    """List teams that count by the same common measures as the own team, the most alike first."""
    actor = here()
    measures = alike_queries.own_measures(session(), actor)
    contexts = evidence_queries.contexts(session(), actor)
    found = alike_queries.same_measure(session(), actor, measures, alike_views.secret(), contexts)
    return {"items": found[:200]}


@blueprint.get("/bright-spots")
@access.signed_in
@blueprint.arguments(schemas.BrightSpotQuery, location="query")
@blueprint.response(200, schemas.BrightSpotsOut)
def bright_spots(asked: dict[str, Any]) -> dict[str, Any]:
    """Tell which schools do better than their context leads to expect, twice on end or more."""
    actor = here()
    measures = measure_queries.common_measures(session(), actor)
    measure = alike_views.chosen_measure(measures, asked.get("measure"))
    if measure is None:
        return {"measure": None, "schools": 0, "count": 0, "why": "few", "items": []}
    page = alike_queries.spot_page(session(), actor, measure, alike_views.since(actor), alike_views.secret())
    is_pooled = not (actor.team_ids or actor.sees_network)
    return {
        "measure": measure.name, "schools": page.found.sites, "count": len(page.rows), "why": page.found.why,
        "items": [] if is_pooled else [_spot(row, hides=measure.counts_students) for row in page.rows],
    }  # fmt: skip


def _spot(row: alike_queries.SpotRow, *, hides: bool) -> dict[str, Any]:
    told = bool(row.name) or not hides
    spot = row.spot
    return {
        "key": row.key, "public_id": row.public_id, "name": row.name, "months_on_end": spot.times,
        "value": spot.value if told else None, "low": spot.low if told else None,
        "high": spot.high if told else None,
    }  # fmt: skip


# ---------------------------------------------------------------- questions between teams


@blueprint.get("/questions")
@access.signed_in
@blueprint.response(200, schemas.QuestionsOut)
def list_questions() -> dict[str, Any]:
    """List the questions that the own teams asked or were asked, newest first."""
    return {"items": asking_queries.list_askings(session(), here())}


@blueprint.post("/questions")
@access.signed_in
@blueprint.arguments(schemas.QuestionIn)
@blueprint.response(201, schemas.QuestionOut)
def ask(sent: dict[str, Any]) -> AskingRow:
    """Ask a team by name, one that tested an idea, a bright spot, or one that counts by the same measures."""
    actor = here()
    access.require(asking_policies.can_ask(actor))
    words = sent.pop("words")
    wanted = asking_views.wanted(actor, asking_views.Asked(**sent))
    asker = session().get_one(Team, actor.team_id).name
    with transaction(actor) as current:
        made = asking_services.ask(
            current, wanted.whom, wanted.about, words, by=actor, at=clock.now(), asker=asker
        )
        target = made.public_id
    return _question(actor, target)


def _question(actor: Actor, asking_id: UUID) -> AskingRow:
    asking_queries.get_asking(session(), actor, asking_id)
    return asking_queries.list_askings(session(), actor, asking_id=asking_id)[0]


@blueprint.get("/questions/<uuid:asking_id>")
@access.signed_in
@blueprint.response(200, schemas.QuestionOut)
def get_question(asking_id: UUID) -> AskingRow:
    """Return one question with its answer."""
    return _question(here(), asking_id)


@blueprint.put("/questions/<uuid:asking_id>/answer")
@access.signed_in
@blueprint.arguments(schemas.TeamAnswerIn)
@blueprint.response(200, schemas.QuestionOut)
def answer(sent: dict[str, Any], asking_id: UUID) -> AskingRow:
    """Answer a question that another team asked."""
    actor = here()
    found = asking_queries.get_asking(session(), actor, asking_id)
    access.require(asking_policies.can_answer(actor, found))
    with transaction(actor) as current:
        asking_services.answer(
            current, found, sent["answer"], by_name=sent["by_name"], is_shared=sent["is_shared"], by=actor,
            at=clock.now(),
        )  # fmt: skip
    return _question(actor, asking_id)


@blueprint.delete("/questions/<uuid:asking_id>/answer")
@access.signed_in
@blueprint.response(200, schemas.QuestionOut)
def take_answer_back(asking_id: UUID) -> AskingRow:
    """Take an answer or a refusal back; the question waits again."""
    actor = here()
    found = asking_queries.get_asking(session(), actor, asking_id)
    access.require(asking_policies.can_answer(actor, found))
    with transaction(actor) as current:
        asking_services.take_back(current, found, by=actor, at=clock.now())
    return _question(actor, asking_id)


@blueprint.post("/questions/<uuid:asking_id>/decline")
@access.signed_in
@blueprint.response(200, schemas.QuestionOut)
def decline(asking_id: UUID) -> AskingRow:
    """Say that the own team can't answer."""
    actor = here()
    found = asking_queries.get_asking(session(), actor, asking_id)
    access.require(asking_policies.can_answer(actor, found))
    with transaction(actor) as current:
        asking_services.decline(current, found, by=actor, at=clock.now())
    return _question(actor, asking_id)


@blueprint.put("/questions/<uuid:asking_id>/withdrawn")
@access.signed_in
@blueprint.arguments(schemas.WithdrawnIn)
@blueprint.response(200, schemas.QuestionOut)
def withdraw(sent: dict[str, Any], asking_id: UUID) -> AskingRow:
    """Take the own team's question back, or bring it back."""
    actor = here()
    found = asking_queries.get_asking(session(), actor, asking_id)
    access.require(asking_policies.can_withdraw(actor, found))
    with transaction(actor) as current:
        asking_services.withdraw(current, found, sent["is_withdrawn"], by=actor, at=clock.now())
    return _question(actor, asking_id)
