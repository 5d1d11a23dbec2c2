"""Drawings of one series against its targets: run chart, small multiple, year panel, empty path. Pure.

A target holds until its date, then steps up: the path is stairs. A gap of more than three weeks is dotted,
because nothing was measured. Only the points that carry a signal take colour.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import ceil, floor, log10

from markupsafe import Markup

from measures.charts import RunChart, signal_span
from measures.rules import Direction
from nic_platform.svg import (
    Point,
    TimeScale,
    circle,
    day,
    line,
    months,
    poly,
    rect,
    rnd,
    shape,
    svg,
    text,
)
from nic_platform.text import _

GAP = timedelta(days=21)
Y = Callable[[float], float]


@dataclass(frozen=True)
class Dot:
    """One measurement: its day and its value in the chart's unit."""

    on: date
    value: float


@dataclass(frozen=True)
class Target:
    """One step of the target path. ``mark`` is met, late, missed or due; ``word`` says it beside the mark."""

    on: date
    value: float
    mark: str = "due"
    word: str = ""


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
        """Return a value as read on the chart: a per cent rounded, anything else as it is."""
        return f"{rnd(value)}%" if self.sign == "%" else f"{value:g}"

    def tick(self, value: float) -> str:
        """Return a tick's words; the sign stands only at the top."""
        return f"{value:g}{self.sign}" if value == self.high else f"{value:g}"

    def coarse(self) -> tuple[float, ...]:
        """Return every second tick, for low pictures."""
        return self.ticks[:: 2 if len(self.ticks) > 3 else 1]


PERCENT = Scale()


def scale_for(values: Sequence[float], is_percent: bool) -> Scale:
    """Return the axis for a series: 0 to 100 for a share, else from 0 to a round number above the highest."""
    if is_percent:
        return PERCENT
    highest, lowest = max([*values, 1.0]), min([*values, 0.0])
    least = (highest - lowest) / 4
    power = 10.0 ** floor(log10(least))
    step = next(part * power for part in (1, 2, 2.5, 5, 10) if part * power >= least)
    low, high = -ceil(-lowest / step), ceil(highest / step)
    return Scale(low * step, high * step, tuple(step * i for i in range(low, high + 1)), "")


@dataclass(frozen=True)
class _Field:
    """The plotting area of one picture."""

    x: TimeScale
    y: Y
    left: float
    right: float
    top: float
    base: float


def _field(
    first: date, last: date, size: tuple[float, float], pads: tuple[float, float, float, float], scale: Scale
) -> _Field:
    (width, height), (left, right, top, bottom) = size, pads
    base = height - bottom
    per_unit = (base - top) / ((scale.high - scale.low) or 1)
    return _Field(
        TimeScale(first, last, left, width - right),
        lambda value: base - (min(max(value, scale.low), scale.high) - scale.low) * per_unit,
        left,
        width - right,
        top,
        base,
    )


def staircase(targets: Sequence[Target], x: TimeScale, y: Y, first: date, last: date) -> list[Point]:
    """Return the target path: each target holds until its date; the last one is watched to the end."""
    points: list[Point] = []
    before = first
    for target in targets:
        points += [(x(before), y(target.value)), (x(target.on), y(target.value))]
        before = target.on
    return [*points, (x(max(last, before)), y(targets[-1].value))] if targets else []


def _measured(dots: Sequence[Dot], field: _Field, css: str) -> list[str]:
    parts: list[str] = []
    stretch = list(dots[:1])
    for before, after in pairwise(dots):
        if after.on - before.on > GAP:
            parts += _stretch(stretch, field, css)
            parts += _stretch([before, after], field, css + " gap")
            stretch = [after]
        else:
            stretch.append(after)
    return parts + _stretch(stretch, field, css)


def _stretch(dots: Sequence[Dot], field: _Field, css: str) -> list[str]:
    return [poly([(field.x(dot.on), field.y(dot.value)) for dot in dots], css)] if len(dots) > 1 else []


def _toned(dots: Sequence[Dot], field: _Field, tone: str, tail: int) -> list[str]:
    if not tone or tail >= len(dots):
        return _measured(dots, field, f"ln {tone}".strip())
    if tail < 1:
        return _measured(dots, field, "ln")
    return _measured(dots[: len(dots) - tail + 1], field, "ln") + _measured(dots[-tail:], field, f"ln {tone}")


