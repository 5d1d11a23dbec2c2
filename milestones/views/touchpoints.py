"""Touchpoints: a team's planned step-backs, and what it decided there."""

from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from milestones import decision_services, forms, plan_queries, policies, services, status_queries
from milestones.models import Touchpoint
from milestones.views.base import blueprint, only, two_versions
from nic_platform import access
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.errors import AbsentError
from nic_platform.pages import status_of, today, try_to, went
from nic_platform.text import _
from teams.models import Team

_FIELDS = ("held_on", "place", "people", "notes")


def _team(actor: Actor) -> Team:
    if actor.team_id is None:
        raise AbsentError(_("Choose a team first."))
    return session().get_one(Team, actor.team_id)


@blueprint.get("/touchpoints")
@access.signed_in
def touchpoints() -> ResponseReturnValue:
    """List the chosen team's touchpoints, with what the next one has to look at."""
    actor = access.actor()
    found = plan_queries.touchpoints_of(session(), actor, actor.team_id)
    due = status_queries.milestones_due(session(), actor, actor.team_id, today(actor))
    may_change = actor.team_id is not None and policies.can_change(actor, actor.team_id)
    return render_template("milestones/touchpoints.html", found=found, due=due, may_change=may_change)


@blueprint.route("/touchpoints/new", methods=["GET", "POST"])
@access.signed_in
def new_touchpoint() -> ResponseReturnValue:
    """Plan a step-back of the chosen team."""
    actor = access.actor()
    team = _team(actor)
    access.require(policies.can_change(actor, team.id), only(team.name))
    form = forms.TouchpointForm()
    if form.validate_on_submit():

        def add(current: Session) -> None:
            services.add_touchpoint(current, team, form.values())

        if try_to(form, actor, add):
            return went(url_for(".touchpoints"), _("The touchpoint is planned."))
    page = render_template("milestones/touchpoint_form.html", form=form, title=_("Plan a touchpoint"))
    return page, status_of(form)


@blueprint.route("/touchpoints/<uuid:touchpoint_id>", methods=["GET", "POST"])
@access.signed_in
def touchpoint(touchpoint_id: UUID) -> ResponseReturnValue:
    """Show a touchpoint with its agenda and decisions, and add a decision."""
    actor = access.actor()
    found = plan_queries.find(session(), actor, Touchpoint, touchpoint_id)
    form = forms.DecisionForm()
    if form.validate_on_submit():
        team = session().get_one(Team, found.team_id)
        access.require(policies.can_change(actor, team.id), only(team.name))

        def add(current: Session) -> None:
            decision_services.decide(
                current, team, text=form.text.data or "", choice="accept", on=today(actor), touchpoint=found
            )

        if try_to(form, actor, add):
            return went(url_for(".touchpoint", touchpoint_id=touchpoint_id), _("Decision kept."))
    page = render_template(
        "milestones/touchpoint.html",
        found=found,
        form=form,
        decisions=plan_queries.decisions_of(session(), touchpoint_id=found.id),
        due=status_queries.milestones_due(session(), actor, found.team_id, today(actor)),
        may_change=policies.can_change(actor, found.team_id),
    )
    return page, status_of(form)


@blueprint.route("/touchpoints/<uuid:touchpoint_id>/edit", methods=["GET", "POST"])
@access.signed_in
def edit_touchpoint(touchpoint_id: UUID) -> ResponseReturnValue:
    """Change a touchpoint's day, place, people or notes."""
    actor = access.actor()
    found = plan_queries.find(session(), actor, Touchpoint, touchpoint_id)
    access.require(policies.can_change(actor, found.team_id))
    form = forms.TouchpointForm(obj=found)
    if form.validate_on_submit():
        if form.is_stale(found.version):
            return two_versions(form, found, _("Touchpoint"), _FIELDS)  # type: ignore[no-any-return]  # a response

        def save(current: Session) -> None:
            services.change(current, found, form.values())

        if try_to(form, actor, save):
            return went(url_for(".touchpoint", touchpoint_id=touchpoint_id), _("Saved."))
    page = render_template("milestones/touchpoint_form.html", form=form, title=_("Edit the touchpoint"))
    return page, status_of(form)
