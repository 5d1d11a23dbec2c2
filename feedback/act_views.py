"""Everything that is done to an item that was raised: one small form an act."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from feedback import answer_services, forms, page_queries, policies, services, theme_services
from feedback.act_offer_views import FORMS, own_ids
from feedback.base_views import blueprint, visitor
from feedback.models import FeedbackItem
from feedback.page_views import page
from feedback.queue_queries import get_theme
from feedback.rules import Act, Lifted
from feedback.since_queries import MovedOnError, is_done, load_to_act
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.errors import InputError, RuleError
from nic_platform.forms import PlatformForm
from nic_platform.pages import today, try_to, went
from nic_platform.text import _

Work = Callable[[Session, FeedbackItem, Any, dict[str, Any]], Any]
Service = Callable[..., object]


def _do(item_id: UUID, key: str, done: str, work: Work) -> ResponseReturnValue:
    """Try one act: the item must be visible, unchanged since it was read, and the act the visitor's to do.

    An act that comes too late is refused with what happened since, and what was typed is still there; the
    same form sent twice is done once.
    """
    actor = visitor()
    item, steps, facts = load_to_act(session(), actor, item_id)
    act, kind = FORMS[key]
    form = own_ids(kind(), key)
    shown = url_for(".show", item_id=item_id)
    if form.is_stale(item.version):
        words = getattr(form, "words", None) or getattr(form, "text", None)
        if is_done(steps, act, actor.user_id, (words.data or "") if words else ""):
            return went(shown, done)
        return too_late(actor, item_id, key, form)
    access.require(policies.may_ever(actor, act, facts), _refusal(act, item))
    when = {"by": actor, "at": clock.now(), "day": today(actor), "version": form.version.data}
    try:
        if form.validate_on_submit() and try_to(form, actor, lambda current: work(current, item, form, when)):
            return went(shown, done)
    except RuleError as error:
        return too_late(actor, item_id, key, form, str(error))
    return page(actor, item_id, {key: form})


def too_late(
    actor: Actor, item_id: UUID, key: str, form: PlatformForm, words: str = ""
) -> ResponseReturnValue:
    """Show an item as it stands now to somebody whose act came too late, with what they typed."""
    form.sent_version = form.version.data
    return page(actor, item_id, {key: form}, words or str(MovedOnError([])))


def _plain(service: Service) -> Work:
    """Return the work of an act that says nothing."""

    def work(current: Session, item: FeedbackItem, _form: Any, when: dict[str, Any]) -> None:
        service(current, item, **when)

    return work


def _worded(service: Service, needed: str = "") -> Work:
    """Return the work of an act with words; *needed* is the mend where they may not be empty."""

    def work(current: Session, item: FeedbackItem, form: Any, when: dict[str, Any]) -> None:
        words = form.words.data or ""
        if needed:
            _need(words, needed)
        kept = {"audience": form.audience.data} if isinstance(form, forms.HopForm) else {}
        service(current, item, words, **when, **kept)

    return work


def _need(words: str, mend: str) -> None:
    if not words.strip():
        raise InputError(mend, {"words": mend})


def _refusal(act: Act, item: FeedbackItem) -> str:
    if act in {
        Act.CONFIRM,
        Act.LOOK_AGAIN,
        Act.RETURN,
        Act.REOPEN,
        Act.REPLY,
        Act.SEND,
        Act.WITHDRAW,
        Act.DROP,
    }:
        return _("Only %(team)s can do this: it raised the item.", team=item.team.name)
    holder = item.holder.name if item.holder else item.team.name
    return _("Only %(team)s can act on this now: it holds the item.", team=holder)


@blueprint.post("/feedback/<uuid:item_id>/send")
@access.signed_in
def send(item_id: UUID) -> ResponseReturnValue:
    """Send a draft up a link."""

    def work(current: Session, item: FeedbackItem, form: Any, when: dict[str, Any]) -> None:
        link = page_queries.link_for(current, when["by"], item.team_id, item.topic, form.link.data)
        services.send(current, item, link, **when)

    return _do(item_id, "send", _("Sent. You can take it back until the team above acts."), work)


@blueprint.post("/feedback/<uuid:item_id>/withdraw")
@access.signed_in
def withdraw(item_id: UUID) -> ResponseReturnValue:
    """Take a sent item back while nobody has acted on it."""
    return _do(item_id, "withdraw", _("Taken back. It is a draft again."), _plain(services.withdraw))


@blueprint.post("/feedback/<uuid:item_id>/lift")
@access.signed_in
def lift(item_id: UUID) -> ResponseReturnValue:
    """Lift an item further up, with own words."""

    def work(current: Session, item: FeedbackItem, form: Any, when: dict[str, Any]) -> None:
        link = page_queries.get_link(current, when["by"], form.link.data)
        words, audience = form.words.data or "", form.audience.data
        answer_services.lift(current, item, link, words, audience=audience, **when)

    return _do(item_id, "lift", _("Lifted further. The team that raised it knows."), work)


@blueprint.post("/feedback/<uuid:item_id>/pass")
@access.signed_in
def pass_on(item_id: UUID) -> ResponseReturnValue:
    """Pass an item to a better place."""

    def work(current: Session, item: FeedbackItem, form: Any, when: dict[str, Any]) -> None:
        team = page_queries.get_team(current, when["by"], form.team.data)
        if team is None:
            raise InputError(_("Choose a team."), {"team": _("Choose a team.")})
        words, audience = form.words.data or "", form.audience.data
        answer_services.pass_on(current, item, team, words, audience=audience, **when)

    return _do(item_id, "pass", _("Passed on. The team that raised it knows."), work)


@blueprint.post("/feedback/<uuid:item_id>/ask")
@access.signed_in
def ask(item_id: UUID) -> ResponseReturnValue:
    """Ask the team that raised it something."""
    return _do(
        item_id, "ask", _("Asked. Your promise waits until they reply."), _worded(answer_services.ask_back)
    )


@blueprint.post("/feedback/<uuid:item_id>/reply")
@access.signed_in
def reply(item_id: UUID) -> ResponseReturnValue:
    """Reply to what was asked back."""
    work = _worded(services.reply, _("Write your reply."))
    return _do(item_id, "reply", _("Replied."), work)


@blueprint.post("/feedback/<uuid:item_id>/answer")
@access.signed_in
def answer(item_id: UUID) -> ResponseReturnValue:
    """Answer an item here."""
    return _do(item_id, "answer", _("Answered. It closes only when the team that raised it says so."),
               lambda current, item, form, when:
               answer_services.answer(current, item, form.values(), **when))  # fmt: skip


@blueprint.post("/feedback/<uuid:item_id>/decline")
@access.signed_in
def decline(item_id: UUID) -> ResponseReturnValue:
    """Decline an item with a reason."""
    return _do(item_id, "decline", _("Declined, with your reason."), _worded(answer_services.decline))


@blueprint.post("/feedback/<uuid:item_id>/thank")
@access.signed_in
def thank(item_id: UUID) -> ResponseReturnValue:
    """Take up a solution or success with thanks."""
    return _do(item_id, "thank", _("Taken up. Its team knows."), _worded(answer_services.thank))


@blueprint.post("/feedback/<uuid:item_id>/take")
@access.signed_in
def take(item_id: UUID) -> ResponseReturnValue:
    """Take over a late item that was offered to the visitor's team."""
    return _do(item_id, "take", _("It is yours now."), _plain(answer_services.take))


