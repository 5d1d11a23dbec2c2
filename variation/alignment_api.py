"""Initiatives in the API: the list, inventories of sites, decisions, overlap, results beside them."""

from typing import Any
from uuid import UUID

from nic_platform import access
from nic_platform.actor import Actor
from nic_platform.api import ApiBlueprint, check_version, page_of
from nic_platform.database import session, transaction
from nic_platform.pages import today
from teams.models import Team
from variation import (
    alignment_schemas,
    alongside,
    alongside_queries,
    initiative_queries,
    initiative_services,
    seat_queries,
    seats,
)
from variation.alignment_base_views import by_name, site_to_add, visitor
from variation.initiative_place_views import pair_to_edit, place_to_edit
from variation.initiative_views import to_edit
from variation.models import Initiative, InitiativePair
from variation.overlap_views import matrix
from variation.taking_api import Kind, hang

blueprint = ApiBlueprint("api_alignment", __name__, "", "Initiatives in place, their overlap and decisions")
Sent = dict[str, Any]


@blueprint.get("/initiatives")
@access.signed_in
@blueprint.arguments(alignment_schemas.InitiativesQuery, location="query")
@blueprint.response(200, alignment_schemas.InitiativePage)
def list_initiatives(query: Sent) -> Any:
    """List the network's initiatives by name, with counts over the sites that you may read."""
    rows = initiative_queries.list_initiatives(
        session(), visitor(), find=query["find"], after=query.get("after"), limit=query["limit"]
    )
    return page_of(rows, query["limit"])


@blueprint.post("/initiatives")
@access.signed_in
@blueprint.arguments(alignment_schemas.InitiativeIn)
@blueprint.response(201, alignment_schemas.InitiativeWhole)
def add_initiative(sent: Sent) -> Any:
    """Add an initiative to the network's list. Whoever works in a team may."""
    actor = visitor()
    access.require(seats.can_name(actor))
    drivers = {each["id"]: each["is_strong"] for each in sent.pop("drivers", [])}
    with transaction(actor) as current:
        thing = initiative_services.save_initiative(current, actor.network_id or 0, None, sent)
        initiative_services.set_drivers(current, thing, drivers)
    return _initiative(actor, thing)


def _initiative(actor: Actor, thing: Initiative) -> Sent:
    counts = initiative_queries.place_counts(session(), actor, [thing.id]).get(thing.id, (0, 0, 0, 0))
    told = dict(zip(("places", "better", "same", "worse"), counts, strict=True))
    names = ("public_id", "version", *initiative_queries.FACTS)
    drivers = initiative_queries.drivers_of(session(), [thing.id]).get(thing.id, [])
    rows = [dict(zip(("id", "name", "is_strong"), each, strict=True)) for each in drivers]
    return {name: getattr(thing, name) for name in names} | told | {"drivers": rows}


@blueprint.get("/initiatives/<uuid:initiative_id>")
@access.signed_in
@blueprint.response(200, alignment_schemas.InitiativeWhole)
def get_initiative(initiative_id: UUID) -> Any:
    """Return one initiative."""
    actor = visitor()
    return _initiative(actor, initiative_queries.get_initiative(session(), actor, initiative_id))


@blueprint.patch("/initiatives/<uuid:initiative_id>")
@access.signed_in
@blueprint.arguments(alignment_schemas.InitiativePatch)
@blueprint.response(200, alignment_schemas.InitiativeWhole)
def change_initiative(sent: Sent, initiative_id: UUID) -> Any:
    """Change what is known of an initiative. Network leads, and its only users, may."""
    actor = visitor()
    thing = to_edit(actor, initiative_id)
    check_version(sent.pop("version"), thing.version)
    drivers = sent.pop("drivers", None)
    with transaction(actor) as current:
        initiative_services.save_initiative(current, thing.network_id, thing, sent)
        if drivers is not None:
            chosen = {each["id"]: each["is_strong"] for each in drivers}
            initiative_services.set_drivers(current, thing, chosen)
    return _initiative(actor, thing)


@blueprint.get("/initiatives/<uuid:initiative_id>/places")
@access.signed_in
@blueprint.arguments(alignment_schemas.InitiativePlacesQuery, location="query")
@blueprint.response(200, alignment_schemas.InitiativePlacePage)
def list_places(query: Sent, initiative_id: UUID) -> Any:
    """List the sites of your line that have an initiative, with what is written of it there."""
    actor = by_name()
    thing = initiative_queries.get_initiative(session(), actor, initiative_id)
    rows = initiative_queries.places_with(
        session(), actor, thing.id, after=query.get("after"), limit=query["limit"]
    )
    return page_of(rows, query["limit"])


