"""Putting a decision of a meeting right: its words, taking it back, saying that it is done."""

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from desk import meeting_forms, meeting_services
from desk.base_views import blueprint, two_versions
from desk.meeting_views import meeting_address
from milestones import decision_services, plan_queries, policies
from milestones import services as milestone_services
from milestones.models import Decision, Touchpoint
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError
from nic_platform.pages import status_of, today, try_to, went
from nic_platform.text import _


def decision_at_meeting(decision_id: UUID, *, is_deleted: bool = False) -> tuple[Actor, Decision, Touchpoint]:
    """Return a decision that was made at a meeting, and that the visitor may change."""
    actor = access.actor()
    found = plan_queries.find(session(), actor, Decision, decision_id, is_deleted=is_deleted)
    access.require(policies.can_change(actor, found.team_id))
    place = session().get(Touchpoint, found.touchpoint_id) if found.touchpoint_id else None
    if place is None or place.deleted_at is not None:
        raise AbsentError(_("There is no such decision of a meeting."))
    return actor, found, place


@blueprint.route("/decisions/<uuid:decision_id>/edit", methods=["GET", "POST"])
@access.signed_in
def edit_decision(decision_id: UUID) -> ResponseReturnValue:
    """Put the words of a decision right, its owner or its day."""
    actor, found, place = decision_at_meeting(decision_id)
    form = meeting_forms.DecisionForm(obj=found)
    if form.validate_on_submit():
        if form.is_stale(found.version):
            return two_versions(form, found, ("text", "owner", "due_on"), _("Decision"))

        def save(current: Session) -> None:
            milestone_services.change(current, found, form.values())

        if try_to(form, actor, save):
            return went(meeting_address(place.public_id), _("Saved."))
    back = meeting_address(place.public_id)
    page = render_template("desk/edit_decision.html", form=form, found=found, place=place, back=back)
    return page, status_of(form)


@blueprint.post("/decisions/<uuid:decision_id>/drop")
@access.signed_in
def drop_decision(decision_id: UUID) -> ResponseReturnValue:
    """Take a decision of a meeting back; what it opened stays. It can be returned."""
    actor, found, place = decision_at_meeting(decision_id)
    with transaction(actor) as current:
        decision_services.undo(current, found, at=clock.now())
    way = meeting_address(place.public_id, undo=decision_id)
    return went(way, _("The decision is taken back. What it opened stays."))


@blueprint.post("/decisions/<uuid:decision_id>/return")
@access.signed_in
def return_decision(decision_id: UUID) -> ResponseReturnValue:
    """Undo taking a decision back."""
    actor, found, place = decision_at_meeting(decision_id, is_deleted=True)
    with transaction(actor) as current:
        decision_services.restore(current, found)
    return went(meeting_address(place.public_id), _("The decision stands again."))


@blueprint.post("/decisions/<uuid:decision_id>/done")
@access.signed_in
def finish_decision(decision_id: UUID) -> ResponseReturnValue:
    """Say that what was decided is done, its action step too; a meeting goes on with the next point."""
    actor, found, place = decision_at_meeting(decision_id)
    with transaction(actor) as current:
        meeting_services.finish(current, found, day=today(actor))
    try:
        here = UUID(request.form.get("meeting", ""))
    except ValueError:
        here = place.public_id
    return went(meeting_address(here), _("Done, and off the agenda."))
