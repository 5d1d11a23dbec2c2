"""What beside an idea's own page belongs to it: its spread, what teams add, taking an adoption back."""

from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from cycles import idea_queries as cycle_ideas
from cycles import idea_services, spread_queries
from cycles import policies as cycle_policies
from cycles.models import ChangeIdea
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.pages import status_of, today, try_to, went
from nic_platform.text import _
from teams import graph_queries, spread_page
from variation import (
    adoption,
    evidence_queries,
    idea_queries,
    story_services,
)
from variation.forms import StoryForm
from variation.library_views import blueprint
from variation.models import IdeaStory


@blueprint.get("/ideas/<uuid:idea_id>/spread")
@access.signed_in
def spread(idea_id: UUID) -> ResponseReturnValue:
    """Show who took an idea from whom, how far it has come, and how teams began one after the other."""
    actor = access.actor()
    idea = cycle_ideas.get_idea(session(), actor, idea_id)
    picture = graph_queries.whole_picture(session(), actor, today(actor))
    found = spread_page.changes(spread_queries.adoptions(session(), actor, idea), picture.graph.nodes)
    tests = evidence_queries.trials(session(), actor, [idea.id])
    return render_template(
        "variation/idea_spread.html",
        idea=idea,
        changes=[spread_page.page(picture, change) for change in found],
        sentence=spread_page.sentence_of_all(found, picture.graph.nodes),
        curve=adoption.curve(idea_queries.began_days(tests), today(actor)),
        teams=len(tests),
    )


@blueprint.post("/ideas/<uuid:idea_id>/adopt/undo")
@access.signed_in
def take_back(idea_id: UUID) -> ResponseReturnValue:
    """Delete the own team's plans of an idea that have not begun, and the spread link with them."""
    actor = access.actor()
    idea = cycle_ideas.get_idea(session(), actor, idea_id)
    access.require(cycle_policies.can_create(actor, actor.team_id))
    with transaction(actor) as current:
        count = idea_services.take_back_adoption(
            current, idea, team_id=actor.team_id or 0, by=actor, at=clock.now()
        )
    words = _("The plan is taken back.") if count else _("There was no plan to take back.")
    return went(url_for("cycles.idea", idea_id=idea_id), words)


@blueprint.route("/ideas/<uuid:idea_id>/stories", methods=["GET", "POST"])
@access.signed_in
def add_story(idea_id: UUID) -> ResponseReturnValue:
    """Add what the own team adapted, a material, or advice."""
    actor = access.actor()
    idea = cycle_ideas.get_idea(session(), actor, idea_id)
    access.require(cycle_policies.can_create(actor, actor.team_id))
    form = StoryForm()
    number, at = idea.id, clock.now()
    if form.validate_on_submit() and try_to(
        form, actor, lambda s: story_services.add_story(s, number, form.values(), by=actor, at=at)
    ):
        return went(
            url_for("cycles.idea", idea_id=idea_id) + "#stories", _("Your team’s words stand with the idea.")
        )
    return render_template("variation/story.html", idea=idea, form=form), status_of(form)


@blueprint.post("/ideas/stories/<uuid:story_id>/remove")
@access.signed_in
def remove_story(story_id: UUID) -> ResponseReturnValue:
    """Take away what the own team added, or bring it back with ``back``."""
    actor = access.actor()
    story, idea = story_to_take(actor, story_id)
    wanted, target = not request.form.get("back"), idea.public_id
    with transaction(actor) as current:
        story_services.remove_story(current, story, wanted, by=actor, at=clock.now())
    if wanted:
        return render_template("variation/story_removed.html", idea=idea, story_id=story_id, target=target)
    return went(url_for("cycles.idea", idea_id=target) + "#stories", _("It is back."))


def story_to_take(actor: Actor, story_id: UUID) -> tuple[IdeaStory, ChangeIdea]:
    """Return what a team added with its idea, refusing those who may not take it away."""
    story = idea_queries.get_story(session(), actor, story_id)
    idea = session().get_one(ChangeIdea, story.idea_id)
    cycle_ideas.get_idea(session(), actor, idea.public_id)
    access.require(actor.is_network_lead or actor.edits(story.team_id))
    return story, idea