@blueprint.get("/sites/<uuid:site_id>/initiatives")
@access.signed_in
@blueprint.response(200, alignment_schemas.SiteInventoryOut)
def site_inventory(site_id: UUID) -> Any:
    """Return what is in place at a site, and what people noted of pairs. Its line reads it."""
    actor = by_name()
    site = seat_queries.find_site(session(), actor, site_id)
    return {
        "site": site.name,
        "items": initiative_queries.places_at(session(), actor, site.id),
        "pairs": initiative_queries.pairs_at(session(), actor, site.id),
    }


@blueprint.post("/sites/<uuid:site_id>/initiatives")
@access.signed_in
@blueprint.arguments(alignment_schemas.InitiativePlaceIn)
@blueprint.response(201, alignment_schemas.InitiativePlaceOut)
def add_place(sent: Sent, site_id: UUID) -> Any:
    """Write down that an initiative is in place at a site. Its teams, its hub and network leads may."""
    actor = by_name()
    site, seat = site_to_add(actor, site_id)
    thing = initiative_queries.get_initiative(session(), actor, sent.pop("initiative_id"))
    with transaction(actor) as current:
        place = initiative_services.put_in_place(current, thing, site.id, seat.team_id, sent)
    return initiative_queries.place_row(session(), actor, place.public_id)


@blueprint.get("/initiative-places/<uuid:initiative_place_id>")
@access.signed_in
@blueprint.response(200, alignment_schemas.InitiativePlaceOut)
def get_place(initiative_place_id: UUID) -> Any:
    """Return one initiative at one site."""
    return initiative_queries.place_row(session(), by_name(), initiative_place_id)


@blueprint.patch("/initiative-places/<uuid:initiative_place_id>")
@access.signed_in
@blueprint.arguments(alignment_schemas.InitiativePlacePatch)
@blueprint.response(200, alignment_schemas.InitiativePlaceOut)
def change_place(sent: Sent, initiative_place_id: UUID) -> Any:
    """Change what is written of an initiative at a site. Who keeps the record may."""
    actor = by_name()
    place = place_to_edit(actor, initiative_place_id)
    check_version(sent.pop("version"), place.version)
    with transaction(actor) as current:
        initiative_services.save_place(current, place, sent)
    return initiative_queries.place_row(session(), actor, initiative_place_id)


@blueprint.put("/initiative-places/<uuid:initiative_place_id>/decision")
@access.signed_in
@blueprint.arguments(alignment_schemas.InitiativeDecisionIn)
@blueprint.response(200, alignment_schemas.InitiativePlaceOut)
def decide_place(sent: Sent, initiative_place_id: UUID) -> Any:
    """Keep, stop or reallocate an initiative at a site, or take the decision back."""
    actor = by_name()
    place = place_to_edit(actor, initiative_place_id)
    check_version(sent.pop("version"), place.version)
    with transaction(actor) as current:
        initiative_services.decide(current, place, sent, today=today(actor))
    return initiative_queries.place_row(session(), actor, initiative_place_id)


@blueprint.post("/sites/<uuid:site_id>/initiative-pairs")
@access.signed_in
@blueprint.arguments(alignment_schemas.InitiativePairIn)
@blueprint.response(201, alignment_schemas.InitiativePairOut)
def add_pair(sent: Sent, site_id: UUID) -> Any:
    """Note what two initiatives of a site are to each other, in your team's name; others' notes stay."""
    actor = by_name()
    site, seat = site_to_add(actor, site_id)
    ids = [
        initiative_queries.get_initiative(session(), actor, sent.pop(name)).id
        for name in ("first_id", "second_id")
    ]
    with transaction(actor) as current:
        pair = initiative_services.note_pair(current, actor.network_id or 0, site.id, seat.team_id, ids, sent)
    return _pair_out(pair)


def _pair_out(pair: InitiativePair) -> Sent:
    names = initiative_queries.facts_of(session(), [pair.first_id, pair.second_id])
    told = {name: getattr(pair, name) for name in ("public_id", "version", "kind", "words")}
    team = session().get(Team, pair.team_id) if pair.team_id else None
    told["team"] = team.name if team else ""
    return told | {"first": names[pair.first_id].name, "second": names[pair.second_id].name}


