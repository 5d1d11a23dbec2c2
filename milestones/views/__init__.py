"""Pages of plans and milestones, gathered: importing a module hangs its pages on the blueprint."""

from milestones.views import (
    corrections,
    decisions,
    measuring,
    milestone_pages,
    parts,
    plan_pages,
    target_pages,
    touchpoints,
    writing,
)
from milestones.views.base import blueprint

PAGES = (
    corrections,
    decisions,
    measuring,
    milestone_pages,
    parts,
    plan_pages,
    target_pages,
    touchpoints,
    writing,
)

__all__ = ["PAGES", "blueprint"]
