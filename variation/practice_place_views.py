"""One practice at one site: its way through the stages, its zone, its supports."""

from typing import Any
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.errors import InputError
from nic_platform.pages import status_of, today, try_to, uuid_arg, went
from nic_platform.text import _
from variation import (
    practice_forms,
    practice_queries,
    practice_services,
    seat_queries,
    seats,
    stage_svg,
    stages,
    supports,
)
from variation.alignment_base_views import (
    blueprint,
    both_versions,
    by_name,
    only_its_line,
    seat_for,
    take_or_return,
)
from variation.initiative_forms import choices
from variation.models import PracticeSite, StageEntry, Support


@blueprint.route("/practices/<uuid:practice_id>/begin", methods=["GET", "POST"])
@access.signed_in
def begin_practice(practice_id: UUID) -> ResponseReturnValue:
    """Begin a practice at a site, with its first stage."""
    actor = by_name()
    thing = practice_queries.get_practice(session(), actor, practice_id)
    access.require(seats.can_name(actor), only_its_line())
    sites = seat_queries.sites_to_write(session(), actor)
    form = practice_forms.BeginForm(
        data={"on": today(actor), "stage": "exploration", "site": str(uuid_arg("site") or "")}
    )
    form.site.choices = choices({"": _("Choose one")} | {str(site.public_id): site.name for site in sites})
    made: list[PracticeSite] = []

    def work(current: Any) -> None:
        chosen = next((site for site in sites if str(site.public_id) == form.site.data), None)
        if chosen is None:
            text = _("Choose a site that you write for.")
            raise InputError(text, {"site": text})
        seat = seat_queries.seat_at(current, actor, chosen.id)
        values = {key: value for key, value in form.values().items() if key != "site"}
        made.append(
            practice_services.begin_at(current, thing, chosen.id, seat.team_id, values, today=today(actor))
        )

    if form.validate_on_submit() and try_to(form, actor, work):
        return went(url_for(".practice_site", practice_site_id=made[0].public_id), _("Begun."))
    return render_template(
        "variation/begin_practice.html", form=form, practice=thing, hints=stages.stage_hints()
    ), status_of(form)  # fmt: skip


@blueprint.get("/practice-sites/<uuid:practice_site_id>")
@access.signed_in
def practice_site(practice_site_id: UUID) -> ResponseReturnValue:
    """Show one practice at one site."""
    actor = by_name()
    return _page(actor, practice_site_id)


def _page(actor: Actor, place_id: UUID, stage: Any = None, support: Any = None) -> ResponseReturnValue:
    row = practice_queries.place_row(session(), actor, place_id)
    day, seat = today(actor), seat_queries.seat_at(session(), actor, row.site_id)
    entries = practice_queries.support_entries(session(), [row.id])
    seen = [supports.Seen(row.id, e.kind, e.state, e.on, e.evidence) for e in entries]
    one = [(row.site_name, row.way)]
    span = stage_svg.span_of(one, day)
    form = stage or support
    return render_template(
        "variation/practice_site.html",
        place=row, day=day, entries=practice_queries.stage_entries(session(), [row.id]),
        back={(step.on, step.stage) for step in row.way.went_back},
        sentence=stages.sentence(row.way, day), word=stages.stage_word, hints=stages.stage_hints(),
        steps=stage_svg.steps, wide=stage_svg.ways(one, span) if row.way.steps else "",
        narrow=stage_svg.ways(one, span, narrow=True) if row.way.steps else "",
        supports=supports, latest=supports.latest(seen), support_rows=entries,
        gaps={gap.kind: gap for gap in supports.gaps([row.id], seen)},
        may_edit=seats.can_edit(seat, row.team_id),
        stage_form=stage or practice_forms.StageForm(formdata=None, data={"on": day}),
        support_form=support or practice_forms.SupportForm(formdata=None, data={"on": day}),
    ), status_of(form) if form else 200  # fmt: skip


def to_edit(actor: Actor, place_id: UUID, *, gone: bool = False) -> PracticeSite:
    """Return a practice's place for writing, refusing those who may only read it."""
    place = practice_queries.get_place(session(), actor, place_id, gone=gone)
    seat_for(actor, place.site_id, place.team_id)
    return place


