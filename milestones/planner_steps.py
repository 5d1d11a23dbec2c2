"""Steps of a series between proposal and plan: which of the strand's milestones each one moves. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from milestones.pacing import PacedStep, order_faults
from milestones.rows import MilestoneRow
from nic_platform import clock
from nic_platform.cells import without_thousands
from nic_platform.text import _, ngettext


@dataclass(frozen=True)
class PlannedStep:
    """One step as the page shows it: as typed, and the milestone that it moves, if it moves one."""

    on: str
    target: str
    row: MilestoneRow | None = None
    per_week: str = ""
    weeks: str = ""
    problem: str = ""
    is_dropped: bool = False


@dataclass(frozen=True)
class ReadStep:
    """One step as it was sent and could be read."""

    on: date
    target: float
    key: str  # the public id of the milestone that moves; empty for a new one


def open_ones(
    rows: Sequence[MilestoneRow], strand_id: int, reached: frozenset[int], today: date
) -> list[MilestoneRow]:
    """Return the milestones of a strand that may still be paced anew: not reached and not due yet, or drafts.

    What has no date is no step of the series yet; deliverables have no target in numbers. Both stay as they
    are.
    """
    return [
        row
        for row in rows
        if row.strand_id == strand_id
        and not row.is_deliverable
        and row.id not in reached
        and row.due_on is not None
        and (row.is_draft or row.due_on >= today)
    ]


def matched(steps: Sequence[PacedStep], rows: Sequence[MilestoneRow]) -> list[MilestoneRow | None]:
    """Return, for each step, the open milestone that it moves: the last step the last one, and so on back.

    Steps before the first open milestone are new ones.
    """
    dated = sorted(rows, key=lambda row: (row.due_on or date.max, row.position, row.id))
    new = max(len(steps) - len(dated), 0)
    return [None] * new + list(dated[max(len(dated) - len(steps), 0) :])


def too_few(steps: int, rows: Sequence[MilestoneRow]) -> str:
    """Return why so few steps would leave milestones behind; empty when they don't."""
    if steps >= len(rows):
        return ""
    return ngettext(
        "%(count)s milestone of this strand is not due yet. Plan one step or more, or delete it first.",
        "%(count)s milestones of this strand are not due yet. Plan as many steps, or delete some first.",
        len(rows),
    )


def read_steps(
    days: Sequence[str], targets: Sequence[str], keys: Sequence[str], dropped: Sequence[str]
) -> tuple[list[ReadStep], dict[int, str]]:
    """Return the steps that were sent, by date, and what is wrong with each, by its place (from 0).

    Args:
        dropped: the places of those that are to be left out.
    """
    steps: list[tuple[int, ReadStep]] = []
    faults: dict[int, str] = {}
    for at, (day, target) in enumerate(zip(days, targets, strict=False)):
        if str(at) in dropped:
            continue
        on, value = _day(day), _number(target)
        if on is None:
            faults[at] = _(
                "Step %(number)s: write the date as year-month-day, such as 2026-02-24.", number=at + 1
            )
        elif value is None:
            faults[at] = _("Step %(number)s: write the target as a number, such as 75.", number=at + 1)
        else:
            steps.append((at, ReadStep(on, value, keys[at] if at < len(keys) else "")))
    rising = order_faults([step.on for _at, step in steps])
    faults |= {steps[place][0]: words for place, words in rising.items()}
    return [step for _at, step in steps], faults


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return day if clock.is_usable(day) else None


def _number(text: str) -> float | None:
    try:
        value = float(without_thousands(text.strip().rstrip("%")))
    except ValueError:
        return None
    return value if abs(value) <= 1e9 else None
