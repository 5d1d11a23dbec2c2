"""Pieces of every picture of a series: its points, targets and scale, the field they are drawn in. Pure.

A target holds until its date, then steps up: the path is stairs. A gap of more than three weeks is dotted,
because nothing was measured.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import ceil, floor, log10

from markupsafe import escape

from measures.charts import RunChart, rises
from measures.rules import Direction
from nic_platform.days import month as month_name
from nic_platform.svg import (
    Point,
    TimeScale,
    line,
    months,
    n,
    rect,
    rnd,
    shape,
    text,
)
from nic_platform.text import _

GAP = timedelta(days=21)
_MONTH_WORD = 30  # pixels that a month's name takes with the space beside it


Y = Callable[[float], float]
Places = Sequence[tuple[str, str]]  # x and y, as written


@dataclass(frozen=True)
class Dot:
    """One measurement: its day and its value in the chart's unit."""

    on: date
    value: float


@dataclass(frozen=True)
class Target:
    """One step of the target path. ``mark`` is met, late, missed or due; ``word`` says it beside the mark.

    ``key`` names what a script may let people drag to another date; empty for what stays.
    """

    on: date
    value: float
    mark: str = "due"
    word: str = ""
    key: str = ""


@dataclass(frozen=True)
class Bar:
    """One cycle under the time axis.

    ``kind`` is adopt, adapt, test_again, abandon, run (open, needs nothing yet) or open (waits for its team).
    """

    words: str
    start: date
    end: date
    kind: str = "open"


@dataclass(frozen=True)
class Scale:
    """The value axis: from ``low`` to ``high`` with its ticks, and the sign that goes with a number."""

    low: float = 0.0
    high: float = 100.0
    ticks: tuple[float, ...] = (0, 25, 50, 75, 100)
    sign: str = "%"

    def words(self, value: float) -> str:
        """Return a value as read on the chart: a per cent rounded, anything else to three figures."""
        if self.sign == "%":
            return f"{rnd(value)}%"
        return f"{value:.3g}" if abs(value) < 100 else f"{value:g}"

    def tick(self, value: float) -> str:
        """Return a tick's words; the sign stands only at the top."""
        return f"{value:g}{self.sign}" if value == self.high else f"{value:g}"

    def coarse(self) -> tuple[float, ...]:
        """Return every second tick, for low pictures."""
        return self.ticks[:: 2 if len(self.ticks) > 3 else 1]


PERCENT = Scale()
_FLAT = 1e-6  # less than that from top to bottom is no height to draw in


def scale_for(values: Sequence[float], is_percent: bool) -> Scale:
    """Return the axis for a series: 0 to 100 for a share, else from 0 to a round number above the highest.

    A rate of a few hundredths fills the picture as a count of hundreds does.
    """
    if is_percent:
        return PERCENT
    highest, lowest = max([*values, 0.0]), min([*values, 0.0])
    if highest - lowest < _FLAT:
        highest = lowest + 1.0
    least = (highest - lowest) / 4
    power = 10.0 ** floor(log10(least))
    step = next(part * power for part in (1, 2, 2.5, 5, 10) if part * power >= least)
    low, high = -ceil(-lowest / step), ceil(highest / step)
    if lowest < low * step:  # so near to zero that the division lost it
        low -= 1
    return Scale(low * step, high * step, tuple(step * i for i in range(low, high + 1)), "")


@dataclass(frozen=True)
class Field:
    """The plotting area of one picture."""

    x: TimeScale
    y: Y
    left: float
    right: float
    top: float
    base: float

    def places(self, dots: Sequence[Dot]) -> list[tuple[str, str]]:
        """Return where points lie, written as a drawing has it: its line and its marks share them."""
        return [(n(self.x(dot.on)), n(self.y(dot.value))) for dot in dots]


def field_of(
    first: date, last: date, size: tuple[float, float], pads: tuple[float, float, float, float], scale: Scale
) -> Field:
    """Return the plotting area of a picture of *size*, with what *pads* leave at left, right, top
    and bottom.
    """
    (width, height), (left, right, top, bottom) = size, pads
    base = height - bottom
    per_unit = (base - top) / ((scale.high - scale.low) or 1)
    return Field(
        TimeScale(first, last, left, width - right),
        lambda value: base - (min(max(value, scale.low), scale.high) - scale.low) * per_unit,
        left,
        width - right,
        top,
        base,
    )


def staircase(targets: Sequence[Target], x: TimeScale, y: Y, first: date, last: date) -> list[Point]:
    """Return the target path: each target holds until its date; the last one is watched to the end.

    What lies before *first* or after *last* is left out: a chart need not begin with the first target.
    """
    points: list[Point] = []
    before = first
    for target in [each for each in targets if each.on > first]:
        until = min(target.on, last)
        points += [(x(before), y(target.value)), (x(until), y(target.value))]
        before = until
        if target.on >= last:
            return points
    return [*points, (x(before), y(targets[-1].value)), (x(last), y(targets[-1].value))] if targets else []


def measured(dots: Sequence[Dot], field: Field, css: str, gap: timedelta = GAP) -> list[str]:
    """Return the line through the measurements, dotted where none was made for longer than *gap*."""
    return _through(dots, field.places(dots), css, gap)


def _through(dots: Sequence[Dot], places: Places, css: str, gap: timedelta = GAP) -> list[str]:
    parts: list[str] = []
    first = 0
    for at, (before, after) in enumerate(pairwise(dots), 1):
        if after.on - before.on > gap:
            parts += _stretch(places[first:at], css)
            parts += _stretch(places[at - 1 : at + 1], css + " gap")
            first = at
    return parts + _stretch(places[first:], css)


