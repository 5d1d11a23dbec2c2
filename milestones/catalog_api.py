"""Touchpoints and observation tools in the API."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from measures import policies as measure_policies
from measures import tool_queries, tool_services
from measures.models import ObservationTool
from milestones import (
    acting_schemas,
    parts_queries,
    parts_schemas,
    policies,
    services,
    touchpoint_queries,
    touchpoint_services,
)
from milestones.models import Touchpoint
from milestones.parts_api import blueprint, sent_version
from milestones.touchpoints import rhythm_fault
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.api import check_version, page_of
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError, InputError
from nic_platform.text import _
from teams.models import Team

_RHYTHM = ("first", "until", "weeks", "skips_breaks", "leave_out", "is_trial")


def columns_of(thing: Any, **more: Any) -> dict[str, Any]:
    """Return every column of a thing by name, and what is said besides."""
    return {column.key: getattr(thing, column.key) for column in type(thing).__table__.columns} | more


def _own_team(actor: Actor) -> int:
    if actor.team_id is None:
        raise AbsentError(_("Choose a team first."))
    return actor.team_id


# ---------------------------------------------------------------- touchpoints


def _touchpoint(found: tuple[Touchpoint, UUID]) -> dict[str, Any]:
    return columns_of(found[0], team_public_id=found[1])


@blueprint.get("/touchpoints")
@access.signed_in
@blueprint.arguments(parts_schemas.TeamQuery, location="query")
@blueprint.response(200, parts_schemas.TOUCHPOINT.page)
def list_touchpoints(query: dict[str, Any]) -> Mapping[str, Any]:
    """List the touchpoints of the teams that the caller reads, oldest first."""
    rows = parts_queries.list_touchpoints(session(), access.actor(), **query)
    page = page_of(rows, query["limit"], lambda row: row[0].public_id)
    return {"items": [_touchpoint(row) for row in page["items"]], "next": page["next"]}


@blueprint.post("/touchpoints")
@access.signed_in
@blueprint.arguments(parts_schemas.TOUCHPOINT.new)
@blueprint.response(201, parts_schemas.TOUCHPOINT.out)
def add_touchpoint(sent: dict[str, Any]) -> dict[str, Any]:
    """Plan a step-back of the chosen team."""
    actor = access.actor()
    team_id = _own_team(actor)
    access.require(policies.can_change(actor, team_id))
    with transaction(actor) as current:
        made = services.add_touchpoint(current, current.get_one(Team, team_id), sent).public_id
    return _touchpoint(parts_queries.get_touchpoint(session(), actor, made))


@blueprint.get("/touchpoints/<uuid:touchpoint_id>")
@access.signed_in
@blueprint.response(200, parts_schemas.TOUCHPOINT.out)
def get_touchpoint(touchpoint_id: UUID) -> dict[str, Any]:
    """Return one touchpoint."""
    return _touchpoint(parts_queries.get_touchpoint(session(), access.actor(), touchpoint_id))


def _own_touchpoint(actor: Actor, touchpoint_id: UUID, *, is_deleted: bool = False) -> Touchpoint:
    found, _team = parts_queries.get_touchpoint(session(), actor, touchpoint_id, is_deleted=is_deleted)
    access.require(policies.can_change(actor, found.team_id))
    return found


@blueprint.patch("/touchpoints/<uuid:touchpoint_id>")
@access.signed_in
@blueprint.arguments(parts_schemas.TOUCHPOINT.patch)
@blueprint.response(200, parts_schemas.TOUCHPOINT.out)
def change_touchpoint(sent: dict[str, Any], touchpoint_id: UUID) -> dict[str, Any]:
    """Change a touchpoint. Say the version you read, or send it as If-Match."""
    actor = access.actor()
    found = _own_touchpoint(actor, touchpoint_id)
    check_version(sent_version(sent), found.version)
    with transaction(actor) as current:
        services.change(current, found, sent)
    return _touchpoint(parts_queries.get_touchpoint(session(), actor, touchpoint_id))


@blueprint.delete("/touchpoints/<uuid:touchpoint_id>")
@access.signed_in
@blueprint.response(204)
def delete_touchpoint(touchpoint_id: UUID) -> None:
    """Delete a touchpoint; restore undoes it."""
    actor = access.actor()
    found = _own_touchpoint(actor, touchpoint_id)
    with transaction(actor) as current:
        services.delete(current, found, at=clock.now())


@blueprint.post("/touchpoints/<uuid:touchpoint_id>/restore")
@access.signed_in
@blueprint.response(200, parts_schemas.TOUCHPOINT.out)
def restore_touchpoint(touchpoint_id: UUID) -> dict[str, Any]:
    """Bring a deleted touchpoint back."""
    actor = access.actor()
    found = _own_touchpoint(actor, touchpoint_id, is_deleted=True)
    with transaction(actor) as current:
        services.restore(current, found)
    return _touchpoint(parts_queries.get_touchpoint(session(), actor, touchpoint_id))


@blueprint.post("/touchpoints/series")
@access.signed_in
@blueprint.arguments(acting_schemas.RhythmIn)
@blueprint.response(201, acting_schemas.RhythmOut)
def plan_touchpoints(sent: dict[str, Any]) -> Mapping[str, Any]:
    """Plan touchpoints of the chosen team at a rhythm, all in one go; breaks are left out.

    With ``is_trial`` the days are told and nothing is planned.
    """
    actor = access.actor()
    team_id = _own_team(actor)
    access.require(policies.can_change(actor, team_id))
    first, until, weeks, skips_breaks, leave_out, is_trial = (sent.pop(name) for name in _RHYTHM)
    if fault := rhythm_fault(first, until):
        raise InputError(_("This can’t be saved yet."), {"until": fault})
    days = touchpoint_queries.rhythm_days(
        session(), actor.network_id, first, until, weeks, skips_breaks=skips_breaks
    )
    wanted = [day.on for day in days if not day.skipped and day.on not in leave_out]
    made: dict[date, UUID] = {}
    if not is_trial:
        with transaction(actor) as current:
            team = current.get_one(Team, team_id)
            planned = touchpoint_services.plan_series(current, team, wanted, sent)
            made = {each.held_on: each.public_id for each in planned}
    return {"days": [{"on": d.on, "skipped": d.skipped, "touchpoint_id": made.get(d.on)} for d in days]}


@blueprint.post("/touchpoints/<uuid:touchpoint_id>/unplan")
@access.signed_in
@blueprint.response(200, acting_schemas.Undone)
def unplan_touchpoints(touchpoint_id: UUID) -> Mapping[str, Any]:
    """Take back all the touchpoints that were planned in one go with this one; those held stay."""
    actor = access.actor()
    found = _own_touchpoint(actor, touchpoint_id)
    with transaction(actor) as current:
        together = touchpoint_queries.planned_together(current, found)
        return {"count": touchpoint_services.take_back(current, together, at=clock.now())}


# ---------------------------------------------------------------- observation tools


_TOOL_SHOWN = ("public_id", "name", "definition", "items", "counts_when", "version")


def _tool(found: ObservationTool) -> dict[str, Any]:
    team = session().get(Team, found.team_id) if found.team_id is not None else None
    return columns_of(found, team_public_id=team.public_id if team else None)


@blueprint.get("/tools")
@access.signed_in
@blueprint.arguments(parts_schemas.Query, location="query")
@blueprint.response(200, parts_schemas.TOOL.page)
def list_tools(query: dict[str, Any]) -> Mapping[str, Any]:
    """List the observation tools that the caller may know of, oldest first; common ones have no team."""
    page = page_of(tool_queries.list_tools(session(), access.actor(), **query), query["limit"])
    teams = {row.team_id for row in page["items"] if row.team_id is not None}
    names = parts_queries.public_ids(session(), Team, teams)
    items = [
        {name: getattr(row, name) for name in _TOOL_SHOWN}
        | {"team_public_id": names.get(row.team_id)}
        for row in page["items"]
    ]  # fmt: skip
    return {"items": items, "next": page["next"]}


@blueprint.post("/tools")
@access.signed_in
@blueprint.arguments(parts_schemas.TOOL_IN)
@blueprint.response(201, parts_schemas.TOOL.out)
def add_tool(sent: dict[str, Any]) -> dict[str, Any]:
    """Add a tool of the chosen team; network leads may add a common one."""
    actor = access.actor()
    team_id = None if sent.pop("is_common") else actor.team_id
    access.require(measure_policies.can_change_tool(actor, team_id))
    if actor.network_id is None:
        raise AbsentError(_("There is no such network."))
    with transaction(actor) as current:
        made = tool_services.add_tool(current, actor.network_id, team_id, sent)
    return _tool(made)


@blueprint.get("/tools/<uuid:tool_id>")
@access.signed_in
@blueprint.response(200, parts_schemas.TOOL.out)
def get_tool(tool_id: UUID) -> dict[str, Any]:
    """Return one observation tool."""
    return _tool(tool_queries.find_tool(session(), access.actor(), tool_id))


def _own_tool(actor: Actor, tool_id: UUID, *, is_deleted: bool = False) -> ObservationTool:
    found = tool_queries.find_tool(session(), actor, tool_id, is_deleted=is_deleted)
    access.require(measure_policies.can_change_tool(actor, found.team_id))
    return found


@blueprint.patch("/tools/<uuid:tool_id>")
@access.signed_in
@blueprint.arguments(parts_schemas.TOOL.patch)
@blueprint.response(200, parts_schemas.TOOL.out)
def change_tool(sent: dict[str, Any], tool_id: UUID) -> dict[str, Any]:
    """Change a tool. Say the version you read, or send it as If-Match."""
    actor = access.actor()
    found = _own_tool(actor, tool_id)
    check_version(sent_version(sent), found.version)
    with transaction(actor) as current:
        tool_services.change_tool(current, found, sent)
    return _tool(found)


@blueprint.delete("/tools/<uuid:tool_id>")
@access.signed_in
@blueprint.response(204)
def delete_tool(tool_id: UUID) -> None:
    """Delete a tool; what was counted with it keeps its name."""
    actor = access.actor()
    found = _own_tool(actor, tool_id)
    with transaction(actor) as current:
        tool_services.delete_tool(current, found, at=clock.now())


@blueprint.post("/tools/<uuid:tool_id>/restore")
@access.signed_in
@blueprint.response(200, parts_schemas.TOOL.out)
def restore_tool(tool_id: UUID) -> dict[str, Any]:
    """Bring a deleted tool back."""
    actor = access.actor()
    found = _own_tool(actor, tool_id, is_deleted=True)
    with transaction(actor) as current:
        tool_services.restore_tool(current, found)
    return _tool(found)


__all__ = ["blueprint"]
