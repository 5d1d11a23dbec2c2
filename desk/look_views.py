"""Who looked at figures of students: a page for who runs a network, and one's own looks for everybody."""

from datetime import date
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from desk import keeping, look_queries
from desk.base_views import blueprint
from desk.look_queries import LookRow, Wanted
from nic_platform import access, looking
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.errors import AbsentError
from nic_platform.pages import uuid_arg
from nic_platform.text import _

PAGE = 50


def way_names() -> dict[str, str]:
    """Return the ways of looking in a reader's words."""
    return {
        looking.PAGE: _("on a page"), looking.FILE: _("in a file"), looking.PROGRAM: _("by a program"),
    }  # fmt: skip


def lead() -> Actor:
    """Return who asks, if they run the network; for others the page is not there.

    Raises:
        AbsentError: they don't.
    """
    actor = access.actor()
    if not actor.is_network_lead:
        raise AbsentError(_("There is no such page."))
    return actor


def asked() -> Wanted:
    """Return which looks the address asks for."""
    args = request.args
    try:
        on: date | None = date.fromisoformat(args.get("on", ""))
    except ValueError:
        on = None
    return Wanted(
        args.get("person", "")[: look_queries.SHORT], args.get("place", "")[: look_queries.SHORT],
        uuid_arg("person_id"), uuid_arg("place_id"), on, args.get("way", ""),
    )  # fmt: skip


@blueprint.get("/network/looks")
@access.signed_in
def looks() -> ResponseReturnValue:
    """Show who looked at figures of students in the network, to who runs it."""
    actor, wanted = lead(), asked()
    looking.write_waiting()
    found = look_queries.of_network(session(), actor, wanted, after=uuid_arg("after"), limit=PAGE)
    kept = look_queries.kept_days(session(), actor) or keeping.usual("looks")
    return _page(".looks", found, wanted=wanted, kept=kept, is_own=False)


@blueprint.get("/account/looks")
@access.signed_in
def own_looks() -> ResponseReturnValue:
    """Show people which figures of students they looked at, as it is written down."""
    looking.write_waiting()
    found = look_queries.own(session(), access.actor().user_id, after=uuid_arg("after"), limit=PAGE)
    return _page(".own_looks", found, wanted=Wanted(), kept=0, is_own=True)


def _page(endpoint: str, found: list[LookRow], **more: Any) -> ResponseReturnValue:
    query: dict[str, Any] = {key: value for key, value in request.args.items() if key != "after"}
    rows = found[:PAGE]
    is_more = len(found) > PAGE
    return render_template(
        "desk/looks.html", rows=rows, ways=way_names(), query=query,
        next=url_for(endpoint, **query, after=rows[-1].id) if is_more else "",
        first=url_for(endpoint, **query) if request.args.get("after") else "", **more,
    )  # fmt: skip
