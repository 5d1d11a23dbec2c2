"""What to expect of an idea at one more team: by regression, as at teams of its kind, or as at all. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from measures.engine.problems import AnalysisError
from variation.engine import pooling as engine
from variation.evidence_rows import Expected, Found, Judged, Slopes, TeamContext, Tested
from variation.many_effects import Changes
from variation.pooling import Pool, Span

REGRESSION_FROM = 20
"""Teams from which on what to expect here comes from a regression on context."""


def scaled(found: Pool, factor: float) -> Pool:
    """Return a pooled figure in another unit, as 100 times a share."""

    def span(one: Span) -> Span:
        return Span(one.value * factor, one.low * factor, one.high * factor)

    tau2 = Span(*(each * factor**2 for each in (found.tau2.value, found.tau2.low, found.tau2.high)))
    return replace(
        found, mean=span(found.mean), se=found.se * factor, tau2=tau2,
        next_site=span(found.next_site) if found.next_site else None,
        sites=tuple(span(site) if site else None for site in found.sites),
    )  # fmt: skip


def expected(found: Found, mine: TeamContext | None) -> Expected | None:
    """Return what to expect at a reader's team: by regression, else as at teams of its kind, else as at all.

    Args:
        found: with its conditions as they are told to that reader.
    """
    if found.pooled is None or found.judged is None:
        return None
    here = _numbers(mine)
    if found.slopes is not None and here is not None:
        return _along(found.slopes, here)
    for part in found.conditions:
        for line in part.lines:
            if line.is_own and line.pooled is not None:
                words = f"{part.label}: {line.words}"
                return Expected("kind", words, line.teams, line.pooled.mean, line.pooled.next_site)
    return Expected("all", "", found.known, found.pooled.mean, found.pooled.next_site)


def _numbers(context: TeamContext | None) -> tuple[float, float] | None:
    if context is None or context.context.lunch is None or context.context.english is None:
        return None
    return float(context.context.lunch), float(context.context.english)


def slopes(
    tests: Sequence[Tested], changes: Changes, contexts: Mapping[int, TeamContext], judged: Judged
) -> Slopes | None:
    """Return the regression of the changes on context; ``None`` where too few teams' context is known.

    Numbers are taken from their mean, so that no digits are lost where all lie far from nought.
    """
    told = [(at, _numbers(contexts.get(test.team_id))) for at, test in enumerate(tests) if changes.known[at]]
    rows = [(at, numbers) for at, numbers in told if numbers is not None]
    if len(rows) < REGRESSION_FROM:
        return None
    places, there = [at for at, _there in rows], np.array([numbers for _at, numbers in rows])
    centre, factor = there.mean(axis=0), judged.factor
    away = np.column_stack([np.ones(len(rows)), there - centre])
    try:
        fit = engine.require(
            engine.pooled(
                engine.series(changes.effect[places] * factor, changes.variance[places] * factor**2, away),
                "REML", "adhoc",
            )
        )  # fmt: skip
    except AnalysisError:
        return None
    return Slopes(
        len(rows), (float(centre[0]), float(centre[1])), tuple(fit.b[0].tolist()),
        tuple(fit.covariance[0].ravel().tolist()), float(fit.tau2[0]), float(fit.crit[0]),
    )  # fmt: skip


def _along(found: Slopes, here: tuple[float, float]) -> Expected:
    """Return the regression's answer at a school with these shares of lunch and English learners."""
    at = np.array([1.0, here[0] - found.centre[0], here[1] - found.centre[1]])
    mean = float(at @ np.array(found.coefficients))
    square = float(at @ np.array(found.covariance).reshape(3, 3) @ at)
    spans = [
        Span(mean, mean - far, mean + far)
        for far in (found.reach * float(np.sqrt(one)) for one in (square, square + found.tau2))
    ]
    return Expected("regression", "", found.teams, *spans)
