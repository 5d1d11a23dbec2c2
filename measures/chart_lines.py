"""Centre line, limits and flags of one phase of a chart, by the analysis engine. Pure.

Every phase stands by itself; a frozen baseline feeds its lines, an excluded point feeds neither line nor
flag.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from measures.charts import Number, RunChart, run_chart
from measures.engine.families.control import shewhart
from measures.engine.problems import AnalysisError, Floats
from measures.engine.xmr import plot_the_dots

WITH_BASE = frozenset({"p", "pp", "u", "up"})
OF_VALUES = frozenset({"xbar"})
ALONE = frozenset({"mr"})  # neighbouring ranges share a point: their runs tell nothing
XMR_RULES = ("", "outside", "trend", "two", "shift")


@dataclass(frozen=True)
class Cells:
    """The points of one phase, oldest first; every list has one entry a point, ``None`` where nothing is.

    ``values`` are in the measure's unit; ``counts`` out of ``bases`` where there is a denominator; ``raw``
    are the single values in a point. ``excluded`` holds positions from 1, ``freeze`` is the last position of
    the baseline.
    """

    values: Sequence[Number]
    counts: Sequence[Number]
    bases: Sequence[Number]
    raw: Sequence[Sequence[float]]
    excluded: frozenset[int] = frozenset()
    freeze: int | None = None
    times: float = 1.0  # from a share to the measure's unit

    @property
    def kept(self) -> list[Number]:
        """Return the values that feed lines and flags: nothing where a point is excluded."""
        return [None if at in self.excluded else value for at, value in enumerate(self.values, 1)]


@dataclass(frozen=True)
class PhaseLines:
    """What is drawn for one phase, and what stands out in it.

    ``rules`` names, point by point, the rule that it meets by itself ("" for none) and ``highs`` says whether
    it lies on the high side. ``runs`` is the analysis of runs; ``None`` for charts that have none.
    """

    values: list[Number]
    centre: Number
    lower: list[Number]
    upper: list[Number]
    rules: list[str]
    highs: list[bool]
    runs: RunChart | None


def lines_of(kind: str, cells: Cells) -> PhaseLines:
    """Return the lines of one phase for one kind of chart: ``run``, ``xmr`` or one of the engine's."""
    if kind == "run":
        return _run(cells)
    return _xmr(cells) if kind == "xmr" else _shewhart(kind, cells)


def _run(cells: Cells) -> PhaseLines:
    chart = run_chart(cells.kept, freeze=cells.freeze, exclude=sorted(cells.excluded))
    size = len(cells.values)
    none: list[Number] = [None] * size
    centre = chart.parts[-1].centre if chart.parts else None
    return PhaseLines(list(cells.values), centre, none, none, [""] * size, [False] * size, chart)


def _shewhart(kind: str, cells: Cells) -> PhaseLines:
    """Return a Shewhart chart; without lines where the phase has too few points for any."""
    columns, params = _case(kind, cells)
    try:
        found = shewhart(columns, params)
    except AnalysisError:
        return _bare(cells)
    told = found["points"]
    values: list[Number] = told["y"]
    centre: Number = told["cl"][0] if told["cl"] else None
    beyond = [bool(each) and at not in cells.excluded for at, each in enumerate(told["sigma_signal"], 1)]
    highs = [value is not None and centre is not None and value > centre for value in values]
    kept = [None if at in cells.excluded else value for at, value in enumerate(values, 1)]
    runs = None if kind in ALONE else run_chart(kept, exclude=sorted(cells.excluded), centre=centre)
    rules = ["beyond" if each else "" for each in beyond]
    return PhaseLines(values, centre, told["lcl"], told["ucl"], rules, highs, runs)


def _bare(cells: Cells) -> PhaseLines:
    size = len(cells.values)
    none: list[Number] = [None] * size
    return PhaseLines(list(cells.values), None, none, none, [""] * size, [False] * size, None)


def _case(kind: str, cells: Cells) -> tuple[dict[str, list[Any]], dict[str, Any]]:
    """Return a phase as a case of the engine's contract: its columns and parameters."""
    params: dict[str, Any] = {"chart": kind, "exclude": sorted(cells.excluded)}
    if cells.freeze is not None:
        params["freeze"] = cells.freeze
    places = range(1, len(cells.values) + 1)
    if kind in WITH_BASE:
        columns: dict[str, list[Any]] = {"x": list(places), "y": list(cells.counts), "n": list(cells.bases)}
        return columns, params | {"n": "n", "multiply": cells.times}
    if kind in OF_VALUES:
        rows = [(at, value) for at, held in zip(places, cells.raw, strict=True) for value in held or (None,)]
        return {"x": [at for at, _value in rows], "y": [value for _at, value in rows]}, params
    return {"x": list(places), "y": list(cells.values)}, params


def _xmr(cells: Cells) -> PhaseLines:
    """Return the XmR chart of the points that count; excluded ones are passed over, as if not there."""
    there = [at for at, value in enumerate(cells.kept) if value is not None]
    kept = _floats(cells.kept)[there]
    fix = sum(at < cells.freeze for at in there) if cells.freeze is not None else None
    dots = plot_the_dots(kept[None, :], fix_after=fix)
    size = len(cells.values)
    rules, highs = [""] * size, [False] * size
    for place, at in enumerate(there):
        rules[at] = XMR_RULES[int(dots.special[0, place])]
        highs[at] = bool(dots.is_high[0, place])
    low, high = _plain(dots.lower)[0], _plain(dots.upper)[0]
    return PhaseLines(
        list(cells.values), _plain(dots.mean)[0], [low] * size, [high] * size, rules, highs, None
    )


def _floats(values: Sequence[Number]) -> Floats:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _plain(values: Floats) -> list[Number]:
    return [float(value) if np.isfinite(value) else None for value in values]
