"""Strategy templates on their way into plans, in the API: adopted, updated, taken back, made from a plan."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from milestones import acting_schemas as schemas
from milestones import (
    adoption_services,
    parts_queries,
    parts_schemas,
    plan_queries,
    policies,
    template_queries,
    template_services,
)
from milestones.adoption_services import Own
from milestones.models import RootCause, Strategy, StrategyTemplate
from milestones.rows import PlanRow
from milestones.templates import CommonRow, target_fault
from milestones.views.adopting import own_strategy, proposed_days
from milestones.views.templates import tell_of_change
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.api import ApiBlueprint
from nic_platform.database import session, transaction
from nic_platform.errors import InputError, RuleError
from nic_platform.pages import today
from nic_platform.text import _

blueprint = ApiBlueprint("api_adopting", __name__, "", "Strategy templates in plans")
Sent = dict[str, Any]


def _adopter(template_id: UUID) -> tuple[Actor, StrategyTemplate, PlanRow | None]:
    """Return a template that the chosen team may adopt, and the team's plan of this year."""
    actor = access.actor()
    template = template_queries.get_template(session(), actor, template_id)
    access.require(policies.can_change(actor, actor.team_id or 0), _("Choose a team whose plan you write."))
    return actor, template, plan_queries.current_plan(session(), actor, actor.team_id, today(actor))


@blueprint.get("/templates/<uuid:template_id>/adoption")
@access.signed_in
@blueprint.response(200, schemas.TemplateAdoptionOut)
def get_adoption(template_id: UUID) -> Mapping[str, Any]:
    """Return what of a template the chosen team's plan would take, with the proposed dates and targets."""
    actor, template, plan = _adopter(template_id)
    if plan is None:
        return {"plan_id": None, "strategies": [], "milestones": []}
    days = proposed_days(actor, plan)
    before = template_queries.adopted_in(session(), plan.id, template.id)
    return {
        "plan_id": plan.public_id,
        "strategies": [each.public_id for each in before],
        "milestones": [
            {"common_id": each.public_id, "strand": each.strand, "sentence": each.sentence,
             "due_on": days(each), "target": None if each.is_deliverable else each.target}
            for each in template_queries.commons_of(session(), template.id)
        ],
    }  # fmt: skip


@blueprint.post("/templates/<uuid:template_id>/adopt")
@access.signed_in
@blueprint.arguments(schemas.AdoptIn)
@blueprint.response(201, parts_schemas.STRATEGY.out)
def adopt_template(sent: Sent, template_id: UUID) -> Mapping[str, Any]:
    """Put a template's strategy into the chosen team's plan of this year, with its own dates and targets."""
    actor, template, row = _adopter(template_id)
    if row is None:
        raise RuleError(_("Your team has no plan yet."))
    commons = template_queries.commons_of(session(), template.id)
    chosen = _chosen(actor, row, commons, sent.get("milestones"))
    plan = plan_queries.find_plan(session(), actor, row.public_id)
    numbers = parts_queries.numbers_of(
        session(), actor, Strategy, plan, {"root_cause_id": sent["cause_id"]} if sent["cause_id"] else {}
    )
    with transaction(actor) as current:
        cause = current.get_one(RootCause, numbers["root_cause_id"]) if numbers else None
        made = adoption_services.adopt(
            current, plan, template, chosen, cause=cause, is_again=sent["again"], at=clock.now()
        ).public_id
    return parts_queries.get_part(session(), actor, Strategy, made).as_dict()


def _chosen(actor: Actor, plan: PlanRow, commons: list[CommonRow], sent: list[Sent] | None) -> list[Own]:
    """Return the milestones that were named, or all, with what is proposed where nothing else was sent.

    Raises:
        InputError: one is none of the template's, or its target can't be.
    """
    days, known = proposed_days(actor, plan), {each.public_id: each for each in commons}
    if sent is None:
        return [Own(each, days(each), each.target) for each in commons]
    faults, chosen = {}, []
    for place, each in enumerate(sent):
        common = known.pop(each["common_id"], None)
        if common is None:
            faults[f"milestones.{place}.common_id"] = _("Name each milestone of this template once.")
            continue
        target = each.get("target", common.target)
        if fault := target_fault(common, target):
            faults[f"milestones.{place}.target"] = fault
        chosen.append(Own(common, each.get("due_on", days(common)), target))
    if faults:
        raise InputError(_("This can’t be saved yet."), faults)
    return chosen


