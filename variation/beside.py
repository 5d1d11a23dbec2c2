"""The change at teams that tested an idea beside that of comparable teams that did not. Pure.

As :func:`variation.effects.compared`, for many teams at once. Teams are comparable when they work at the same
level and serve the same span of grades; of very many some are enough, drawn without regard to anything else.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from measures.engine.problems import AnalysisError
from variation.effects import LEAST_TEAMS
from variation.engine import pooling as engine
from variation.engine.chances import two_sided
from variation.many_effects import Changes, Panel, Reals
from variation.pooling import Pool, Span, pool

MOST_OTHERS = 40
"""Comparable teams looked at for teams of one kind: their mean is six times surer than a team's change."""
LEAST_OTHERS = 20
MOST_READ = 120
"""Comparable teams of all kinds together, as long as each kind has :data:`LEAST_OTHERS`."""


@dataclass(frozen=True)
class Beside:
    """The differences from comparable teams put together: at how many teams, beside how many at most."""

    teams: int
    others: int
    pooled: Pool | None


@dataclass(frozen=True)
class Windows:
    """What comparable teams did over the same dates as each test: one row a test of one kind of team.

    ``change`` and ``variance`` have a column for each comparable team, NaN where too little was counted.
    """

    rows: Sequence[int]
    change: Reals
    variance: Reals


def drawn(kinds: Mapping[str, Sequence[int]], testers: Collection[int]) -> dict[str, list[int]]:
    """Return comparable teams of each kind, those that tested the idea left out.

    Args:
        kinds: the teams of each kind in one order for all ideas (:func:`shuffled`), so that a page of many
            ideas reads few teams.
    """
    without = set(testers)
    most = max(LEAST_OTHERS, min(MOST_OTHERS, MOST_READ // max(len(kinds), 1)))
    return {
        kind: list(islice((team for team in teams if team not in without), most))
        for kind, teams in kinds.items()
    }


def shuffled(teams: Iterable[int]) -> list[int]:
    """Return teams in an order that means nothing and is always the same."""
    return sorted(teams, key=lambda team: team * 2654435761 % 2**32)  # Knuth's hash: neighbours come apart


def beside(
    panel: Panel,
    changes: Changes,
    began: Sequence[int],
    likes: Sequence[str],
    others: Mapping[str, Sequence[int]],
) -> Beside:
    """Return what the changes come to beyond those of comparable teams over the same dates.

    Comparable teams serve many tests, so that what is by chance at them does not average out over the tests;
    how far it moves the mean is taken from how they differ, and the interval is wider by it.

    Args:
        panel: the points of the comparable teams.
        changes: one row a team that tested the idea, *began* its ordinal day.
        likes: for each row, the kind of team it is compared within.
        others: for each kind, numbers of the teams that did not test the idea (:func:`drawn`).
    """
    told = _windows(panel, changes, began, likes, others)
    means = {at: (mean, count) for part in told for at, mean, count in _means(part)}
    rows = sorted(means)
    most = max((count for _mean, count in means.values()), default=0)
    if len(rows) < LEAST_TEAMS:
        return Beside(len(rows), most, None)
    difference = [changes.effect[at] - means[at][0] for at in rows]
    try:
        found = pool(difference, changes.variance[rows], each=False)
    except AnalysisError:
        return Beside(len(rows), most, None)
    weight = 1 / (changes.variance + found.tau2.value)
    return Beside(len(rows), most, _widened(found, _shared(told, means, weight)))


def _windows(
    panel: Panel,
    changes: Changes,
    began: Sequence[int],
    likes: Sequence[str],
    others: Mapping[str, Sequence[int]],
) -> list[Windows]:
    """Return the changes of comparable teams around every known test, a part for each kind of team."""
    by_kind: dict[str, list[int]] = {}
    for at in np.flatnonzero(changes.known).tolist():
        by_kind.setdefault(likes[at], []).append(at)
    days, found = np.asarray(began, np.int64), []
    for kind, rows in by_kind.items():
        teams = np.asarray(others.get(kind, ()), np.int64)
        if len(teams) < LEAST_TEAMS:
            continue
        since, start, until = (column[rows][:, None] for column in (changes.since, days, changes.until))
        seen = panel.around(teams[None, :], start, since, until)
        found.append(Windows(rows, seen.effect, seen.variance))
    return found


def _means(part: Windows) -> list[tuple[int, float, int]]:
    """Return for each test the pooled change of the others and of how many; none under five."""
    counts = np.isfinite(part.change).sum(axis=1)
    kept = np.flatnonzero(counts >= LEAST_TEAMS)
    if not len(kept):
        return []
    means = engine.pooled(engine.series(part.change[kept], part.variance[kept]), "DL", "adhoc").b[:, 0]
    return [
        (part.rows[at], float(mean), int(counts[at]))
        for at, mean in zip(kept.tolist(), means, strict=True)
        if np.isfinite(mean)
    ]


def _shared(told: Sequence[Windows], means: Mapping[int, tuple[float, int]], weight: Reals) -> float:
    """Return the variance that the comparable teams bring into the pooled difference.

    Each of them stands in the mean with what it saw over all tests, weighted as the tests are: the spread of
    that between the teams of a kind, over how many they are.
    """
    whole, found = float(sum(weight[at] for at in means)), 0.0
    for part in told:
        kept = [row for row, at in enumerate(part.rows) if at in means]
        if not kept:
            continue
        weights, change = weight[[part.rows[row] for row in kept]][:, None], part.change[kept]
        there = np.isfinite(change)
        centred = np.where(there, change - np.nanmean(change, axis=1, keepdims=True), 0.0)
        said = there.any(axis=0)
        base = (weights * there).sum(axis=0)[said]
        per_team = (weights * centred).sum(axis=0)[said] / base
        share = float(weights.sum()) / whole
        found += share**2 * float(per_team.var(ddof=1)) / int(said.sum())
    return found


def _widened(found: Pool, extra: float) -> Pool:
    """Return a pooled figure whose intervals hold *extra* variance of the mean."""
    if not found.se > 0 or not np.isfinite(extra):
        return found
    value, reach = found.mean.value, (found.mean.high - found.mean.value) / found.se
    se, ahead = float(np.sqrt(found.se**2 + extra)), found.next_site
    if ahead is not None:
        wide = reach * float(np.sqrt(((ahead.high - value) / reach) ** 2 + extra))
        ahead = Span(value, value - wide, value + wide)
    mean, pval = (
        Span(value, value - reach * se, value + reach * se),
        float(two_sided(value / se, found.k - 1)),
    )
    return replace(found, mean=mean, se=se, pval=pval, next_site=ahead)
