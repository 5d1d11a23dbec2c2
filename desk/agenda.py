"""The agenda of a step-back, written from the records: what to look at, why, and about how long. Pure.

Colorado's guide to Implementation Milestones names what a touchpoint reflects on: milestones met, missed or
dropped off, and the course corrections they call for.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from nic_platform.text import _, ngettext


class Part(StrEnum):
    """The parts of an agenda, in their order."""

    OPEN = "open"  # what was decided before and is not done
    ANSWERS = "answers"  # answers that came down, barriers that nobody answers
    OFF = "off"  # milestones missed, slipped, at risk
    CHECK = "check"  # not measured, a check overdue, one check below
    DUE = "due"  # due until the next touchpoint
    CYCLES = "cycles"  # waiting for study or act, or stalled
    COURSE = "course"  # new suggestions of course correction


_ORDER = {part: place for place, part in enumerate(Part)}


def part_title(part: Part) -> str:
    """Return the heading of a part."""
    return {
        Part.OPEN: _("Decided before, still open"),
        Part.ANSWERS: _("Barriers and answers"),
        Part.OFF: _("Off the path"),
        Part.CHECK: _("To be counted"),
        Part.DUE: _("Due until we meet again"),
        Part.CYCLES: _("Tests that wait"),
        Part.COURSE: _("Course corrections"),
    }[part]


@dataclass(frozen=True)
class Point:
    """One point of an agenda: what it is about, why it stands there, and about how many minutes it takes.

    ``kind`` and ``id`` name the thing; ``status`` is a milestone's status or a cycle's stage.
    """

    part: Part
    kind: str  # milestone, strategy, cycle, feedback_item, decision
    id: UUID
    title: str
    reason: str
    minutes: int
    suggestion: str = ""
    status: str = ""
    asks: bool = False  # it needs the team: bears the highlighter
    on: date | None = None

    @property
    def key(self) -> str:
        """Return what the point is found by in an address, whatever else changes on the agenda."""
        return f"{self.part}-{self.kind}-{self.id}"


@dataclass(frozen=True)
class Section:
    """One part with its points."""

    part: Part
    points: tuple[Point, ...]

    @property
    def title(self) -> str:
        """Return its heading."""
        return part_title(self.part)

    @property
    def minutes(self) -> int:
        """Return about how many minutes it takes."""
        return sum(point.minutes for point in self.points)


@dataclass(frozen=True)
class Agenda:
    """A whole agenda: its parts that have something in them."""

    sections: tuple[Section, ...]
    left: str = ""  # the line that says what waits in the queue beside it

    @property
    def points(self) -> tuple[Point, ...]:
        """Return every point in order."""
        return tuple(point for section in self.sections for point in section.points)

    @property
    def minutes(self) -> int:
        """Return about how long all of it takes."""
        return sum(section.minutes for section in self.sections)


def cost(minutes: int) -> str:
    """Return "About 20 minutes": to the minute under ten, then to the next five."""
    rounded = minutes if minutes < 10 else -(-minutes // 5) * 5
    return ngettext("About %(count)s minute", "About %(count)s minutes", rounded)


def make_agenda(points: Iterable[Point], left: str = "") -> Agenda:
    """Return an agenda: parts in their order, within each the earliest first; nothing stands there twice.

    Args:
        left: the line for what waits elsewhere.
    """
    found: dict[Part, dict[tuple[str, UUID], Point]] = {}
    for point in points:
        found.setdefault(point.part, {}).setdefault((point.kind, point.id), point)
    return Agenda(
        tuple(
            Section(part, tuple(sorted(found[part].values(), key=_place)))
            for part in sorted(found, key=lambda part: _ORDER[part])
        ),
        left,
    )


def _place(point: Point) -> tuple[bool, date, str, str]:
    return not point.asks, point.on or date.max, point.title.casefold(), str(point.id)
