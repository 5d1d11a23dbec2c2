"""Milestone rows for tests that need no database."""

from datetime import date
from typing import Any
from uuid import uuid4

from measures.rules import Direction, MeasureType
from milestones.rows import MilestoneRow


def make_row(**values: Any) -> MilestoneRow:
    """Return a milestone on the board: 90 % of 24 teachers by February 15, counted weekly."""
    plain: dict[str, Any] = {
        "id": 1, "public_id": uuid4(), "plan_id": 1, "plan_public_id": uuid4(), "team_id": 1, "strand_id": 1,
        "strand_name": "Exit tickets", "measure_id": 1, "measure_public_id": uuid4(),
        "measure_name": "Exit tickets", "type": MeasureType.PROPORTION, "direction": Direction.UP,
        "unit": "teachers", "counts_students": False, "is_draft": False, "position": 1, "kind": "process",
        "name": "", "due_on": date(2026, 2, 15), "begins_on": None, "frequency": "", "tool": "count",
        "who": "teachers", "what": "assessing", "target": 90.0, "baseline": None, "population": 24,
        "is_deliverable": False, "acceptance_test": "", "purpose": "", "shape": "", "rhythm": "weekly",
        "collector": "", "monitor_until": None, "version": 1,
    }  # fmt: skip
    return MilestoneRow(**{**plain, **values})
