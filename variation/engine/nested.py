"""Pooling with more than one level: effects within schools within districts. Pure.

Effects with known sampling variances, a random intercept for each outer unit and for each unit nested in it,
to any depth (Konstantopoulos 2011, Research Synthesis Methods 2: 61). Because units nest, the inverse of the
marginal covariance and its determinant are had level by level from sums over units (Sherman & Morrison), in
time that grows with the number of rows only. Variances are those of the greatest (restricted) likelihood,
found by steps on the average information (Gilmour, Thompson & Cullis 1995), each at most 0 from below.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from measures.engine.problems import AnalysisError, Floats, Whole
from variation.engine.weighted import collinear

STEPS = 500
ENOUGH = 1e-11
"""A step that would gain less likelihood than this ends the search."""


@dataclass(frozen=True)
class Level:
    """Units of one level: the unit of each row, from 0, and how many there are."""

    codes: Whole
    units: int

    def sums(self, values: Floats) -> Floats:
        """Return the sums of the rows' values by unit; columns apart."""
        if values.ndim == 1:
            return np.asarray(np.bincount(self.codes, values, self.units), np.float64)
        return np.column_stack([np.bincount(self.codes, column, self.units) for column in values.T])


@dataclass(frozen=True)
class Rows:
    """Effects, sampling variances, design and the levels, the outermost first."""

    y: Floats
    v: Floats
    x: Floats
    levels: tuple[Level, ...]


@dataclass(frozen=True)
class State:
    """What follows from the variances of the levels: the fixed part, the likelihood, its slopes."""

    sigma2: Floats
    b: Floats
    covariance: Floats
    rest: Floats
    weighted_x: Floats
    log_lik: float
    slope: Floats
    information: Floats
    within: tuple[Floats, ...]
    design: tuple[Floats, ...]


@dataclass(frozen=True)
class Nested:
    """A fit; ``effects`` and ``errors``, one array a level, are of the units' random intercepts.

    ``weighted_x`` is V⁻¹X, ``residual`` what the fixed part leaves of the effects.
    """

    method: str
    sigma2: Floats
    b: Floats
    covariance: Floats
    log_lik: float
    effects: tuple[Floats, ...]
    errors: tuple[Floats, ...]
    residual: Floats
    weighted_x: Floats


def fit(rows: Rows, *, restricted: bool = True) -> Nested:
    """Return the fit with the greatest likelihood, from several starts.

    Raises:
        AnalysisError: ``not_estimable`` or ``not_converged``.
    """
    _refuse(rows)
    scale = float(np.exp(np.log(rows.v).mean()))
    even = Rows(rows.y / np.sqrt(scale), rows.v / scale, rows.x, rows.levels)
    with np.errstate(all="ignore"):
        found = [_climb(even, start, restricted) for start in _starts(even)]
    ended = [state for state in found if state is not None]
    if not ended:
        raise AnalysisError(
            "not_converged", "The search for the variances of the levels did not come to an end."
        )
    best = max(ended, key=lambda state: state.log_lik)
    return _told(best, even, scale, restricted)


def _refuse(rows: Rows) -> None:
    p = rows.x.shape[1]
    if not (np.isfinite(rows.v).all() and (rows.v > 0).all()):
        raise AnalysisError("not_estimable", "A sampling variance is not above 0.")
    if len(rows.y) <= p or collinear(rows.x[None], np.ones((1, len(rows.y)), bool)).any():
        raise AnalysisError("not_estimable", "There are too few rows, or the moderators can't be told apart.")
    above = 1
    for level in rows.levels:
        if level.units <= above:
            raise AnalysisError(
                "not_estimable",
                "A level has no more units than the one above it: they can't be told apart.",
            )
        above = level.units


def _starts(rows: Rows) -> list[Floats]:
    """Return places to start from: the spread shared evenly, and nearly all of it in one level each."""
    depth = len(rows.levels)
    rest = rows.y - rows.x @ np.linalg.lstsq(rows.x, rows.y, rcond=None)[0]
    spread = max(
        float((rest**2).sum() / (len(rest) - rows.x.shape[1]) - rows.v.mean()), 0.01 * float(rows.v.min())
    )
    shares = [np.full(depth, 1 / depth)]
    if depth > 1:
        shares += [np.where(np.arange(depth) == at, 0.98, 0.02 / (depth - 1)) for at in range(depth)]
    return [spread * share for share in shares]


def solve(rows: Rows, sigma2: Floats, right: Floats) -> tuple[Floats, float, list[Floats], list[Floats]]:
    """Return V⁻¹ *right*, log |V|, and by level 1'V⁻¹1 of each unit within itself, and what it shrinks by.

    The last two are what the sums over a unit are multiplied by when the levels above are taken in.
    """
    weighted = right / rows.v[:, None]
    ones = 1 / rows.v
    log_det = float(np.log(rows.v).sum())
    own: list[Floats] = []
    shrink: list[Floats] = []
    for level, variance in zip(rows.levels[::-1], sigma2[::-1], strict=True):
        total = level.sums(ones)
        factor = 1 / (1 + variance * total)
        weighted = weighted - ones[:, None] * (variance * factor[:, None] * level.sums(weighted))[level.codes]
        ones = ones * factor[level.codes]
        log_det -= float(np.log(factor).sum())
        own.insert(0, total)
        shrink.insert(0, factor)
    return weighted, log_det, own, shrink


def _within(rows: Rows, sigma2: Floats, own: list[Floats], shrink: list[Floats]) -> list[Floats]:
    """Return 1'V⁻¹1 over each unit of each level, all levels taken into V."""
    found = []
    for at, level in enumerate(rows.levels):
        along = own[at] * shrink[at]
        across = along.copy()
        first = np.zeros(level.units, dtype=np.intp)
        first[level.codes] = np.arange(len(level.codes))
        for above in range(at - 1, -1, -1):
            parent = rows.levels[above].codes[first]
            factor = shrink[above][parent]
            across -= sigma2[above] * factor * along**2
            along = along * factor
        found.append(across)
    return found


