"""The parts of a cycle in the API: its tasks, what was counted, comments, and the acts beside its steps.

The policies, rules and small-cell rules are those of the pages.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from cycles import (
    choice_queries,
    data_queries,
    data_services,
    parts_schemas,
    policies,
    queries,
    step_services,
    task_queries,
    task_services,
)
from cycles.data_points import Point, PointLine
from cycles.data_queries import Data
from cycles.models import Cycle, CycleTask
from cycles.task_services import TaskLine
from cycles.told_queries import list_told
from measures import services as measure_services
from measures.models import Measurement
from measures.rules import Entry
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.api import ApiBlueprint, check_version
from nic_platform.database import session, transaction
from nic_platform.errors import InputError
from nic_platform.text import _

blueprint = ApiBlueprint("api_cycle_parts", __name__, "", "The parts of a cycle")


def _mine(cycle_id: UUID) -> tuple[Actor, Cycle]:
    """Return a visible cycle that the caller may change."""
    actor = access.actor()
    cycle = queries.get_cycle(session(), actor, cycle_id)
    access.require(policies.can_edit(actor, cycle))
    return actor, cycle


# ---------------------------------------------------------------- tasks


@blueprint.get("/cycles/<uuid:cycle_id>/tasks")
@access.signed_in
@blueprint.response(200, parts_schemas.TaskPage)
def list_tasks(cycle_id: UUID) -> Mapping[str, Any]:
    """List the tasks of a cycle, in their order."""
    cycle = queries.get_cycle(session(), access.actor(), cycle_id)
    return {"items": task_services.tasks_of(session(), cycle)}


@blueprint.post("/cycles/<uuid:cycle_id>/tasks")
@access.signed_in
@blueprint.arguments(parts_schemas.CycleTaskIn)
@blueprint.response(201, parts_schemas.CycleTaskOut)
def add_task(sent: dict[str, Any], cycle_id: UUID) -> CycleTask:
    """Add a task to a cycle, as the last one."""
    actor, cycle = _mine(cycle_id)
    with transaction(actor) as current:
        place = len(task_services.tasks_of(current, cycle))
        return task_services.add_task(current, cycle, TaskLine(**sent), position=place)


def _task(task_id: UUID) -> tuple[Actor, CycleTask]:
    actor = access.actor()
    task, cycle = task_queries.get_task(session(), actor, task_id)
    access.require(policies.can_edit(actor, cycle))
    return actor, task


@blueprint.patch("/cycle-tasks/<uuid:task_id>")
@access.signed_in
@blueprint.arguments(parts_schemas.CycleTaskPatch)
@blueprint.response(200, parts_schemas.CycleTaskOut)
def change_task(sent: dict[str, Any], task_id: UUID) -> CycleTask:
    """Change a task, tick it off with ``done_on``, or open it again."""
    actor, task = _task(task_id)
    check_version(sent.pop("version"), task.version)
    with transaction(actor) as current:
        line = {name: sent.get(name, getattr(task, name)) for name in ("text", "owner", "due_on")}
        task_services.change_task(task, TaskLine(**line))
        task_services.tick(current, task, sent.get("done_on", task.done_on))
    return task


@blueprint.delete("/cycle-tasks/<uuid:task_id>")
@access.signed_in
@blueprint.response(204)
def delete_task(task_id: UUID) -> None:
    """Take a task out of its cycle."""
    actor, task = _task(task_id)
    with transaction(actor) as current:
        task_services.take_out(current, task, at=clock.now())


# ---------------------------------------------------------------- what was counted


@blueprint.get("/cycles/<uuid:cycle_id>/data")
@access.signed_in
@blueprint.response(200, parts_schemas.CycleDataOut)
def get_data(cycle_id: UUID) -> dict[str, Any]:
    """Return what was counted for a cycle, by day and by group. Small groups are hidden from others."""
    actor = access.actor()
    cycle = queries.get_cycle(session(), actor, cycle_id)
    served = choice_queries.list_served(session(), actor, cycle)
    today = clock.today(actor.time_zone)
    return data_out(data_queries.read(session(), actor, cycle, served, today))


def data_out(data: Data) -> dict[str, Any]:
    """Return what was counted as the API writes it."""
    shown = {point.id for point in data.seen}
    told = [point for point in data.in_days if data.sight.sees_whole or point.id in shown]
    hidden = [point for point in data.in_days if point not in told and not point.group]
    return {
        "measure_id": data.measure.public_id if data.measure else None,
        "measure": data.measure.name if data.measure else "",
        "points": [asdict(point) for point in told],
        "hidden": len(hidden),
        "breakdowns": data.groups(),
    }


@blueprint.post("/cycles/<uuid:cycle_id>/points")
@access.signed_in
@blueprint.arguments(parts_schemas.CyclePointIn)
@blueprint.response(201, parts_schemas.CyclePointOut)
def add_point(sent: dict[str, Any], cycle_id: UUID) -> dict[str, Any]:
    """Write down one count of the cycle's measure."""
    actor, cycle = _mine(cycle_id)
    line = PointLine(
        0, _entry(sent), group_set=sent["subgroup_set"], group=sent["subgroup"], note=sent["note"],
        same_day=sent["same_day"],
    )  # fmt: skip
    if bool(line.group) is not bool(line.group_set):
        words = _("Give the breakdown and the group, or neither.")
        raise InputError(words, {"subgroup": words})
    try:
        with transaction(actor) as current:
            made = data_services.add_point(
                current, cycle, line, today=clock.today(actor.time_zone), by=actor, at=clock.now()
            )
            return _point_out(made)
    except InputError as error:
        raise error.renamed(group="subgroup") from None


