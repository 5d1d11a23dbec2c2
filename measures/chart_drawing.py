"""The full chart of a measure as a picture: phases, lines, limits, target, cycles, changes. Pure.

Points that carry a signal differ by shape as well as by colour: a triangle improves, a square is a concern, a
diamond is unusual; a point left out is hollow. Lines are labelled directly.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import ceil, floor, log10
from statistics import median

from markupsafe import Markup

from measures.chart_reading import value_words
from measures.charting import Chart, Phase, Point
from measures.drawing import (
    GAP,
    LANE,
    PERCENT,
    Bar,
    Dot,
    Field,
    Scale,
    apart,
    cycle_bars,
    cycle_columns,
    field_of,
    grid,
    lanes_of,
    measured,
    month_ticks,
    scale_for,
)
from measures.rules import MeasureType
from nic_platform.days import month
from nic_platform.svg import amount, line, months, poly, shape, svg, text
from nic_platform.text import _

SHAPES = {"up": "triangle", "down": "square", "": "diamond"}
_LONG, _LONGER = 400, 1200  # days from which on years, then only years, stand under the axis
_LETTER = 7.2  # pixels of a letter in a label, bold ones too
_ROOM = 42  # days ahead for which a target's date is drawn too, or a quarter of the chart


@dataclass(frozen=True)
class Frame:
    """What surrounds a chart's points: the day it is, the cycles under the axis, the days it shows."""

    today: date
    cycles: tuple[Bar, ...] = ()
    rhythm_days: int = 7

    def span(self, chart: Chart) -> tuple[date, date]:
        """Return the days of the picture: all points, what is marked among them, a target soon due."""
        days = [point.on for point in chart.points] or [self.today]
        ahead = chart.target_on
        room = max(_ROOM, (days[-1] - days[0]).days // 4)
        if ahead and ahead > days[-1] and (ahead - days[-1]).days <= room:
            days.append(ahead)
        around = [
            bar.start for bar in self.cycles if bar.start < days[0] and (days[0] - bar.start).days <= 31
        ]
        first, last = min([*days, *around]), max(days)
        if 0 <= (self.today - last).days <= max(21, 2 * self.rhythm_days):
            last = self.today
        room = max(4, (last - first).days // 40)
        return first - timedelta(days=room), last + timedelta(days=room)


def letters(chart: Chart) -> dict[int, str]:
    """Return the letter by which each note of a chart is known on the picture, by its place among them."""
    return {at: chr(65 + at) if at < 26 else str(at + 1) for at in range(len(chart.notes))}


def scale_of(chart: Chart) -> Scale:
    """Return the value axis: 0 to 100 for shares; a number on a scale need not begin at 0."""
    if chart.is_percent and chart.kind != "mr":
        return PERCENT
    lines = [each for point in chart.points for each in (point.value, point.lower, point.upper, point.centre)]
    values = [each for each in [*lines, chart.target] if each is not None]
    if chart.is_percent:
        made = scale_for(values, is_percent=False)
        return Scale(made.low, made.high, made.ticks, "%")
    if chart.type is MeasureType.CONTINUOUS and values and min(values) > 0.5 * max(values) > 0:
        return _cropped(min(values), max(values))
    return scale_for(values, is_percent=False)


def _cropped(low: float, high: float) -> Scale:
    least = max((high - low) / 4, high / 1e6)
    power = 10.0 ** floor(log10(least))
    step = next(part * power for part in (1, 2, 2.5, 5, 10) if part * power >= least)
    first, last = floor(low / step), ceil(high / step)
    if first == last:
        last += 1
    return Scale(first * step, last * step, tuple(step * at for at in range(first, last + 1)), "")


def chart_svg(
    chart: Chart, frame: Frame, *, label: str, size: tuple[float, float] = (800, 400), narrow: bool = False
) -> Markup:
    """Return the picture of a chart, with *label* as its sentence."""
    span, scale = frame.span(chart), scale_of(chart)
    cycles = [bar for bar in frame.cycles if bar.end >= span[0] and bar.start <= span[1]]
    top = 16 + (20 if chart.notes else 0) + (16 if len(chart.phases) > 1 else 0)
    labels = _end_labels(chart, scale, narrow)
    left, right = (34.0, _room(labels, 42)) if narrow else (46.0, _room(labels, 118))
    lanes = lanes_of(cycles, (size[0] - left - right) / max((span[1] - span[0]).days, 1))
    low = 24 + (30 + LANE * max(lanes) if lanes else 0)
    field = field_of(*span, size, (left, right, top, low), scale)
    parts = grid(field, scale, scale.ticks)
    parts += _time_ticks(field, span, narrow)
    parts += cycle_columns(cycles, field, span)
    for phase in chart.phases:
        parts += _phase(chart, phase, field, narrow)
    parts += _target(chart, field, span)
    if span[0] <= frame.today <= span[1]:
        parts.append(line(field.x(frame.today), field.top - 4, field.x(frame.today), field.base, "today"))
    parts += _notes(chart, field, span)
    if span[0] <= frame.today <= span[1] and not narrow:
        parts.append(_today_word(field, frame.today, labels))
    parts += _values(chart, field, narrow)
    parts += _end_words(labels, field, size[0], narrow)
    parts += cycle_bars(cycles, field, span, narrow, lanes)
    return svg(*size, parts, label, "run")


@dataclass(frozen=True)
class _Label:
    """What stands at the right edge beside a line."""

    at: float  # the value that it is about
    words: str
    css: str


def _today_word(field: Field, on: date, labels: Sequence[_Label]) -> str:
    """Return the word at today's line; on its left where a label at the right edge would touch it."""
    x, y = field.x(on), field.top - 4
    touches = x + 40 > field.right and any(field.y(label.at) < field.top + 14 for label in labels)
    return text(x - 4, y, _("today"), "t ax halo", "end") if touches else text(x + 4, y, _("today"), "t ax")


def _time_ticks(field: Field, span: tuple[date, date], narrow: bool) -> list[str]:
    days = (span[1] - span[0]).days
    if days <= _LONG:
        return month_ticks(field, *span, field.base + 16, 2 if narrow else 1, has_words=True)
    parts = []
    if days <= _LONGER:
        parts += month_ticks(field, *span, field.base + 16, 1, has_words=False)
        named = [each for each in months(*span) if each.month in ((7,) if narrow else (4, 7, 10))]
        parts += [text(field.x(each) + 3, field.base + 16, month(each), "t ax") for each in named]
    years = range(span[0].year + 1, span[1].year + 1)
    every = max(1, ceil(34 * len(years) / (field.right - field.left)))
    for at, year in enumerate(years):
        x = field.x(date(year, 1, 1))
        parts.append(line(x, field.base, x, field.base + 8, "axis"))
        if at % every == 0:
            parts.append(text(x + 3, field.base + 16, str(year), "t ax"))
    return parts


def _edges(chart: Chart, phase: Phase, field: Field) -> tuple[float, float]:
    """Return where a phase's lines begin and end: half-way to the neighbouring phases' points."""
    first, last = chart.points[phase.first - 1], chart.points[phase.last - 1]
    left, right = field.left, field.right
    if phase.number > 1:
        left = (field.x(chart.points[phase.first - 2].on) + field.x(first.on)) / 2
    if phase.number < len(chart.phases):
        right = (field.x(last.on) + field.x(chart.points[phase.last].on)) / 2
    return left, right


def _phase(chart: Chart, phase: Phase, field: Field, narrow: bool) -> list[str]:
    left, right = _edges(chart, phase, field)
    points = chart.points[phase.first - 1 : phase.last]
    parts = _limits(points, field, left, right)
    if phase.centre is not None:
        parts += _centre(chart, phase, field, left, right)
    if len(chart.phases) > 1:
        if phase.number > 1:
            parts.append(line(left, field.top - 10, left, field.base, "phase"))
        if right - left > (16 if narrow else 60):
            words = str(phase.number) if narrow else _("Phase %(number)s", number=phase.number)
            parts.append(text(left + 4, field.top - 4, words, "t ax"))
    return parts


def _centre(chart: Chart, phase: Phase, field: Field, left: float, right: float) -> list[str]:
    y = field.y(phase.centre or 0.0)
    if phase.is_provisional:
        return [line(left, y, right, y, "med ext")]
    parts = []
    if phase.baseline is None or phase.baseline >= phase.last:
        parts.append(line(left, y, right, y, "med"))
    else:
        end = (field.x(chart.points[phase.baseline - 1].on) + field.x(chart.points[phase.baseline].on)) / 2
        parts += [line(left, y, end, y, "med"), line(end, y, right, y, "med ext")]
    if phase.number < len(chart.phases) and right - left > 40:
        parts.append(text(left + 4, y - 5, _short(chart, phase.centre), "t ax halo"))
    return parts


def _limits(points: Sequence[Point], field: Field, left: float, right: float) -> list[str]:
    """Return the limits as stairs: each point has its own, as wide as half the way to its neighbours."""
    xs = [field.x(point.on) for point in points]
    edges = [left, *((a + b) / 2 for a, b in pairwise(xs)), right]
    parts = []
    for limits in ([point.lower for point in points], [point.upper for point in points]):
        stairs: list[tuple[float, float]] = []
        for at, value in enumerate(limits):
            if value is None:
                continue
            y = field.y(value)
            if stairs and stairs[-1][1] == y:
                stairs[-1] = (edges[at + 1], y)
            else:
                stairs += [(edges[at], y), (edges[at + 1], y)]
        if stairs:
            parts.append(poly(stairs, "lim"))
    return parts


def _target(chart: Chart, field: Field, span: tuple[date, date]) -> list[str]:
    if chart.target is None or chart.kind == "mr":
        return []
    y = field.y(chart.target)
    parts = [line(field.left, y, field.right, y, "tgt")]
    if chart.target_on and span[0] <= chart.target_on <= span[1]:
        parts.append(shape("circle", field.x(chart.target_on), y, 4.2, "tg-mark open"))
    return parts


def _notes(chart: Chart, field: Field, span: tuple[date, date]) -> list[str]:
    """Return a line and a letter at the top for each change and story; what it says stands beside."""
    parts = []
    y = 12.0
    before = -99.0
    for at, letter in letters(chart).items():
        mark = chart.notes[at]
        if not span[0] <= mark.on <= span[1]:
            continue
        x = field.x(mark.on)
        badge = max(x, before + 15)
        before = badge
        parts.append(line(x, y + 7, x, field.base, "note-ln"))
        parts.append(
            shape("square" if mark.kind == "change" else "circle", badge, y, 7.5, f"note-mk {mark.kind}")
        )
        parts.append(text(badge, y + 4, letter, f"t note-t {mark.kind}", "middle"))
    return parts


def _values(chart: Chart, field: Field, narrow: bool) -> list[str]:
    count = len(chart.points)
    radius = 3.6 if count <= 60 else 2.8 if count <= 150 else 1.9
    radius = min(radius, 3.2) if narrow else radius
    parts: list[str] = []
    for phase in chart.phases:
        kept = [
            Dot(point.on, point.value)
            for point in chart.points[phase.first - 1 : phase.last]
            if point.value is not None and not point.is_excluded
        ]
        parts += measured(kept, field, "ln", _gap(kept))
    for point in chart.points:
        if point.value is not None:
            parts.append(_point(point, field.x(point.on), field.y(point.value), radius))
    return parts


def _gap(dots: Sequence[Dot]) -> timedelta:
    """Return the time without a point after which the line is dotted: three weeks, or two usual steps."""
    steps = [(after.on - before.on).days for before, after in pairwise(dots)]
    return max(GAP, timedelta(days=2 * median(steps))) if steps else GAP


def _point(point: Point, x: float, y: float, radius: float) -> str:
    if point.is_excluded:
        return shape("circle", x, y, radius, "pt off")
    if point.rule:
        return shape(SHAPES[point.tone], x, y, max(radius * 1.25, 3.0), f"pt {point.tone or 'odd'}")
    return shape("circle", x, y, radius, "pt")


def _end_labels(chart: Chart, scale: Scale, narrow: bool) -> list[_Label]:
    """Return what stands beside the target, the latest point, the centre line and its limits."""
    wanted: list[_Label] = []
    if chart.target is not None and chart.kind != "mr":
        value = _short(chart, chart.target)
        wanted.append(_Label(chart.target, value if narrow else _("%(value)s target", value=value), "t lab"))
    kept = [point for point in chart.points if point.value is not None and not point.is_excluded]
    if kept:
        last = kept[-1]
        value = _short(chart, last.value)
        css = f"t lab b {last.tone}-t" if last.rule and last.tone else "t lab b"
        words = value if narrow else _("%(value)s measured", value=value)
        wanted.append(_Label(last.value or 0.0, words, css))
    phase = chart.phases[-1] if chart.phases else None
    if phase is not None and phase.centre is not None and not narrow:
        wanted.append(_Label(phase.centre, _centre_words(chart, phase), "t ax"))
    if kept and not narrow:
        for limit in (kept[-1].upper, kept[-1].lower):
            if limit is not None and scale.low <= limit <= scale.high:
                words = _("%(value)s limit", value=_short(chart, limit))
                wanted.append(_Label(limit, words, "t ax"))
    return wanted


def _room(labels: Sequence[_Label], least: float) -> float:
    """Return how wide the right margin is: *least*, or what the longest label needs."""
    return max([least, *(10 + _LETTER * len(label.words) for label in labels)])


def _end_words(labels: Sequence[_Label], field: Field, width: float, narrow: bool) -> list[str]:
    """Label the lines at the right edge, pushed apart where they would touch."""
    x, anchor = (width - 2, "end") if narrow else (field.right + 8, "start")
    wanted = [(field.y(label.at) + 4, label.words, label.css) for label in labels]
    return [text(x, y, words, css, anchor) for y, words, css in apart(wanted)]


def _short(chart: Chart, value: float | None) -> str:
    """Return a number as it stands on the picture: to three figures, where the sentence has four."""
    return value_words(chart, value) if value is None or chart.is_percent else amount(value, 3)


def _centre_words(chart: Chart, phase: Phase) -> str:
    value = _short(chart, phase.centre)
    if phase.is_provisional:
        return _("%(value)s provisional", value=value)
    if phase.baseline is not None:
        return _("%(value)s baseline", value=value)
    if chart.kind in {"run", "g"}:
        return _("%(value)s median", value=value)
    return _("%(value)s mean", value=value)
