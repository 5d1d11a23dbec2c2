"""Feedback in the API: what the pages do, under the same policies."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from feedback import (
    answer_services,
    list_queries,
    notice_queries,
    page_queries,
    policies,
    queries,
    queue_queries,
    schemas,
    services,
)
from feedback.models import FeedbackItem
from feedback.rules import Act, Lifted
from feedback.since_queries import is_done, load_to_act, refuse_moved
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.api import ApiBlueprint, check_version, page_of
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError, InputError
from nic_platform.text import _

blueprint = ApiBlueprint(
    "api_feedback", __name__, "/feedback", "Barriers, solutions, successes and questions"
)
Sent = dict[str, Any]


def _actor() -> Actor:
    actor = access.actor()
    if actor.network_id is None:
        raise AbsentError(_("There is no such page."))
    return actor


def _row_out(row: queries.ItemRow) -> Sent:
    out = {name: getattr(row, name) for name in schemas.ItemOut.field_names() if name != "id"}
    return out | {"id": row.public_id, "level": row.level.value}


def _item_out(actor: Actor, item: FeedbackItem, steps: list[queries.StepRow] | None) -> Sent:
    names = set(schemas.WholeItemOut.field_names()) - {"id", "team", "level", "holder", "answer", "track"}
    out = {name: getattr(item, name) for name in names}
    out |= {"id": item.public_id, "team": item.team.name, "level": item.team.level.value}
    return out | {
        "affects_count": policies.told_affected(actor, item.team_id, item.affects, item.affects_count),
        "holder": item.holder.name if item.holder else None,
        "answer": next((step.words for step in reversed(steps or []) if step.act == Act.ANSWER), None),
        "track": None if steps is None else [_step_out(step) for step in steps],
    }


def _step_out(step: queries.StepRow) -> Sent:
    out = {name: getattr(step, name) for name in schemas.StepOut.field_names()}
    return out | {"level": step.level.value}


def _read(actor: Actor, item_id: UUID) -> Sent:
    session().expire_all()
    item, reads = queries.find_item(session(), actor, item_id)
    steps = queries.tracks(session(), [item.id], actor).get(item.id, []) if reads else None
    return _item_out(actor, item, steps)


@blueprint.get("")
@access.signed_in
@blueprint.arguments(schemas.ItemQuery, location="query")
@blueprint.response(200, schemas.ItemPage)
def list_items(query: Sent) -> Mapping[str, Any]:
    """List the items you may read, the newest number first."""
    rows = list_queries.list_items(
        session(),
        _actor(),
        kind=query["kind"],
        state=query["state"],
        before=query["after"],
        limit=query["limit"],
    )
    return page_of([_row_out(row) for row in rows], query["limit"], lambda row: row["number"])


@blueprint.get("/<uuid:item_id>")
@access.signed_in
@blueprint.response(200, schemas.WholeItemOut)
def get_item(item_id: UUID) -> Sent:
    """Return one item. Its track comes with it where you are on it, or it reached your level."""
    return _read(_actor(), item_id)


def _stopped(actor: Actor, team_id: int, sent: Sent) -> Sent:
    """Turn the milestone and cycle that were named into the team's own.

    Raises:
        InputError: the team has no such milestone or cycle.
    """
    values = dict(sent)
    named = [name for name in ("milestone_id", "cycle_id") if values.get(name) is not None]
    milestones, cycles = page_queries.evidence(session(), team_id) if named else ([], [])
    for name in named:
        known = milestones if name == "milestone_id" else cycles
        found = next((each.key for each in known if each.id == values[name]), None)
        if found is None:
            mend = _("Name one of the team’s own.")
            raise InputError(mend, {name: mend})
        values[name] = found
    if values.get("notice_id") is not None:
        values["notice_id"] = notice_queries.notice_row(session(), access.actor(), values["notice_id"]).id
    return values


@blueprint.post("")
@access.signed_in
@blueprint.arguments(schemas.ItemIn)
@blueprint.response(201, schemas.WholeItemOut)
def add_item(sent: Sent) -> Sent:
    """Begin a draft of a team. Its lead, members and linking members may."""
    actor = _actor()
    team_id = actor.team_id
    if "team_id" in sent:
        team = page_queries.get_team(session(), actor, sent.pop("team_id"))
        if team is None:
            raise AbsentError(_("There is no such team."))
        team_id = team.id
    access.require(policies.can_raise(actor, team_id))
    key = sent.pop("key", None)
    values = _stopped(actor, team_id or 0, sent)
    with transaction(actor) as current:
        made = services.made_before(current, team_id or 0, key, by=actor)
        item = made or services.create(current, team_id or 0, values, by=actor, at=clock.now(), key=key)
        item_id = item.public_id  # by now: after the commit, asking the item would read it again
    return _read(actor, item_id)


@blueprint.patch("/<uuid:item_id>")
@access.signed_in
@blueprint.arguments(schemas.ItemPatch)
@blueprint.response(200, schemas.WholeItemOut)
def change_item(sent: Sent, item_id: UUID) -> Sent:
    """Change a draft. What was sent stays as it was."""
    actor = _actor()
    item, _steps, facts = load_to_act(session(), actor, item_id)
    access.require(policies.can_edit(actor, facts))
    check_version(sent.pop("version"), item.version)
    values = _stopped(actor, item.team_id, sent)
    with transaction(actor) as current:
        services.save(current, item, values, by=actor, at=clock.now())
    return _read(actor, item_id)


@blueprint.delete("/<uuid:item_id>")
@access.signed_in
@blueprint.response(204)
def delete_item(item_id: UUID) -> None:
    """Delete a draft."""
    actor = _actor()
    item, _steps, facts = load_to_act(session(), actor, item_id)
    access.require(policies.can_edit(actor, facts))
    with transaction(actor) as current:
        services.delete(current, item, by=actor, at=clock.now())


@blueprint.post("/<uuid:item_id>/acts")
@access.signed_in
@blueprint.arguments(schemas.ActIn)
@blueprint.response(200, schemas.WholeItemOut)
def act_on_item(sent: Sent, item_id: UUID) -> Sent:
    """Do one act: send, lift, pass, ask back, reply, answer, decline, thank, take, confirm, give up, reopen.

    Who holds an item acts on it; only the team that raised it confirms. An act from an older version is
    refused with 409 and what happened since; the same act sent twice is done once.
    """
    actor = _actor()
    item, steps, facts = load_to_act(session(), actor, item_id)
    act, words = Act(sent["act"]), sent.get("words") or (sent.get("answer") or {}).get("text", "")
    if sent["version"] != item.version and is_done(steps, act, actor.user_id, words):
        return _after(actor, item_id)
    refuse_moved(session(), item, steps, sent["version"])
    access.require(policies.may_ever(actor, act, facts))
    when = {"by": actor, "at": clock.now(), "day": clock.today(actor.time_zone), "version": sent["version"]}
    with transaction(actor) as current:
        _ACTS[act](current, item, sent, when)
    return _after(actor, item_id)


def _after(actor: Actor, item_id: UUID) -> Sent:
    """Return the item as it stands now, or only its id where the act took it out of the actor's sight."""
    try:
        return _read(actor, item_id)
    except AbsentError:
        return {"id": item_id}


