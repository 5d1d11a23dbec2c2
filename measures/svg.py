"""Drawings of one series against its targets: run chart, small multiple, year panel, empty path. Pure.

Only the points that carry a signal take colour.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache

from markupsafe import Markup

from measures.charts import FEWEST, RunChart, signal_span
from measures.drawing import (
    PERCENT,
    Bar,
    Dot,
    Field,
    Scale,
    Target,
    apart,
    cycle_bars,
    cycle_columns,
    field_of,
    grid,
    grip,
    look_of,
    measured,
    month_ticks,
    scale_for,
    staircase,
    target_mark,
    tone_of,
    toned,
)
from measures.rules import Direction
from nic_platform.svg import (
    circle,
    day,
    line,
    poly,
    shape,
    svg,
    text,
)
from nic_platform.text import _, language

__all__ = [
    "PERCENT",
    "Bar",
    "Dot",
    "Scale",
    "Target",
    "empty_path",
    "look_of",
    "mini_run",
    "run_chart",
    "scale_for",
    "staircase",
    "target_mark",
    "tone_of",
    "year_panel",
]


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
    excluded: frozenset[int] = frozenset(),
) -> Markup:
    """Return the run chart of a milestone: points, median, target path, cycles under the time axis.

    Args:
        chart: the analysis of the same points; its centre line is drawn.
        earlier: the target path before it was adjusted, drawn thin.
        excluded: positions (from 1) of points that are left out: hollow, and no part of the line.
    """
    lanes = 30 if cycles else 0
    pads = (30, 40, 16, 24 + lanes) if narrow else (42, 108, 18, 24 + lanes)
    field = field_of(*span, size, pads, scale)
    parts = grid(field, scale, scale.ticks)
    parts += month_ticks(field, *span, field.base + 16, 2 if narrow else 1, has_words=True)
    parts += cycle_columns(cycles, field, span)
    parts += _median(dots, chart, field)
    parts += _earlier_path(earlier, targets, field, span)
    if targets:
        parts.append(poly(staircase(targets, field.x, field.y, *span), "tgt"))
    if span[0] <= today <= span[1]:
        parts.append(line(field.x(today), field.top - 6, field.x(today), field.base, "today"))
    parts += measured([dot for at, dot in enumerate(dots, 1) if at not in excluded], field, "ln")
    parts += _dots(dots, chart, field, direction, 3.2 if narrow else 3.6, excluded)
    parts += _target_words(targets, field, scale, narrow)
    parts += _end_words(dots, chart, targets, field, scale, size[0], narrow, tone_of(chart, direction))
    if not narrow and span[0] <= today <= span[1]:
        parts.append(text(field.x(today) + 4, field.top - 4, _("today"), "t ax"))
    parts += cycle_bars(cycles, field, span, narrow)
    return svg(*size, parts, label, "run")


def _earlier_path(
    earlier: Sequence[Target], targets: Sequence[Target], field: Field, span: tuple[date, date]
) -> list[str]:
    """Draw the path as it was first planned, lighter, with its name where it leaves the present one."""
    if not earlier:
        return []
    now = {(target.on, target.value) for target in targets}
    left = next((target for target in earlier if (target.on, target.value) not in now), earlier[-1])
    x = min(max(field.x(min(max(left.on, span[0]), span[1])), field.left + 70), field.right)
    return [
        poly(staircase(earlier, field.x, field.y, *span), "tgt thin"),
        text(x - 6, field.y(left.value) + 14, _("first planned"), "t ax halo", "end"),
    ]


def _median(dots: Sequence[Dot], chart: RunChart, field: Field) -> list[str]:
    """Return the median of each phase, from half-way to its neighbours, and a line where a phase begins."""
    parts = []
    for phase in chart.parts:
        left, right = field.left, field.right
        if phase.first > 1:
            left = (field.x(dots[phase.first - 2].on) + field.x(dots[phase.first - 1].on)) / 2
            parts.append(line(left, field.top, left, field.base, "phase"))
        if phase.last < len(dots):
            right = (field.x(dots[phase.last - 1].on) + field.x(dots[phase.last].on)) / 2
        if phase.centre is not None:
            css = "med ext" if phase.n_obs < FEWEST else "med"
            parts.append(line(left, field.y(phase.centre), right, field.y(phase.centre), css))
    return parts


def _dots(
    dots: Sequence[Dot],
    chart: RunChart,
    field: Field,
    direction: Direction,
    radius: float,
    excluded: frozenset[int] = frozenset(),
) -> list[str]:
    span, tone = signal_span(chart), tone_of(chart, direction)
    parts = []
    for at, dot in enumerate(dots, 1):
        is_signal = span is not None and bool(tone) and span[0] <= at <= span[1]
        css = "pt off" if at in excluded else f"pt {tone}" if is_signal else "pt"
        parts.append(circle(field.x(dot.on), field.y(dot.value), radius, css))
    return parts


def _target_words(targets: Sequence[Target], field: Field, scale: Scale, narrow: bool) -> list[str]:
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
    field: Field,
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
        span = signal_span(chart)
        css = f"t lab b {tone}-t" if tone and span and span[1] == len(dots) else "t lab b"
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
    return [text(x, y, label, css, anchor) for y, label, css in apart(wanted)]


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
    field = field_of(*span, size, (2, 3, 8, 6), scale)
    parts = []
    if has_grid:
        for value in scale.coarse():
            css = "axis" if value == scale.low else "grid"
            parts.append(line(field.left, field.y(value), field.right, field.y(value), css))
    if targets:
        parts.append(poly(staircase(targets, field.x, field.y, *span), "tgt thin"))
    parts += toned(dots, field.places(dots), tone, tail or len(dots))
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
    earlier: Sequence[Target] = (),
) -> Markup:
    """Return one strand over the school year: its target path and what was measured.

    Args:
        earlier: the target path before it was adjusted, drawn thin.
    """
    field = _year_field(span, size, scale, narrow, has_months)
    parts = [*_year_ground(span, size, scale, narrow, has_months, language())]
    if span[0] <= today <= span[1]:
        parts.append(line(field.x(today), field.top - 4, field.x(today), field.base, "today"))
    if earlier:
        parts.append(poly(staircase(earlier, field.x, field.y, *span), "tgt thin"))
    if targets:
        parts.append(poly(staircase(targets, field.x, field.y, *span), "tgt"))
    places = field.places(dots)
    parts += toned(dots, places, tone, tail)
    plain = max(len(dots) - tail, 0) if tone else len(dots)
    parts += [f'<circle class="pt" cx="{x}" cy="{y}" r="2.6"/>' for x, y in places[:plain]]
    parts += [f'<circle class="pt {tone}" cx="{x}" cy="{y}" r="2.6"/>' for x, y in places[plain:]]
    parts += [target_mark(target, field.x(target.on), field.y(target.value)) for target in targets]
    if dots:
        css = "t lab b halo" + (f" {tone}-t" if tone else "")
        x, y = field.x(dots[-1].on), min(field.y(dots[-1].value) + 14, size[1] - 4)
        is_late = x > field.right - 36  # its words would run into those of the goal
        place, anchor = (x - 8, "end") if is_late else (x + 8, "start")
        parts.append(text(place, y, scale.words(dots[-1].value), css, anchor))
    if targets:
        words = scale.words(targets[-1].value)
        goal = words if narrow else _("%(value)s goal", value=words)
        parts.append(text(field.right + 6, field.y(targets[-1].value) + 4, goal, "t ax"))
    parts += [grip(target, field) for target in targets if target.key]
    return svg(*size, parts, label, "year")


def _year_field(
    span: tuple[date, date], size: tuple[float, float], scale: Scale, narrow: bool, has_months: bool
) -> Field:
    low = 6 if not has_months else 18 if narrow else 20
    return field_of(*span, size, (30, 44, 12, low) if narrow else (38, 64, 14, low), scale)


@lru_cache(maxsize=128)
def _year_ground(
    span: tuple[date, date],
    size: tuple[float, float],
    scale: Scale,
    narrow: bool,
    has_months: bool,
    _spoken: str,
) -> tuple[str, ...]:
    """Return levels and months of a year's panel, in the language *_spoken*: a page draws the same often."""
    field = _year_field(span, size, scale, narrow, has_months)
    levels = grid(field, scale, scale.coarse())
    return *levels, *month_ticks(field, *span, size[1] - 5, 2 if narrow else 1, has_months)


def empty_path(
    targets: Sequence[Target],
    span: tuple[date, date],
    *,
    label: str,
    scale: Scale = PERCENT,
    size: tuple[float, float] = (760, 220),
    narrow: bool = False,
    earlier: Sequence[Target] = (),
) -> Markup:
    """Return the plan without a line yet: where the first count goes is marked."""
    field = field_of(*span, size, (30, 12, 22, 20) if narrow else (38, 20, 26, 22), scale)
    parts = grid(field, scale, scale.coarse())
    parts += month_ticks(field, *span, size[1] - 4, 2 if narrow else 1, has_words=True)
    parts += _earlier_path(earlier, targets, field, span)
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
