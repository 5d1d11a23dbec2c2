"""Shares that differ from unit to unit: the logistic model with a random intercept. Pure.

What can't be integrated exactly is approximated around each unit's own mode, with one node (Laplace) or with
adaptive Gauss-Hermite nodes (Pinheiro and Bates 1995); 25 leave no error that matters. Slopes of the
approximated likelihood are exact, the nodes' own movement included. Standard errors come from its curvature
in coefficients and spread together, as the peer's do.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from measures.engine.problems import AnalysisError, Floats, Whole
from variation.engine.frame import Varying
from variation.engine.optimum import lowest
from variation.engine.unit_sums import orthogonal

_SEPARATED = 30.0
_NOTHING = 1e-5


@dataclass(frozen=True)
class LogisticFit:
    """A fitted model; ``modes`` are the units' effects on the log odds, ``spreads`` their uncertainty.

    ``log_lik`` holds all constants; ``less_saturated`` is the log likelihood less that of a model that fits
    every row.
    """

    nodes: int
    rows: int
    estimate: Floats
    covariance: Floats
    variance: float
    modes: Floats
    spreads: Floats
    log_lik: float
    less_saturated: float

    @property
    def error(self) -> Floats:
        """Return the standard errors of the coefficients."""
        return np.sqrt(np.diag(self.covariance))


@dataclass(frozen=True)
class Chances:
    """Successes out of trials, rows of one unit together; ``starts`` says where each unit begins."""

    y: Floats
    trials: Floats
    basis: Floats
    starts: Whole
    unit: Whole

    def summed(self, values: Floats) -> Floats:
        """Return values of rows summed over each unit."""
        return np.asarray(np.add.reduceat(values, self.starts, axis=0))


@dataclass(frozen=True)
class Modes:
    """Each unit's likeliest effect, in units of the spread, and how sharp it is."""

    at: Floats
    sharpness: Floats


def prepare(
    y: Floats, trials: Floats, design: Floats, term: Varying, names: Sequence[str]
) -> tuple[Chances, Floats]:
    """Return rows put together by unit and design, and the way back for the coefficients.

    Raises:
        AnalysisError: ``not_estimable`` where no data of this shape could settle the model.
    """
    if len(term.units) < 2:
        raise AnalysisError("not_estimable", f"“{term.label}” has one unit only: nothing varies between.")
    if y.sum() in (0.0, trials.sum()):
        raise AnalysisError("not_estimable", "Every row is all, or every row nothing: no odds can be told.")
    held = np.bincount(term.codes, weights=trials, minlength=len(term.units))
    won = np.bincount(term.codes, weights=y, minlength=len(term.units))
    if (held <= 1).all():
        raise AnalysisError(
            "not_estimable",
            f"Every unit of “{term.label}” has one trial: nothing can be told of its own chance.",
        )
    if ((won == 0) | (won == held)).all():
        raise AnalysisError(
            "not_estimable", f"Every unit of “{term.label}” is all or nothing: the spread has no end."
        )
    counted = trials > 0
    _basis, turn = orthogonal(design[counted], names)
    back = np.asarray(np.linalg.inv(turn) * np.sqrt(counted.sum()), dtype=np.float64)
    cells = np.column_stack([term.codes, design @ back])
    kinds, place = np.unique(cells, axis=0, return_inverse=True)
    place = place.reshape(-1)
    unit = kinds[:, 0].astype(np.intp)
    chances = Chances(
        np.bincount(place, weights=y).astype(np.float64),
        np.bincount(place, weights=trials).astype(np.float64), kinds[:, 1:],
        np.flatnonzero(np.diff(unit, prepend=-1)), unit,
    )  # fmt: skip
    return chances, back


def plain(chances: Chances) -> Floats:
    """Return the coefficients where units don't differ.

    Raises:
        AnalysisError: ``not_estimable`` where a column tells successes and failures apart: its coefficient
            has no end.
    """
    beta = np.zeros(chances.basis.shape[1])
    for _step in range(60):
        line = chances.basis @ beta
        if np.abs(line).max(initial=0.0) > _SEPARATED:
            break
        chance = 1 / (1 + np.exp(-line))
        weight = chances.trials * chance * (1 - chance)
        slope = chances.basis.T @ (chances.y - chances.trials * chance)
        step = np.linalg.solve((chances.basis.T * weight) @ chances.basis, slope)
        beta = beta + step * min(1.0, 4.0 / max(float(np.abs(chances.basis @ step).max(initial=0.0)), 1e-300))
        if np.abs(step).max(initial=0.0) < 1e-10:
            return beta
    raise AnalysisError(
        "not_estimable",
        "What explains the outcome tells all successes from failures (separation).",
    )


def find_modes(chances: Chances, line: Floats, spread: float) -> Modes:
    """Return each unit's mode at the fixed part *line*, by Newton's steps of bounded length."""
    at = np.zeros(chances.starts.size)
    for _step in range(200):
        chance = _chance(line + spread * at[chances.unit])
        slope = spread * chances.summed(chances.y - chances.trials * chance) - at
        sharpness = 1 + spread**2 * chances.summed(chances.trials * chance * (1 - chance))
        step = slope / sharpness
        widest = 3.0 / max(abs(spread), 1e-3)
        at = at + np.clip(step, -widest, widest)
        if np.abs(step).max() < 1e-11:
            break
    chance = _chance(line + spread * at[chances.unit])
    return Modes(at, 1 + spread**2 * chances.summed(chances.trials * chance * (1 - chance)))


