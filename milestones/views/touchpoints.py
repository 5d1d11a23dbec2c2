"""Touchpoints: the calendar of a team's planned step-backs, each with its agenda and its decisions."""

from datetime import date
from typing import Any, cast
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from desk import agenda_queries
from desk.agenda import cost
from milestones import (
    decision_services,
    plan_queries,
    policies,
    services,
    touchpoint_forms,
    touchpoint_queries,
    touchpoint_services,
)
from milestones import touchpoints as days_of
from milestones.decision_queries import opened_from
from milestones.models import Touchpoint
from milestones.views.base import blueprint, only, two_versions, undo_address, uuid_arg
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError
from nic_platform.pages import status_of, today, try_to, went
from nic_platform.text import _
from teams.models import Team

_FIELDS = ("held_on", "starts_at", "minutes", "title", "place", "people", "notes")


def chosen_team(actor: Actor) -> Team:
    """Return the team that the masthead shows, to plan for it.

    Raises:
        AbsentError: none is chosen.
    """
    if actor.team_id is None:
        raise AbsentError(_("Choose a team first."))
    return session().get_one(Team, actor.team_id)


def _found(touchpoint_id: UUID) -> tuple[Touchpoint, Team]:
    """Return a touchpoint that the visitor may change, with its team."""
    actor = access.actor()
    found = plan_queries.find(session(), actor, Touchpoint, touchpoint_id)
    team = session().get_one(Team, found.team_id)
    access.require(policies.can_change(actor, team.id), only(team.name))
    return found, team


# ---------------------------------------------------------------- the calendar


@blueprint.get("/touchpoints")
@access.signed_in
def touchpoints() -> ResponseReturnValue:
    """Show the chosen team's touchpoints: a month, the ones to come, and those that are over."""
    actor, now = access.actor(), today(access.actor())
    found = touchpoint_queries.meetings_of(session(), actor, actor.team_id)
    following = days_of.next_of(found, now)
    month = days_of.month_of(request.args.get("month", ""), following.held_on if following else now)
    days = (days_of.month_after(month, -1), days_of.month_after(month, 2))
    breaks = touchpoint_queries.breaks_between(session(), actor.network_id, *days)
    next_on = following.held_on if following else None
    return render_template(
        "milestones/touchpoints.html",
        found=found,
        following=following,
        states={each.id: days_of.state_of(each, now, next_on).value for each in found},
        weeks=days_of.month_weeks(month, found, now, breaks),
        month=month,
        months=(days_of.month_after(month, -1), days_of.month_after(month, 1)),
        today=now,
        when=days_of.when_words,
        undo=undo_address(),
        made=_made(found),
        may_change=actor.team_id is not None and policies.can_change(actor, actor.team_id),
    )


def _made(found: list[days_of.Meeting]) -> tuple[UUID, int] | None:
    """Return what was just planned in one go, as the address says, and how many of it there are."""
    first = uuid_arg("made")
    made = next((each for each in found if each.public_id == first), None)
    if made is None:
        return None
    return made.public_id, sum(each.created_at == made.created_at and not each.is_held for each in found)


# ---------------------------------------------------------------- planning


@blueprint.route("/touchpoints/new", methods=["GET", "POST"])
@access.signed_in
def new_touchpoint() -> ResponseReturnValue:
    """Plan one step-back of the chosen team."""
    actor = access.actor()
    team = chosen_team(actor)
    access.require(policies.can_change(actor, team.id), only(team.name))
    form = touchpoint_forms.TouchpointForm()
    made: list[UUID] = []

    def add(current: Session) -> None:
        made.append(services.add_touchpoint(current, team, form.columns()).public_id)

    if form.validate_on_submit() and try_to(form, actor, add):
        return went(url_for(".touchpoint", touchpoint_id=made[0]), _("The touchpoint is planned."))
    page = render_template("milestones/touchpoint_form.html", form=form, found=None)
    return page, status_of(form)


@blueprint.route("/touchpoints/series", methods=["GET", "POST"])
@access.signed_in
def touchpoint_series() -> ResponseReturnValue:
    """Plan touchpoints at a rhythm: show the days first, each to be left out, then plan them in one go."""
    actor = access.actor()
    team = chosen_team(actor)
    access.require(policies.can_change(actor, team.id), only(team.name))
    form = touchpoint_forms.SeriesForm()
    days: list[days_of.Day] = []
    ticked = {on for each in request.form.getlist("day") if (on := touchpoint_forms.day_of(each))}
    if form.validate_on_submit():
        days = _rhythm_days(actor, form)
        ticked = ticked or {day.on for day in days if not day.skipped}
        made: list[UUID] = []

        def plan(current: Session) -> None:
            wanted = [day.on for day in days if day.on in ticked and request.form.getlist("day")]
            made.extend(
                each.public_id
                for each in touchpoint_services.plan_series(current, team, wanted, form.columns())
            )

        if request.form.get("step") == "plan" and try_to(form, actor, plan):
            words = _("%(count)s touchpoints are planned.", count=len(made))
            return went(url_for(".touchpoints", made=made[0]), words)
    page = render_template("milestones/touchpoint_series.html", form=form, days=days, ticked=ticked)
    return page, 422 if form.errors else 200


