"""The network's list of initiatives, one of them, and what was decided about them."""

from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from cycles.idea_queries import list_drivers
from nic_platform import access, clock, exporting
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.pages import status_of, try_to, uuid_arg, went
from nic_platform.text import _
from variation import (
    in_place_queries,
    initiative_forms,
    initiative_queries,
    initiative_services,
    initiative_table,
    initiatives,
    seat_queries,
    seats,
)
from variation.alignment_base_views import (
    PER_PAGE,
    area,
    as_file,
    blueprint,
    both_versions,
    by_name,
    next_of,
    take_or_return,
    visitor,
)
from variation.models import Initiative

MOST_EXPORTED = 20_000


@blueprint.get("/initiatives")
@access.signed_in
def index() -> ResponseReturnValue:
    """List the initiatives of the network with where they are and what came of them."""
    actor = visitor()
    find, driver = request.args.get("find", "").strip()[:80], uuid_arg("driver")
    rows = initiative_queries.list_initiatives(
        session(), actor, find=find, driver_id=driver, after=uuid_arg("after"), limit=PER_PAGE
    )
    return render_template(
        "variation/initiatives.html",
        rows=rows[:PER_PAGE],
        more=next_of(rows),
        find=find,
        driver=driver,
        drivers=_drivers(actor),
        pooled=seat_queries.is_pooled(actor),
        may_add=seats.can_name(actor),
    )


def _drivers(actor: Actor) -> list[tuple[UUID, str]]:
    return [(each.public_id, each.name) for each in list_drivers(session(), actor)]


@blueprint.route("/initiatives/new", methods=["GET", "POST"])
@access.signed_in
def new_initiative() -> ResponseReturnValue:
    """Add an initiative to the network's list."""
    actor = visitor()
    access.require(seats.can_name(actor), _("Only who works in a team can add initiatives."))
    form = initiative_forms.initiative_form(_drivers(actor))
    made: list[Initiative] = []

    def work(current: Any) -> None:
        made.append(initiative_services.save_initiative(current, actor.network_id or 0, None, form.facts()))
        initiative_services.set_drivers(current, made[0], _chosen(form))

    if form.validate_on_submit() and try_to(form, actor, work):
        return went(
            url_for(".initiative", initiative_id=made[0].public_id),
            _("It is on the list. Say next where it is in place."),
        )
    return render_template("variation/edit_initiative.html", form=form, initiative=None), status_of(form)


def _chosen(form: initiative_forms.InitiativeForm) -> dict[UUID, bool]:
    return {UUID(key): strong for key, strong in form.drivers().items()}


@blueprint.get("/initiatives/<uuid:initiative_id>")
@access.signed_in
def initiative(initiative_id: UUID) -> ResponseReturnValue:
    """Show one initiative: what is known of it, and each place of the reader's line that has it."""
    actor = visitor()
    thing = initiative_queries.get_initiative(session(), actor, initiative_id)
    counts = initiative_queries.place_counts(session(), actor, [thing.id]).get(thing.id, (0, 0, 0, 0))
    pooled = seat_queries.is_pooled(actor)
    rows = [] if pooled else initiative_queries.places_with(
        session(), actor, thing.id, after=uuid_arg("after"), limit=PER_PAGE
    )  # fmt: skip
    return render_template(
        "variation/initiative.html",
        initiative=thing,
        drivers=initiative_queries.drivers_of(session(), [thing.id]).get(thing.id, []),
        counts=counts,
        rows=rows[:PER_PAGE],
        more=next_of(rows),
        pooled=pooled,
        ideas=in_place_queries.ideas_beside(session(), actor, thing.id),
        practices=in_place_queries.practices_from(session(), actor, thing.id),
        may_edit=may_edit(actor, thing),
        may_add=seats.can_name(actor),
        sites=seat_queries.sites_to_write(session(), actor, limit=200) if seats.can_name(actor) else [],
    )


def may_edit(actor: Actor, thing: Initiative) -> bool:
    """Say whether somebody may change what is known of an initiative; one statement."""
    keepers = initiative_queries.keepers_of(session(), thing.id)
    own = frozenset(team for team in keepers if team is not None)
    elsewhere = any(team is None or not actor.edits(team) for team in keepers)
    if not keepers and thing.created_by_id == actor.user_id:
        return True
    return seats.can_edit_named(actor, own, is_used_elsewhere=elsewhere)


def to_edit(actor: Actor, initiative_id: UUID, *, gone: bool = False) -> Initiative:
    """Return an initiative for writing, refusing those who may only read it."""
    thing = initiative_queries.get_initiative(session(), actor, initiative_id, gone=gone)
    access.require(
        may_edit(actor, thing),
        _("Other sites use this one: only a network lead can change it."),
    )
    return thing


