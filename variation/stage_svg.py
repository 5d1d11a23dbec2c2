"""Drawings of stages: four small steps for one site, and the ways of several sites over time. Pure.

A stage is a step of a stair, so that it reads without colour: the higher, the further on.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from markupsafe import Markup

from nic_platform.days import month, month_year
from nic_platform.svg import TimeScale, line, months, poly, rect, svg, text
from nic_platform.text import _
from variation.fit import Side
from variation.stages import STAGES, Way, rank, stage_word

_ROW, _TALL = 46.0, 26.0


def steps(stage: str) -> Markup:
    """Return four steps of a stair, filled up to a stage."""
    now = rank(stage)
    parts = []
    for at in range(len(STAGES)):
        height = 4.0 + 4.0 * at
        css = "st on" if at == now else "st past" if at < now else "st"
        parts.append(rect(1 + at * 11, 17 - height, 9, height, css))
    return svg(46, 18, parts, stage_word(stage), "stair")


def ways(rows: Sequence[tuple[str, Way]], span: tuple[date, date], *, narrow: bool = False) -> Markup:
    """Return the ways of sites through the stages over time, a stair line each, under one time axis.

    Args:
        rows: names and ways, in the order drawn.
    """
    width = 360.0 if narrow else 880.0
    left, right = (8.0, width - 8) if narrow else (210.0, width - 12)
    top = 24.0
    height = top + _ROW * len(rows) + 18
    scale = TimeScale(span[0], span[1], left, right)
    parts = _axis(scale, span, top, height, narrow)
    for at, (name, way) in enumerate(rows):
        base = top + _ROW * (at + 1) - 6
        parts += _row(scale, span, name, way, base, left, narrow)
    label = _(
        "Stages over time: %(told)s", told="; ".join(f"{name}: {stage_word(way.now)}" for name, way in rows)
    )
    return svg(width, height, parts, label, "ways")


def _axis(scale: TimeScale, span: tuple[date, date], top: float, height: float, narrow: bool) -> list[str]:
    firsts = list(months(*span))
    every = max(1, round(len(firsts) / (4 if narrow else 9)))
    parts = []
    for place, first in enumerate(firsts):
        if place % every == 0:
            x = scale(first)
            parts.append(line(x, top - 6, x, height - 14, "grid"))
            parts.append(
                text(
                    x + 2,
                    14,
                    month_year(first) if place == 0 or first.month <= every else month(first),
                    "t ax",
                )
            )
    return parts


def _row(
    scale: TimeScale, span: tuple[date, date], name: str, way: Way, base: float, left: float, narrow: bool
) -> list[str]:
    words = name if len(name) < 30 else name[:28] + "…"
    parts = [line(scale(span[0]), base, scale(span[1]), base, "rule")]
    if narrow:
        parts.append(text(left, base - _TALL - 3, words, "t nm"))
    else:
        parts.append(text(0, base - 6, words, "t nm"))
    points: list[tuple[float, float]] = []
    for place, step in enumerate(way.steps):
        ends = way.steps[place + 1].on if place + 1 < len(way.steps) else span[1]
        y = base - _TALL * (rank(step.stage) + 1) / len(STAGES)
        x0, x1 = scale(max(step.on, span[0])), scale(max(ends, span[0]))
        points += [(x0, y), (x1, y)]
    if points:
        parts.append(poly([(points[0][0], base), *points], "way"))
        parts.append(text(points[-1][0], points[-1][1] - 4, stage_word(way.now), "t ax", "end"))
    return parts


def span_of(rows: Sequence[tuple[str, Way]], today: date) -> tuple[date, date]:
    """Return the days that a picture of ways spans: from the first step, half a year at least, to today."""
    first = min((way.steps[0].on for _name, way in rows if way.steps), default=today)
    return min(first, today - timedelta(days=182)), today


def spread(side: Side) -> Markup:
    """Return a side's ratings on a line from 1 to 5: a dot for each value, larger where teams agree."""
    parts = [line(8, 12, 132, 12, "rule")]
    for value in range(1, 6):
        x = 8 + (value - 1) * 31.0
        parts.append(line(x, 8, x, 16, "rule"))
        teams = sum(each.value == value for each in side.latest)
        if teams:
            parts.append(rect(x - 3 - teams, 12 - 3 - teams, 6 + 2 * teams, 6 + 2 * teams, "pt"))
    return svg(140, 24, parts, side.words, "spread")