@blueprint.post("/practice-sites/<uuid:practice_site_id>/stages")
@access.signed_in
def add_stage(practice_site_id: UUID) -> ResponseReturnValue:
    """Write down from which day the practice stands at a stage here."""
    actor = by_name()
    place = to_edit(actor, practice_site_id)
    form = practice_forms.StageForm()

    def work(current: Any) -> None:
        practice_services.add_stage(current, place, form.values(), today=today(actor))

    if form.validate_on_submit() and try_to(form, actor, work):
        return went(url_for(".practice_site", practice_site_id=practice_site_id), _("Written down."))
    return _page(actor, practice_site_id, stage=form)


@blueprint.post("/practice-sites/<uuid:practice_site_id>/supports")
@access.signed_in
def add_support(practice_site_id: UUID) -> ResponseReturnValue:
    """Write down how a support stands here."""
    actor = by_name()
    place = to_edit(actor, practice_site_id)
    form = practice_forms.SupportForm()

    def work(current: Any) -> None:
        practice_services.add_support(current, place, form.values(), today=today(actor))

    if form.validate_on_submit() and try_to(form, actor, work):
        return went(
            url_for(".practice_site", practice_site_id=practice_site_id, _anchor="supports"),
            _("Written down."),
        )
    return _page(actor, practice_site_id, support=form)


@blueprint.route("/practice-sites/<uuid:practice_site_id>/edit", methods=["GET", "POST"])
@access.signed_in
def edit_practice_site(practice_site_id: UUID) -> ResponseReturnValue:
    """Change the transformation zone here, and who is helped or left out."""
    actor = by_name()
    place = to_edit(actor, practice_site_id)
    row = practice_queries.place_row(session(), actor, practice_site_id)
    saved = {name: getattr(place, name) for name in practice_queries.ZONE}
    form = practice_forms.ZoneForm(data=saved | {"version": place.version})
    title = _("%(practice)s at %(site)s", practice=row.practice_name, site=row.site_name)
    if form.validate_on_submit():
        if form.is_stale(place.version):
            return both_versions(form, title, place, saved)
        if try_to(form, actor, lambda s: practice_services.save_place(s, place, form.values())):
            return went(url_for(".practice_site", practice_site_id=practice_site_id), _("Saved."))
    return render_template("variation/edit_practice_site.html", form=form, place=row), status_of(form)


@blueprint.post("/practice-sites/<uuid:practice_site_id>/remove")
@access.signed_in
def remove_practice_site(practice_site_id: UUID) -> ResponseReturnValue:
    """Take a practice away from a site, or bring it back."""
    actor = by_name()
    place = to_edit(actor, practice_site_id, gone=True)
    return take_or_return(
        actor,
        lambda s, gone: practice_services.remove(s, place, gone, at=clock.now()),
        words=_("It is taken away from this site, with its stages."),
        undo=url_for(".remove_practice_site", practice_site_id=practice_site_id, back=1),
        back=url_for(".practices"),
        found=url_for(".practice_site", practice_site_id=practice_site_id),
    )  # fmt: skip


@blueprint.post("/stage-entries/<uuid:stage_entry_id>/remove")
@access.signed_in
def remove_stage(stage_entry_id: UUID) -> ResponseReturnValue:
    """Take a stage that never was away, or bring it back."""
    undo = url_for(".remove_stage", stage_entry_id=stage_entry_id, back=1)
    return _take_or_return(StageEntry, stage_entry_id, undo)


@blueprint.post("/supports/<uuid:support_id>/remove")
@access.signed_in
def remove_support(support_id: UUID) -> ResponseReturnValue:
    """Take what was written of a support away, or bring it back."""
    undo = url_for(".remove_support", support_id=support_id, back=1)
    return _take_or_return(Support, support_id, undo)


def _take_or_return(
    model: type[StageEntry] | type[Support], entry_id: UUID, undo: str
) -> ResponseReturnValue:
    actor = by_name()
    entry, place = entry_to_edit(actor, model, entry_id)
    return take_or_return(
        actor,
        lambda s, gone: practice_services.remove(s, entry, gone, at=clock.now()),
        words=_("The entry is taken away."), undo=undo,
        back=url_for(".practice_site", practice_site_id=place.public_id),
    )  # fmt: skip


def entry_to_edit(
    actor: Actor, model: type[StageEntry] | type[Support], entry_id: UUID
) -> tuple[StageEntry | Support, PracticeSite]:
    """Return a stage or a support's state with its place, refusing those who may only read them."""
    entry, place = practice_queries.get_entry(session(), actor, model, entry_id)
    seat_for(actor, place.site_id, place.team_id)
    return entry, place
