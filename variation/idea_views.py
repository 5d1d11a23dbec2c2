"""What beside an idea's own page belongs to it: its spread, what teams add, taking an adoption back."""

from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from cycles import idea_queries as cycle_ideas
from cycles import idea_services, services, spread_queries
from cycles import policies as cycle_policies
from cycles.models import ChangeIdea
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError
from nic_platform.pages import today, try_to, went
from nic_platform.text import _
from teams import spread_page
from teams.area_views import picture_of
from teams.queries import in_network
from variation import (
    adoption,
    asking_policies,
    evidence_queries,
    idea_page,
    idea_queries,
    library_queries,
    story_services,
)
from variation import library_wording as wording
from variation.forms import StoryForm
from variation.library_views import blueprint
from variation.models import IdeaStory
from variation.rungs import ORDER, names, reasons

MOST_SAID = 12


def gathered(actor: Actor, idea: ChangeIdea, cycles: Any) -> dict[str, Any]:
    """Return what the page of an idea shows beside the idea itself; twelve statements."""
    found, tests = idea_queries.found_of(session(), actor, idea)
    named = idea_queries.named_teams(session(), actor, [test.team_id for test in tests])
    told = idea_queries.stories(session(), actor, idea.id)
    materials = [story.public_id for story in told if story.kind == "material"]
    spans = [found.pooled.mean] if found.pooled else []
    spans += [line.pooled.mean for part in found.conditions for line in part.lines if line.pooled]
    counts_students = bool(found.judged and found.judged.counts_students)
    return {
        "found": found,
        "drivers": library_queries.drivers_of(session(), actor).get(idea.id, ()),
        "say": wording,
        "axis": wording.axis_of(spans) if spans else None,
        "lines": idea_page.lines(found, named, unnamed=bool(actor.team_ids) and not counts_students),
        "learned": idea_page.said(cycles, failures=False)[:MOST_SAID],
        "failed": idea_page.said(cycles, failures=True)[:MOST_SAID],
        "stories": told,
        "files": idea_queries.files_of(session(), materials),
        "answers": idea_queries.shared_answers(session(), actor, idea.id),
        "versions": idea_queries.versions(session(), actor, idea),
        "own": idea_queries.own_of(session(), actor, idea.id),
        "curve": adoption.curve(idea_queries.began_days(tests), today(actor)),
        "predictions": idea_page.predictions(evidence_queries.verdicts(session(), actor, idea.id)),
        "rungs": [(rung, names()[rung], reasons()[rung]) for rung in ORDER],
        "story_form": StoryForm(),
        "actor_team": actor.team_id,
        "may_add": cycle_policies.can_create(actor, actor.team_id),
        "may_ask": asking_policies.can_ask(actor) and any(t.team_id != actor.team_id for t in tests),
    }


def expectation(actor: Actor, idea: ChangeIdea) -> services.Written | None:
    """Return the prediction that a plan begins with: what is to be expected at the actor's team."""
    found, _tests = idea_queries.found_of(session(), actor, idea)
    if found.expected is None:
        return None
    return services.Written(**wording.prediction(found.expected, found.judged))  # type: ignore[arg-type]  # by name


@blueprint.get("/ideas/<uuid:idea_id>/spread")
@access.signed_in
def spread(idea_id: UUID) -> ResponseReturnValue:
    """Show who took an idea from whom, how far it has come, and how teams began one after the other."""
    actor = access.actor()
    idea = cycle_ideas.get_idea(session(), actor, idea_id)
    picture = picture_of(actor)
    found = spread_page.changes(spread_queries.adoptions(session(), actor, idea), picture.graph.nodes)
    tests = evidence_queries.tested(session(), actor, [idea.id])
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


@blueprint.post("/ideas/<uuid:idea_id>/stories")
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
    return render_template("variation/story.html", idea=idea, form=form), 422


@blueprint.post("/ideas/stories/<uuid:story_id>/remove")
@access.signed_in
def remove_story(story_id: UUID) -> ResponseReturnValue:
    """Take away what the own team added, or bring it back with ``back``."""
    actor = access.actor()
    story = session().scalars(
        select(IdeaStory).where(IdeaStory.public_id == story_id, in_network(actor, IdeaStory.network_id))
    ).one_or_none()  # fmt: skip
    if story is None:
        raise AbsentError(_("There is no such page."))
    idea = session().get_one(ChangeIdea, story.idea_id)
    cycle_ideas.get_idea(session(), actor, idea.public_id)
    access.require(actor.is_network_lead or actor.edits(story.team_id))
    wanted, target = not request.form.get("back"), idea.public_id
    with transaction(actor) as current:
        story_services.remove_story(current, story, wanted, by=actor, at=clock.now())
    if wanted:
        return render_template("variation/story_removed.html", idea=idea, story_id=story_id, target=target)
    return went(url_for("cycles.idea", idea_id=target) + "#stories", _("It is back."))
