"""Webhooks: which systems are told of changes, what became of each message, trying and sending again."""

from typing import Any
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from desk import history_queries, words
from interchange import policies, webhook_queries, webhook_services
from interchange.base_views import blueprint, may_use_loopback
from interchange.models import Webhook
from interchange.webhook_forms import WebhookForm
from interchange.webhook_rules import group_names
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError
from nic_platform.forms import conflict_page
from nic_platform.pages import status_of, try_to, uuid_arg, went
from nic_platform.text import _
from teams import team_queries

PAGE = 25


def _actor() -> Actor:
    """Return the actor, for whom there are such pages.

    Raises:
        AbsentError: the person does not run the network.
    """
    actor = access.actor()
    if not policies.can_manage_webhooks(actor):
        raise AbsentError(_("There is no such page."))
    return actor


@blueprint.get("/network/webhooks")
@access.signed_in
def webhooks() -> ResponseReturnValue:
    """List the systems that are told of changes in the network."""
    rows = webhook_queries.list_webhooks(session(), _actor())
    return render_template("interchange/webhooks.html", rows=rows, names=group_names())


@blueprint.route("/network/webhooks/new", methods=["GET", "POST"])
@access.signed_in
def new_webhook() -> ResponseReturnValue:
    """Add a system; its secret is shown once."""
    actor, form = _actor(), WebhookForm()
    made: list[tuple[Webhook, str]] = []

    def work(current: Session) -> None:
        made.append(webhook_services.create(current, by=actor, at=clock.now(), **_wanted(form)))

    if form.validate_on_submit() and try_to(form, actor, work):
        return _show_once(made[0][0].public_id, made[0][1])
    return render_template("interchange/webhook_form.html", form=form, row=None), status_of(form)


def _wanted(form: WebhookForm) -> dict[str, Any]:
    return {**form.values(), "allow_loopback": may_use_loopback()}


def _show_once(webhook_id: UUID, secret: str) -> ResponseReturnValue:
    """Show a new secret in the answer to the very form that made it; it is in no address and no cookie."""
    row = webhook_queries.get_row(session(), access.actor(), webhook_id)
    return render_template("interchange/webhook_secret.html", row=row, secret=secret), 201


@blueprint.get("/network/webhooks/<uuid:webhook_id>")
@access.signed_in
def webhook(webhook_id: UUID) -> ResponseReturnValue:
    """Show one system: what it is told of, whether it answers, and its latest messages."""
    actor = _actor()
    row = webhook_queries.get_row(session(), actor, webhook_id)
    sent = webhook_queries.deliveries(session(), actor, webhook_id, after=uuid_arg("after"), limit=PAGE)
    more = url_for(".webhook", webhook_id=webhook_id, after=sent[PAGE - 1].id) if len(sent) > PAGE else ""
    return render_template(
        "interchange/webhook.html", row=row, names=group_names(), sent=sent[:PAGE], next=more,
        first=url_for(".webhook", webhook_id=webhook_id) if uuid_arg("after") else "",
        acts=history_queries.acts_on(session(), "webhook", webhook_id), **words.TELLING,
    )  # fmt: skip


@blueprint.route("/network/webhooks/<uuid:webhook_id>/edit", methods=["GET", "POST"])
@access.signed_in
def edit_webhook(webhook_id: UUID) -> ResponseReturnValue:
    """Change a system's name, address, or what it is told of."""
    actor = _actor()
    hook = webhook_queries.get_webhook(session(), actor, webhook_id)
    saved = {"name": hook.name, "url": hook.url, "events": list(hook.events)}
    form = WebhookForm(data={**saved, "version": hook.version})
    if form.validate_on_submit():
        if form.is_stale(hook.version):
            by = team_queries.name_of(session(), hook.updated_by_id)
            return conflict_page(form, hook.name, saved, version=hook.version, by=by, at=hook.updated_at)
        if try_to(form, actor, lambda current: webhook_services.change(current, hook, **_wanted(form))):
            return went(url_for(".webhook", webhook_id=webhook_id), _("Saved."))
    row = webhook_queries.get_row(session(), actor, webhook_id)
    return render_template("interchange/webhook_form.html", form=form, row=row), status_of(form)


def _act(webhook_id: UUID, work: Any, words: str) -> ResponseReturnValue:
    actor = _actor()
    hook = webhook_queries.get_webhook(session(), actor, webhook_id)
    with transaction(actor) as current:
        work(current, hook)
    return went(url_for(".webhook", webhook_id=webhook_id), words)


@blueprint.post("/network/webhooks/<uuid:webhook_id>/test")
@access.signed_in
def test_webhook(webhook_id: UUID) -> ResponseReturnValue:
    """Send a message that tells of nothing, to try the address."""
    return _act(
        webhook_id,
        webhook_services.send_test,
        _("A test is on its way. Its answer stands below in a moment."),
    )


@blueprint.post("/network/webhooks/<uuid:webhook_id>/enable")
@access.signed_in
def enable_webhook(webhook_id: UUID) -> ResponseReturnValue:
    """Send messages again, those that waited first."""
    return _act(
        webhook_id, lambda s, hook: webhook_services.switch(s, hook, True), _("It is told of changes again.")
    )


@blueprint.post("/network/webhooks/<uuid:webhook_id>/disable")
@access.signed_in
def disable_webhook(webhook_id: UUID) -> ResponseReturnValue:
    """Send nothing for now. What happens meanwhile is not told later."""
    words = _("It is told nothing for now. What happens meanwhile is not told later.")
    return _act(webhook_id, lambda s, hook: webhook_services.switch(s, hook, False), words)


@blueprint.post("/network/webhooks/<uuid:webhook_id>/secret")
@access.signed_in
def renew_webhook_secret(webhook_id: UUID) -> ResponseReturnValue:
    """Make another secret and show it once; messages are signed with it at once."""
    actor = _actor()
    hook = webhook_queries.get_webhook(session(), actor, webhook_id)
    with transaction(actor) as current:
        secret = webhook_services.renew_secret(current, hook)
    return _show_once(webhook_id, secret)


@blueprint.post("/network/webhooks/<uuid:webhook_id>/remove")
@access.signed_in
def remove_webhook(webhook_id: UUID) -> ResponseReturnValue:
    """Take a system away; it is told nothing more."""
    actor = _actor()
    hook = webhook_queries.get_webhook(session(), actor, webhook_id)
    with transaction(actor) as current:
        webhook_services.remove(current, hook, at=clock.now())
    return went(url_for(".webhooks"), _("The webhook is removed."))


@blueprint.post("/network/webhooks/<uuid:webhook_id>/messages/<uuid:delivery_id>/again")
@access.signed_in
def send_again(webhook_id: UUID, delivery_id: UUID) -> ResponseReturnValue:
    """Send one message once more, under the same id."""
    actor = _actor()
    hook = webhook_queries.get_webhook(session(), actor, webhook_id)
    delivery = webhook_queries.get_delivery(session(), hook, delivery_id)
    with transaction(actor) as current:
        webhook_services.send_again(current, hook, delivery, at=clock.now())
    return went(url_for(".webhook", webhook_id=webhook_id), _("It is on its way again."))
