"""Change ideas: one idea with its ramps, editing it, and adopting it into one's own team."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from cycles import forms, idea_queries, idea_services, link_queries, policies, queries, theory_services
from cycles.models import ChangeIdea
from cycles.views.root import blueprint, uuid_of
from measures import queries as measure_queries
from measures.models import Measure
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import InputError
from nic_platform.forms import conflict_page
from nic_platform.pages import take_faults, today
from nic_platform.text import _
from variation import idea_loading, in_place_loading


@blueprint.get("/ideas/<uuid:idea_id>")
@access.signed_in
def idea(idea_id: UUID) -> ResponseReturnValue:
    """Show one idea with its evidence and the ramps that the visitor may see."""
    actor = access.actor()
    found = idea_queries.get_idea(session(), actor, idea_id)
    cycles = idea_queries.cycles_of_idea(session(), actor, found.id)
    ramps: dict[int, list[queries.CycleRow]] = {}
    for cycle in cycles:
        ramps.setdefault(cycle.ramp_id or 0, []).append(cycle)
    return render_template(
        "cycles/idea.html",
        idea=found,
        ramps=list(ramps.values()),
        served=link_queries.milestones_of(session(), actor, [cycle.id for cycle in cycles]),
        may_edit=policies.can_edit_idea(actor, found),
        may_adopt=policies.can_create(actor, actor.team_id),
        in_place=in_place_loading.of_idea(session(), actor, found),
        **idea_loading.gathered(session(), actor, found, cycles),
    )


@blueprint.route("/ideas/<uuid:idea_id>/edit", methods=["GET", "POST"])
@access.signed_in
def edit_idea(idea_id: UUID) -> ResponseReturnValue:
    """Change an idea and the drivers it works on."""
    actor = access.actor()
    found = idea_queries.get_idea(session(), actor, idea_id)
    access.require(policies.can_edit_idea(actor, found))
    drivers = idea_queries.list_drivers(session(), actor)
    form = _form(drivers, found, idea_queries.links_of(session(), found.id))
    if request.method == "POST" and form.is_stale(found.version):
        kept = {name: getattr(found, name) for name in idea_services.IDEA_FIELDS}
        name = queries.name_of(session(), found.updated_by_id)
        return conflict_page(form, found.title, kept, version=found.version, by=name, at=found.updated_at)
    if form.validate_on_submit():
        try:
            with transaction(actor) as current:
                idea_services.save_idea(current, found, _values(form), by=actor, at=clock.now())
                _hang(current, actor, found, form, drivers)
        except InputError as error:
            take_faults(form, error)
        else:
            flash(_("Saved."))
            return redirect(url_for(".idea", idea_id=idea_id), 303)
    return render_template("cycles/idea_edit.html", form=form, idea=found), 422 if form.errors else 200


@blueprint.route("/ideas/new", methods=["GET", "POST"])
@access.signed_in
def new_idea() -> ResponseReturnValue:
    """Add an idea: the network lead to the network's library, a team's member to the team's own."""
    actor = access.actor()
    access.require(policies.can_create(actor, actor.team_id) or actor.is_network_lead)
    drivers = idea_queries.list_drivers(session(), actor)
    form = _form(drivers, None, {})
    if form.validate_on_submit():
        team_id = None if actor.is_network_lead else actor.team_id
        try:
            with transaction(actor) as current:
                made = idea_services.create_idea(
                    current, _values(form), team_id=team_id, by=actor, at=clock.now()
                )
                _hang(current, actor, made, form, drivers)
                target = made.public_id
        except InputError as error:
            take_faults(form, error)
        else:
            return redirect(url_for(".idea", idea_id=target), 303)
    return render_template("cycles/idea_edit.html", form=form, idea=None), 422 if form.errors else 200


@blueprint.post("/ideas/<uuid:idea_id>/adopt")
@access.signed_in
def adopt(idea_id: UUID) -> ResponseReturnValue:
    """Open a plan of the chosen team, filled from the idea."""
    actor = access.actor()
    found = idea_queries.get_idea(session(), actor, idea_id)
    access.require(policies.can_create(actor, actor.team_id))
    expected = idea_loading.expectation(session(), actor, found)
    with transaction(actor) as current:
        cycle = idea_services.adopt(
            current, found, team_id=actor.team_id or 0, prediction=expected, on=today(actor), by=actor,
            at=clock.now(),
        )  # fmt: skip
        target = cycle.public_id
    flash(_("A plan is open, filled from the idea. Pick the milestone it serves and look at the prediction."))
    return redirect(url_for(".show", cycle_id=target), 303)


def _form(
    drivers: list[idea_queries.DriverNode], found: ChangeIdea | None, links: dict[UUID, bool]
) -> forms.IdeaForm:
    data = {name: getattr(found, name) for name in (*idea_services.IDEA_FIELDS, "version")} if found else {}
    data["strong"] = [str(key) for key, strong in links.items() if strong]
    data["weak"] = [str(key) for key, strong in links.items() if not strong]
    common = measure_queries.common_measures(session(), access.actor())
    offered = {str(each.public_id): each.name for each in common}
    own = session().get(Measure, found.measure_id) if found and found.measure_id else None
    if own is not None and own.deleted_at is None:
        offered.setdefault(str(own.public_id), own.name)  # of many measures the list shows the first
    chosen = str(own.public_id) if own is not None else ""
    form = forms.IdeaForm(data=data | {"measure": chosen if chosen in offered else ""})
    form.measure.choices = [
        SelectChoice("", _("The one most of its cycles look at")),
        *(SelectChoice(key, name) for key, name in offered.items()),
    ]
    choices = [SelectChoice(str(driver.public_id), driver.name) for driver in drivers]
    form.strong.choices = form.weak.choices = choices
    return form


def _values(form: forms.IdeaForm) -> dict[str, object]:
    typed = form.values()
    values = {name: value for name, value in typed.items() if name in idea_services.IDEA_FIELDS}
    if "measure" in request.form:
        key = uuid_of(typed["measure"])
        values["measure_id"] = measure_queries.common_number(session(), access.actor(), key) if key else None
    sent = {"external_evidence", "adapted"} - set(request.form)
    return {name: value for name, value in values.items() if name not in sent}


def _hang(
    current: Session,
    actor: Actor,
    idea: ChangeIdea,
    form: forms.IdeaForm,
    drivers: list[idea_queries.DriverNode],
) -> None:
    """Hang the idea on the chosen drivers; what a new one is for is reason enough for its first links."""
    weak, strong = set(form.weak.data or ()), set(form.strong.data or ())
    chosen = {
        each.id: str(each.public_id) in strong for each in drivers if str(each.public_id) in weak | strong
    }
    why = form.why.data or ("" if form.version.data else (idea.description or idea.title))
    theory_services.set_links(current, idea, chosen, why=why, by=actor, at=clock.now())
