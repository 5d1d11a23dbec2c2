"""Measures and measurements in the API. The same policies, rules and small-cell rules as the pages."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from cycles.measure_use_queries import held_of, study_uses
from measures import definition_services, policies, queries, schemas, services
from measures.list_loading import panels_of
from measures.models import Measure
from measures.queries import Record
from measures.rules import Entry, MeasureType
from measures.suppression import Who, words
from milestones.measure_use_queries import plan_uses
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.api import ApiBlueprint, check_version, page_of
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError
from nic_platform.schemas import PageQuery
from nic_platform.text import _
from teams.models import Team

blueprint = ApiBlueprint("api_measures", __name__, "", "Measures and measurements")

_SHOWN = (
    "public_id", "name", "definition", "kind", "type", "direction", "rhythm", "unit", "counts_students",
    "tool", "source", "breakdown", "target", "target_on", "chart", "version",
)  # fmt: skip


def measure_out(measure: Measure) -> dict[str, Any]:
    """Return a measure as the API writes it."""
    team = session().get(Team, measure.team_id) if measure.team_id is not None else None
    return {name: getattr(measure, name) for name in _SHOWN} | {
        "team_public_id": team.public_id if team else None,
        "team_name": team.name if team else None,
    }


def record_out(
    actor: Actor,
    record: Record,
    team_id: UUID | None,
    kind: MeasureType,
    *,
    counts_students: bool,
    is_above: bool,
) -> dict[str, Any]:
    """Return a measurement as far as *actor* may see it; a small cell without any number."""
    out = {
        "id": record.public_id, "team_id": team_id, "observed_on": record.on,
        "recorded_at": record.recorded_at, "recorded_by": record.recorder,
        "subgroup": record.subgroup, "collector": record.collector,
        "tool": record.tool, "note": record.note, "shown": "",
    }  # fmt: skip
    hidden = {"count": None, "population": None, "value": None, "note": ""}
    who = Who.STUDENTS if counts_students else Who.ADULTS
    cell = policies.figure_cell(actor, record, kind, counts_students=counts_students, is_above=is_above)
    if cell.is_shown:
        return out | {"count": record.count, "population": record.population, "value": record.amount}
    return out | hidden | {"shown": words(cell, who, actor.minimum_cell)}


def _mine(measure_id: UUID, *, is_deleted: bool = False) -> tuple[Actor, Measure]:
    """Return a measure that the caller may change."""
    actor = access.actor()
    found = queries.get_measure(session(), actor, measure_id, is_deleted=is_deleted)
    access.require(policies.can_change_measure(actor, found.team_id))
    return actor, found


@blueprint.get("/measures")
@access.signed_in
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, schemas.MeasurePage)
def list_measures(query: dict[str, Any]) -> Mapping[str, Any]:
    """List the measures that the caller may know of, oldest first."""
    rows = queries.list_measures(session(), access.actor(), **query)
    return page_of(rows, query["limit"])


@blueprint.get("/measures/<uuid:measure_id>")
@access.signed_in
@blueprint.response(200, schemas.MeasureOut)
def get_measure(measure_id: UUID) -> dict[str, Any]:
    """Return one measure."""
    return measure_out(queries.get_measure(session(), access.actor(), measure_id))


@blueprint.post("/measures")
@access.signed_in
@blueprint.arguments(schemas.MeasureIn)
@blueprint.response(201, schemas.MeasureOut)
def add_measure(sent: dict[str, Any]) -> dict[str, Any]:
    """Add a measure of the chosen team; network leads may add a common one."""
    actor = access.actor()
    team_id = None if sent.pop("is_common") else actor.team_id
    access.require(policies.can_change_measure(actor, team_id))
    if actor.network_id is None:
        raise AbsentError(_("There is no such network."))
    with transaction(actor) as current:
        made = definition_services.define(current, actor.network_id, team_id, sent)
    return measure_out(made)


@blueprint.patch("/measures/<uuid:measure_id>")
@access.signed_in
@blueprint.arguments(schemas.MeasurePatch)
@blueprint.response(200, schemas.MeasureOut)
def change_measure(sent: dict[str, Any], measure_id: UUID) -> dict[str, Any]:
    """Change what is said of a measure; what its numbers and other things hang on stays, with the reason."""
    actor, found = _mine(measure_id)
    check_version(sent.pop("version"), found.version)
    with transaction(actor) as current:
        definition_services.redefine(current, found, sent, held_of(current, found.id))
    return measure_out(found)


@blueprint.delete("/measures/<uuid:measure_id>")
@access.signed_in
@blueprint.response(204)
def delete_measure(measure_id: UUID) -> None:
    """Take away a measure that nothing hangs on; it can be brought back."""
    actor, found = _mine(measure_id)
    with transaction(actor) as current:
        definition_services.delete_measure(current, found, held_of(current, found.id), at=clock.now())


@blueprint.post("/measures/<uuid:measure_id>/restore")
@access.signed_in
@blueprint.response(200, schemas.MeasureOut)
def restore_measure(measure_id: UUID) -> dict[str, Any]:
    """Bring back a measure that was deleted."""
    actor, found = _mine(measure_id, is_deleted=True)
    with transaction(actor) as current:
        definition_services.restore_measure(current, found)
    return measure_out(found)


@blueprint.get("/measures/<uuid:measure_id>/uses")
@access.signed_in
@blueprint.response(200, schemas.MeasureUses)
def measure_uses(measure_id: UUID) -> dict[str, Any]:
    """List the milestones, interim targets, templates, cycles and drivers that use a measure."""
    actor = access.actor()
    row = queries.measure_row(session(), actor, measure_id)
    return {"items": [*plan_uses(session(), actor, row.id), *study_uses(session(), actor, row.id)]}


@blueprint.get("/measures/<uuid:measure_id>/readings")
@access.signed_in
@blueprint.response(200, schemas.MeasureReadings)
def measure_readings(measure_id: UUID) -> dict[str, Any]:
    """Say what each team's series of the last year shows, for the teams that the caller reads."""
    actor = access.actor()
    row = queries.measure_row(session(), actor, measure_id)
    panels, has_more = panels_of(session(), actor, row, clock.today(actor.time_zone))
    items = [
        {
            "team_id": each.team.public_id, "team": each.team.name, "counts": each.chart.counts,
            "hidden": each.chart.hidden, "latest": each.chart.latest, "latest_on": each.chart.latest_on,
            "signal": each.chart.reading.kind.value, "title": each.chart.reading.title,
            "sentence": each.chart.reading.sentence, "to_target": each.chart.to_target,
        }
        for each in panels
    ]  # fmt: skip
    return {"items": items, "has_more": has_more}


