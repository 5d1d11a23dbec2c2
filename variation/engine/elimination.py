"""Linear models of units within units, worked out on sums per unit: pupils in schools in districts. Pure.

Each unit's effects are taken out of the sums of squares and products in turn, the innermost units first (a
block Cholesky factorisation on sums): what is left belongs to the units around them, and at last to the
coefficients that all share. The cost depends on the number of units, not of rows. Slopes of the criterion are
exact: the same steps backwards. The likelihood and its profile over the residual variance are those of Bates,
Mächler, Bolker and Walker (2015).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from measures.engine.problems import Floats, Whole

_TINY = 1e-300


@dataclass(frozen=True)
class Block:
    """A covariance matrix of ``width`` effects, repeated ``count`` times within a unit of the level."""

    width: int
    count: int = 1

    @property
    def free(self) -> int:
        """Return how many numbers the matrix has: its lower triangle."""
        return self.width * (self.width + 1) // 2


@dataclass(frozen=True)
class Level:
    """One level of units: what varies in each, and the place of the unit around it."""

    blocks: tuple[Block, ...]
    parent: Whole

    @property
    def width(self) -> int:
        """Return how many columns of its own a unit has."""
        return sum(block.width * block.count for block in self.blocks)

    @cached_property
    def order(self) -> tuple[Whole | slice, Whole]:
        """Return the order that puts units of one parent together, and where each parent begins."""
        if (np.diff(self.parent) >= 0).all():
            return slice(None), np.flatnonzero(np.diff(self.parent, prepend=-1))
        order = np.argsort(self.parent, kind="stable")
        return order, np.flatnonzero(np.diff(self.parent[order], prepend=-1))

    def gathered(self, values: Floats) -> Floats:
        """Return values of units summed over each unit around them."""
        order, starts = self.order
        if starts.size == 1:
            return np.asarray(values.sum(axis=0, keepdims=True))
        return np.asarray(np.add.reduceat(values[order], starts, axis=0))


@dataclass(frozen=True)
class Sums:
    """Everything about the data that a fit needs, whatever the number of rows.

    ``levels`` stand innermost first; the last one's units have no unit around them. ``own`` (units, q, q),
    ``across`` (units, q, r) and ``around`` (parents, r, r) are the innermost level's sums of products: of its
    own columns; of those with the columns of the levels around, of the coefficients and of the response, in
    this order; of the latter with each other. ``fixed`` is the number of coefficients.
    """

    levels: tuple[Level, ...]
    own: Floats
    across: Floats
    around: Floats
    rows: int
    fixed: int


@dataclass(frozen=True)
class Taken:
    """A level taken out: its sums of products, and ``gain``, the effects' variance given all else."""

    own: Floats
    across: Floats
    gain: Floats


@dataclass(frozen=True)
class Solved:
    """The model at given variances, in units of the residual's.

    ``inverse`` is that of the coefficients' sums of products, ``residual`` the sum of squares left, the two
    determinants those of all units together and of the coefficients.
    """

    taken: tuple[Taken, ...]
    coefficients: Floats
    inverse: Floats
    residual: float
    log_det: float
    log_det_fixed: float


def factors(level: Level, theta: Sequence[float] | Floats) -> list[Floats]:
    """Return the lower triangles that *theta* holds for a level, one for each of its blocks."""
    found, at = [], 0
    for block in level.blocks:
        triangle = np.zeros((block.width, block.width))
        triangle[_lower(block.width)] = theta[at : at + block.free]
        at += block.free
        found.append(triangle)
    return found


@lru_cache(maxsize=32)
def _lower(width: int) -> tuple[Whole, Whole]:
    """Return where the lower triangle of a square lies; asked for in every step of every fit."""
    rows, columns = np.tril_indices(width)
    return rows, columns


def split(levels: Sequence[Level], theta: Floats) -> list[Floats]:
    """Return the part of *theta* of each level."""
    found, at = [], 0
    for level in levels:
        end = at + sum(block.free for block in level.blocks)
        found.append(theta[at:end])
        at = end
    return found


