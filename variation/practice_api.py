"""Practices in the API: stages, supports, ratings, and the three reports of a line of places."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from nic_platform import access
from nic_platform.actor import Actor
from nic_platform.api import ApiBlueprint, check_version, page_of
from nic_platform.database import session, transaction
from nic_platform.errors import InputError
from nic_platform.pages import today
from nic_platform.text import _
from variation import (
    initiative_queries,
    practice_choice_queries,
    practice_queries,
    practice_schemas,
    practice_services,
    rating_queries,
    seats,
)
from variation.alignment_base_views import by_name, site_to_add, visitor
from variation.line_report_views import read_line
from variation.models import Rating, StageEntry, Support
from variation.practice_place_views import entry_to_edit
from variation.practice_place_views import to_edit as place_to_edit
from variation.practice_views import to_edit
from variation.rating_views import rating_to_edit
from variation.taking_api import Kind, hang

blueprint = ApiBlueprint("api_practices", __name__, "", "Practices, their stages, supports and ratings")
Sent = dict[str, Any]


@blueprint.get("/practices")
@access.signed_in
@blueprint.arguments(practice_schemas.PracticeSitesQuery, location="query")
@blueprint.response(200, practice_schemas.PracticePage)
def list_practices(query: Sent) -> Any:
    """List practices by name, with how many sites stand at each stage."""
    rows = practice_queries.list_practices(
        session(), visitor(), after=query.get("after"), limit=query["limit"]
    )
    return page_of(rows, query["limit"])


@blueprint.post("/practices")
@access.signed_in
@blueprint.arguments(practice_schemas.PracticeIn)
@blueprint.response(201, practice_schemas.PracticeWhole)
def add_practice(sent: Sent) -> Any:
    """Add a practice of your team, or, as a network lead, of the network."""
    actor = visitor()
    access.require(seats.can_name(actor))
    is_common = sent.pop("is_common") and actor.is_network_lead
    own = min((team for team in actor.team_ids if actor.edits(team)), default=None)
    own = actor.team_id if actor.edits(actor.team_id) else own
    values = _numbers(actor, sent) | {"team_id": None if is_common else own}
    with transaction(actor) as current:
        thing = practice_services.save_practice(current, actor.network_id or 0, None, values)
    return _whole(actor, thing.public_id)


def _whole(actor: Actor, practice_id: UUID) -> Sent:
    row = practice_queries.practice_row(session(), actor, practice_id)
    thing = practice_queries.get_practice(session(), actor, practice_id)
    known = practice_choice_queries.public_ids(session(), thing)
    return asdict(row) | {
        "helped": thing.helped, "left_out": thing.left_out,
        **{f"{name}_measure_id": known[name] for name in practice_queries.MEASURES},
    }  # fmt: skip


def _numbers(actor: Actor, sent: Sent) -> Sent:
    """Return what was sent with numbers in place of public ids."""
    values = dict(sent)
    for name, key in sent.items():
        if not name.endswith("_id") or key is None:
            continue
        number: int | None
        if name == "idea_id":
            number = practice_choice_queries.idea_number(session(), actor, key)
        elif name == "initiative_id":
            number = initiative_queries.get_initiative(session(), actor, key).id
        else:
            number = practice_choice_queries.measure_number(session(), actor, key)
        if number is None:
            raise InputError(_("There is none by this id."), {name: _("Choose one that you can read.")})
        values[name] = number
    return values


@blueprint.get("/practices/<uuid:practice_id>")
@access.signed_in
@blueprint.response(200, practice_schemas.PracticeWhole)
def get_practice(practice_id: UUID) -> Any:
    """Return one practice."""
    return _whole(visitor(), practice_id)


@blueprint.patch("/practices/<uuid:practice_id>")
@access.signed_in
@blueprint.arguments(practice_schemas.PracticePatch)
@blueprint.response(200, practice_schemas.PracticeWhole)
def change_practice(sent: Sent, practice_id: UUID) -> Any:
    """Change what is known of a practice. The team that keeps it and network leads may."""
    actor = visitor()
    thing = to_edit(actor, practice_id)
    check_version(sent.pop("version"), thing.version)
    values = _numbers(actor, sent)
    with transaction(actor) as current:
        practice_services.save_practice(current, thing.network_id, thing, values)
    return _whole(actor, practice_id)


@blueprint.get("/practices/<uuid:practice_id>/sites")
@access.signed_in
@blueprint.arguments(practice_schemas.PracticeSitesQuery, location="query")
@blueprint.response(200, practice_schemas.PracticeSitePage)
def list_practice_sites(query: Sent, practice_id: UUID) -> Any:
    """List the sites of a practice that you may read, with their stages."""
    actor = by_name()
    thing = practice_queries.get_practice(session(), actor, practice_id)
    rows = practice_queries.places_of(
        session(), actor, thing.id, after=query.get("after"), limit=query["limit"]
    )
    return page_of(rows, query["limit"])


@blueprint.post("/practices/<uuid:practice_id>/sites")
@access.signed_in
@blueprint.arguments(practice_schemas.PracticeSiteIn)
@blueprint.response(201, practice_schemas.PracticeSiteOut)
def begin_practice(sent: Sent, practice_id: UUID) -> Any:
    """Begin a practice at a site. Its teams, its hub and network leads may."""
    actor = by_name()
    thing = practice_queries.get_practice(session(), actor, practice_id)
    site, seat = site_to_add(actor, sent.pop("site_id"))
    with transaction(actor) as current:
        place = practice_services.begin_at(current, thing, site.id, seat.team_id, sent, today=today(actor))
    return practice_queries.place_row(session(), actor, place.public_id)


@blueprint.get("/practice-sites/<uuid:practice_site_id>")
@access.signed_in
@blueprint.response(200, practice_schemas.PracticeSiteOut)
def get_practice_site(practice_site_id: UUID) -> Any:
    """Return a practice at a site."""
    return practice_queries.place_row(session(), by_name(), practice_site_id)


@blueprint.patch("/practice-sites/<uuid:practice_site_id>")
@access.signed_in
@blueprint.arguments(practice_schemas.PracticeSitePatch)
@blueprint.response(200, practice_schemas.PracticeSiteOut)
def change_practice_site(sent: Sent, practice_site_id: UUID) -> Any:
    """Change the transformation zone, and who is helped or left out at a site."""
    actor = by_name()
    place = place_to_edit(actor, practice_site_id)
    check_version(sent.pop("version"), place.version)
    with transaction(actor) as current:
        practice_services.save_place(current, place, sent)
    return practice_queries.place_row(session(), actor, practice_site_id)


@blueprint.get("/practice-sites/<uuid:practice_site_id>/stages")
@access.signed_in
@blueprint.response(200, practice_schemas.PracticeEntries)
def list_stages(practice_site_id: UUID) -> Any:
    """List the stages of a practice at a site, by day."""
    place = practice_queries.get_place(session(), by_name(), practice_site_id)
    return {"items": practice_queries.stage_entries(session(), [place.id])}


@blueprint.post("/practice-sites/<uuid:practice_site_id>/stages")
@access.signed_in
@blueprint.arguments(practice_schemas.StageIn)
@blueprint.response(201, practice_schemas.PracticeEntryOut)
def add_stage(sent: Sent, practice_site_id: UUID) -> Any:
    """Write down from which day the practice stands at a stage at a site."""
    actor = by_name()
    place = place_to_edit(actor, practice_site_id)
    with transaction(actor) as current:
        return _stage(practice_services.add_stage(current, place, sent, today=today(actor)))


def _stage(entry: StageEntry) -> Sent:
    told = {name: getattr(entry, name) for name in ("public_id", "on", "evidence")}
    return told | {"kind": "", "state": entry.stage}


@blueprint.get("/practice-sites/<uuid:practice_site_id>/supports")
@access.signed_in
@blueprint.response(200, practice_schemas.PracticeEntries)
def list_supports(practice_site_id: UUID) -> Any:
    """List how the supports of a practice stood at a site, by day."""
    place = practice_queries.get_place(session(), by_name(), practice_site_id)
    return {"items": practice_queries.support_entries(session(), [place.id])}


@blueprint.post("/practice-sites/<uuid:practice_site_id>/supports")
@access.signed_in
@blueprint.arguments(practice_schemas.SupportIn)
@blueprint.response(201, practice_schemas.PracticeEntryOut)
def add_support(sent: Sent, practice_site_id: UUID) -> Any:
    """Write down how a support stands at a site."""
    actor = by_name()
    place = place_to_edit(actor, practice_site_id)
    with transaction(actor) as current:
        return practice_services.add_support(current, place, sent, today=today(actor))


@blueprint.get("/practices/<uuid:practice_id>/ratings")
@access.signed_in
@blueprint.response(200, practice_schemas.Ratings)
def list_ratings(practice_id: UUID) -> Any:
    """List every team's ratings that you may read, by day; there is no total."""
    actor = by_name()
    thing = practice_queries.get_practice(session(), actor, practice_id)
    return {"items": rating_queries.ratings_of(session(), actor, thing.id)}


