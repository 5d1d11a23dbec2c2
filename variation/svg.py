"""Drawings of a comparison: funnel, row of an interval with its axis, bar of decisions. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from markupsafe import Markup

from nic_platform.svg import circle, line, n, poly, rect, rnd, shape, svg, text
from variation import funnel as limits_of
from variation.funnel import Limits, Zone

# How each zone is drawn: shape and class, so that it reads without colour.
MARKS = {
    Zone.INSIDE: ("circle", "pt"),
    Zone.HIGH: ("triangle", "pt up"),
    Zone.HIGH_WATCH: ("triangle", "pt up open"),
    Zone.LOW: ("diamond", "pt down"),
    Zone.LOW_WATCH: ("diamond", "pt down open"),
}


@dataclass(frozen=True)
class Dot:
    """One site of a funnel: its name, how many it counts among, its share in per cent, and its zone."""

    name: str
    size: float
    share: float
    zone: Zone


@dataclass(frozen=True)
class _Field:
    left: float
    right: float
    top: float
    base: float
    most: float
    low: float

    def x(self, size: float) -> float:
        return self.left + size * (self.right - self.left) / self.most

    def y(self, share: float) -> float:
        share = min(100.0, max(self.low, share))
        return self.base - (share - self.low) * (self.base - self.top) / (100 - self.low)


def funnel(
    dots: Sequence[Dot], mean: float, *, unit: str, label: str, tau2: float = 0.0,
    size: tuple[float, float] = (560, 460), narrow: bool = False,
) -> Markup:  # fmt: skip
    """Return a funnel plot: shares over size, the pooled share, and its 95 % and 99.8 % limits.

    Args:
        mean: the pooled share in per cent.
        unit: what the sites count among, as "Teachers at the school".
        tau2: variance between sites beyond chance; 0 draws the exact limits of chance alone.
    """
    width, height = size
    left, right, top, bottom = (34, 12, 14, 40) if narrow else (42, 70, 14, 44)
    lowest = min([dot.share for dot in dots] + [mean])
    most = max(dot.size for dot in dots) * 1.1
    field = _Field(left, width - right, top, height - bottom, most, max(0, floor((lowest - 12) / 20) * 20))
    parts = _axes(field, width, height, unit)
    parts += _limits(field, mean, tau2, narrow)
    parts.append(line(left, field.y(mean), width - right, field.y(mean), "mean"))
    if not narrow:
        parts.append(text(width - right + 6, field.y(mean) + 4, f"{rnd(mean)}%", "t ax"))
    parts += _dots(field, dots, narrow)
    return svg(width, height, parts, label, "funnel")


def _axes(field: _Field, width: float, height: float, unit: str) -> list[str]:
    parts = []
    for share in range(int(field.low), 101, 20):
        parts.append(line(field.left, field.y(share), field.right, field.y(share), "grid"))
        parts.append(
            text(field.left - 6, field.y(share) + 4, "100%" if share == 100 else share, "t ax", "end")
        )
    parts.append(line(field.left, field.base, field.right, field.base, "axis"))
    step = _step(field.most)
    for size in range(step, int(field.most) + 1, step):
        parts.append(line(field.x(size), field.base, field.x(size), field.base + 4, "axis"))
        parts.append(text(field.x(size), field.base + 17, size, "t ax", "middle"))
    parts.append(text((field.left + field.right) / 2, height - 6, unit, "t ax", "middle"))
    return parts


def _step(most: float) -> int:
    """Return a round distance between ticks that leaves four to eight of them."""
    for step in (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000):
        if most / step <= 7:
            return step
    return ceil(most / 5)


def limit_lines(mean: float, tau2: float, most: float, points: int = 60) -> tuple[list[float], Limits]:
    """Return sizes up to *most* and the limits at them, in per cent of the pooled share *mean*."""
    sizes = sorted({float(max(1, round(most * (at / points) ** 1.5))) for at in range(1, points + 1)})
    share = mean / 100
    found = limits_of.spread_limits(sizes, share, tau2) if tau2 else limits_of.exact_limits(sizes, share)
    return sizes, Limits(*(100 * edge for edge in (found.ll95, found.ul95, found.ll998, found.ul998)))


def _limits(field: _Field, mean: float, tau2: float, narrow: bool) -> list[str]:
    sizes, found = limit_lines(mean, tau2, field.most)
    parts = []
    for css, edges in (("lim out", (found.ll998, found.ul998)), ("lim", (found.ll95, found.ul95))):
        parts += [
            poly([(field.x(s), field.y(e)) for s, e in zip(sizes, edge, strict=True)], css) for edge in edges
        ]
    if not narrow:
        inner, outer = float(found.ll95[-1]), float(found.ll998[-1])
        apart = max(field.y(outer), field.y(inner) + 14)
        parts.append(text(field.right + 6, field.y(inner) + 4, "95%", "t ax"))
        parts.append(text(field.right + 6, apart + 4, "99.8%", "t ax"))
    return parts


def _dots(field: _Field, dots: Sequence[Dot], narrow: bool) -> list[str]:
    """Draw every site; those outside are named first, then as many others as find room."""
    parts: list[str] = []
    named: list[str] = []
    taken: list[tuple[float, float, float, float]] = []
    for dot in sorted(dots, key=lambda each: each.zone is Zone.INSIDE):
        kind, css = MARKS[dot.zone]
        inside = dot.zone is Zone.INSIDE
        x, y = field.x(dot.size), field.y(dot.share)
        parts.append(shape(kind, x, y, 4.4 if inside else 5, css))
        taken.append((x - 6, y - 6, x + 6, y + 6))
        edge = field.right + (8 if narrow else 40)
        place = None if inside and narrow else _room(x, y, dot.name, field, taken, edge)
        if place:
            taken.append(place[2])
            bold = "t halo lab" if inside else "t halo lab b"
            named.append(text(place[0], place[1], dot.name, bold, place[3]))
    return parts + named


def _room(
    x: float,
    y: float,
    name: str,
    field: _Field,
    taken: Sequence[tuple[float, float, float, float]],
    edge: float,
) -> tuple[float, float, tuple[float, float, float, float], str] | None:
    """Return where a name fits without covering another: right, left, above or below its mark."""
    wide = 6.6 * len(name)
    tries = (
        (9, 4, "start", 0.0),
        (-9, 4, "end", -wide),
        (0, -9, "middle", -wide / 2),
        (0, 19, "middle", -wide / 2),
    )
    for dx, dy, anchor, start in tries:
        box = (x + dx + start, y + dy - 11, x + dx + start + wide, y + dy + 3)
        if box[0] < field.left or box[2] > edge or box[1] < 0 or box[3] > field.base + 2:
            continue
        if not any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken[:-1]):
            return x + dx, y + dy, box, anchor
    return None


def interval(
    low: float, estimate: float, high: float, span: tuple[float, float], reference: float, *, label: str,
    raw: float | None = None, css: str = "", ticks: Sequence[float] = (), size: tuple[float, float] = (260,
        31),
) -> Markup:  # fmt: skip
    """Return one row of a caterpillar or forest: the estimate in its interval, a ring for the raw value."""
    width, height = size

    def x(value: float) -> float:
        return 6 + (min(max(value, span[0]), span[1]) - span[0]) * (width - 12) / (span[1] - span[0])

    parts = [line(x(tick), 0, x(tick), height, "grid") for tick in ticks]
    parts.append(line(x(reference), 0, x(reference), height, "mean"))
    parts.append(line(x(low), height / 2, x(high), height / 2, f"ci {css}".strip()))
    if raw is not None:
        parts.append(circle(x(raw), height / 2, 4, "raw"))
    parts.append(circle(x(estimate), height / 2, 4.6, f"pt {css}".strip()))
    return svg(width, height, parts, label, "ci-row")


def axis_row(
    span: tuple[float, float], ticks: Sequence[float], *, unit: str = "%", plus: bool = False,
    size: tuple[float, float] = (260, 20),
) -> Markup:  # fmt: skip
    """Return the axis that stands over rows of intervals; it says nothing that the rows don't."""
    width, height = size
    parts = []
    for at, tick in enumerate(ticks):
        x = 6 + (tick - span[0]) * (width - 12) / (span[1] - span[0])
        words = f"+{tick:g}" if plus and tick > 0 else f"{tick:g}".replace("-", "−")
        anchor = "start" if at == 0 else "end" if at == len(ticks) - 1 else "middle"
        parts.append(text(x, 14, words + (unit if at == len(ticks) - 1 else ""), "t ax", anchor))
    box = f'viewBox="0 0 {n(width)} {n(height)}" width="{n(width)}" height="{n(height)}"'
    head = f'<svg class="chart ci-row" {box} aria-hidden="true">'
    return Markup(head + "".join(parts) + "</svg>")  # noqa: S704  numbers and escaped words


def decision_bar(
    adopted: int, adapted: int, abandoned: int, *, label: str, size: tuple[float, float] = (150, 14)
) -> Markup:
    """Return how teams decided on an idea as one bar."""
    width, height = size
    total = max(adopted + adapted + abandoned, 1)
    at, parts = 0.0, []
    for count, css in ((adopted, "d-adopt"), (adapted, "d-adapt"), (abandoned, "d-abandon")):
        wide = width * count / total
        if count:
            parts.append(rect(at + 0.75, 0.75, max(wide - 1.5, 1), height - 1.5, css))
        at += wide
    return svg(width, height, parts, label, "dbar")
