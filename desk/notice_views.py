"""Notices: what the person was told; opening one marks it as read."""

from datetime import datetime, timedelta
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from desk import notice_queries, services
from desk.base_views import blueprint, local
from nic_platform import access, clock
from nic_platform.clock import is_usable
from nic_platform.database import session, transaction
from nic_platform.notice_kinds import grouped
from nic_platform.text import _, ngettext


def uuid_or_none(text: str | None) -> UUID | None:
    """Return the id in a query string; nothing where it is none."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


@blueprint.get("/notices")
@access.signed_in
def notices() -> ResponseReturnValue:
    """Show what the person was told, newest first."""
    actor = access.actor()
    before, unread = uuid_or_none(request.args.get("before")), request.args.get("show") == "unread"
    show = "unread" if unread else None
    rows = notice_queries.list_notices(session(), actor.user_id, before=before, unread=unread)
    page = rows[: notice_queries.PAGE]
    more = url_for("desk.notices", before=page[-1].id, show=show) if len(rows) > len(page) else ""
    return render_template(
        "desk/notices.html",
        notices=page,
        more=more,
        first="" if before is None else url_for("desk.notices", show=show),
        shown=show or "all",
        undo=moment_or_none(request.args.get("undo")),
        here=request.full_path.rstrip("?"),
    )


@blueprint.get("/notices/digest")
@access.signed_in
def digest() -> ResponseReturnValue:
    """Show what the person was told in the last day or week, by kind, as their digest has it."""
    actor = access.actor()
    days = 1 if request.args.get("days") == "1" else 7
    found = notice_queries.since(session(), actor.user_id, clock.now() - timedelta(days=days))
    rows = found[: notice_queries.MOST]
    groups = [
        (group.key.replace(".", "-"), group.name, [rows[place] for place in group.places])
        for group in grouped(row.kind for row in rows)
    ]
    unread = sum(not row.is_read for row in rows)
    return render_template(
        "desk/digest.html", groups=groups, days=days, told=len(rows), unread=unread,
        is_cut=len(found) > len(rows), here=url_for("desk.digest", days=days),
    )  # fmt: skip


def moment_or_none(text: str | None) -> datetime | None:
    """Return the moment in a query string or form; nothing where it is none."""
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None and is_usable(found.date()) else None


@blueprint.post("/notices/read")
@access.signed_in
def read_all() -> ResponseReturnValue:
    """Mark every notice as read."""
    actor, at = access.actor(), clock.now()
    with transaction(actor) as current:
        count = services.mark_all_read(current, user_id=actor.user_id, at=at)
    if not count:
        flash(_("There was nothing to read."), "good")
        return redirect(url_for("desk.notices"), 303)
    return redirect(url_for("desk.notices", undo=at.isoformat()), 303)


@blueprint.post("/notices/unread")
@access.signed_in
def undo_read_all() -> ResponseReturnValue:
    """Take back that every notice was marked as read at one moment."""
    actor, at = access.actor(), moment_or_none(request.form.get("at"))
    count = 0
    if at is not None:
        with transaction(actor) as current:
            count = services.undo_all_read(current, user_id=actor.user_id, at=at)
    flash(ngettext("%(count)s notice is unread again.", "%(count)s notices are unread again.", count), "good")
    return redirect(url_for("desk.notices"), 303)


@blueprint.post("/notices/<uuid:notice_id>/unread")
@access.signed_in
def unread_notice(notice_id: UUID) -> ResponseReturnValue:
    """Let one notice wait to be read again."""
    actor = access.actor()
    notice = notice_queries.get_notice(session(), actor.user_id, notice_id)
    with transaction(actor) as current:
        services.mark_unread(current, notice)
    return redirect(local(request.form.get("next"), url_for("desk.notices")), 303)


@blueprint.post("/notices/<uuid:notice_id>/read")
@access.signed_in
def read_notice(notice_id: UUID) -> ResponseReturnValue:
    """Mark one notice as read and go to what it is about, or back to the list that asked."""
    actor = access.actor()
    notice = notice_queries.get_notice(session(), actor.user_id, notice_id)
    path = local(request.form.get("next") or notice.path, url_for("desk.notices"))
    with transaction(actor) as current:
        services.mark_read(current, notice, at=clock.now())
    return redirect(path, 303)


@blueprint.post("/switch/<uuid:team_id>")
@access.signed_in
def switch_team(team_id: UUID) -> ResponseReturnValue:
    """Work in another of one's teams; the section stays."""
    actor = access.actor()
    with transaction(actor) as current:
        name = services.choose_team(current, user_id=actor.user_id, sign_in_id=g.sign_in_id, team_id=team_id)
    flash(_("You now work in %(team)s.", team=name), "good")
    return redirect(local(section_of(request.form.get("next")), url_for("desk.week")), 303)


def section_of(path: str | None) -> str | None:
    """Return the section a path lies in: another team's page of that thing would not be there."""
    known = {"plan", "cycles", "feedback", "compare", "library", "network", "log"}
    first = (path or "").strip("/").split("/")[0]
    return f"/{first}" if first in known else None
