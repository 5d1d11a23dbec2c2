"""Policy to practice: notices down the links, and what the teams below say of them."""

from io import BytesIO
from typing import Any
from uuid import UUID

from flask import render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from feedback import after_forms, notice_queries, notice_services, policies
from feedback.base_views import blueprint, both_versions, visitor
from feedback.models import PolicyNotice
from feedback.notice_queries import NoticeRow
from feedback.rules import civil_day
from milestones.calendar_queries import breaks_of
from nic_platform import access, clock, exporting
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.pages import status_of, today, try_to, uuid_arg, went
from nic_platform.text import _, ngettext, pgettext
from teams.breaks import is_past

_ALL = 200_000  # more teams than any network has


@blueprint.get("/feedback/notices")
@access.signed_in
def policy_notices() -> ResponseReturnValue:
    """List the policy notices that reached the visitor's teams, and their own."""
    actor = visitor()
    rows = notice_queries.list_notices(session(), actor)
    return render_template(
        "feedback/notices.html",
        notices=rows,
        may_write=policies.can_send_notice(actor, actor.team_id),
        own=actor.team_ids,
        day=breaks_of(session(), actor.network_id).settled(today(actor)),
    )


@blueprint.route("/feedback/notices/new", methods=["GET", "POST"])
@access.signed_in
def new_notice() -> ResponseReturnValue:
    """Write a policy notice of the chosen team; it is sent from its page."""
    actor = visitor()
    access.require(policies.can_send_notice(actor, actor.team_id), _("Choose a team that you work in first."))
    form = after_forms.PolicyNoticeForm()
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
    """Show a policy notice, who has read it, and what it enables or hinders at the teams below."""
    return _page(visitor(), policy_notice_id)


def _page(
    actor: Actor, policy_notice_id: UUID, failed: after_forms.AcknowledgeForm | None = None
) -> ResponseReturnValue:
    row = notice_queries.notice_row(session(), actor, policy_notice_id)
    below = notice_queries.is_below(session(), actor.team_id, row.team_id)
    html = render_template(
        "feedback/notice.html",
        notice=row,
        **(_heard(actor, row) if row.sent_at else {}),
        **_own(actor, row, below, failed),
        may_edit=policies.can_send_notice(actor, row.team_id) and row.sent_at is None,
        may_raise=row.sent_at is not None and below and policies.can_raise(actor, actor.team_id),
    )
    return html, 422 if failed else 200


def _heard(actor: Actor, row: NoticeRow) -> dict[str, Any]:
    """Return what teams said of a sent notice: counts by level, one page of teams, what they raised."""
    show, after = request.args.get("show", ""), uuid_arg("after")
    show = show if show in notice_queries.SHOWN else ""
    said = notice_queries.said_of(session(), actor, row, show=show, after=after)
    page = said[: notice_queries.PAGE]
    here: dict[str, Any] = {"policy_notice_id": row.public_id, "show": show or None}
    more = len(said) > notice_queries.PAGE
    levels = notice_queries.overview(session(), actor, row)
    return {
        "said": page,
        "show": show,
        "levels": levels,
        "told": sum(each.told for each in levels),
        "read": sum(each.read for each in levels),
        "hindered": sum(each.hinders for each in levels),
        "enabled": sum(each.enables for each in levels),
        "raised": notice_queries.items_about(session(), actor, row),
        "reads_all": notice_queries.reads_all(actor, row),
        "is_late": is_past(row.acknowledge_by, today(actor), breaks_of(session(), actor.network_id)),
        "next_href": url_for(".policy_notice", **here, after=page[-1].team_public_id) if more else "",
        "first": url_for(".policy_notice", **here) if after else "",
    }


