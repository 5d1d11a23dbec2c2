"""What is in place at one site: its inventory with the questions to it, each record, notes on pairs."""

from itertools import combinations
from typing import Any
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.pages import status_of, today, try_to, uuid_arg, went
from nic_platform.text import _
from variation import (
    initiative_forms,
    initiative_queries,
    initiative_services,
    initiatives,
    practice_queries,
    seat_queries,
    seats,
)
from variation.alignment_base_views import (
    blueprint,
    both_versions,
    by_name,
    seat_for,
    site_to_add,
    take_or_return,
)
from variation.initiative_queries import PlaceRow
from variation.models import Initiative, InitiativePair, InitiativePlace

MOST_PAIRS = 60


@blueprint.get("/sites/<uuid:site_id>/initiatives")
@access.signed_in
def site_initiatives(site_id: UUID) -> ResponseReturnValue:
    """Show what is in place at a site, what its records have in common, and the questions to it."""
    actor = by_name()
    site = seat_queries.find_site(session(), actor, site_id)
    rows = initiative_queries.places_at(session(), actor, site.id)
    ids = {row.initiative_id for row in rows}
    facts = initiative_queries.facts_of(session(), ids)
    said = initiative_queries.said_of(rows, facts, initiative_queries.drivers_of(session(), ids))
    notes = initiative_queries.pairs_at(session(), actor, site.id)
    seat = seat_queries.seat_at(session(), actor, site.id)
    return render_template(
        "variation/site_initiatives.html",
        site=site,
        rows=rows,
        questions=initiatives.questions(site.name, said, len({(n.first_id, n.second_id) for n in notes})),
        pairs=_pairs(said, notes),
        public={row.initiative_id: row.initiative for row in rows},
        may_add=seats.can_add(seat),
        own_team=seat.team_id,
        may_change=lambda note: seats.can_edit_note(actor, note.team_id),
        practices=practice_queries.places_of_site(session(), actor, site.id),
    )


def _pairs(said: list[initiatives.Said], notes: list[initiative_queries.PairRow]) -> list[dict[str, Any]]:
    """Return every pair of the inventory that shares something or has a note, by name."""
    noted: dict[tuple[int, int], list[initiative_queries.PairRow]] = {}
    for note in notes:
        noted.setdefault((note.first_id, note.second_id), []).append(note)
    whole: dict[int, initiatives.Said] = {}
    for each in said:
        whole.setdefault(each.key, each)
    found = []
    for first, second in combinations(sorted(whole.values(), key=lambda one: one.key), 2):
        there, common = noted.get((first.key, second.key), []), initiatives.signs(first, second)
        if there or common:
            found.append({"first": first, "second": second, "notes": there, "signs": common})
    return found[:MOST_PAIRS]


@blueprint.route("/sites/<uuid:site_id>/initiatives/new", methods=["GET", "POST"])
@access.signed_in
def add_site_initiative(site_id: UUID) -> ResponseReturnValue:
    """Write down that an initiative is in place at a site."""
    actor = by_name()
    site, seat = site_to_add(actor, site_id)
    chosen = uuid_arg("initiative")
    form = initiative_forms.NewPlaceForm(
        data={"initiative": str(chosen or ""), "level": site.level.value, "outcome": ""}
    )
    names = initiative_queries.names_to_choose(session(), actor)
    form.initiative.choices = initiative_forms.choices(
        {"": _("Choose, or write a new name below")} | {str(key): name for key, name in names}
    )
    made: list[InitiativePlace] = []

    def work(current: Any) -> None:
        thing = _chosen(current, actor, form)
        values = {k: v for k, v in form.values().items() if k not in {"initiative", "new_name"}}
        made.append(initiative_services.put_in_place(current, thing, site.id, seat.team_id, values))

    if form.validate_on_submit() and try_to(form, actor, work):
        return went(
            url_for(".site_initiatives", site_id=site_id, _anchor=f"p{made[0].id}"), _("Written down.")
        )
    return render_template(
        "variation/edit_initiative_place.html", form=form, site=site, place=None,
        hints=initiatives.aspect_hints(),
    ), status_of(form)  # fmt: skip


def _chosen(current: Any, actor: Actor, form: initiative_forms.NewPlaceForm) -> Initiative:
    """Return the initiative that the form names; a new name goes on the network's list."""
    if form.new_name.data:
        values = {"name": form.new_name.data, "owner": form.owner.data}
        return initiative_services.save_initiative(current, actor.network_id or 0, None, values)
    return initiative_queries.chosen(current, actor, form.initiative.data)


