"""Meeting mode: the agenda one point at a time, on a phone or a projector; each decision typed once."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from cycles import policies as cycle_policies
from cycles.queries import get_cycle
from desk import agenda_queries, meeting_forms, meeting_queries, meeting_services, minutes
from desk.agenda import Point, cost
from desk.base_views import blueprint, two_versions
from feedback import policies as feedback_policies
from feedback import queries as feedback_queries
from milestones import plan_queries, policies, touchpoint_queries, touchpoints
from milestones import services as milestone_services
from milestones.models import Decision, Milestone, Plan, Strategy, Touchpoint
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError
from nic_platform.frame import address
from nic_platform.pages import status_of, today, try_to, uuid_arg, went
from nic_platform.text import _
from teams.models import Team


@dataclass(frozen=True)
class Room:
    """A touchpoint with its team, opened by somebody who may decide there."""

    actor: Actor
    found: Touchpoint
    team: Team


def enter(touchpoint_id: UUID) -> Room:
    """Return a touchpoint that the visitor may decide at.

    Raises:
        DeniedError: they may read it only.
    """
    actor = access.actor()
    found = plan_queries.find(session(), actor, Touchpoint, touchpoint_id)
    team = session().get_one(Team, found.team_id)
    words = _("Only %(team)s can change this. Ask its lead to add you.", team=team.name)
    access.require(policies.can_change(actor, team.id), words)
    return Room(actor, found, team)


def meeting_address(touchpoint_id: UUID, **more: Any) -> str:
    """Return the way back into a meeting: the point that was looked at, or the whole agenda."""
    kept = ("at", "all", "present")
    values: dict[str, Any] = {name: request.values[name] for name in kept if request.values.get(name)}
    return url_for("desk.meeting", touchpoint_id=touchpoint_id, **values, **more)


# ---------------------------------------------------------------- the page


@blueprint.route("/touchpoints/<uuid:touchpoint_id>/meeting", methods=["GET", "POST"])
@access.signed_in
def meeting(touchpoint_id: UUID) -> ResponseReturnValue:
    """Walk through the agenda, and keep what is decided."""
    room = enter(touchpoint_id)
    if request.method == "POST":
        return _decide(room)
    return _page(room)


def _page(room: Room, form: meeting_forms.DecideForm | None = None, **forms: Any) -> ResponseReturnValue:
    actor, found = room.actor, room.found
    row = touchpoint_queries.get_meeting(session(), actor, found.public_id)
    gathered = agenda_queries.gather(session(), actor, room.team.id, today(actor), row)
    points = gathered.agenda.points
    here = next((point for point in points if point.key == request.values.get("at")), None)
    decided = meeting_queries.decided_at(session(), actor, found.id)
    if form is None:
        form = meeting_forms.DecideForm()
        moves = here is None or here.kind in {"milestone", "decision"}
        form.offer(choices(points), here.key if here else "", moves=moves)
    at = points.index(here) if here else -1
    status = next((status_of(each) for each in (form, *forms.values()) if each.errors), 200)
    page = render_template(
        "desk/meeting.html",
        found=found,
        meeting=row,
        team=room.team,
        agenda=gathered.agenda,
        plan=gathered.plan,
        points=points,
        here=here,
        before=points[at - 1] if at > 0 else None,
        after=points[at + 1] if at + 1 < len(points) else None,
        place=at + 1,
        decided=decided,
        on_point=[each for each in decided if here and each.key == f"{here.kind}-{here.id}"],
        done={point.key for point in points if any(d.key == f"{point.kind}-{point.id}" for d in decided)},
        shows_all=bool(request.values.get("all")),
        form=form,
        notes=forms.get("notes") or meeting_forms.NotesForm(formdata=None, obj=found),
        close=meeting_forms.CloseForm(formdata=None, obj=found),
        undo=uuid_arg("undo"),
        cost=cost,
        when=touchpoints.when_words,
        way=minutes.way_of,
    )
    return page, status


def choices(points: tuple[Point, ...]) -> list[tuple[str, str]]:
    """Return what a decision may be about, by the key of its point."""
    return [(point.key, point.title) for point in points]


# ---------------------------------------------------------------- deciding


def _decide(room: Room) -> ResponseReturnValue:
    actor = room.actor
    row = touchpoint_queries.get_meeting(session(), actor, room.found.public_id)
    gathered = agenda_queries.gather(session(), actor, room.team.id, today(actor), row)
    form = meeting_forms.DecideForm()
    form.offer(choices(gathered.agenda.points))
    key = form.about.data or meeting_forms.NOTHING
    about = subject_of(actor, room.team.id, key)
    made: list[Decision] = []

    def keep(current: Session) -> None:
        entry = meeting_services.Entry(
            form.text.data or "", form.owner.data or "", form.due_on.data, form.then.data or ""
        )
        made.append(decide(current, room, about, entry))

    if form.validate_on_submit() and try_to(form, actor, keep):
        return _kept(room, made[0].follow_up_kind, made[0].follow_up_id)
    return _page(room, form)


def decide(
    current: Session, room: Room, about: meeting_services.Subject, entry: meeting_services.Entry
) -> Decision:
    """Keep what was decided, and make what follows from it in the team's plan.

    Raises:
        InputError: what was typed does not hold what the follow-up needs.
        RuleError: the meeting is closed.
    """
    actor = room.actor
    plan = _plan_for(actor, room.team.id, about)
    return meeting_services.keep(
        current, room.found, about, entry, plan=plan, by=actor, at=clock.now(), day=today(actor)
    )


def _kept(room: Room, kind: str, opened: UUID | None) -> ResponseReturnValue:
    way = meeting_address(room.found.public_id)
    if kind == meeting_services.ADJUST and opened:
        way = address("milestones.adjust", way, milestone_id=opened)
        return went(way, _("The decision is kept. Now give the milestone its new date or target."))
    words = {
        meeting_services.STEP: _("Kept, and an action step is in the plan."),
        meeting_services.TOUCHPOINT: _("Kept, and the touchpoint is planned."),
        meeting_services.ITEM: _("Kept, and a draft of the barrier is under Feedback."),
        "cycle_note": _("Kept, and noted on the cycle."),
        "message": _("Kept, and written into the item’s conversation."),
    }
    return went(way, words.get(kind, _("The decision is kept.")))


def subject_of(actor: Actor, team_id: int, key: str) -> meeting_services.Subject:
    """Return what a decision is about, by the key of an agenda's point ("off-milestone-…").

    Raises:
        AbsentError: there is no such thing, or it is not the team's.
        DeniedError: the visitor may read it only.
    """
    kind, _dash, name = key.partition("-")[2].partition("-")
    if not name:
        return meeting_services.Subject()
    try:
        thing_id = UUID(name)
    except ValueError:
        raise AbsentError(_("There is no such point on the agenda.")) from None
    finders = {
        "milestone": _milestone, "strategy": _strategy, "cycle": _cycle, "feedback_item": _item,
        "decision": _earlier,
    }  # fmt: skip
    if kind not in finders:
        raise AbsentError(_("There is no such point on the agenda."))
    return finders[kind](actor, team_id, thing_id)


def _own(is_own: bool) -> None:
    if not is_own:
        raise AbsentError(_("There is no such point on the agenda."))


def _milestone(actor: Actor, team_id: int, thing_id: UUID) -> meeting_services.Subject:
    found = plan_queries.find(session(), actor, Milestone, thing_id)
    _own(found.team_id == team_id)
    return meeting_services.Subject(milestone=found)


def _strategy(actor: Actor, team_id: int, thing_id: UUID) -> meeting_services.Subject:
    found = plan_queries.find(session(), actor, Strategy, thing_id)
    _own(plan_queries.team_of_part(session(), found) == team_id)
    return meeting_services.Subject(strategy=found)


def _cycle(actor: Actor, team_id: int, thing_id: UUID) -> meeting_services.Subject:
    found = get_cycle(session(), actor, thing_id)
    _own(found.team_id == team_id)
    access.require(cycle_policies.can_comment(actor, found))
    return meeting_services.Subject(cycle=found)


def _item(actor: Actor, team_id: int, thing_id: UUID) -> meeting_services.Subject:
    found = feedback_queries.get_item(session(), actor, thing_id)
    steps = feedback_queries.tracks(session(), [found.id]).get(found.id, [])
    access.require(feedback_policies.can_comment(actor, feedback_queries.facts_of(found, steps)))
    return meeting_services.Subject(item=found)


def _earlier(actor: Actor, team_id: int, thing_id: UUID) -> meeting_services.Subject:
    found = plan_queries.find(session(), actor, Decision, thing_id)
    _own(found.team_id == team_id)
    milestone = session().get(Milestone, found.milestone_id) if found.milestone_id else None
    strategy = session().get(Strategy, found.strategy_id) if found.strategy_id else None
    return meeting_services.Subject(milestone=milestone, strategy=strategy, earlier=found)


def _plan_for(actor: Actor, team_id: int, about: meeting_services.Subject) -> Plan | None:
    if about.milestone is not None:
        return session().get(Plan, about.milestone.plan_id)
    if about.strategy is not None:
        return session().get(Plan, about.strategy.plan_id)
    row = plan_queries.current_plan(session(), actor, team_id, today(actor))
    return session().get(Plan, row.id) if row else None


# ---------------------------------------------------------------- notes and the end


@blueprint.post("/touchpoints/<uuid:touchpoint_id>/notes")
@access.signed_in
def meeting_notes(touchpoint_id: UUID) -> ResponseReturnValue:
    """Keep the notes; who writes on top of somebody else's sees both."""
    room = enter(touchpoint_id)
    form = meeting_forms.NotesForm()
    if form.validate_on_submit():
        if form.is_stale(room.found.version) and (room.found.notes or "") != (form.notes.data or ""):
            return two_versions(form, room.found, ("notes",), _("Notes of the meeting"))

        def save(current: Session) -> None:
            milestone_services.change(current, room.found, {"notes": form.notes.data or ""})

        if try_to(form, room.actor, save):
            return went(meeting_address(touchpoint_id) + "#notes-head", _("The notes are kept."))
    fresh = meeting_forms.DecideForm(formdata=None)
    fresh.offer([])
    return _page(room, fresh, notes=form)