def _own(
    actor: Actor, row: NoticeRow, below: bool, failed: after_forms.AcknowledgeForm | None
) -> dict[str, Any]:
    """Return the form in which the chosen team says what a notice means for it, filled with what it said."""
    may = below and row.sent_at is not None and policies.can_acknowledge(actor, actor.team_id)
    if failed is not None:
        return {"form": failed, "may_answer": may}
    words = notice_queries.own_words(session(), row.id, actor.team_id) if may else None
    data = {"enables": words[0], "hinders": words[1]} if words else None
    return {"form": after_forms.AcknowledgeForm(data=data), "may_answer": may}


@blueprint.get("/feedback/notices/<uuid:policy_notice_id>.csv")
@access.signed_in
def notice_table(policy_notice_id: UUID) -> ResponseReturnValue:
    """Return what every team said of a notice, as far as the visitor reads it, as a table to take away."""
    actor = visitor()
    row = notice_queries.notice_row(session(), actor, policy_notice_id)
    said = notice_queries.said_of(session(), actor, row, show="all", limit=_ALL) if row.sent_at else []
    header = [
        _("Team"),
        _("Level"),
        _("Read on"),
        pgettext("person", "By"),
        _("Makes possible"),
        _("Makes harder"),
        _("Said before"),
    ]
    rows = [
        (each.team, each.level.value, civil_day(each.at, actor.time_zone) if each.at else None, each.person,
         each.enables, each.hinders, _before(each, actor.time_zone))
        for each in said
    ]  # fmt: skip
    return send_file(
        BytesIO(exporting.as_csv(header, rows)), mimetype=exporting.CSV_TYPE, as_attachment=True,
        download_name="policy-notice.csv",
    )  # fmt: skip


def _before(said: notice_queries.Said, zone: str) -> str:
    """Return what a team said before what it says now, a line for each time, the latest first."""
    return "\n".join(
        " ".join(
            [f"{civil_day(each.at, zone)}:", *(words for words in (each.enables, each.hinders) if words)]
        )
        for each in said.earlier
    )


@blueprint.post("/feedback/notices/<uuid:policy_notice_id>/delete")
@access.signed_in
def delete_notice(policy_notice_id: UUID) -> ResponseReturnValue:
    """Delete a draft, or bring a deleted one back."""
    actor = visitor()
    found = notice_queries.get_draft(session(), actor, policy_notice_id)
    access.require(policies.can_send_notice(actor, found.team_id))
    gone = found.deleted_at is None
    with transaction(actor) as current:
        notice_services.delete(current, found, gone, by=actor, at=clock.now())
    if gone:
        return render_template("feedback/deleted_notice.html", notice=found)
    return went(url_for(".policy_notice", policy_notice_id=policy_notice_id), _("It is back."))


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
    form = after_forms.PolicyNoticeForm(data=saved | {"version": notice.version})
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
    form = after_forms.PolicyNoticeForm(
        formdata=None, data={name: getattr(notice, name) for name in notice_services.CONTENT}
    )
    form.version.data, sent = notice.version, []
    at = clock.now()
    if try_to(form, actor, lambda current: sent.append(
            notice_services.send_notice(current, notice, by=actor, at=at))):  # fmt: skip
        words = ngettext("Sent to %(count)s team below.", "Sent to %(count)s teams below.", sent[-1])
        return went(url_for(".policy_notice", policy_notice_id=policy_notice_id), words)
    action = url_for(".edit_notice", policy_notice_id=policy_notice_id)
    return render_template("feedback/edit_notice.html", form=form, notice=row, action=action), 422


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
    form = after_forms.AcknowledgeForm()
    if not form.validate_on_submit():
        return _page(actor, policy_notice_id, form)
    words = form.enables.data or "", form.hinders.data or ""
    hindered = bool(words[1].strip())
    with transaction(actor) as current:
        notice_services.acknowledge(current, notice, actor.team_id or 0, *words, by=actor, at=clock.now())
    done = _("Thank you. The team above reads it.")
    if hindered:
        done += " " + _("If it stops you, raise it as a barrier, and it gets an answer by a promised day.")
    return went(url_for(".policy_notice", policy_notice_id=policy_notice_id), done)
