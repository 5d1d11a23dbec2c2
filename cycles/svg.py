"""The drawings of the cycles domain: a ramp, and all cycles of an idea on one time line. Pure.

Each drawing is one picture with a sentence; the same facts stand in the list or table beside it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from nic_platform import svg
from nic_platform.days import month as month_name
from nic_platform.text import _

Height = Callable[[float], float]
MIN_BAR = 12  # user units; a one-day cycle must stay readable
BESIDE = 16  # user units between two branches that run at once at one scale


@dataclass(frozen=True)
class Bar:
    """One cycle on a time line. *kind*: adopt, adapt, stop, run (still open), open (needs you)."""

    number: int
    start: date
    end: date
    kind: str


@dataclass(frozen=True)
class Leg:
    """One cycle of a ramp: when, at what height, and how it ended.

    *decision* is "open", "turn" (it waits for you), a decision, or empty; *words* names the height ("3
    people");
    *grew_from* is the number of the cycle that it grew out of, the one before unless given.
    """

    number: int
    start: date
    end: date
    height: float
    decision: str
    words: str = ""
    grew_from: int | None = None


@dataclass(frozen=True)
class Axis:
    """The vertical scale: its top, the values that get a line, their words, and what is counted."""

    top: float
    ticks: Sequence[tuple[float, str]]
    title: str


def count_axis(highest: float, unit: str) -> Axis:
    """Return an axis from zero in three or four round steps, for numbers of people."""
    step = next(s for s in (1, 2, 3, 5, 6, 10, 20, 25, 50, 100, 250, 1000, 10**9) if s * 4 >= highest)
    top = max(step, -(-int(highest) // step) * step)
    return Axis(top, [(v, str(v)) for v in range(0, top + 1, step)], unit)


def gantt(
    bars: Sequence[Bar],
    first: date,
    last: date,
    today: date,
    *,
    w: float = 520,
    h: float = 30,
    label: str = "",
) -> Markup:
    """Draw all cycles of one idea on one line; rows share the scale, so ideas can be compared."""
    x = svg.TimeScale(first, last, 2, w - 4)
    middle = h / 2
    parts = [svg.line(2, middle, w - 4, middle, "grid")]
    parts += [svg.line(x(m), middle - 3, x(m), middle + 3, "grid") for m in svg.months(first, last)]
    if first <= today <= last:
        parts.append(svg.line(x(today), 0, x(today), h, "today"))
    for bar in bars:
        if bar.end < first or bar.start > last:
            continue
        left = x(max(bar.start, first))
        right = max(x(min(bar.end, last)), left + MIN_BAR)
        over = max(0.0, right - (w - 4))
        left, right = left - over, right - over
        parts.append(svg.rect(left, middle - 8, right - left, 16, f"cyc {bar.kind}"))
        parts.append(svg.text((left + right) / 2, middle + 4, bar.number, f"t cyc-t {bar.kind}", "middle"))
    return svg.svg(w, h, parts, label, "gantt")


def month_row(first: date, last: date, *, w: float = 520, h: float = 18) -> Markup:
    """Draw the names of the months that head a column of time lines; decoration only."""
    x = svg.TimeScale(first, last, 2, w - 4)
    words = "".join(
        svg.text(x(m) + 2, 13, month_name(m), "t ax") for m in svg.months(first, last) if x(m) < w - 24
    )
    size = f'width="{svg.n(w)}" height="{svg.n(h)}"'
    head = f'<svg class="chart gantt" viewBox="0 0 {svg.n(w)} {svg.n(h)}" {size} aria-hidden="true">'
    return Markup(head + words + "</svg>")  # noqa: S704  text() escapes the only words


def ramp(
    legs: Sequence[Leg],
    routine: Sequence[tuple[date, float]],
    axis: Axis,
    first: date,
    last: date,
    today: date,
    *,
    w: float = 760,
    h: float = 320,
    narrow: bool = False,
    label: str = "",
    phases: Sequence[tuple[date, date, str]] = (),
) -> Markup:
    """Draw how one idea grew: each cycle a bar at its scale, joined as it grew, routine use shaded.

    Args:
        legs: oldest first.
        routine: from when how many use it as routine; oldest first.
        phases: spans with a name above the drawing.
    """
    left, right, top, bottom = (28, 14, 46, 26) if narrow else (38, 24, 50, 28)
    x = svg.TimeScale(first, last, left, w - right)

    def y(value: float) -> float:
        return h - bottom - value * (h - bottom - top) / axis.top

    parts = _frame(axis, x, y, left, w - right, last, narrow)
    if routine:
        parts += _routine(routine, x, y, today)
    for start, end, words in phases:
        parts += [svg.text(x(start), 12, words, "t lab b"), svg.line(x(start), 18, x(end), 18, "axis")]
    if first <= today <= last:
        parts.append(svg.line(x(today), top - 12, x(today), y(0), "today"))
    parts += _legs(legs, x, y)
    return svg.svg(w, h, parts, label, "ramp")


def belief(
    degrees: Sequence[tuple[int, int]],
    names: Sequence[str],
    *,
    w: float = 520,
    h: float = 120,
    label: str = "",
) -> Markup:
    """Draw how belief in a change went as stairs, cycle by cycle.

    Args:
        degrees: the number of each cycle, and 0 (low) to 2 (high) after it.
        names: the three degrees in words, lowest first.
    """
    left, right, top, bottom = 70.0, w - 16, 16.0, h - 24
    step = (right - left) / max(len(degrees), 1)

    def y(level: int) -> float:
        return bottom - level * (bottom - top) / 2

    parts = []
    for level, words in enumerate(names):
        parts.append(svg.line(left, y(level), right, y(level), "axis" if level == 0 else "grid"))
        parts.append(svg.text(left - 8, y(level) + 4, words, "t ax", "end"))
    points: list[svg.Point] = []
    for place, (_number, level) in enumerate(degrees):
        points += [(left + place * step, y(level)), (left + (place + 1) * step, y(level))]
    if points:
        parts.append(svg.poly(points, "belief-ln"))
    for place, (number, level) in enumerate(degrees):
        middle = left + (place + 0.5) * step
        parts.append(svg.circle(middle, y(level), 4, "pt"))
        parts.append(svg.text(middle, h - 6, number, "t ax", "middle"))
    return svg.svg(w, h, parts, label, "belief")


def _frame(
    axis: Axis, x: svg.TimeScale, y: Height, left: float, right: float, last: date, narrow: bool
) -> list[str]:
    parts: list[str] = []
    for value, words in axis.ticks:
        parts.append(svg.line(left, y(value), right, y(value), "axis" if value == 0 else "grid"))
        parts.append(svg.text(left - 6, y(value) + 4, words, "t ax", "end"))
    parts.append(svg.text(left, y(axis.top) - 5, axis.title, "t ax"))
    names, base = list(svg.months(x.first, last)), y(0)
    every = 2 if narrow and len(names) > 5 else 1
    for index, month in enumerate(names):
        parts.append(svg.line(x(month), base, x(month), base + 4, "axis"))
        if index % every == 0 and x(month) < right - 16:
            parts.append(svg.text(x(month) + 3, base + 16, month_name(month), "t ax"))
    return parts


def _routine(routine: Sequence[tuple[date, float]], x: svg.TimeScale, y: Height, today: date) -> list[str]:
    points: list[svg.Point] = []
    before = 0.0
    for since, value in routine:
        points += [(x(since), y(before)), (x(since), y(value))]
        before = value
    points.append((x(today), y(before)))
    outline = "M" + "L".join(f"{svg.n(a)} {svg.n(b)}" for a, b in points)
    closed = f"{outline}L{svg.n(x(today))} {svg.n(y(0))}L{svg.n(points[0][0])} {svg.n(y(0))}Z"
    words = svg.text(x(routine[0][0]) + 8, y(routine[0][1]) + 18, _("in routine use"), "t lab")
    return [svg.path(closed, "area"), svg.poly(points, "area-ln"), words]


def _legs(legs: Sequence[Leg], x: svg.TimeScale, y: Height) -> list[str]:
    parts: list[str] = []
    before: svg.Point | None = None
    ends: dict[int, svg.Point] = {}
    taken: list[tuple[float, float, float]] = []
    for leg in legs:
        left, right = x(leg.start), max(x(leg.end), x(leg.start) + 4)
        height = _free(taken, left, right, y(leg.height))
        taken.append((left, right, height))
        root = ends.get(leg.grew_from, before) if leg.grew_from is not None else before
        if root:
            bend = f"M{svg.n(root[0])} {svg.n(root[1])}L{svg.n(left)} {svg.n(height)}"
            parts.append(svg.path(bend, "rise"))
        open_now = leg.decision in {"open", "turn"}
        parts.append(svg.line(left, height, right, height, "leg now" if open_now else "leg"))
        if open_now:
            parts.append(svg.circle(right, height, 6.5, "here turn" if leg.decision == "turn" else "here"))
        elif leg.decision in svg.DECISION_SHAPE:
            kind = svg.DECISION_SHAPE[leg.decision]
            css = "adapt" if leg.decision == "test_again" else leg.decision
            parts.append(svg.shape(kind, right, height, 5.5, f"dm {css}"))
        words = f"{leg.number}: {leg.words}" if leg.words else str(leg.number)
        fits = right - left > 7.5 * len(words)
        parts.append(svg.text(left, height - 10, words if fits else leg.number, "t lab b halo"))
        before = ends[leg.number] = (right, height)
    return parts


def _free(taken: Sequence[tuple[float, float, float]], left: float, right: float, height: float) -> float:
    """Return the height at which a leg lies beside those that run at the same time, and not on them."""
    while any(left < end and right > start and abs(height - at) < BESIDE - 1 for start, end, at in taken):
        height -= BESIDE
    return height
