"""One cycle, and the four stages of its form. Saving a draft needs nothing; finishing a step checks what
it must hold."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from cycles import (
    choice_queries,
    data_services,
    policies,
    queries,
    services,
    shown_queries,
    step_services,
    task_services,
)
from cycles.choice_queries import MilestoneChoice
from cycles.data_queries import Data
from cycles.forms import StageForm
from cycles.models import Cycle
from cycles.row_forms import point_lines, task_lines
from cycles.rules import Decision, Stage
from cycles.views import shown
from cycles.views.filled import beside_saved, heirs_sent
from cycles.views.gathered import data_of
from cycles.views.root import blueprint
from measures.queries import measures_for_choice
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import InputError
from nic_platform.forms import conflict_page
from nic_platform.text import _


@blueprint.get("/cycles/<uuid:cycle_id>")
@access.signed_in
def show(cycle_id: UUID) -> ResponseReturnValue:
    """Show one cycle; its team sees the form of the stage it stands at."""
    actor = access.actor()
    cycle = shown_queries.cycle_to_show(session(), actor, cycle_id)
    return shown.whole(actor, cycle)


@blueprint.route("/cycles/<uuid:cycle_id>/plan", methods=["GET", "POST"], defaults={"step": Stage.PLAN})
@blueprint.route("/cycles/<uuid:cycle_id>/do", methods=["GET", "POST"], defaults={"step": Stage.DO})
@blueprint.route("/cycles/<uuid:cycle_id>/study", methods=["GET", "POST"], defaults={"step": Stage.STUDY})
@blueprint.route("/cycles/<uuid:cycle_id>/act", methods=["GET", "POST"], defaults={"step": Stage.ACT})
@access.signed_in
def stage(cycle_id: UUID, step: Stage) -> ResponseReturnValue:
    """Show the form of one stage, save it as a draft, or finish the step."""
    actor = access.actor()
    cycle = queries.get_cycle(session(), actor, cycle_id)
    access.require(policies.can_edit(actor, cycle))
    served = choice_queries.list_served(session(), actor, cycle)
    offered = shown.offered(actor, cycle, step)
    if request.method == "GET":
        form = shown.form_for(cycle, step, served, offered)
        return shown.page(actor, cycle, step, form, served)
    form = shown.form_for(cycle, step, served, offered, sent=beside_saved(cycle, step, served))
    if form.is_stale(cycle.version) or heirs_sent(cycle, step, served):
        return _conflict(form, cycle, step, served)
    if not form.validate():
        return shown.page(actor, cycle, step, form, served, status=422)
    if not _saved(actor, cycle, step, form, served, offered):
        session().expire_all()
        cycle = queries.get_cycle(session(), actor, cycle_id)
        return shown.page(actor, cycle, step, form, served, status=422)
    return _go_on(actor, cycle_id, step)


def _saved(
    actor: Actor,
    cycle: Cycle,
    step: Stage,
    form: StageForm,
    served: list[MilestoneChoice],
    offered: list[MilestoneChoice],
) -> bool:
    """Keep all that a form holds, in one transaction; say whether it was kept. What is refused is laid beside
    its fields, and nothing is kept then.
    """
    data = data_of(actor, cycle, served) if step in {Stage.DO, Stage.STUDY} else Data()
    try:
        with transaction(actor) as current:
            if step is Stage.STUDY:
                take_over(form, cycle, data)
            save_stage(current, cycle, step, form, offered, actor)
            if form.point_rows:
                known = {each.id: each for each in data.own if each.id is not None}
                data_services.keep_points(
                    current, cycle, point_lines(form), known, today=clock.today(actor.time_zone), by=actor,
                    at=clock.now(),
                )  # fmt: skip
    except InputError as error:
        form.lay_errors(error.fields)
        return False
    return True


def take_over(form: StageForm, cycle: Cycle, data: Data) -> None:
    """Let results be what was counted, where that was chosen and no other number was typed."""
    for index, (key, prediction) in enumerate(zip(form.takes(), services.live(cycle), strict=False)):
        offer = next((each for each in data.offers(prediction) if each.key == key), None)
        number, of = form[f"p{index}_result_number"], form[f"p{index}_result_of"]
        if offer is not None and number.data in {None, prediction.result_number}:
            number.data, of.data = offer.result.number, offer.result.out_of


def _conflict(
    form: StageForm, cycle: Cycle, step: Stage, served: list[MilestoneChoice]
) -> ResponseReturnValue:
    return conflict_page(
        form,
        cycle.title or cycle.change,
        shown.prefill(cycle, step, served),
        version=cycle.version,
        by=queries.name_of(session(), cycle.updated_by_id),
        at=cycle.updated_at,
    )


def save_stage(
    current: Session, cycle: Cycle, step: Stage, form: StageForm, offered: list[MilestoneChoice], actor: Actor
) -> None:
    """Keep what the form of one stage holds, half-filled or not."""
    values, at = form.values(), clock.now()
    chosen: list[int] | None = None
    if step is Stage.PLAN:
        wanted = set(values.pop("milestones") or ())
        chosen = [each.id for each in offered if str(each.public_id) in wanted]
        measure = values.pop("measure")
        values["measure_id"] = _measure_id(current, actor, cycle, offered, measure)
        task_services.save_tasks(current, cycle, task_lines(form), at=at)
    services.save(current, cycle, step, values, form.written(), chosen, by=actor, at=at)
    if step is Stage.STUDY:
        services.save(current, cycle, Stage.ACT, values, by=actor, at=at)


def _measure_id(
    current: Session, actor: Actor, cycle: Cycle, offered: list[MilestoneChoice], wanted: str
) -> int | None:
    """Return the measure that was chosen: one of a milestone's, or any that the team can count with."""
    behind = {str(each.measure_public_id): each.measure_id for each in offered if each.measure_public_id}
    if not wanted or wanted in behind:
        return behind.get(wanted)
    others = measures_for_choice(current, actor, cycle.team_id)
    return next((each.id for each in others if str(each.public_id) == wanted), None)


