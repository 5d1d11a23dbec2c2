"""Pages of the change library: what works for whom, and the table to take away."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cycles import policies as cycle_policies
from nic_platform import access, clock, exporting
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.errors import AbsentError
from nic_platform.text import _
from variation import library_queries, library_table, svg
from variation import library_wording as wording
from variation.download_views import count_download
from variation.library_rows import LEAST, PAGE, Choice

blueprint = Blueprint("library", __name__)


@blueprint.get("/library")
@access.signed_in
def index() -> ResponseReturnValue:
    """List the network's change ideas with how teams decided on them and the change seen after."""
    actor, choice = access.actor(), chosen()
    listing = library_queries.list_ideas(session(), actor, choice)
    spans = [row.found.pooled.mean for row in listing.rows if row.found.pooled]
    spans += [
        row.found.beside.pooled.mean for row in listing.rows if row.found.beside and row.found.beside.pooled
    ]
    later = choice.start + PAGE
    return render_template(
        "variation/library.html",
        listing=listing,
        choice=choice,
        like=":".join(choice.like) if choice.like else "",
        steps=LEAST,
        axis=wording.axis_of(spans) if spans else None,
        say=wording,
        bar=svg.decision_bar,
        may_adopt=cycle_policies.can_create(actor, actor.team_id),
        after=_same(start=later) if later < listing.total else "",
        first=_same(start=None) if choice.start else "",
        here=_same,
    )


@blueprint.get("/library/export.<any(csv, xlsx):format>")
@access.signed_in
def download(format: str) -> ResponseReturnValue:  # noqa: A002  the name stands in the address
    """Give the library as a table to take away, narrowed as the page is."""
    actor, choice = access.actor(), chosen()
    count_download(actor.user_id)
    listing = library_queries.list_ideas(session(), actor, choice, None)
    return given(library_table.header(), library_table.rows(listing.rows), "change-library", format)


def given(header: list[str], rows: list[list[exporting.Cell]], name: str, ending: str) -> Response:
    """Return a table as a file of the kind that was asked for."""
    is_csv = ending == "csv"
    make = exporting.as_csv if is_csv else exporting.as_xlsx
    answer = Response(make(header, rows), content_type=exporting.CSV_TYPE if is_csv else exporting.XLSX_TYPE)
    day = clock.today(access.actor().time_zone).isoformat()
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{day}.{ending}"'
    return answer


def chosen() -> Choice:
    """Return what the address narrows the library to.

    Raises:
        AbsentError: a part of it can't be anything.
    """
    asked = request.args
    like = tuple(asked.get("like", "").split(":", 1))
    try:
        driver = UUID(asked["driver"]) if asked.get("driver") else None
        least = min(max(int(asked.get("least") or 1), 1), 100_000)
        start = min(max(int(asked.get("start") or 0), 0), 1_000_000)
    except ValueError:
        raise AbsentError(_("There is no such page.")) from None
    return Choice(driver, (like[0], like[1]) if len(like) == 2 else None, least, start)


def _same(**changes: Any) -> str:
    """Return the library's address as it was asked for, with some of its questions changed."""
    wanted = {**request.args.to_dict(), **changes}
    ending = wanted.pop("ending", None)
    kept = {key: value for key, value in wanted.items() if value not in (None, "")}
    return url_for(".download", format=ending, **kept) if ending else url_for(".index", **kept)


def readers_actor() -> Actor:
    """Return who asks, in a network.

    Raises:
        AbsentError: they are in none.
    """
    actor = access.actor()
    if actor.network_id is None:
        raise AbsentError(_("There is no such page."))
    return actor