def solve(sums: Sums, theta: Floats) -> Solved:
    """Return the model at the relative factors *theta*, by taking out level after level."""
    own, across, around, taken, log_det = sums.own, sums.across, sums.around, [], 0.0
    left = around
    for at, (level, part) in enumerate(zip(sums.levels, split(sums.levels, theta), strict=True)):
        gain, more = _gain(own, _whole(level, factors(level, part)))
        taken.append(Taken(own, across, gain))
        log_det += more
        left = around - level.gathered(_weighed(gain, across))
        if at + 1 < len(sums.levels):
            wide = sums.levels[at + 1].width
            own, across = left[:, :wide, :wide], left[:, :wide, wide:]
            around = sums.levels[at + 1].gathered(left[:, wide:, wide:])
    return _with_coefficients(tuple(taken), left[0], log_det)


def _with_coefficients(taken: tuple[Taken, ...], left: Floats, log_det: float) -> Solved:
    inverse = np.asarray(np.linalg.inv(left[:-1, :-1]), dtype=np.float64)
    coefficients = inverse @ left[:-1, -1]
    residual = float(left[-1, -1] - left[:-1, -1] @ coefficients)
    log_det_fixed = float(np.linalg.slogdet(left[:-1, :-1])[1])
    return Solved(taken, coefficients, inverse, max(residual, _TINY), log_det, log_det_fixed)


def _whole(level: Level, triangles: Sequence[Floats]) -> Floats:
    """Return the factor of all of a unit's columns: its blocks' along the diagonal."""
    if len(triangles) == 1 and level.blocks[0].count == 1:
        return triangles[0]
    whole, at = np.zeros((level.width, level.width)), 0
    for block, triangle in zip(level.blocks, triangles, strict=True):
        end = at + block.width * block.count
        whole[at:end, at:end] = np.kron(np.eye(block.count), triangle) if block.count > 1 else triangle
        at = end
    return whole


def _gain(own: Floats, factor: Floats) -> tuple[Floats, float]:
    """Return K = L (I + L'AL)⁻¹ L' of each unit, and the log determinant of all that is inverted."""
    if factor.shape[0] == 1:
        variance = factor[0, 0] ** 2
        scaled = 1 + variance * own
        return variance / scaled, float(np.log(scaled).sum())
    inner = np.eye(factor.shape[0]) + factor.T @ own @ factor
    log_det = float(np.linalg.slogdet(inner)[1].sum())
    return np.asarray(factor @ np.linalg.solve(inner, np.broadcast_to(factor.T, inner.shape))), log_det


def _weighed(gain: Floats, across: Floats) -> Floats:
    """Return B'KB of each unit."""
    if gain.shape[-1] == 1:
        return np.asarray((gain * across).transpose(0, 2, 1) * across)
    return np.asarray(across.transpose(0, 2, 1) @ gain @ across)


def criterion(sums: Sums, theta: Floats, *, restricted: bool) -> float:
    """Return -2 log likelihood but for a constant."""
    free = sums.rows - sums.fixed if restricted else sums.rows
    return _criterion(solve(sums, theta), free, restricted)


def _criterion(solved: Solved, free: int, restricted: bool) -> float:
    return solved.log_det + free * float(np.log(solved.residual)) + solved.log_det_fixed * restricted


def slopes(sums: Sums, theta: Floats, *, restricted: bool) -> tuple[float, Floats]:
    """Return the criterion, -2 log likelihood but for a constant, and its slopes by *theta*."""
    solved = solve(sums, theta)
    free = sums.rows - sums.fixed if restricted else sums.rows
    value = _criterion(solved, free, restricted)
    towards = np.append(-solved.coefficients, 1.0)
    upon = free / solved.residual * np.outer(towards, towards)
    if restricted:
        upon[:-1, :-1] += solved.inverse
    found, back = [], upon[None]
    parts = split(sums.levels, theta)
    for level, taken, part in list(zip(sums.levels, solved.taken, parts, strict=True))[::-1]:
        by_variance, back = _backwards(taken, back[level.parent])
        found.append(_by_theta(level, factors(level, part), by_variance))
    return value, np.concatenate(found[::-1])


