"""Small charts: one series each, drawn many at once wherever a measure is listed. Pure.

Each has the reading of its points in words beside it, so that nobody has to guess from a line of 200 pixels.
A part of a chart that a team set itself (a frozen baseline, phases, points left out) counts here too: the
small chart never says anything else than the full run chart; one with limits has rules of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from markupsafe import Markup

from measures import charts
from measures.charting import Mark, places_of
from measures.reading import Variation, variation
from measures.rules import Direction, MeasureType
from measures.svg import Dot, Scale, Target, mini_run, scale_for
from nic_platform.svg import amount, rnd
from nic_platform.svg import day as day_words
from nic_platform.text import _, ngettext

SIZE = (220.0, 84.0)


@dataclass(frozen=True)
class Line:
    """One series as the reader may see it: its points by day, oldest first, in the measure's unit.

    ``hidden`` counts the points that are kept from the reader. ``target`` is in the measure's unit.
    """

    name: str
    type: MeasureType = MeasureType.PROPORTION
    direction: Direction = Direction.UP
    unit: str = ""
    days: tuple[date, ...] = ()
    values: tuple[float, ...] = ()
    latest_words: str = ""  # of the last point: "20 of 24 (83%)"
    hidden: int = 0
    target: float | None = None
    target_on: date | None = None
    marks: tuple[Mark, ...] = ()
    when_words: str = ""  # of the last point, where it stands for more than its day
    populations: tuple[float | None, ...] = ()  # of how many each point was counted, where that is known

    @property
    def is_percent(self) -> bool:
        """Say whether its values are per cents."""
        return self.type is MeasureType.PROPORTION


@dataclass(frozen=True)
class SmallChart:
    """A small chart with what it says. ``picture`` is ``None`` where nothing may be drawn."""

    name: str
    reading: Variation
    picture: Markup | None = None
    latest: str = ""
    latest_on: date | None = None
    counts: int = 0
    hidden: int = 0
    to_target: str = ""  # "reached", or how far off; empty without a target
    said: str = ""  # the latest value and its day: "20 of 24 (83%) on Feb 25"


def span_of(lines: Sequence[Line], first: date, last: date) -> tuple[date, date]:
    """Return the days that pictures side by side share: from the first point, but not before *first*."""
    earliest = min((line.days[0] for line in lines if line.days), default=first)
    return max(min(earliest, last), first), last


def draw(
    lines: Sequence[Line],
    span: tuple[date, date],
    *,
    size: tuple[float, float] = SIZE,
    scale: Scale | None = None,
) -> list[SmallChart]:
    """Return a small chart of each line, all over the same days; analysed together.

    Args:
        scale: one value axis for all, so that panels can be compared; each line's own unless given.
    """
    texts = _Texts()
    return [
        _chart(line, reading, span, size, scale, texts)
        for line, reading in zip(lines, read(lines), strict=True)
    ]


class _Texts:
    """The texts of one page, each looked up once: a page has a hundred of them."""

    def __init__(self) -> None:
        self.label = _("%(name)s: latest %(latest)s on %(day)s. %(title)s")
        self.latest = _("%(latest)s on %(day)s")
        self.reached = _("Target of %(goal)s reached")
        self.short = _("%(short)s from the target of %(goal)s")
        self._days: dict[date, str] = {}
        self._points: dict[int, str] = {}

    def day(self, on: date) -> str:
        """Return a day in words."""
        if on not in self._days:
            self._days[on] = day_words(on)
        return self._days[on]

    def points(self, count: int, goal: str) -> str:
        """Return how many percentage points are missing."""
        if count not in self._points:
            self._points[count] = ngettext(
                "%(count)s point from the target of %(goal)s",
                "%(count)s points from the target of %(goal)s",
                count,
                goal="%(goal)s",
            )
        return self._points[count] % {"goal": goal}


def shared_scale(lines: Sequence[Line]) -> Scale:
    """Return the one value axis of lines of the same measure."""
    values = [value for line in lines for value in line.values]
    return scale_for(values, all(line.is_percent for line in lines) if lines else True)


def read(lines: Sequence[Line]) -> list[Variation]:
    """Return what each line says, all analysed at once; only its last phase speaks, as on the full chart."""
    plain = [line for line in lines if not line.marks]
    charted = iter(charts.run_charts([line.values for line in plain]))
    return [
        _marked(line)
        if line.marks
        else variation(next(charted), line.days, line.direction, "%" if line.is_percent else "")
        for line in lines
    ]


def _marked(line: Line) -> Variation:
    places = places_of(line.days, line.marks)
    start = places.splits[-1] if places.splits else 0
    freeze = places.freeze - start if places.freeze is not None and places.freeze > start else None
    chart = charts.run_chart(
        line.values[start:], freeze=freeze, exclude=[at - start for at in places.exclude if at > start]
    )
    told = variation(chart, line.days[start:], line.direction, "%" if line.is_percent else "")
    return replace(told, first=told.first + start, last=told.last + start) if told.last else told


def _chart(
    line: Line,
    reading: Variation,
    span: tuple[date, date],
    size: tuple[float, float],
    scale: Scale | None,
    texts: _Texts,
) -> SmallChart:
    if not line.values:
        return SmallChart(line.name, reading, hidden=line.hidden)
    known = line.values if line.target is None else (*line.values, line.target)
    axis = scale or scale_for(known, line.is_percent)
    latest, day = axis.words(line.values[-1]), texts.day(line.days[-1])
    label = texts.label % {"name": line.name, "latest": latest, "day": day, "title": reading.title}
    words = line.latest_words or f"{latest} {line.unit if not line.is_percent else ''}".strip()
    return SmallChart(
        line.name, reading, _picture(line, reading, span, size, axis, label), words, line.days[-1],
        len(line.values), line.hidden, _to_target(line, texts),
        line.when_words or texts.latest % {"latest": words, "day": day},
    )  # fmt: skip


def _picture(
    line: Line,
    reading: Variation,
    span: tuple[date, date],
    size: tuple[float, float],
    scale: Scale,
    label: str,
) -> Markup:
    """Return the picture: only the points at the end that carry a signal take its colour.

    What the team left out of the chart is no point of the line.
    """
    out = set(places_of(line.days, line.marks).exclude) if line.marks else set()
    kept = [at for at, on in enumerate(line.days, 1) if on >= span[0] and at not in out]
    dots = [Dot(line.days[at - 1], line.values[at - 1]) for at in kept]
    targets = [Target(line.target_on or span[1], line.target)] if line.target is not None else []
    still_on = bool(reading.tone) and reading.last == len(line.values)
    tail = sum(at >= reading.first for at in kept) if still_on else 0
    tone = reading.tone if tail else ""
    return mini_run(dots, targets, span, label=label, tone=tone, tail=tail, scale=scale, size=size)


def _to_target(line: Line, texts: _Texts) -> str:
    """Return how the latest value stands to the target: the second reading, never mixed with the signal."""
    if line.target is None or not line.values:
        return ""
    latest = line.values[-1]
    short = line.target - latest if line.direction is Direction.UP else latest - line.target
    goal = f"{rnd(line.target)}%" if line.is_percent else amount(line.target, 6)
    if short <= 0:
        return texts.reached % {"goal": goal}
    if line.is_percent:
        return texts.points(max(1, rnd(short)), goal)
    return texts.short % {"short": amount(short), "goal": goal}