def target_mark(target: Target, x: float, y: float) -> str:
    """Return a target's mark: filled square met, hollow square met late, cross missed, ring not due."""
    kind, css = {"met": ("square", "ok"), "late": ("square", "open"), "missed": ("cross", "no")}.get(
        target.mark, ("circle", "open")
    )
    return shape(kind, x, y, 4.2, f"tg-mark {css}")


def tone_of(chart: RunChart, direction: Direction) -> str:
    """Return up (improving) or down (concern) for a chart with a signal, by the side its run lies on;
    else ''.
    """
    span = signal_span(chart)
    if span is None or chart.is_provisional:
        return ""
    centre = chart.parts[-1].centre or 0.0
    run = [value for value in chart.values[span[0] - 1 : span[1]] if value is not None]
    above = max(run) > centre
    return "up" if above is (direction is Direction.UP) else "down"


def _grid(field: _Field, scale: Scale, ticks: Sequence[float]) -> list[str]:
    parts = []
    for value in ticks:
        css = "axis" if value == scale.low else "grid"
        parts.append(line(field.left, field.y(value), field.right, field.y(value), css))
        parts.append(text(field.left - 6, field.y(value) + 4, scale.tick(value), "t ax", "end"))
    return parts


def _months(field: _Field, first: date, last: date, y: float, every: int, has_words: bool) -> list[str]:
    parts = []
    for at, month in enumerate(months(first, last)):
        parts.append(line(field.x(month), field.base, field.x(month), field.base + 4, "axis"))
        if has_words and at % every == 0:
            parts.append(text(field.x(month) + 3, y, f"{month:%b}", "t ax"))
    return parts


def run_chart(
    dots: Sequence[Dot],
    chart: RunChart,
    targets: Sequence[Target],
    span: tuple[date, date],
    today: date,
    *,
    label: str,
    direction: Direction = Direction.UP,
    cycles: Sequence[Bar] = (),
    earlier: Sequence[Target] = (),
    scale: Scale = PERCENT,
    size: tuple[float, float] = (800, 372),
    narrow: bool = False,
) -> Markup:
    """Return the run chart of a milestone: points, median, target path, cycles under the time axis.

    Args:
        chart: the analysis of the same points; its centre line is drawn.
        earlier: the target path before it was adjusted, drawn thin.
    """
    lanes = 30 if cycles else 0
    pads = (30, 40, 16, 24 + lanes) if narrow else (42, 108, 18, 24 + lanes)
    field = _field(*span, size, pads, scale)
    parts = _grid(field, scale, scale.ticks)
    parts += _months(field, *span, field.base + 16, 2 if narrow else 1, has_words=True)
    parts += _columns(cycles, field, span)
    parts += _median(chart, field)
    if earlier:
        parts.append(poly(staircase(earlier, field.x, field.y, *span), "tgt thin"))
    if targets:
        parts.append(poly(staircase(targets, field.x, field.y, *span), "tgt"))
    if span[0] <= today <= span[1]:
        parts.append(line(field.x(today), field.top - 6, field.x(today), field.base, "today"))
    parts += _measured(dots, field, "ln")
    parts += _dots(dots, chart, field, direction, 3.2 if narrow else 3.6)
    parts += _target_words(targets, field, scale, narrow)
    parts += _end_words(dots, chart, targets, field, scale, size[0], narrow, tone_of(chart, direction))
    if not narrow and span[0] <= today <= span[1]:
        parts.append(text(field.x(today) + 4, field.top - 4, _("today"), "t ax"))
    parts += _bars(cycles, field, span, narrow)
    return svg(*size, parts, label, "run")


def _columns(cycles: Sequence[Bar], field: _Field, span: tuple[date, date]) -> list[str]:
    return [
        rect(a, field.top, max(b - a, 1), field.base - field.top, "cyc-col")
        for a, b in (_ends(bar, field, span) for bar in cycles)
    ]


def _ends(bar: Bar, field: _Field, span: tuple[date, date]) -> tuple[float, float]:
    start, end = max(bar.start, span[0]), min(bar.end, span[1])
    return field.x(min(start, span[1])), field.x(max(end, span[0]))


