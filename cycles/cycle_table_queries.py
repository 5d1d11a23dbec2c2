"""Reading all cycles of a team for the table that is taken away; as many statements however many cycles."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cycles import rules
from cycles.cycle_table import TableRow, task_words
from cycles.models import Cycle, CycleMilestone, CycleTask, Prediction, Ramp
from cycles.predictions import Verdict, expected_words, result_words
from cycles.queries import expectation_of, list_predictions, visible_to
from cycles.scale import Scale
from measures import policies
from measures.models import Measure
from measures.queries import is_above
from measures.suppression import HIDDEN, Who, words
from milestones.milestone_queries import reads_milestone
from milestones.models import Milestone, Plan
from nic_platform.actor import Actor
from nic_platform.text import _

MOST = 5000  # cycles; a team has a few dozen a year


def table_of(session: Session, actor: Actor, team_id: int) -> list[TableRow]:
    """Return the visible cycles of a team, oldest first, a row for each prediction; four statements.

    What was counted of students stands in it for the team alone: a table of all results at once would give
    small groups away by subtraction, whatever is hidden in each row. Who is neither in the team nor above it
    reads no result of few adults either.
    """
    query = (
        visible_to(actor)
        .where(Cycle.team_id == team_id)
        .with_only_columns(Cycle, Ramp.title, Measure, is_above(actor, Cycle.team_id))
    )
    query = query.outerjoin(Measure, Measure.id == Cycle.measure_id).order_by(Cycle.id).limit(MOST)
    found = session.execute(query).all()
    ids = [row[0].id for row in found]
    predictions = list_predictions(session, ids)
    milestones, counted = _milestones(session, actor, ids)
    tasks = _tasks(session, ids)
    rows = []
    for cycle, ramp, measure, above in found:
        students = measure.counts_students if measure is not None else cycle.id in counted
        hides = not policies.sees_whole(actor, team_id, counts_students=students, is_above=bool(above))
        least = 0 if not hides else None if students else actor.minimum_cell
        common = _common(cycle, ramp or "", measure, milestones[cycle.id], tasks[cycle.id])
        each_of: Sequence[Prediction | None] = predictions.get(cycle.id) or [None]
        rows += [TableRow(**common, **_prediction(each, least)) for each in each_of]
    return rows


def _milestones(session: Session, actor: Actor, ids: Sequence[int]) -> tuple[dict[int, list[str]], set[int]]:
    """Return the names of the milestones that each cycle serves, and the cycles whose milestones count
    students.
    """
    names: dict[int, list[str]] = defaultdict(list)
    students: set[int] = set()
    rows = session.execute(
        select(CycleMilestone.cycle_id, Milestone.name, Milestone.what, Measure.counts_students)
        .join(Milestone, Milestone.id == CycleMilestone.milestone_id)
        .join(Plan, Plan.id == Milestone.plan_id)
        .outerjoin(Measure, Measure.id == Milestone.measure_id)
        .where(CycleMilestone.cycle_id.in_(ids), reads_milestone(actor))
        .order_by(Milestone.id)
    )
    for cycle_id, name, what, counts_students in rows:
        names[cycle_id].append(name or what)
        if counts_students:
            students.add(cycle_id)
    return names, students


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


def _prediction(row: Prediction | None, least: int | None) -> dict[str, Any]:
    """Return a prediction's part of a row; without results that less than *least* people stand behind, or
    without any if that is ``None``.
    """
    if row is None:
        texts = ("question", "expected", "because", "unit", "second_thoughts", "result", "verdict")
        return dict.fromkeys(texts, "") | {"low": None, "high": None}
    expected = expectation_of(row)
    of = row.result_of or row.out_of
    is_few = least is not None and bool(of) and (of or 0) < least
    is_hidden = row.result_number is not None and (least is None or is_few)
    why = _("Counts of students are the team’s own") if least is None else words(HIDDEN, Who.ADULTS, least)
    result = why if is_hidden else ""
    return {
        "question": row.question,
        "expected": expected_words(expected, row.out_of, row.expected),
        "because": row.because, "low": row.low, "high": row.high, "unit": row.unit,
        "second_thoughts": row.later,
        "result": result or result_words(row.result_number, of, expected, row.result),
        "verdict": "" if is_hidden else _said(Verdict, row.verdict),
    }  # fmt: skip
