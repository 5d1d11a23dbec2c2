"""Say what the variance between schools and within them costs on a million rows, beside lme4.

    python benchmarks/multilevel.py [--rows 1000000] [--schools 20000] [--rounds 7]

The engine codes the schools, sums a row's products by school, finds the restricted likelihood's top and tells
every school's effect with its uncertainty, all of which is timed. Where Rscript with lme4 is installed it
fits the same rows in the same run; where not, the figure measured elsewhere stands in. Processor times, one
thread; the best of the rounds counts. Fails under 30 times lme4's speed, or when the answer is not at the
likelihood's top.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import click
import numpy as np

from measures.engine.problems import Floats, Whole
from variation.engine import elimination, linear, unit_sums
from variation.engine.frame import Varying
from variation.engine.linear import LinearFit, random_intercept
from variation.levels import Level, SiteSums, variance_by_level

PEER = 8.1  # s of processor: lme4 1.1-31, 1,000,000 rows in 20,000 schools
PEER_SIZE = (1_000_000, 20_000)
FASTER = 30  # times than the peer, at least
R_PROGRAM = """
suppressMessages(library(lme4))
d <- read.csv(commandArgs(TRUE)[1])
took <- system.time(fit <- lmer(y ~ 1 + (1 | school), data = d))
cat(sum(took[c("user.self", "sys.self")]), fixef(fit), as.data.frame(VarCorr(fit))$vcov)
"""


def drawn(rows: int, schools: int) -> tuple[Floats, Whole]:
    """Return scores and schools: a mean of 50, a variance of 9 between schools and of 64 within."""
    random = np.random.default_rng(20_261_122)
    school = random.integers(0, schools, rows)
    return 50 + 3 * random.normal(size=schools)[school] + 8 * random.normal(size=rows), school


def timed(job: Callable[[], Any], rounds: int) -> float:
    """Return the least processor time of some rounds, in seconds."""
    took = []
    for _round in range(rounds):
        before = time.process_time()
        job()
        took.append(time.process_time() - before)
    return min(took)


def is_at_the_top(y: Floats, school: Whole, fit: LinearFit) -> bool:
    """Say whether the restricted likelihood falls to both sides of the answer."""
    names, codes = unit_sums.coded(school)
    ones = np.ones((len(y), 1))
    term = Varying("school", ("(Intercept)",), ones, codes, names)
    sums = unit_sums.prepare(y, ones, [term]).sums
    at = np.sqrt(fit.components[0].covariance[0, 0] / fit.sigma2)
    low, top, high = (
        elimination.slopes(sums, np.array([at * step]), restricted=True)[0] for step in (0.999, 1.0, 1.001)
    )
    return bool(low > top < high)


def nation(random: Any) -> SiteSums:
    """Return the sums of 100,000 schools in 13,000 districts that count pupils who are often absent."""
    district = random.integers(0, 13_000, 100_000)
    chance = 0.25 + 0.05 * random.normal(size=13_000)[district] + 0.08 * random.normal(size=district.size)
    pupils = random.integers(20, 900, district.size)
    absent = random.binomial(pupils, np.clip(chance, 0.01, 0.99))
    return SiteSums.of(np.ones(district.size), absent, pupils, absent**2 / pupils, district.tolist())


def peer(y: Floats, school: Whole, fit: LinearFit) -> float | None:
    """Return lme4's processor time on the same rows; nothing where it isn't installed."""
    if not shutil.which("Rscript"):
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        np.savetxt(
            path,
            np.column_stack([y, school]),
            delimiter=",",
            header="y,school",
            comments="",
            fmt=["%.17g", "%d"],
        )
        told = subprocess.run(  # noqa: S603 - our own program and file
            ["Rscript", "-e", R_PROGRAM, str(path)],  # noqa: S607 - whichever R is installed
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    if told.returncode:
        click.echo(f"Rscript is here, lme4 is not: {told.stderr.strip()[-80:]}")
        return None
    seconds, mean, between, within = map(float, told.stdout.split())
    ours = (fit.estimate[0], fit.components[0].covariance[0, 0], fit.sigma2)
    off = max(abs(a / b - 1) for a, b in zip(ours, (mean, between, within), strict=True))
    click.echo(f"lme4 on the same rows: {seconds:.2f} s; largest difference {off:.1e}")
    return seconds


@click.command()
@click.option("--rows", default=PEER_SIZE[0])
@click.option("--schools", default=PEER_SIZE[1])
@click.option("--rounds", default=7)
def main(rows: int, schools: int, rounds: int) -> None:
    """Print what the engine takes, and how many times faster than lme4 that is."""
    y, school = drawn(rows, schools)
    fit = random_intercept(y, school)
    between = fit.components[0].covariance[0, 0]
    click.echo(f"{rows:,} rows in {schools:,} schools: between {between:.3f}, within {fit.sigma2:.3f}")
    took = timed(lambda: random_intercept(y, school), rounds)
    ones = np.ones((rows, 1))
    names, codes = unit_sums.coded(school)
    ready = unit_sums.prepare(y, ones, [Varying("school", ("(Intercept)",), ones, codes, names)])
    click.echo(f"from rows, with every school's effect: {took * 1e3:.0f} ms of processor time")
    again = timed(lambda: linear.fit(ready, restricted=True), rounds)
    click.echo(f"a fit on sums already made: {again * 1e3:.0f} ms")
    sums = nation(np.random.default_rng(1))
    told = variance_by_level(sums, is_share=True)
    shares = ", ".join(f"{part.level} {part.share:.2%}" for part in told.parts)
    nationwide = timed(lambda: variance_by_level(sums, is_share=True), min(rounds, 3))
    click.echo(f"100,000 schools in 13,000 districts from sums: {nationwide:.2f} s; {shares}")
    theirs = peer(y, school, fit)
    if theirs is None and (rows, schools) == PEER_SIZE:
        click.echo(f"No Rscript with lme4 here: {PEER} s, measured elsewhere, stands in.")
        theirs = PEER
    is_right = is_at_the_top(y, school, fit) and told.part(Level.DISTRICT) is not None
    if theirs is not None:
        click.echo(f"{theirs / took:,.0f} times faster than lme4 (at least {FASTER})")
    sys.exit(0 if is_right and (theirs is None or theirs / took >= FASTER) else 1)


if __name__ == "__main__":
    main()
