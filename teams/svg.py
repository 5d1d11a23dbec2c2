"""Drawings of teams: a row of dots for many, a tree by level for a few. Pure; the style sheet paints them.

Shape says what is wrong, with or without colour: a ring has no way up, a triangle is a champion, a square's
only link has gone silent, a plain dot is a healthy link.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from markupsafe import Markup

from nic_platform import svg
from teams.graph import Flag

PER_ROW = 20
_STEP = 9.6
_ROW = 27


@dataclass(frozen=True)
class Box:
    """A team in the tree: its name, level, and the words beside it."""

    name: str
    level: str
    note: str = ""


@dataclass(frozen=True)
class Leaf:
    """A team that lifts to the one in the middle, or should."""

    name: str
    level: str
    note: str
    flag: Flag = Flag.FINE
    is_linked: bool = True
    is_silent: bool = False


def dots(flags: Sequence[Flag], label: str, per_row: int = PER_ROW) -> Markup:
    """Return one mark for each team, in the order given."""
    rows = max(1, ceil(len(flags) / per_row))
    width, height = min(len(flags), per_row) * _STEP + 2, rows * _STEP + 2
    marks = [
        _dot(flag, at % per_row * _STEP + _STEP / 2, at // per_row * _STEP + _STEP / 2)
        for at, flag in enumerate(flags)
    ]
    return svg.svg(width, height, marks, label, "dots")


def _dot(flag: Flag, x: float, y: float) -> str:
    if flag is Flag.NO_WAY_UP:
        return svg.circle(x, y, 3.3, "td nolink")
    if flag is Flag.CHAMPION:
        return svg.shape("triangle", x, y, 3.7, "td solo")
    if flag is Flag.SILENT:
        return svg.shape("square", x, y, 3.8, "td stale")
    return svg.circle(x, y, 2.7, "td")


def team_graph(
    above: Sequence[tuple[Box, bool]], hub: Box, leaves: Sequence[Leaf], label: str, *, narrow: bool = False
) -> Markup:
    """Return who lifts to whom around one team. No line is no link; broken lines have gone silent.

    Args:
        above: the teams on the hub's way up, nearest first, each with whether the link to it is silent.
        leaves: the teams below, from top to bottom.
    """
    height = _ROW * max(len(leaves), 2) + 30
    width, x_hub, x_leaf = (350.0, 12.0, 92.0) if narrow else (780.0, 196.0, 356.0)
    middle = height / 2
    parts = [] if narrow else _way_up(above, x_hub, middle)
    for at, leaf in enumerate(leaves):
        if leaf.is_linked:
            parts.append(_curve(x_hub, middle, x_leaf, 24 + at * _ROW, leaf.is_silent))
    parts.append(svg.shape(svg.LEVEL_SHAPE[hub.level], x_hub, middle, 8, "nd"))
    if not narrow:
        parts.append(svg.text(x_hub + 12, middle - 18, _short(hub.name, 26), "t lab b halo", "end"))
    for at, leaf in enumerate(leaves):
        parts += _leaf(leaf, x_leaf, 24 + at * _ROW, narrow)
    return svg.svg(width, height, parts, label, "graph")


def _way_up(above: Sequence[tuple[Box, bool]], x_hub: float, y: float) -> list[str]:
    parts: list[str] = []
    places = [x_hub - (at + 1) * (x_hub - 34) / max(len(above), 1) for at in range(len(above))]
    before = x_hub
    for (_box, is_silent), x in zip(above, places, strict=True):
        parts.append(svg.line(x, y, before, y, "lk stale" if is_silent else "lk"))
        before = x
    for at, ((box, _is_silent), x) in enumerate(zip(above, places, strict=True)):
        parts.append(svg.shape(svg.LEVEL_SHAPE[box.level], x, y, 8, "nd"))
        lower = y + 28 + at * 16
        parts.append(svg.text(max(x - 22, 0), lower, _short(box.name, 30), "t lab halo"))
        if box.note:
            parts.append(svg.text(x + 16, y - 8, box.note, "t ax"))
    return parts


def _curve(x1: float, y1: float, x2: float, y2: float, is_silent: bool) -> str:
    bend = (x2 - x1) * 0.55
    data = (
        f"M{svg.n(x1)} {svg.n(y1)}"
        f"C{svg.n(x1 + bend)} {svg.n(y1)} {svg.n(x2 - bend)} {svg.n(y2)} {svg.n(x2)} {svg.n(y2)}"
    )
    return svg.path(data, "lk stale" if is_silent else "lk ok")


def _leaf(leaf: Leaf, x: float, y: float, narrow: bool) -> list[str]:
    weak = leaf.flag is not Flag.FINE
    mark = svg.shape(svg.LEVEL_SHAPE[leaf.level], x, y, 5, "nd" if leaf.is_linked else "nd off")
    parts = [mark, svg.text(x + 14, y + 4, _short(leaf.name, 28), "t lab b" if weak else "t lab")]
    if not narrow:
        parts.append(svg.text(590, y + 4, leaf.note, "t late-t" if weak else "t ax"))
    return parts


def _short(name: str, most: int) -> str:
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"
