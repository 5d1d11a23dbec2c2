"""The picture of milestones met × results moving: one mark for each strategy, in four equal cells. Pure.

Shapes tell the cells apart without colour; blue says that students' results move. Marks never cover each
other, and nothing in the picture orders teams: names run by the alphabet, in the list beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from milestones.advice import Course
from milestones.course import StrategyCourse
from nic_platform.svg import line, rect, shape, svg, text
from nic_platform.text import _

Box = tuple[float, float, float, float]

MARKS = {
    Course.SPREAD: ("circle", "pt up"),
    Course.LOOK: ("triangle", "pt up open"),
    Course.QUESTION: ("diamond", "pt"),
    Course.IMPLEMENT: ("square", "pt open"),
    Course.UNKNOWN: ("ring", "pt open thin"),
}
RADIUS = 5.0
APART = 14.0  # between the middles of two marks
MANY = 16  # from so many on, numbers stand at the marks in place of names


@dataclass(frozen=True)
class Mark:
    """One strategy in the picture: its place in the list from 1, its name, and where it stands."""

    number: int
    name: str
    cell: Course
    met: float | None
    covered: float | None


def marks_of(found: Sequence[tuple[str, StrategyCourse]]) -> list[Mark]:
    """Return the marks of strategies in the order of their list."""
    return [
        Mark(number, name, each.cell, each.share_met, each.covered)
        for number, (name, each) in enumerate(found, 1)
    ]


@dataclass(frozen=True)
class _Field:
    """The four cells: each axis is cut in the middle, whatever the numbers on either side."""

    left: float
    right: float
    top: float
    base: float
    strip: float  # the middle of the strip for what can't be told

    @property
    def mid_x(self) -> float:
        return (self.left + self.right) / 2

    @property
    def mid_y(self) -> float:
        return (self.top + self.base) / 2

    def x(self, share: float) -> float:
        """Return where a share of milestones met stands: 80 % and more right of the middle."""
        share = min(max(share, 0.0), 1.0)
        if share >= 0.8:
            return self.mid_x + 16 + (share - 0.8) / 0.2 * (self.right - self.mid_x - 32)
        return self.left + 16 + share / 0.8 * (self.mid_x - self.left - 32)

    def y(self, covered: float) -> float:
        """Return where a share of the planned distance stands: half and more above the middle."""
        covered = min(max(covered, 0.0), 1.0)
        room = self.base - self.mid_y - 54
        if covered >= 0.5:
            return self.mid_y - 16 - (covered - 0.5) / 0.5 * room
        return self.base - 16 - covered / 0.5 * room


def quadrant(marks: Sequence[Mark], *, label: str, size: tuple[float, float], narrow: bool = False) -> Markup:
    """Return the picture: milestones met from left to right, results from below, and a strip for the rest."""
    width, height = size
    untold = sum(mark.cell is Course.UNKNOWN for mark in marks)
    bottom = 46 + (52 if untold else 0)
    left = 40 if narrow else 54
    field = _Field(left, width - 8, 22, height - bottom, height - 22)
    parts = _cells(field, narrow)
    if untold:
        parts += _strip(field)
    places = _places(marks, field)
    taken: list[Box] = [(x - 7, y - 7, x + 7, y + 7) for x, y in places.values()]
    taken += [(field.left, row, field.right, row + 24) for row in (field.top, field.mid_y)]
    taken.append((field.mid_x - 1, field.top, field.mid_x + 1, field.base))
    named: list[str] = []
    by_number = len(marks) > (4 if narrow else MANY)
    for mark in marks:
        x, y = places[mark.number]
        kind, css = MARKS[mark.cell]
        parts.append(shape(kind, x, y, RADIUS, css))
        is_numbered = by_number or (mark.cell is Course.UNKNOWN and untold > 3)
        words = str(mark.number) if is_numbered else mark.name
        found = _room(x, y, words, field, width, taken) or _room(x, y, str(mark.number), field, width, taken)
        if found:
            taken.append(found[3])
            named.append(text(found[0], found[1], found[4], "t halo lab", found[2]))
    return svg(width, height, parts + named, label, "quadrant")


def _cells(field: _Field, narrow: bool) -> list[str]:
    wide = field.right - field.left
    parts = [
        rect(field.left, field.top, wide, field.base - field.top, "cell"),
        line(field.mid_x, field.top, field.mid_x, field.base, "axis"),
        line(field.left, field.mid_y, field.right, field.mid_y, "axis"),
        line(field.left, field.base, field.right, field.base, "axis"),
    ]
    titles = (
        (field.left, field.top, _("Find the cause") if narrow else _("Look for the real cause")),
        (field.mid_x, field.top, _("Keep going") if narrow else _("Keep going, prepare spread")),
        (field.left, field.mid_y, _("Implement first") if narrow else _("Implement before judging")),
        (field.mid_x, field.mid_y, _("Question it") if narrow else _("Question the strategy")),
    )
    parts += [text(x + 8, y + 17, words, "t b") for x, y, words in titles]
    parts += [
        text(field.left, field.base + 16, "0", "t ax"),
        text(field.mid_x, field.base + 16, "80%", "t ax", "middle"),
        text(field.right, field.base + 16, "100%", "t ax", "end"),
        text(
            (field.left + field.right) / 2,
            field.base + 34,
            _("Milestones met, of those due"),
            "t ax",
            "middle",
        ),
        text(field.left, field.top - 8, _("Students’ results: share of the way to the target"), "t ax"),
        text(field.left - 6, field.top + 10, "100%", "t ax", "end"),
        text(field.left - 6, field.mid_y + 4, "50%", "t ax", "end"),
        text(field.left - 6, field.base + 2, "0", "t ax", "end"),
    ]
    return parts


def _strip(field: _Field) -> list[str]:
    return [
        line(field.left, field.strip - 22, field.right, field.strip - 22, "grid"),
        text(field.left, field.strip - 2, _("Cannot tell"), "t b"),
    ]


def _places(marks: Sequence[Mark], field: _Field) -> dict[int, tuple[float, float]]:
    """Return where each mark stands; one that would cover another moves aside within its cell."""
    places: dict[int, tuple[float, float]] = {}
    for mark in marks:
        if mark.cell is Course.UNKNOWN or mark.met is None or mark.covered is None:
            x, y = field.left + 100, field.strip - 6
            low, high = field.left + 100, field.right - 8
            bottom, top = y, y
        else:
            x, y = field.x(mark.met), field.y(mark.covered)
            low, high = (field.left, field.mid_x) if x < field.mid_x else (field.mid_x, field.right)
            low, high = low + 10, high - 10
            bottom = y
            top = (field.top if y < field.mid_y else field.mid_y) + 32
        apart = 24.0 if mark.cell is Course.UNKNOWN else APART  # numbers stand under those of the strip
        places[mark.number] = _free(x, y, (low, high), (top, bottom), list(places.values()), apart)
    return places


_STEPS = tuple(sorted(range(-60, 61), key=lambda step: (abs(step), step > 0)))  # aside: the nearest first


def _free(
    x: float,
    y: float,
    sides: tuple[float, float],
    ends: tuple[float, float],
    taken: list[tuple[float, float]],
    apart: float,
) -> tuple[float, float]:
    rows = [y - APART * step for step in range(int((y - ends[0]) // APART) + 1)] or [y]
    below = [y + APART * step for step in range(1, int((ends[1] - y) // APART) + 1)]
    for row in [*rows, *below]:
        for step in _STEPS:
            at = x + step * apart
            if sides[0] <= at <= sides[1] and all(
                abs(at - other) >= APART - 1 or abs(row - height) >= APART - 1 for other, height in taken
            ):
                return at, row
    return x, y


def _room(
    x: float, y: float, words: str, field: _Field, width: float, taken: Sequence[Box]
) -> tuple[float, float, str, Box, str] | None:
    """Return where words fit without covering anything: right, left, below or above their mark."""
    wide = 6.5 * len(words)
    for dx, dy, anchor, start in (
        (10, 4, "start", 0.0), (-10, 4, "end", -wide), (0, 20, "middle", -wide / 2),
        (0, -10, "middle", -wide / 2),
    ):  # fmt: skip
        box = (x + dx + start, y + dy - 11, x + dx + start + wide, y + dy + 3)
        if box[0] < field.left or box[2] > width:
            continue
        own = (x - 7, y - 7, x + 7, y + 7)
        others = [b for b in taken if b != own]
        if not any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in others):
            return x + dx, y + dy, anchor, box, words
    return None
