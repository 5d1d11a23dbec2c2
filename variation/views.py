"""Pages that compare schools, and the change library."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from measures.suppression import Who, words
from nic_platform import access, clock, exporting
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.errors import AbsentError
from nic_platform.svg import day as day_words
from nic_platform.text import _
from variation import (
    export,
    figures,
    forms,
    level_words,
    panels,
    place_drawing,
    place_views,
    queries,
    weeks,
    wording,
)
from variation import page as pages
from variation.download_views import count_download
from variation.page import Page

blueprint = Blueprint("variation", __name__)


@blueprint.get("/compare")
@access.signed_in
def compare() -> ResponseReturnValue:
    """Hold the schools of a district against each other on one measure."""
    actor = access.actor()
    if not request.args and queries.is_upper(session(), actor):
        return _places(actor)
    found = _read(with_students=True)
    if found.measure is None and not request.args:
        return _places(actor)
    spread = request.args.get("limits") == "spread"
    return render_template(
        "variation/compare.html", page=found, actor=actor, **_drawn(found, actor, spread=spread)
    )


def _places(actor: Actor) -> ResponseReturnValue:
    """Show places by school year: what a state begins with, and who has no schools that count weekly."""
    found = place_views.read(actor)
    if found.measure is None:
        empty = _read(with_students=False)
        return render_template(
            "variation/compare.html", page=empty, actor=actor, **_drawn(empty, actor, spread=False)
        )
    return place_views.shown(found, actor)


@blueprint.get("/compare/funnel")
@access.signed_in
def funnel() -> ResponseReturnValue:
    """Show the funnel of the same comparison as a full chart."""
    found = _read(with_students=False)
    spread = request.args.get("limits") == "spread"
    marks = panels.dots(found.found, spread=spread)
    if found.measure is None or found.found.mean is None or len(marks) < 3:
        raise AbsentError(_("There are too few schools for a funnel."))
    tau2 = found.found.tau2 if spread else 0.0
    figure = figures.funnel(marks, found.found.mean, unit=_unit(found), tau2=tau2)
    return render_template(
        "variation/funnel.html", page=found, figure=figure, spread=spread, said=_said(found)
    )


@blueprint.get("/compare/export.<any(csv, xlsx):format>")
@access.signed_in
def download(format: str) -> ResponseReturnValue:  # noqa: A002  the name stands in the address
    """Give the comparison as a table to take away, with the same cells hidden."""
    count_download(access.actor().user_id)
    found = _read(with_students=False)
    rows = export.rows(found, access.actor().minimum_cell)
    make, kind = (
        (exporting.as_csv, exporting.CSV_TYPE)
        if format == "csv"
        else (exporting.as_xlsx, exporting.XLSX_TYPE)
    )
    response = Response(make(export.header(), rows), content_type=kind)
    response.headers["Content-Disposition"] = (
        f'attachment; filename="compare-{found.on.isoformat()}.{format}"'
    )
    return response


def _read(*, with_students: bool) -> Page:
    actor = access.actor()
    today = clock.today(actor.time_zone)
    return pages.read(session(), actor, forms.choice_from(request.args), today, with_students=with_students)


def _who(found: Page) -> Who:
    return Who.STUDENTS if found.measure and found.measure.counts_students else Who.ADULTS


def _unit(found: Page) -> str:
    unit = found.measure.unit if found.measure else ""
    return _("%(unit)s at the school", unit=wording.sentence_case(unit or _("people")))


def _said(found: Page) -> dict[str, Any]:
    """Return the sentences that go with the numbers."""
    told = found.found
    return {
        "lede": wording.lede(told),
        "title": wording.funnel_title(told),
        "watched": wording.watched(told),
        "dispersion": wording.dispersion(told),
        "picture": wording.picture(told),
    }


def _span(found: Page) -> tuple[date, date]:
    days = [point.on for line in found.found.lines for point in line.points] + [
        p.on for p in found.found.pooled
    ]
    first = min(days, default=found.on)
    return first, max(found.on, first + timedelta(days=250))


def _drawn(found: Page, actor: Actor, *, spread: bool) -> dict[str, Any]:
    """Return everything of the page that is drawn or written from numbers."""
    who, unit = _who(found), found.measure.unit if found.measure else ""
    said = _said(found)
    by_estimate = request.args.get("order") == "estimate"
    estimates, axis = panels.caterpillar(found.found, by_estimate=by_estimate)
    return {
        "said": said,
        "spread": spread,
        "by_estimate": by_estimate,
        "panels": panels.panels(found.found, _span(found), unit, who, actor.minimum_cell),
        "funnels": panels.funnels(found.found, _unit(found), said["picture"], spread=spread),
        "estimates": estimates,
        "axis": axis,
        **_levels(found),
        "huddle": wording.huddle(found.found, found.leads, found.on) if found.found.shown else [],
        "meeting": queries.next_meeting(session(), actor),
        "flag_words": panels.flag_words,
        "short_words": lambda cell: panels.short_words(cell, actor.minimum_cell),
        "cell_words": lambda cell, of=who: words(cell, of, actor.minimum_cell),
        "Who": Who,
    }


def _levels(found: Page) -> dict[str, Any]:
    """Return where results differ and how they moved from week to week, drawn and said."""
    parts, error = weeks.split_of(found.found)
    split = level_words.split(parts, error, is_share=True)
    moved = weeks.by_week(found.found)
    change = level_words.change_by_week(moved)
    windows = [
        place_drawing.Window(each.monday.toordinal() // 7, day_words(each.monday), each.level, each.sd)
        for each in moved
    ]
    last = f"{round(moved[-1].level)}%" if moved else ""
    label = " ".join((change.title + ".", *change.sentences))
    return {
        "split": split, "parts": parts, "change": change, "moved": moved, "say": level_words,
        "bar": place_drawing.parts_bar(parts, " ".join(split.sentences)) if parts else None,
        "windows": place_drawing.windows_chart(windows, label, last, is_share=True),
    }  # fmt: skip
