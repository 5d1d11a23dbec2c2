"""Writing into the conversation on an item, and sharing a solution or success with everyone."""

from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from feedback import forms, policies, services, talk_queries, talk_services
from feedback.act_offer_views import as_key, offer_message, own_ids
from feedback.audiences import Audience
from feedback.base_views import blueprint, visitor
from feedback.page_views import page
from feedback.rules import State
from feedback.since_queries import load, load_to_act
from nic_platform import access, clock
from nic_platform.database import session, transaction
from nic_platform.pages import try_to, went
from nic_platform.text import _


@blueprint.post("/feedback/<uuid:item_id>/messages")
@access.signed_in
def say(item_id: UUID) -> ResponseReturnValue:
    """Write into the conversation, for everyone on the path, for two teams of it or for the own one."""
    actor = visitor()
    item, steps, facts = load_to_act(session(), actor, item_id)
    access.require(policies.can_comment(actor, facts), _("Only the teams on the path write here."))
    is_draft = facts.state is State.DRAFT
    people = talk_queries.people_of(session(), {item.team_id, *facts.track}, is_draft=is_draft)
    form = offer_message(forms.MessageForm(), actor, facts, steps, people)
    own_ids(form, "message")
    keys = {str(person.id): person.key for person in people}

    def work(current: Session) -> None:
        named = {keys[key] for key in form.people.data or () if key in keys}
        talk_services.say(
            current, item, form.text.data or "", by=actor, at=clock.now(), mentions=named,
            audience=Audience(form.audience.data), key=as_key(form.key.data),
        )  # fmt: skip

    if form.validate_on_submit() and try_to(form, actor, work):
        readers = {each.value: each.label for each in form.audience.choices}
        words = _("Sent. Who reads it: %(who)s.", who=readers[form.audience.data])
        return went(url_for(".show", item_id=item_id, _anchor="talk"), words)
    return page(actor, item_id, {"message": form})


@blueprint.post("/feedback/<uuid:item_id>/messages/<uuid:message_id>")
@access.signed_in
def take_back_message(item_id: UUID, message_id: UUID) -> ResponseReturnValue:
    """Take an own message back, or put it back."""
    actor, at = visitor(), clock.now()
    item, _steps, _facts = load(session(), actor, item_id)
    found = talk_queries.get_message(session(), actor, item, message_id)
    words = _("Only who wrote a message takes it back.")
    access.require(policies.can_take_back(actor, found.created_by_id), words)
    wanted = request.form.get("wanted") != "no"
    with transaction(actor, at) as current:
        talk_services.take_back(current, found, wanted, by=actor, at=at)
    said = _("Taken back. The history keeps that it was.") if wanted else _("It is back.")
    return went(url_for(".show", item_id=item_id, _anchor="talk"), said)


@blueprint.post("/feedback/<uuid:item_id>/share")
@access.signed_in
def share(item_id: UUID) -> ResponseReturnValue:
    """Share a solution or success with the whole network, or take that back."""
    actor = visitor()
    item, _steps, facts = load(session(), actor, item_id)
    access.require(
        policies.can_share(actor, facts), _("Only its team shares a solution or success, once sent.")
    )
    wanted = request.form.get("wanted") == "yes"
    with transaction(actor) as current:
        services.share(current, item, wanted, by=actor, at=clock.now())
    words = (
        _("Every team of the network can read it now.")
        if wanted
        else _("Only the teams on its path read it now.")
    )
    return went(url_for(".show", item_id=item_id), words)