def _entry(sent: Mapping[str, Any]) -> Entry:
    """Return what was counted, out of what a caller sent."""
    return Entry(*(sent.get(name) for name in ("observed_on", "count", "population", "value")))


def _point_out(row: Measurement) -> dict[str, Any]:
    return asdict(
        Point(
            row.observed_on, row.count, row.population, row.value, row.subgroup_set or "", row.subgroup or "",
            row.public_id, is_own=True, note=row.note or "",
        )
    )  # fmt: skip


def _point(point_id: UUID) -> tuple[Actor, Measurement]:
    actor = access.actor()
    row, cycle = data_queries.get_point(session(), actor, point_id)
    access.require(policies.can_edit(actor, cycle))
    return actor, row


@blueprint.patch("/cycle-points/<uuid:point_id>")
@access.signed_in
@blueprint.arguments(parts_schemas.CyclePointCorrection)
@blueprint.response(200, parts_schemas.CyclePointOut)
def correct_point(sent: dict[str, Any], point_id: UUID) -> dict[str, Any]:
    """Write down what a count should have been; it gets a new id. The earlier one stays in the history."""
    actor, row = _point(point_id)
    with transaction(actor) as current:
        made = measure_services.correct(
            current, row, _entry(sent), today=clock.today(actor.time_zone), by=actor, at=clock.now(),
            note=sent["note"], collector=row.collector,
        )  # fmt: skip
        return _point_out(made)


@blueprint.delete("/cycle-points/<uuid:point_id>")
@access.signed_in
@blueprint.response(204)
def take_point_back(point_id: UUID) -> None:
    """Take a count back; the history keeps it."""
    actor, row = _point(point_id)
    with transaction(actor) as current:
        measure_services.withdraw(current, row, by=actor, at=clock.now())


# ---------------------------------------------------------------- acts beside the steps


@blueprint.post("/cycles/<uuid:cycle_id>/sharing")
@access.signed_in
@blueprint.arguments(parts_schemas.CycleShareIn)
@blueprint.response(204)
def share(sent: dict[str, Any], cycle_id: UUID) -> None:
    """Share a cycle with the network by name, or take it back."""
    actor, cycle = _mine(cycle_id)
    check_version(sent["version"], cycle.version)
    with transaction(actor) as current:
        step_services.share(
            current, cycle, sent["shared"], is_checked=sent["checked"], by=actor, at=clock.now()
        )


@blueprint.get("/cycles/<uuid:cycle_id>/notes")
@access.signed_in
@blueprint.response(200, parts_schemas.NotePage)
def list_notes(cycle_id: UUID) -> Mapping[str, Any]:
    """List the comments on a cycle, oldest first."""
    actor = access.actor()
    cycle = queries.get_cycle(session(), actor, cycle_id)
    return {"items": list_told(session(), actor, cycle).notes}


@blueprint.post("/cycles/<uuid:cycle_id>/notes")
@access.signed_in
@blueprint.arguments(parts_schemas.CycleNoteIn)
@blueprint.response(201, parts_schemas.CycleNoteOut)
def add_note(sent: dict[str, Any], cycle_id: UUID) -> dict[str, Any]:
    """Comment on a cycle. Its team and its coaches may."""
    actor = access.actor()
    cycle = queries.get_cycle(session(), actor, cycle_id)
    access.require(policies.can_comment(actor, cycle))
    at = clock.now()
    with transaction(actor) as current:
        note = step_services.comment(current, cycle, sent["text"], by=actor, at=at)
        return {"at": at, "who": actor.name, "stage": note.stage, "text": note.text}


@blueprint.delete("/cycles/<uuid:cycle_id>")
@access.signed_in
@blueprint.response(204)
def delete_cycle(cycle_id: UUID) -> None:
    """Delete a draft. What has begun is abandoned with a reason instead."""
    actor, cycle = _mine(cycle_id)
    with transaction(actor) as current:
        step_services.delete_draft(current, cycle, by=actor, at=clock.now())


@blueprint.post("/cycles/<uuid:cycle_id>/restoring")
@access.signed_in
@blueprint.response(204)
def restore_cycle(cycle_id: UUID) -> None:
    """Bring a deleted draft back."""
    actor = access.actor()
    cycle = queries.get_deleted_draft(session(), actor, cycle_id)
    access.require(policies.can_edit(actor, cycle))
    with transaction(actor) as current:
        step_services.restore(current, cycle, by=actor, at=clock.now())
