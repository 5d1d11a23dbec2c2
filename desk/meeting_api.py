"""Meetings in the API: the agenda, decisions with what follows from them, the end and opening again."""

from typing import Any
from uuid import UUID

from desk import agenda_queries, meeting_queries, meeting_services
from desk import meeting_schemas as schemas
from desk.decision_views import decision_at_meeting
from desk.meeting_queries import Decided
from desk.meeting_views import Room, decide, end, enter, subject_of
from milestones import services as milestone_services
from milestones import touchpoint_queries
from milestones.models import Decision, Touchpoint
from nic_platform import access
from nic_platform.actor import Actor
from nic_platform.api import ApiBlueprint, check_version
from nic_platform.database import session, transaction
from nic_platform.errors import InputError
from nic_platform.fields import clean
from nic_platform.pages import today
from nic_platform.text import _

blueprint = ApiBlueprint("api_meetings", __name__, "", "Meetings: agenda, decisions, minutes")


@blueprint.get("/touchpoints/<uuid:touchpoint_id>/meeting")
@access.signed_in
@blueprint.response(200, schemas.MeetingOut)
def get_meeting(touchpoint_id: UUID) -> dict[str, Any]:
    """Return the agenda of a meeting as it is now, and what was decided. Who may decide there may."""
    room = enter(touchpoint_id)
    actor, found = room.actor, room.found
    row = touchpoint_queries.get_meeting(session(), actor, touchpoint_id)
    gathered = agenda_queries.gather(session(), actor, room.team.id, today(actor), row)
    names = ("held_on", "title", "notes", "ended_at", "version")
    return {name: getattr(found, name) for name in names} | {
        "id": touchpoint_id, "team_id": room.team.public_id, "minutes": gathered.agenda.minutes,
        "left": gathered.agenda.left, "points": gathered.agenda.points,
        "decisions": meeting_queries.decided_at(session(), actor, found.id),
    }  # fmt: skip


def _decided(actor: Actor, place: Touchpoint, decision: Decision) -> Decided:
    rows = meeting_queries.decided_at(session(), actor, place.id)
    return next(row for row in rows if row.id == decision.id)


@blueprint.post("/touchpoints/<uuid:touchpoint_id>/meeting/decisions")
@access.signed_in
@blueprint.arguments(schemas.MeetingDecisionIn)
@blueprint.response(201, schemas.MeetingDecisionOut)
def add_decision(sent: dict[str, Any], touchpoint_id: UUID) -> Decided:
    """Keep a decision of a meeting where it belongs, and make what ``then`` names, in one piece."""
    room = enter(touchpoint_id)
    kind, name = sent["about_kind"], sent["about_id"]
    about = meeting_services.Subject()
    if kind:
        about = subject_of(room.actor, room.team.id, f"any-{kind}-{name}")
    entry = meeting_services.Entry(sent["text"], sent["owner"], sent["due_on"], sent["then"])
    with transaction(room.actor) as current:
        made = decide(current, room, about, entry)
    return _decided(room.actor, room.found, made)


@blueprint.patch("/decisions/<uuid:decision_id>")
@access.signed_in
@blueprint.arguments(schemas.MeetingDecisionPatch)
@blueprint.response(200, schemas.MeetingDecisionOut)
def change_decision(sent: dict[str, Any], decision_id: UUID) -> Decided:
    """Put the words of a meeting's decision right, its owner or its day; what is left out stays."""
    actor, found, place = decision_at_meeting(decision_id)
    check_version(sent.pop("version"), found.version)
    values = {name: clean(value) if isinstance(value, str) else value for name, value in sent.items()}
    if not values.get("text", found.text):
        raise InputError(_("This can’t be saved yet."), {"text": _("Write the decision in a sentence.")})
    with transaction(actor) as current:
        milestone_services.change(current, found, values)
    return _decided(actor, place, found)


@blueprint.post("/decisions/<uuid:decision_id>/done")
@access.signed_in
@blueprint.response(200, schemas.MeetingDecisionOut)
def finish_decision(decision_id: UUID) -> Decided:
    """Say that what a meeting decided is done; the action step that it opened is ticked too."""
    actor, found, place = decision_at_meeting(decision_id)
    with transaction(actor) as current:
        meeting_services.finish(current, found, day=today(actor))
    return _decided(actor, place, found)


def _ended(room: Room, told: int) -> dict[str, Any]:
    found = room.found
    return {
        "id": found.public_id, "ended_at": found.ended_at, "told": told, "version": found.version,
    }  # fmt: skip


@blueprint.post("/touchpoints/<uuid:touchpoint_id>/close")
@access.signed_in
@blueprint.arguments(schemas.MeetingCloseIn)
@blueprint.response(200, schemas.MeetingClosedOut)
def close_meeting(sent: dict[str, Any], touchpoint_id: UUID) -> dict[str, Any]:
    """End a meeting: its minutes stand from now on, and go to the team by mail if that is wanted."""
    room = enter(touchpoint_id)
    return _ended(room, end(room, tell=sent["tell"]))


@blueprint.post("/touchpoints/<uuid:touchpoint_id>/reopen")
@access.signed_in
@blueprint.response(200, schemas.MeetingClosedOut)
def reopen_meeting(touchpoint_id: UUID) -> dict[str, Any]:
    """Undo the closing of a meeting, to decide more."""
    room = enter(touchpoint_id)
    with transaction(room.actor) as current:
        meeting_services.reopen(current, room.found)
    return _ended(room, 0)