def _send(current: Session, item: FeedbackItem, sent: Sent, when: Sent) -> None:
    link = page_queries.link_for(current, when["by"], item.team_id, item.topic, sent.get("link_id"))
    services.send(current, item, link, **when)


def _link(current: Session, actor: Actor, sent: Sent) -> Any:
    if sent.get("link_id") is None:
        mend = _("Name the link it goes up.")
        raise InputError(mend, {"link_id": mend})
    return page_queries.get_link(current, actor, sent["link_id"])


def _lift(current: Session, item: FeedbackItem, sent: Sent, when: Sent) -> None:
    link, words = _link(current, when["by"], sent), sent.get("words", "")
    answer_services.lift(current, item, link, words, audience=sent["audience"], **when)


def _pass(current: Session, item: FeedbackItem, sent: Sent, when: Sent) -> None:
    if item.state == "answered":
        answer_services.hand_down(current, item, sent.get("words", ""), audience=sent["audience"], **when)
        return
    team = page_queries.get_team(current, when["by"], sent.get("team_id"))
    if team is None:
        mend = _("Name the better place.")
        raise InputError(mend, {"team_id": mend})
    words, audience = sent.get("words", ""), sent["audience"]
    answer_services.pass_on(current, item, team, words, audience=audience, **when)


def _confirm(current: Session, item: FeedbackItem, sent: Sent, when: Sent) -> None:
    if "lifted" not in sent:
        mend = _("Say yes, partly or no.")
        raise InputError(mend, {"lifted": mend})
    look: date | None = sent.get("look_again_on")
    services.confirm(current, item, Lifted(sent["lifted"]), sent.get("words", ""), look_again_on=look, **when)


def _answer(current: Session, item: FeedbackItem, sent: Sent, when: Sent) -> None:
    answer_services.answer(current, item, sent.get("answer") or {}, **when)


def _worded(service: Callable[..., Any]) -> Callable[[Session, FeedbackItem, Sent, Sent], None]:
    def do(current: Session, item: FeedbackItem, sent: Sent, when: Sent) -> None:
        service(current, item, sent.get("words", ""), **when)

    return do


def _kept(service: Callable[..., Any]) -> Callable[[Session, FeedbackItem, Sent, Sent], None]:
    def do(current: Session, item: FeedbackItem, sent: Sent, when: Sent) -> None:
        service(current, item, sent.get("words", ""), audience=sent["audience"], **when)

    return do


def _plain(service: Callable[..., Any]) -> Callable[[Session, FeedbackItem, Sent, Sent], None]:
    def do(current: Session, item: FeedbackItem, _sent: Sent, when: Sent) -> None:
        service(current, item, **when)

    return do


_ACTS: Mapping[Act, Callable[[Session, FeedbackItem, Sent, Sent], None]] = {
    Act.SEND: _send,
    Act.WITHDRAW: _plain(services.withdraw),
    Act.LIFT: _lift,
    Act.PASS: _pass,
    Act.ASK: _kept(answer_services.ask_back),
    Act.REPLY: _kept(services.reply),
    Act.ANSWER: _answer,
    Act.DECLINE: _kept(answer_services.decline),
    Act.THANK: _worded(answer_services.thank),
    Act.TAKE: _plain(answer_services.take),
    Act.CONFIRM: _confirm,
    Act.DROP: _worded(services.drop),
    Act.REOPEN: _worded(services.reopen),
}


@blueprint.get("/themes")
@access.signed_in
@blueprint.response(200, schemas.ThemePage)
def list_themes() -> Mapping[str, Any]:
    """List the themes of the network, the newest first."""
    return {"items": queue_queries.list_themes(session(), _actor(), open_only=False)}
