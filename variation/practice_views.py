"""Practices: the picture of sites by practices, one of them over its sites, writing one."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from nic_platform import access, clock, exporting
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.errors import InputError
from nic_platform.pages import status_of, today, try_to, uuid_arg, went
from nic_platform.text import _
from variation import (
    fit,
    initiative_queries,
    practice_choice_queries,
    practice_forms,
    practice_queries,
    practice_services,
    rating_queries,
    seat_queries,
    seats,
    stage_svg,
    stages,
    supports,
)
from variation.alignment_base_views import (
    PER_PAGE,
    area,
    as_file,
    blueprint,
    both_versions,
    next_of,
    take_or_return,
    visitor,
)
from variation.initiative_forms import choices
from variation.models import Practice

DRAWN = 25
MOST_EXPORTED = 5000


@blueprint.get("/practices")
@access.signed_in
def practices() -> ResponseReturnValue:
    """List practices with how far their sites are, and sites by practices as a picture."""
    actor, place = visitor(), area()
    pooled = seat_queries.is_pooled(actor)
    rows = practice_queries.list_practices(session(), actor, after=uuid_arg("after"), limit=PER_PAGE)
    sites = [] if pooled else practice_queries.sites_with_practices(
        session(), actor, place.id if place else None, after=uuid_arg("sites"), limit=PER_PAGE
    )  # fmt: skip
    columns = [row for row in rows[:PER_PAGE] if row.sites][:8]
    there = practice_queries.places_among(
        session(), actor, [row.id for row in columns], [site[0] for site in sites[:PER_PAGE]]
    )
    return render_template(
        "variation/practices.html",
        rows=rows[:PER_PAGE], more=next_of(rows), pooled=pooled, columns=columns,
        sites=sites[:PER_PAGE], more_sites=sites[PER_PAGE - 1][1] if len(sites) > PER_PAGE else None,
        there={(each.site_id, each.practice_id): each for each in there},
        area=place, areas=[] if pooled else seat_queries.areas(session(), actor),
        names=stages.stage_names(), hints=stages.stage_hints(), steps=stage_svg.steps,
        word=stages.stage_word, may_add=seats.can_name(actor),
    )  # fmt: skip


def _offer(form: practice_forms.PracticeForm, actor: Actor) -> None:
    ideas = practice_choice_queries.ideas_to_choose(session(), actor)
    adopted = {str(key): title for key, title, is_adopted in ideas if is_adopted}
    others = {str(key): title for key, title, is_adopted in ideas if not is_adopted}
    form.idea.choices = [
        *choices({"": _("None")}),
        *((_group(_("Adopted by a team"), adopted)) + _group(_("Not adopted yet"), others)),
    ]
    names = initiative_queries.names_to_choose(session(), actor)
    form.initiative.choices = choices({"": _("None")} | {str(key): name for key, name in names})
    measures = practice_choice_queries.measures_to_choose(session(), actor)
    wanted = {"capacity": ("capacity",), "fidelity": ("process",), "outcome": ("outcome",)}
    for name, kinds in wanted.items():
        ordered = _likely_first(measures, kinds)
        form[name].choices = choices({"": _("None yet")} | {str(key): words for key, words, _kind in ordered})
    if not actor.is_network_lead:
        del form.is_common


def _likely_first(
    measures: list[tuple[UUID, str, str]], kinds: tuple[str, ...]
) -> list[tuple[UUID, str, str]]:
    return sorted(measures, key=lambda each: (each[2] not in kinds, each[1]))


def _group(label: str, words: dict[str, str]) -> list[Any]:
    found = choices(words)
    for each in found:
        each.optgroup = label
    return found


def _values(form: practice_forms.PracticeForm, actor: Actor) -> dict[str, Any]:
    """Return what was typed with the numbers of what was chosen."""
    current = session()
    values: dict[str, Any] = {name: form[name].data for name in practice_queries.FACTS}
    values["idea_id"] = _number(
        form.idea.data, lambda key: practice_choice_queries.idea_number(current, actor, key)
    )
    values["initiative_id"] = _number(
        form.initiative.data, lambda key: initiative_queries.get_initiative(current, actor, key).id
    )
    for name in practice_queries.MEASURES:
        values[f"{name}_measure_id"] = _number(
            form[name].data, lambda key: practice_choice_queries.measure_number(current, actor, key)
        )
    return values


def _number(text: str | None, read: Any) -> int | None:
    if not text:
        return None
    try:
        found: int | None = read(UUID(text))
    except ValueError:
        found = None
    if found is None:
        raise InputError(_("Choose from the lists."))
    return found


@blueprint.route("/practices/new", methods=["GET", "POST"])
@access.signed_in
def new_practice() -> ResponseReturnValue:
    """Add a practice: from a change idea that held, from an initiative, or by name."""
    actor = visitor()
    access.require(seats.can_name(actor), _("Only who works in a team can add practices."))
    form = practice_forms.PracticeForm(
        data={"idea": str(uuid_arg("idea") or ""), "initiative": str(uuid_arg("initiative") or ""),
              "name": request.args.get("name", "")[:200]}
    )  # fmt: skip
    _offer(form, actor)
    made: list[Practice] = []

    def work(current: Any) -> None:
        is_common = actor.is_network_lead and ("is_common" not in form or form.is_common.data)
        own = actor.team_id if actor.edits(actor.team_id) else min(
            (team for team in actor.team_ids if actor.edits(team)), default=None
        )  # fmt: skip
        values = _values(form, actor) | {"team_id": None if is_common or own is None else own}
        made.append(practice_services.save_practice(current, actor.network_id or 0, None, values))

    if form.validate_on_submit() and try_to(form, actor, work):
        return went(
            url_for(".practice", practice_id=made[0].public_id), _("It is there. Say next where it begins.")
        )
    return render_template("variation/edit_practice.html", form=form, practice=None), status_of(form)


@blueprint.get("/practices/<uuid:practice_id>")
@access.signed_in
def practice(practice_id: UUID) -> ResponseReturnValue:
    """Show a practice over its sites: stages now and over time, zone, supports, readiness."""
    actor = visitor()
    return render_template("variation/practice.html", **read_practice(actor, practice_id))


def read_practice(actor: Actor, practice_id: UUID) -> dict[str, Any]:
    """Return what the page of a practice shows; eleven statements at most."""
    current, place = session(), area()
    row = practice_queries.practice_row(current, actor, practice_id)
    pooled = seat_queries.is_pooled(actor)
    thing = practice_queries.get_practice(current, actor, practice_id)
    places = [] if pooled else practice_queries.places_of(
        current, actor, row.id, area_id=place.id if place else None, after=uuid_arg("after"), limit=PER_PAGE
    )  # fmt: skip
    shown = places[:PER_PAGE]
    seen = [
        supports.Seen(each.place_id, each.kind, each.state, each.on, each.evidence)
        for each in practice_queries.support_entries(current, [each.id for each in shown])
    ]
    ratings = [] if pooled else rating_queries.ratings_of(current, actor, row.id)
    drawn = [(each.site_name, each.way) for each in shown if each.way.steps][:DRAWN]
    span = stage_svg.span_of(drawn, today(actor))
    return {
        "practice": thing, "row": row, "places": shown, "more": next_of(places), "pooled": pooled,
        "wide": stage_svg.ways(drawn, span) if drawn else "",
        "narrow": stage_svg.ways(drawn, span, narrow=True) if drawn else "",
        "lede": _lede(row), "names": stages.stage_names(), "word": stages.stage_word,
        "steps": stage_svg.steps, "gaps": supports.gaps([each.id for each in shown], seen) if shown else [],
        "latest": supports.latest(seen), "support_names": supports.support_names(),
        "state_word": supports.state_word, "today": today(actor),
        "sentence": lambda way: stages.sentence(way, today(actor)),
        "fit": fit.sides("fit", judged(ratings, "fit")), "spread": stage_svg.spread,
        "advice": fit.fit_advice(fit.sides("fit", judged(ratings, "fit"))),
        "readiness": fit.readiness_advice(fit.sides("readiness", judged(ratings, "readiness"))),
        "may_edit": seats.can_edit_practice(actor, thing.team_id),
        "may_begin": seats.can_name(actor), "area": place,
    }  # fmt: skip


def _lede(row: practice_queries.PracticeRow) -> str:
    """Return how many sites stand at which stage."""
    standing = [
        stages.Way((stages.Step(stage, date.min),))
        for stage, number in zip(stages.STAGES, row.counts, strict=True)
        for _site in range(number)
    ]
    return stages.lede(standing)


def judged(ratings: list[rating_queries.RatingRow], kind: str) -> list[fit.Judgement]:
    """Return ratings as the rules look at them: a team's judgement for its site, named by both."""
    many = len({each.site_id for each in ratings}) > 1
    return [
        fit.Judgement(
            _("%(team)s, for %(site)s", team=each.team, site=each.site) if many else each.team,
            each.side, each.value, each.on, each.words,
        )
        for each in ratings
        if each.kind == kind
    ]  # fmt: skip


