"""The conversation on an item in the API: its messages, and who can be named in them."""

from typing import Any
from uuid import UUID

from feedback import policies, schemas, talk_queries, talk_services
from feedback.audiences import Audience
from feedback.mentions import Person, once
from feedback.models import FeedbackItem
from feedback.rules import Facts, State
from feedback.since_queries import load, load_to_act
from nic_platform import access, clock
from nic_platform.api import ApiBlueprint
from nic_platform.database import session, transaction
from nic_platform.errors import InputError
from nic_platform.text import _

blueprint = ApiBlueprint("api_talk", __name__, "/feedback", "Conversations on barriers and successes")
Sent = dict[str, Any]


@blueprint.get("/<uuid:item_id>/messages")
@access.signed_in
@blueprint.response(200, schemas.Messages)
def list_messages(item_id: UUID) -> Sent:
    """List the messages on an item that you are meant to read, oldest first."""
    actor = access.actor()
    item, _steps, _facts = load(session(), actor, item_id)
    return {"items": talk_queries.messages_of(session(), actor, item)}


@blueprint.get("/<uuid:item_id>/people")
@access.signed_in
@blueprint.response(200, schemas.PeopleTold)
def list_people(item_id: UUID) -> Sent:
    """List who can be named in a message on an item: the people of the teams on its track."""
    actor = access.actor()
    item, _steps, facts = load(session(), actor, item_id)
    return {"items": once(_people(item, facts, but=actor.user_id))}


def _people(item: FeedbackItem, facts: Facts, but: int | None = None) -> list[Person]:
    teams, is_draft = {item.team_id, *facts.track}, facts.state is State.DRAFT
    return talk_queries.people_of(session(), teams, but=but, is_draft=is_draft)


@blueprint.post("/<uuid:item_id>/messages")
@access.signed_in
@blueprint.arguments(schemas.MessageIn)
@blueprint.response(201, schemas.MessageOut)
def say(sent: Sent, item_id: UUID) -> talk_queries.MessageRow:
    """Write a message, for everyone on the track, the two teams of the last step, or the own team."""
    actor = access.actor()
    item, _steps, facts = load_to_act(session(), actor, item_id)
    access.require(policies.can_comment(actor, facts))
    if not sent["text"].strip():
        mend = _("Write something first.")
        raise InputError(mend, {"text": mend})
    people = _people(item, facts)
    keys = {person.id: person.key for person in people}
    if unknown := [each for each in sent["people"] if each not in keys]:
        mend = _("%(count)s of these can’t be told: they are on no team of its path.", count=len(unknown))
        raise InputError(mend, {"people": mend})
    with transaction(actor) as current:
        made = talk_services.say(
            current, item, sent["text"], by=actor, at=clock.now(), audience=Audience(sent["audience"]),
            mentions={keys[each] for each in sent["people"]}, key=sent["key"],
        )  # fmt: skip
    said = talk_queries.messages_of(session(), actor, item, people)
    return next(row for row in said if row.id == made.public_id)


@blueprint.delete("/<uuid:item_id>/messages/<uuid:message_id>")
@access.signed_in
@blueprint.response(204)
def take_back_message(item_id: UUID, message_id: UUID) -> None:
    """Take a message of your own back; others see that it was, without its words."""
    _take_back(item_id, message_id, wanted=True)


@blueprint.post("/<uuid:item_id>/messages/<uuid:message_id>/restore")
@access.signed_in
@blueprint.response(204)
def put_back_message(item_id: UUID, message_id: UUID) -> None:
    """Put a message of your own back that you took back."""
    _take_back(item_id, message_id, wanted=False)


def _take_back(item_id: UUID, message_id: UUID, *, wanted: bool) -> None:
    actor, at = access.actor(), clock.now()
    item, _steps, _facts = load(session(), actor, item_id)
    found = talk_queries.get_message(session(), actor, item, message_id)
    access.require(policies.can_take_back(actor, found.created_by_id))
    with transaction(actor, at) as current:
        talk_services.take_back(current, found, wanted, by=actor, at=at)