@blueprint.get("/initiatives/places/<uuid:initiative_place_id>")
@access.signed_in
def initiative_place(initiative_place_id: UUID) -> ResponseReturnValue:
    """Show one initiative at one site: the five lines, what came of it, what was decided."""
    actor = by_name()
    row = initiative_queries.place_row(session(), actor, initiative_place_id)
    seat = seat_queries.seat_at(session(), actor, row.site_id)
    form = initiative_forms.ChoiceForm(data=_choice(row) | {"version": row.version})
    return render_template("variation/initiative_place.html", **_shown(row, seat, form))


def _choice(row: PlaceRow | InitiativePlace) -> dict[str, Any]:
    return {name: getattr(row, name) for name in initiative_queries.CHOICE}


def _shown(row: PlaceRow, seat: seats.Seat, form: Any) -> dict[str, Any]:
    return {
        "place": row,
        "aspects": [(name, words, getattr(row, name)) for name, words in initiatives.aspect_names().items()],
        "outcome": initiatives.outcome_word(row.outcome),
        "shape": initiatives.OUTCOME_SHAPE[row.outcome],
        "decisions": initiatives.decision_names(),
        "may_edit": seats.can_edit(seat, row.team_id),
        "form": form,
    }


def place_to_edit(actor: Actor, place_id: UUID, *, gone: bool = False) -> InitiativePlace:
    """Return one initiative at one place for writing, refusing those who may only read it."""
    place = initiative_queries.get_place(session(), actor, place_id, gone=gone)
    seat_for(actor, place.site_id, place.team_id)
    return place


@blueprint.route("/initiatives/places/<uuid:initiative_place_id>/edit", methods=["GET", "POST"])
@access.signed_in
def edit_initiative_place(initiative_place_id: UUID) -> ResponseReturnValue:
    """Change what is written of an initiative at a site."""
    actor = by_name()
    place = place_to_edit(actor, initiative_place_id)
    row = initiative_queries.place_row(session(), actor, initiative_place_id)
    saved: dict[str, Any] = {name: getattr(place, name) for name in initiative_queries.LINES}
    saved["level"] = place.level.value
    form = initiative_forms.PlaceForm(data=saved | {"version": place.version})
    title = _("%(name)s at %(site)s", name=row.name, site=row.site_name)
    if form.validate_on_submit():
        if form.is_stale(place.version):
            return both_versions(form, title, place, saved)
        if try_to(form, actor, lambda s: initiative_services.save_place(s, place, form.values())):
            return went(url_for(".initiative_place", initiative_place_id=initiative_place_id), _("Saved."))
    site = seat_queries.sites_by_number(session(), [place.site_id])[place.site_id]
    return render_template(
        "variation/edit_initiative_place.html", form=form, site=site, place=row,
        hints=initiatives.aspect_hints(),
    ), status_of(form)  # fmt: skip


@blueprint.post("/initiatives/places/<uuid:initiative_place_id>/decide")
@access.signed_in
def decide_initiative(initiative_place_id: UUID) -> ResponseReturnValue:
    """Decide to keep, stop or reallocate, or take a decision back."""
    actor = by_name()
    place = place_to_edit(actor, initiative_place_id)
    form = initiative_forms.ChoiceForm()
    row = initiative_queries.place_row(session(), actor, initiative_place_id)

    def work(current: Any) -> None:
        initiative_services.decide(current, place, form.values(), today=today(actor))

    if form.validate_on_submit():
        if form.is_stale(place.version):
            title = _("%(name)s at %(site)s", name=row.name, site=row.site_name)
            return both_versions(form, title, place, _choice(place))
        if try_to(form, actor, work):
            words = _("The decision is kept.") if form.decision.data else _("The decision is taken back.")
            return went(url_for(".initiative_place", initiative_place_id=initiative_place_id), words)
    seat = seat_queries.seat_at(session(), actor, place.site_id)
    return render_template("variation/initiative_place.html", **_shown(row, seat, form)), status_of(form)


