"""Full charts as Plotly figures: plain dicts in the palette's names, so that one serves both themes."""

from collections.abc import Sequence
from typing import Any

from variation import svg
from variation.funnel import Zone
from variation.svg import Dot

_SYMBOLS = {
    Zone.INSIDE: ("circle", "--plain"),
    Zone.HIGH: ("triangle-up", "--up"),
    Zone.HIGH_WATCH: ("triangle-up-open", "--up"),
    Zone.LOW: ("diamond", "--down"),
    Zone.LOW_WATCH: ("diamond-open", "--down"),
}

# From this share of the axis on, a name to the right would be cut off on a phone.
_EDGE = 0.7


def funnel(dots: Sequence[Dot], mean: float, *, unit: str, tau2: float = 0.0) -> dict[str, Any]:
    """Return a funnel plot of *dots* around the pooled share *mean*, both in per cent."""
    most = max(dot.size for dot in dots) * 1.1
    sizes, limits = svg.limit_lines(mean, tau2, most)
    lines = [
        _line(sizes, edge.tolist(), dash)
        for dash, edges in (("solid", (limits.ll998, limits.ul998)), ("dash", (limits.ll95, limits.ul95)))
        for edge in edges
    ]
    marks = {
        "type": "scatter", "mode": "markers+text", "x": [dot.size for dot in dots],
        "y": [dot.share for dot in dots],
        "text": _names(dots), "textposition": _places(dots, most), "cliponaxis": False,
        "customdata": [dot.name for dot in dots],
        "marker": {"size": 10, "symbol": [_SYMBOLS[dot.zone][0] for dot in dots],
                   "color": [_SYMBOLS[dot.zone][1] for dot in dots]},
        "hovertemplate": "%{customdata}: %{y:.0f}% of %{x:.0f}<extra></extra>",
    }  # fmt: skip
    middle = {
        "type": "line",
        "x0": 0,
        "x1": most,
        "y0": mean,
        "y1": mean,
        "line": {"color": "--ink", "width": 1},
    }
    layout = {
        "xaxis": {"title": {"text": unit}, "range": [0, most], "zeroline": False},
        "yaxis": {"ticksuffix": "%", "zeroline": False},
        "shapes": [middle],
        "height": 480,
    }
    return {"data": [*lines, marks], "layout": layout}


def _line(x: Sequence[float], y: Sequence[float], dash: str) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines", "x": list(x), "y": list(y), "hoverinfo": "skip",
        "line": {"color": "--ci", "width": 1.25, "dash": dash},
    }  # fmt: skip


def _names(dots: Sequence[Dot]) -> list[str]:
    """Return what stands beside each dot: names where something stands out, the rest is in the table."""
    return ["" if dot.zone is Zone.INSIDE else dot.name for dot in dots]


def _places(dots: Sequence[Dot], most: float) -> list[str]:
    """Return the side of each dot on which its name stands clear of the names before it."""
    wide, high = most * 0.11, 4.5  # a name's room, in the axes' units
    shifts = {"middle right": (0.6, 0.0), "middle left": (-0.6, 0.0), "top center": (0.0, 1.0),
              "bottom center": (0.0, -1.0)}  # fmt: skip
    taken: list[tuple[float, float]] = []
    places = []
    for dot in dots:
        others = [(each.size, each.share) for each in dots if each is not dot]
        spots = {side: (dot.size + dx * wide, dot.share + dy * high) for side, (dx, dy) in shifts.items()}
        clear = [
            side for side, spot in spots.items() if not any(_meet(spot, other, wide, high) for other in taken)
        ]
        if dot.size > most * _EDGE:
            clear.sort(key="middle left".__ne__)
        best = [s for s in clear if not any(_meet(spots[s], other, wide / 2, high / 2) for other in others)]
        outward = "middle left" if dot.size > most * _EDGE else "middle right"
        places.append((best or clear or [outward])[0])
        if dot.zone is not Zone.INSIDE:
            taken.append(spots[places[-1]])
    return places


def _meet(one: tuple[float, float], other: tuple[float, float], wide: float, high: float) -> bool:
    return abs(one[0] - other[0]) < wide and abs(one[1] - other[1]) < high
