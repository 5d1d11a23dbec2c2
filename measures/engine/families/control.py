"""The families ``run_charts`` and ``shewhart``: points with phases, baselines and exclusions. Pure."""

from dataclasses import replace
from typing import Any

import numpy as np

from measures.engine.families.parameters import (
    Columns,
    Params,
    Result,
    flag,
    known,
    listed,
    names,
    number,
    plain,
)
from measures.engine.points import Grid, Rows, lay_out, positions, read_rows
from measures.engine.problems import AnalysisError, Floats
from measures.engine.shewhart import CHARTS, ControlChart, control_chart

DRAWN = {
    "chart", "x", "y", "n", "facets", "part", "freeze", "exclude", "cl", "multiply", "agg_fun", "method",
    "screened_mr", "y_neg",
}  # fmt: skip
SHARES = {"p", "pp"}
WITH_BASE = {"p", "pp", "u", "up"}
COUNTS = {"p", "pp", "u", "up", "c", "g"}
FROM_RANGES = {"i", "mr", "ip", "pp", "up", "t"}
OF_ALL = {"ip", "mr"}
"""Their ranges run over all points, also over those outside the baseline."""
AGGREGATED = {"c": "sum", "xbar": "mean", "s": "mean"}
"""How these charts make a point of several rows, whatever is asked for."""


def run_charts(columns: Columns, params: Params) -> Result:
    """Return run charts: ``params`` and result as the contract's family ``run_charts``."""
    known(params, DRAWN)
    if params.get("chart", "run") != "run":
        raise AnalysisError("unknown_parameter", "A run chart's chart is “run”; ask the family “shewhart”.")
    return _chart(columns, params, "run")


def shewhart(columns: Columns, params: Params) -> Result:
    """Return Shewhart charts: ``params`` and result as the contract's family ``shewhart``."""
    known(params, DRAWN)
    kind = params.get("chart")
    if not isinstance(kind, str) or kind not in CHARTS or kind == "run":
        names = ", ".join(name for name in CHARTS if name != "run")
        raise AnalysisError("unknown_parameter", f"chart is {kind!r}; it can be {names}.")
    return _chart(columns, params, kind)


def _chart(columns: Columns, params: Params, kind: str) -> Result:
    if params.get("method", "anhoej") != "anhoej":
        raise AnalysisError(
            "unknown_parameter",
            f"method is {params['method']!r}; only “anhoej” is analysed: its two rules, as published.",
        )
    rows = _rows(columns, params, kind)
    frozen = positions(listed(params, "freeze"), "freeze")
    if len(frozen) > 1:
        raise AnalysisError("unknown_parameter", "freeze holds several positions; give the last one.")
    grid = lay_out(
        rows,
        freeze=frozen[0] if frozen and not listed(params, "part") else None,
        exclude=positions(listed(params, "exclude"), "exclude"),
        given=_given(params, kind),
    )
    _enough(grid, kind)
    chart = control_chart(grid, kind, screened=flag(params, "screened_mr", True), is_ordered=rows.is_ordered)
    if np.isnan(chart.lines.centre).all():
        raise AnalysisError("too_few_points", "No range of the baseline is known: nothing can be drawn.")
    return _told(rows, grid, chart, params, kind)


def _given(params: Params, kind: str) -> float | None:
    """Return the centre line given from outside; a chart of counts or waits can't have one below 0."""
    given: float | None = number(params, "cl")
    if given is not None and given < 0 and kind in COUNTS | {"t", "mr", "s"}:
        raise AnalysisError(
            "negative_count", f"cl is {given:g}: the centre of a {kind} chart can't be below 0."
        )
    if given is not None and given > 1 and kind in SHARES:
        raise AnalysisError("count_exceeds_denominator", f"cl is {given:g}: a share is from 0 to 1.")
    return given


def _rows(columns: Columns, params: Params, kind: str) -> Rows:
    n = params.get("n")
    if kind in WITH_BASE and not n:
        raise AnalysisError("unknown_parameter", f"A {kind} chart needs n, the column of denominators.")
    how = AGGREGATED.get(kind) or params.get("agg_fun") or "mean"
    rows = read_rows(
        columns, x=params.get("x", "x"), y=params.get("y", "y"), n=None if kind in {"xbar", "s", "c"} else n,
        facets=names(params, "facets"), how=how, part=listed(params, "part"), is_count=kind in COUNTS,
        is_share=kind in SHARES,
    )  # fmt: skip
    if kind in {"c", "t"}:  # a count that nobody took, or a wait that nobody saw, is missing, not 0
        rows = replace(rows, y=np.where(rows.size > 0, rows.y, np.nan))
    if kind == "t" and (rows.y <= 0).any():
        raise AnalysisError(
            "negative_count", "A t chart holds times between events: each must be more than 0."
        )
    return rows


