"""Log a step: the next step of a cycle, or a whole small test in one short form, on a phone."""

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from cycles import forms, policies, queries, quick_services, ramp_queries, rules
from cycles.models import Ramp
from cycles.queries import MilestoneChoice
from cycles.rules import QuickLog, Stage
from cycles.views.root import blueprint
from measures.rules import COUNTED
from milestones.status_queries import DueRow, milestones_due
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import InputError
from nic_platform.text import _

MOST_COUNTS = 6


@blueprint.get("/log")
@access.signed_in
def log() -> ResponseReturnValue:
    """Offer the next step of each open cycle, the counts, and a quick log."""
    actor = access.actor()
    today = clock.today(actor.time_zone)
    rows = (
        queries.cycles_needing_step(session(), actor, actor.team_id, today, limit=12) if actor.team_id else []
    )
    return render_template(
        "cycles/log.html",
        picks=[
            (row, rules.waiting_step(Stage(row.stage), row.starts_on, row.ends_on, today)) for row in rows
        ],
        counts=_counts(actor, today),
        today=today,
        may_start=policies.can_create(actor, actor.team_id),
    )


def _counts(actor: Actor, today: date) -> list[dict[str, Any]]:
    """Return the counts that wait for the chosen team, one for each measure; two taps and a number each."""
    if not policies.can_create(actor, actor.team_id):
        return []
    found = {
        due.row.measure_id: due
        for due in reversed(milestones_due(session(), actor, actor.team_id, today))
        if due.row.measure_id is not None and not due.row.is_deliverable
    }
    return [_count(due, today) for due in list(reversed(found.values()))[:MOST_COUNTS]]


def _count(due: DueRow, today: date) -> dict[str, Any]:
    last = due.standing.latest
    population = last.population if last and last.population else due.row.population
    return {
        "id": due.row.public_id,
        "title": due.row.measure_name or due.row.title,
        "last": last,
        "due_on": due.next_on,
        "needs_you": due.next_on is not None and due.next_on <= today,
        "population": population if due.row.type in COUNTED else None,
        "unit": due.row.unit,
    }


@blueprint.route("/log/test", methods=["GET", "POST"])
@access.signed_in
def quick() -> ResponseReturnValue:
    """Keep a whole small test: change, prediction, what happened, decision."""
    actor = access.actor()
    access.require(policies.can_create(actor, actor.team_id), _("Only a team's members log its tests."))
    team_id = actor.team_id or 0
    milestones = queries.list_team_milestones(session(), actor, team_id)
    ramps = ramp_queries.own_ramps(session(), actor, team_id)
    form = _quick_form(milestones, ramps, actor)
    if not form.validate_on_submit():
        return render_template("cycles/quick.html", form=form), 422 if form.errors else 200
    chosen = next((each for each in milestones if str(each.public_id) == form.milestone.data), None)
    if chosen is None:
        form.milestone.errors = [_("Pick the milestone that this test serves.")]
        return render_template("cycles/quick.html", form=form), 422
    try:
        with transaction(actor) as current:
            cycle = quick_services.quick_log(
                current, _quick_log(form), team_id=team_id, milestone_id=chosen.id, by=actor, at=clock.now(),
                ramp=next((each for each in ramps if str(each.public_id) == form.ramp.data), None),
                happened_on=form.happened_on.data,
            )  # fmt: skip
            target = cycle.public_id
    except InputError as error:
        form.change.errors = list(error.fields.values())
        return render_template("cycles/quick.html", form=form), 422
    flash(_("Logged. You can add to it at any time."))
    return redirect(url_for(".show", cycle_id=target), 303)


def _quick_log(form: forms.QuickForm) -> QuickLog:
    texts = {
        name: getattr(form, name).data or "" for name in ("change", "prediction", "happened", "decision")
    }
    return QuickLog(verdict=form.verdict.data or "", **texts)


def _quick_form(milestones: list[MilestoneChoice], ramps: list[Ramp], actor: Actor) -> forms.QuickForm:
    only = str(milestones[0].public_id) if len(milestones) == 1 else ""
    asked: dict[str, Any] = {
        "milestone": request.args.get("milestone", only),
        "ramp": request.args.get("ramp", ""),
        "happened_on": clock.today(actor.time_zone),
    }
    form = forms.QuickForm(data=asked)
    offered = [("", _("Choose one")), *((str(each.public_id), each.line) for each in milestones)]
    form.milestone.choices = [SelectChoice(value, words) for value, words in offered]
    known = [("", _("No, it is new")), *((str(each.public_id), each.title) for each in ramps)]
    form.ramp.choices = [SelectChoice(value, words) for value, words in known]
    return form
