"""Pieces that every drawing is made of. Pure: numbers and words in, SVG text out; everything is escaped.

Colours never appear here: marks carry class names and the style sheet paints them in either theme. Each
drawing is one picture with a sentence for those who don't see it; its numbers stand in a table beside it.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from math import floor, log10

from markupsafe import Markup, escape

from nic_platform.days import day as day

Point = tuple[float, float]
_FINEST = 12  # decimal places


def n(value: float) -> str:
    """Return a coordinate with at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")


def rnd(value: float) -> int:
    """Round half up, the way people do."""
    return floor(value + 0.5)


def amount(value: float, figures: int = 4) -> str:
    """Return a number as people read it: "12,346", "3.5", "0.0042"; to so many figures, all whole ones kept.

    Unlike Python's ``g`` it never falls into "1e+06".
    """
    if not value:
        return "0"
    places = min(max(figures - 1 - floor(log10(abs(value))), 0), _FINEST)
    text = f"{value:,.{places}f}"
    return text.rstrip("0").rstrip(".") if places else text


def svg(width: float, height: float, parts: Iterable[str], label: str, css: str = "") -> Markup:
    """Return a whole drawing: one picture whose sentence is *label*."""
    head = (
        f'<svg class="chart {escape(css)}" viewBox="0 0 {n(width)} {n(height)}" width="{n(width)}" '
        f'height="{n(height)}" role="img" aria-label="{escape(label)}">'
    )
    return Markup(head + "".join(parts) + "</svg>")  # noqa: S704  every part escapes what it is given


def line(x1: float, y1: float, x2: float, y2: float, css: str) -> str:
    """Return a straight line."""
    return f'<line class="{css}" x1="{n(x1)}" y1="{n(y1)}" x2="{n(x2)}" y2="{n(y2)}"/>'


def text(x: float, y: float, words: object, css: str = "t", anchor: str = "start") -> str:
    """Return words; *anchor* is start, middle or end."""
    place = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text class="{css}" x="{n(x)}" y="{n(y)}"{place}>{escape(str(words))}</text>'


def circle(x: float, y: float, radius: float, css: str) -> str:
    """Return a circle."""
    return f'<circle class="{css}" cx="{n(x)}" cy="{n(y)}" r="{n(radius)}"/>'


def rect(x: float, y: float, width: float, height: float, css: str) -> str:
    """Return a rectangle by its upper left corner."""
    return f'<rect class="{css}" x="{n(x)}" y="{n(y)}" width="{n(width)}" height="{n(height)}"/>'


def path(data: str, css: str) -> str:
    """Return a path; *data* is made by the caller from numbers only."""
    return f'<path class="{css}" d="{data}"/>'


def poly(points: Sequence[Point], css: str) -> str:
    """Return a line through *points*."""
    return f'<polyline class="{css}" points="' + " ".join(f"{n(x)},{n(y)}" for x, y in points) + '"/>'


def shape(kind: str, x: float, y: float, radius: float, css: str) -> str:
    """Return a mark; shapes carry meaning with or without colour.

    Raises:
        ValueError: *kind* is none of circle, ring, square, diamond, triangle, pentagon, cross.
    """
    r = radius
    if kind in {"circle", "ring"}:
        return circle(x, y, r, css)
    if kind == "square":
        return rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8, css)
    points = {
        "diamond": [(0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)],
        "triangle": [(0, -1.15), (1.15, 0.9), (-1.15, 0.9)],
        "pentagon": [(0, -1.15), (1.1, -0.35), (0.7, 0.95), (-0.7, 0.95), (-1.1, -0.35)],
    }.get(kind)
    if points:
        return path("M" + "L".join(f"{n(x + a * r)} {n(y + b * r)}" for a, b in points) + "Z", css)
    if kind == "cross":
        return path(
            f"M{n(x - r)} {n(y - r)}L{n(x + r)} {n(y + r)}M{n(x + r)} {n(y - r)}L{n(x - r)} {n(y + r)}", css
        )
    raise ValueError(f"no such shape: {kind}")


LEVEL_SHAPE = {
    "practice": "ring",
    "school": "circle",
    "district": "diamond",
    "region": "pentagon",
    "state": "triangle",
}
DECISION_SHAPE = {"adopt": "circle", "adapt": "diamond", "test_again": "diamond", "abandon": "cross"}


class TimeScale:
    """Where a day lies between two days that lie at x0 and x1."""

    def __init__(self, first: date, last: date, x0: float, x1: float) -> None:
        self.first, self.last, self.x0 = first, last, x0
        self.per_day = (x1 - x0) / max((last - first).days, 1)

    def __call__(self, when: date) -> float:
        """Return the x of a day."""
        return self.x0 + (when - self.first).days * self.per_day


def months(first: date, last: date) -> Iterator[date]:
    """Yield the first day of every month that begins between the two days, both included."""
    year, month = first.year, first.month
    while (start := date(year, month, 1)) <= last:
        if start >= first:
            yield start
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
