"""Carrying a plan into the next school year: choose what goes on, copy it, take it back."""

from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from milestones import carrying_services, exchange_run_queries, exchange_words, plan_queries, policies
from milestones.exchange import BY_KEY
from milestones.views.base import blueprint, only
from nic_platform import access, clock
from nic_platform.database import session, transaction
from nic_platform.errors import InputError
from nic_platform.pages import today, went
from nic_platform.text import _


@blueprint.route("/plans/<uuid:plan_id>/carry", methods=["GET", "POST"])
@access.signed_in
def carry_plan(plan_id: UUID) -> ResponseReturnValue:
    """Show what of a plan may go on into the next school year; copy what was ticked."""
    actor = access.actor()
    plan = plan_queries.get_plan(session(), actor, plan_id)
    access.require(policies.can_change(actor, plan.team_id), only(plan.team_name))
    chosen, problem = request.form.getlist("parts"), ""
    if request.method == "POST":
        try:
            with transaction(actor) as current:
                made, run = carrying_services.carry(
                    current, plan, chosen, today=today(actor), by=actor, at=clock.now()
                )
                new_id, run_id = made.public_id, run.public_id
            words = _("Carried on. Look over the dates; “Files and years” below takes it back.")
            return went(url_for(".outline", plan_id=new_id, carried=run_id), words)
        except InputError as error:
            problem = error.fields.get("parts", str(error))
    found = carrying_services.offered(session(), actor, plan, today(actor))
    page = render_template(
        "milestones/carry.html",
        plan=plan,
        found=found,
        problem=problem,
        groups=[
            (exchange_words.sheet_title(BY_KEY[key]), [each for each in found.offers if each.part == key])
            for key in dict.fromkeys(each.part for each in found.offers)
        ],
        near=exchange_run_queries.carried_plans(session(), actor, plan.id),
        may_add_year=actor.is_network_lead,
    )
    return page, 422 if problem else 200
