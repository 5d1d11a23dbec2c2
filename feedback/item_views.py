"""Raising something: the form, the draft, its deletion and return."""

from typing import Any
from uuid import UUID, uuid4

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from feedback import forms, notice_queries, page_queries, policies, queries, services
from feedback.act_offer_views import as_key
from feedback.act_views import too_late
from feedback.base_views import blueprint, both_versions, visitor
from feedback.models import FeedbackItem
from feedback.rules import State
from feedback.since_queries import load
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError
from nic_platform.pages import status_of, today, try_to, went
from nic_platform.text import _
from teams.exchange_queries import links_up


def _form(actor: Actor, team_id: int | None, **data: Any) -> tuple[forms.ItemForm, list[Any], list[Any]]:
    """Return the form with its choices, and the milestones and cycles behind them."""
    milestones, cycles = page_queries.evidence(session(), team_id)
    ways = page_queries.ways_up(session(), team_id)
    return forms.ItemForm(**data).offer(milestones, cycles, ways), milestones, cycles


def _values(form: forms.ItemForm, milestones: list[Any], cycles: list[Any]) -> dict[str, Any]:
    """Return what was typed as the service takes it; a choice that isn't the team's own is none."""
    values = form.values()
    keys = {str(each.id): each.key for each in milestones}
    values["milestone_id"] = keys.get(values.pop("milestone") or "")
    keys = {str(each.id): each.key for each in cycles}
    values["cycle_id"] = keys.get(values.pop("cycle") or "")
    notice = _notice(access.actor(), values.pop("notice"))
    values["notice_id"] = notice.id if notice else None
    return values


def _notice(actor: Actor, notice_id: str | None) -> notice_queries.NoticeRow | None:
    """Return the policy notice that an item is about; one that the visitor may not know of is none."""
    key = as_key(notice_id)
    try:
        return notice_queries.notice_row(session(), actor, key) if key else None
    except AbsentError:
        return None


@blueprint.route("/feedback/new", methods=["GET", "POST"])
@access.signed_in
def new() -> ResponseReturnValue:
    """Raise something for the chosen team: keep it as a draft, or send it at once."""
    actor = visitor()
    access.require(policies.can_raise(actor, actor.team_id), _("Choose a team that you work in first."))
    start = {name: request.args.get(name) for name in ("milestone", "cycle", "notice", "topic")}
    start |= {"kind": request.args.get("kind") or "barrier", "key": str(uuid4())}
    form, milestones, cycles = _form(actor, actor.team_id, data=start)
    if form.validate_on_submit():
        values = _values(form, milestones, cycles)
        made: list[UUID] = []

        def raise_it(current: Session) -> None:
            item = _made(current, actor, as_key(form.key.data), values)
            made.append(item.public_id)
            _send_if_asked(current, item, form, actor)

        if try_to(form, actor, raise_it):
            return went(url_for(".show", item_id=made[-1]), _done())
    return _asked(actor, form, None)


def _made(current: Session, actor: Actor, key: UUID | None, values: dict[str, Any]) -> FeedbackItem:
    """Make the draft, or find the one that the same form made before: it is raised but once."""
    team_id, at = actor.team_id or 0, clock.now()
    item = services.made_before(current, team_id, key, by=actor)
    if item is None:
        return services.create(current, team_id, values, key=key, by=actor, at=at)
    if item.state == State.DRAFT:
        services.save(current, item, values, by=actor, at=at)
    return item


def _asked(actor: Actor, form: forms.ItemForm, item: FeedbackItem | None) -> ResponseReturnValue:
    """Return the page with the form, what its links take, and the notice that it is about."""
    ways = links_up(session(), item.team_id if item else actor.team_id or 0)
    html = render_template(
        "feedback/new.html",
        form=form,
        item=item,
        topics=sorted({topic for way in ways for topic in way.topics}, key=str.casefold),
        notice=_notice(actor, form.notice.data),
    )
    return html, status_of(form)


def _send_if_asked(current: Session, item: FeedbackItem, form: forms.ItemForm, actor: Actor) -> None:
    if request.form.get("save") != "send" or item.state != State.DRAFT:
        return
    link = page_queries.link_for(current, actor, item.team_id, item.topic, form.link.data)
    services.send(current, item, link, by=actor, at=clock.now(), day=today(actor))


def _done() -> str:
    if request.form.get("save") == "send":
        return _("Sent. You can take it back until the team above acts.")
    return _("Kept as a draft. Only your team can read it.")


@blueprint.route("/feedback/<uuid:item_id>/edit", methods=["GET", "POST"])
@access.signed_in
def edit(item_id: UUID) -> ResponseReturnValue:
    """Change a draft."""
    actor = visitor()
    item, _steps, facts = load(session(), actor, item_id)
    if request.method == "POST" and policies.is_raiser(actor, facts) and facts.state is not State.DRAFT:
        form, _milestones, _cycles = _form(actor, item.team_id)
        return too_late(
            actor, item_id, "edit", form, _("This was sent meanwhile. Your changes were not saved.")
        )
    access.require(
        policies.can_edit(actor, facts), _("What was sent stays as it was; write a message instead.")
    )
    chosen = {"milestone_id", "cycle_id", "notice_id"}
    saved = {name: getattr(item, name) for name in services.CONTENT if name not in chosen}
    milestones, cycles = page_queries.evidence(session(), item.team_id)
    saved["milestone"] = next((str(each.id) for each in milestones if each.key == item.milestone_id), "")
    saved["cycle"] = next((str(each.id) for each in cycles if each.key == item.cycle_id), "")
    notice = notice_queries.public_id_of(session(), item.notice_id)
    saved["notice"] = str(notice) if notice else ""
    form = forms.ItemForm(data=saved | {"version": item.version})
    form.offer(milestones, cycles, page_queries.ways_up(session(), item.team_id))
    if form.validate_on_submit():
        if form.is_stale(item.version):
            return both_versions(form, item.title or _("A draft"), item, saved)
        values = _values(form, milestones, cycles)

        def save(current: Session) -> None:
            services.save(current, item, values, by=actor, at=clock.now())
            _send_if_asked(current, item, form, actor)

        if try_to(form, actor, save):
            return went(url_for(".show", item_id=item_id), _done())
    return _asked(actor, form, item)


@blueprint.post("/feedback/<uuid:item_id>/delete")
@access.signed_in
def delete(item_id: UUID) -> ResponseReturnValue:
    """Delete a draft; the page that follows offers to bring it back."""
    actor = visitor()
    item, _steps, facts = load(session(), actor, item_id)
    access.require(policies.can_edit(actor, facts), _("What was sent is kept."))
    with transaction(actor) as current:
        services.delete(current, item, by=actor, at=clock.now())
    return redirect(url_for(".deleted", item_id=item_id), 303)


@blueprint.route("/feedback/<uuid:item_id>/deleted", methods=["GET", "POST"])
@access.signed_in
def deleted(item_id: UUID) -> ResponseReturnValue:
    """Say that a draft is gone, and bring it back."""
    actor = visitor()
    item = queries.get_deleted_draft(session(), actor, item_id)
    if request.method == "POST":
        access.require(policies.can_raise(actor, item.team_id))
        with transaction(actor) as current:
            services.restore(current, item, by=actor, at=clock.now())
        return went(url_for(".show", item_id=item_id), _("The draft is back."))
    return render_template("feedback/deleted.html", item=item)