@blueprint.post("/initiatives/places/<uuid:initiative_place_id>/remove")
@access.signed_in
def remove_initiative_place(initiative_place_id: UUID) -> ResponseReturnValue:
    """Take an initiative off a site's inventory, or bring back what was taken off."""
    actor = by_name()
    place = place_to_edit(actor, initiative_place_id, gone=True)
    site = seat_queries.sites_by_number(session(), [place.site_id])[place.site_id]
    return take_or_return(
        actor,
        lambda s, gone: initiative_services.remove_place(s, place, gone, at=clock.now()),
        words=_("It is off the inventory of %(site)s.", site=site.name),
        undo=url_for(".remove_initiative_place", initiative_place_id=initiative_place_id, back=1),
        back=url_for(".site_initiatives", site_id=site.public_id),
    )  # fmt: skip


@blueprint.route("/sites/<uuid:site_id>/initiatives/pair", methods=["GET", "POST"])
@access.signed_in
def add_initiative_pair(site_id: UUID) -> ResponseReturnValue:
    """Note what two initiatives of a site are to each other."""
    actor = by_name()
    site, seat = site_to_add(actor, site_id)
    there = {
        str(row.initiative): (row.initiative_id, row.name)
        for row in initiative_queries.places_at(session(), actor, site.id)
    }
    form = initiative_forms.NewPairForm(
        data={name: str(uuid_arg(name) or "") for name in ("first", "second")}
    )
    for field in (form.first, form.second):
        field.choices = initiative_forms.choices(
            {"": _("Choose one")} | {key: name for key, (_number, name) in there.items()}
        )

    def work(current: Any) -> None:
        chosen = [there[each][0] for each in (form.first.data, form.second.data) if each in there]
        initiative_services.note_pair(
            current, actor.network_id or 0, site.id, seat.team_id, chosen, form.values()
        )

    if form.validate_on_submit() and try_to(form, actor, work):
        return went(url_for(".site_initiatives", site_id=site_id, _anchor="together"), _("Noted."))
    return render_template(
        "variation/edit_pair.html", form=form, site=site, pair=None
    ), status_of(form)  # fmt: skip


def pair_to_edit(
    actor: Actor, pair_id: UUID, *, gone: bool = False
) -> tuple[InitiativePair, seat_queries.SiteRow]:
    """Return a note on two initiatives with its site, refusing those who may only read it."""
    pair = initiative_queries.get_pair(session(), actor, pair_id, gone=gone)
    access.require(
        seats.can_edit_note(actor, pair.team_id),
        _("Only the team that wrote this note can change it. Add your own beside it."),
    )
    return pair, seat_queries.sites_by_number(session(), [pair.site_id])[pair.site_id]


@blueprint.route("/initiatives/pairs/<uuid:initiative_pair_id>", methods=["GET", "POST"])
@access.signed_in
def edit_initiative_pair(initiative_pair_id: UUID) -> ResponseReturnValue:
    """Change a note on two initiatives."""
    actor = by_name()
    pair, site = pair_to_edit(actor, initiative_pair_id)
    saved = {"kind": pair.kind, "words": pair.words}
    form = initiative_forms.PairForm(data=saved | {"version": pair.version})
    names = initiative_queries.facts_of(session(), [pair.first_id, pair.second_id])
    title = _("%(first)s and %(second)s", first=names[pair.first_id].name, second=names[pair.second_id].name)
    if form.validate_on_submit():
        if form.is_stale(pair.version):
            return both_versions(form, title, pair, saved)
        if try_to(form, actor, lambda s: initiative_services.save_pair(s, pair, form.values())):
            return went(url_for(".site_initiatives", site_id=site.public_id, _anchor="together"), _("Saved."))
    return render_template(
        "variation/edit_pair.html", form=form, site=site, pair=pair, title=title
    ), status_of(form)  # fmt: skip


@blueprint.post("/initiatives/pairs/<uuid:initiative_pair_id>/remove")
@access.signed_in
def remove_initiative_pair(initiative_pair_id: UUID) -> ResponseReturnValue:
    """Take a note on two initiatives away, or bring it back."""
    actor = by_name()
    pair, site = pair_to_edit(actor, initiative_pair_id, gone=True)
    return take_or_return(
        actor,
        lambda s, gone: initiative_services.remove_pair(s, pair, gone, at=clock.now()),
        words=_("The note is taken away."),
        undo=url_for(".remove_initiative_pair", initiative_pair_id=initiative_pair_id, back=1),
        back=url_for(".site_initiatives", site_id=site.public_id, _anchor="together"),
    )  # fmt: skip
