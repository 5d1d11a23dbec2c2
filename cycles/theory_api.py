"""The theory in the API: aim, drivers, links, measures, history; ramps; cycles that need a hand."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from cycles import (
    finding_queries,
    growth,
    idea_queries,
    idea_services,
    policies,
    queries,
    ramp_queries,
    theory_queries,
    theory_services,
    whose,
)
from cycles import theory_schemas as schemas
from cycles.data_queries import behind_of
from cycles.models import Driver
from cycles.queries import CycleRow
from cycles.scale import advice_on
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.api import ApiBlueprint, check_version, page_of
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError, InputError
from nic_platform.schemas import MoveIn, PageQuery
from nic_platform.text import _
from teams import network_queries

blueprint = ApiBlueprint("api_theory", __name__, "", "Theory, ramps and cycles that need a hand")


def _here() -> Actor:
    actor = access.actor()
    if actor.network_id is None:
        raise AbsentError(_("There is no such page."))
    return actor


@blueprint.get("/theory")
@access.signed_in
@blueprint.arguments(schemas.TheoryQuery, location="query")
@blueprint.response(200, schemas.TheoryOut)
def get_theory(query: dict[str, Any]) -> Any:
    """Return the network's theory, today or at the end of an earlier day, with its gaps."""
    actor = _here()
    on: date | None = query.get("on")
    past = on if on is not None and on < clock.today(actor.time_zone) else None
    return theory_queries.diagram(session(), actor, past, with_own=False)


@blueprint.patch("/theory/aim")
@access.signed_in
@blueprint.arguments(schemas.AimIn)
@blueprint.response(200, schemas.TheoryOut)
def change_aim(sent: dict[str, Any]) -> Any:
    """Change the aim or the measures that tell whether it comes nearer. Network leads may, with ``why``."""
    actor = _here()
    access.require(policies.can_edit_drivers(actor))
    network = network_queries.get_network(session(), actor)
    check_version(sent["version"], network.version)
    at, why = clock.now(), sent["why"]
    with transaction(actor) as current:
        theory_services.save_aim(current, network, sent.get("aim", network.aim), why=why, by=actor, at=at)
        if "measures" in sent:
            wanted = theory_queries.common_named(current, actor, [str(each) for each in sent["measures"]])
            if theory_services.set_measures(current, None, wanted, why=why, by=actor, at=at):
                network.updated_at = at
    return theory_queries.diagram(session(), actor, with_own=False)


@blueprint.get("/theory/history")
@access.signed_in
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, schemas.HistoryPage)
def get_history(query: dict[str, Any]) -> Mapping[str, Any]:
    """Tell every revision of the theory, newest first."""
    return page_of(theory_queries.history(session(), _here(), **query), query["limit"])


# ---------------------------------------------------------------- drivers


def _driver_out(driver: Driver) -> dict[str, Any]:
    parent = session().get(Driver, driver.parent_id) if driver.parent_id else None
    return {
        "public_id": driver.public_id, "version": driver.version, "name": driver.name,
        "description": driver.description, "parent_id": parent.public_id if parent else None,
        "measures": theory_queries.measures_of(session(), driver, driver.network_id),
    }  # fmt: skip


def _saved(actor: Actor, driver: Driver | None, sent: Mapping[str, Any]) -> Driver:
    at, why = clock.now(), sent["why"]
    with transaction(actor) as current:
        above = sent["parent_id"] if "parent_id" in sent else _above(driver)
        parent = idea_queries.get_driver(current, actor, above) if above else None
        made = theory_services.save_driver(
            current, driver, name=sent.get("name", driver.name if driver else ""),
            description=sent.get("description", driver.description if driver else ""), parent=parent,
            why=why, by=actor, at=at,
        )  # fmt: skip
        if "measures" in sent:
            wanted = theory_queries.common_named(current, actor, [str(each) for each in sent["measures"]])
            if theory_services.set_measures(current, made, wanted, why=why, by=actor, at=at):
                made.updated_at = at
    return made


def _above(driver: Driver | None) -> UUID | None:
    """Return the driver that one hangs under; none where that is deleted, since it is drawn as primary."""
    parent = session().get(Driver, driver.parent_id) if driver and driver.parent_id else None
    return parent.public_id if parent and parent.deleted_at is None else None


