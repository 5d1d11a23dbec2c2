"""Cycles in the API: list, read, start, change, take a step. The same policies and rules as the pages."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from cycles import (
    choice_queries,
    data_queries,
    idea_queries,
    place_services,
    policies,
    predictions,
    queries,
    ramp_queries,
    schemas,
    services,
    step_services,
    whose,
)
from cycles.models import Cycle, Prediction
from cycles.rules import STEPS, Stage
from measures.queries import get_measure
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.api import ApiBlueprint, check_version, page_of
from nic_platform.database import session, transaction
from nic_platform.errors import InputError
from nic_platform.text import _

blueprint = ApiBlueprint("api_cycles", __name__, "", "Cycles and change ideas")

SHOWN = (
    *(name for step in STEPS for name in services.FIELDS[step] if name != "measure_id"),
    "public_id",
    "version",
    "number",
    "stage",
    "outcome",
    "reason",
    "is_draft",
    "is_quick",
    "is_shared",
    "closed_at",
)


def _out(actor: Actor, cycle: Cycle) -> dict[str, Any]:
    served = choice_queries.list_served(session(), actor, cycle)
    data = data_queries.read(session(), actor, cycle, served, clock.today(actor.time_zone))
    return {name: getattr(cycle, name) for name in SHOWN} | {
        "measure_id": cycle.measure.public_id if cycle.measure else None,
        "team_id": cycle.team.public_id,
        "ramp_id": cycle.ramp.public_id if cycle.ramp else None,
        "milestones": [each.public_id for each in served],
        "predictions": [_prediction(each, data) for each in services.live(cycle)],
    }


def _prediction(row: Prediction, data: data_queries.Data) -> dict[str, Any]:
    """Return a prediction as the caller may read it: what a small group stands behind is hidden."""
    found = _whole_prediction(row)
    shown = data.instead_of(row)
    if not shown:
        return found | {"result": whose.words_of(row, data.behind)}
    hidden = {"result": shown, "result_number": None, "result_of": None, "verdict": "", "sentence": ""}
    return found | hidden


def _whole_prediction(row: Prediction) -> dict[str, Any]:
    names = ("public_id", "locked_at", *schemas.PredictionFields.field_names())
    found = {name: getattr(row, name) for name in names if name != "id"}
    expected = services.expectation_of(row)
    value = predictions.measured(row.result_number, row.result_of or row.out_of, expected)
    found["sentence"] = predictions.judge(expected, value).sentence if value is not None else ""
    return found


@blueprint.get("/cycles")
@access.signed_in
@blueprint.arguments(schemas.CycleQuery, location="query")
@blueprint.response(200, schemas.CyclePage)
def list_cycles(query: dict[str, Any]) -> Mapping[str, Any]:
    """List the cycles that the caller may read, newest first."""
    actor = access.actor()
    if "team_id" in query:
        query["team_id"] = queries.get_team(session(), actor, query["team_id"]).id
    rows = queries.list_cycles(session(), actor, **query)
    return page_of(rows, query["limit"])


@blueprint.get("/cycles/<uuid:cycle_id>")
@access.signed_in
@blueprint.response(200, schemas.CycleOut)
def get_cycle(cycle_id: UUID) -> dict[str, Any]:
    """Return one cycle with its predictions."""
    actor = access.actor()
    return _out(actor, queries.get_cycle(session(), actor, cycle_id))


@blueprint.post("/cycles")
@access.signed_in
@blueprint.arguments(schemas.CycleIn)
@blueprint.response(201, schemas.CycleOut)
def add_cycle(sent: dict[str, Any]) -> dict[str, Any]:
    """Start a cycle as a draft. The team's lead, members and linking members may."""
    actor = access.actor()
    team_id = actor.team_id
    if "team_id" in sent:
        team_id = queries.get_team(session(), actor, sent["team_id"]).id
    access.require(policies.can_create(actor, team_id))
    ramp = ramp_queries.get_ramp(session(), actor, sent["ramp_id"]) if "ramp_id" in sent else None
    if ramp is not None:
        access.require(ramp.team_id == team_id)
    idea = idea_queries.get_idea(session(), actor, sent["idea_id"]) if "idea_id" in sent else None
    chosen = _milestones(session(), actor, team_id or 0, sent["milestones"])
    with transaction(actor) as current:
        cycle = services.start(
            current,
            team_id=team_id or 0,
            milestone_ids=chosen,
            change=sent["change"],
            ramp=ramp,
            idea=idea,
            by=actor,
            at=clock.now(),
        )
    return _out(actor, cycle)


def _milestones(current: Session, actor: Actor, team_id: int, wanted: list[UUID]) -> list[int]:
    offered = {
        each.public_id: each.id for each in choice_queries.list_team_milestones(current, actor, team_id)
    }
    if unknown := [each for each in wanted if each not in offered]:
        message = _("This team has no milestone %(name)s.", name=unknown[0])
        raise InputError(_("A milestone isn't the team's."), {"milestones": message})
    return [offered[each] for each in wanted]


