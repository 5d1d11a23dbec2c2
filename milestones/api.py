"""Plans, milestones and their measurements in the API. The same policies and rules as the pages."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from measures import policies as measure_policies
from measures import schemas as measure_schemas
from measures.api import record_out, record_sent
from measures.models import Measure, ObservationTool
from measures.queries import records, standing_records
from milestones import (
    milestone_queries,
    parts_queries,
    plan_queries,
    policies,
    schemas,
    services,
    status_queries,
)
from milestones.change_queries import changes_in
from milestones.models import AgencyGoal, Milestone, Plan, Strand
from milestones.past import rows_on
from milestones.rows import MilestoneRow, PlanRow
from milestones.rules import Standing
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.api import ApiBlueprint, check_version, page_of
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError, RuleError
from nic_platform.text import _
from teams.models import Team

blueprint = ApiBlueprint("api_milestones", __name__, "", "Plans and milestones")


def _out(row: MilestoneRow, standing: Standing) -> dict[str, Any]:
    return asdict(row) | {
        "sentence": row.sentence,
        "status": standing.status,
        "reached_on": standing.reached_on,
    }


def _one(actor: Actor, milestone_id: UUID, on: date | None = None) -> dict[str, Any]:
    row, series = milestone_queries.get_milestone(session(), actor, milestone_id)
    plan = plan_queries.plan_by_number(session(), actor, row.plan_id)
    return _many(actor, [row], plan, series, on)[0]


def _many(
    actor: Actor,
    rows: list[MilestoneRow],
    plan: PlanRow,
    series: list[MilestoneRow] | None = None,
    on: date | None = None,
) -> list[dict[str, Any]]:
    """Return milestones with how they stand at the end of a day, by what the caller may see; two statements.

    Their dates and targets are those of that day.
    """
    today, zone = clock.today(actor.time_zone), ZoneInfo(actor.time_zone)
    day = min(on or today, today)
    if day < today:
        changes = changes_in(session(), {row.id for row in [*rows, *(series or [])]})
        rows = rows_on(rows, changes, day, zone)
        series = rows_on(series, changes, day, zone) if series is not None else None
    found = records(session(), {key for row in rows if (key := status_queries.series_key(row))})
    of_key = {status_queries.series_key(row): row for row in rows}
    seen = {
        key: status_queries.seen(
            actor, known, of_key[key].type, counts_students=of_key[key].counts_students,
            is_above=plan.is_above,
        )
        for key, known in found.items()
    }  # fmt: skip
    standings = status_queries.standings_of(rows, seen, day, zone, series)
    named = _named(rows)
    return [_out(row, standings[row.id]) | named(row) | _hidden(actor, row) for row in rows]


def _hidden(actor: Actor, row: MilestoneRow) -> dict[str, None]:
    """Return what *actor* is not told: to others the size of a small group of students, as in exports."""
    students = row.counts_students
    sees = measure_policies.sees_size(actor, row.team_id, row.population, counts_students=students)
    return {} if sees else {"population": None}


def _named(rows: list[MilestoneRow]) -> Callable[[MilestoneRow], dict[str, UUID | None]]:
    """Return what gives the public ids of a milestone's strand, goal and tool; three statements for all."""
    strands = parts_queries.public_ids(session(), Strand, {row.strand_id for row in rows})
    goals = parts_queries.public_ids(session(), AgencyGoal, {row.goal_id for row in rows})
    tools = parts_queries.public_ids(session(), ObservationTool, {row.tool_id for row in rows})
    return lambda row: {
        "strand_public_id": strands.get(row.strand_id or 0),
        "goal_public_id": goals.get(row.goal_id or 0),
        "tool_public_id": tools.get(row.tool_id or 0),
    }


# ---------------------------------------------------------------- plans


@blueprint.get("/plans")
@access.signed_in
@blueprint.arguments(schemas.PlanQuery, location="query")
@blueprint.response(200, schemas.PlanPage)
def list_plans(query: dict[str, Any]) -> Mapping[str, Any]:
    """List the plans that the caller may read, oldest first."""
    rows = plan_queries.list_plans(session(), access.actor(), **query)
    return page_of(rows, query["limit"])


