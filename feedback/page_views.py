"""The page of one item: its path, its answer, what may be done with it now, and the conversation."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from desk.attachment_queries import Beside as Files
from desk.attachment_queries import files_beside
from desk.policies import can_attach
from feedback import (
    drawing,
    forms,
    listing,
    page_queries,
    policies,
    promise_words,
    queries,
    queue_queries,
    rules,
    svg,
    talk_queries,
)
from feedback.act_offer_views import forms_for, offer_message, own_ids
from feedback.base_views import blueprint, visitor
from feedback.celebration_queries import told_of
from feedback.mentions import Person
from feedback.models import FeedbackItem
from feedback.moved_page import moves_shown
from feedback.moved_queries import moves_beside
from feedback.page_queries import Beside
from feedback.rules import Act, Facts, State
from feedback.since_queries import happened_since
from milestones.calendar_queries import breaks_of
from milestones.decision_queries import opened_from
from nic_platform import access
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.forms import PlatformForm
from nic_platform.pages import today
from nic_platform.text import _
from teams.models import Team

NO_FILES = Files([])


@blueprint.get("/feedback/<uuid:item_id>")
@access.signed_in
def show(item_id: UUID) -> ResponseReturnValue:
    """Show one item; to peers only what is shared of it."""
    return page(visitor(), item_id, {})


def page(
    actor: Actor, item_id: UUID, failed: Mapping[str, PlatformForm], refusal: str = ""
) -> ResponseReturnValue:
    """Return the page of one item, with the forms that were refused as they were sent.

    Args:
        refusal: why an act could not be done as things stand; what happened meanwhile is told with it.
    """
    item, beside = page_queries.item_page(session(), actor, item_id)
    if not beside.reads_words:
        return _shared_page(actor, item)
    steps = queries.tracks(session(), [item.id], actor).get(item.id, [])
    facts = queries.facts_of(item, steps)
    found = forms_for(session(), actor, item, facts, steps, failed)
    people = _people(item, facts, failed)
    late = _late(item, steps, failed, found, refusal)
    said = talk_queries.messages_of(session(), actor, item, people, with_taken_back=True)
    html = render_template(
        "feedback/show.html",
        item=item,
        affected=policies.told_affected(actor, item.team_id, item.affects, item.affects_count),
        beside=beside,
        facts=facts,
        forms=found,
        failed=bool(failed),
        late=late,
        path=_path(actor, item, facts, steps),
        entries=drawing.conversation(steps, said, item.happens),
        theme=_theme_counts(beside),
        opened_from=opened_from(session(), actor, item.public_id) if beside.was_decided else None,
        moved=moves_shown(moves_beside(session(), actor, item, beside), today(actor)),
        told=told_of(session(), actor, item.id) if facts.kind.travels else None,
        turn=_turn(actor, item, facts),
        stage=rules.stage_of(facts.state, item.lifted),
        message=_message(actor, facts, steps, people, failed, late),
        files=files_beside(session(), "feedback_item", item) if beside.has_files else NO_FILES,
        may=_may(actor, item, facts),
    )
    return html, 409 if refusal else 422 if failed else 200


def _may(actor: Actor, item: FeedbackItem, facts: Facts) -> dict[str, bool]:
    """Return what the visitor may do with an item, for the buttons of its page."""
    return {
        "edit": policies.can_edit(actor, facts), "share": policies.can_share(actor, facts),
        "comment": policies.can_comment(actor, facts), "send": policies.can(actor, Act.SEND, facts),
        "attach": can_attach(actor, item.team_id),
        "cheer": policies.can_cheer(actor, item.team_id, travels=facts.kind.travels),
        "idea": policies.can_make_idea(actor, facts),
    }  # fmt: skip


def _people(item: FeedbackItem, facts: Facts, failed: Mapping[str, PlatformForm]) -> list[Person]:
    """Return who can be told by name, where the visitor asks for the list; it may be long."""
    asked = "message" in failed or "tell" in request.args
    if not asked:
        return []
    teams, is_draft = {item.team_id, *facts.track}, facts.state is State.DRAFT
    return talk_queries.people_of(session(), teams, is_draft=is_draft)


def _late(
    item: FeedbackItem, steps: Sequence[queries.StepRow], failed: Mapping[str, PlatformForm],
    found: Mapping[str, PlatformForm], refusal: str,
) -> dict[str, Any] | None:  # fmt: skip
    """Return what happened since a form was opened that came too late, and what was typed into it.

    A form that still fits stands where it was, filled in; of one that fits no more the words are shown.
    """
    if not refusal:
        return None
    key, form = next(iter(failed.items()))
    version = getattr(form, "sent_version", None)
    events = happened_since(session(), item, steps, version) if version not in {None, item.version} else []
    if key in found:
        form.form_errors.append(_("Read what happened first. Send it again if it still holds."))
    return {"words": refusal, "events": events, "typed": [] if key in found else forms.typed(form)}


def _message(
    actor: Actor, facts: Facts, steps: Sequence[queries.StepRow], people: Sequence[Person],
    failed: Mapping[str, PlatformForm], late: Mapping[str, Any] | None,
) -> PlatformForm:  # fmt: skip
    """Return the conversation's form; words of an act that came too late stand in it, ready to be sent."""
    form = failed.get("message")
    if not isinstance(form, forms.MessageForm):
        form = forms.MessageForm(formdata=None)
        kept = next((each for each in failed.values() if isinstance(each, forms.HopForm)), None)
        form.audience.data = kept.audience.data if kept else form.audience.data
        form.text.data = max((words for _label, words in (late or {}).get("typed", ())), key=len, default="")
    own_ids(form, "message")
    return offer_message(form, actor, facts, steps, people)