def _go_on(actor: Actor, cycle_id: UUID, step: Stage) -> ResponseReturnValue:
    action = request.form.get("action", "save")
    cycle = queries.get_cycle(session(), actor, cycle_id)
    if action == "save" or cycle.stage != step:
        flash(_("Saved. You can go on whenever you like."))
        return redirect(url_for(".show", cycle_id=cycle_id), 303)
    try:
        with transaction(actor) as current:
            following = finish(current, cycle, step, action, actor)
            target = following.public_id if following else cycle_id
    except InputError as error:
        return _unfinished(actor, cycle_id, step, error)
    flash(_told(step, following, cycle))
    return redirect(url_for(".show", cycle_id=target), 303)


def finish(current: Session, cycle: Cycle, step: Stage, action: str, actor: Actor) -> Cycle | None:
    """Finish the step; with the action *decide* finish study and act at once. Return the next cycle if one
    opened."""
    at = clock.now()
    step_services.finish(current, cycle, step, by=actor, at=at)
    if action == "decide" and step is Stage.STUDY:
        step_services.finish(current, cycle, Stage.ACT, by=actor, at=at)
    decided = cycle.stage == Stage.CLOSED and cycle.decision in set(Decision)
    if decided and Decision(cycle.decision).opens_next and cycle.ramp is not None:
        return step_services.open_next(current, cycle, by=actor, at=at)
    return None


def _told(step: Stage, following: Cycle | None, cycle: Cycle) -> str:
    if following is not None:
        return _("Cycle %(number)s is open, with your questions copied.", number=following.number)
    if cycle.stage == Stage.CLOSED:
        return _("Decided. This cycle is closed.")
    return _("“%(step)s” is finished. Next: %(stage)s.", step=step.words, stage=Stage(cycle.stage).words)


def _unfinished(actor: Actor, cycle_id: UUID, step: Stage, error: InputError) -> ResponseReturnValue:
    """Show what the step still lacks; what was typed is saved already."""
    session().expire_all()
    cycle = queries.get_cycle(session(), actor, cycle_id)
    served = choice_queries.list_served(session(), actor, cycle)
    form = shown.form_for(cycle, step, served, shown.offered(actor, cycle, step), fresh=True)
    form.lay_errors(error.fields)
    words = _("Your words are saved. %(what)s", what=str(error))
    return shown.page(actor, cycle, step, form, served, status=422, lacks=words)
