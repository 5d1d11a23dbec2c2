"""Starting a cycle: pick a milestone, and an idea that is new, known, or already on a ramp."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from cycles import choice_queries, forms, idea_queries, policies, ramp_queries, services
from cycles.choice_queries import MilestoneChoice
from cycles.models import Cycle
from cycles.views.root import blueprint, uuid_of
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import InputError
from nic_platform.text import _


@blueprint.route("/cycles/new", methods=["GET", "POST"])
@access.signed_in
def new() -> ResponseReturnValue:
    """Start a cycle of the chosen team. Only a few words are needed; the plan comes next."""
    actor = access.actor()
    access.require(policies.can_create(actor, actor.team_id), _("Only a team's members start its cycles."))
    team_id = actor.team_id or 0
    milestones = choice_queries.list_team_milestones(session(), actor, team_id)
    form = _form(actor, team_id, milestones)
    if not form.validate_on_submit():
        return render_template(
            "cycles/new.html", form=form, milestones=milestones
        ), 422 if form.errors else 200
    try:
        with transaction(actor) as current:
            cycle = _start(current, form, milestones, actor, team_id)
            target = cycle.public_id
    except InputError as error:
        form.change.errors = [*form.change.errors, *error.fields.values()]
        return render_template("cycles/new.html", form=form, milestones=milestones), 422
    return redirect(url_for(".show", cycle_id=target), 303)


def _form(actor: Actor, team_id: int, milestones: list[MilestoneChoice]) -> forms.StartForm:
    known = [("", _("A new idea"))]
    known += [
        (f"ramp {each.public_id}", _("Next cycle of “%(ramp)s”", ramp=each.title))
        for each in ramp_queries.own_ramps(session(), actor, team_id)
    ]
    known += [(f"idea {each.public_id}", each.title) for each in idea_queries.list_ideas(session(), actor)]
    form = forms.StartForm(data=_asked(known, milestones))
    form.known.choices = [SelectChoice(value, words) for value, words in known]
    offered = [("", _("None yet")), *((str(each.public_id), each.line) for each in milestones)]
    form.milestone.choices = [SelectChoice(value, words) for value, words in offered]
    return form


def _asked(known: list[tuple[str, str]], milestones: list[MilestoneChoice]) -> dict[str, Any]:
    """Return what the address asks for: ``?milestone=``, ``?ramp=``, ``?idea=``, ``?change=``."""
    values = {value for value, _words in known}
    wanted = [f"{kind} {request.args[kind]}" for kind in ("ramp", "idea") if kind in request.args]
    only = str(milestones[0].public_id) if len(milestones) == 1 else ""
    return {
        "milestone": request.args.get("milestone", only),
        "known": next((each for each in wanted if each in values), ""),
        "change": request.args.get("change", "")[:500],
    }


def _start(
    current: Session, form: forms.StartForm, milestones: list[MilestoneChoice], actor: Actor, team_id: int
) -> Cycle:
    kind, _space, public_id = (form.known.data or "").partition(" ")
    chosen = [each.id for each in milestones if str(each.public_id) == form.milestone.data]
    ramp = idea = None
    if kind == "ramp":
        ramp = next(
            (r for r in ramp_queries.own_ramps(current, actor, team_id) if str(r.public_id) == public_id),
            None,
        )
    elif kind == "idea" and (idea_id := uuid_of(public_id)):
        idea = idea_queries.get_idea(current, actor, idea_id)
    return services.start(
        current, team_id=team_id, milestone_ids=chosen, change=form.change.data or "", ramp=ramp, idea=idea,
        by=actor, at=clock.now(),
    )  # fmt: skip
