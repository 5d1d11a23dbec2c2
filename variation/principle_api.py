"""The six principles in the API: what the records say, the problem, the next steps; the pages' own rules."""

from typing import Any
from uuid import UUID

from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.api import ApiBlueprint, check_version
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError
from nic_platform.pages import today
from nic_platform.text import _
from teams import network_queries
from variation import principle_page, principle_queries, principle_schemas, principle_services
from variation.models import PrincipleStep
from variation.principle_policies import can_write_principles
from variation.principles import Principle

blueprint = ApiBlueprint("api_principles", __name__, "", "Six principles of a network, and its next steps")


def _here() -> Actor:
    actor = access.actor()
    if actor.network_id is None:
        raise AbsentError(_("There is no such page."))
    return actor


def _writer() -> Actor:
    actor = _here()
    access.require(can_write_principles(actor))
    return actor


@blueprint.get("/principles")
@access.signed_in
@blueprint.response(200, principle_schemas.PrinciplesOut)
def get_principles() -> dict[str, Any]:
    """Tell what the network's own records say of each principle, with the step that is suggested."""
    actor = _here()
    page = principle_page.read(session(), actor, today(actor))
    told = [
        {
            "principle": each.principle.value, "title": each.principle.heading, "lines": each.lines,
            "suggested": each.taken, "steps": page.steps[each.principle],
        }
        for each in page.principles
    ]  # fmt: skip
    return {"on": page.today, "sentence": page.lede, "principles": told}


@blueprint.get("/network/problem")
@access.signed_in
@blueprint.response(200, principle_schemas.NetworkProblemOut)
def get_problem() -> Any:
    """Return the network's problem and who lives with it."""
    return network_queries.get_network(session(), _here())


@blueprint.patch("/network/problem")
@access.signed_in
@blueprint.arguments(principle_schemas.NetworkProblemPatch)
@blueprint.response(200, principle_schemas.NetworkProblemOut)
def change_problem(sent: dict[str, Any]) -> Any:
    """Change the problem or who lives with it. Network leads may."""
    actor = _writer()
    network = network_queries.get_network(session(), actor)
    check_version(sent.pop("version"), network.version)
    with transaction(actor) as current:
        principle_services.save_problem(current, network, sent, by=actor, at=clock.now())
    return network


@blueprint.post("/principles/steps")
@access.signed_in
@blueprint.arguments(principle_schemas.PrincipleStepIn)
@blueprint.response(201, principle_schemas.PrincipleStepOut)
def add_step(sent: dict[str, Any]) -> Any:
    """Write what the network does next on a principle. Network leads may."""
    actor = _writer()
    network = network_queries.get_network(session(), actor)
    principle = Principle(sent.pop("principle"))
    with transaction(actor) as current:
        return principle_services.add_step(current, network.id, principle, sent, by=actor, at=clock.now())


@blueprint.get("/principles/steps/<uuid:principle_step_id>")
@access.signed_in
@blueprint.response(200, principle_schemas.PrincipleStepOut)
def get_step(principle_step_id: UUID) -> Any:
    """Return one step."""
    return principle_queries.get_step(session(), _here(), principle_step_id)


def _written(step_id: UUID, *, gone: bool = False) -> tuple[PrincipleStep, Actor]:
    found = principle_queries.get_step(session(), _here(), step_id, gone=gone)
    return found, _writer()


@blueprint.patch("/principles/steps/<uuid:principle_step_id>")
@access.signed_in
@blueprint.arguments(principle_schemas.PrincipleStepPatch)
@blueprint.response(200, principle_schemas.PrincipleStepOut)
def change_step(sent: dict[str, Any], principle_step_id: UUID) -> Any:
    """Change a step, or say on which day it was done and what came of it. Network leads may."""
    step, actor = _written(principle_step_id)
    check_version(sent.pop("version"), step.version)
    with transaction(actor) as current:
        principle_services.change_step(current, step, sent, by=actor, at=clock.now())
    return step


@blueprint.post("/principles/steps/<uuid:principle_step_id>/delete")
@access.signed_in
@blueprint.arguments(principle_schemas.PrincipleStepGone)
@blueprint.response(204)
def delete_step(sent: dict[str, Any], principle_step_id: UUID) -> None:
    """Take a step away. Network leads may."""
    step, actor = _written(principle_step_id)
    check_version(sent["version"], step.version)
    with transaction(actor) as current:
        principle_services.remove_step(current, step, by=actor, at=clock.now())


@blueprint.post("/principles/steps/<uuid:principle_step_id>/restore")
@access.signed_in
@blueprint.response(200, principle_schemas.PrincipleStepOut)
def restore_step(principle_step_id: UUID) -> Any:
    """Bring a step back. Network leads may."""
    step, actor = _written(principle_step_id, gone=True)
    with transaction(actor) as current:
        principle_services.return_step(current, step, by=actor, at=clock.now())
    return step
