"""Touchpoints, observation tools, strategy templates and common milestones in the API."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from measures import policies as measure_policies
from measures import queries as measure_queries
from measures import tool_queries, tool_services
from measures.models import Measure, ObservationTool
from milestones import parts_queries, parts_schemas, policies, services, template_queries, template_services
from milestones.models import CommonMilestone, StrategyTemplate, Touchpoint
from milestones.parts_api import blueprint, sent_version
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.api import check_version, page_of
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError
from nic_platform.text import _
from teams.models import Team


def _columns(thing: Any, **more: Any) -> dict[str, Any]:
    return {column.key: getattr(thing, column.key) for column in type(thing).__table__.columns} | more


def _own_team(actor: Actor) -> int:
    if actor.team_id is None:
        raise AbsentError(_("Choose a team first."))
    return actor.team_id


# ---------------------------------------------------------------- touchpoints


def _touchpoint(found: tuple[Touchpoint, UUID]) -> dict[str, Any]:
    return _columns(found[0], team_public_id=found[1])


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


# ---------------------------------------------------------------- observation tools


_TOOL_SHOWN = ("public_id", "name", "definition", "items", "counts_when", "version")


def _tool(found: ObservationTool) -> dict[str, Any]:
    team = session().get(Team, found.team_id) if found.team_id is not None else None
    return _columns(found, team_public_id=team.public_id if team else None)


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


# ---------------------------------------------------------------- strategy templates


@blueprint.get("/templates")
@access.signed_in
@blueprint.arguments(parts_schemas.Query, location="query")
@blueprint.response(200, parts_schemas.TEMPLATE.page)
def list_templates(query: dict[str, Any]) -> Mapping[str, Any]:
    """List the strategies that the network offers, oldest first; network leads see those not offered too."""
    return page_of(parts_queries.list_templates(session(), access.actor(), **query), query["limit"])


@blueprint.post("/templates")
@access.signed_in
@blueprint.arguments(parts_schemas.TEMPLATE.new)
@blueprint.response(201, parts_schemas.TEMPLATE.out)
def add_template(sent: dict[str, Any]) -> StrategyTemplate:
    """Begin a strategy template; network leads only. It is offered once they say so."""
    actor = access.actor()
    access.require(policies.can_offer(actor))
    if actor.network_id is None:
        raise AbsentError(_("There is no such network."))
    with transaction(actor) as current:
        return template_services.add_template(current, actor.network_id, sent)


@blueprint.get("/templates/<uuid:template_id>")
@access.signed_in
@blueprint.response(200, parts_schemas.TEMPLATE.out)
def get_template(template_id: UUID) -> StrategyTemplate:
    """Return one strategy template."""
    return template_queries.get_template(session(), access.actor(), template_id)


def _own_template(actor: Actor, template_id: UUID, *, is_deleted: bool = False) -> StrategyTemplate:
    found = template_queries.get_template(session(), actor, template_id, is_deleted=is_deleted)
    access.require(policies.can_offer(actor))
    return found


@blueprint.patch("/templates/<uuid:template_id>")
@access.signed_in
@blueprint.arguments(parts_schemas.TEMPLATE.patch)
@blueprint.response(200, parts_schemas.TEMPLATE.out)
def change_template(sent: dict[str, Any], template_id: UUID) -> StrategyTemplate:
    """Change what is said of a template. Say the version you read, or send it as If-Match."""
    actor = access.actor()
    found = _own_template(actor, template_id)
    check_version(sent_version(sent), found.version)
    with transaction(actor) as current:
        template_services.change(current, found, sent)
    return found


@blueprint.post("/templates/<uuid:template_id>/offer")
@access.signed_in
@blueprint.arguments(parts_schemas.OfferIn)
@blueprint.response(200, parts_schemas.TEMPLATE.out)
def offer_template(sent: dict[str, Any], template_id: UUID) -> StrategyTemplate:
    """Offer a template to every team, or withdraw it; what was adopted stays with those who adopted it."""
    actor = access.actor()
    found = _own_template(actor, template_id)
    with transaction(actor) as current:
        template_services.offer(current, found, is_offered=sent["is_offered"])
    return found


@blueprint.delete("/templates/<uuid:template_id>")
@access.signed_in
@blueprint.response(204)
def delete_template(template_id: UUID) -> None:
    """Delete a template; what was adopted stays with those who adopted it."""
    actor = access.actor()
    found = _own_template(actor, template_id)
    with transaction(actor) as current:
        template_services.delete(current, found, at=clock.now())


@blueprint.post("/templates/<uuid:template_id>/restore")
@access.signed_in
@blueprint.response(200, parts_schemas.TEMPLATE.out)
def restore_template(template_id: UUID) -> StrategyTemplate:
    """Bring a deleted template back."""
    actor = access.actor()
    found = _own_template(actor, template_id, is_deleted=True)
    with transaction(actor) as current:
        template_services.restore(current, found)
    return found


# ---------------------------------------------------------------- common milestones


def _common(found: tuple[CommonMilestone, StrategyTemplate]) -> dict[str, Any]:
    measure = session().get_one(Measure, found[0].measure_id)
    return _columns(found[0], template_public_id=found[1].public_id, measure_id=measure.public_id)


@blueprint.get("/templates/<uuid:template_id>/milestones")
@access.signed_in
@blueprint.arguments(parts_schemas.Query, location="query")
@blueprint.response(200, parts_schemas.COMMON.page)
def list_common_milestones(query: dict[str, Any], template_id: UUID) -> Mapping[str, Any]:
    """List the milestones of a template, oldest first."""
    template = template_queries.get_template(session(), access.actor(), template_id)
    rows = parts_queries.list_commons(session(), template.id, **query)
    page = page_of(rows, query["limit"], lambda row: row[0].public_id)
    items = [
        _columns(row, template_public_id=template_id, measure_id=measure) for row, measure in page["items"]
    ]
    return {"items": items, "next": page["next"]}


@blueprint.post("/templates/<uuid:template_id>/milestones")
@access.signed_in
@blueprint.arguments(parts_schemas.COMMON.new)
@blueprint.response(201, parts_schemas.COMMON.out)
def add_common_milestone(sent: dict[str, Any], template_id: UUID) -> dict[str, Any]:
    """Add a milestone at the end of a template."""
    actor = access.actor()
    template = _own_template(actor, template_id)
    with transaction(actor) as current:
        measure = _measure(current, actor, sent)
        made = template_services.add_common(current, template, sent, measure=measure).public_id
    return _common(template_queries.get_common(session(), actor, made))


def _measure(current: Session, actor: Actor, sent: dict[str, Any]) -> Measure | None:
    """Take the measure that was named out of what was sent."""
    wanted = sent.pop("measure_id", None)
    return measure_queries.get_measure(current, actor, wanted) if wanted else None


@blueprint.get("/common-milestones/<uuid:common_id>")
@access.signed_in
@blueprint.response(200, parts_schemas.COMMON.out)
def get_common_milestone(common_id: UUID) -> dict[str, Any]:
    """Return one common milestone."""
    return _common(template_queries.get_common(session(), access.actor(), common_id))


def _own_common(actor: Actor, common_id: UUID, *, is_deleted: bool = False) -> CommonMilestone:
    found, _template = template_queries.get_common(session(), actor, common_id, is_deleted=is_deleted)
    access.require(policies.can_offer(actor))
    return found


@blueprint.patch("/common-milestones/<uuid:common_id>")
@access.signed_in
@blueprint.arguments(parts_schemas.COMMON.patch)
@blueprint.response(200, parts_schemas.COMMON.out)
def change_common_milestone(sent: dict[str, Any], common_id: UUID) -> dict[str, Any]:
    """Change a common milestone; who adopted it keeps theirs until they say. Version as with the others."""
    actor = access.actor()
    found = _own_common(actor, common_id)
    check_version(sent_version(sent), found.version)
    with transaction(actor) as current:
        measure = _measure(current, actor, sent)
        template_services.save_common(current, found, sent, measure=measure)
    return _common(template_queries.get_common(session(), actor, common_id))


@blueprint.delete("/common-milestones/<uuid:common_id>")
@access.signed_in
@blueprint.response(204)
def delete_common_milestone(common_id: UUID) -> None:
    """Delete a common milestone; those who adopted it keep theirs."""
    actor = access.actor()
    found = _own_common(actor, common_id)
    with transaction(actor) as current:
        template_services.delete(current, found, at=clock.now())


@blueprint.post("/common-milestones/<uuid:common_id>/restore")
@access.signed_in
@blueprint.response(200, parts_schemas.COMMON.out)
def restore_common_milestone(common_id: UUID) -> dict[str, Any]:
    """Bring a deleted common milestone back."""
    actor = access.actor()
    found = _own_common(actor, common_id, is_deleted=True)
    with transaction(actor) as current:
        template_services.restore(current, found)
    return _common(template_queries.get_common(session(), actor, common_id))


__all__ = ["blueprint"]
