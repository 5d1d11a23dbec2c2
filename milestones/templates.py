"""Strategy templates: when their milestones fall due, and what changed since one was adopted. Pure.

A team that adopts a template keeps its own dates and targets; what is common are the words and the measure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from measures.rules import Direction, MeasureType
from milestones.school_days import SchoolDays
from milestones.sentence import Frame, sentence, target_words
from nic_platform.text import _, pgettext

SHARED = ("who", "what", "tool", "kind", "purpose", "rhythm", "acceptance_test")
"""What a team takes over from a common milestone as it is; dates and targets are its own."""


@dataclass(frozen=True)
class CommonRow:
    """One common milestone and its measure. ``week`` counts from the school year's first day."""

    id: int
    public_id: UUID
    template_id: int
    measure_id: int
    measure_name: str
    type: MeasureType
    direction: Direction
    unit: str
    position: int
    strand: str
    who: str
    what: str
    tool: str
    target: float | None
    week: int | None
    kind: str
    purpose: str
    is_deliverable: bool
    acceptance_test: str
    rhythm: str
    created_at: datetime
    updated_at: datetime
    version: int

    @property
    def title(self) -> str:
        """Return what lists call it."""
        return self.what or self.strand or self.measure_name

    @property
    def target_words(self) -> str:
        """Return its usual target as read."""
        return "" if self.is_deliverable else target_words(self.target, self.type, self.direction, self.unit)

    @property
    def sentence(self) -> str:
        """Return it in the frame, with a blank for the date that each team sets."""
        return sentence(
            Frame(
                what=self.what, who=self.who, tool=self.tool, target=self.target, type=self.type,
                direction=self.direction, unit=self.unit, is_deliverable=self.is_deliverable,
                acceptance_test=self.acceptance_test, purpose=self.purpose,
            )
        )  # fmt: skip


def target_fault(common: CommonRow, target: float | None) -> str:
    """Return why a team's own target of a common milestone can't be; empty when it can."""
    if target is None or common.type is not MeasureType.PROPORTION or 0 <= target <= 100:
        return ""
    return _("Give a percent from 0 to 100.")


def strands(commons: Sequence[CommonRow]) -> list[tuple[str, list[CommonRow]]]:
    """Return a template's milestones by strand, strands and milestones in the template's order."""
    found: dict[str, list[CommonRow]] = {}
    for row in commons:
        found.setdefault(row.strand, []).append(row)
    return list(found.items())


def proposed_day(
    week: int | None, starts_on: date, ends_on: date, calendar: SchoolDays | None = None
) -> date | None:
    """Return the day on which a common milestone usually falls due in a school year.

    That is the given number of weeks after the year's first day; where school is not held then, the next
    school day, and never after the last one. Without a week there is no usual day.
    """
    if week is None:
        return None
    days = calendar or SchoolDays()
    last = days.on_or_before(ends_on) or ends_on
    wanted = min(starts_on + timedelta(weeks=week), last)
    found = days.on_or_after(wanted)
    return found if found is not None and found <= last else last


def week_of(day: date | None, starts_on: date) -> int | None:
    """Return how many whole weeks a day is after the year's first day; 0 before it, none without a day."""
    return None if day is None else max((day - starts_on).days // 7, 0)


@dataclass(frozen=True)
class Difference:
    """One field in which a team's milestone and the common one differ."""

    name: str
    label: str
    yours: str
    now: str


def differences(mine: Any, common: CommonRow) -> tuple[Difference, ...]:
    """Return in what the words of a team's milestone differ from those of its common milestone now."""
    labels = {
        "who": _("Who"), "what": _("What"), "tool": _("How it is measured"), "kind": _("Kind"),
        "purpose": _("In order to"),
        "rhythm": pgettext("rhythm", "Counted"), "acceptance_test": _("Accepted when"),
    }  # fmt: skip
    return tuple(
        Difference(name, labels[name], str(getattr(mine, name) or ""), str(getattr(common, name) or ""))
        for name in SHARED
        if (getattr(mine, name) or "") != (getattr(common, name) or "")
    )
