"""What a visitor may do with an item now: a form an act, with its choices, and the conversation's form."""

from collections.abc import Mapping, Sequence
from uuid import UUID, uuid4

from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from feedback import forms, page_queries, policies, queries, queue_queries
from feedback.audiences import Audience, hop_of
from feedback.legs import asked_at
from feedback.mentions import Person, once
from feedback.models import FeedbackItem
from feedback.page_queries import Place
from feedback.rules import Act, Facts, State
from nic_platform.actor import Actor
from nic_platform.forms import PlatformForm
from nic_platform.text import _
from teams.exchange_queries import links_up
from teams.linking import pick_link

FORMS: Mapping[str, tuple[Act, type[PlatformForm]]] = {
    "send": (Act.SEND, forms.SendForm),
    "withdraw": (Act.WITHDRAW, forms.ActForm),
    "answer": (Act.ANSWER, forms.AnswerForm),
    "lift": (Act.LIFT, forms.LinkForm),
    "ask": (Act.ASK, forms.HopWordsForm),
    "pass": (Act.PASS, forms.PassForm),
    "decline": (Act.DECLINE, forms.HopWordsForm),
    "thank": (Act.THANK, forms.WordsForm),
    "take": (Act.TAKE, forms.ActForm),
    "hand_down": (Act.PASS, forms.HopWordsForm),
    "reply": (Act.REPLY, forms.HopWordsForm),
    "confirm": (Act.CONFIRM, forms.ConfirmForm),
    "drop": (Act.DROP, forms.WordsForm),
    "reopen": (Act.REOPEN, forms.WordsForm),
}


def own_ids(form: PlatformForm, key: str) -> PlatformForm:
    """Give the fields of one of several forms on a page ids of their own."""
    for field in form:
        field.id = f"{key}-{field.name}"
        field.label.field_id = field.id
    return form


def forms_for(
    session: Session, actor: Actor, item: FeedbackItem, facts: Facts, steps: Sequence[queries.StepRow],
    failed: Mapping[str, PlatformForm],
) -> dict[str, PlatformForm]:  # fmt: skip
    """Return a form for everything that this visitor may do now, by its key; those in *failed* as sent."""
    found: dict[str, PlatformForm] = {}
    for key, (act, kind) in FORMS.items():
        down = facts.state is State.ANSWERED
        if act is Act.PASS and (key == "hand_down") != down:
            continue
        if policies.can(actor, act, facts):
            found[key] = failed.get(key) or own_ids(kind(formdata=None), key)
            found[key].version.data = item.version
    confirm = found.get("confirm")
    if isinstance(confirm, forms.ConfirmForm) and facts.state is State.DECLINED:
        confirm.of_declined()
    if policies.can_join(actor, facts):
        found["sort"] = failed.get("sort") or own_ids(forms.SortForm(formdata=None), "sort")
        found["sort"].version.data = item.version
        offer_themes(found["sort"], queue_queries.list_themes(session, actor), item.theme_id)
    if "send" in found:
        ways = page_queries.ways_up(session, item.team_id)
        found["send"]["link"].choices = forms.way_choices(ways)
        picked = pick_link(item.topic, links_up(session, item.team_id)) if len(ways) > 1 else None
        found["send"]["link"].description = picked.sentence if picked else ""
    if found.keys() & {"lift", "pass"}:
        _offer_places(session, item, found, page_queries.places_for(session, item))
    _name_hops(found, item, steps)
    return found


def _way_words(team: str, days: int | None) -> str:
    return _("%(team)s, answer promised in %(days)s days", team=team, days=days)


def _offer_places(
    session: Session, item: FeedbackItem, found: dict[str, PlatformForm], places: Sequence[Place]
) -> None:
    if "lift" in found:
        found["lift"]["link"].choices = [
            SelectChoice(str(place.link_id), _way_words(place.team, place.promised_days))
            for place in places
            if place.link_id
        ]
        if not found["lift"]["link"].choices:
            del found["lift"]
        elif found["lift"]["link"].data is None and len(found["lift"]["link"].choices) > 1:
            picked = pick_link(item.topic, links_up(session, item.holder_id or 0))
            found["lift"]["link"].data = str(picked.link.id) if picked else None
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


def _name_hops(
    found: Mapping[str, PlatformForm], item: FeedbackItem, steps: Sequence[queries.StepRow]
) -> None:
    """Say beside each act which two teams read what is kept to them."""
    holder = item.holder.name if item.holder else ""
    asked = asked_at(steps)
    before = steps[asked].team if asked is not None else ""
    others = {"ask": item.team.name, "decline": item.team.name, "reply": before}
    for key, form in found.items():
        if not isinstance(form, forms.HopForm):
            continue
        places = form["link" if key == "lift" else "team"].choices if key in {"lift", "pass"} else []
        only = places[0].label.split(",")[0] if key == "lift" and len(places) == 1 else ""
        below = _("the team it goes down to") if key == "hand_down" else only
        form.name_teams(holder, others.get(key) or below)


def offer_message(
    form: forms.MessageForm, actor: Actor, facts: Facts, steps: Sequence[queries.StepRow],
    people: Sequence[Person],
) -> forms.MessageForm:  # fmt: skip
    """Fill the choices of the conversation's form: who may read a message, and who can be told of it."""
    names = {step.team_id: step.team for step in steps}
    own = speaks_for(actor, facts)
    readers = {Audience.TRACK.value: _("Every team on its path")}
    hop = hop_of(steps, len(steps) - 2) if len(steps) > 1 else frozenset()
    if own in hop and len(hop) > 1:
        first, second = sorted(names[team] for team in hop)
        readers[Audience.HOP.value] = _("Only %(first)s and %(second)s", first=first, second=second)
    if own in names:
        readers[Audience.TEAM.value] = _("Only %(team)s", team=names[own])
    if facts.state is State.DRAFT:
        readers = {Audience.TEAM.value: _("Your team; it stays with you when this is sent")}
    if form.audience.data == Audience.HOP and Audience.HOP.value not in readers:
        form.audience.data = Audience.TEAM.value  # what was meant for few is never for more than that
    form.key.data = form.key.data or str(uuid4())
    return form.offer(readers, [person for person in once(people) if person.key != actor.user_id])


def speaks_for(actor: Actor, facts: Facts) -> int:
    """Return the team on the track for which somebody writes; 0 where they are of none of its teams."""
    own = [team for team in (actor.team_id, *sorted(actor.team_ids)) if team is not None]
    return next((team for team in own if team in {facts.team_id, *facts.track}), 0)


def as_key(text: str | None) -> UUID | None:
    """Return the name that a form gave what it makes; ``None`` where it gave none."""
    return page_queries.as_uuid(text or None)