def _median(chart: RunChart, field: _Field) -> list[str]:
    parts = []
    for phase in chart.parts:
        if phase.centre is not None:
            css = "med ext" if chart.is_provisional else "med"
            parts.append(line(field.left, field.y(phase.centre), field.right, field.y(phase.centre), css))
    return parts[-1:]


def _dots(
    dots: Sequence[Dot], chart: RunChart, field: _Field, direction: Direction, radius: float
) -> list[str]:
    span, tone = signal_span(chart), tone_of(chart, direction)
    parts = []
    for at, dot in enumerate(dots, 1):
        is_signal = span is not None and bool(tone) and span[0] <= at <= span[1]
        parts.append(circle(field.x(dot.on), field.y(dot.value), radius, f"pt {tone}" if is_signal else "pt"))
    return parts


def _target_words(targets: Sequence[Target], field: _Field, scale: Scale, narrow: bool) -> list[str]:
    parts = []
    for target in targets:
        x, y = field.x(target.on), field.y(target.value)
        parts.append(target_mark(target, x, y))
        if not narrow and x - field.left > 70:
            words = f"{scale.words(target.value)} {target.word}".strip()
            parts.append(text(x - 6, y - 8, words, "t lab halo", "end"))
    return parts


def _end_words(
    dots: Sequence[Dot],
    chart: RunChart,
    targets: Sequence[Target],
    field: _Field,
    scale: Scale,
    width: float,
    narrow: bool,
    tone: str,
) -> list[str]:
    """Label the lines directly at the right edge, pushed apart where they would touch."""
    wanted: list[tuple[float, str, str]] = []
    if targets:
        words = scale.words(targets[-1].value)
        label = words if narrow else _("%(value)s target", value=words)
        wanted.append((field.y(targets[-1].value) + 4, label, "t lab"))
    if dots:
        words = scale.words(dots[-1].value)
        css = f"t lab b {tone}-t" if tone else "t lab b"
        label = words if narrow else _("%(value)s measured", value=words)
        wanted.append((field.y(dots[-1].value) + 4, label, css))
    centre = chart.parts[-1].centre if chart.parts else None
    if centre is not None and not narrow:
        words = scale.words(centre)
        label = (
            _("%(value)s provisional", value=words)
            if chart.is_provisional
            else _("%(value)s median", value=words)
        )
        wanted.append((field.y(centre) + 4, label, "t ax"))
    x, anchor = (width - 2, "end") if narrow else (field.right + 8, "start")
    return [text(x, y, label, css, anchor) for y, label, css in _apart(wanted)]


def _apart(labels: list[tuple[float, str, str]], least: float = 15.0) -> list[tuple[float, str, str]]:
    placed: list[tuple[float, str, str]] = []
    for y, words, css in sorted(labels):
        low = placed[-1][0] + least if placed else y
        placed.append((max(y, low), words, css))
    return placed


_LOOKS = {"test_again": "adapt", "abandon": "stop", "not_run": "stop"}


def _bars(cycles: Sequence[Bar], field: _Field, span: tuple[date, date], narrow: bool) -> list[str]:
    middle = field.base + 34
    parts = []
    for bar in cycles:
        a, b = _ends(bar, field, span)
        kind = _LOOKS.get(bar.kind, bar.kind)
        parts.append(rect(a, middle - 8, max(b - a, 12), 16, f"cyc {kind}"))
        parts.append(text((a + max(b, a + 12)) / 2, middle + 4, bar.words, f"t cyc-t {kind}", "middle"))
    if cycles and not narrow:
        parts.append(text(field.right + 8, middle + 4, _("PDSA cycles"), "t ax"))
    return parts


