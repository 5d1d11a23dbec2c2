"""Pages of plans and milestones, gathered: importing a module hangs its pages on the blueprint."""

from milestones.views import (
    adjusting,
    adopting,
    carrying_pages,
    checkpoints,
    coaching,
    corrections,
    course_pages,
    decisions,
    exchange_pages,
    goals,
    measuring,
    milestone_pages,
    parts,
    plan_pages,
    planner,
    target_pages,
    templates,
    tool_choice,
    touchpoints,
    trace_page,
    writing,
)
from milestones.views.base import blueprint

PAGES = (
    adjusting,
    carrying_pages,
    checkpoints,
    adopting,
    coaching,
    corrections,
    course_pages,
    decisions,
    exchange_pages,
    goals,
    measuring,
    milestone_pages,
    parts,
    plan_pages,
    planner,
    target_pages,
    templates,
    tool_choice,
    touchpoints,
    trace_page,
    writing,
)

__all__ = ["PAGES", "blueprint"]