def _measure(actor: Actor, cycle: Cycle, measure_id: UUID) -> int:
    """Return the number of a measure that the cycle's team can count with."""
    measure = get_measure(session(), actor, measure_id)
    if measure.team_id not in {None, cycle.team_id}:
        message = _("This measure is another team's.")
        raise InputError(message, {"measure_id": message})
    return measure.id


def _written(cycle: Cycle, sent: dict[str, Any]) -> services.Written:
    """Return a prediction as it is to be saved: what was not sent of a known one stays as it is."""
    known = next((row for row in services.live(cycle) if row.public_id == sent.get("id")), None)
    if known is None:
        return services.Written(**sent)
    names = [name for name in schemas.PredictionFields.field_names() if name != "id"]
    return services.Written(**{name: getattr(known, name) for name in names} | sent)


@blueprint.patch("/cycles/<uuid:cycle_id>")
@access.signed_in
@blueprint.arguments(schemas.CyclePatch)
@blueprint.response(200, schemas.CycleOut)
def change_cycle(sent: dict[str, Any], cycle_id: UUID) -> dict[str, Any]:
    """Save any part of a cycle as a draft; nothing is required. Locked predictions stay as they are."""
    actor = access.actor()
    cycle = queries.get_cycle(session(), actor, cycle_id)
    access.require(policies.can_edit(actor, cycle))
    check_version(sent.pop("version"), cycle.version)
    written = [_written(cycle, each) for each in sent.pop("predictions", [])]
    chosen = None
    if "milestones" in sent:
        chosen = _milestones(session(), actor, cycle.team_id, sent.pop("milestones"))
    if sent.get("measure_id") is not None:
        sent["measure_id"] = _measure(actor, cycle, sent["measure_id"])
    with transaction(actor) as current:
        at = clock.now()
        services.save(current, cycle, Stage.PLAN, sent, written, chosen, by=actor, at=at)
        for step in STEPS[1:]:
            services.save(current, cycle, step, sent, by=actor, at=at)
    return _out(actor, cycle)


@blueprint.put("/cycles/<uuid:cycle_id>/place")
@access.signed_in
@blueprint.arguments(schemas.CyclePlace)
@blueprint.response(200, schemas.CycleOut)
def place_cycle(sent: dict[str, Any], cycle_id: UUID) -> dict[str, Any]:
    """Let a cycle serve exactly these milestones, at whatever stage it stands, and put it on a ramp.

    Without a ramp it stays where it is. On another one it is the newest cycle.
    """
    actor = access.actor()
    cycle = queries.get_cycle(session(), actor, cycle_id)
    access.require(policies.can_edit(actor, cycle))
    check_version(sent["version"], cycle.version)
    chosen = _milestones(session(), actor, cycle.team_id, sent["milestones"])
    ramp = ramp_queries.get_ramp(session(), actor, sent["ramp_id"]) if sent["ramp_id"] else None
    try:
        with transaction(actor) as current:
            place_services.place(current, cycle, milestone_ids=chosen, ramp=ramp, by=actor, at=clock.now())
    except InputError as error:
        raise error.renamed(ramp="ramp_id") from None
    return _out(actor, cycle)


@blueprint.post("/cycles/<uuid:cycle_id>/step")
@access.signed_in
@blueprint.arguments(schemas.StepIn)
@blueprint.response(200, schemas.CycleOut)
def take_step(sent: dict[str, Any], cycle_id: UUID) -> dict[str, Any]:
    """Finish the present step, go back, close as not run, abandon, or open the next cycle (which is
    returned)."""
    actor = access.actor()
    cycle = queries.get_cycle(session(), actor, cycle_id)
    access.require(policies.can_edit(actor, cycle))
    check_version(sent["version"], cycle.version)
    with transaction(actor) as current:
        result = _step(current, cycle, sent, actor)
    return _out(actor, result)


def _step(current: Session, cycle: Cycle, sent: dict[str, Any], actor: Actor) -> Cycle:
    at, why, action = clock.now(), sent["why"], sent["action"]
    if action == "next":
        return step_services.open_next(current, cycle, by=actor, at=at)
    if action == "finish":
        step_services.finish(current, cycle, Stage(cycle.stage), by=actor, at=at)
    elif action == "back":
        if "to" not in sent:
            raise InputError(_("Say where to."), {"to": _("Missing.")})
        step_services.go_back(current, cycle, Stage(sent["to"]), why, by=actor, at=at)
    elif action == "not_run":
        step_services.close_as_not_run(current, cycle, why, by=actor, at=at)
    else:
        step_services.abandon(current, cycle, why, by=actor, at=at)
    return cycle


@blueprint.get("/ideas")
@access.signed_in
@blueprint.arguments(schemas.IdeaQuery, location="query")
@blueprint.response(200, schemas.IdeaPage)
def list_ideas(query: dict[str, Any]) -> Mapping[str, Any]:
    """List the change ideas that the caller may know of, by title."""
    limit = query.pop("limit")
    return page_of(idea_queries.list_ideas(session(), access.actor(), limit=limit + 1, **query), limit)
