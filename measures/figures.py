"""The full run chart as a Plotly figure: a plain dict whose colours are names of the palette. Pure.

A name such as "--up" is replaced by the theme's colour in the page; so one figure serves light and dark.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from measures.chart_drawing import SHAPES, Frame, letters, scale_of
from measures.chart_reading import line_name, rule_words, value_words
from measures.charting import Chart, Phase, Point
from measures.charts import FEWEST, RunChart, signal_span
from measures.rules import Direction
from measures.svg import Bar, Dot, Scale, Target, tone_of
from nic_platform.days import plotly_day
from nic_platform.text import _

Figure = dict[str, Any]


def run_figure(
    dots: Sequence[Dot],
    chart: RunChart,
    targets: Sequence[Target],
    today: date,
    *,
    direction: Direction = Direction.UP,
    scale: Scale,
    cycles: Sequence[Bar] = (),
    words: Sequence[str] = (),
    unit: str = "",
    earlier: Sequence[Target] = (),
    excluded: frozenset[int] = frozenset(),
    notes: Sequence[tuple[date, str]] = (),
) -> Figure:
    """Return a run chart with its median, target path and the cycles marked on the time axis.

    Args:
        earlier: the target path as it was first planned, drawn dashed and lighter; empty without one.
        words: what a point says when it is pointed at, one for each: "20 of 24 (83%)".
        excluded: positions (from 1) of points that are left out, drawn hollow.
        notes: the day and letter of what changed and what people saw.
    """
    data = [_points(dots, chart, direction, words, excluded)]
    if targets:
        data.insert(0, _stairs(dots, targets, today))
    if earlier:
        data.insert(0, _first_planned(dots, targets, earlier, today))
    centre = chart.parts[-1].centre if chart.parts else None
    shapes = [_cycle(bar) for bar in cycles] + [_today(today)]
    shapes += [_upright(on, "dot") for on, _words in notes]
    shapes += [_upright(dots[phase.first - 1].on, "dash") for phase in chart.parts[1:]]
    shapes += _medians(dots, chart)
    return {"data": data, "layout": _layout(scale, shapes, _notes(chart, centre, cycles, notes), unit)}


def _medians(dots: Sequence[Dot], chart: RunChart) -> list[Figure]:
    """Return the median of each phase, over the days of its points; of the only one over the whole width."""
    made = []
    for phase in chart.parts:
        if phase.centre is None:
            continue
        level = _median(phase.centre, is_provisional=phase.n_obs < FEWEST)
        if len(chart.parts) > 1:
            ends = dots[phase.first - 1].on, dots[phase.last - 1].on
            level |= {"xref": "x", "x0": ends[0].isoformat(), "x1": ends[1].isoformat()}
        made.append(level)
    return made


def _points(
    dots: Sequence[Dot],
    chart: RunChart,
    direction: Direction,
    words: Sequence[str],
    excluded: frozenset[int] = frozenset(),
) -> Figure:
    span, tone = signal_span(chart), tone_of(chart, direction)
    colours = [
        f"--{tone}" if tone and span and span[0] <= at <= span[1] else "--plain"
        for at in range(1, len(dots) + 1)
    ]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": _("Measured"),
        "x": [dot.on.isoformat() for dot in dots],
        "y": [round(dot.value, 4) for dot in dots],
        "text": list(words) or [f"{dot.value:g}" for dot in dots],
        "hovertemplate": f"%{{x|{plotly_day()}}}: %{{text}}<extra></extra>",
        "line": {"color": "--plain", "width": 1.75},
        "marker": {
            "size": 8,
            "color": colours,
            "line": {"color": "--paper", "width": 1},
            "symbol": ["circle-open" if at in excluded else "circle" for at in range(1, len(dots) + 1)],
        },
    }


def _first_planned(
    dots: Sequence[Dot], targets: Sequence[Target], earlier: Sequence[Target], today: date
) -> Figure:
    made = _stairs(dots, earlier, today, [target.on for target in targets])
    line = {"color": "--ink-3", "width": 1, "dash": "dot", "shape": "vh"}
    words = _("First planned") + f" %{{y:g}}<br>%{{x|{plotly_day()}}}<extra></extra>"
    return {**made, "name": _("Target path as first planned"), "line": line, "hovertemplate": words}


def _stairs(
    dots: Sequence[Dot], targets: Sequence[Target], today: date, others: Sequence[date] = ()
) -> Figure:
    first = min([dot.on for dot in dots] + [target.on for target in targets])
    last = max([dot.on for dot in dots] + [target.on for target in targets] + [today, *others])
    days = [first, *(target.on for target in targets), last]
    values = [targets[0].value, *(target.value for target in targets), targets[-1].value]
    names = ["", *(f"{scale_words(t.value)} {t.word}".strip() for t in targets), ""]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": _("Target path"),
        "x": [on.isoformat() for on in days],
        "y": values,
        "text": names,
        "line": {"color": "--ink", "width": 1.5, "dash": "dash", "shape": "vh"},
        "hovertemplate": _("Target") + f" %{{y:g}}<br>%{{x|{plotly_day()}}}<extra></extra>",
    }


def scale_words(value: float) -> str:
    """Return a number without needless digits."""
    return f"{value:g}"


def _median(centre: float, *, is_provisional: bool) -> Figure:
    dash = "dot" if is_provisional else "solid"
    line = {"color": "--plain", "width": 1.5, "dash": dash}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": centre, "y1": centre, "line": line}


def _today(today: date) -> Figure:
    on = today.isoformat()
    line = {"color": "--ink-3", "width": 1}
    return {"type": "line", "yref": "paper", "x0": on, "x1": on, "y0": 0, "y1": 1, "line": line}


def _cycle(bar: Bar) -> Figure:
    end = max(bar.end, bar.start + timedelta(days=1))
    return {
        "type": "rect", "yref": "paper", "x0": bar.start.isoformat(), "x1": end.isoformat(), "y0": 0, "y1": 1,
        "fillcolor": "--area", "opacity": 0.55, "line": {"width": 0}, "layer": "below",
    }  # fmt: skip


def _notes(
    chart: RunChart, centre: float | None, cycles: Sequence[Bar], told: Sequence[tuple[date, str]] = ()
) -> list[Figure]:
    notes = [
        {
            "x": bar.start.isoformat(), "y": 1, "yref": "paper", "text": bar.words, "showarrow": False,
            "xanchor": "left", "yanchor": "top", "font": {"size": 12},
        }
        for bar in cycles
    ]  # fmt: skip
    notes += [
        {
            "x": on.isoformat(), "y": 1, "yref": "paper", "text": words, "showarrow": False,
            "xanchor": "center", "yanchor": "bottom", "font": {"size": 12},
        }
        for on, words in told
    ]  # fmt: skip
    if centre is not None:
        words = _("provisional median") if chart.is_provisional else _("median")
        notes.append(
            {
                "x": 1, "xref": "paper", "y": centre, "text": words, "showarrow": False, "xanchor": "left",
                "font": {"color": "--ink-3", "size": 12},
            }
        )  # fmt: skip
    return notes


def _layout(scale: Scale, shapes: list[Figure], notes: list[Figure], unit: str) -> Figure:
    axis: Figure = {"range": [scale.low, scale.high], "tickvals": list(scale.ticks)}
    axis["ticktext"] = [scale.tick(value) for value in scale.ticks]
    if unit:
        axis["title"] = {"text": unit}
    return {
        "xaxis": {"type": "date", "tickformat": plotly_day(year=False)},
        "yaxis": axis,
        "shapes": shapes,
        "annotations": notes,
    }


# ---------------------------------------------------------------- the chart of a measure

_SYMBOLS = {"triangle": "triangle-up", "square": "square", "diamond": "diamond"}


def chart_figure(chart: Chart, frame: Frame) -> Figure:
    """Return the chart of a measure to be pointed at and zoomed: phases, lines, limits, target, marks."""
    data: list[Figure] = []
    for phase in chart.phases:
        points = [p for p in chart.points[phase.first - 1 : phase.last] if p.value is not None]
        data += _lines(chart, phase, points)
        data.append(_shown(chart, [point for point in points if not point.is_excluded]))
    out = [point for point in chart.points if point.is_excluded and point.value is not None]
    if out:
        data.append({**_shown(chart, out), "mode": "markers"})
    shapes = [_cycle(bar) for bar in frame.cycles] + [_today(frame.today)]
    shapes += [_upright(chart.points[phase.first - 1].on, "dash") for phase in chart.phases[1:]]
    shapes += [_upright(note.on, "dot") for note in chart.notes]
    if chart.target is not None and chart.kind != "mr":
        shapes.append(
            {**_median(chart.target, is_provisional=False), "line": {"color": "--ink", "dash": "dash"}}
        )
    notes = _notes_of(chart, frame)
    layout = _layout(scale_of(chart), shapes, notes, "")
    layout["yaxis"]["fixedrange"] = True  # dragging zooms the days only; a double click shows all again
    return {"data": data, "layout": layout | {"dragmode": "zoom"}}


def _shown(chart: Chart, points: Sequence[Point]) -> Figure:
    words = [
        f"{value_words(chart, point.value)} {rule_words(chart, point)}".strip() for point in points
    ]  # fmt: skip
    odd = [bool(point.rule) for point in points]
    looks = [
        "circle-open" if p.is_excluded else _SYMBOLS[SHAPES[p.tone]] if p.rule else "circle" for p in points
    ]
    small = len(chart.points) > 150
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": _("Measured"),
        "x": [point.on.isoformat() for point in points],
        "y": [round(point.value or 0.0, 4) for point in points],
        "text": words,
        "hovertemplate": f"%{{x|{plotly_day()}}}: %{{text}}<extra></extra>",
        "line": {"color": "--plain", "width": 1.75},
        "marker": {
            "size": [(5 if small else 8) + 2 * each for each in odd],
            "symbol": looks,
            "color": [f"--{p.tone or 'ink'}" if p.rule else "--plain" for p in points],
            "line": {"color": "--paper", "width": 0 if small else 1},
        },
    }


def _lines(chart: Chart, phase: Phase, points: Sequence[Point]) -> list[Figure]:
    """Return a phase's centre line and limits, each limit as stairs."""
    days = [point.on.isoformat() for point in points]
    made = []
    wanted = [
        ([phase.centre] * len(points), line_name(chart.kind), "dot" if phase.is_provisional else "solid"),
        ([point.lower for point in points], _("lower limit"), "dash"),
        ([point.upper for point in points], _("upper limit"), "dash"),
    ]  # fmt: skip
    for values, name, dash in wanted:
        if any(value is not None for value in values):
            line = {"color": "--plain", "width": 1.5, "dash": dash, "shape": "hvh"}
            made.append(
                {
                    "type": "scatter", "mode": "lines", "name": name, "x": days, "y": values, "line": line,
                    "hovertemplate": f"{name} %{{y:.4g}}<extra></extra>",
                }
            )  # fmt: skip
    return made


def _upright(on: date, dash: str) -> Figure:
    line = {"color": "--ink-3", "width": 1, "dash": dash}
    return {
        "type": "line", "yref": "paper", "x0": on.isoformat(), "x1": on.isoformat(), "y0": 0, "y1": 1,
        "line": line,
    }  # fmt: skip


def _notes_of(chart: Chart, frame: Frame) -> list[Figure]:
    top = {"y": 1, "yref": "paper", "showarrow": False, "xanchor": "left", "yanchor": "bottom"}
    found = [
        {**top, "x": chart.notes[at].on.isoformat(), "text": letter, "font": {"size": 13}}
        for at, letter in letters(chart).items()
    ]
    low = {**top, "y": 0, "yanchor": "bottom", "font": {"size": 12}}
    return found + [{**low, "x": bar.start.isoformat(), "text": bar.words} for bar in frame.cycles]