@blueprint.post("/practices/<uuid:practice_id>/ratings")
@access.signed_in
@blueprint.arguments(practice_schemas.RatingsIn)
@blueprint.response(201, practice_schemas.Ratings)
def add_ratings(sent: Sent, practice_id: UUID) -> Any:
    """Rate sides of a practice for a site, in your team's name."""
    actor = by_name()
    thing = practice_queries.get_practice(session(), actor, practice_id)
    site, seat = site_to_add(actor, sent["site_id"])
    sides = {each["side"]: (each["value"], each["words"]) for each in sent["sides"]}
    with transaction(actor) as current:
        practice_services.rate(current, thing, site.id, seat.team_id, sent["kind"], sides, on=today(actor))
    return {"items": rating_queries.ratings_of(session(), actor, thing.id, site.id)}


@blueprint.get("/practices/<uuid:practice_id>/line")
@access.signed_in
@blueprint.arguments(practice_schemas.LineQuery, location="query")
@blueprint.response(200, practice_schemas.LineReports)
def get_line(query: Sent, practice_id: UUID) -> Any:
    """Return capacity, fidelity and outcome for a line of places; counts of too few people are left out."""
    page = read_line(by_name(), practice_id)
    return {
        "items": [
            {
                "place": report.place, "kind": report.kind, "measure": report.measure,
                "reading": report.chart.reading.sentence if report.chart else report.words,
                "hidden": report.hidden,
                "months": [{"month": month, "figure": words} for month, words in report.rows],
            }
            for report in page["found"].reports.values()
        ]
    }  # fmt: skip


