"""What a cycle's page shows, in finished values."""

from flask import render_template
from flask.typing import ResponseReturnValue

from cycles import link_queries, moves, policies, queries, ramp_queries, rules, services, told_queries
from cycles.data_points import point_words
from cycles.data_queries import Data
from cycles.forms import StageForm
from cycles.lines import line_of, words_of
from cycles.models import Cycle
from cycles.predictions import Verdict
from cycles.queries import CycleRow, MilestoneChoice
from cycles.rules import Stage
from cycles.scale import Advice, advice_on
from cycles.views.filled import form_for, prefill
from cycles.views.gathered import data_of, standing_in
from cycles.views.studied import drawing_of
from desk.attachment_queries import files_beside
from nic_platform import clock
from nic_platform.actor import Actor
from nic_platform.database import session

__all__ = ["form_for", "page", "prefill", "whole"]


def page(
    actor: Actor,
    cycle: Cycle,
    step: Stage,
    form: StageForm | None,
    served: list[MilestoneChoice],
    *,
    status: int = 200,
    lacks: str = "",
) -> ResponseReturnValue:
    """Return the cycle's page with the form of one stage open, or none."""
    today = clock.today(actor.time_zone)
    is_planning = step is Stage.PLAN and form is not None
    data = Data() if is_planning else data_of(actor, cycle, served)
    siblings = ramp_queries.cycles_of_ramp(session(), actor, cycle.ramp_id) if cycle.ramp_id else []
    told = told_queries.list_told(session(), actor, cycle)
    lines = [line_of(at, each, data, told.thoughts) for at, each in enumerate(services.live(cycle))]
    here = Stage(cycle.stage)
    shown = {
        "cycle": cycle,
        "step": step,
        "form": form,
        "served": served,
        "lines": lines,
        "siblings": [each for each in siblings if each.id != cycle.id],
        "opened_from": told.origin,
        "wait": rules.waiting_step(here, cycle.starts_on, cycle.ends_on, today),
        "past": [
            each for each in rules.STEPS if each.rank < here.rank and (form is None or each is not step)
        ],
        "begun": services.has_begun(cycle),
        "advice": advice_for(cycle, siblings),
        "notes": told.notes,
        "moves": told.moves,
        "tasks": told.tasks,
        "today": today,
        "tested": link_queries.ideas_of_ramps(session(), [cycle.ramp_id]).get(cycle.ramp_id)
        if cycle.ramp_id
        else None,
        "standing": standing_in(actor, data),
        "data": data,
        "points": [(point, point_words(point, data.measure.sort)) for point in data.seen if point.is_own]
        if data.measure
        else [],
        "groups": data.groups() if here.rank >= Stage.STUDY.rank else [],
        "drawing": drawing_of(cycle, data, today) if here.rank >= Stage.STUDY.rank else None,
        "absent": [each for each in lines if each.verdict == Verdict.NOT_HELD],
        "lacks": lacks,
        "back_to": moves.ways_back(services.place_of(cycle)),
        "words": words_of(cycle),
        "may": allowed(actor, cycle),
        "stage_names": {each.value: each.words for each in Stage},
        "beside": None if is_planning else files_beside(session(), "cycle", cycle),
    }
    return render_template("cycles/show.html", **shown), status


def allowed(actor: Actor, cycle: Cycle) -> dict[str, bool]:
    """Return what the visitor may do here, by name."""
    return {
        "edit": policies.can_edit(actor, cycle),
        "comment": policies.can_comment(actor, cycle),
        "share": policies.can_share(actor, cycle),
        "delete": policies.can_delete(actor, cycle),
        "not_run": policies.can_close_as_not_run(actor, cycle),
        "abandon": policies.can_abandon(actor, cycle) and not cycle.is_draft,
        "next": policies.can_open_next(actor, cycle),
    }


def whole(actor: Actor, cycle: Cycle, *, status: int = 200, lacks: str = "") -> ResponseReturnValue:
    """Return the cycle's page as its address shows it: with the form of the present stage for its team."""
    served = queries.list_served(session(), actor, cycle)
    step, form = Stage(cycle.stage), None
    if step is not Stage.CLOSED and policies.can_edit(actor, cycle):
        form = form_for(cycle, step, served, offered(actor, cycle, step), fresh=True)
    return page(actor, cycle, step, form, served, status=status, lacks=lacks)


def offered(actor: Actor, cycle: Cycle, step: Stage) -> list[MilestoneChoice]:
    """Return the milestones that a plan may be hung on; other stages offer none."""
    if step is not Stage.PLAN:
        return []
    return queries.list_team_milestones(session(), actor, cycle.team_id)


def advice_for(cycle: Cycle, siblings: list[CycleRow]) -> Advice | None:
    """Return the advice on the next scale, once belief, cost and readiness were judged and a scale is
    known."""
    ramp = cycle.ramp
    if ramp is None:
        return None
    scales = [cycle.scale, *(each.scale for each in reversed(siblings))]
    return advice_on(ramp.belief, ramp.cost_of_failure, ramp.readiness, scales)