@blueprint.get("/plans/<uuid:plan_id>")
@access.signed_in
@blueprint.response(200, schemas.PlanOut)
def get_plan(plan_id: UUID) -> PlanRow:
    """Return one plan."""
    return plan_queries.get_plan(session(), access.actor(), plan_id)


@blueprint.post("/plans")
@access.signed_in
@blueprint.arguments(schemas.PlanIn)
@blueprint.response(201, schemas.PlanOut)
def add_plan(sent: dict[str, Any]) -> PlanRow:
    """Begin the chosen team's plan, of this school year unless another is named."""
    actor = access.actor()
    if actor.team_id is None:
        raise AbsentError(_("Choose a team first."))
    access.require(policies.can_change(actor, actor.team_id))
    team = session().get_one(Team, actor.team_id)
    with transaction(actor) as current:
        today = clock.today(actor.time_zone)
        year = sent.get("school_year") or plan_queries.school_year_on(current, team.network_id, today)
        made = services.create_plan(current, team, year, sent["title"]).public_id
    return plan_queries.get_plan(session(), actor, made)


@blueprint.patch("/plans/<uuid:plan_id>")
@access.signed_in
@blueprint.arguments(schemas.PlanPatch)
@blueprint.response(200, schemas.PlanOut)
def change_plan(sent: dict[str, Any], plan_id: UUID) -> PlanRow:
    """Change a plan's title, or whether the network reads it by name."""
    actor = access.actor()
    found = plan_queries.find_plan(session(), actor, plan_id)
    access.require(policies.can_change(actor, found.team_id))
    check_version(sent.pop("version"), found.version)
    with transaction(actor) as current:
        services.change(current, found, sent)
    return plan_queries.get_plan(session(), actor, plan_id)


@blueprint.get("/plans/<uuid:plan_id>/milestones")
@access.signed_in
@blueprint.arguments(schemas.DayQuery, location="query")
@blueprint.response(200, schemas.MilestonePage)
def list_milestones(query: dict[str, Any], plan_id: UUID) -> Mapping[str, Any]:
    """List a plan's milestones that the caller may see, by date, with how they stand today or stood then."""
    actor = access.actor()
    plan = plan_queries.get_plan(session(), actor, plan_id)
    rows = milestone_queries.milestones_of(session(), actor, plan.id)
    return {"items": _many(actor, rows, plan, on=query.get("on"))}


@blueprint.get("/plans/<uuid:plan_id>/targets")
@access.signed_in
@blueprint.response(200, schemas.TargetPage)
def list_targets(plan_id: UUID) -> Mapping[str, Any]:
    """List a plan's interim targets, by date."""
    plan = plan_queries.get_plan(session(), access.actor(), plan_id)
    return {"items": milestone_queries.targets_of(session(), plan.id)}


# ---------------------------------------------------------------- milestones


@blueprint.post("/plans/<uuid:plan_id>/milestones")
@access.signed_in
@blueprint.arguments(schemas.MilestoneIn)
@blueprint.response(201, schemas.MilestoneOut)
def add_milestone(sent: dict[str, Any], plan_id: UUID) -> dict[str, Any]:
    """Write a milestone, as a draft unless ``is_draft`` is false; the board asks for date and target."""
    actor = access.actor()
    plan = plan_queries.find_plan(session(), actor, plan_id)
    access.require(policies.can_change(actor, plan.team_id))
    on_board = not sent.pop("is_draft")
    values = parts_queries.numbers_of(session(), actor, Milestone, plan, sent)
    with transaction(actor) as current:
        made = services.add_milestone(current, plan, values, on_board=on_board).public_id
    return _one(actor, made)


@blueprint.get("/milestones/<uuid:milestone_id>")
@access.signed_in
@blueprint.arguments(schemas.DayQuery, location="query")
@blueprint.response(200, schemas.MilestoneOut)
def get_milestone(query: dict[str, Any], milestone_id: UUID) -> dict[str, Any]:
    """Return one milestone with how it stands today, or stood on an earlier day."""
    return _one(access.actor(), milestone_id, query.get("on"))