def _ratings_at(actor: Actor, rating: Rating) -> Sent:
    return {"items": rating_queries.ratings_of(session(), actor, rating.practice_id, rating.site_id)}


for _kind in (
    Kind(
        "practice", "practices", "practice_id",
        lambda actor, key, gone: to_edit(actor, key, gone=gone), practice_services.remove,
        lambda actor, thing: practice_queries.practice_row(session(), actor, thing.public_id),
        practice_schemas.PracticeOut,
        ("Take a practice away. The team that keeps it and network leads may.",
         "Bring back a practice that was taken away, with its stages at sites."),
        visitor,
    ),
    Kind(
        "practice_site", "practice-sites", "practice_site_id",
        lambda actor, key, gone: place_to_edit(actor, key, gone=gone), practice_services.remove,
        lambda actor, place: practice_queries.place_row(session(), actor, place.public_id),
        practice_schemas.PracticeSiteOut,
        ("Take a practice away from a site.", "Bring a practice back to a site that it was taken away from."),
    ),
    Kind(
        "stage", "stage-entries", "stage_entry_id",
        lambda actor, key, _gone: entry_to_edit(actor, StageEntry, key)[0], practice_services.remove,
        lambda _actor, entry: _stage(entry), practice_schemas.PracticeEntryOut,
        ("Take a stage that never was away.", "Bring back a stage that was taken away."),
    ),
    Kind(
        "support", "supports", "support_id",
        lambda actor, key, _gone: entry_to_edit(actor, Support, key)[0], practice_services.remove,
        lambda _actor, entry: entry, practice_schemas.PracticeEntryOut,
        ("Take what was written of a support away.",
         "Bring back what was written of a support and taken away."),
    ),
    Kind(
        "rating", "ratings", "rating_id",
        lambda actor, key, _gone: rating_to_edit(actor, key), practice_services.remove,
        _ratings_at, practice_schemas.Ratings,
        ("Take a rating away. The team that gave it and network leads may.",
         "Bring back a rating that was taken away; returns the site's ratings."),
    ),
):  # fmt: skip
    hang(blueprint, _kind)
