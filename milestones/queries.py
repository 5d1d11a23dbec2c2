"""What other domains read of plans and milestones; each function is documented where it is defined."""

from milestones.milestone_queries import (
    ChoiceRow,
    get_milestone,
    list_for_choice,
    milestones_of,
    reads_milestone,
    targets_of,
)
from milestones.plan_queries import current_plan, get_plan, reads_plan
from milestones.rows import PlanRow
from milestones.status_queries import (
    DueRow,
    milestones_due,
    readings,
    seen,
    series_for_measure,
    series_key,
    standings_of,
    statuses,
)

__all__ = [
    "ChoiceRow",
    "DueRow",
    "PlanRow",
    "current_plan",
    "get_milestone",
    "get_plan",
    "list_for_choice",
    "milestones_due",
    "milestones_of",
    "readings",
    "reads_milestone",
    "reads_plan",
    "seen",
    "series_for_measure",
    "series_key",
    "standings_of",
    "statuses",
    "targets_of",
]
