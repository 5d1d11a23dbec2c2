"""The page of one item: its path, its answer, what may be done with it now, and the conversation."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

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
)
from feedback.base_views import blueprint, own_ids, visitor
from feedback.models import FeedbackItem
from feedback.page_queries import Beside, Place
from feedback.promise_queries import breaks_of
from feedback.rules import Act, Facts, State
from milestones.decision_queries import opened_from
from nic_platform import access
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.forms import PlatformForm
from nic_platform.pages import today
from nic_platform.text import _
from teams.models import Team

FORMS: Mapping[str, tuple[Act, type[PlatformForm]]] = {
    "withdraw": (Act.WITHDRAW, forms.ActForm),
    "answer": (Act.ANSWER, forms.AnswerForm),
    "lift": (Act.LIFT, forms.LinkForm),
    "ask": (Act.ASK, forms.WordsForm),
    "pass": (Act.PASS, forms.PassForm),
    "decline": (Act.DECLINE, forms.WordsForm),
    "thank": (Act.THANK, forms.WordsForm),
    "take": (Act.TAKE, forms.ActForm),
    "hand_down": (Act.PASS, forms.WordsForm),
    "reply": (Act.REPLY, forms.WordsForm),
    "confirm": (Act.CONFIRM, forms.ConfirmForm),
    "drop": (Act.DROP, forms.WordsForm),
    "reopen": (Act.REOPEN, forms.WordsForm),
}


def load(actor: Actor, item_id: UUID) -> tuple[FeedbackItem, list[queries.StepRow], Facts]:
    """Return a visible item with its words, its legs and what rules look at; two statements.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
        DeniedError: *actor* reads only what is shared of it.
    """
    item, reads = queries.find_item(session(), actor, item_id)
    access.require(reads, _("You may read what is shared of this, and not change it."))
    steps = queries.tracks(session(), [item.id]).get(item.id, [])
    return item, steps, queries.facts_of(item, steps)


@blueprint.get("/feedback/<uuid:item_id>")
@access.signed_in
def show(item_id: UUID) -> ResponseReturnValue:
    """Show one item; to peers only what is shared of it."""
    return page(visitor(), item_id, {})


def page(actor: Actor, item_id: UUID, failed: Mapping[str, PlatformForm]) -> ResponseReturnValue:
    """Return the page of one item, with the forms that were refused as they were sent."""
    item, beside = page_queries.item_page(session(), actor, item_id)
    if not beside.reads_words:
        return render_template("feedback/shared_item.html", item=item, beside=beside)
    steps = queries.tracks(session(), [item.id]).get(item.id, [])
    facts = queries.facts_of(item, steps)
    found = _forms(actor, item, facts, failed)
    html = render_template(
        "feedback/show.html",
        item=item,
        beside=beside,
        facts=facts,
        forms=found,
        failed=bool(failed),
        path=_path(actor, item, facts, steps),
        entries=drawing.conversation(steps, queries.messages_of(session(), item), item.happens),
        theme=_theme_counts(beside),
        opened_from=opened_from(session(), actor, item.public_id),
        moved=_moved(actor, item, beside),
        turn=_turn(actor, facts),
        stage=rules.stage_of(facts.state, item.lifted),
        message=failed.get("message") or own_ids(forms.MessageForm(formdata=None), "message"),
        may={
            "edit": policies.can_edit(actor, facts), "share": policies.can_share(actor, facts),
            "comment": policies.can_comment(actor, facts), "send": policies.can(actor, Act.SEND, facts),
        },
    )  # fmt: skip
    return html, 422 if failed else 200


def _forms(
    actor: Actor, item: FeedbackItem, facts: Facts, failed: Mapping[str, PlatformForm]
) -> dict[str, PlatformForm]:
    """Return a form for everything that this visitor may do now, by its key."""
    found: dict[str, PlatformForm] = {}
    for key, (act, kind) in FORMS.items():
        down = facts.state is State.ANSWERED
        if act is Act.PASS and (key == "hand_down") != down:
            continue
        if policies.can(actor, act, facts):
            found[key] = failed.get(key) or own_ids(kind(formdata=None), key)
            found[key].version.data = item.version
    if policies.can_join(actor, facts):
        found["sort"] = failed.get("sort") or own_ids(forms.SortForm(formdata=None), "sort")
        found["sort"].version.data = item.version
        offer_themes(found["sort"], queue_queries.list_themes(session(), actor), item.theme_id)
    if policies.can(actor, Act.SEND, facts):
        found["send"] = failed.get("send") or own_ids(forms.LinkForm(formdata=None), "send")
        found["send"].version.data = item.version
        offer_links(found["send"], page_queries.ways_up(session(), item.team_id))
    if found.keys() & {"lift", "pass"}:
        _offer_places(found, page_queries.places_for(session(), item))
    return found


def offer_links(form: PlatformForm, ways: Sequence[Any]) -> None:
    """Fill the choice of links up."""
    form["link"].choices = [
        SelectChoice(str(way.id), _way_words(way.team, way.promised_days)) for way in ways
    ]


def _way_words(team: str, days: int | None) -> str:
    return _("%(team)s, answer promised in %(days)s days", team=team, days=days)


def _offer_places(found: dict[str, PlatformForm], places: Sequence[Place]) -> None:
    if "lift" in found:
        found["lift"]["link"].choices = [
            SelectChoice(str(place.link_id), _way_words(place.team, place.promised_days))
            for place in places
            if place.link_id
        ]
        if not found["lift"]["link"].choices:
            del found["lift"]
    if "pass" in found:
        found["pass"]["team"].choices = [SelectChoice(str(place.id), place.team) for place in places]


def offer_themes(form: PlatformForm, themes: Sequence[queue_queries.ThemeRow], chosen: int | None) -> None:
    """Fill the choice of themes, with a new one and none."""
    form["theme"].choices = [
        *(SelectChoice(str(theme.public_id), f"T-{theme.number} {theme.title}") for theme in themes),
        SelectChoice("new", _("A new theme")),
        SelectChoice("none", _("No theme")),
    ]
    if form["theme"].data is None:
        own = next((str(theme.public_id) for theme in themes if theme.id == chosen), None)
        form["theme"].data = own or "none"


def _path(actor: Actor, item: FeedbackItem, facts: Facts, steps: Sequence[queries.StepRow]) -> dict[str, Any]:
    day = today(actor)
    lines = drawing.lines(steps, day, actor.time_zone, breaks_of(session(), actor.network_id))
    legs = drawing.legs(steps, day, actor.time_zone)
    if len(legs) < 2:
        return {"lines": lines, "late": [], "title": "", "wide": "", "narrow": "", "days": 0}
    closed = facts.state in rules.ENDED
    end = legs[-1].end if closed else day
    until = max(end, item.due_on) if item.due_on and not closed else end
    drawn: dict[str, Any] = {"turn": bool(_turn(actor, facts)), "closed": closed}
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


def _turn(actor: Actor, facts: Facts) -> str:
    """Return what the visitor's team has to do now, if it is their turn."""
    if not facts.is_open:
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


def _moved(actor: Actor, item: FeedbackItem, beside: Beside) -> page_queries.Moved | None:
    """Return whether the blocked milestone moved since the answer."""
    if beside.measure_id is None or item.answered_at is None:
        return None
    day = rules.civil_day(item.answered_at, actor.time_zone)
    return page_queries.moved_since(session(), beside.measure_id, item.team_id, day)
