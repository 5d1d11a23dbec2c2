"""Say what run charts of many series cost, as ratios within one run.

    python benchmarks/charts.py [--series 10000] [--points 24] [--rounds 7]

The engine analyses all series at once: medians, longest runs, crossings, limits, signals. Beside it stand the
plainest NumPy that computes the same numbers, the charts that pages use, and where Rscript with qicharts2 is
installed, that package on the same values. Processor times; the best of the rounds counts. Fails when a ratio
is beyond its bound.
"""

import shutil
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy as np

from measures.charts import run_charts
from measures.engine.problems import Floats
from measures.engine.runs import Runs, analyse_runs, crossings_limit, longest_run_limit
from measures.engine.sums import medians

PEER = 0.028  # s of processor a series: qicharts2 0.8.1, 1,000 facets of 24 points in 28 s
FASTER = 500  # times than the peer, at least
PLAIN = 5.0  # times the plainest NumPy, at most
GROWTH = 1.25  # of memory a series when there are four times as many, at most
R_SERIES = 100
R_PROGRAM = """
suppressMessages(library(qicharts2))
d <- read.csv(commandArgs(TRUE)[1])
took <- system.time(qic(x, y, data = d, facets = ~ series, return.data = TRUE))
cat(sum(took[c("user.self", "sys.self")]))
"""


def drawn(series: int, points: int) -> Floats:
    """Return series of percents with ties and one value in fifty missing."""
    random = np.random.default_rng(20_261_122)
    values = random.integers(30, 81, (series, points)).astype(np.float64)
    values[random.random(values.shape) < 0.02] = np.nan
    return values


def ours(values: Floats) -> Runs:
    """Return the engine's analysis of all series."""
    return analyse_runs(values, medians(values))


def plainest(values: Floats) -> tuple[Any, ...]:
    """Return the same numbers by walking along the points, all series side by side."""
    centre = np.nanmedian(values, axis=1)
    count = len(values)
    before, length, longest, runs, useful = (np.zeros(count, dtype=int) for _ in range(5))
    for column in values.T:
        side = np.where(column > centre, 1, np.where(column < centre, -1, 0))
        counts = side != 0
        goes_on = counts & (side == before)
        length = np.where(goes_on, length + 1, np.where(counts, 1, length))
        runs += counts & ~goes_on
        useful += counts
        longest = np.maximum(longest, length)
        before = np.where(counts, side, before)
    known = np.arange(1, useful.max() + 1)
    most = np.array([0, *(longest_run_limit(int(n)) for n in known)])[useful]
    fewest = np.array([0, *(crossings_limit(int(n)) for n in known)])[useful]
    crossings = np.maximum(runs - 1, 0)
    return useful, longest, most, crossings, fewest, (useful > 0) & ((longest > most) | (crossings < fewest))


def best(work: Callable[[], Any], rounds: int) -> float:
    """Return the processor seconds of the quickest round."""
    took = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        took.append(time.process_time() - began)
    return min(took)


def peak(series: int, points: int) -> float:
    """Return the bytes a series that the analysis needs at most, its values not counted."""
    values = drawn(series, points)
    tracemalloc.start()
    ours(values)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / series


def in_r(values: Floats) -> float | None:
    """Return qicharts2's processor seconds a series, or ``None`` where it is not installed."""
    program = shutil.which("Rscript")
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        data, script = Path(folder, "series.csv"), Path(folder, "run.R")
        rows = [
            f"{at},{x},{'NA' if np.isnan(y) else y:}"
            for at, line in enumerate(values[:R_SERIES])
            for x, y in enumerate(line, 1)
        ]
        data.write_text("series,x,y\n" + "\n".join(rows) + "\n")
        script.write_text(R_PROGRAM)
        command = [program, str(script), str(data)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 — our own
    return float(done.stdout) / min(R_SERIES, len(values)) if done.returncode == 0 else None


@click.command()
@click.option("--series", default=10_000, show_default=True)
@click.option("--points", default=24, show_default=True)
@click.option("--rounds", default=7, show_default=True)
def main(series: int, points: int, rounds: int) -> None:
    """Measure, print ratios, and say whether they keep their bounds."""
    values = drawn(series, points)
    made, plain = ours(values), plainest(values)
    fields = (made.useful, made.longest, made.longest_max, made.crossings, made.crossings_min, made.is_signal)
    if not all(np.array_equal(one, other) for one, other in zip(fields, plain, strict=True)):
        sys.exit("The plainest NumPy and the engine disagree.")
    lists = [[None if np.isnan(y) else y for y in line] for line in values.tolist()]
    engine = best(lambda: ours(values), rounds) / series
    numpy = best(lambda: plainest(values), rounds) / series
    pages = best(lambda: run_charts(lists), max(1, rounds // 3)) / series
    click.echo(f"{series:,} series of {points} points, processor time a series")
    click.echo(f"  engine                 {engine * 1e6:8.2f} µs")
    click.echo(f"  plainest NumPy         {numpy * 1e6:8.2f} µs   engine / plainest = {engine / numpy:.2f}")
    click.echo(f"  run charts for pages   {pages * 1e6:8.2f} µs")
    measured = in_r(values)
    peer = measured or PEER
    told = "here" if measured else "as measured elsewhere: Rscript with qicharts2 is not installed here"
    click.echo(
        f"  qicharts2              {peer * 1e6:8.0f} µs   peer / engine = {peer / engine:,.0f} ({told})"
    )
    few, many = peak(series, points), peak(4 * series, points)
    click.echo(f"  memory: {few:,.0f} bytes a series for {series:,}, {many:,.0f} for {4 * series:,}")
    faults = [
        words
        for is_wrong, words in (
            (peer / engine < FASTER, f"less than {FASTER} times faster than the peer"),
            (engine / numpy > PLAIN, f"more than {PLAIN:g} times the plainest NumPy"),
            (many / few > GROWTH, "memory grows faster than the series"),
        )
        if is_wrong
    ]
    click.echo("Out of bounds: " + "; ".join(faults) if faults else "All ratios within their bounds.")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