@blueprint.get("/measures/<uuid:measure_id>/measurements")
@access.signed_in
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, schemas.MeasurementPage)
def list_measurements(query: dict[str, Any], measure_id: UUID) -> Mapping[str, Any]:
    """List what stands of a measure at the teams that the caller reads; small cells are hidden."""
    actor = access.actor()
    measure = queries.get_measure(session(), actor, measure_id)
    rows = queries.list_records(session(), actor, measure.id, **query)
    page = page_of(rows, query["limit"], lambda row: row[0].public_id)
    students = measure.counts_students
    items = [
        record_out(actor, record, team_id, measure.type, counts_students=students, is_above=above)
        for record, team_id, above in page["items"]
    ]
    return {"items": items, "next": page["next"]}


@blueprint.post("/measures/<uuid:measure_id>/measurements")
@access.signed_in
@blueprint.arguments(schemas.SubgroupMeasurementIn)
@blueprint.response(201, schemas.MeasurementOut)
def add_measurement(sent: dict[str, Any], measure_id: UUID) -> dict[str, Any]:
    """Write down what the chosen team measured. Its lead, members and linking members may."""
    actor = access.actor()
    measure = queries.get_measure(session(), actor, measure_id)
    if actor.team_id is None or measure.team_id not in {None, actor.team_id}:
        access.require(False)
    team = session().get_one(Team, actor.team_id)
    access.require(policies.can_record(actor, team.id))
    return record_sent(actor, measure, team, sent)


def record_sent(actor: Actor, measure: Measure, team: Team, sent: dict[str, Any]) -> dict[str, Any]:
    """Write down what was sent, and return it as the API writes it."""
    entry = Entry(
        sent.pop("observed_on"), *(sent.pop(name, None) for name in ("count", "population", "value"))
    )
    with transaction(actor) as current:
        made = services.record(
            current,
            measure,
            team,
            entry,
            today=clock.today(actor.time_zone),
            by=actor,
            at=clock.now(),
            **sent,
        )
        made_id = made.id
    key = (measure.id, team.id)
    found = queries.records(session(), [key], subgroup=None)[key]
    record = next(each for each in found if each.id == made_id)
    students = measure.counts_students
    return record_out(actor, record, team.public_id, measure.type, counts_students=students, is_above=False)
