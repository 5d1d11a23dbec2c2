"""Notices: what the person was told; opening one marks it as read."""

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from desk import notice_queries, services
from desk.base_views import blueprint, local
from nic_platform import access, clock
from nic_platform.database import session, transaction
from nic_platform.text import _


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
    before = uuid_or_none(request.args.get("before"))
    rows = notice_queries.list_notices(session(), actor.user_id, before=before)
    page = rows[: notice_queries.PAGE]
    more = url_for("desk.notices", before=page[-1].id) if len(rows) > len(page) else ""
    return render_template("desk/notices.html", notices=page, more=more, is_first=before is None)


@blueprint.post("/notices/read")
@access.signed_in
def read_all() -> ResponseReturnValue:
    """Mark every notice as read."""
    actor = access.actor()
    with transaction(actor) as current:
        services.mark_all_read(current, user_id=actor.user_id, at=clock.now())
    flash(_("Every notice is marked as read."), "good")
    return redirect(url_for("desk.notices"), 303)


@blueprint.post("/notices/<uuid:notice_id>/read")
@access.signed_in
def read_notice(notice_id: UUID) -> ResponseReturnValue:
    """Mark one notice as read and go to what it is about."""
    actor = access.actor()
    notice = notice_queries.get_notice(session(), actor.user_id, notice_id)
    path = local(notice.path, url_for("desk.notices"))
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