@blueprint.patch("/milestones/<uuid:milestone_id>")
@access.signed_in
@blueprint.arguments(schemas.MilestonePatch)
@blueprint.response(200, schemas.MilestoneOut)
def change_milestone(sent: dict[str, Any], milestone_id: UUID) -> dict[str, Any]:
    """Change a milestone; a moved date or target is kept as an adjustment."""
    actor = access.actor()
    found = plan_queries.find(session(), actor, Milestone, milestone_id)
    access.require(policies.can_change(actor, found.team_id))
    check_version(sent.pop("version"), found.version)
    on_board = not sent.pop("is_draft", found.is_draft)
    plan = session().get_one(Plan, found.plan_id)
    values = parts_queries.numbers_of(session(), actor, Milestone, plan, sent)
    with transaction(actor) as current:
        services.save_milestone(current, found, values, on_board=on_board, by=actor, at=clock.now())
    return _one(actor, milestone_id)


@blueprint.post("/milestones/<uuid:milestone_id>/adjust")
@access.signed_in
@blueprint.arguments(schemas.AdjustIn)
@blueprint.response(200, schemas.MilestoneOut)
def adjust_milestone(sent: dict[str, Any], milestone_id: UUID) -> dict[str, Any]:
    """Move a milestone's date or target, with the reason."""
    actor = access.actor()
    found = plan_queries.find(session(), actor, Milestone, milestone_id)
    access.require(policies.can_change(actor, found.team_id))
    check_version(sent.pop("version"), found.version)
    with transaction(actor) as current:
        services.adjust(current, found, **sent, by=actor, at=clock.now())
    return _one(actor, milestone_id)


@blueprint.delete("/milestones/<uuid:milestone_id>")
@access.signed_in
@blueprint.response(204)
def delete_milestone(milestone_id: UUID) -> None:
    """Take a milestone off its plan; the page can bring it back."""
    actor = access.actor()
    found = plan_queries.find(session(), actor, Milestone, milestone_id)
    access.require(policies.can_change(actor, found.team_id))
    with transaction(actor) as current:
        services.delete(current, found, at=clock.now())


@blueprint.post("/milestones/<uuid:milestone_id>/restore")
@access.signed_in
@blueprint.response(200, schemas.MilestoneOut)
def restore_milestone(milestone_id: UUID) -> dict[str, Any]:
    """Bring a deleted milestone back."""
    actor = access.actor()
    found = plan_queries.find(session(), actor, Milestone, milestone_id, is_deleted=True)
    access.require(policies.can_change(actor, found.team_id))
    with transaction(actor) as current:
        services.restore(current, found)
    return _one(actor, milestone_id)


@blueprint.get("/milestones/<uuid:milestone_id>/measurements")
@access.signed_in
@blueprint.response(200, measure_schemas.MeasurementPage)
def list_measurements(milestone_id: UUID) -> Mapping[str, Any]:
    """List what stands of a milestone's measurements, oldest first; small cells are hidden."""
    actor = access.actor()
    row, _series = milestone_queries.get_milestone(session(), actor, milestone_id)
    plan = plan_queries.plan_by_number(session(), actor, row.plan_id)
    key = status_queries.series_key(row)
    found = records(session(), [key], subgroup=None).get(key, []) if key else []
    items = [
        record_out(
            actor, record, plan.team_public_id, row.type, counts_students=row.counts_students,
            is_above=plan.is_above,
        )
        for record in standing_records(found)
    ]  # fmt: skip
    return {"items": items, "next": None}


@blueprint.post("/milestones/<uuid:milestone_id>/measurements")
@access.signed_in
@blueprint.arguments(measure_schemas.SubgroupMeasurementIn)
@blueprint.response(201, measure_schemas.MeasurementOut)
def add_measurement(sent: dict[str, Any], milestone_id: UUID) -> dict[str, Any]:
    """Write down what was counted for a milestone."""
    actor = access.actor()
    found = plan_queries.find(session(), actor, Milestone, milestone_id)
    access.require(measure_policies.can_record(actor, found.team_id))
    if found.measure_id is None:
        raise RuleError(_("A draft has nothing to count yet. Put it on the board first."))
    measure = session().get_one(Measure, found.measure_id)
    return record_sent(actor, measure, session().get_one(Team, found.team_id), sent)
