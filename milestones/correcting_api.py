"""Counts in the API after they were saved, counts of interim targets, and who may read a plan."""

from typing import Any
from uuid import UUID

from marshmallow import fields

from measures import api as measure_api
from measures import policies as measure_policies
from measures import queries as measure_queries
from measures import schemas as measure_schemas
from measures import services as measure_services
from measures.models import Measure, Measurement
from measures.rules import Entry
from milestones import plan_queries, policies, schemas, services
from milestones.models import InterimTarget
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.api import ApiBlueprint, Schema
from nic_platform.database import session, transaction
from nic_platform.errors import RuleError
from nic_platform.text import _
from teams.models import Team

blueprint = ApiBlueprint("api_correcting", __name__, "", "Counts put right; plans shown")


class PlanSharing(Schema):
    """Whether every team of the network reads the plan by name."""

    is_shared = fields.Boolean(required=True)


class MeasurementKept(Schema):
    """The row that stands now; the earlier ones stay in the history."""

    id = fields.UUID()


def _mine(actor: Actor, measurement_id: UUID) -> Measurement:
    found = measure_queries.get_measurement(session(), actor, measurement_id)
    access.require(measure_policies.can_record(actor, found.team_id))
    return found


@blueprint.post("/measurements/<uuid:measurement_id>/corrections")
@access.signed_in
@blueprint.arguments(measure_schemas.MeasurementIn)
@blueprint.response(201, MeasurementKept)
def correct_measurement(sent: dict[str, Any], measurement_id: UUID) -> dict[str, Any]:
    """Write down what a measurement should have been; the earlier number stays in the history."""
    actor = access.actor()
    found = _mine(actor, measurement_id)
    counted = (sent.pop(name, None) for name in ("count", "population", "value"))
    entry = Entry(sent.pop("observed_on"), *counted)
    with transaction(actor) as current:
        made = measure_services.correct(
            current, found, entry, today=clock.today(actor.time_zone), by=actor, at=clock.now(), **sent
        )
        return {"id": made.public_id}


@blueprint.delete("/measurements/<uuid:measurement_id>")
@access.signed_in
@blueprint.response(200, MeasurementKept)
def take_measurement_back(measurement_id: UUID) -> dict[str, Any]:
    """Take a measurement back. Restoring the row that is returned brings it back."""
    actor = access.actor()
    found = _mine(actor, measurement_id)
    with transaction(actor) as current:
        return {"id": measure_services.withdraw(current, found, by=actor, at=clock.now()).public_id}


@blueprint.post("/measurements/<uuid:measurement_id>/restore")
@access.signed_in
@blueprint.response(200, MeasurementKept)
def restore_measurement(measurement_id: UUID) -> dict[str, Any]:
    """Bring a measurement back that was taken back."""
    actor = access.actor()
    found = _mine(actor, measurement_id)
    with transaction(actor) as current:
        return {"id": measure_services.restore(current, found, by=actor, at=clock.now()).public_id}


@blueprint.post("/targets/<uuid:target_id>/measurements")
@access.signed_in
@blueprint.arguments(measure_schemas.SubgroupMeasurementIn)
@blueprint.response(201, measure_schemas.MeasurementOut)
def add_target_measurement(sent: dict[str, Any], target_id: UUID) -> dict[str, Any]:
    """Write down what students showed for an interim target."""
    actor = access.actor()
    found = plan_queries.find(session(), actor, InterimTarget, target_id)
    access.require(measure_policies.can_record(actor, found.team_id))
    if found.measure_id is None:
        raise RuleError(_("A draft has nothing to count yet. Put it on the board first."))
    measure = session().get_one(Measure, found.measure_id)
    return measure_api.record_sent(actor, measure, session().get_one(Team, found.team_id), sent)


@blueprint.put("/plans/<uuid:plan_id>/sharing")
@access.signed_in
@blueprint.arguments(PlanSharing)
@blueprint.response(200, schemas.PlanOut)
def share_plan(sent: dict[str, Any], plan_id: UUID) -> Any:
    """Show a plan by name to every team of the network, or stop showing it. Its team's lead may."""
    actor = access.actor()
    found = plan_queries.find_plan(session(), actor, plan_id)
    access.require(policies.can_share(actor, found.team_id))
    with transaction(actor) as current:
        services.share(current, found, is_shared=sent["is_shared"])
    return plan_queries.get_plan(session(), actor, plan_id)


@blueprint.delete("/plans/<uuid:plan_id>")
@access.signed_in
@blueprint.response(204)
def delete_plan(plan_id: UUID) -> None:
    """Delete a plan. Its team's lead may; it is kept for thirty days."""
    actor = access.actor()
    found = plan_queries.find_plan(session(), actor, plan_id)
    access.require(policies.can_change(actor, found.team_id) and actor.leads(found.team_id))
    with transaction(actor) as current:
        services.delete(current, found, at=clock.now())
