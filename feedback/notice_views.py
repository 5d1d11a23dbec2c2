"""Policy to practice: notices down the links, and what the teams below say of them."""

from typing import Any
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from feedback import forms, notice_queries, notice_services, policies
from feedback.base_views import blueprint, both_versions, visitor
from feedback.models import PolicyNotice
from nic_platform import access, clock
from nic_platform.database import session, transaction
from nic_platform.pages import status_of, try_to, went
from nic_platform.text import _


@blueprint.get("/feedback/notices")
@access.signed_in
def policy_notices() -> ResponseReturnValue:
    """List the policy notices that reached the visitor's teams, and their own."""
    actor = visitor()
    rows = notice_queries.list_notices(session(), actor)
    return render_template(
        "feedback/notices.html", notices=rows, may_write=policies.can_send_notice(actor, actor.team_id)
    )


@blueprint.route("/feedback/notices/new", methods=["GET", "POST"])
@access.signed_in
def new_notice() -> ResponseReturnValue:
    """Write a policy notice of the chosen team; it is sent from its page."""
    actor = visitor()
    access.require(policies.can_send_notice(actor, actor.team_id), _("Choose a team that you work in first."))
    form = forms.NoticeForm()
    if form.validate_on_submit():
        with transaction(actor) as current:
            notice = notice_services.write(
                current, actor.network_id or 0, actor.team_id or 0, form.values(), by=actor, at=clock.now()
            )
            address = url_for(".policy_notice", policy_notice_id=notice.public_id)
        return went(address, _("Kept as a draft. Send it when it says what teams may do now."))
    return render_template("feedback/edit_notice.html", form=form, notice=None), status_of(form)


@blueprint.get("/feedback/notices/<uuid:policy_notice_id>")
@access.signed_in
def policy_notice(policy_notice_id: UUID) -> ResponseReturnValue:
    """Show a policy notice, and what the teams below say of it."""
    actor = visitor()
    row = notice_queries.notice_row(session(), actor, policy_notice_id)
    said, told = notice_queries.said_of(session(), actor, row)
    below = notice_queries.is_below(session(), actor.team_id, row.team_id)
    own = next((each for each in said if each.team_id == actor.team_id), None)
    form = forms.AcknowledgeForm(data={"enables": own.enables, "hinders": own.hinders} if own else None)
    return render_template(
        "feedback/notice.html",
        notice=row,
        said=said,
        told=told,
        reads_all=actor.in_team(row.team_id) or actor.sees_network,
        form=form,
        may_edit=policies.can_send_notice(actor, row.team_id) and row.sent_at is None,
        may_answer=below and row.sent_at is not None and policies.can_acknowledge(actor, actor.team_id),
    )


@blueprint.route("/feedback/notices/<uuid:policy_notice_id>/edit", methods=["GET", "POST"])
@access.signed_in
def edit_notice(policy_notice_id: UUID) -> ResponseReturnValue:
    """Change a notice that was not sent yet."""
    actor = visitor()
    row = notice_queries.notice_row(session(), actor, policy_notice_id)
    access.require(
        policies.can_send_notice(actor, row.team_id), _("Only %(team)s can change this.", team=row.team)
    )
    notice = session().get_one(PolicyNotice, row.id)
    saved = {name: getattr(notice, name) for name in notice_services.CONTENT}
    form = forms.NoticeForm(data=saved | {"version": notice.version})
    if form.validate_on_submit():
        if form.is_stale(notice.version):
            return both_versions(form, notice.title, notice, saved)

        def save(current: Any) -> None:
            notice_services.rewrite(current, notice, form.values(), by=actor, at=clock.now())

        if try_to(form, actor, save):
            return went(url_for(".policy_notice", policy_notice_id=policy_notice_id), _("Saved."))
    return render_template("feedback/edit_notice.html", form=form, notice=row), status_of(form)


@blueprint.post("/feedback/notices/<uuid:policy_notice_id>/send")
@access.signed_in
def send_notice(policy_notice_id: UUID) -> ResponseReturnValue:
    """Send a notice down the links."""
    actor = visitor()
    row = notice_queries.notice_row(session(), actor, policy_notice_id)
    access.require(
        policies.can_send_notice(actor, row.team_id), _("Only %(team)s can send this.", team=row.team)
    )
    notice = session().get_one(PolicyNotice, row.id)
    with transaction(actor) as current:
        many = notice_services.send_notice(current, notice, by=actor, at=clock.now())
    return went(
        url_for(".policy_notice", policy_notice_id=policy_notice_id),
        _("Sent to %(count)s teams below.", count=many),
    )


@blueprint.post("/feedback/notices/<uuid:policy_notice_id>/acknowledge")
@access.signed_in
def acknowledge(policy_notice_id: UUID) -> ResponseReturnValue:
    """Say for the chosen team what a notice enables or hinders."""
    actor = visitor()
    row = notice_queries.notice_row(session(), actor, policy_notice_id)
    below = notice_queries.is_below(session(), actor.team_id, row.team_id)
    access.require(
        below and policies.can_acknowledge(actor, actor.team_id), _("Only the teams below say this.")
    )
    notice = session().get_one(PolicyNotice, row.id)
    form = forms.AcknowledgeForm()
    words = form.enables.data or "", form.hinders.data or ""
    with transaction(actor) as current:
        notice_services.acknowledge(current, notice, actor.team_id or 0, *words, by=actor, at=clock.now())
    return went(
        url_for(".policy_notice", policy_notice_id=policy_notice_id), _("Thank you. The team above reads it.")
    )
