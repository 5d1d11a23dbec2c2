"""Pages of plans and milestones, gathered: importing a module hangs its pages on the blueprint."""

from milestones.views import (
    adjusting,
    bring_in,
    corrections,
    course_pages,
    decisions,
    goals,
    measuring,
    milestone_pages,
    parts,
    plan_pages,
    planner,
    target_pages,
    tool_choice,
    touchpoints,
    trace_page,
    writing,
)
from milestones.views.base import blueprint

PAGES = (
    bring_in,
    adjusting,
    corrections,
    course_pages,
    decisions,
    goals,
    measuring,
    milestone_pages,
    parts,
    plan_pages,
    planner,
    target_pages,
    tool_choice,
    touchpoints,
    trace_page,
    writing,
)

__all__ = ["PAGES", "blueprint"]
