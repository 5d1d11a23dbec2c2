"""Linear multilevel models: means that differ from unit to unit, slopes too, units within units. Pure.

Restricted and full maximum likelihood, with the estimates that the field expects of them: coefficients with
standard errors, variances between units and within, each unit's own effect drawn toward the others', its
uncertainty. Computed on sums per unit: ``unit_sums`` makes them, ``profile`` finds the best variances where
one effect varies, ``elimination`` where several do.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from measures.engine.problems import AnalysisError, Flags, Floats, Whole
from variation.engine import elimination
from variation.engine.elimination import Block, Level, Sums
from variation.engine.frame import Varying
from variation.engine.optimum import UNSETTLED, Optimum, Slopes, lowest
from variation.engine.profile import Curve, best_ratio
from variation.engine.unit_sums import Prepared, coded, prepare

_NOTHING = 1e-5
_ALONG = (0.0, 0.3, 1.0, 3.0, 10.0)
_FALLBACK = (1.0, 0.2)
Start = tuple[Floats, Flags]
"""Factors to look from, and which of them belong to what varies there."""
_WIDEST = 3e4
"""Beyond this ratio of spreads, between units and within, doubles no longer hold what is within."""


@dataclass(frozen=True)
class Component:
    """What varies between the units of one grouping.

    ``covariance`` is that of the effects; ``modes`` (units, effects) are each unit's estimates, drawn toward
    0; ``spreads`` their conditional standard deviations, without the coefficients' uncertainty.
    """

    label: str
    names: tuple[str, ...]
    units: tuple[str, ...]
    covariance: Floats
    modes: Floats
    spreads: Floats


@dataclass(frozen=True)
class LinearFit:
    """A fitted linear model; ``components`` in the order of the terms given, the residual apart."""

    restricted: bool
    rows: int
    estimate: Floats
    covariance: Floats
    components: tuple[Component, ...]
    sigma2: float
    log_lik: float
    parameters: int

    @property
    def error(self) -> Floats:
        """Return the standard errors of the coefficients."""
        return np.sqrt(np.diag(self.covariance))


def fit(prepared: Prepared, *, restricted: bool) -> LinearFit:
    """Return the fitted model.

    Raises:
        AnalysisError: ``not_converged`` or ``not_estimable``.
    """
    sums = prepared.sums
    theta = best_theta(sums, restricted=restricted)
    solved = elimination.solve(sums, theta)
    free = sums.rows - sums.fixed if restricted else sums.rows
    if solved.residual < 1e-12 * sums.rows:
        raise AnalysisError("not_estimable", "Nothing is left within the units: the model fits every row.")
    sigma2 = solved.residual / free
    estimate = prepared.base + prepared.scale * (prepared.back @ solved.coefficients)
    true_sigma2 = sigma2 * prepared.scale**2
    covariance = true_sigma2 * (prepared.back @ solved.inverse @ prepared.back.T)
    log_det = solved.log_det
    if restricted:
        log_det += solved.log_det_fixed - 2 * float(np.log(np.abs(np.diag(prepared.back))).sum())
    log_lik = -0.5 * (log_det + free * (np.log(2 * np.pi * true_sigma2) + 1))
    components = _components(prepared, theta, solved, true_sigma2)
    return LinearFit(
        restricted, sums.rows, estimate, covariance, components, true_sigma2, float(log_lik),
        parameters=sums.fixed + theta.size + 1,
    )  # fmt: skip


def best_theta(sums: Sums, *, restricted: bool) -> Floats:
    """Return the relative factors at which the data are likeliest, what is next to nothing as nothing."""
    if len(sums.levels) == 1 and sums.levels[0].blocks == (Block(1),):
        free = sums.rows - sums.fixed * restricted
        curve = Curve(sums.own[:, 0, 0], sums.across[:, 0], sums.around[0], free, restricted)
        return np.array([np.sqrt(best_ratio(curve))])

    def slopes(theta: Floats) -> tuple[float, Floats]:
        return elimination.slopes(sums, theta, restricted=restricted)

    grid, fallback = _starts(sums, restricted=restricted)
    found = _deepest(slopes, grid) or _deepest(slopes, fallback)
    if found is None:
        raise AnalysisError("not_converged", UNSETTLED)
    corners = _corners(sums.levels)
    snapped = np.where(np.abs(found.at) < np.where(corners, _NOTHING, 1e-9), 0.0, found.at)
    return snapped if slopes(snapped)[0] <= found.value + 1e-7 else found.at


def _starts(sums: Sums, *, restricted: bool) -> tuple[list[Start], list[Start]]:
    """Return where to look from, and where to look from should that lead nowhere.

    First the best places of a grid, in all and of those where everything varies: the likelihood of several
    levels can have a peak where all vary and a higher one where some do not.
    """
    triangles = [
        np.eye(block.width)[np.tril_indices(block.width)] for level in sums.levels for block in level.blocks
    ]
    along = _ALONG if len(triangles) < 3 else _ALONG[::2] if len(triangles) < 5 else (1.0,)
    scales = np.array(list(product(along, repeat=len(triangles))))
    places = [
        np.concatenate([scale * each for scale, each in zip(row, triangles, strict=True)]) for row in scales
    ]
    heights = [elimination.criterion(sums, theta, restricted=restricted) for theta in places]
    order = np.argsort(heights, kind="stable")
    best = (order[0], order[(scales[order] > 0).all(axis=1)][0])
    sizes, whole = [each.size for each in triangles], np.concatenate(triangles)
    return (
        [(places[at], np.repeat(scales[at] > 0, sizes)) for at in dict.fromkeys(best)],
        [(scale * whole, np.ones(whole.size, dtype=bool)) for scale in _FALLBACK],
    )


def _deepest(slopes: Slopes, starts: Sequence[Start]) -> Optimum | None:
    """Return the lowest place that the starts lead to, if any leads to one."""
    ended = []
    for start, free in starts:
        with suppress(AnalysisError):
            ended.append(_descended(slopes, start, free))
    return min(ended, key=lambda each: each.value, default=None)


def _descended(slopes: Slopes, start: Floats, free: Flags) -> Optimum:
    """Return the lowest place from *start*; what is not *free* stays at 0, unless it leads lower to vary."""
    if not free.any() or free.all():
        return lowest(slopes, start, widest=_WIDEST)

    def whole(part: Floats) -> Floats:
        theta = np.zeros_like(start)
        theta[free] = part
        return theta

    def of_part(part: Floats) -> tuple[float, Floats]:
        value, slope = slopes(whole(part))
        return value, slope[free]

    found = lowest(of_part, start[free], widest=_WIDEST)
    for step in (0.1, 1e-3):
        beside = np.where(free, whole(found.at), step)
        if slopes(beside)[0] < found.value:
            return lowest(slopes, beside, widest=_WIDEST)
    return Optimum(whole(found.at), found.value, found.bend)


def _corners(levels: Sequence[Level]) -> Any:
    """Return which numbers of theta stand on a diagonal."""
    found = []
    for level in levels:
        for block in level.blocks:
            row, column = np.tril_indices(block.width)
            found.append(row == column)
    return np.concatenate(found)


def _components(
    prepared: Prepared, theta: Floats, solved: elimination.Solved, sigma2: float
) -> tuple[Component, ...]:
    sums = prepared.sums
    found = []
    triangles = {}
    for at, (level, part) in enumerate(zip(sums.levels, elimination.split(sums.levels, theta), strict=True)):
        first = 0
        for block, triangle in zip(level.blocks, elimination.factors(level, part), strict=True):
            triangles[at, first] = triangle
            first += block.width * block.count
    effects = elimination.effects(sums, solved)
    for term, turn, (at, first) in zip(prepared.varying, prepared.turns, prepared.places, strict=True):
        modes, spread, _around = effects[at]
        wide = len(term.names)
        if prepared.crossed:
            columns = first + np.arange(len(term.units) * wide).reshape(-1, wide)
            modes, spread = modes[0][columns], spread[0][columns[:, :, None], columns[:, None, :]]
        else:
            modes, spread = (
                modes[:, first : first + wide],
                spread[:, first : first + wide, first : first + wide],
            )
        half = turn @ triangles[at, first]
        variances = np.einsum("ab,jbc,ac->ja", turn, spread, turn)
        found.append(
            Component(
                term.label, term.names, term.units, sigma2 * (half @ half.T),
                prepared.scale * (modes @ turn.T), np.sqrt(np.maximum(sigma2 * variances, 0.0)),
            )
        )  # fmt: skip
    return tuple(found)


def random_intercept(y: Floats, units: Sequence[Any] | Whole, *, restricted: bool = True) -> LinearFit:
    """Return the two-level model of a response: what varies between units, and what within.

    Args:
        units: the unit of each row, as numbers or texts.
    """
    names, codes = coded(np.asarray(units))
    values = np.asarray(y, dtype=np.float64)
    ones = np.ones((len(values), 1))
    term = Varying("unit", ("(Intercept)",), ones, codes, names)
    return fit(prepare(values, ones, [term]), restricted=restricted)