def to_edit(actor: Actor, practice_id: UUID, *, gone: bool = False) -> Practice:
    """Return a practice for writing, refusing those who may only read it."""
    thing = practice_queries.get_practice(session(), actor, practice_id, gone=gone)
    access.require(
        seats.can_edit_practice(actor, thing.team_id),
        _("Only the team that keeps this, or a network lead, can change it."),
    )
    return thing


@blueprint.route("/practices/<uuid:practice_id>/edit", methods=["GET", "POST"])
@access.signed_in
def edit_practice(practice_id: UUID) -> ResponseReturnValue:
    """Change what is known of a practice."""
    actor = visitor()
    thing = to_edit(actor, practice_id)
    known = practice_choice_queries.public_ids(session(), thing)
    saved: dict[str, Any] = {name: getattr(thing, name) for name in practice_queries.FACTS}
    saved |= {name: str(key or "") for name, key in known.items()}
    form = practice_forms.PracticeForm(
        data=saved | {"version": thing.version, "is_common": thing.team_id is None}
    )
    _offer(form, actor)

    def work(current: Any) -> None:
        values = _values(form, actor)
        if "is_common" in form and form.is_common.data:
            values["team_id"] = None
        practice_services.save_practice(current, thing.network_id, thing, values)

    if form.validate_on_submit():
        if form.is_stale(thing.version):
            return both_versions(form, thing.name, thing, saved)
        if try_to(form, actor, work):
            return went(url_for(".practice", practice_id=practice_id), _("Saved."))
    return render_template("variation/edit_practice.html", form=form, practice=thing), status_of(form)


