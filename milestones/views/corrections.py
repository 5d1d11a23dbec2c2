"""Correct a measurement, take it back, bring it back, undo: earlier numbers stay in the history."""

from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from measures import entry_services
from measures import policies as measure_policies
from measures import queries as measure_queries
from measures import services as measure_services
from measures.models import Measure, Measurement
from measures.rules import COUNTED, MeasureType
from measures.tool_queries import tool_by_number
from milestones import forms, milestone_queries
from milestones.views import just_saved
from milestones.views.base import blueprint, only
from milestones.views.measuring import details_of, entry_of
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.pages import status_of, today, try_to, went
from nic_platform.text import _
from teams.models import Team


def _mine(actor: Actor, measurement_id: UUID) -> Measurement:
    found = measure_queries.get_measurement(session(), actor, measurement_id)
    team = session().get_one(Team, found.team_id)
    access.require(measure_policies.can_record(actor, team.id), only(team.name))
    return found


def _back(row: Measurement, **query: Any) -> str:
    """Return the page that the visitor came from, as long as this measurement stands on it.

    Several milestones of a series share their counts. Without a word of where the visitor was it is the last
    one's page; the plan's where there is none.
    """
    pages = milestone_queries.counted_on(session(), row.measure_id, row.team_id)
    if not pages:
        return url_for(".board")
    asked = request.values.get("page", "")
    kind, thing = next((each for each in pages if just_saved.page_key(*each) == asked), pages[0])
    query[f"{kind}_id"] = thing
    return url_for(f".{kind}", **query)


@blueprint.route("/measurements/<uuid:measurement_id>/correct", methods=["GET", "POST"])
@access.signed_in
def correct(measurement_id: UUID) -> ResponseReturnValue:
    """Write down what a measurement should have been."""
    actor = access.actor()
    found = _mine(actor, measurement_id)
    measure = session().get_one(Measure, found.measure_id)
    form = forms.MeasureForm(obj=found)
    back = _back(found)
    made: list[UUID] = []

    def save(current: Session) -> None:
        row = measure_services.correct(
            current, found, entry_of(form, measure.type), today=today(actor), by=actor, at=clock.now(),
            **details_of(form),
        )  # fmt: skip
        made.append(row.public_id)

    if form.validate_on_submit() and try_to(form, actor, save):
        words = _("Corrected. The earlier number stays in the table, struck out.")
        return went(_back(found, saved=made[0]), words)
    page = render_template(
        "milestones/measure.html", form=form, title=_("Correct a count"), back=back, measure=measure, past=[],
        is_counted=measure.type in COUNTED, is_count=measure.type is MeasureType.COUNT, is_deliverable=False,
        tool=tool_by_number(session(), measure.tool_id), due_on=None, was=found,
    )  # fmt: skip
    return page, status_of(form)


@blueprint.post("/measurements/<uuid:measurement_id>/delete")
@access.signed_in
def delete_measurement(measurement_id: UUID) -> ResponseReturnValue:
    """Take a measurement back, with a way to bring it back."""
    actor = access.actor()
    found = _mine(actor, measurement_id)
    with transaction(actor) as current:
        gone = measure_services.withdraw(current, found, by=actor, at=clock.now()).public_id
    return went(_back(found, undo=f"measurement.{gone}"), _("The count is taken back."))


@blueprint.post("/measurements/<uuid:measurement_id>/restore")
@access.signed_in
def restore_measurement(measurement_id: UUID) -> ResponseReturnValue:
    """Bring back a measurement that was taken back."""
    actor = access.actor()
    found = _mine(actor, measurement_id)
    with transaction(actor) as current:
        measure_services.restore(current, found, by=actor, at=clock.now())
    return went(_back(found), _("It is back."))


@blueprint.post("/measurements/<uuid:measurement_id>/undo")
@access.signed_in
def undo_measurement(measurement_id: UUID) -> ResponseReturnValue:
    """Undo what was saved last of a count: take a new one back, give a corrected one its earlier numbers."""
    actor = access.actor()
    found = _mine(actor, measurement_id)
    with transaction(actor) as current:
        entry_services.take_back(current, found, by=actor, at=clock.now())
    return went(_back(found), _("Undone. It is as it was before."))
