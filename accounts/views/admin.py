"""People and networks, for administrators of the installation. They see names here, and no content."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts import policies, queries, services
from accounts.models import User
from accounts.views.base import blueprint
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError
from nic_platform.pages import went
from nic_platform.text import _
from teams import invitation_queries, lead_services


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise AbsentError(_("There is no such page.")) from None


@blueprint.get("/admin")
@access.admin
def admin_home() -> ResponseReturnValue:
    """Go to the people."""
    return redirect(url_for(".people"), 303)


@blueprint.get("/admin/people")
@access.admin
def people() -> ResponseReturnValue:
    """List people, found by a part of their name or address, a page at a time."""
    text = request.args.get("q", "").strip()[:100]
    rows = queries.people(session(), text=text, after=_uuid(request.args.get("after")))
    page, more = rows[: queries.PAGE], len(rows) > queries.PAGE
    return render_template(
        "accounts/people.html",
        rows=page,
        text=text,
        actor_id=access.actor().user_id,
        next=url_for(".people", q=text or None, after=page[-1].id) if more else "",
        first=url_for(".people", q=text or None) if request.args.get("after") else "",
        networks=invitation_queries.all_networks(session()),
    )


def _change(person_id: UUID, work: Callable[..., Any], words: str, *values: Any) -> ResponseReturnValue:
    actor = access.actor()
    person = queries.person(session(), person_id)
    access.require(
        policies.can_change_person(actor, person.id), _("Another administrator has to do this for you.")
    )
    name = person.name
    with transaction(actor) as current:
        work(current, person, *values, by=actor, at=clock.now())
    return went(url_for(".people", q=name), words)


@blueprint.post("/admin/people/<uuid:person_id>/disable")
@access.admin
def disable_person(person_id: UUID) -> ResponseReturnValue:
    """Shut somebody out: all sign-ins, tokens and links end at once, their work stays."""
    return _change(person_id, _shut_out, _("They are signed out everywhere and can’t come in."))


def _shut_out(current: Session, person: User, *, by: Actor, at: datetime) -> None:
    services.disable(current, person, by=by, at=at)
    lead_services.tell_of(current, person.id, at=at)


@blueprint.post("/admin/people/<uuid:person_id>/enable")
@access.admin
def enable_person(person_id: UUID) -> ResponseReturnValue:
    """Let somebody in again."""
    return _change(person_id, services.enable, _("They may sign in again."))


@blueprint.post("/admin/people/<uuid:person_id>/make-admin")
@access.admin
def make_admin(person_id: UUID) -> ResponseReturnValue:
    """Make somebody an administrator."""
    return _change(person_id, services.set_admin, _("They are an administrator now."), True)


@blueprint.post("/admin/people/<uuid:person_id>/unmake-admin")
@access.admin
def unmake_admin(person_id: UUID) -> ResponseReturnValue:
    """Make somebody no administrator any more."""
    return _change(person_id, services.set_admin, _("They are no administrator any more."), False)
