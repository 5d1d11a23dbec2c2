"""Initiatives over many sites: who keeps an inventory, sites by initiatives, pairs, results beside them."""

from typing import Any
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from measures.rules import MeasureType
from measures.school_years import name_of
from nic_platform import access, exporting
from nic_platform.actor import Actor, Level
from nic_platform.database import session
from nic_platform.pages import uuid_arg
from nic_platform.text import _
from variation import (
    alongside,
    alongside_queries,
    initiative_queries,
    initiatives,
    overlap_queries,
    seat_queries,
)
from variation.alignment_base_views import PER_PAGE, area, as_file, blueprint, by_name, visitor

COLUMNS = 10


@blueprint.get("/initiatives/overlap")
@access.signed_in
def overlap() -> ResponseReturnValue:
    """Show sites (or districts) by initiatives, and the initiatives that share something."""
    actor = visitor()
    return render_template("variation/overlap.html", **matrix(actor, area(), uuid_arg("after"), _start()))


def _start() -> int:
    text = request.args.get("from", "")
    return min(int(text), 10_000) if text.isdecimal() and len(text) < 6 else 0


def matrix(
    actor: Actor, place: seat_queries.SiteRow | None, after: UUID | None, start: int
) -> dict[str, Any]:
    """Return the matrix of a place: its rows, columns and squares, and the pairs; eleven statements at most.

    The whole network and a state are told by district, anything smaller by site. Who reads pooled figures
    only gets the columns without rows.
    """
    current, pooled = session(), seat_queries.is_pooled(actor)
    area_id = place.id if place else None
    columns = overlap_queries.columns(current, actor, area_id, start=start, limit=COLUMNS)
    shown, ids = columns[:COLUMNS], [column.id for column in columns[:COLUMNS]]
    lines: list[overlap_queries.Line] = []
    by_district = _is_wide(actor, place)
    if not pooled:
        read = overlap_queries.district_lines if by_district else overlap_queries.site_lines
        lines = read(current, actor, area_id, after=after, limit=PER_PAGE)
        if by_district and not lines:
            by_district = False
            lines = overlap_queries.site_lines(current, actor, area_id, after=after, limit=PER_PAGE)
    rows = lines[:PER_PAGE]
    squares = overlap_queries.squares(
        current, actor, [line.site.id for line in rows], ids, by_district=by_district
    )
    return {
        "area": place, "areas": [] if pooled else seat_queries.areas(current, actor), "columns": shown,
        "rows": rows, "squares": squares, "by_district": by_district, "pooled": pooled,
        "more": lines[PER_PAGE - 1].site.public_id if len(lines) > PER_PAGE else None,
        "next_columns": start + COLUMNS if len(columns) > COLUMNS else None, "start": start,
        "pairs": pairs(actor, ids, area_id), "pair_names": initiatives.pair_names(),
        "without": overlap_queries.sites_without(current, actor, area_id) if not pooled else 0,
    }  # fmt: skip


def _is_wide(actor: Actor, place: seat_queries.SiteRow | None) -> bool:
    if place is not None:
        return place.level in {Level.STATE, Level.REGION}
    return actor.sees_network


def pairs(actor: Actor, ids: list[int], area_id: int | None) -> list[initiatives.Overlap]:
    """Return what each two of these initiatives share over the sites that have both; five statements."""
    facts = initiative_queries.facts_of(session(), ids)
    drivers = initiative_queries.drivers_of(session(), ids)
    teams = overlap_queries.teams_written(session(), actor, ids)
    common = overlap_queries.common_sites(session(), actor, ids, area_id)
    notes = overlap_queries.pair_notes(session(), actor, area_id)
    said = [
        initiatives.Said(
            key, fact.name, frozenset(name for _id, name, _strong in drivers.get(key, ())),
            fact.data_collected, teams.get(key, ""),
        )
        for key, fact in facts.items()
    ]  # fmt: skip
    return initiatives.overlaps(said, common, notes)


@blueprint.get("/initiatives/sites")
@access.signed_in
def initiative_sites() -> ResponseReturnValue:
    """List the sites that keep an inventory, and how many of the line keep none."""
    actor, place = by_name(), area()
    lines = overlap_queries.site_lines(
        session(), actor, place.id if place else None, after=uuid_arg("after"), limit=PER_PAGE
    )
    return render_template(
        "variation/initiative_sites.html",
        rows=lines[:PER_PAGE],
        more=lines[PER_PAGE - 1].site.public_id if len(lines) > PER_PAGE else None,
        area=place,
        areas=seat_queries.areas(session(), actor),
        without=overlap_queries.sites_without(session(), actor, place.id if place else None),
        mine=seat_queries.sites_to_write(session(), actor, find=_find(), limit=60),
        find=_find(),
    )


def _find() -> str:
    return request.args.get("find", "").strip()[:80]


@blueprint.get("/initiatives/results")
@access.signed_in
def initiative_results() -> ResponseReturnValue:
    """Show whether a result varies with the other initiatives in place, never as their effect."""
    actor = visitor()
    page = read_results(actor)
    return render_template("variation/initiative_results.html", **page)


def read_results(actor: Actor) -> dict[str, Any]:
    """Return what the page of results shows; eleven statements at most."""
    measures = alongside_queries.measures(session(), actor)
    measure = alongside_queries.chosen(measures, uuid_arg("measure"))
    place = area()
    found = None
    if measure is not None:
        text = request.args.get("year", "")
        year = int(text) if text.isdecimal() and len(text) == 4 else None
        found = alongside_queries.results(session(), actor, measure, year, place)
    is_percent = measure is not None and measure.type is MeasureType.PROPORTION
    return {
        "measures": measures, "measure": measure, "results": found, "area": place, "is_percent": is_percent,
        "areas": [] if seat_queries.is_pooled(actor) else seat_queries.areas(session(), actor),
        "lede": alongside.lede(found.found) if found else "", "year_name": name_of,
        "sentence": lambda one: alongside.sentence(one, is_percent=is_percent),
        "least": alongside.LEAST_SITES,
    }  # fmt: skip


@blueprint.get("/initiatives/results.<any(csv, xlsx):format>")
@access.signed_in
def export_initiative_results(format: str) -> ResponseReturnValue:  # noqa: A002  the name stands in the address
    """Give the results beside initiatives as a table."""
    page = read_results(visitor())
    header = [
        _("Initiative"), _("Sites with it"), _("Sites without"), _("Not said"), _("Difference"), _("From"),
        _("To"), _("In words"),
    ]  # fmt: skip
    found = page["results"].found if page["results"] else ()
    rows: list[list[exporting.Cell]] = [
        [
            one.name, one.with_it, one.without, one.untold, _rounded(one.difference), _rounded(one.low),
            _rounded(one.high), page["sentence"](one),
        ]
        for one in found
    ]  # fmt: skip
    return as_file("results-beside-initiatives", format, header, rows)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
