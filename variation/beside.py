"""The change at teams that tested an idea beside that of comparable teams that did not. Pure.

As :func:`variation.effects.compared`, for many teams at once. Teams are comparable when they work at the same
level and serve the same span of grades; of very many the first few hundred are enough.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from measures.engine.problems import AnalysisError
from variation.effects import LEAST_TEAMS
from variation.engine import pooling as engine
from variation.many_effects import Changes, Panel, Reals
from variation.pooling import Pool, pool

MOST_OTHERS = 300
"""Comparable teams looked at for one team; more would hardly make the comparison surer."""


@dataclass(frozen=True)
class Beside:
    """The differences from comparable teams put together: at how many teams, beside how many at most."""

    teams: int
    others: int
    pooled: Pool | None


def beside(
    panel: Panel,
    changes: Changes,
    began: Sequence[int],
    likes: Sequence[str],
    others: Mapping[str, Sequence[int]],
) -> Beside:
    """Return what the changes come to beyond those of comparable teams over the same dates.

    Args:
        changes: one row a team that tested the idea, *began* its ordinal day.
        likes: for each row, the kind of team it is compared within.
        others: for each kind, numbers of the teams that did not test the idea.
    """
    rows = np.flatnonzero(changes.known)
    windows = [
        (likes[at], int(changes.since[at]), int(began[at]), int(changes.until[at])) for at in rows.tolist()
    ]
    theirs = _theirs(panel, list(dict.fromkeys(windows)), others)
    told = [
        (at, theirs[window]) for at, window in zip(rows.tolist(), windows, strict=True) if window in theirs
    ]
    most = max((count for _at, (_mean, _var, count) in told), default=0)
    if len(told) < LEAST_TEAMS:
        return Beside(len(told), most, None)
    difference = [changes.effect[at] - mean for at, (mean, _var, _count) in told]
    variance = [changes.variance[at] + var for at, (_mean, var, _count) in told]
    try:
        return Beside(len(told), most, pool(difference, variance))
    except AnalysisError:
        return Beside(len(told), most, None)


def _theirs(
    panel: Panel, windows: Sequence[tuple[str, int, int, int]], others: Mapping[str, Sequence[int]]
) -> dict[tuple[str, int, int, int], tuple[float, float, int]]:
    """Return for each window the pooled change of the others, its variance, and how many they were."""
    effects: list[Reals] = []
    variances: list[Reals] = []
    kept = []
    for window in windows:
        like, since, began, until = window
        numbers = np.asarray(others.get(like, ())[:MOST_OTHERS], np.int64)
        found = panel.around(numbers, began, since, until)
        if int(found.known.sum()) >= LEAST_TEAMS:
            effects.append(_padded(found.effect))
            variances.append(_padded(found.variance))
            kept.append((window, int(found.known.sum())))
    if not kept:
        return {}
    wide = max(len(row) for row in effects)
    table = np.array([np.pad(row, (0, wide - len(row)), constant_values=np.nan) for row in effects])
    spread = np.array([np.pad(row, (0, wide - len(row)), constant_values=np.nan) for row in variances])
    fits = engine.pooled(engine.series(table, spread), "DL", "adhoc")
    means, errors = fits.b[:, 0], fits.se[:, 0]
    return {
        window: (float(mean), float(error) ** 2, count)
        for (window, count), mean, error in zip(kept, means, errors, strict=True)
        if np.isfinite(mean) and np.isfinite(error)
    }


def _padded(row: Reals) -> Reals:
    return row[np.isfinite(row)]