@blueprint.route("/initiatives/<uuid:initiative_id>/edit", methods=["GET", "POST"])
@access.signed_in
def edit_initiative(initiative_id: UUID) -> ResponseReturnValue:
    """Change what is known of an initiative."""
    actor = visitor()
    thing = to_edit(actor, initiative_id)
    saved: dict[str, Any] = {name: getattr(thing, name) for name in initiative_queries.FACTS}
    now = initiative_queries.drivers_of(session(), [thing.id]).get(thing.id, [])
    saved |= {f"driver_{key}": "strong" if strong else "weak" for key, _name, strong in now}
    form = initiative_forms.initiative_form(_drivers(actor), data=saved | {"version": thing.version})

    def work(current: Any) -> None:
        initiative_services.save_initiative(current, thing.network_id, thing, form.facts())
        initiative_services.set_drivers(current, thing, _chosen(form))

    if form.validate_on_submit():
        if form.is_stale(thing.version):
            return both_versions(form, thing.name, thing, saved)
        if try_to(form, actor, work):
            return went(url_for(".initiative", initiative_id=initiative_id), _("Saved."))
    return render_template("variation/edit_initiative.html", form=form, initiative=thing), status_of(form)


@blueprint.post("/initiatives/<uuid:initiative_id>/remove")
@access.signed_in
def remove_initiative(initiative_id: UUID) -> ResponseReturnValue:
    """Take an initiative off the list, or bring back one that was."""
    actor = visitor()
    thing = to_edit(actor, initiative_id, gone=True)
    return take_or_return(
        actor,
        lambda s, gone: initiative_services.remove_initiative(s, thing, gone, at=clock.now()),
        words=_("%(name)s is off the list, with its records at sites.", name=thing.name),
        undo=url_for(".remove_initiative", initiative_id=initiative_id, back=1), back=url_for(".index"),
        found=url_for(".initiative", initiative_id=initiative_id),
    )  # fmt: skip


@blueprint.get("/initiatives/decisions")
@access.signed_in
def decisions() -> ResponseReturnValue:
    """Show what was decided to keep, stop or reallocate, with reasons and days, the latest first."""
    actor = by_name()
    kind, place = request.args.get("kind", ""), area()
    kind = kind if kind in initiatives.DECISIONS else ""
    rows = initiative_queries.decisions(
        session(), actor, kind=kind, area_id=place.id if place else None, after=uuid_arg("after"),
        limit=PER_PAGE,
    )  # fmt: skip
    return render_template(
        "variation/initiative_decisions.html",
        rows=rows[:PER_PAGE],
        more=next_of(rows),
        kind=kind,
        kinds=initiatives.decision_names(),
        area=place,
        areas=seat_queries.areas(session(), actor),
    )


@blueprint.get("/initiatives/export.<any(csv, xlsx):format>")
@access.signed_in
def export_initiatives(format: str) -> ResponseReturnValue:  # noqa: A002  the name stands in the address
    """Give the inventory as a table that can be brought in again; an analyst's has counts only."""
    actor = visitor()
    if seat_queries.is_pooled(actor):
        rows = initiative_queries.list_initiatives(session(), actor, limit=1000)
        header = [_("Initiative"), _("Sites"), _("Better"), _("The same"), _("Worse")]
        cells: list[list[exporting.Cell]] = [[r.name, r.places, r.better, r.same, r.worse] for r in rows]
        return as_file("initiatives", format, header, cells)
    place = area()
    found = initiative_queries.all_places(session(), actor, place.id if place else None, MOST_EXPORTED)
    facts = initiative_queries.facts_of(session(), {row.initiative_id for row in found})
    header, cells = exported(found, facts)
    return as_file("initiatives", format, header, cells)


def exported(
    found: list[initiative_queries.PlaceRow], facts: dict[int, initiative_queries.InitiativeRow]
) -> tuple[list[str], list[list[exporting.Cell]]]:
    """Return the inventory as a table, with the columns that the import knows."""
    header = [target.label for target in initiative_table.targets()]
    rows: list[list[exporting.Cell]] = []
    for each in found:
        known = facts[each.initiative_id]
        values: dict[str, exporting.Cell] = {
            "initiative": each.name, "place": each.site_name, "level": each.level.value, "aim": known.aim,
            "owner": known.owner, "data_collected": known.data_collected, "requires": known.requires,
            "owner_here": each.owner, "teams": each.teams, "starts_on": each.starts_on,
            "ends_on": each.ends_on, "outcome": each.outcome, "evidence": each.evidence,
            "decision": each.decision, "decision_why": each.decision_why,
            "reallocate_to": each.reallocate_to, "decided_on": each.decided_on,
        } | {name: getattr(each, name) for name in initiatives.ASPECTS}  # fmt: skip
        rows.append([values[target.key] for target in initiative_table.targets()])
    return header, rows