def _rhythm_days(actor: Actor, form: touchpoint_forms.SeriesForm) -> list[days_of.Day]:
    first: date = cast(Any, form.first.data)  # the form has seen to it that both are there
    until: date = cast(Any, form.until.data)
    skips_breaks = bool(form.skips_breaks.data)
    return touchpoint_queries.rhythm_days(
        session(), actor.network_id, first, until, int(form.weeks.data), skips_breaks=skips_breaks
    )


@blueprint.post("/touchpoints/<uuid:touchpoint_id>/unplan")
@access.signed_in
def unplan_series(touchpoint_id: UUID) -> ResponseReturnValue:
    """Take back all the touchpoints that were planned in one go with this one."""
    found, _team = _found(touchpoint_id)
    with transaction(access.actor()) as current:
        together = touchpoint_queries.planned_together(current, found)
        count = touchpoint_services.take_back(current, together, at=clock.now())
    return went(url_for(".touchpoints"), _("%(count)s touchpoints are taken back.", count=count))


# ---------------------------------------------------------------- one touchpoint


@blueprint.route("/touchpoints/<uuid:touchpoint_id>", methods=["GET", "POST"])
@access.signed_in
def touchpoint(touchpoint_id: UUID) -> ResponseReturnValue:
    """Show a touchpoint with its agenda and decisions, and add a decision."""
    actor = access.actor()
    meeting = touchpoint_queries.get_meeting(session(), actor, touchpoint_id)
    form = touchpoint_forms.DecisionForm()
    if form.validate_on_submit():
        found, team = _found(touchpoint_id)

        def add(current: Session) -> None:
            decision_services.decide(
                current, team, text=form.text.data or "", choice="accept", on=today(actor), touchpoint=found
            )

        if try_to(form, actor, add):
            return went(url_for(".touchpoint", touchpoint_id=touchpoint_id), _("Decision kept."))
    return render_template("milestones/touchpoint.html", **_shown(actor, meeting, form)), status_of(form)


def _shown(actor: Actor, meeting: days_of.Meeting, form: touchpoint_forms.DecisionForm) -> dict[str, Any]:
    now = today(actor)
    gathered = None
    if not meeting.is_closed and meeting.held_on >= now:
        gathered = agenda_queries.gather(session(), actor, meeting.team_id, now, meeting)
    return {
        "found": plan_queries.find(session(), actor, Touchpoint, meeting.public_id),
        "opened_from": opened_from(session(), actor, meeting.public_id),
        "meeting": meeting,
        "state": days_of.state_of(meeting, now, meeting.held_on).value,
        "when": days_of.when_words,
        "gathered": gathered,
        "cost": cost,
        "form": form,
        "decisions": plan_queries.decisions_of(session(), touchpoint_id=meeting.id),
        "may_change": policies.can_change(actor, meeting.team_id),
    }


@blueprint.route("/touchpoints/<uuid:touchpoint_id>/edit", methods=["GET", "POST"])
@access.signed_in
def edit_touchpoint(touchpoint_id: UUID) -> ResponseReturnValue:
    """Change a touchpoint's day, time, title, place, people or notes."""
    found, _team = _found(touchpoint_id)
    form = touchpoint_forms.TouchpointForm(obj=found)
    if form.validate_on_submit():
        if form.is_stale(found.version):
            return two_versions(form, found, _("Touchpoint"), _FIELDS)  # type: ignore[no-any-return]  # a response

        def save(current: Session) -> None:
            services.change(current, found, form.columns())

        if try_to(form, access.actor(), save):
            return went(url_for(".touchpoint", touchpoint_id=touchpoint_id), _("Saved."))
    page = render_template("milestones/touchpoint_form.html", form=form, found=found)
    return page, status_of(form)


@blueprint.post("/touchpoints/<uuid:touchpoint_id>/delete")
@access.signed_in
def delete_touchpoint(touchpoint_id: UUID) -> ResponseReturnValue:
    """Take a touchpoint off the calendar; what was decided at it stays. It can be brought back."""
    found, _team = _found(touchpoint_id)
    with transaction(access.actor()) as current:
        services.delete(current, found, at=clock.now())
    return went(url_for(".touchpoints", undo=f"touchpoint.{touchpoint_id}"), _("The touchpoint is deleted."))


@blueprint.post("/touchpoints/<uuid:touchpoint_id>/restore")
@access.signed_in
def restore_touchpoint(touchpoint_id: UUID) -> ResponseReturnValue:
    """Bring a deleted touchpoint back."""
    actor = access.actor()
    found = plan_queries.find(session(), actor, Touchpoint, touchpoint_id, is_deleted=True)
    access.require(policies.can_change(actor, found.team_id))
    with transaction(actor) as current:
        services.restore(current, found)
    return went(url_for(".touchpoint", touchpoint_id=touchpoint_id), _("It is back."))
