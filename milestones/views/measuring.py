"""Enter a count: two taps and a number, on a phone between lessons."""

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from measures import entry_services
from measures import policies as measure_policies
from measures.entry_services import Year
from measures.queries import Record, records, standing_records
from measures.rules import COUNTED, Entry, MeasureType
from measures.tool_queries import tool_by_number
from milestones import forms
from milestones.counted_queries import Counted, CountedMeasure, counted
from milestones.models import InterimTarget, Milestone
from milestones.rows import SUMMER
from milestones.views.base import blueprint, only
from nic_platform import access, clock, looks
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.errors import RuleError
from nic_platform.pages import status_of, today, try_to
from nic_platform.text import _


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


def _fill(form: forms.MeasureForm, thing: Counted, past: Sequence[Record], actor: Actor) -> None:
    """Begin with today, the last group's size, and the person's own name."""
    now: Any = today(actor)
    form.observed_on.data = now
    form.collector.data = actor.name  # who is meant to count may not be who did
    form.tool.data = thing.tool
    size: Any = past[-1].population if past else thing.population
    form.population.data = size


def _year(thing: Counted) -> Year | None:
    """Return the plan's school year; none for a thing whose own date lies before it."""
    begins = thing.year_begins
    first = min(begins - SUMMER, thing.begins_on or begins)
    return Year(begins, first) if thing.due_on is None or thing.due_on >= first else None


def _measure_page(model: type[Milestone | InterimTarget], kind: str, thing_id: UUID) -> ResponseReturnValue:
    """Show the form for one count and keep what it says; *kind* is ``milestone`` or ``target``."""
    actor = access.actor()
    thing = counted(session(), actor, model, thing_id)
    team, measure = thing.team, thing.measure
    access.require(measure_policies.can_record(actor, team.id), only(team.name))
    if thing.is_draft or measure is None:
        raise RuleError(_("A draft has nothing to count yet. Put it on the board first."))
    if measure.counts_students:
        looks.note_team(team.id)
    form = forms.MeasureForm()
    form.offer()
    made: list[UUID] = []

    def save(current: Session) -> None:
        row = entry_services.enter(
            current, measure, team, entry_of(form, measure.type), today=today(actor), by=actor,
            at=clock.now(), year=_year(thing), same_day=form.same_day.data or "", **details_of(form),
        )  # fmt: skip
        made.append(row.public_id)

    place: dict[str, Any] = {f"{kind}_id": thing.public_id}
    address = partial(url_for, f".{kind}", **place)
    if form.validate_on_submit() and try_to(form, actor, save):
        return redirect(address(saved=made[0]), 303)  # the page itself says so, with the way to undo it
    return _shown(form, address(), thing, measure, actor), status_of(form)


def _shown(form: forms.MeasureForm, back: str, thing: Counted, measure: CountedMeasure, actor: Actor) -> str:
    key = (measure.id, thing.team.id)
    past = standing_records(records(session(), [key]).get(key, []))
    if not form.is_submitted():
        _fill(form, thing, past, actor)
    return render_template(
        "milestones/measure.html", form=form, back=back, measure=measure, past=past[-3:][::-1],
        tool=tool_by_number(session(), thing.tool_id), is_counted=measure.type in COUNTED,
        is_count=measure.type is MeasureType.COUNT, title=thing.title or _("Enter a count"),
        due_on=thing.due_on, is_deliverable=thing.is_deliverable,
    )  # fmt: skip


@blueprint.route("/milestones/<uuid:milestone_id>/measure", methods=["GET", "POST"])
@access.signed_in
def measure(milestone_id: UUID) -> ResponseReturnValue:
    """Enter what was counted for a milestone."""
    return _measure_page(Milestone, "milestone", milestone_id)


@blueprint.route("/targets/<uuid:target_id>/measure", methods=["GET", "POST"])
@access.signed_in
def measure_target(target_id: UUID) -> ResponseReturnValue:
    """Enter what students showed for an interim target."""
    return _measure_page(InterimTarget, "target", target_id)
