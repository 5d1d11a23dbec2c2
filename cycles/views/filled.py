"""The form of a cycle's stage, filled with what is saved or with what was sent."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from cycles import services, task_services
from cycles.choice_queries import MilestoneChoice
from cycles.data_queries import Data
from cycles.forms import Rows, StageForm, offer_milestones, stage_form
from cycles.models import Cycle
from cycles.row_forms import (
    SPARE_POINTS,
    aligned,
    group_choices,
    point_values,
    task_values,
)
from cycles.rules import Stage
from cycles.task_services import TaskLine
from cycles.told_queries import TaskRow
from cycles.views.gathered import data_of
from measures.queries import measures_for_choice
from nic_platform import access, clock
from nic_platform.database import session

_PARTS = (
    "question", "expected", "because", "number", "low", "high", "out_of", "unit", "later", "result",
    "result_number", "result_of", "verdict",
)  # fmt: skip
_ROW_ID = re.compile(r"([ptd])(\d{1,2})_id")
MOST_ROWS = 50


def prefill(
    cycle: Cycle, step: Stage, served: list[MilestoneChoice], tasks: Sequence[TaskRow] | None = None
) -> dict[str, Any]:
    """Return what is saved for a stage, by the name of the form's field; *tasks* if they are read already."""
    steps = (Stage.STUDY, Stage.ACT) if step is Stage.STUDY else (step,)
    values = {name: getattr(cycle, name) for each in steps for name in services.FIELDS[each]}
    if step is Stage.PLAN:
        values["milestones"] = [str(each.public_id) for each in served]
        values["measure"] = str(cycle.measure.public_id) if cycle.measure is not None else ""
        values.pop("measure_id")
        values |= task_values(saved_tasks(cycle) if tasks is None else tasks)
    if Stage.ACT in steps and cycle.ramp is not None:
        values |= {name: getattr(cycle.ramp, name) for name in services.DEGREES}
    for index, prediction in enumerate(services.live(cycle)):
        values |= {f"p{index}_{name}": getattr(prediction, name) for name in _PARTS}
        values[f"p{index}_id"] = str(prediction.public_id)
    if step is Stage.DO:
        values |= point_values(_data(cycle, served).own, clock.today(access.actor().time_zone))
    if step is Stage.STUDY:
        values |= _takes(cycle, _data(cycle, served))
    return values


def saved_tasks(cycle: Cycle) -> list[TaskLine]:
    """Return the tasks of a cycle as its plan's form holds them."""
    rows = task_services.tasks_of(session(), cycle)
    return [TaskLine(row.public_id, row.text, row.owner, row.due_on) for row in rows]


def _data(cycle: Cycle, served: Sequence[MilestoneChoice]) -> Data:
    return data_of(access.actor(), cycle, served)


def _takes(cycle: Cycle, data: Data) -> dict[str, str]:
    """Take what was counted for the result where one prediction alone can take it."""
    waiting = {index: data.offers(each) for index, each in enumerate(services.live(cycle))}
    able = [index for index, offers in waiting.items() if offers]
    if len(able) != 1 or services.live(cycle)[able[0]].result_number is not None:
        return {}
    return {f"p{able[0]}_take": waiting[able[0]][0].key}


def form_for(
    cycle: Cycle,
    step: Stage,
    served: list[MilestoneChoice],
    offered: list[MilestoneChoice],
    fresh: bool = False,
    sent: MultiDict[str, str] | None = None,
    tasks: Sequence[TaskRow] | None = None,
) -> StageForm:
    """Return the form of a stage, filled with what is saved; predictions are left out of it once they are
    locked.

    Args:
        fresh: take nothing from the request, since what it sent is saved already.
        sent: what was sent, its rows laid beside the saved ones; else the request's form as it is.
        tasks: those of the cycle, where they are read already.
    """
    values = prefill(cycle, step, served, tasks)
    heard = {} if fresh else rows_heard(request.form if sent is None else sent)
    rows = len(services.live(cycle))
    if step is Stage.PLAN:
        rows = 0 if services.has_begun(cycle) else max(rows + max(1, 3 - rows), heard.get("p", 0))
    more: dict[str, Any] = {"formdata": None} if fresh else {"formdata": sent} if sent is not None else {}
    form = stage_form(step, rows, _rows(cycle, step, served, values, heard), data=values, **more)
    if form.version.data is None or fresh:
        form.version.data = cycle.version
    if step is Stage.PLAN:
        offer_milestones(form, offered, _measures(cycle))
    return form


def _measures(cycle: Cycle) -> list[Any]:
    return measures_for_choice(session(), access.actor(), cycle.team_id)


def _rows(
    cycle: Cycle,
    step: Stage,
    served: list[MilestoneChoice],
    values: Mapping[str, Any],
    heard: Mapping[str, int],
) -> Rows:
    if step is Stage.PLAN:
        saved = sum(1 for name in values if name.startswith("t") and name.endswith("_id"))
        return Rows(tasks=max(saved, heard.get("t", 0)))
    if step is Stage.DO:
        data = _data(cycle, served)
        if data.measure is None or not data.measure.is_own:
            return Rows()
        points = max(len(data.own) + SPARE_POINTS, heard.get("d", 0))
        return Rows(points=points, kind=data.measure.kind, groups=group_choices(data.measure.sort.breakdown))
    if step is Stage.STUDY:
        data = _data(cycle, served)
        offers = [[(o.key, o.words) for o in data.offers(each)] for each in services.live(cycle)]
        return Rows(offers=offers)
    return Rows()


def rows_heard(form: Mapping[str, str]) -> dict[str, int]:
    """Return how many rows of predictions, tasks and data points were sent: the page may be an older one."""
    found: dict[str, int] = {}
    for name in form:
        if match := _ROW_ID.fullmatch(name):
            found[match[1]] = min(max(found.get(match[1], 0), int(match[2]) + 1), MOST_ROWS)
    return found


def beside_saved(cycle: Cycle, step: Stage, served: list[MilestoneChoice]) -> MultiDict[str, str]:
    """Return what was sent with each row beside the saved row of the same id."""
    known: dict[str, list[str]] = {"p": [str(each.public_id) for each in services.live(cycle)]}
    heirs: dict[str, str] = {}
    if step is Stage.PLAN:
        known["t"] = [str(task.id) for task in saved_tasks(cycle)]
    if step is Stage.DO:
        data = _data(cycle, served)
        known["d"], heirs = [str(point.id) for point in data.own], data.heirs
    return aligned(request.form, known, heirs)


def heirs_sent(cycle: Cycle, step: Stage, served: list[MilestoneChoice]) -> bool:
    """Say whether a data point was sent that somebody corrected or took back since the form was opened."""
    if step is not Stage.DO:
        return False
    known = {str(point.id) for point in _data(cycle, served).own}
    sent = [request.form[name] for name in request.form if name.startswith("d") and _ROW_ID.fullmatch(name)]
    return any(each and each not in known for each in sent) and "merged" not in request.form
