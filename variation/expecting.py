"""What to expect of an idea at one more team: by regression, as at teams of its kind, or as at all. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from measures.engine.problems import AnalysisError
from variation.engine import pooling as engine
from variation.evidence_rows import Expected, Found, Judged, TeamContext, Tested
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


def expected(
    found: Found,
    tests: Sequence[Tested],
    changes: Changes,
    contexts: Mapping[int, TeamContext],
    own: int | None,
) -> Expected | None:
    """Return what to expect at the reader's team: by regression, else teams of its kind, else all."""
    if found.pooled is None or found.judged is None:
        return None
    mine = contexts.get(own or 0)
    by_context = _regressed(tests, changes, contexts, mine, found.judged) if mine else None
    if by_context is not None:
        return by_context
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


def _regressed(
    tests: Sequence[Tested],
    changes: Changes,
    contexts: Mapping[int, TeamContext],
    mine: TeamContext,
    judged: Judged,
) -> Expected | None:
    """Return the regression's answer at the reader's school: its numbers are taken off all, so it is the
    intercept."""
    here = _numbers(mine)
    told = [(at, _numbers(contexts.get(test.team_id))) for at, test in enumerate(tests) if changes.known[at]]
    rows = [(at, numbers) for at, numbers in told if numbers is not None]
    if here is None or len(rows) < REGRESSION_FROM:
        return None
    places = [at for at, _numbers_there in rows]
    away = np.array([[1.0, lunch - here[0], english - here[1]] for _at, (lunch, english) in rows])
    factor = judged.factor
    try:
        fit = engine.require(
            engine.pooled(
                engine.series(changes.effect[places] * factor, changes.variance[places] * factor**2, away),
                "REML", "adhoc",
            )
        )  # fmt: skip
    except AnalysisError:
        return None
    mean, reach = engine.predicted(fit, [[1.0, 0.0, 0.0]])
    spans = [Span(*(float(each[0, 0]) for each in (one.value, one.low, one.high))) for one in (mean, reach)]
    return Expected("regression", "", len(rows), *spans)