@blueprint.post("/drivers")
@access.signed_in
@blueprint.arguments(schemas.DriverIn)
@blueprint.response(201, schemas.DriverOut)
def add_driver(sent: dict[str, Any]) -> dict[str, Any]:
    """Add a driver. Network leads may; ``why`` is kept in the history."""
    actor = _here()
    access.require(policies.can_edit_drivers(actor))
    return _driver_out(_saved(actor, None, sent))


@blueprint.get("/drivers/<uuid:driver_id>")
@access.signed_in
@blueprint.response(200, schemas.DriverOut)
def get_driver(driver_id: UUID) -> dict[str, Any]:
    """Return one driver."""
    return _driver_out(idea_queries.get_driver(session(), _here(), driver_id))


@blueprint.patch("/drivers/<uuid:driver_id>")
@access.signed_in
@blueprint.arguments(schemas.DriverPatch)
@blueprint.response(200, schemas.DriverOut)
def change_driver(sent: dict[str, Any], driver_id: UUID) -> dict[str, Any]:
    """Rename a driver, hang it elsewhere, choose its measures. Network leads may; ``why`` is kept."""
    actor = _here()
    driver = idea_queries.get_driver(session(), actor, driver_id)
    access.require(policies.can_edit_drivers(actor))
    check_version(sent["version"], driver.version)
    return _driver_out(_saved(actor, driver, sent))


@blueprint.post("/drivers/<uuid:driver_id>/delete")
@access.signed_in
@blueprint.arguments(schemas.DriverGone)
@blueprint.response(204)
def delete_driver(sent: dict[str, Any], driver_id: UUID) -> None:
    """Delete a driver; its links wait for the day it is brought back. Network leads may."""
    actor = _here()
    driver = idea_queries.get_driver(session(), actor, driver_id)
    access.require(policies.can_edit_drivers(actor))
    check_version(sent["version"], driver.version)
    with transaction(actor) as current:
        theory_services.delete_driver(current, driver, why=sent["why"], by=actor, at=clock.now())


@blueprint.post("/drivers/<uuid:driver_id>/move")
@access.signed_in
@blueprint.arguments(MoveIn)
@blueprint.response(200, schemas.DriverOut)
def move_driver(sent: dict[str, Any], driver_id: UUID) -> dict[str, Any]:
    """Draw a driver one place further up or down; at the end nothing happens. Network leads may."""
    actor = _here()
    driver = idea_queries.get_driver(session(), actor, driver_id)
    access.require(policies.can_edit_drivers(actor))
    with transaction(actor) as current:
        theory_services.move_driver(current, driver, up=sent["way"] == "up", by=actor, at=clock.now())
    return _driver_out(driver)


@blueprint.post("/drivers/<uuid:driver_id>/restore")
@access.signed_in
@blueprint.response(200, schemas.DriverOut)
def restore_driver(driver_id: UUID) -> dict[str, Any]:
    """Bring a deleted driver back. Network leads may."""
    actor = _here()
    driver = idea_queries.get_driver(session(), actor, driver_id, is_deleted=True)
    access.require(policies.can_edit_drivers(actor))
    with transaction(actor) as current:
        theory_services.restore_driver(current, driver, by=actor, at=clock.now())
    return _driver_out(driver)


# ---------------------------------------------------------------- links of an idea


def _links_out(idea_id: UUID, actor: Actor) -> dict[str, Any]:
    idea = idea_queries.get_idea(session(), actor, idea_id)
    links = idea_queries.links_of(session(), idea.id)
    found = [
        {"driver_id": each, "strength": "strong" if strong else "weak"} for each, strong in links.items()
    ]
    return {"version": idea.version, "links": found}


@blueprint.get("/ideas/<uuid:idea_id>/drivers")
@access.signed_in
@blueprint.response(200, schemas.IdeaLinksOut)
def get_links(idea_id: UUID) -> dict[str, Any]:
    """Return the drivers that an idea works on."""
    return _links_out(idea_id, _here())


