"""Gather what a plan's trace line is made of, for the page and the API."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from desk import trace_queries
from measures.queries import Record, records, standing_records
from measures.rules import MeasureType
from measures.suppression import number
from milestones import course_queries, goal_queries, milestone_queries, plan_queries, trace
from milestones.course_queries import GoalRow
from milestones.rows import MilestoneRow, PartRow, PlanRow
from milestones.rules import Standing
from milestones.status_queries import series_key
from milestones.trace import Part, Trial
from nic_platform.actor import Actor
from nic_platform.svg import day as day_words
from nic_platform.text import _


def traced(session: Session, actor: Actor, plan: PlanRow, day: date) -> trace.Plan:
    """Return what a plan's line is made of, as it stands on *day*; six statements at most."""
    parts = plan_queries.outline(session, plan.id)
    rows = milestone_queries.milestones_of(session, actor, plan.id)
    goals = course_queries.goals_of(session, [plan.id])
    trials = trace_queries.trials_of_plan(session, actor, plan.id)
    found = records(session, {key for row in rows if (key := series_key(row))}, subgroup=None)
    standings = course_queries.standings_in(actor, plan, rows, found, day)
    counted = {
        key: [record for record in standing_records(known) if not record.subgroup and record.on <= day]
        for key, known in found.items()
    }
    strategy_of = {part.id: part.parent_id for part in parts if part.kind == "strand"}
    order = {part.id: place for place, part in enumerate(p for p in parts if p.kind == "strand")}
    strategies = [part for part in parts if part.kind == "strategy"]
    only = strategies[0].id if len(strategies) == 1 else None
    made = [
        _milestone(
            row,
            strategy_of.get(row.strand_id or 0),
            standings[row.id],
            counted.get(series_key(row) or (0, 0), []),
        )
        for row in sorted(
            rows, key=lambda row: (order.get(row.strand_id or 0, len(order)), row.date or date.max, row.id)
        )
    ]
    has_goals = any(row.goal_id is not None for row in rows)
    promised = goal_queries.goals_of(session, plan.network_id, plan.id).goals if has_goals else ()
    return trace.Plan(
        priorities=_parts(parts, "priority"),
        causes=_parts(parts, "cause"),
        strategies=_parts(parts, "strategy"),
        milestones=made,
        targets=[_target(goal, only) for goal in goals],
        steps=_parts(parts, "step"),
        trials=[
            Trial(row.public_id, row.title, row.stage, row.decision, row.milestones, row.is_lost)
            for row in trials
        ],
        goals=[Part(each.id, each.public_id, each.name) for each in promised],
    )


def _parts(parts: list[PartRow], kind: str) -> list[Part]:
    return [Part(row.id, row.public_id, row.text, row.parent_id) for row in parts if row.kind == kind]


def _target(goal: GoalRow, only: int | None) -> Part:
    """Return an interim target; one that names no strategy serves the only one, where there is one."""
    by = _("by %(day)s", day=day_words(goal.due_on)) if goal.due_on else ""
    aim = (
        f"{number(goal.target)}{'%' if goal.type is MeasureType.PROPORTION else ''}"
        if goal.target is not None
        else ""
    )
    title = ", ".join(part for part in (goal.name, f"{aim} {by}".strip()) if part)
    return Part(goal.id, goal.public_id, title, goal.strategy_id or only)


def _milestone(
    row: MilestoneRow, strategy: int | None, standing: Standing, counted: Sequence[Record]
) -> trace.Milestone:
    last = standing.latest.on if standing.latest else None
    return trace.Milestone(
        row.id, row.public_id, row.title, row.target_words, row.strand_name, strategy, standing.status.value,
        len(counted), last, row.begins_on or row.date, row.is_draft, row.goal_id,
    )  # fmt: skip
