"""Enter a count: two taps and a number, on a phone between lessons."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from measures import policies as measure_policies
from measures import services as measure_services
from measures.models import Measure
from measures.queries import Record, records, standing_records
from measures.rules import COUNTED, Entry, MeasureType
from milestones import forms, plan_queries
from milestones.models import InterimTarget, Milestone
from milestones.views.base import blueprint, only
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.errors import RuleError
from nic_platform.pages import status_of, today, try_to, went
from nic_platform.text import _
from teams.models import Team


def entry_of(form: forms.MeasureForm, kind: MeasureType) -> Entry:
    """Return the numbers that belong to this type of measure, as typed."""
    if kind in COUNTED:
        return Entry(form.observed_on.data, form.count.data, form.population.data)
    if kind is MeasureType.COUNT:
        return Entry(form.observed_on.data, form.count.data)
    return Entry(form.observed_on.data, value=form.value.data)


def details_of(form: forms.MeasureForm) -> dict[str, Any]:
    """Return who counted with what, and the note."""
    return {name: form[name].data or "" for name in ("collector", "tool", "note")}


def _fill(form: forms.MeasureForm, thing: Any, past: Sequence[Record], actor: Actor) -> None:
    """Begin with today, the last group's size, and the person's own name."""
    now: Any = today(actor)
    form.observed_on.data = now
    form.collector.data = getattr(thing, "collector", "") or actor.name
    form.tool.data = getattr(thing, "tool", "") or ""
    size = past[-1].population if past else getattr(thing, "population", None)
    form.population.data = size


def _measure_page(
    thing: Milestone | InterimTarget, title: str, back: str, *, is_draft: bool
) -> ResponseReturnValue:
    actor = access.actor()
    team = session().get_one(Team, thing.team_id)
    access.require(measure_policies.can_record(actor, team.id), only(team.name))
    if is_draft or thing.measure_id is None:
        raise RuleError(_("A draft has nothing to count yet. Put it on the board first."))
    measure = session().get_one(Measure, thing.measure_id)
    key = (measure.id, team.id)
    past = standing_records(records(session(), [key]).get(key, []))
    form = forms.MeasureForm()
    if not form.is_submitted():
        _fill(form, thing, past, actor)
    if form.validate_on_submit():

        def save(current: Session) -> None:
            measure_services.record(
                current, measure, team, entry_of(form, measure.type), today=today(actor), by=actor,
                at=clock.now(), **details_of(form),
            )  # fmt: skip

        if try_to(form, actor, save):
            return went(back, _("Saved. The chart has the new count."))
    page = render_template(
        "milestones/measure.html", form=form, title=title, back=back, measure=measure, past=past[-3:][::-1],
        is_counted=measure.type in COUNTED, is_count=measure.type is MeasureType.COUNT,
        is_deliverable=getattr(thing, "is_deliverable", False),
    )  # fmt: skip
    return page, status_of(form)


@blueprint.route("/milestones/<uuid:milestone_id>/measure", methods=["GET", "POST"])
@access.signed_in
def measure(milestone_id: UUID) -> ResponseReturnValue:
    """Enter what was counted for a milestone."""
    found = plan_queries.find(session(), access.actor(), Milestone, milestone_id)
    title = found.name or found.what or _("Enter a count")
    return _measure_page(
        found, title, url_for(".milestone", milestone_id=milestone_id), is_draft=found.is_draft
    )


@blueprint.route("/targets/<uuid:target_id>/measure", methods=["GET", "POST"])
@access.signed_in
def measure_target(target_id: UUID) -> ResponseReturnValue:
    """Enter what students showed for an interim target."""
    actor = access.actor()
    found = plan_queries.find(session(), actor, InterimTarget, target_id)
    plan = plan_queries.plan_by_number(session(), actor, found.plan_id)
    return _measure_page(
        found, found.name, url_for(".plan", plan_id=plan.public_id), is_draft=found.measure_id is None
    )
