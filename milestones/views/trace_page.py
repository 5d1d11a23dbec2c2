"""The trace line of a plan: one page from priority to measurement, and its gaps with the way to mend each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from milestones import plan_queries, policies, trace
from milestones.rows import PlanRow
from milestones.trace import Found, Gap
from milestones.views.base import blueprint
from milestones.views.trace_reading import traced
from nic_platform import access
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


@blueprint.get("/plans/<uuid:plan_id>/trace")
@access.signed_in
def trace_line(plan_id: UUID) -> ResponseReturnValue:
    """Show a plan's line from priority to measurement, with its gaps and the way to mend each."""
    actor = access.actor()
    plan = plan_queries.get_plan(session(), actor, plan_id)
    day = today(actor)
    line = traced(session(), actor, plan, day)
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
