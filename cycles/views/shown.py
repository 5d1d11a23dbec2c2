"""What a cycle's page shows, in finished values."""

from datetime import date
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from cycles import (
    choice_queries,
    link_queries,
    moves,
    policies,
    ramp_queries,
    rules,
    services,
    told_queries,
)
from cycles.choice_queries import MilestoneChoice
from cycles.data_points import point_words
from cycles.data_queries import Data
from cycles.forms import StageForm
from cycles.lines import line_of, words_of
from cycles.models import Cycle
from cycles.predictions import Verdict
from cycles.queries import CycleRow
from cycles.rules import Stage
from cycles.scale import Advice, advice_on
from cycles.told_queries import Told
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
    told: Told | None = None,
) -> ResponseReturnValue:
    """Return the cycle's page with the form of one stage open, or none; *told* where it is read already."""
    today = clock.today(actor.time_zone)
    is_planning = step is Stage.PLAN and form is not None
    data = Data() if is_planning else data_of(actor, cycle, served)
    told = told or told_queries.list_told(session(), actor, cycle)
    lines = [line_of(at, each, data, told.thoughts) for at, each in enumerate(services.live(cycle))]
    shown = {
        "cycle": cycle,
        "step": step,
        "form": form,
        "served": served,
        "lines": lines,
        "absent": [each for each in lines if each.verdict == Verdict.NOT_HELD],
        "opened_from": told.origin,
        "notes": told.notes,
        "moves": told.moves,
        "tasks": told.tasks,
        "today": today,
        "standing": standing_in(actor, data),
        "lacks": lacks,
        "words": words_of(cycle),
        "may": allowed(actor, cycle),
        "beside": None if is_planning else files_beside(session(), "cycle", cycle),
        **_stage_of(cycle, step if form is not None else None, today),
        **_ramp_of(actor, cycle),
        **_counted(cycle, data, today),
    }
    return render_template("cycles/show.html", **shown), status


def _stage_of(cycle: Cycle, opened: Stage | None, today: date) -> dict[str, Any]:
    """Return where a cycle stands, and the stages that it has been through; *opened* is shown as its form."""
    here = Stage(cycle.stage)
    return {
        "wait": rules.waiting_step(here, cycle.starts_on, cycle.ends_on, today),
        "past": [each for each in rules.STEPS if each.rank < here.rank and each is not opened],
        "begun": services.has_begun(cycle),
        "back_to": moves.ways_back(services.place_of(cycle)),
        "stage_names": {each.value: each.words for each in Stage},
    }


def _ramp_of(actor: Actor, cycle: Cycle) -> dict[str, Any]:
    """Return the other cycles of the ramp, the idea that it tests, and the advice on the next scale."""
    if cycle.ramp_id is None:
        return {"siblings": [], "advice": None, "tested": None}
    cycles = ramp_queries.cycles_of_ramp(session(), actor, cycle.ramp_id)
    return {
        "siblings": [each for each in cycles if each.id != cycle.id],
        "advice": advice_for(cycle, cycles),
        "tested": link_queries.ideas_of_ramps(session(), [cycle.ramp_id]).get(cycle.ramp_id),
    }


def _counted(cycle: Cycle, data: Data, today: date) -> dict[str, Any]:
    """Return what was counted for a cycle; groups and drawing from Study on."""
    own = [point for point in data.seen if point.is_own]
    is_studied = Stage(cycle.stage).rank >= Stage.STUDY.rank
    return {
        "data": data,
        "points": [(each, point_words(each, data.measure.sort)) for each in own] if data.measure else [],
        "groups": data.groups() if is_studied else [],
        "drawing": drawing_of(cycle, data, today) if is_studied else None,
    }


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
    served = choice_queries.list_served(session(), actor, cycle)
    told = told_queries.list_told(session(), actor, cycle)
    step, form = Stage(cycle.stage), None
    if step is not Stage.CLOSED and policies.can_edit(actor, cycle):
        form = form_for(cycle, step, served, offered(actor, cycle, step), fresh=True, tasks=told.tasks)
    return page(actor, cycle, step, form, served, status=status, lacks=lacks, told=told)


def offered(actor: Actor, cycle: Cycle, step: Stage) -> list[MilestoneChoice]:
    """Return the milestones that a plan may be hung on; other stages offer none."""
    if step is not Stage.PLAN:
        return []
    return choice_queries.list_team_milestones(session(), actor, cycle.team_id)


def advice_for(cycle: Cycle, siblings: list[CycleRow]) -> Advice | None:
    """Return the advice on the next scale, once belief, cost and readiness were judged and a scale is
    known."""
    ramp = cycle.ramp
    if ramp is None:
        return None
    scales = [cycle.scale, *(each.scale for each in reversed(siblings))]
    return advice_on(ramp.belief, ramp.cost_of_failure, ramp.readiness, scales)