def _backwards(taken: Taken, upon: Floats) -> tuple[Floats, Floats]:
    """Return the criterion's slopes by the effects' variances, and by a unit's own sums.

    *upon* holds, for each unit, the slopes by what was left after it had been taken out.
    """
    own, across, gain = taken.own, taken.across, taken.gain
    wide = gain.shape[-1]
    if wide == 1:  # the commonest case by far, in plain products: matrices of one cell are slow
        drawn = np.einsum("jqr,jrs->jqs", across, upon)
        by_gain = -np.einsum("jqs,jqs->jq", drawn, across)[:, :, None]
        kept = 1 - gain * own
        by_variance = (kept * kept * by_gain + own * kept).sum(axis=0)
        by_own, by_across = gain - gain * by_gain * gain, -gain * drawn
    else:
        drawn = across @ upon
        by_gain = -drawn @ across.transpose(0, 2, 1)
        kept = np.eye(wide) - gain @ own
        by_variance = (kept.transpose(0, 2, 1) @ by_gain @ kept + own @ kept).sum(axis=0)
        by_own, by_across = gain - gain @ by_gain @ gain, -gain @ drawn
    back = np.empty((own.shape[0], wide + upon.shape[-1], wide + upon.shape[-1]))
    back[:, :wide, :wide], back[:, wide:, wide:] = by_own, upon
    back[:, :wide, wide:], back[:, wide:, :wide] = by_across, by_across.transpose(0, 2, 1)
    return by_variance, back


def _by_theta(level: Level, triangles: Sequence[Floats], by_variance: Floats) -> Floats:
    found, at = [], 0
    for block, triangle in zip(level.blocks, triangles, strict=True):
        end = at + block.width * block.count
        shared = by_variance[at:end, at:end]
        if block.count > 1:
            square = shared.reshape(block.count, block.width, block.count, block.width)
            shared = np.einsum("iaib->ab", square)
        found.append(((shared + shared.T) @ triangle)[_lower(block.width)])
        at = end
    return np.concatenate(found)


def effects(
    sums: Sums, solved: Solved, *, towards: Floats | None = None
) -> list[tuple[Floats, Floats, Floats]]:
    """Return each level's conditional modes, their covariances, and those with the levels around.

    Innermost level first. Covariances are in units of the residual variance and leave the coefficients'
    uncertainty out, as the peer's do.

    Args:
        towards: what effects are worked out from, as weights of the coefficients' columns and the response;
            the response less what the coefficients explain, unless given.
    """
    around_modes, around_covariances = np.zeros((1, 0)), np.zeros((1, 0, 0))
    fixed = np.append(-solved.coefficients, 1.0) if towards is None else towards
    found: list[tuple[Floats, Floats, Floats]] = []
    for level, taken in list(zip(sums.levels, solved.taken, strict=True))[::-1]:
        outer = around_modes.shape[1]
        modes_around, spread = around_modes[level.parent], around_covariances[level.parent]
        own_across = taken.across[:, :, :outer]
        left = taken.across[:, :, outer:] @ fixed - np.einsum("jqo,jo->jq", own_across, modes_around)
        modes = np.einsum("jqr,jr->jq", taken.gain, left)
        pull = -taken.gain @ own_across
        shared = pull @ spread
        covariance = taken.gain + shared @ pull.transpose(0, 2, 1)
        found.append((modes, covariance, shared))
        around_modes = np.concatenate([modes, modes_around], axis=1)
        top = np.concatenate([covariance, shared], axis=2)
        low = np.concatenate([shared.transpose(0, 2, 1), spread], axis=2)
        around_covariances = np.concatenate([top, low], axis=1)
    return found[::-1]