def mini_run(
    dots: Sequence[Dot],
    targets: Sequence[Target],
    span: tuple[date, date],
    *,
    label: str,
    tone: str = "",
    tail: int = 0,
    scale: Scale = PERCENT,
    size: tuple[float, float] = (220, 96),
    has_value: bool = True,
    has_grid: bool = True,
) -> Markup:
    """Return a small multiple: the same axes everywhere, so panels can be compared by eye.

    Args:
        tone: up, down or empty; only the last *tail* points take it (all when 0).
    """
    field = _field(*span, size, (2, 3, 8, 6), scale)
    parts = []
    if has_grid:
        for value in scale.coarse():
            css = "axis" if value == scale.low else "grid"
            parts.append(line(field.left, field.y(value), field.right, field.y(value), css))
    if targets:
        parts.append(poly(staircase(targets, field.x, field.y, *span), "tgt thin"))
    parts += _toned(dots, field, tone, tail or len(dots))
    if dots:
        x, y = field.x(dots[-1].on), field.y(dots[-1].value)
        parts.append(circle(x, y, 3.6, f"pt {tone}".strip()))
        if has_value:
            css = "t lab b halo" + (f" {tone}-t" if tone else "")
            right = x > size[0] - 40
            low = min(max(y + 5, 13), size[1] - 8)
            words = scale.words(dots[-1].value)
            parts.append(text(x - 7 if right else x + 7, low, words, css, "end" if right else "start"))
    return svg(*size, parts, label, "mini")


def year_panel(
    dots: Sequence[Dot],
    targets: Sequence[Target],
    span: tuple[date, date],
    today: date,
    *,
    label: str,
    tone: str = "",
    tail: int = 0,
    scale: Scale = PERCENT,
    size: tuple[float, float] = (1100, 104),
    narrow: bool = False,
    has_months: bool = True,
) -> Markup:
    """Return one strand over the school year: its target path and what was measured."""
    low = 18 if narrow else 20
    pads = (30, 44, 12, low if has_months else 6) if narrow else (38, 64, 14, low if has_months else 6)
    field = _field(*span, size, pads, scale)
    parts = _grid(field, scale, scale.coarse())
    parts += _months(field, *span, size[1] - 5, 2 if narrow else 1, has_months)
    if span[0] <= today <= span[1]:
        parts.append(line(field.x(today), field.top - 4, field.x(today), field.base, "today"))
    if targets:
        parts.append(poly(staircase(targets, field.x, field.y, *span), "tgt"))
    parts += _toned(dots, field, tone, tail)
    for at, dot in enumerate(dots):
        css = f"pt {tone}" if tone and at >= len(dots) - tail else "pt"
        parts.append(circle(field.x(dot.on), field.y(dot.value), 2.6, css))
    parts += [target_mark(target, field.x(target.on), field.y(target.value)) for target in targets]
    if dots:
        css = "t lab b halo" + (f" {tone}-t" if tone else "")
        y = min(field.y(dots[-1].value) + 14, size[1] - 4)
        parts.append(text(field.x(dots[-1].on) + 8, y, scale.words(dots[-1].value), css))
    if targets:
        words = scale.words(targets[-1].value)
        goal = words if narrow else _("%(value)s goal", value=words)
        parts.append(text(field.right + 6, field.y(targets[-1].value) + 4, goal, "t ax"))
    return svg(*size, parts, label, "year")


def empty_path(
    targets: Sequence[Target],
    span: tuple[date, date],
    *,
    label: str,
    scale: Scale = PERCENT,
    size: tuple[float, float] = (760, 220),
    narrow: bool = False,
) -> Markup:
    """Return the plan without a line yet: where the first count goes is marked."""
    field = _field(*span, size, (30, 12, 22, 20) if narrow else (38, 20, 26, 22), scale)
    parts = _grid(field, scale, scale.coarse())
    parts += _months(field, *span, size[1] - 4, 2 if narrow else 1, has_words=True)
    if targets:
        parts.append(poly(staircase(targets, field.x, field.y, *span), "tgt"))
    for target in targets:
        x, y = field.x(target.on), field.y(target.value)
        right = x > size[0] * 0.7
        words = _("%(value)s by %(day)s", value=scale.words(target.value), day=day(target.on))
        parts.append(shape("circle", x, y, 4.2, "tg-mark open"))
        parts.append(
            text(x - 8 if right else x + 8, y + 15, words, "t lab halo", "end" if right else "start")
        )
    first = field.x(span[0] + timedelta(days=4))
    parts.append(circle(first, field.base - 1, 5, "here turn"))
    parts.append(text(first + 10, field.base - 8, _("first count goes here"), "t lab b halo"))
    return svg(*size, parts, label, "year")
