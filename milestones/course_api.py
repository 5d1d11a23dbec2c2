"""Decisions, the course of strategies and the trace line in the API, by the rules of the pages."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from milestones import (
    acting_schemas,
    course_queries,
    decision_queries,
    decision_services,
    plan_queries,
    policies,
    trace,
)
from milestones import course_schemas as schemas
from milestones.course import StrategyCourse
from milestones.decision_queries import DecisionRow
from milestones.models import Decision, Touchpoint
from milestones.rows import PlanRow
from milestones.views import course_reading, deciding
from milestones.views.follow_ups import Wanted
from milestones.views.trace_reading import traced
from nic_platform import access, clock
from nic_platform.api import ApiBlueprint, page_of
from nic_platform.database import session, transaction
from nic_platform.errors import InputError
from nic_platform.text import _
from teams.models import Team

blueprint = ApiBlueprint("api_course", __name__, "", "Decisions, course and trace")


@blueprint.get("/plans/<uuid:plan_id>/decisions")
@access.signed_in
@blueprint.arguments(schemas.DecisionQuery, location="query")
@blueprint.response(200, schemas.DecisionPage)
def list_decisions(query: dict[str, Any], plan_id: UUID) -> Mapping[str, Any]:
    """List what a team decided in the year of a plan, newest first; empty to who may not read reasons."""
    actor = access.actor()
    plan = plan_queries.get_plan(session(), actor, plan_id)
    rows = decision_queries.decisions_of_plan(session(), actor, plan, **query)
    return page_of(rows, query["limit"])


@blueprint.get("/decisions/<uuid:decision_id>")
@access.signed_in
@blueprint.response(200, schemas.DecisionOut)
def get_decision(decision_id: UUID) -> DecisionRow:
    """Return one decision."""
    return decision_queries.get_decision(session(), access.actor(), decision_id)


def _wanted(sent: Mapping[str, Any]) -> Wanted:
    if sent["follow_up"] and sent["choice"] == "decline":
        words = _("What is declined opens nothing.")
        raise InputError(_("This can’t be saved yet."), {"follow_up": words})
    return Wanted(sent["follow_up"], sent["what"], sent["owner"], sent["due_on"], sent["text"])


@blueprint.post("/milestones/<uuid:milestone_id>/decisions")
@access.signed_in
@blueprint.arguments(schemas.DecisionIn)
@blueprint.response(201, schemas.DecisionOut)
def decide_milestone(sent: dict[str, Any], milestone_id: UUID) -> DecisionRow:
    """Decide about what is suggested for a milestone, and open what ``follow_up`` names, in one piece."""
    actor = access.actor()
    today = clock.today(actor.time_zone)
    matter = deciding.matter_of(session(), actor, milestone_id, today)
    access.require(policies.can_change(actor, matter.row.team_id))
    wanted = _wanted(sent)
    with transaction(actor) as current:
        made = deciding.keep_for_milestone(
            current, matter, choice=sent["choice"], wanted=wanted, by=actor, at=clock.now(), today=today
        ).public_id
    return decision_queries.get_decision(session(), actor, made)


@blueprint.post("/strategies/<uuid:strategy_id>/decisions")
@access.signed_in
@blueprint.arguments(schemas.DecisionIn)
@blueprint.response(201, schemas.DecisionOut)
def decide_strategy(sent: dict[str, Any], strategy_id: UUID) -> DecisionRow:
    """Decide about a strategy as milestones and results together suggest; ``adjust`` is for milestones."""
    actor = access.actor()
    today = clock.today(actor.time_zone)
    strategy, plan, found = deciding.strategy_of(session(), actor, strategy_id, today)
    access.require(policies.can_change(actor, plan.team_id))
    if sent["follow_up"] == "adjust":
        raise InputError(_("This can’t be saved yet."), {"follow_up": _("Only a milestone’s dates move.")})
    wanted = _wanted(sent)
    with transaction(actor) as current:
        made = deciding.keep_for_strategy(
            current, strategy, found, choice=sent["choice"], wanted=wanted, by=actor, at=clock.now(),
            today=today,
        ).public_id  # fmt: skip
    return decision_queries.get_decision(session(), actor, made)


@blueprint.delete("/decisions/<uuid:decision_id>")
@access.signed_in
@blueprint.response(204)
def undo_decision(decision_id: UUID) -> None:
    """Take a decision back: the suggestion asks again. What it opened stays."""
    actor = access.actor()
    found = plan_queries.find(session(), actor, Decision, decision_id)
    access.require(policies.can_change(actor, found.team_id))
    with transaction(actor) as current:
        decision_services.undo(current, found, at=clock.now())


@blueprint.post("/decisions/<uuid:decision_id>/restore")
@access.signed_in
@blueprint.response(200, schemas.DecisionOut)
def restore_decision(decision_id: UUID) -> DecisionRow:
    """Let a decision stand again that was taken back, one of a meeting too."""
    actor = access.actor()
    found = plan_queries.find(session(), actor, Decision, decision_id, is_deleted=True)
    access.require(policies.can_change(actor, found.team_id))
    with transaction(actor) as current:
        decision_services.restore(current, found)
    return decision_queries.get_decision(session(), actor, decision_id)


@blueprint.post("/touchpoints/<uuid:touchpoint_id>/decisions")
@access.signed_in
@blueprint.arguments(acting_schemas.TouchpointDecisionIn)
@blueprint.response(201, schemas.DecisionOut)
def decide_at_touchpoint(sent: dict[str, Any], touchpoint_id: UUID) -> DecisionRow:
    """Keep what was decided at a touchpoint."""
    actor = access.actor()
    found = plan_queries.find(session(), actor, Touchpoint, touchpoint_id)
    access.require(policies.can_change(actor, found.team_id))
    if not sent["text"].strip():
        raise InputError(_("This can’t be saved yet."), {"text": _("Write the decision.")})
    with transaction(actor) as current:
        made = decision_services.decide(
            current, current.get_one(Team, found.team_id), text=sent["text"], choice="accept",
            on=clock.today(actor.time_zone), touchpoint=found,
        ).public_id  # fmt: skip
    return decision_queries.get_decision(session(), actor, made)


# ---------------------------------------------------------------- reading the course and the line


def _course_out(plan: PlanRow, found: StrategyCourse) -> dict[str, Any]:
    return {
        "id": found.id, "name": found.name, "plan_id": plan.public_id, "team_id": plan.team_public_id,
        "team": plan.team_name, "due": found.due, "met": found.met, "are_met": found.are_met,
        "is_moving": found.is_moving, "cell": found.cell,
        "results": [asdict(each) | {"is_moving": each.is_moving} for each in found.results],
    }  # fmt: skip


@blueprint.get("/plans/<uuid:plan_id>/course")
@access.signed_in
@blueprint.response(200, schemas.StrategyCourses)
def get_course(plan_id: UUID) -> Mapping[str, Any]:
    """Return how each strategy of a plan runs today: milestones met × interim targets moving."""
    actor = access.actor()
    plan = plan_queries.get_plan(session(), actor, plan_id)
    read = course_queries.courses(session(), actor, [plan], clock.today(actor.time_zone))[0]
    return {"items": [_course_out(plan, each) for each in read.strategies]}


@blueprint.get("/course")
@access.signed_in
@blueprint.arguments(schemas.CourseQuery, location="query")
@blueprint.response(200, schemas.StrategyCourses)
def list_courses(query: dict[str, Any]) -> Mapping[str, Any]:
    """List how the strategies of all schools below the chosen team run, or of a district; by school."""
    actor = access.actor()
    today = clock.today(actor.time_zone)
    below = course_reading.below(session(), actor, query.get("district_id"), today)
    return {"items": [_course_out(plan, each) for plan, each in below.told]}


@blueprint.get("/plans/<uuid:plan_id>/trace")
@access.signed_in
@blueprint.response(200, schemas.TraceOut)
def get_trace(plan_id: UUID) -> Mapping[str, Any]:
    """Return a plan's line from priority to test, and where it is broken."""
    actor = access.actor()
    plan = plan_queries.get_plan(session(), actor, plan_id)
    today = clock.today(actor.time_zone)
    line = traced(session(), actor, plan, today)
    found = [
        asdict(each) | {"things": [{"id": key, "title": title} for key, title in each.things]}
        for each in trace.gaps(line, today)
    ]
    return {"items": list(_nodes(line)), "gaps": found}


