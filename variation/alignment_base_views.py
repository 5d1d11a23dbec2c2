"""What the pages of initiatives and practices share: their blueprint, who comes in, how a form is saved."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from nic_platform import access, exporting
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError
from nic_platform.forms import PlatformForm, conflict_page
from nic_platform.pages import uuid_arg, went
from nic_platform.text import _
from variation import initiative_queries, seat_queries
from variation.download_views import count_download
from variation.seats import Seat, can_add, can_edit

blueprint = Blueprint("alignment", __name__)
PER_PAGE = 50


def visitor() -> Actor:
    """Return who is asking.

    Raises:
        AbsentError: they take part in no network.
    """
    actor = access.actor()
    takes_part = bool(actor.team_ids) or actor.sees_network or actor.is_analyst
    if actor.network_id is None or not takes_part:
        raise AbsentError(_("There is no such page."))
    return actor


def by_name() -> Actor:
    """Return who is asking, where single places are named: nobody who reads pooled figures only.

    Raises:
        AbsentError: they read pooled figures only.
    """
    actor = visitor()
    if seat_queries.is_pooled(actor):
        raise AbsentError(_("There is no such page."))
    return actor


def area() -> seat_queries.SiteRow | None:
    """Return the district or state that the page is narrowed to, if the address names one."""
    return seat_queries.area_of(session(), access.actor(), uuid_arg("area"))


def seat_for(actor: Actor, site_id: int, keeper: int | None) -> Seat:
    """Return where the actor stands to a site, refusing those who may only read a record of it."""
    seat = seat_queries.seat_at(session(), actor, site_id)
    access.require(can_edit(seat, keeper), only_its_line())
    return seat


def site_to_add(actor: Actor, site_id: UUID) -> tuple[seat_queries.SiteRow, Seat]:
    """Return a site with where the actor stands to it, refusing those who may write nothing of it."""
    site = seat_queries.find_site(session(), actor, site_id)
    seat = seat_queries.seat_at(session(), actor, site.id)
    access.require(can_add(seat), only_its_line())
    return site, seat


def only_its_line() -> str:
    """Say who writes down what is in place at a site."""
    return _("Only the site’s own team, its district hub or a network lead can change this.")


def both_versions(
    form: PlatformForm, title: str, thing: Any, saved: Mapping[str, Any]
) -> ResponseReturnValue:
    """Show what the visitor typed beside what somebody else saved meanwhile."""
    by = initiative_queries.name_of(session(), thing.updated_by_id)
    return conflict_page(form, title, saved, version=thing.version, by=by, at=thing.updated_at)


def take_or_return(
    actor: Actor,
    remove: Callable[[Session, bool], None],
    *,
    words: str,
    undo: str,
    back: str,
    found: str = "",
) -> ResponseReturnValue:
    """Take a thing away with a way to bring it back, or (asked with ``back``) bring it back.

    Args:
        remove: takes it away, or with False brings it back.
        words: what is said of its going.
        undo: the address of this very act, with ``back=1``.
        back: where one goes on from the word of its going.
        found: where one finds it again; *back* where nothing is said.
    """
    gone = not request.args.get("back")
    with transaction(actor) as current:
        remove(current, gone)
    if gone:
        return render_template("variation/taken_away.html", words=words, undo=undo, back=back)
    return went(found or back, _("It is back."))


def as_file(name: str, ending: str, header: list[str], rows: list[list[exporting.Cell]]) -> Response:
    """Return a table to take away; each is counted against the day's limit.

    Raises:
        TooManyRequests: there were too many; says when to come back.
    """
    count_download(access.actor().user_id)
    make, kind = (
        (exporting.as_csv, exporting.CSV_TYPE)
        if ending == "csv"
        else (exporting.as_xlsx, exporting.XLSX_TYPE)
    )
    response = Response(make(header, rows), content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    return response


def next_of(rows: list[Any], limit: int = PER_PAGE) -> UUID | None:
    """Return the key of the next page from ``limit + 1`` rows; none on the last."""
    return rows[limit - 1].public_id if len(rows) > limit else None
