"""Pages of plans and milestones, gathered: importing a module hangs its pages on the blueprint."""

from milestones.views import (
    adjusting,
    corrections,
    decisions,
    measuring,
    milestone_pages,
    parts,
    plan_pages,
    target_pages,
    tool_choice,
    touchpoints,
    writing,
)
from milestones.views.base import blueprint

PAGES = (
    adjusting,
    corrections,
    decisions,
    measuring,
    milestone_pages,
    parts,
    plan_pages,
    target_pages,
    tool_choice,
    touchpoints,
    writing,
)

__all__ = ["PAGES", "blueprint"]
