"""Strategy templates and common milestones in the API: what a network offers."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from measures import queries as measure_queries
from measures.models import Measure
from milestones import parts_queries, parts_schemas, policies, template_queries, template_services
from milestones.catalog_api import columns_of
from milestones.models import CommonMilestone, StrategyTemplate
from milestones.parts_api import blueprint, sent_version
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.api import check_version, page_of
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError
from nic_platform.schemas import MoveIn
from nic_platform.text import _

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
    return columns_of(found[0], template_public_id=found[1].public_id, measure_id=measure.public_id)


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
        columns_of(row, template_public_id=template_id, measure_id=measure) for row, measure in page["items"]
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


@blueprint.post("/common-milestones/<uuid:common_id>/move")
@access.signed_in
@blueprint.arguments(MoveIn)
@blueprint.response(200, parts_schemas.COMMON.out)
def move_common_milestone(sent: dict[str, Any], common_id: UUID) -> dict[str, Any]:
    """Let a common milestone change places with its neighbour in the template."""
    actor = access.actor()
    found = _own_common(actor, common_id)
    with transaction(actor) as current:
        template_services.move_common(current, found, up=sent["way"] == "up")
    return _common(template_queries.get_common(session(), actor, common_id))


__all__ = ["blueprint"]