def _stretch(places: Places, css: str) -> list[str]:
    points = " ".join([f"{x},{y}" for x, y in places])
    return [f'<polyline class="{css}" points="{points}"/>'] if len(places) > 1 else []


def toned(dots: Sequence[Dot], places: Places, tone: str, tail: int) -> list[str]:
    """Return that line through *places* (:meth:`Field.places`), only its last *tail* points in colour."""
    if not tone or tail >= len(dots):
        return _through(dots, places, f"ln {tone}".strip())
    if tail < 1:
        return _through(dots, places, "ln")
    plain = len(dots) - tail + 1
    return [
        *_through(dots[:plain], places[:plain], "ln"),
        *_through(dots[-tail:], places[-tail:], f"ln {tone}"),
    ]


def target_mark(target: Target, x: float, y: float) -> str:
    """Return a target's mark: filled square met, hollow square met late, cross missed, ring not due."""
    kind, css = {"met": ("square", "ok"), "late": ("square", "open"), "missed": ("cross", "no")}.get(
        target.mark, ("circle", "open")
    )
    return shape(kind, x, y, 4.2, f"tg-mark {css}")


def grip(target: Target, field: Field) -> str:
    """Return the spot by which a target's mark is taken hold of: 24 px and more, with what a script needs."""
    per_day = field.x.per_day
    return (
        f'<circle class="grip" cx="{field.x(target.on):.1f}" cy="{field.y(target.value):.1f}" r="13" '
        f'data-key="{escape(target.key)}" data-on="{target.on.isoformat()}" data-per-day="{per_day:.4f}"/>'
    )


def tone_of(chart: RunChart, direction: Direction) -> str:
    """Return up (improving) or down (concern) for a chart with a signal, by the way it went; else ''."""
    if not chart.is_signal or chart.is_provisional:
        return ""
    return "up" if rises(chart) is (direction is Direction.UP) else "down"


def grid(field: Field, scale: Scale, ticks: Sequence[float]) -> list[str]:
    """Return the level lines with their words at the left."""
    parts = []
    for value in ticks:
        css = "axis" if value == scale.low else "grid"
        parts.append(line(field.left, field.y(value), field.right, field.y(value), css))
        parts.append(text(field.left - 6, field.y(value) + 4, scale.tick(value), "t ax", "end"))
    return parts


def month_ticks(field: Field, first: date, last: date, y: float, every: int, has_words: bool) -> list[str]:
    """Return a tick for each month, and its name under every so many: fewer where they would touch."""
    parts, found = [], list(months(first, last))
    every = max(every, ceil(_MONTH_WORD * len(found) / (field.right - field.left)))
    for at, month in enumerate(found):
        parts.append(line(field.x(month), field.base, field.x(month), field.base + 4, "axis"))
        if has_words and at % every == 0:
            parts.append(text(field.x(month) + 3, y, month_name(month), "t ax"))
    return parts


def cycle_columns(cycles: Sequence[Bar], field: Field, span: tuple[date, date]) -> list[str]:
    """Return the days of each cycle as a column behind the points."""
    return [
        rect(a, field.top, max(b - a, 1), field.base - field.top, "cyc-col")
        for a, b in (_ends(bar, field, span) for bar in cycles)
    ]


def _ends(bar: Bar, field: Field, span: tuple[date, date]) -> tuple[float, float]:
    start, end = max(bar.start, span[0]), min(bar.end, span[1])
    return field.x(min(start, span[1])), field.x(max(end, span[0]))


def apart(labels: list[tuple[float, str, str]], least: float = 15.0) -> list[tuple[float, str, str]]:
    """Return labels (y, words, css) pushed down where they would touch."""
    placed: list[tuple[float, str, str]] = []
    for y, words, css in sorted(labels):
        low = placed[-1][0] + least if placed else y
        placed.append((max(y, low), words, css))
    return placed


_LOOKS = {"test_again": "adapt", "abandon": "stop", "not_run": "stop"}


def look_of(bar: Bar) -> str:
    """Return how a cycle's bar is drawn: adopt, adapt, stop, run or open."""
    return _LOOKS.get(bar.kind, bar.kind)


LANE = 20.0  # pixels from one lane of cycles to the next


def cycle_bars(
    cycles: Sequence[Bar],
    field: Field,
    span: tuple[date, date],
    narrow: bool,
    lanes: Sequence[int] = (),
) -> list[str]:
    """Return the cycles as numbered bars under the time axis.

    Args:
        lanes: the lane of each from 0, so that none hides another; all in one when left out.
    """
    middle = field.base + 34
    parts = []
    for at, bar in enumerate(cycles):
        a, b = _ends(bar, field, span)
        kind = look_of(bar)
        y = middle + (LANE * lanes[at] if lanes else 0)
        parts.append(rect(a, y - 8, max(b - a, 12), 16, f"cyc {kind}"))
        parts.append(text((a + max(b, a + 12)) / 2, y + 4, bar.words, f"t cyc-t {kind}", "middle"))
    if cycles and not narrow:
        parts.append(text(field.right + 8, middle + 4, _("PDSA cycles"), "t ax"))
    return parts


def lanes_of(cycles: Sequence[Bar], per_day: float, most: int = 4) -> list[int]:
    """Return a lane for each cycle, so that bars at least 14 pixels wide don't overlap; *most* lanes.

    Args:
        per_day: pixels that a day is wide.
    """
    ends: list[float] = []
    found = []
    for bar in cycles:
        start = bar.start.toordinal() * per_day
        width = max((bar.end - bar.start).days * per_day, 12) + 2
        lane = next((at for at, end in enumerate(ends) if end <= start), len(ends))
        lane = min(lane, most - 1)
        ends[lane : lane + 1] = [start + width]
        found.append(lane)
    return found
