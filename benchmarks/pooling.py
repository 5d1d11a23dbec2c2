"""Say what pooling many sites costs, as ratios within one run.

    python benchmarks/pooling.py [--rounds 7]

REML with Knapp and Hartung's interval on 2,000 and 10,000 sites, a meta-regression on as many, a thousand
series of fifty sites at once. Beside it stands metafor on the same numbers where Rscript with metafor is
installed (on 2,000 sites, half a minute: it builds matrices of sites by sites), and what it took elsewhere
where not.
The engine's answer is checked against the equation that defines it. Processor times, one thread; the best of
the rounds counts. Fails when a ratio is beyond its bound.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy as np

from measures.engine.problems import Floats
from variation.engine.pooling import Pooled, pooled, require, series
from variation.pooling import pool

PEER = {1_000: 4.0, 2_000: 33.0, 10_000: 870.0}
"""Processor seconds of metafor 3.8-1, REML, as measured elsewhere; one run."""
FASTER = 1_000  # times than the peer on 2,000 sites, at least
GROWTH = 1.5  # of the time a site when there are five times as many, at most
R_SITES = 2_000
R_PROGRAM = """
suppressMessages(library(metafor))
d <- read.csv(commandArgs(TRUE)[1])
took <- system.time(fit <- rma(yi, vi, data = d, method = "REML", test = "knha"))
cat(sum(took[c("user.self", "sys.self")]), fit$tau2)
"""


def drawn(sites: int) -> tuple[Floats, Floats, Floats]:
    """Return effects, sampling variances and a design with two attributes."""
    random = np.random.default_rng(20_261_122)
    v = random.gamma(2.0, 0.05, sites) + 0.005
    x = np.column_stack([np.ones(sites), random.normal(size=(sites, 2))])
    y = 0.2 + 0.1 * x[:, 1] + random.normal(size=sites) * np.sqrt(0.1 + v)
    return y, v, x


def ours(y: Floats, v: Floats, x: Floats | None = None) -> Pooled:
    """Return the engine's fit."""
    return pooled(series(y, v, x), "REML", "knha")


def best(rounds: int, work: Callable[..., Any], *data: Floats) -> float:
    """Return the processor seconds of the quickest round."""
    took = []
    for _ in range(rounds):
        began = time.process_time()
        work(*data)
        took.append(time.process_time() - began)
    return min(took)


def slope(y: Floats, v: Floats, tau2: float) -> float:
    """Return how the restricted likelihood rises at *tau2*, as a share of what it balances: 0 at the top."""
    weight = 1 / (v + tau2)
    mean = (weight * y).sum() / weight.sum()
    trace = weight.sum() - (weight**2).sum() / weight.sum()
    return float(((weight * (y - mean)) ** 2).sum() / trace - 1)


def in_r(y: Floats, v: Floats) -> tuple[float, float] | None:
    """Return metafor's processor seconds and tau2, or ``None`` where it is not installed."""
    program = shutil.which("Rscript")
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        data, script = Path(folder, "sites.csv"), Path(folder, "run.R")
        rows = "\n".join(f"{one:.17g},{other:.17g}" for one, other in zip(y, v, strict=True))
        data.write_text(f"yi,vi\n{rows}\n")
        script.write_text(R_PROGRAM)
        command = [program, str(script), str(data)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 — our own
    if done.returncode:
        return None
    took, tau2 = done.stdout.split()
    return float(took), float(tau2)


def table(rounds: int) -> dict[int, float]:
    """Print the times of every size, and return those of a REML fit."""
    took = {}
    for sites in (1_000, 2_000, 10_000):
        y, v, x = drawn(sites)
        found = require(ours(y, v))
        if abs(slope(y, v, float(found.tau2[0]))) > 1e-9:
            sys.exit("The engine's answer is not where the likelihood is highest.")
        took[sites] = best(rounds, ours, y, v)
        more, page = best(rounds, ours, y, v, x), best(rounds, pool, y, v)
        click.echo(
            f"{sites:>6,} sites: REML {took[sites] * 1e3:5.2f} ms, two attributes {more * 1e3:5.2f} ms, "
            f"a page's answer {page * 1e3:6.2f} ms (metafor elsewhere: {PEER[sites]:g} s)"
        )
    random = np.random.default_rng(7)
    y, v = random.normal(size=(1_000, 50)), random.gamma(2.0, 0.05, (1_000, 50)) + 0.005
    click.echo(f"  1,000 series of 50 sites at once: {best(rounds, ours, y, v) * 1e3:.1f} ms")
    return took


@click.command()
@click.option("--rounds", default=7, show_default=True)
def main(rounds: int) -> None:
    """Measure, print ratios, and say whether they keep their bounds."""
    ours(*drawn(100)[:2])  # scipy is imported at first use
    took = table(rounds)
    y, v, _ = drawn(R_SITES)
    peer = in_r(y, v)
    ratio = (peer[0] if peer else PEER[R_SITES]) / took[R_SITES]
    if peer:
        click.echo(
            f"  metafor here: {peer[0]:.2f} s; tau2 {peer[1]:.8f}, ours {float(ours(y, v).tau2[0]):.8f}"
        )
    else:
        click.echo("  Rscript with metafor is not installed here: the ratio stands on its time elsewhere.")
    click.echo(f"  metafor / engine on {R_SITES:,} sites = {ratio:,.0f}")
    growth = took[10_000] / 10_000 / (took[2_000] / 2_000)
    faults = [f"less than {FASTER:,} times faster than metafor"] if ratio < FASTER else []
    faults += ["time a site grows with the sites"] if growth > GROWTH else []
    click.echo("Out of bounds: " + "; ".join(faults) if faults else "All ratios within their bounds.")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
