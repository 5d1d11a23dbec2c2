"""A strand's series from its backwards plan, dates taken back, and plans carried on, in the API."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from milestones import acting_schemas as schemas
from milestones import (
    carrying_services,
    change_queries,
    milestone_queries,
    plan_queries,
    planner_services,
    policies,
    redating_queries,
    redating_services,
)
from milestones.pacing import order_faults
from milestones.planner_steps import PlannedStep, ReadStep
from milestones.views import planner_page
from milestones.views.planner import ground_for
from milestones.views.planner_page import Ground
from nic_platform import access, clock
from nic_platform.api import ApiBlueprint
from nic_platform.database import session, transaction
from nic_platform.errors import InputError
from nic_platform.pages import today
from nic_platform.text import _

blueprint = ApiBlueprint("api_pacing", __name__, "", "Series, moved dates, plans carried on")
Sent = dict[str, Any]


# ---------------------------------------------------------------- a series


@blueprint.get("/strands/<uuid:strand_id>/series")
@access.signed_in
@blueprint.response(200, schemas.SeriesOut)
def get_series(strand_id: UUID) -> Mapping[str, Any]:
    """Return the steps that a strand's backwards plan leads to, for those who may make them."""
    ground = ground_for(access.actor(), strand_id)
    found = planner_page.proposal_of(ground)
    return {
        "plan_id": ground.plan.public_id, "missing": found.missing, "problem": found.problem,
        "sentences": found.sentences, "can_undo": bool(ground.answers.get(planner_services.MADE)),
        "steps": [_step(each) for each in found.steps],
    }  # fmt: skip


def _step(step: PlannedStep) -> Sent:
    moved = step.row.public_id if step.row else None
    return {"on": date.fromisoformat(step.on), "target": float(step.target), "milestone_id": moved}


@blueprint.post("/strands/<uuid:strand_id>/series")
@access.signed_in
@blueprint.arguments(schemas.SeriesIn)
@blueprint.response(201, schemas.SeriesMade)
def make_series(sent: Sent, strand_id: UUID) -> Mapping[str, Any]:
    """Make a strand's steps: new milestones, and new dates and targets of those there; all or none."""
    actor = access.actor()
    ground = ground_for(actor, strand_id)
    steps = _steps(ground, sent["steps"])
    with transaction(actor) as current:
        done = planner_page.make(
            current, ground, steps, on_board=not sent["is_draft"], why=sent["why"], by=actor, at=clock.now()
        )
        moved = {each.milestone_id for each in done.changes}
        return {
            "made": [each.public_id for each in done.milestones],
            "moved": [row.public_id for row in ground.open if row.id in moved],
        }


def _steps(ground: Ground, sent: list[Sent]) -> list[ReadStep]:
    """Return the steps as the planner takes them.

    Raises:
        InputError: their days don't rise, or one names a milestone that can't be moved, or names it twice.
    """
    rising = order_faults([each["on"] for each in sent])
    faults = {f"steps.{place}.on": words for place, words in rising.items()}
    free = {row.public_id for row in ground.open}
    steps = []
    for place, each in enumerate(sent):
        key = each["milestone_id"]
        if key is not None and key not in free:
            faults[f"steps.{place}.milestone_id"] = _(
                "Name a milestone of this strand that is open, and each one once."
            )
        free.discard(key)
        steps.append(ReadStep(each["on"], each["target"], str(key or "")))
    if faults:
        raise InputError(_("This can’t be saved yet."), faults)
    return steps


@blueprint.post("/strands/<uuid:strand_id>/series/undo")
@access.signed_in
@blueprint.response(200, schemas.Undone)
def undo_series(strand_id: UUID) -> Mapping[str, Any]:
    """Take away what was made last for a strand, and give back the dates that it moved."""
    actor = access.actor()
    ground = ground_for(actor, strand_id)
    with transaction(actor) as current:
        count = planner_services.take_back_series(current, ground.strand, by=actor, at=clock.now())
    return {"count": count}


# ---------------------------------------------------------------- dates that moved


@blueprint.get("/milestones/<uuid:milestone_id>/moves")
@access.signed_in
@blueprint.response(200, schemas.MilestoneMoves)
def list_moves(milestone_id: UUID) -> Mapping[str, Any]:
    """List how a milestone's date and target were moved, oldest first, with the reasons."""
    row, _series = milestone_queries.get_milestone(session(), access.actor(), milestone_id)
    return {"items": change_queries.changes_in(session(), {row.id}).get(row.id, [])}


@blueprint.post("/moves/<uuid:move_id>/undo")
@access.signed_in
@blueprint.response(200, schemas.MovesUndone)
def undo_move(move_id: UUID) -> Mapping[str, Any]:
    """Bring all dates and targets back that were moved together; kept as a move in its turn."""
    actor = access.actor()
    plan, changes = redating_queries.find_move(session(), actor, move_id)
    access.require(policies.can_change(actor, plan.team_id))
    with transaction(actor) as current:
        made = redating_services.take_back(current, changes, by=actor, at=clock.now())
        return {"count": len(changes), "move_id": made.public_id}


# ---------------------------------------------------------------- into the next year


@blueprint.get("/plans/<uuid:plan_id>/carry")
@access.signed_in
@blueprint.response(200, schemas.CarryOffers)
def get_carrying(plan_id: UUID) -> Mapping[str, Any]:
    """Return what of a plan may go on into the next school year, for those who may carry it."""
    actor = access.actor()
    plan = plan_queries.get_plan(session(), actor, plan_id)
    access.require(policies.can_change(actor, plan.team_id))
    found = carrying_services.offered(session(), actor, plan, today(actor))
    names = ("value", "part", "title", "detail", "then", "why", "is_proposed")
    return {
        "school_year": found.next_year.name if found.next_year else None,
        "plan_id": found.next_plan.public_id if found.next_plan else None,
        "offers": [
            {name: getattr(each, name) for name in names} | {"is_there": each.value in found.there}
            for each in found.offers
        ],
    }


@blueprint.post("/plans/<uuid:plan_id>/carry")
@access.signed_in
@blueprint.arguments(schemas.CarryIn)
@blueprint.response(201, schemas.CarriedOut)
def carry_plan(sent: Sent, plan_id: UUID) -> Mapping[str, Any]:
    """Copy what is named into the plan of the next school year, which is begun if need be.

    What was carried before stays as it is by now. ``POST /plans/imports/{import_id}/undo`` takes it back.
    """
    actor = access.actor()
    plan = plan_queries.get_plan(session(), actor, plan_id)
    access.require(policies.can_change(actor, plan.team_id))
    with transaction(actor) as current:
        made, run = carrying_services.carry(
            current, plan, sent["parts"], today=today(actor), by=actor, at=clock.now()
        )
        return {"plan_id": made.public_id, "import_id": run.public_id, "parts": run.mapping["parts"]}