@blueprint.patch("/initiative-pairs/<uuid:initiative_pair_id>")
@access.signed_in
@blueprint.arguments(alignment_schemas.InitiativePairPatch)
@blueprint.response(200, alignment_schemas.InitiativePairOut)
def change_pair(sent: Sent, initiative_pair_id: UUID) -> Any:
    """Change a note on two initiatives."""
    actor = by_name()
    pair, _site = pair_to_edit(actor, initiative_pair_id)
    check_version(sent.pop("version"), pair.version)
    with transaction(actor) as current:
        initiative_services.save_pair(current, pair, sent)
    return _pair_out(pair)


@blueprint.get("/initiative-decisions")
@access.signed_in
@blueprint.arguments(alignment_schemas.InitiativeDecisionQuery, location="query")
@blueprint.response(200, alignment_schemas.InitiativePlacePage)
def list_decisions(query: Sent) -> Any:
    """List what was decided to keep, stop or reallocate, the latest first."""
    rows = initiative_queries.decisions(
        session(), by_name(), kind=query["kind"], after=query.get("after"), limit=query["limit"]
    )
    return page_of(rows, query["limit"])


@blueprint.get("/initiative-overlap")
@access.signed_in
@blueprint.arguments(alignment_schemas.OverlapQuery, location="query")
@blueprint.response(200, alignment_schemas.OverlapOut)
def get_overlap(query: Sent) -> Any:
    """Return sites or districts by initiatives, and what each two share; an analyst gets the pairs only."""
    actor = visitor()
    place = seat_queries.area_of(session(), actor, query.get("area"))
    found = matrix(actor, place, query.get("after"), 0)
    return {
        "rows": [
            {
                "id": line.site.public_id, "name": line.site.name, "level": line.site.level.value,
                "squares": [
                    {"initiative_id": column.public_id} | {
                        name: getattr(square, name) for name in ("sites", "better", "same", "worse")
                    }
                    for column in found["columns"]
                    if (square := found["squares"].get((line.site.id, column.id)))
                ],
            }
            for line in found["rows"]
        ],
        "next": found["more"],
        "pairs": [
            {
                "first": pair.first.name, "second": pair.second.name, "sites": pair.places,
                "shares": [sign.words for sign in pair.signs], "notes": dict(pair.notes),
            }
            for pair in found["pairs"]
        ],
    }  # fmt: skip


@blueprint.get("/initiative-results")
@access.signed_in
@blueprint.arguments(alignment_schemas.ResultsQuery, location="query")
@blueprint.response(200, alignment_schemas.ResultsOut)
def get_results(query: Sent) -> Any:
    """Say whether a result varies with the other initiatives in place: seen beside, not caused by."""
    actor = visitor()
    measures = alongside_queries.measures(session(), actor)
    measure = alongside_queries.chosen(measures, query.get("measure"))
    place = seat_queries.area_of(session(), actor, query.get("area"))
    if measure is None:
        return {"measure_id": None, "measure": None, "year": None, "sites": 0, "summary": "", "items": []}
    found = alongside_queries.results(session(), actor, measure, query.get("year"), place)
    return {
        "measure_id": measure.public_id, "measure": measure.name, "year": found.year, "sites": found.sites,
        "summary": alongside.lede(found.found), "items": found.found,
    }  # fmt: skip


for _kind in (
    Kind(
        "initiative", "initiatives", "initiative_id",
        lambda actor, key, gone: to_edit(actor, key, gone=gone), initiative_services.remove_initiative,
        _initiative, alignment_schemas.InitiativeOut,
        ("Take an initiative off the list. Network leads, and its only users, may.",
         "Bring an initiative back that was taken off the list, with its records at sites."),
        visitor,
    ),
    Kind(
        "place", "initiative-places", "initiative_place_id",
        lambda actor, key, gone: place_to_edit(actor, key, gone=gone), initiative_services.remove_place,
        lambda actor, place: initiative_queries.place_row(session(), actor, place.public_id),
        alignment_schemas.InitiativePlaceOut,
        ("Take an initiative off a site's inventory. Who keeps the record may.",
         "Bring back what was taken off a site's inventory."),
    ),
    Kind(
        "pair", "initiative-pairs", "initiative_pair_id",
        lambda actor, key, gone: pair_to_edit(actor, key, gone=gone)[0], initiative_services.remove_pair,
        lambda _actor, pair: _pair_out(pair), alignment_schemas.InitiativePairOut,
        ("Take a note on two initiatives away.", "Bring back a note on two initiatives that was taken away."),
    ),
):  # fmt: skip
    hang(blueprint, _kind)