@blueprint.post("/touchpoints/<uuid:touchpoint_id>/close")
@access.signed_in
def close_meeting(touchpoint_id: UUID) -> ResponseReturnValue:
    """End the meeting: its minutes stand from now on, and go to the team by mail if that is wanted."""
    told = end(enter(touchpoint_id), tell=bool(meeting_forms.CloseForm().tell.data))
    words = _("The meeting is closed.")
    if told:
        words += " " + _("The minutes go to %(count)s of your team.", count=told)
    return went(url_for("desk.minutes", touchpoint_id=touchpoint_id), words)


def end(room: Room, *, tell: bool) -> int:
    """End a meeting and return to how many its minutes go; they go once, however often it is closed."""
    now, decided = clock.now(), meeting_queries.decided_at(session(), room.actor, room.found.id)
    is_first = room.found.ended_at is None
    with transaction(room.actor) as current:
        meeting_services.close(current, room.found, at=now)
        if not (tell and is_first):
            return 0
        subject = minutes.subject(room.found.held_on, room.team.name)
        lines = minutes.mail_lines(decided)
        return meeting_services.tell(current, room.found, lines, subject=subject, by=room.actor, at=now)


@blueprint.post("/touchpoints/<uuid:touchpoint_id>/reopen")
@access.signed_in
def reopen_meeting(touchpoint_id: UUID) -> ResponseReturnValue:
    """Undo the closing of a meeting."""
    room = enter(touchpoint_id)
    with transaction(room.actor) as current:
        meeting_services.reopen(current, room.found)
    return went(url_for("desk.meeting", touchpoint_id=touchpoint_id), _("The meeting is open again."))
