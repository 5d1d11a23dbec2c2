"""Reading all cycles of a team for the table that is taken away; as many statements however many cycles."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cycles import rules, whose
from cycles.cycle_table import TableRow, task_words
from cycles.data_queries import behind_of
from cycles.models import Cycle, CycleMilestone, CycleTask, Prediction, Ramp
from cycles.predictions import Verdict, expected_words, result_words
from cycles.queries import expectation_of, list_predictions, visible_to
from cycles.scale import Scale
from cycles.whose import Behind
from measures.models import Measure
from milestones.milestone_queries import reads_milestone
from milestones.models import Milestone, Plan
from nic_platform.actor import Actor

MOST = 5000  # cycles; a team has a few dozen a year


def table_of(session: Session, actor: Actor, team_id: int) -> list[TableRow]:
    """Return the visible cycles of a team, oldest first, a row for each prediction; five statements.

    What was counted of students stands in it for the team alone: a table of all results at once would give
    small groups away by subtraction, whatever is hidden in each row. Who is neither in the team nor above it
    reads no result of few adults either; :mod:`cycles.whose` has the rule.
    """
    query = visible_to(actor).where(Cycle.team_id == team_id).with_only_columns(Cycle, Ramp.title, Measure)
    query = query.outerjoin(Measure, Measure.id == Cycle.measure_id).order_by(Cycle.id).limit(MOST)
    found = session.execute(query).all()
    ids = [row[0].id for row in found]
    predictions = list_predictions(session, ids)
    behind = behind_of(session, actor, dict.fromkeys(ids, team_id))
    milestones = _milestones(session, actor, ids)
    tasks = _tasks(session, ids)
    rows = []
    for cycle, ramp, measure in found:
        common = _common(cycle, ramp or "", measure, milestones[cycle.id], tasks[cycle.id])
        each_of: Sequence[Prediction | None] = predictions.get(cycle.id) or [None]
        rows += [TableRow(**common, **_prediction(each, behind[cycle.id])) for each in each_of]
    return rows


def _milestones(session: Session, actor: Actor, ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the names of the milestones that each cycle serves."""
    names: dict[int, list[str]] = defaultdict(list)
    rows = session.execute(
        select(CycleMilestone.cycle_id, Milestone.name, Milestone.what)
        .join(Milestone, Milestone.id == CycleMilestone.milestone_id)
        .join(Plan, Plan.id == Milestone.plan_id)
        .where(CycleMilestone.cycle_id.in_(ids), reads_milestone(actor))
        .order_by(Milestone.id)
    )
    for cycle_id, name, what in rows:
        names[cycle_id].append(name or what)
    return names


def _tasks(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = session.scalars(
        select(CycleTask)
        .where(CycleTask.cycle_id.in_(ids), CycleTask.deleted_at.is_(None))
        .order_by(CycleTask.position, CycleTask.id)
    )
    for task in rows:
        found[task.cycle_id].append(task_words(task.text, task.owner, task.due_on, task.done_on))
    return found


_SAME = (
    "number", "title", "stage", "outcome", "reason", "aim", "how_known", "change", "who", "where",
    "scale_size", "starts_on", "ends_on", "began_on", "ended_on", "data_to_collect", "data_who",
    "data_rhythm", "who_helped", "who_left_out", "departures", "observations", "surprises", "learned",
    "worked_for", "not_for", "next_step",
)  # fmt: skip


def _common(
    cycle: Cycle, ramp: str, measure: Measure | None, milestones: Sequence[str], tasks: Sequence[str]
) -> dict[str, Any]:
    return {name: getattr(cycle, name) for name in _SAME} | {
        "cycle_id": str(cycle.public_id),
        "ramp": ramp,
        "milestones": "; ".join(milestones),
        "measure": measure.name if measure is not None else "",
        "tasks": "; ".join(tasks),
        "scale": _said(Scale, cycle.scale),
        "carried_out": _said(rules.CarriedOut, cycle.carried_out),
        "decision": _said(rules.Decision, cycle.decision),
    }


def _said(kind: Any, value: str) -> str:
    return str(kind(value).words) if value in set(kind) else value


def _prediction(row: Prediction | None, behind: Behind) -> dict[str, Any]:
    """Return a prediction's part of a row; its result as far as a reader of all at once may see it."""
    if row is None:
        texts = ("question", "expected", "because", "unit", "second_thoughts", "result", "verdict")
        return dict.fromkeys(texts, "") | {"low": None, "high": None}
    expected = expectation_of(row)
    why = whose.instead_of(row, behind)
    return {
        "question": row.question,
        "expected": expected_words(expected, row.out_of, row.expected),
        "because": row.because, "low": row.low, "high": row.high, "unit": row.unit,
        "second_thoughts": row.later,
        "result": why or result_words(row.result_number, row.result_of or row.out_of, expected, row.result),
        "verdict": _said(Verdict, whose.verdict_of(row, behind)),
    }  # fmt: skip