def _state(rows: Rows, sigma2: Floats, restricted: bool) -> State:
    p = rows.x.shape[1]
    both, log_det, own, shrink = solve(rows, sigma2, np.column_stack([rows.x, rows.y]))
    inner = rows.x.T @ both[:, :p]
    covariance: Floats = np.linalg.inv(inner).astype(np.float64)
    b = covariance @ (rows.x.T @ both[:, p])
    rest = both[:, p] - both[:, :p] @ b
    log_lik = -(log_det + float(rest @ (rows.y - rows.x @ b))) / 2
    if restricted:
        log_lik -= float(np.linalg.slogdet(inner)[1]) / 2
    within = _within(rows, sigma2, own, shrink)
    design = [level.sums(both[:, :p]) for level in rows.levels]
    sums = [level.sums(rest) for level in rows.levels]
    traces = np.array([
        each.sum() - (np.einsum("up,pq,uq->", part, covariance, part) if restricted else 0.0)
        for each, part in zip(within, design, strict=True)
    ])  # fmt: skip
    slope = (np.array([float(each @ each) for each in sums]) - traces) / 2
    pushed = np.column_stack([each[level.codes] for each, level in zip(sums, rows.levels, strict=True)])
    through, *_ = solve(rows, sigma2, pushed)
    through = through - both[:, :p] @ (covariance @ (rows.x.T @ through))
    return State(
        sigma2,
        b,
        covariance,
        rest,
        both[:, :p],
        log_lik,
        slope,
        pushed.T @ through / 2,
        tuple(within),
        tuple(design),
    )


def _climb(rows: Rows, start: Floats, restricted: bool) -> State | None:
    """Return where steps from *start* lead; ``None`` when they come to no end."""
    state = _state(rows, start, restricted)
    for _ in range(STEPS):
        free = ~((state.sigma2 <= 0) & (state.slope <= 0))
        if not free.any():
            return state
        step = np.zeros_like(state.sigma2)
        try:
            step[free] = np.linalg.lstsq(
                state.information[np.ix_(free, free)], state.slope[free], rcond=None
            )[0]
        except np.linalg.LinAlgError:
            return None
        gain = float(step @ state.slope)
        if not np.isfinite(gain):
            return None
        if gain < ENOUGH * 1e-6 or _is_still(step, state.sigma2):
            return state
        better = _shorter(rows, state, step, restricted)
        if better is None:
            return state if gain < ENOUGH * (1 + abs(state.log_lik)) else None
        state = better
    return None


def _is_still(step: Floats, sigma2: Floats) -> bool:
    return bool((np.abs(step) <= 1e-13 * (sigma2 + 1e-6)).all())


def _shorter(rows: Rows, state: State, step: Floats, restricted: bool) -> State | None:
    """Return the first place along a shrinking step at which the likelihood is no lower."""
    share = 1.0
    for _ in range(40):
        tried = _state(rows, np.maximum(state.sigma2 + share * step, 0.0), restricted)
        if tried.log_lik >= state.log_lik - 1e-13 * abs(state.log_lik):
            return tried
        share /= 2
    return None


def _told(state: State, rows: Rows, scale: float, restricted: bool) -> Nested:
    """Return the fit in the units of the effects."""
    effects, errors = [], []
    for at, level in enumerate(rows.levels):
        variance = state.sigma2[at]
        part = state.design[at]
        known = state.within[at] - np.einsum("up,pq,uq->u", part, state.covariance, part)
        effects.append(np.sqrt(scale) * variance * level.sums(state.rest))
        errors.append(np.sqrt(scale * np.maximum(variance - variance**2 * known, 0.0)))
    count, p = rows.x.shape
    free = count - p if restricted else count
    constant = -free / 2 * np.log(2 * np.pi) - free / 2 * np.log(scale)
    if restricted:
        constant += float(np.linalg.slogdet(rows.x.T @ rows.x)[1]) / 2
    return Nested(
        "REML" if restricted else "ML",
        state.sigma2 * scale, state.b * np.sqrt(scale), state.covariance * scale,
        state.log_lik + constant, tuple(effects), tuple(errors),
        (rows.y - rows.x @ state.b) * np.sqrt(scale), state.weighted_x / scale,
    )  # fmt: skip


def cluster_robust(found: Nested, codes: Whole) -> Floats:
    """Return the covariance of b that holds whatever ties rows of a cluster together: CR1, n/(n - p).

    Raises:
        AnalysisError: ``not_estimable`` when there are no more clusters than coefficients.
    """
    clusters, p = int(codes.max()) + 1, len(found.b)
    if clusters <= p:
        raise AnalysisError("not_estimable", "There are no more clusters than coefficients.")
    scores = Level(codes, clusters).sums(found.weighted_x * found.residual[:, None])
    return np.asarray(found.covariance @ (scores.T @ scores) @ found.covariance * clusters / (clusters - p))


def levels_of(
    columns: Sequence[Sequence[object]],
) -> tuple[tuple[Level, ...], list[list[tuple[object, ...]]]]:
    """Return nested levels from the columns that name units, the outermost first, and the units of each."""
    found, names = [], []
    for depth in range(1, len(columns) + 1):
        keys = list(zip(*columns[:depth], strict=True))
        order = sorted(set(keys), key=lambda key: [(isinstance(part, str), part) for part in key])
        place = {key: at for at, key in enumerate(order)}
        found.append(Level(np.array([place[key] for key in keys], dtype=np.intp), len(order)))
        names.append(order)
    return tuple(found), names