@cache
def _nodes(count: int) -> tuple[Floats, Floats]:
    places, weights = np.polynomial.hermite.hermgauss(count)
    return np.asarray(places), np.asarray(weights)


def _chance(line: Floats) -> Floats:
    return np.asarray(0.5 * (1 + np.tanh(0.5 * line)))


def criterion(chances: Chances, at: Floats, nodes: int) -> tuple[float, Floats]:
    """Return -2 log likelihood less the counts' constants, and its slopes by coefficients and spread."""
    beta, spread = at[:-1], float(at[-1])
    line = chances.basis @ beta
    modes = find_modes(chances, line, spread)
    places, weights = _nodes(nodes)
    sd = modes.sharpness**-0.5
    u = modes.at[:, None] + np.sqrt(2) * sd[:, None] * places
    lines = line[:, None] + spread * u[chances.unit]
    left = chances.y[:, None] - chances.trials[:, None] * _chance(lines)
    heights = (
        chances.summed(chances.y[:, None] * lines - chances.trials[:, None] * np.logaddexp(0, lines))
        - u**2 / 2
    )
    logs = heights + np.log(weights) + places**2
    top = logs.max(axis=1, keepdims=True)
    parts = np.exp(logs - top)
    whole = parts.sum(axis=1, keepdims=True)
    value = float((top[:, 0] + np.log(whole[:, 0]) + np.log(sd) - 0.5 * np.log(np.pi)).sum())
    share = parts / whole
    left_by_unit = chances.summed(left)
    by_u = share * (spread * left_by_unit - u)
    by_mode, by_sd = by_u.sum(axis=1), np.sqrt(2) * (by_u @ places)
    mode_moves, log_sharpness_moves = _movements(chances, line, spread, modes)
    direct = np.append(
        chances.basis.T @ (share[chances.unit] * left).sum(axis=1), (share * left_by_unit * u).sum()
    )
    moved = mode_moves.T @ by_mode - 0.5 * log_sharpness_moves.T @ (sd * by_sd + 1)
    return -2 * value, -2 * (direct + moved)


def _movements(chances: Chances, line: Floats, spread: float, modes: Modes) -> tuple[Floats, Floats]:
    """Return how modes, and the logarithm of their sharpness, move with coefficients and spread."""
    chance = _chance(line + spread * modes.at[chances.unit])
    weight = chances.trials * chance * (1 - chance)
    bent = weight * (1 - 2 * chance)
    left, held, third = (chances.summed(each) for each in (chances.y - chances.trials * chance, weight, bent))
    sharp = modes.sharpness
    by_beta = -spread * chances.summed(weight[:, None] * chances.basis) / sharp[:, None]
    by_spread = (left - spread * modes.at * held) / sharp
    sharp_by_beta = spread**2 * (
        chances.summed(bent[:, None] * chances.basis) + spread * third[:, None] * by_beta
    )
    sharp_by_spread = 2 * spread * held + spread**2 * third * (modes.at + spread * by_spread)
    return (
        np.column_stack([by_beta, by_spread]),
        np.column_stack([sharp_by_beta, sharp_by_spread]) / sharp[:, None],
    )


def fit(
    y: Floats, trials: Floats, design: Floats, term: Varying, *, names: Sequence[str] = (), nodes: int = 25
) -> LogisticFit:
    """Return the fitted model.

    Args:
        y: successes of each row, out of *trials*; 0 or 1 out of 1 where rows stand for one trial each.
        term: the units; its design is a column of ones.

    Raises:
        AnalysisError: ``not_estimable`` or ``not_converged``.
    """
    if term.names != ("(Intercept)",):
        raise AnalysisError(
            "unknown_parameter",
            "Shares are modelled with a random intercept: write “(1 | school)”, no slopes.",
        )
    chances, back = prepare(y, trials, design, term, names)

    def slopes(at: Floats) -> tuple[float, Floats]:
        return criterion(chances, at, nodes)

    found = lowest(slopes, np.append(plain(chances), 0.5), widest=100.0)
    if abs(found.at[-1]) < 0.05:
        other = lowest(slopes, np.append(plain(chances), 2.0), widest=100.0)
        found = other if other.value < found.value - 1e-9 else found
    none = np.append(found.at[:-1], 0.0)
    if abs(found.at[-1]) < _NOTHING and slopes(none)[0] <= found.value + 1e-7:
        found = replace(found, at=none)
    modes = find_modes(chances, chances.basis @ found.at[:-1], float(found.at[-1]))
    spread = abs(float(found.at[-1]))
    covariance = 2 * np.linalg.inv(found.bend)[:-1, :-1]
    log_lik, (ways, saturated) = -found.value / 2, _constants(y, trials)
    return LogisticFit(
        nodes, len(y), back @ found.at[:-1], back @ covariance @ back.T, spread**2, found.at[-1] * modes.at,
        spread / np.sqrt(modes.sharpness), log_lik + ways, log_lik - saturated,
    )  # fmt: skip


def _constants(y: Floats, trials: Floats) -> tuple[float, float]:
    """Return the log of the numbers of ways, and the log likelihood of a model that fits every row."""
    from scipy import special

    failures = trials - y
    ways = special.gammaln(trials + 1) - special.gammaln(y + 1) - special.gammaln(failures + 1)
    fitting = special.xlogy(y, y) + special.xlogy(failures, failures) - special.xlogy(trials, trials)
    return float(ways.sum()), float(fitting.sum())
