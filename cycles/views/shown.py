"""What a cycle's page shows, in finished values."""

import re
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from cycles import policies, queries, ramp_queries, rules, services, told_queries
from cycles.forms import StageForm, offer_milestones, stage_form
from cycles.models import Cycle, Prediction
from cycles.predictions import expected_words, judge, measured, result_words
from cycles.queries import CycleRow, MilestoneChoice
from cycles.rules import Stage
from cycles.scale import Advice, Degree, Scale, advise
from cycles.views import serves
from nic_platform import clock
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.text import _


@dataclass(frozen=True)
class Line:
    """One prediction with what happened beside it. ``predicted`` and ``of`` are for the comparison as one
    types."""

    index: int
    question: str
    expected: str
    because: str
    later: str
    result: str
    sentence: str
    tone: str
    verdict: str
    unit: str
    predicted: float | None
    of: float | None
    is_percent: bool


def line_of(index: int, prediction: Prediction) -> Line:
    """Return a prediction ready for the page."""
    expectation = services.expectation_of(prediction)
    of = prediction.result_of or prediction.out_of
    value = measured(prediction.result_number, of, expectation)
    found = judge(expectation, value)
    compared = value is not None and not expectation.is_empty
    gap = value - expectation.number if value is not None and expectation.number is not None else 0.0
    return Line(
        index=index,
        question=prediction.question or _("What we expected"),
        expected=expected_words(expectation, prediction.out_of, prediction.expected),
        because=prediction.because,
        later=prediction.later,
        result=result_words(prediction.result_number, of, expectation, prediction.result),
        sentence=found.sentence if compared else "",
        tone="same" if abs(gap) < 1e-9 else "above" if gap > 0 else "below",
        verdict=prediction.verdict,
        unit=prediction.unit,
        predicted=expectation.number,
        of=of,
        is_percent=expectation.is_percent,
    )


def prefill(cycle: Cycle, step: Stage, served: list[MilestoneChoice]) -> dict[str, Any]:
    """Return what is saved for a stage, by the name of the form's field."""
    steps = (Stage.STUDY, Stage.ACT) if step is Stage.STUDY else (step,)
    values = {name: getattr(cycle, name) for each in steps for name in services.FIELDS[each]}
    if step is Stage.PLAN:
        chosen = next((each for each in served if each.measure_id == cycle.measure_id), None)
        values["milestones"] = [str(each.public_id) for each in served]
        values["measure"] = str(chosen.measure_public_id) if chosen and cycle.measure_id else ""
        values.pop("measure_id")
    if Stage.ACT in steps and cycle.ramp is not None:
        values |= {name: getattr(cycle.ramp, name) for name in services.DEGREES}
    for index, prediction in enumerate(services.live(cycle)):
        values |= {f"p{index}_{name}": getattr(prediction, name) for name in _PARTS}
        values[f"p{index}_id"] = str(prediction.public_id)
    return values


_PARTS = (
    "question", "expected", "because", "number", "low", "high", "out_of", "unit", "later", "result",
    "result_number", "result_of", "verdict",
)  # fmt: skip


def form_for(
    cycle: Cycle,
    step: Stage,
    served: list[MilestoneChoice],
    offered: list[MilestoneChoice],
    fresh: bool = False,
) -> StageForm:
    """Return the form of a stage, filled with what is saved; predictions are left out of it once they are
    locked.

    Args:
        fresh: take nothing from the request, since what it sent is saved already.
    """
    rows = len(services.live(cycle))
    if step is Stage.PLAN:
        rows = 0 if services.has_begun(cycle) else max(rows + max(1, 3 - rows), 0 if fresh else _rows_sent())
    more = {"formdata": None} if fresh else {}
    form = stage_form(step, rows, data=prefill(cycle, step, served), **more)
    if form.version.data is None or fresh:
        form.version.data = cycle.version
    if step is Stage.PLAN:
        offer_milestones(form, offered)
    return form


def _rows_sent() -> int:
    """Return how many rows of predictions the request brings: the page may be an older one."""
    numbers = [match[1] for name in request.form if (match := _ROW_ID.fullmatch(name))]
    return min(max(map(int, numbers), default=-1) + 1, MOST_ROWS)


_ROW_ID = re.compile(r"p(\d{1,2})_id")
MOST_ROWS = 50


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
    lines = [line_of(index, each) for index, each in enumerate(services.live(cycle))]
    siblings = ramp_queries.cycles_of_ramp(session(), actor, cycle.ramp_id) if cycle.ramp_id else []
    told = told_queries.list_told(session(), actor, cycle)
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
        "standing": serves.served_by(actor, served) if step is not Stage.PLAN or form is None else None,
        "lacks": lacks,
        "back_to": [each for each in rules.STEPS if rules.may_go_back(here, each)],
        "words": words_of(cycle),
        "may": allowed(actor, cycle),
        "stage_names": {each.value: each.words for each in Stage},
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


def words_of(cycle: Cycle) -> dict[str, str]:
    """Return the choices of a cycle in words."""
    return {
        "scale": Scale(cycle.scale).words if cycle.scale in set(Scale) else cycle.scale,
        "carried_out": rules.CarriedOut(cycle.carried_out).words
        if cycle.carried_out in set(rules.CarriedOut)
        else "",
        "decision": rules.Decision(cycle.decision).words if cycle.decision in set(rules.Decision) else "",
    }


def advice_for(cycle: Cycle, siblings: list[CycleRow]) -> Advice | None:
    """Return the advice on the next scale, once belief, cost and readiness were judged and a scale is
    known."""
    ramp = cycle.ramp
    scale = cycle.scale or next((each.scale for each in reversed(siblings) if each.scale), "")
    if ramp is None or scale not in set(Scale):
        return None
    degrees = [ramp.belief, ramp.cost_of_failure, ramp.readiness]
    if any(degree not in set(Degree) for degree in degrees):
        return None
    belief, cost, readiness = (Degree(degree) for degree in degrees)
    return advise(belief, cost, readiness, Scale(scale))