def _nodes(line: trace.Plan) -> Iterator[dict[str, Any]]:
    """Yield every part once with its parent, in the order of the line."""
    kinds = (
        (trace.Kind.PRIORITY, line.priorities, ()),
        (trace.Kind.CAUSE, line.causes, line.priorities),
        (trace.Kind.STRATEGY, line.strategies, line.causes),
        (trace.Kind.TARGET, line.targets, line.strategies),
    )
    for kind, parts, above in kinds:
        names = {part.id: part.public_id for part in above}
        for part in parts:
            yield _node(kind, part.public_id, names.get(part.parent or 0), part.title)
    strategies = {part.id: part.public_id for part in line.strategies}
    milestones = {each.id: each.public_id for each in line.milestones}
    for each in line.milestones:
        parent = strategies.get(each.strategy or 0)
        yield _node(trace.Kind.MILESTONE, each.public_id, parent, each.title) | {
            "status": each.status, "counts": each.counts,
        }  # fmt: skip
    for step in line.steps:
        yield _node(trace.Kind.STEP, step.public_id, milestones.get(step.parent or 0), step.title)
    for trial in line.trials:
        for number in sorted(trial.milestones) or [0]:
            yield _node(trace.Kind.CYCLE, trial.public_id, milestones.get(number), trial.title)


def _node(kind: trace.Kind, key: UUID, parent: UUID | None, title: str) -> dict[str, Any]:
    return {"kind": kind, "id": key, "parent_id": parent, "title": title, "status": None, "counts": None}