def _enough(grid: Grid, kind: str) -> None:
    """Raise where no phase has points enough for a line; a line from outside only asks for one to show."""
    cells = grid.spread if kind == "s" else grid.y
    held = ((grid.feeds if grid.given is None else grid.there) & ~np.isnan(cells)).sum(axis=1)
    if not held.any() and kind in WITH_BASE and (grid.base == 0).any():
        raise AnalysisError(
            "zero_denominator", "Every denominator is 0 or missing: there is no share to draw."
        )
    if not held.any():
        raise AnalysisError("too_few_points", "No point of the baseline has a value: nothing can be drawn.")
    if grid.given is not None:
        return
    if kind in OF_ALL:
        held = (grid.there & ~np.isnan(cells)).sum(axis=1)
    if kind in FROM_RANGES and held.max() < 2:
        raise AnalysisError(
            "too_few_points", f"The chart “{kind}” needs two points or more: it compares neighbours."
        )
    if kind in {"xbar", "s"} and not (grid.feeds & (grid.size > 1)).any():
        raise AnalysisError(
            "not_estimable", "Every subgroup holds one value: the spread within can't be told."
        )


def _told(rows: Rows, grid: Grid, chart: ControlChart, params: Params, kind: str) -> Result:
    times = float(number(params, "multiply", 1))
    if times <= 0:
        raise AnalysisError("unknown_parameter", f"multiply is {times:g}; give a number above 0.")
    lines, at = chart.lines, grid.at
    lowest = 0.0 if not flag(params, "y_neg", True) and not (lines.y < 0).any() else -np.inf
    centre = np.broadcast_to(lines.centre[:, None], grid.y.shape)

    def cells(values: Floats) -> list[Any]:
        return plain(values[at] * times)

    points: Result = {}
    for place in range(len(rows.facets[0])):
        points[f"facet{place + 1}"] = [rows.facets[facet][place] for facet in rows.facet]
    points |= {"x": rows.x, "index": plain(rows.index), "part": plain(rows.part), "y": cells(lines.y)}
    if rows.base is not None:
        points["n"] = plain(rows.base)
    if kind in {"xbar", "s"}:
        points["n_in_subgroup"] = plain(rows.size.astype(int))
    points |= {"baseline": plain(grid.baseline[at]), "include": plain(grid.included[at]), "cl": cells(centre)}
    if kind != "run":
        points |= {
            "lcl": cells(np.maximum(lines.lower, lowest)),
            "ucl": cells(lines.upper),
            "lcl_2sigma": cells(np.maximum(lines.lower_two, lowest)),
            "ucl_2sigma": cells(lines.upper_two),
            "sigma_signal": plain(chart.beyond[at]),
        }
    return {"parts": _phases(rows, grid, chart, times, kind), "points": points}


def _phases(rows: Rows, grid: Grid, chart: ControlChart, times: float, kind: str) -> list[Result]:
    runs = chart.runs
    observed = (grid.there & grid.included).sum(axis=1)
    table: dict[str, list[Any]] = {
        "part": plain(grid.part),
        "first_point": plain(grid.first),
        "last_point": plain(grid.last),
        "cl": plain(chart.lines.centre * times),
        "n_obs": plain(observed),
        "n_useful": plain(runs.useful),
    }
    nothing = runs.useful == 0
    for name, counts in (
        ("longest_run", runs.longest), ("longest_run_max", runs.longest_max),
        ("n_crossings", runs.crossings), ("n_crossings_min", runs.crossings_min),
    ):  # fmt: skip
        table[name] = [None if empty else int(n) for empty, n in zip(nothing, counts, strict=True)]
    table["runs_signal"] = plain(runs.is_signal)
    if kind != "run":
        table["n_sigma_signals"] = plain(chart.beyond.sum(axis=1))
    told = []
    for at, facet in enumerate(grid.facet):
        labels = {f"facet{place}": label for place, label in enumerate(rows.facets[facet], 1)}
        told.append(labels | {name: column[at] for name, column in table.items()})
    return told
