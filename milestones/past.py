"""A plan as it was on an earlier day: dates and targets before they were adjusted. Pure.

Colorado's guide to Implementation Milestones lets a team adjust its milestones; the earlier step line stays
visible, and a meeting of last month can be seen again as it was.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from milestones.rows import MilestoneRow
from milestones.rules import Step


@dataclass(frozen=True)
class Change:
    """One adjustment of a milestone's date or target. ``at`` is a moment in UTC."""

    milestone_id: int
    at: datetime
    who: str
    why: str
    old_due_on: date | None
    new_due_on: date | None
    old_target: float | None
    new_target: float | None
    public_id: UUID | None = None

    def is_known(self, day: date, zone: ZoneInfo) -> bool:
        """Say whether it was made by the end of a civil day."""
        return self.at.astimezone(zone).date() <= day

    @property
    def moves_date(self) -> bool:
        """Say whether the date was moved."""
        return self.old_due_on != self.new_due_on

    @property
    def moves_target(self) -> bool:
        """Say whether the target was changed."""
        return self.old_target != self.new_target


Changes = Mapping[int, Sequence[Change]]  # by milestone, oldest first


def known_changes(changes: Changes, day: date, zone: ZoneInfo) -> dict[int, list[Change]]:
    """Return the adjustments made by the end of *day*."""
    return {key: [c for c in made if c.is_known(day, zone)] for key, made in changes.items()}


def row_on(row: MilestoneRow, changes: Changes, day: date, zone: ZoneInfo) -> MilestoneRow:
    """Return a milestone with the date and the target that it had at the end of *day*."""
    later = [change for change in changes.get(row.id, ()) if not change.is_known(day, zone)]
    if not later:
        return row
    return replace(row, due_on=later[0].old_due_on, target=later[0].old_target)


def rows_on(rows: Iterable[MilestoneRow], changes: Changes, day: date, zone: ZoneInfo) -> list[MilestoneRow]:
    """Return milestones with the dates and targets that they had at the end of *day*."""
    return [row_on(row, changes, day, zone) for row in rows]


def earlier_steps(rows: Iterable[MilestoneRow], changes: Changes) -> list[Step]:
    """Return a series as it was first planned, by date; empty when nothing of it was ever adjusted.

    *rows* is the series as it is on the day that is looked at, *changes* what was known by then.
    """
    rows = [row for row in rows if not row.is_draft]
    if not any(changes.get(row.id) for row in rows):
        return []
    steps = []
    for row in rows:
        first = next(iter(changes.get(row.id, ())), None)
        on = row.date if first is None else first.old_due_on or row.begins_on
        target = row.target if first is None else first.old_target
        if on is not None and target is not None:
            steps.append(Step(on, target))
    return sorted(steps, key=lambda step: step.due_on)
