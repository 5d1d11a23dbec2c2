"""The health of inquiry and the calibration of predictions: a team's own, or those of many teams together."""

from typing import Any
from uuid import UUID

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cycles import (
    health,
    inquiry_export,
    inquiry_loading,
    inquiry_svg,
    inquiry_words,
    queries,
)
from cycles.inquiry_page import Line, Page, Trend
from cycles.inquiry_queries import Scope
from cycles.queries import TeamName
from cycles.views.root import blueprint
from nic_platform import access, clock, exporting
from nic_platform.actor import Actor
from nic_platform.database import session


@blueprint.get("/teams/<uuid:team_id>/inquiry")
@access.signed_in
def team_inquiry(team_id: UUID) -> ResponseReturnValue:
    """Show how disciplined a team's cycles are, and how well it judges its predictions."""
    actor = access.actor()
    team = queries.get_team(session(), actor, team_id)
    return _shown(_team_page(actor, team), team=team, csv=url_for(".team_inquiry_table", team_id=team_id))


@blueprint.get("/network/inquiry")
@access.signed_in
def network_inquiry() -> ResponseReturnValue:
    """Show the same of all teams together: the network's, or for a hub those of the teams below it."""
    actor = access.actor()
    scope = inquiry_loading.network_scope(session(), actor)
    csv = url_for(".network_inquiry_table")
    return _shown(_network_page(actor, scope), is_network=scope.below_id is None, csv=csv)


@blueprint.get("/teams/<uuid:team_id>/inquiry.csv")
@access.signed_in
def team_inquiry_table(team_id: UUID) -> ResponseReturnValue:
    """Give a team's shares and calibration as a table to take away."""
    actor = access.actor()
    team = queries.get_team(session(), actor, team_id)
    return _table(_team_page(actor, team))


@blueprint.get("/network/inquiry.csv")
@access.signed_in
def network_inquiry_table() -> ResponseReturnValue:
    """Give the pooled shares and calibration as a table to take away, with the same cells hidden."""
    actor = access.actor()
    return _table(_network_page(actor, inquiry_loading.network_scope(session(), actor)))


def _team_page(actor: Actor, team: TeamName) -> Page:
    today = clock.today(actor.time_zone)
    return inquiry_loading.team_page(session(), actor, team, today, request.args.get("year", ""))


def _network_page(actor: Actor, scope: Scope) -> Page:
    today = clock.today(actor.time_zone)
    return inquiry_loading.network_page(session(), actor, scope, today, request.args.get("year", ""))


# ---------------------------------------------------------------- drawn


def _shown(page: Page, *, csv: str, team: TeamName | None = None, is_network: bool = False) -> str:
    keys = [line.key for line in page.current]
    shown = [line.shown for line in page.current]
    label = " ".join(_told(line) for line in page.current)
    return render_template(
        "cycles/inquiry.html",
        page=page,
        team=team,
        is_network=is_network,
        words=inquiry_words,
        source=health.SOURCE,
        csv=csv,
        lede=inquiry_words.lede(page.shares, page.began or 0) if page.began is not None else "",
        bars=(
            inquiry_svg.bars(shown, keys, label),
            inquiry_svg.bars(shown, keys, label, narrow=True),
        ),
        trends=[_trend(each) for each in page.trends],
        spreads=[_spread(each) for each in page.spreads],
        calibration=_calibration(page),
    )


def _told(line: Line) -> str:
    said = inquiry_words.sentence(line.shown) if line.shown else line.why_hidden
    return f"{inquiry_words.title(line.key)}: {said}"


def _trend(trend: Trend) -> dict[str, Any]:
    share = next(each for each in health.shares([]) if each.key == trend.key)
    sentence = inquiry_words.trend(trend.periods, trend.chart, trend.by)
    label = f"{inquiry_words.title(trend.key)}: {sentence}"
    chart = inquiry_svg.small_run(trend.periods, trend.middle, share.published_percent, label)
    return {"key": trend.key, "by": trend.by, "periods": trend.periods, "sentence": sentence, "chart": chart}


def _spread(spread: health.Spread) -> dict[str, Any]:
    sentence = inquiry_words.spread(spread)
    label = f"{inquiry_words.title(spread.key)}: {sentence}"
    return {"key": spread.key, "teams": spread.teams, "sentence": sentence, "total": spread.total,
            "chart": inquiry_svg.spread_bars(spread, label)}  # fmt: skip


def _calibration(page: Page) -> dict[str, Any] | None:
    found, ours = page.judgements, page.view.is_own
    if found is None:
        return None
    enough = found.calibration.share is not None
    newest = found.newest if enough and page.view.by_name else ()
    label = inquiry_words.drawn(newest)
    over_time = inquiry_words.over_time(found.stretches)
    return {
        "found": found,
        "enough": enough,
        "newest": newest,
        "ranges": tuple(
            inquiry_svg.ranges(newest, label, with_words=ours, narrow=narrow) if newest else ""
            for narrow in (False, True)
        ),
        "stretches": tuple(
            inquiry_svg.stretch_line(found.stretches, over_time, narrow=narrow) if found.stretches else ""
            for narrow in (False, True)
        ),
        "over_time": over_time,
        "rows": [inquiry_words.row(each) for each in newest] if ours else [],
    }


def _table(page: Page) -> Response:
    header, rows = inquiry_export.table(page)
    response = Response(exporting.as_csv(header, rows), content_type=exporting.CSV_TYPE)
    response.headers["Content-Disposition"] = 'attachment; filename="inquiry.csv"'
    return response
