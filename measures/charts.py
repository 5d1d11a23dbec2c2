"""Run charts for pages: the engine's medians and Anhøj's rules, and where a signal lies on the chart.

The rules themselves are in :mod:`measures.engine.runs`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby, pairwise
from operator import itemgetter

import numpy as np

from measures.engine.problems import Floats, Whole
from measures.engine.runs import Runs, analyse_runs, crossings_limit, longest_run_limit
from measures.engine.sums import medians

__all__ = [
    "FEWEST", "Number", "RunChart", "RunPart", "crossings_limit", "last_run", "longest_run_limit", "rises",
    "run_chart", "run_charts", "signal_span",
]  # fmt: skip

Number = float | None
FEWEST = 10  # points under which a median is only provisional, and no signal is claimed


@dataclass(frozen=True)
class RunPart:
    """One phase of a run chart. Positions count from 1; the counts are ``None`` where no point is useful."""

    part: int
    first: int
    last: int
    centre: Number
    n_obs: int
    n_useful: int
    longest_run: int | None
    longest_run_max: int | None
    n_crossings: int | None
    n_crossings_min: int | None
    is_signal: bool


@dataclass(frozen=True)
class RunChart:
    """A run chart over all its points: one entry a point in ``values``, ``part`` and ``centre``."""

    values: tuple[Number, ...]
    part: tuple[int, ...]
    centre: tuple[Number, ...]
    parts: tuple[RunPart, ...]

    @cached_property
    def last_runs(self) -> "list[_Run]":
        """Return the runs of the last phase, in order."""
        return _runs_with_positions(self, self.parts[-1]) if self.parts else []

    @property
    def is_provisional(self) -> bool:
        """Say whether the last phase has too few points for its median to be relied on."""
        return self.parts[-1].n_obs < FEWEST if self.parts else True

    @property
    def is_signal(self) -> bool:
        """Say whether the last phase holds something other than chance."""
        return self.parts[-1].is_signal if self.parts else False


def run_chart(
    values: Sequence[Number],
    *,
    freeze: int | None = None,
    splits: Sequence[int] = (),
    exclude: Sequence[int] = (),
    centre: Number = None,
    is_ordered: bool = True,
) -> RunChart:
    """Return the run chart of *values*, oldest first.

    Args:
        values: one a point, in one unit; ``None`` where nothing was measured.
        freeze: only points 1 to this one feed the centre line; ignored when there are *splits*.
        splits: position of the last point of each phase but the last; each phase stands by itself.
        exclude: positions (from 1) left out of centre line and analysis, kept on the chart.
        centre: a centre line given from outside.
        is_ordered: false when the points have no order in time; then nothing is a signal.
    """
    edges = [0, *sorted(splits), len(values)]
    phases = [_Phase(values[start:end], part, start) for part, (start, end) in enumerate(pairwise(edges), 1)]
    parts = _analysed(phases, None if splits else freeze, exclude, centre)
    if not is_ordered:
        parts = [replace(part, is_signal=False) for part in parts]
    numbers = [part.part for part in parts for _point in range(part.first, part.last + 1)]
    return RunChart(
        tuple(values), tuple(numbers), tuple(parts[part - 1].centre for part in numbers), tuple(parts)
    )


def run_charts(many: Sequence[Sequence[Number]]) -> list[RunChart]:
    """Return the run chart of each of *many* series, analysed all at once: for pages of small charts.

    Args:
        many: series of any lengths, each oldest first; ``None`` where nothing was measured.
    """
    if not many:
        return []
    parts = _analysed([_Phase(values) for values in many])
    return [
        RunChart(tuple(values), (1,) * len(values), (part.centre,) * len(values), (part,))
        for values, part in zip(many, parts, strict=True)
    ]


@dataclass(frozen=True)
class _Phase:
    """Points that share a centre line; *start* points of the chart come before them."""

    values: Sequence[Number]
    part: int = 1
    start: int = 0


def _analysed(
    phases: Sequence[_Phase], freeze: int | None = None, exclude: Sequence[int] = (), centre: Number = None
) -> list[RunPart]:
    """Return the analysis of every phase; positions in *freeze* and *exclude* are those of the chart."""
    width = max(1, *(len(phase.values) for phase in phases))
    table, position = np.full((len(phases), width), np.nan), np.zeros((len(phases), width), dtype=np.intp)
    for at, phase in enumerate(phases):
        size = len(phase.values)
        table[at, :size] = np.array(phase.values, dtype=np.float64)  # None becomes NaN
        position[at, :size] = np.arange(phase.start + 1, phase.start + size + 1)
    included = position > 0
    if exclude:
        included &= ~np.isin(position, list(exclude))
    feeds = included if freeze is None else included & (position <= freeze)
    lines = medians(table, feeds) if centre is None else np.full(len(phases), float(centre))
    runs = analyse_runs(table, lines, included)
    observed = included.sum(axis=1)
    return [_told(phase, at, lines, observed, runs) for at, phase in enumerate(phases)]


def _told(phase: _Phase, at: int, lines: Floats, observed: Whole, runs: Runs) -> RunPart:
    useful = int(runs.useful[at])
    counts = (runs.longest, runs.longest_max, runs.crossings, runs.crossings_min)
    longest, most, crossings, fewest = (int(count[at]) if useful else None for count in counts)
    return RunPart(
        part=phase.part,
        first=phase.start + 1,
        last=phase.start + len(phase.values),
        centre=None if np.isnan(lines[at]) else float(lines[at]),
        n_obs=int(observed[at]),
        n_useful=useful,
        longest_run=longest,
        longest_run_max=most,
        n_crossings=crossings,
        n_crossings_min=fewest,
        is_signal=bool(runs.is_signal[at]),
    )


def signal_span(chart: RunChart) -> tuple[int, int] | None:
    """Return the first and last position (from 1) of the run that carries the last phase's signal.

    That is the latest run longer than its limit, where there is one. Where only the crossings are too few, no
    run is unlikely by itself: it is the latest of the longest runs on the side to which the series went.
    ``None`` when there is no signal. Points on the median within the run belong to it.
    """
    if not chart.is_signal:
        return None
    runs = chart.last_runs
    long = _long_runs(chart, runs)
    if not long:
        side = [run for run in runs if run.is_above is rises(chart)]
        longest = max(run.useful for run in side)
        long = [run for run in side if run.useful == longest]
    return long[-1].first, long[-1].last


def rises(chart: RunChart) -> bool:
    """Say whether the last phase went up rather than down; only meant for a chart with a signal.

    A run longer than its limit that still goes on tells by its side. Else the later half of the useful points
    is set beside the earlier half: a low start that was left behind is a climb, however long it was. Where
    both halves are alike, the latest run that stands out tells.
    """
    runs = chart.last_runs
    long = _long_runs(chart, runs)
    if long and long[-1] == runs[-1]:
        return long[-1].is_above
    sides = [run.is_above for run in runs for _point in range(run.useful)]
    half = len(sides) // 2
    by = sum(sides[-half:]) - sum(sides[:half])
    return by > 0 if by else (long or runs)[-1].is_above


def last_run(chart: RunChart) -> int:
    """Return how many useful points the run at the chart's end holds; 0 when none is useful."""
    runs = chart.last_runs
    return runs[-1].useful if runs else 0


@dataclass(frozen=True)
class _Run:
    """Points on one side of the median: where they begin and end (from 1), how many of them are useful."""

    first: int
    last: int
    useful: int
    is_above: bool


def _long_runs(chart: RunChart, runs: Sequence[_Run]) -> list[_Run]:
    return [run for run in runs if run.useful > (chart.parts[-1].longest_run_max or 0)]


def _runs_with_positions(chart: RunChart, phase: RunPart) -> list[_Run]:
    centre = phase.centre
    sides = [
        (at, value > centre)
        for at, value in enumerate(chart.values[phase.first - 1 : phase.last], phase.first)
        if value is not None and centre is not None and value != centre
    ]
    alike = (list(run) for _side, run in groupby(sides, key=itemgetter(1)))
    return [_Run(run[0][0], run[-1][0], len(run), run[0][1]) for run in alike]