@blueprint.post("/feedback/<uuid:item_id>/hand-down")
@access.signed_in
def hand_down(item_id: UUID) -> ResponseReturnValue:
    """Hand an answer further down the path, with own words."""
    return _do(item_id, "hand_down", _("Handed down."), _worded(answer_services.hand_down))


@blueprint.post("/feedback/<uuid:item_id>/confirm")
@access.signed_in
def confirm(item_id: UUID) -> ResponseReturnValue:
    """Say whether it is solved: only the team that raised it."""

    def work(current: Session, item: FeedbackItem, form: Any, when: dict[str, Any]) -> None:
        lifted = Lifted(form.lifted.data)
        if lifted is Lifted.NO:
            _need(form.words.data or "", _("Say what is still in the way, so that they can act on it."))
        services.confirm(current, item, lifted, form.words.data or "",
                         look_again_on=form.look_again_on.data, **when)  # fmt: skip

    return _do(item_id, "confirm", _("Thank you. Everyone on the path is told."), work)


@blueprint.post("/feedback/<uuid:item_id>/drop")
@access.signed_in
def drop(item_id: UUID) -> ResponseReturnValue:
    """Give an item up."""
    return _do(item_id, "drop", _("Given up. You can open it again."), _worded(services.drop))


@blueprint.post("/feedback/<uuid:item_id>/reopen")
@access.signed_in
def reopen(item_id: UUID) -> ResponseReturnValue:
    """Open an item again."""
    work = _worded(services.reopen, _("Say what has come back."))
    return _do(item_id, "reopen", _("Opened again, with a new promise."), work)


@blueprint.post("/feedback/<uuid:item_id>/theme")
@access.signed_in
def sort(item_id: UUID) -> ResponseReturnValue:
    """Put an item into a theme, a new one or none."""
    actor = visitor()
    item, _steps, facts = load_to_act(session(), actor, item_id)
    form = own_ids(forms.SortForm(), "sort")
    if form.is_stale(item.version):
        return too_late(actor, item_id, "sort", form)
    access.require(policies.can_join(actor, facts), _refusal(Act.ANSWER, item))
    if form.validate_on_submit() and try_to(form, actor, lambda current: _join(current, item, form, actor)):
        return went(_back(item_id), _("Filed."))
    return page(actor, item_id, {"sort": form})


def _join(current: Session, item: FeedbackItem, form: Any, actor: Actor) -> None:
    at = clock.now()
    chosen = form.theme.data
    if chosen == "new":
        keeper = item.holder_id or item.team_id
        values = {"title": form.title.data}
        theme = theme_services.create_theme(current, item.network_id, keeper, values, by=actor, at=at)
    elif chosen in {None, "", "none"}:
        theme = None
    else:
        theme_id = page_queries.as_uuid(chosen)
        if theme_id is None:
            raise InputError(_("Choose a theme."), {"theme": _("Choose a theme of the list.")})
        theme = get_theme(current, actor, theme_id)
        theme_services.hold_open(current, theme)
    theme_services.join(current, item, theme, by=actor, at=at, day=today(actor), version=form.version.data,
                        with_answer=bool(form.give_answer.data))  # fmt: skip


def _back(item_id: UUID) -> str:
    """Return to the queue when the form was sent from there, else to the item."""
    return url_for(".queue") if request.form.get("from") == "queue" else url_for(".show", item_id=item_id)
