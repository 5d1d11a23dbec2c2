"""A team adopts a strategy template with own dates and targets; later changes are taken over or left."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from milestones import (
    adoption_services,
    calendar_queries,
    plan_queries,
    policies,
    template_forms,
    template_queries,
)
from milestones.models import RootCause, Strategy, StrategyTemplate
from milestones.rows import PlanRow
from milestones.templates import CommonRow, proposed_day, strands
from milestones.views.base import blueprint, only
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.forms import PlatformForm
from nic_platform.pages import status_of, today, try_to, went
from nic_platform.text import _, ngettext


def proposed_days(actor: Actor, plan: PlanRow) -> Callable[[CommonRow], date | None]:
    """Return what proposes a milestone's date in the plan's school year, by the network's calendar."""
    calendar = calendar_queries.school_days(session(), actor.network_id or 0)
    return lambda common: proposed_day(common.week, *plan.span, calendar)


@blueprint.route("/templates/<uuid:template_id>/adopt", methods=["GET", "POST"])
@access.signed_in
def adopt_template(template_id: UUID) -> ResponseReturnValue:
    """Adopt a template into the chosen team's plan, with own dates and targets."""
    actor = access.actor()
    template = template_queries.get_template(session(), actor, template_id)
    access.require(policies.can_change(actor, actor.team_id or 0), _("Choose a team whose plan you write."))
    plan = plan_queries.current_plan(session(), actor, actor.team_id, today(actor))
    if plan is None:
        return render_template("milestones/adopt_first.html", template=template)
    commons = template_queries.commons_of(session(), template.id)
    form = template_forms.adopt_form(commons, proposed_days(actor, plan))
    form.offer(_causes(plan))
    before = template_queries.adopted_in(session(), plan.id, template.id)
    if form.validate_on_submit():
        made: list[UUID] = []

        def adopt(current: Session) -> None:
            made.append(_adopt(current, actor, plan, template, form, commons))

        if try_to(form, actor, adopt):
            outline = url_for(".outline", plan_id=plan.public_id, undo=f"adoption.{made[0]}")
            return went(outline, _("It is in your plan, with your dates and targets."))
    page = render_template(
        "milestones/adopt.html", form=form, template=template, plan=plan, strands=strands(commons),
        before=before,
    )  # fmt: skip
    return page, status_of(form)


def _causes(plan: PlanRow) -> list[tuple[UUID, str]]:
    outline = plan_queries.outline(session(), plan.id)
    return [(part.public_id, part.text[:120]) for part in outline if part.kind == "cause"]


def _adopt(
    current: Session,
    actor: Actor,
    row: PlanRow,
    template: StrategyTemplate,
    form: template_forms.AdoptForm,
    commons: list[CommonRow],
) -> UUID:
    chosen = []
    for common in commons:
        is_taken, due_on, target = form.own(common)
        if is_taken:
            chosen.append(adoption_services.Own(common, due_on, target))
    plan = plan_queries.find_plan(current, actor, row.public_id)
    cause = None
    if form.cause.data:
        cause = plan_queries.find(current, actor, RootCause, UUID(form.cause.data))
    made = adoption_services.adopt(
        current, plan, template, chosen, cause=cause, is_again=bool(form.again.data), at=clock.now()
    )
    return made.public_id


def own_strategy(strategy_id: UUID) -> tuple[Actor, Strategy, PlanRow]:
    """Return a strategy that the visitor may change, with its plan."""
    actor = access.actor()
    strategy = plan_queries.find(session(), actor, Strategy, strategy_id)
    row = plan_queries.plan_by_number(session(), actor, strategy.plan_id)
    access.require(policies.can_change(actor, row.team_id), only(row.team_name))
    return actor, strategy, row


@blueprint.post("/strategies/<uuid:strategy_id>/take-back")
@access.signed_in
def take_back(strategy_id: UUID) -> ResponseReturnValue:
    """Undo an adoption, as long as nothing was counted since."""
    actor, strategy, row = own_strategy(strategy_id)
    with transaction(actor) as current:
        adoption_services.take_back(current, strategy, at=clock.now())
    return went(url_for(".outline", plan_id=row.public_id), _("It is out of your plan again."))


@blueprint.route("/strategies/<uuid:strategy_id>/updates", methods=["GET", "POST"])
@access.signed_in
def template_updates(strategy_id: UUID) -> ResponseReturnValue:
    """Show what changed in the template since it was adopted, and take it over or leave it."""
    actor, strategy, row = own_strategy(strategy_id)
    form = PlatformForm()
    if form.validate_on_submit():
        taken = {UUID(each) for each in request.form.getlist("take") if _is_uuid(each)}
        count: list[int] = []

        def take(current: Session) -> None:
            count.append(
                adoption_services.take_over(
                    current, strategy, taken, days=proposed_days(actor, row), seen_at=_seen_at(), by=actor,
                    at=clock.now(),
                )
            )  # fmt: skip

        if try_to(form, actor, take):
            words = ngettext("%(count)s change is taken over.", "%(count)s changes are taken over.", count[0])
            return went(url_for(".outline", plan_id=row.public_id), words)
    return _updates_page(form, strategy, row), status_of(form)


def _updates_page(form: PlatformForm, strategy: Strategy, row: PlanRow) -> str:
    known = strategy.template_seen_at or strategy.created_at
    removed = (
        template_queries.removed_since(session(), strategy.template_id, known) if strategy.template_id else []
    )
    return render_template(
        "milestones/updates.html", form=form, strategy=strategy, plan=row, removed=removed,
        updates=adoption_services.updates_of(session(), strategy), seen_at=clock.now().isoformat(),
    )  # fmt: skip


def _is_uuid(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


def _seen_at() -> datetime:
    """Return when the page that was sent had been made; now where it does not say."""
    try:
        found = datetime.fromisoformat(request.form.get("seen_at", ""))
        return min(found.astimezone(UTC), clock.now()) if found.tzinfo else clock.now()
    except (ValueError, OverflowError):
        return clock.now()