@blueprint.post("/practices/<uuid:practice_id>/remove")
@access.signed_in
def remove_practice(practice_id: UUID) -> ResponseReturnValue:
    """Take a practice away, or bring it back."""
    actor = visitor()
    thing = to_edit(actor, practice_id, gone=True)
    return take_or_return(
        actor,
        lambda s, gone: practice_services.remove(s, thing, gone, at=clock.now()),
        words=_("%(name)s is taken away, with its stages at sites.", name=thing.name),
        undo=url_for(".remove_practice", practice_id=practice_id, back=1), back=url_for(".practices"),
        found=url_for(".practice", practice_id=practice_id),
    )  # fmt: skip


@blueprint.get("/practices/export.<any(csv, xlsx):format>")
@access.signed_in
def export_practices(format: str) -> ResponseReturnValue:  # noqa: A002  the name stands in the address
    """Give practices by site with their stages as a table; an analyst's has counts only."""
    actor = visitor()
    names = stages.stage_names()
    found = practice_queries.list_practices(session(), actor, limit=1000)
    if seat_queries.is_pooled(actor):
        header = [_("Practice"), *names.values()]
        return as_file("practices", format, header, [[row.name, *row.counts] for row in found])
    places = practice_queries.places_of_many(session(), actor, [row.id for row in found], limit=MOST_EXPORTED)
    header = [
        _("Practice"),
        _("Site"),
        _("Stage"),
        _("Since"),
        _("How one knows"),
        _("Tried here from"),
        _("Until"),
    ]
    rows: list[list[exporting.Cell]] = [
        [
            each.practice_name, each.site_name, stages.stage_word(each.way.now), each.way.since,
            each.way.steps[-1].evidence if each.way.steps else "", each.zone_from, each.zone_to,
        ]
        for each in places
    ]  # fmt: skip
    return as_file("practices", format, header, rows)
