"""An organisation's goals: listed, written, followed by quarter; and what makes a milestone good."""

from datetime import date
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from milestones import (
    goal_forms,
    goal_queries,
    goal_services,
    guidance,
    milestone_queries,
    plan_queries,
    policies,
    services,
    work_kinds,
)
from milestones.coach import Reading, coach
from milestones.models import AgencyGoal, Plan
from milestones.rows import PlanRow
from milestones.views import goal_page
from milestones.views.base import blueprint, day_seen, only, two_versions, undo_address
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.pages import DaySeen, status_of, today, try_to, went
from nic_platform.text import _
from nic_platform.words import heading
from teams.models import Team

# What the coach says of a goal's sentence; the rest of its questions are about milestones.
_ASKED_OF_GOALS = frozenset({"jargon", "continuing", "vague", "plan_to_plan", "progress_update"})


@blueprint.get("/plans/<uuid:plan_id>/goals")
@access.signed_in
def goals(plan_id: UUID) -> ResponseReturnValue:
    """List a plan's agency goals with their milestones."""
    actor = access.actor()
    row = plan_queries.get_plan(session(), actor, plan_id)
    found = goal_queries.goals_of(session(), row.network_id, row.id)
    milestones = milestone_queries.milestones_of(session(), actor, row.id)
    return render_template(
        "milestones/goals.html",
        plan=row,
        goals=found.goals,
        milestones={goal.id: [m for m in milestones if m.goal_id == goal.id] for goal in found.goals},
        asked={goal.id: asked_of(goal.statement) for goal in found.goals},
        kind_word=work_kinds.kind_word,
        may_change=policies.can_change(actor, row.team_id),
        undo=undo_address(),
    )


def asked_of(statement: str) -> tuple[str, ...]:
    """Return what the coach asks of a goal's sentence; nothing of an empty one."""
    if not statement.strip():
        return ()
    read: Reading = coach(statement)
    return tuple(problem.sentence for problem in read.problems if problem.code in _ASKED_OF_GOALS)


@blueprint.get("/plans/<uuid:plan_id>/quarters")
@access.signed_in
def plan_quarters(plan_id: UUID) -> ResponseReturnValue:
    """Show goals by quarter of the fiscal year, today or as they stood at the end of an earlier day."""
    actor = access.actor()
    row = plan_queries.get_plan(session(), actor, plan_id)
    seen = day_seen(actor)
    page = goal_page.quarters_of(session(), actor, row, seen, _year_of(row, seen))
    return render_template(
        "milestones/quarters.html",
        plan=row,
        page=page,
        seen=seen,
        may_change=policies.can_change(actor, row.team_id),
    )


def _year_of(plan: PlanRow, seen: DaySeen) -> date:
    """Return a day of the fiscal year to show: as ``?year=`` says, else the day seen, within the plan's."""
    try:
        wanted = date.fromisoformat(request.args.get("year", ""))
    except ValueError:
        first, last = plan.span
        return min(max(seen.on, first), last)
    return wanted if clock.is_usable(wanted) and 1901 <= wanted.year <= 2198 else seen.on


@blueprint.route("/plans/<uuid:plan_id>/goals/new", methods=["GET", "POST"])
@access.signed_in
def new_goal(plan_id: UUID) -> ResponseReturnValue:
    """Add a goal to a plan."""
    actor = access.actor()
    row = plan_queries.get_plan(session(), actor, plan_id)
    access.require(policies.can_change(actor, row.team_id), only(row.team_name))
    form = goal_forms.GoalForm()
    if form.validate_on_submit():

        def add(current: Session) -> None:
            plan = plan_queries.find_plan(current, actor, plan_id)
            goal_services.add_goal(current, plan, form.values())

        if try_to(form, actor, add):
            return went(url_for(".goals", plan_id=plan_id), _("The goal is there. Now its milestones."))
    return _form_page(form, row, None)


@blueprint.route("/goals/<uuid:goal_id>/edit", methods=["GET", "POST"])
@access.signed_in
def edit_goal(goal_id: UUID) -> ResponseReturnValue:
    """Change a goal; two people who edit it at once see both versions."""
    actor = access.actor()
    goal = plan_queries.find(session(), actor, AgencyGoal, goal_id)
    row = plan_queries.plan_by_number(session(), actor, goal.plan_id)
    access.require(policies.can_change(actor, row.team_id), only(row.team_name))
    form = goal_forms.GoalForm(obj=goal)
    if form.validate_on_submit():
        if form.is_stale(goal.version):
            title = goal.title or heading("agency_goal")
            return two_versions(form, goal, title, goal_services.FIELDS)  # type: ignore[no-any-return]  # a response
        if try_to(form, actor, lambda current: goal_services.save_goal(current, goal, form.values())):
            return went(url_for(".goals", plan_id=row.public_id), _("Saved."))
    return _form_page(form, row, goal)


def _form_page(form: goal_forms.GoalForm, plan: PlanRow, goal: AgencyGoal | None) -> ResponseReturnValue:
    page = render_template(
        "milestones/goal_form.html",
        form=form,
        plan=plan,
        goal=goal,
        asked=asked_of(form.statement.data or ""),
    )
    return page, status_of(form)


def _changeable(actor: Actor, goal_id: UUID, *, is_deleted: bool = False) -> tuple[AgencyGoal, str]:
    """Return a goal that the actor may change, and where its plan's goals are."""
    goal = plan_queries.find(session(), actor, AgencyGoal, goal_id, is_deleted=is_deleted)
    access.require(policies.can_change(actor, goal.team_id), only(session().get_one(Team, goal.team_id).name))
    return goal, str(session().get_one(Plan, goal.plan_id).public_id)


@blueprint.post("/goals/<uuid:goal_id>/delete")
@access.signed_in
def delete_goal(goal_id: UUID) -> ResponseReturnValue:
    """Take a goal off its plan, with a way to bring it back; its milestones stay."""
    actor = access.actor()
    goal, plan_id = _changeable(actor, goal_id)
    with transaction(actor) as current:
        services.delete(current, goal, at=clock.now())
    return went(url_for(".goals", plan_id=plan_id, undo=f"goal.{goal_id}"), _("Deleted."))


@blueprint.post("/goals/<uuid:goal_id>/restore")
@access.signed_in
def restore_goal(goal_id: UUID) -> ResponseReturnValue:
    """Bring a deleted goal back."""
    actor = access.actor()
    goal, plan_id = _changeable(actor, goal_id, is_deleted=True)
    with transaction(actor) as current:
        services.restore(current, goal)
    return went(url_for(".goals", plan_id=plan_id), _("It is back."))


@blueprint.post("/goals/<uuid:goal_id>/move")
@access.signed_in
def move_goal(goal_id: UUID) -> ResponseReturnValue:
    """Let a goal change places with the one above or below it."""
    actor = access.actor()
    goal, plan_id = _changeable(actor, goal_id)
    with transaction(actor) as current:
        services.move(current, goal, up=request.form.get("way") == "up")
    return went(url_for(".goals", plan_id=plan_id), _("Moved."))


@blueprint.get("/guidance/milestones")
@access.signed_in
def milestone_guidance() -> ResponseReturnValue:
    """Say what makes a milestone good or bad, each with an example and its mend."""
    actor = access.actor()  # the examples are said in the words of the visitor's network
    plan = plan_queries.current_plan(session(), actor, actor.team_id, today(actor))
    return render_template(
        "milestones/guidance.html",
        good=guidance.good(),
        bad=guidance.bad(),
        kinds=work_kinds.work_kinds(),
        may_write=plan is not None and policies.can_change(actor, plan.team_id),
    )