@blueprint.post("/strategies/<uuid:strategy_id>/take-back")
@access.signed_in
@blueprint.response(204)
def take_back(strategy_id: UUID) -> None:
    """Undo an adoption, as long as nothing was counted since."""
    actor, strategy, _plan = own_strategy(strategy_id)
    with transaction(actor) as current:
        adoption_services.take_back(current, strategy, at=clock.now())


@blueprint.get("/strategies/<uuid:strategy_id>/updates")
@access.signed_in
@blueprint.response(200, schemas.TemplateChanges)
def list_updates(strategy_id: UUID) -> Mapping[str, Any]:
    """Return what changed in a strategy's template since its team took it over or looked last."""
    _actor, strategy, _plan = own_strategy(strategy_id)
    known = strategy.template_seen_at or strategy.created_at
    gone = template_queries.removed_since(session(), strategy.template_id or 0, known)
    changes = [
        {"common_id": each.common.public_id, "milestone_id": each.mine.public_id if each.mine else None,
         "sentence": each.common.sentence, "differences": each.differences}
        for each in adoption_services.updates_of(session(), strategy)
    ]  # fmt: skip
    return {"seen_at": clock.now(), "changes": changes, "removed": gone}


@blueprint.post("/strategies/<uuid:strategy_id>/updates")
@access.signed_in
@blueprint.arguments(schemas.TakeOverIn)
@blueprint.response(200, schemas.TakenOver)
def take_updates(sent: Sent, strategy_id: UUID) -> Mapping[str, Any]:
    """Take over what is named of a template's changes, and leave the rest."""
    actor, strategy, plan = own_strategy(strategy_id)
    at = clock.now()
    with transaction(actor) as current:
        count = adoption_services.take_over(
            current, strategy, set(sent["take"]), days=proposed_days(actor, plan),
            seen_at=_moment(sent["seen_at"]) or at, by=actor, at=at,
        )  # fmt: skip
    return {"count": count}


def _moment(sent: datetime | None) -> datetime | None:
    """Return a moment in UTC.

    Raises:
        InputError: it lies outside the years that are counted.
    """
    try:
        return sent.astimezone(UTC) if sent is not None else None
    except OverflowError:
        said = _("Give a day from 1900 to 2199.")
        raise InputError(said, {"seen_at": said}) from None


@blueprint.post("/strategies/<uuid:strategy_id>/template")
@access.signed_in
@blueprint.response(201, parts_schemas.TEMPLATE.out)
def save_as_template(strategy_id: UUID) -> StrategyTemplate:
    """Make a template, not offered yet, from a team's strategy. Network leads may.

    Read it through before you offer it: it should name no people and no places.
    """
    actor = access.actor()
    strategy = plan_queries.find(session(), actor, Strategy, strategy_id)
    access.require(policies.can_offer(actor))
    plan = plan_queries.plan_by_number(session(), actor, strategy.plan_id)
    with transaction(actor) as current:
        return template_services.template_from(current, strategy, plan.span[0], at=clock.now())


@blueprint.post("/templates/<uuid:template_id>/tell")
@access.signed_in
@blueprint.response(200, schemas.TeamsTold)
def tell_adopters(template_id: UUID) -> Mapping[str, Any]:
    """Tell the people of the teams that adopted a template that it changed. Network leads may."""
    actor = access.actor()
    found = template_queries.get_template(session(), actor, template_id)
    access.require(policies.can_offer(actor))
    with transaction(actor) as current:
        return {"teams": tell_of_change(current, found)}
