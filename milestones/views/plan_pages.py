"""The plan: where a team's plan is, its board, its outline, sharing it."""

from datetime import date
from uuid import UUID

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from milestones import board as boards
from milestones import calendar_queries, exchange_run_queries, forms, plan_queries, policies, services
from milestones.views import board_page, outline_page
from milestones.views.base import DaySeen, blueprint, day_seen, only, two_versions, undo_address, uuid_arg
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError
from nic_platform.pages import status_of, today, went
from nic_platform.svg import day as day_words
from nic_platform.text import _
from nic_platform.words import heading
from teams.models import Team


@blueprint.get("/plan")
@access.signed_in
def board() -> ResponseReturnValue:
    """Lead to the plan of the team in ``?team=`` or the chosen one; where there is none, say how to begin."""
    actor, now = access.actor(), today(access.actor())
    plan = plan_queries.current_plan(session(), actor, actor.team_id, now, team=uuid_arg("team"))
    if plan is not None:
        present = request.args.get("present") or None  # a projector stays a projector
        on = request.args.get("on") or None  # and a day that day; its page says what is wrong with it
        return redirect(url_for(".plan", plan_id=plan.public_id, present=present, on=on), 303)
    form = forms.PlanForm()
    return render_template("milestones/no_plan.html", form=form, **_beginning(actor))


def _beginning(actor: Actor) -> dict[str, object]:
    now = today(actor)
    year = plan_queries.school_year_on(session(), actor.network_id or 0, now)
    may_begin = actor.team_id is not None and policies.can_change(actor, actor.team_id)
    return {"year": year, "may_begin": may_begin, "picture": board_page.example_path(now)}


@blueprint.post("/plans")
@access.signed_in
def begin_plan() -> ResponseReturnValue:
    """Begin the chosen team's plan of this school year."""
    actor, form = access.actor(), forms.PlanForm()
    if actor.team_id is None:
        raise AbsentError(_("Choose a team first."))
    team = session().get_one(Team, actor.team_id)
    access.require(policies.can_change(actor, team.id), only(team.name))
    if not form.validate():
        return render_template("milestones/no_plan.html", form=form, **_beginning(actor)), 422
    with transaction(actor) as current:
        year = plan_queries.school_year_on(current, team.network_id, today(actor))
        made = services.create_plan(current, team, year, form.title.data or "").public_id
    return went(url_for(".outline", plan_id=made), _("The plan is there. Say what it is for."))


@blueprint.get("/plans/<uuid:plan_id>")
@access.signed_in
def plan(plan_id: UUID) -> ResponseReturnValue:
    """Show a plan's board: strand by date, targets and results."""
    actor = access.actor()
    seen = day_seen(actor)
    row = plan_queries.get_plan(session(), actor, plan_id)
    may_change = policies.can_change(actor, row.team_id)
    page = board_page.board_of(session(), actor, row, seen, may_change=may_change)
    return render_template(
        "milestones/board.html",
        plan=page.plan,
        page=page,
        lede=boards.lede(page.standings, seen.on),
        may_change=may_change and not seen.is_past,
        undo=undo_address(),
        lacks=outline_page.lacks_of(session(), row) if may_change and not seen.is_past else {},
        mend=outline_page.mend_address,
        seen=seen,
        day_problem=day_problem(seen),
        drag=board_page.drag_words(page),
    )


@blueprint.get("/plans/<uuid:plan_id>/days")
@access.signed_in
def days(plan_id: UUID) -> ResponseReturnValue:
    """Say which days a plan's calendar leaves out, for a script: first day, last day, name."""
    actor = access.actor()
    row = plan_queries.get_plan(session(), actor, plan_id)
    spans = calendar_queries.school_days(session(), row.network_id).spans
    return jsonify(off=[[s.starts_on.isoformat(), s.ends_on.isoformat(), s.name] for s in spans])


def day_problem(seen: DaySeen) -> str:
    """Return why the day that the address asks for can't be shown, in a sentence; empty when it can."""
    asked = request.args.get("on", "").strip()
    if not asked or asked == seen.on.isoformat():
        return ""
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        return _("“%(asked)s” is no day. Write it as year-month-day, such as 2026-02-24.", asked=asked[:40])
    if day > seen.today:
        return _("%(day)s has not come yet. This is today.", day=day_words(day, True))
    return _("Is the year right? Give a day from 1900 on. This is today.")


@blueprint.get("/plans/<uuid:plan_id>/outline")
@access.signed_in
def outline(plan_id: UUID) -> ResponseReturnValue:
    """Show a plan as an outline to be edited: priorities, causes, strategies, strands, targets, steps."""
    actor = access.actor()
    row = plan_queries.get_plan(session(), actor, plan_id)
    found = board_page.outline_of(session(), actor, row)
    return render_template(
        "milestones/outline.html",
        plan=row,
        outline=found,
        **outline_page.extras(session(), row, found, today(actor)),
        may_change=policies.can_change(actor, row.team_id),
        may_offer=policies.can_offer(actor),
        undo=undo_address(),
        near=exchange_run_queries.carried_plans(session(), actor, row.id),
        carried=uuid_arg("carried"),
    )


@blueprint.route("/plans/<uuid:plan_id>/edit", methods=["GET", "POST"])
@access.signed_in
def edit_plan(plan_id: UUID) -> ResponseReturnValue:
    """Change a plan's title."""
    actor = access.actor()
    found = plan_queries.find_plan(session(), actor, plan_id)
    access.require(policies.can_change(actor, found.team_id), only(found.team.name))
    form = forms.PlanForm(obj=found)
    if form.validate_on_submit():
        if form.is_stale(found.version):
            return two_versions(form, found, heading("plan"), ("title",))  # type: ignore[no-any-return]  # a response
        with transaction(actor) as current:
            services.change(current, found, form.values())
        return went(url_for(".plan", plan_id=plan_id), _("Saved."))
    page = render_template(
        "milestones/edit_plan.html", form=form, plan=found, may_delete=actor.leads(found.team_id)
    )
    return page, status_of(form)


@blueprint.post("/plans/<uuid:plan_id>/share")
@access.signed_in
def share_plan(plan_id: UUID) -> ResponseReturnValue:
    """Show a plan by name to every team of the network, or stop showing it."""
    actor, form = access.actor(), forms.ShareForm()
    found = plan_queries.find_plan(session(), actor, plan_id)
    access.require(policies.can_share(actor, found.team_id), only(found.team.name))
    is_shared = bool(form.is_shared.data)
    with transaction(actor) as current:
        services.share(current, found, is_shared=is_shared)
    words = (
        _("Every team of the network can read this plan now.")
        if is_shared
        else _("Only your team and those above it read this plan now.")
    )
    return went(url_for(".plan", plan_id=plan_id), words)


@blueprint.post("/plans/<uuid:plan_id>/delete")
@access.signed_in
def delete_plan(plan_id: UUID) -> ResponseReturnValue:
    """Take a plan away; it can be brought back."""
    actor = access.actor()
    found = plan_queries.find_plan(session(), actor, plan_id)
    access.require(policies.can_change(actor, found.team_id) and actor.leads(found.team_id), _lead_only())
    with transaction(actor) as current:
        services.delete(current, found, at=clock.now())
    return went(url_for(".board"), _("The plan is gone. Begin it again to bring it back as it was."))


def _lead_only() -> str:
    return _("Only the team’s lead can take a whole plan away.")
