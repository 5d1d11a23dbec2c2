"""The trace line of a plan: one page from priority to measurement, and its gaps with the way to mend each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from desk import trace_queries
from measures.queries import records, standing_records
from milestones import course_queries, milestone_queries, plan_queries, policies, trace
from milestones.course_queries import GoalRow
from milestones.rows import MilestoneRow, PartRow, PlanRow
from milestones.rules import Standing
from milestones.status_queries import series_key
from milestones.trace import Found, Gap, Part, Trial
from milestones.views.base import blueprint
from nic_platform import access
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.frame import address
from nic_platform.pages import today
from nic_platform.text import _


@dataclass(frozen=True)
class GapLine:
    """One gap in finished words: its sentence, and each thing with the way to mend it."""

    sentence: str
    mend: str
    things: tuple[tuple[str, str], ...]


def traced(
    session: Session, actor: Actor, plan: PlanRow, day: date
) -> tuple[trace.Plan, dict[int, Standing]]:
    """Return what a plan's line is made of, and how its milestones stand; six statements."""
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
    strategies = [part for part in parts if part.kind == "strategy"]
    only = strategies[0].id if len(strategies) == 1 else None
    made = [
        _milestone(
            row, strategy_of.get(row.strand_id or 0), standings[row.id], counted.get(series_key(row), [])
        )
        for row in rows
    ]
    line = trace.Plan(
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
    )
    return line, standings


def _parts(parts: list[PartRow], kind: str) -> list[Part]:
    return [Part(row.id, row.public_id, row.text, row.parent_id) for row in parts if row.kind == kind]


def _target(goal: GoalRow, only: int | None) -> Part:
    """Return an interim target; one that names no strategy serves the only one, where there is one."""
    return Part(goal.id, goal.public_id, goal.name, goal.strategy_id or only)


def _milestone(
    row: MilestoneRow, strategy: int | None, standing: Standing, counted: list[object]
) -> trace.Milestone:
    last = standing.latest.on if standing.latest else None
    return trace.Milestone(
        row.id, row.public_id, row.title, row.target_words, row.strand_name, strategy, standing.status.value,
        len(counted), last, row.begins_on or row.date, row.is_draft, row.goal_id is not None,
    )  # fmt: skip


@blueprint.get("/plans/<uuid:plan_id>/trace")
@access.signed_in
def trace_line(plan_id: UUID) -> ResponseReturnValue:
    """Show a plan's line from priority to measurement, with its gaps and the way to mend each."""
    actor = access.actor()
    plan = plan_queries.get_plan(session(), actor, plan_id)
    day = today(actor)
    line, _standings = traced(session(), actor, plan, day)
    found = trace.gaps(line, day)
    may_change = policies.can_change(actor, plan.team_id)
    return render_template(
        "milestones/trace.html", plan=plan, tree=trace.tree(line), lede=trace.lede(found),
        gaps=[_gap(each, plan, may_change=may_change) for each in found], may_change=may_change,
    )  # fmt: skip


def _gap(found: Found, plan: PlanRow, *, may_change: bool) -> GapLine:
    """Return a gap with what mends it; who only reads is led to the thing itself."""
    mend = _mends(plan)[found.gap] if may_change else _reads(found.gap)
    way = mend[1] if mend else None
    return GapLine(
        found.sentence, mend[0] if mend and may_change else "",
        tuple((title or _("Without words yet"), way(key) if way else "") for key, title in found.things),
    )  # fmt: skip


Way = tuple[str, Callable[[UUID], str]]


def _mends(plan: PlanRow) -> Mapping[Gap, Way]:
    """Return for each gap what mends it, in words, and the page where that is done for one thing."""
    own = plan.public_id
    return {
        Gap.PRIORITY: (_("Add its cause"), lambda key: url_for(".new_cause", plan_id=own, under=key)),
        Gap.CAUSE: (_("Add a strategy"), lambda key: url_for(".new_strategy", plan_id=own, under=key)),
        Gap.LOOSE: (_("Say which cause it answers"), lambda key: url_for(".edit_strategy", strategy_id=key)),
        Gap.EMPTY: (_("Write a milestone"), lambda key: url_for(".new", plan=own, strategy=key)),
        Gap.AIMLESS: (_("Add an interim target"), lambda key: url_for(".new_target", plan_id=own, under=key)),
        Gap.UNSERVED: (
            _("Say which strategy it belongs to"),
            lambda key: url_for(".edit_target", target_id=key),
        ),
        Gap.UNSORTED: (_("Give it a strand"), lambda key: url_for(".edit_milestone", milestone_id=key)),
        Gap.UNTESTED: (_("Test a change"), lambda key: address("cycles.new", "", milestone=key)),
        Gap.UNMEASURED: (_("Enter a count"), lambda key: url_for(".measure", milestone_id=key)),
        Gap.STEP: (_("Say what it prepares"), lambda key: url_for(".edit_step", step_id=key)),
        Gap.LOST: (_("Choose another milestone"), lambda key: address("cycles.show", "", cycle_id=key)),
    }


def _reads(gap: Gap) -> Way | None:
    if gap in {Gap.UNTESTED, Gap.UNMEASURED, Gap.UNSORTED}:
        return "", lambda key: url_for(".milestone", milestone_id=key)
    if gap is Gap.UNSERVED:
        return "", lambda key: url_for(".target", target_id=key)
    return ("", lambda key: address("cycles.show", "", cycle_id=key)) if gap is Gap.LOST else None
