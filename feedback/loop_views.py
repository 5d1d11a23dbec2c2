"""How the loops close: by level, by team, by link, over time; as pages and as tables to take away."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback import loop_name_queries, loop_tables
from feedback.base_views import blueprint, visitor
from feedback.listing import share_words
from feedback.loop_base_views import (
    Asked,
    asked_for,
    by_level,
    by_link,
    by_team,
    counted,
    of_link,
    of_team,
    require_names,
    scope_for,
)
from feedback.loop_name_queries import PAGE
from feedback.loop_queries import Scope
from feedback.loops import PERIODS, By, Measures
from nic_platform import access, exporting
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.pages import uuid_arg
from nic_platform.text import _
from teams.rules import level_names

LONGEST = 100  # signs of what is searched for


@blueprint.get("/feedback/loops")
@access.signed_in
def loop_measures() -> ResponseReturnValue:
    """Show how well the loops close, and by the level that received them; analysts see counts only."""
    actor, asked = visitor(), asked_for(request.args)
    scope = scope_for(actor, asked)
    return render_template(
        "feedback/loops.html",
        page=counted(scope, asked), levels=by_level(scope), asked=asked, choices=_choices(asked),
        whole=scope.where is None, named=bool(actor.team_ids or actor.sees_network), share=share_words,
        here=url_for(".loop_measures", **asked.query),
    )  # fmt: skip


def _choices(asked: Asked) -> dict[str, list[tuple[str, str, bool]]]:
    """Return what may be chosen: value, words, whether it is chosen."""
    periods = (_("This school year"), _("This school year and the last"))
    names = [("", _("All levels")), *level_names().items()]
    level = asked.level.value if asked.level else ""
    return {
        "period": [
            (key, words, key == asked.period) for key, words in zip(PERIODS, periods, strict=True)
        ],
        "by": [
            (By.MONTH.value, _("By month"), asked.by is By.MONTH),
            (By.WEEK.value, _("By week"), asked.by is By.WEEK),
        ],
        "level": [(key, words, key == level) for key, words in names],
    }  # fmt: skip


@blueprint.get("/feedback/loops/teams")
@access.signed_in
def team_list() -> ResponseReturnValue:
    """List the loop measures of the teams that the visitor may read of, by name."""
    return _list(_TEAMS)


@blueprint.get("/feedback/loops/links")
@access.signed_in
def link_list() -> ResponseReturnValue:
    """List the loop measures of links, by the name of the team that lifts."""
    return _list(_LINKS)


class _Named(NamedTuple):
    """What is listed by name, teams or links: how its rows are found, counted and told in a table."""

    what: str
    endpoint: str
    find: Callable[..., Sequence[Any]]
    measured: Callable[[Scope, Any], list[tuple[Any, Measures]]]
    header: Callable[[], list[str]]
    cells: Callable[[Any], tuple[str, ...]]


_TEAMS = _Named(
    "teams", ".team_list", loop_name_queries.team_names, by_team, lambda: [_("Team"), _("Level")],
    lambda row: (row.name, row.level.value),
)  # fmt: skip
_LINKS = _Named(
    "links", ".link_list", loop_name_queries.link_names, by_link, lambda: [_("Lifts"), _("Receives")],
    lambda row: (row.lower, row.upper),
)  # fmt: skip


def _list(named: _Named) -> ResponseReturnValue:
    actor, asked, words = visitor(), asked_for(request.args), request.args.get("q", "")[:LONGEST]
    require_names(actor)
    scope, after = scope_for(actor, asked), uuid_arg("after")
    found = named.find(session(), actor, scope.since, words=words, after=after, limit=PAGE)
    shown = found[:PAGE]
    kept = asked.query | ({"q": words} if words else {})
    return render_template(
        "feedback/loop_list.html",
        what=named.what, rows=named.measured(scope, shown), asked=asked, choices=_choices(asked), words=words,
        share=share_words,
        first=url_for(named.endpoint, **kept) if after else "",
        next=url_for(named.endpoint, after=shown[-1].public_id, **kept) if len(found) > PAGE else "",
    )  # fmt: skip


@blueprint.get("/feedback/loops/teams/<uuid:team_id>")
@access.signed_in
def team_loops(team_id: UUID) -> ResponseReturnValue:
    """Show how the loops close that reached one team."""
    return _loop("team", of_team, team_id)


@blueprint.get("/feedback/loops/links/<uuid:link_id>")
@access.signed_in
def link_loops(link_id: UUID) -> ResponseReturnValue:
    """Show how the loops close that went up one link."""
    return _loop("link", of_link, link_id)


def _loop(what: str, of: Callable[[Actor, Scope, UUID], tuple[Any, Scope]], thing_id: UUID) -> str:
    """Return the page of one team or link; *of* narrows what is counted to it, or finds it absent."""
    actor, asked = visitor(), asked_for(request.args)
    row, scope = of(actor, scope_for(actor, asked), thing_id)
    return render_template(
        "feedback/loop.html", what=what, row=row, page=counted(scope, asked), asked=asked,
        choices=_choices(asked), share=share_words, here={"rows": "months", what: row.public_id},
    )  # fmt: skip


@blueprint.get("/feedback/loops.<any(csv, xlsx):ending>")
@access.signed_in
def loop_table(ending: str) -> ResponseReturnValue:
    """Give loop measures as a table to take away: ``?rows=levels``, ``months``, ``teams`` or ``links``."""
    what = request.args.get("rows", "levels")
    header, rows = _table(visitor(), asked_for(request.args), what)
    if ending == "csv":
        body, kind = exporting.as_csv(header, rows), exporting.CSV_TYPE
    else:
        body, kind = exporting.as_xlsx(header, rows, "Loops"), exporting.XLSX_TYPE
    response = Response(body, content_type=kind)
    name = what if what in {"months", "teams", "links"} else "levels"
    response.headers["Content-Disposition"] = f'attachment; filename="loops-{name}.{ending}"'
    return response


def _table(actor: Actor, asked: Asked, what: str) -> loop_tables.Table:
    scope = scope_for(actor, asked)
    if what == "months":
        if (team_id := uuid_arg("team")) is not None:
            scope = of_team(actor, scope, team_id)[1]
        elif (link_id := uuid_arg("link")) is not None:
            scope = of_link(actor, scope, link_id)[1]
        return loop_tables.by_time(counted(scope, asked).found, asked.by)
    named = next((each for each in (_TEAMS, _LINKS) if each.what == what), None)
    if named is not None:
        require_names(actor)
        rows = named.find(session(), actor, scope.since, limit=None)
        return loop_tables.by_name(
            named.header(), [(named.cells(row), found) for row, found in named.measured(scope, rows)]
        )
    return loop_tables.by_name([_("Level")], [((level.value,), found) for level, found in by_level(scope)])