def _path(actor: Actor, item: FeedbackItem, facts: Facts, steps: Sequence[queries.StepRow]) -> dict[str, Any]:
    day = today(actor)
    breaks = breaks_of(session(), actor.network_id)
    lines = drawing.lines(steps, day, actor.time_zone, breaks)
    legs = drawing.legs(steps, day, actor.time_zone, breaks)
    if len(legs) < 2:
        return {"lines": lines, "late": [], "title": "", "wide": "", "narrow": "", "days": 0}
    closed = facts.state in rules.ENDED
    end = legs[-1].end if closed else day
    until = max(end, item.due_on) if item.due_on and not closed else end
    drawn: dict[str, Any] = {"turn": bool(_turn(actor, item, facts)), "closed": closed}
    return {
        "promise": _promise(actor, item, facts),
        "lines": lines,
        "late": drawing.lateness(lines),
        "title": drawing.finding(steps, lines),
        "days": sum(line.days for line in lines),
        "wide": svg.switchback(legs, end, until, w=800, h=226, **drawn),
        "narrow": svg.switchback(legs, end, until, w=350, h=210, narrow=True, **drawn),
    }


def _promise(actor: Actor, item: FeedbackItem, facts: Facts) -> promise_words.Standing | None:
    """Return how an open item stands against its promise; a statement more where it is offered to a team."""
    if not facts.is_open or item.due_on is None or item.held_on is None:
        return None
    offered = session().get(Team, item.offered_to_id) if item.offered_to_id else None
    waiting = promise_words.Waiting(
        held_on=item.held_on,
        due_on=item.due_on,
        with_others=item.holder_id != item.team_id,
        escalations=item.escalations,
        offered_to=offered.name if offered else "",
        with_network=item.with_network,
    )
    return promise_words.standing(waiting, today(actor), breaks_of(session(), actor.network_id))


def _turn(actor: Actor, item: FeedbackItem, facts: Facts) -> str:
    """Return what the visitor's team has to do now, if it is their turn; what is partly lifted rests."""
    if not facts.is_open or rules.rests(facts.state, item.look_again_on, today(actor)):
        return ""
    if actor.edits(facts.holder_id) or policies.is_receiver(actor, facts):
        return listing.turn_words(facts.state, is_raiser=facts.holder_id == facts.team_id)
    if actor.edits(facts.team_id) and facts.state is State.ANSWERED:
        return listing.turn_words(facts.state, is_raiser=True)
    if actor.edits(facts.offered_to_id):
        return listing.turn_words(facts.state, is_raiser=False, is_offered=True)
    return ""


def _theme_counts(beside: Beside) -> queue_queries.ThemeCount | None:
    if beside.theme_key is None:
        return None
    return queue_queries.theme_counts(session(), [beside.theme_key]).get(beside.theme_key)


def _shared_page(actor: Actor, item: FeedbackItem) -> ResponseReturnValue:
    """Return what peers see: what is shared of a solution or success, its cheers, the idea it became."""
    facts = queries.facts_of(item, [])
    return render_template(
        "feedback/shared_item.html",
        item=item,
        told=told_of(session(), actor, item.id),
        may_cheer=policies.can_cheer(actor, item.team_id, travels=facts.kind.travels),
        may_make=policies.can_make_idea(actor, facts),
    )
