"""The week's comparison in the API, with the page's own suppression."""

from typing import Any

import marshmallow as ma

from nic_platform import access, clock
from nic_platform.api import ApiBlueprint, Schema
from nic_platform.database import session
from variation import page as pages
from variation.comparison import Line
from variation.page import Choice

blueprint = ApiBlueprint("api_variation", __name__, "", "Schools compared")


class CompareQuery(Schema):
    """What to compare; nothing given compares what came due last, as of this week."""

    measure = ma.fields.UUID()
    district = ma.fields.UUID()
    week = ma.fields.Date(metadata={"description": "The Monday of a week in which something was counted"})


class SchoolSchema(Schema):
    """One school. Counts are null where they are hidden; ``shown`` says why."""

    id = ma.fields.String(allow_none=True)
    name = ma.fields.String()
    shown = ma.fields.String()
    on = ma.fields.Date(allow_none=True)
    count = ma.fields.Float(allow_none=True)
    population = ma.fields.Float(allow_none=True)
    percent = ma.fields.Float(allow_none=True)
    zone = ma.fields.String()
    estimate = ma.fields.Float(allow_none=True)
    low = ma.fields.Float(allow_none=True)
    high = ma.fields.Float(allow_none=True)


class CompareSchema(Schema):
    """A comparison; shares in per cent."""

    measure = ma.fields.String(allow_none=True)
    measure_id = ma.fields.UUID(allow_none=True)
    on = ma.fields.Date()
    mean = ma.fields.Float(allow_none=True)
    dispersion = ma.fields.Float(allow_none=True)
    schools = ma.fields.List(ma.fields.Nested(SchoolSchema))


@blueprint.get("/compare")
@access.signed_in
@blueprint.arguments(CompareQuery, location="query")
@blueprint.response(200, CompareSchema)
def compare(asked: dict[str, Any]) -> dict[str, Any]:
    """Compare schools on one measure."""
    actor = access.actor()
    choice = Choice(asked.get("measure"), asked.get("district"), asked.get("week"))
    found = pages.read(session(), actor, choice, clock.today(actor.time_zone), with_students=False)
    return {
        "measure": found.measure.name if found.measure else None,
        "measure_id": found.measure.public_id if found.measure else None,
        "on": found.on,
        "mean": found.found.mean,
        "dispersion": found.found.phi,
        "schools": [_school(line) for line in found.found.lines],
    }


def _school(line: Line) -> dict[str, Any]:
    told = line.is_shown and line.on is not None
    return {
        "id": None if line.key.startswith("unnamed-") else line.key,
        "name": line.name,
        "shown": line.cell.show.value if told or not line.is_shown else "not_counted",
        "on": line.on,
        "count": line.cell.count if told else None,
        "population": line.cell.population if told else None,
        "percent": line.share if told else None,
        "zone": line.zone.value,
        "estimate": line.estimate,
        "low": line.low,
        "high": line.high,
    }