@blueprint.put("/ideas/<uuid:idea_id>/drivers")
@access.signed_in
@blueprint.arguments(schemas.IdeaLinksIn)
@blueprint.response(200, schemas.IdeaLinksOut)
def set_links(sent: dict[str, Any], idea_id: UUID) -> dict[str, Any]:
    """Let an idea work on exactly these drivers. Who may change the idea may; ``why`` is kept."""
    actor = _here()
    idea = idea_queries.get_idea(session(), actor, idea_id)
    access.require(policies.can_edit_idea(actor, idea))
    check_version(sent["version"], idea.version)
    known = {each.public_id: each.id for each in idea_queries.list_drivers(session(), actor)}
    if unknown := [each["driver_id"] for each in sent["links"] if each["driver_id"] not in known]:
        message = _("The network has no driver %(name)s.", name=unknown[0])
        raise InputError(message, {"links": message})
    strengths = {known[each["driver_id"]]: each["strength"] == "strong" for each in sent["links"]}
    at = clock.now()
    with transaction(actor) as current:
        theory_services.set_links(current, idea, strengths, why=sent["why"], by=actor, at=at)
        idea.updated_at = at
    return _links_out(idea_id, actor)


# ---------------------------------------------------------------- ramps


@blueprint.get("/ramps")
@access.signed_in
@blueprint.arguments(schemas.RampQuery, location="query")
@blueprint.response(200, schemas.RampPage)
def list_ramps(query: dict[str, Any]) -> Mapping[str, Any]:
    """List the ramps that the caller may read, newest first."""
    actor = _here()
    if "team_id" in query:
        query["team_id"] = queries.get_team(session(), actor, query["team_id"]).id
    return page_of(ramp_queries.list_ramps(session(), actor, **query), query["limit"])


@blueprint.get("/ramps/<uuid:ramp_id>")
@access.signed_in
@blueprint.response(200, schemas.RampOut)
def get_ramp(ramp_id: UUID) -> dict[str, Any]:
    """Return a ramp: the tree of its cycles, the belief after each, the advice on the next scale."""
    return _ramp_out(_here(), ramp_id)


def _ramp_out(actor: Actor, ramp_id: UUID) -> dict[str, Any]:
    row = ramp_queries.describe_ramp(session(), actor, ramp_id)
    cycles = ramp_queries.cycles_of_ramp(session(), actor, row.id)
    scales = [cycle.scale for cycle in reversed(cycles)]
    advice = advice_on(row.belief, row.cost_of_failure, row.readiness, scales)
    return asdict(row) | {"cycles": _grown(actor, cycles), "advice": advice}


@blueprint.patch("/ramps/<uuid:ramp_id>")
@access.signed_in
@blueprint.arguments(schemas.RampPatch)
@blueprint.response(200, schemas.RampOut)
def change_ramp(sent: dict[str, Any], ramp_id: UUID) -> dict[str, Any]:
    """Rename a ramp, or judge belief, cost of failure and readiness anew. Its team may."""
    actor = _here()
    ramp = ramp_queries.get_ramp(session(), actor, ramp_id)
    access.require(policies.can_edit_ramp(actor, ramp))
    check_version(sent.pop("version"), ramp.version)
    with transaction(actor) as current:
        idea_services.save_ramp(current, ramp, sent, by=actor, at=clock.now())
    return _ramp_out(actor, ramp_id)


def _grown(actor: Actor, cycles: Sequence[CycleRow]) -> list[dict[str, Any]]:
    predictions = queries.list_predictions(session(), [cycle.id for cycle in cycles])
    behind = behind_of(session(), actor, {cycle.id: cycle.team_id for cycle in cycles})
    told = growth.beliefs(
        [[whose.verdict_of(each, behind[c.id]) for each in predictions.get(c.id, [])] for c in cycles]
    )
    roots = growth.roots_of(cycles)
    names = {cycle.id: cycle.public_id for cycle in cycles}
    fields = ("number", "scale", "stage", "outcome", "decision", "learned")
    return [
        {name: getattr(cycle, name) for name in fields}
        | {"id": cycle.public_id, "grew_from": names.get(roots[cycle.id] or 0)}
        | {"belief": each.degree.value, "held": each.held, "told": each.clear}
        for cycle, each in zip(cycles, told, strict=True)
    ]


# ---------------------------------------------------------------- a hand


@blueprint.get("/cycles/needing-a-hand")
@access.signed_in
@blueprint.arguments(schemas.HandQuery, location="query")
@blueprint.response(200, schemas.HandPage)
def needing_a_hand(query: dict[str, Any]) -> Mapping[str, Any]:
    """List what stalled and orphaned cycles need, of one team or of all that the caller reads."""
    actor = _here()
    team_id = queries.get_team(session(), actor, query["team_id"]).id if "team_id" in query else None
    today = clock.today(actor.time_zone)
    found = finding_queries.need_a_hand(session(), actor, today, team_id=team_id)
    return {"items": found.needs, "is_cut": found.is_cut}
