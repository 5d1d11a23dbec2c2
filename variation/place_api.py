"""Places compared, in the API: what can be compared, and the comparison with the page's own suppression."""

from typing import Any

import marshmallow as ma

from nic_platform import access
from nic_platform.api import ApiBlueprint, Schema
from nic_platform.database import session
from variation import place_forms, place_loading, place_queries, place_words
from variation.place_page import PlacesPage, Unit
from variation.place_schemas import ComparablePage, ComparisonQuery, ComparisonSchema

blueprint = ApiBlueprint("api_places", __name__, "", "Places compared by school year")


class _PlaceQuery(Schema):
    place = ma.fields.UUID()


@blueprint.get("/comparisons")
@access.signed_in
@blueprint.arguments(_PlaceQuery, location="query")
@blueprint.response(200, ComparablePage)
def comparisons(asked: dict[str, Any]) -> dict[str, Any]:
    """List the measures that can be compared at a place (your own if none is given)."""
    actor = access.actor()
    place = place_queries.find_place(session(), actor, asked.get("place"))
    found = place_queries.list_measures(session(), actor, place.id) if place else []
    return {"items": [
        {"measure_id": row.public_id, "measure": row.name, "type": row.type.value, "years": list(row.years),
         "subgroups": row.breakdown}
        for row in found
    ]}  # fmt: skip


@blueprint.get("/comparisons/places")
@access.signed_in
@blueprint.arguments(ComparisonQuery, location="query")
@blueprint.response(200, ComparisonSchema)
def comparison(asked: dict[str, Any]) -> dict[str, Any]:
    """Compare the places below one on one measure, in one school year."""
    choice = place_forms.choice_from({name: str(value) for name, value in asked.items()})
    return _answer(place_loading.read(session(), access.actor(), choice))


def _answer(page: PlacesPage) -> dict[str, Any]:
    judged, split = page.judged, page.split
    return {
        "place": page.place.name if page.place else None,
        "measure": page.measure.name if page.measure else None,
        "measure_id": page.measure.public_id if page.measure else None,
        "year": page.year or None, "by": page.by.value,
        "said": [*place_words.lede(page), *place_words.cautions(page)],
        "mean": judged.mean if judged and len(judged.size) else None,
        "dispersion": judged.phi if judged else None,
        "shown": page.shown, "of": page.of, "page": page.page, "pages": page.pages,
        "units": [_unit(unit) for unit in page.units],
        "variance": [
            {"level": part.level.value, "share": part.share, "low": part.low, "high": part.high}
            for part in (split.parts if split else ())
        ],
        "years": [vars(year) for year in page.years],
    }  # fmt: skip


def _unit(unit: Unit) -> dict[str, Any]:
    return {**vars(unit), "id": unit.key if unit.is_named else None}
