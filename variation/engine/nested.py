"""Pooling with more than one level: effects within schools within districts. Pure.

Effects with known sampling variances, a random intercept for each outer unit and for each unit nested in it,
to any depth (Konstantopoulos 2011, Research Synthesis Methods 2: 61). Because units nest, the marginal
covariance is never made: rows become deviations from their unit's weighted mean, these means rows of the
level above, and so on. What is left at last are sums of squares alone, without a subtraction in which digits
could be lost however far the levels' variances lie apart; time grows with the number of rows only. Variances
are those of the greatest (restricted) likelihood.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from measures.engine.problems import AnalysisError, Floats, Whole
from variation.engine.optimum import lowest
from variation.engine.weighted import collinear

_NOTHING = 1e-5
_ALONG = (0.0, 0.01, 0.05, 0.2, 0.5, 1.0, 2.0)
_WIDEST = 138.0
"""Sampling variances further apart than this, as logarithms (1e60), weigh nothing beside each other."""
_FAR_APART = "The effects can't be pooled: the numbers lie too far apart."


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


@dataclass(frozen=True)
class _Even:
    """Rows with columns of length 1, effects about a rough fit, and numbers around 1; the way back.

    ``levels`` stand innermost first, each with the units of the one before it as its rows. ``spreads`` is
    how far the units of each level lie apart: what standard deviations are searched for in.
    """

    y: Floats
    v: Floats
    x: Floats
    levels: tuple[Level, ...]
    spreads: Floats
    scale: float
    rough: Floats
    lengths: Floats


@dataclass(frozen=True)
class _Taken:
    """A level taken out: what each unit weighs, its rows alone (``total``) and once it varies (``own``)."""

    level: Level
    root: Floats
    total: Floats
    own: Floats
    shrink: Floats


@dataclass(frozen=True)
class _Solved:
    """The fixed part at given variances; ``basis`` and ``rest`` are of all deviations and means, stacked."""

    taken: tuple[_Taken, ...]
    basis: Floats
    upper: Floats
    loading: Floats
    rest: Floats
    log_det: float

    @property
    def b(self) -> Floats:
        """Return the coefficients."""
        return np.asarray(np.linalg.solve(self.upper, self.loading))

    @property
    def inverse(self) -> Floats:
        """Return the inverse of ``upper``."""
        return np.asarray(np.linalg.inv(self.upper))

    def criterion(self, *, restricted: bool) -> float:
        """Return -2 log likelihood but for a constant."""
        own = 2 * float(np.log(np.abs(np.diag(self.upper))).sum()) if restricted else 0.0
        return self.log_det + float(self.rest @ self.rest) + own


def fit(rows: Rows, *, restricted: bool = True) -> Nested:
    """Return the fit with the greatest likelihood: looked for on a grid, then found by Newton's steps.

    Raises:
        AnalysisError: ``not_estimable`` or ``not_converged``.
    """
    _refuse(rows)
    with np.errstate(all="ignore"):
        try:
            even = _evened(rows)
            found = _told(_best(even, restricted), even, rows, restricted)
        except np.linalg.LinAlgError:
            raise AnalysisError("not_estimable", _FAR_APART) from None
    told = (found.b, found.covariance, found.sigma2, *found.effects, *found.errors)
    if not all(np.isfinite(each).all() for each in told) or not (np.diag(found.covariance) > 0).all():
        raise AnalysisError("not_estimable", _FAR_APART)
    return found


def _refuse(rows: Rows) -> None:
    p = rows.x.shape[1]
    if not (np.isfinite(rows.v).all() and (rows.v > 0).all()):
        raise AnalysisError("not_estimable", "A sampling variance is not above 0.")
    if np.log(rows.v).max() - np.log(rows.v).min() > _WIDEST:
        raise AnalysisError("not_estimable", _FAR_APART)
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


def _evened(rows: Rows) -> _Even:
    largest = np.abs(rows.x).max(axis=0)
    lengths = largest * np.sqrt(((rows.x / largest) ** 2).sum(axis=0))
    x = rows.x / lengths
    rough = np.linalg.lstsq(x, rows.y, rcond=None)[0]
    rest = rows.y - x @ rough
    more = np.linalg.lstsq(x, rest, rcond=None)[0]
    rough, rest = rough + more, rest - x @ more
    scale = max(float(np.abs(rest).max()), float(np.exp(np.log(rows.v).mean() / 2)))
    y, v = rest / scale, rows.v / scale**2
    levels: list[Level] = []
    for at, level in enumerate(rows.levels[::-1]):
        inner = rows.levels[len(rows.levels) - at] if at else None
        codes = level.codes if inner is None else level.codes[_first_rows(inner)]
        levels.append(Level(codes, level.units))
    return _Even(y, v, x, tuple(levels), _spreads(y, levels), scale, rough / scale, lengths)


def _first_rows(level: Level) -> Whole:
    """Return a row of each unit."""
    found = np.zeros(level.units, dtype=np.intp)
    found[level.codes] = np.arange(len(level.codes))
    return found


def _spreads(y: Floats, levels: Sequence[Level]) -> Floats:
    """Return the standard deviations of each level's units about those around them; 1 where they are one."""
    found, values = [], y
    for at, level in enumerate(levels):
        values = level.sums(values) / level.sums(np.ones_like(values))
        around = levels[at + 1] if at + 1 < len(levels) else Level(np.zeros(level.units, np.intp), 1)
        means = around.sums(values) / around.sums(np.ones_like(values))
        found.append(float(np.sqrt(((values - means[around.codes]) ** 2).mean())))
    return np.array([each if each > 1e-12 else 1.0 for each in found])


def _best(even: _Even, restricted: bool) -> Floats:
    """Return the variances of the levels, innermost first, at which the effects are likeliest."""
    ended: list[tuple[float, Floats]] = []
    problem: AnalysisError | None = None
    for start in _starts(even, restricted):
        try:
            ended.append(_descended(even, start, restricted))
        except AnalysisError as error:
            problem = error
    if not ended:
        message = "The search for the variances of the levels did not come to an end."
        raise AnalysisError("not_converged", message) from problem
    value, theta = min(ended, key=lambda each: each[0])
    for at in range(len(theta)):
        none, enough = np.where(np.arange(len(theta)) == at, 0.0, theta), 1e-7 * (abs(theta[at]) < _NOTHING)
        if _slopes(even, none, restricted)[0] <= value + max(enough, 1e-13 * (1 + abs(value))):
            theta = none
    return np.asarray((theta * even.spreads) ** 2)


def _descended(even: _Even, start: Floats, restricted: bool) -> tuple[float, Floats]:
    """Return the lowest criterion from *start* with its place; a level that starts at 0 stays there.

    Raises:
        AnalysisError: ``not_converged``; also where a level at 0 would rather vary.
    """
    free = start > 0

    def whole(part: Floats) -> Floats:
        theta = np.zeros_like(start)
        theta[free] = part
        return theta

    def slopes(part: Floats) -> tuple[float, Floats]:
        value, by_variance = _slopes(even, whole(part), restricted)
        return value, (2 * part * even.spreads[free] ** 2 * by_variance[free])

    theta = whole(lowest(slopes, start[free]).at) if free.any() else start
    value, by_variance = _slopes(even, theta, restricted)
    if (by_variance[~free] < 0).any():
        raise AnalysisError("not_converged", "A level that was left out varies.")
    return value, theta


def _starts(even: _Even, restricted: bool) -> list[Floats]:
    """Return the likeliest of a grid of places, and the likeliest of those where every level varies."""
    depth = len(even.levels)
    along = _ALONG if depth < 3 else _ALONG[::3]
    places = np.array(list(product(along, repeat=depth)))
    heights = [_solve(even, (theta * even.spreads) ** 2).criterion(restricted=restricted) for theta in places]
    order = np.argsort(heights)
    return [places[at] for at in dict.fromkeys((order[0], order[(places[order] > 0).all(axis=1)][0]))]


def _solve(even: _Even, sigma2: Floats) -> _Solved:
    """Return the fixed part at the levels' variances, innermost first."""
    values, weight = np.column_stack([even.x, even.y]), 1 / even.v
    log_det = float(np.log(even.v).sum())
    taken, parts = [], []
    for level, variance in zip(even.levels, sigma2, strict=True):
        total, root = level.sums(weight), np.sqrt(weight)
        means = level.sums(weight[:, None] * values) / total[:, None]
        apart = values - means[level.codes]
        more = level.sums(weight[:, None] * apart) / total[:, None]  # takes out what rounding left in
        parts.append(root[:, None] * (apart - more[level.codes]))
        shrink = 1 / (1 + variance * total)
        taken.append(_Taken(level, root, total, total * shrink, shrink))
        log_det += float(np.log1p(variance * total).sum())
        values, weight = means + more, total * shrink
    parts.append(np.sqrt(weight)[:, None] * values)
    stacked = np.concatenate(parts)
    basis, upper = np.linalg.qr(stacked[:, :-1])
    loading = basis.T @ stacked[:, -1]
    rest = stacked[:, -1] - basis @ loading
    again = basis.T @ rest
    return _Solved(tuple(taken), basis, upper, loading + again, rest - basis @ again, log_det)


def _sums_by_unit(taken: Sequence[_Taken], block: Floats) -> tuple[list[Floats], Floats]:
    """Return Z'V⁻¹M of each level, innermost first, and V⁻¹M, of what *block* is stacked from M."""
    sizes = [len(each.root) for each in taken]
    *apart, left = np.split(block, np.cumsum(sizes))
    left = left / np.sqrt(taken[-1].own)[:, None]
    found = []
    for each, part in zip(taken[::-1], apart[::-1], strict=True):
        found.append(each.own[:, None] * left)
        left = part / each.root[:, None] + (each.shrink[:, None] * left)[each.level.codes]
    return found[::-1], taken[0].root[:, None] ** 2 * left


def _own_shares(taken: Sequence[_Taken]) -> list[tuple[Floats, Floats]]:
    """Return of each unit, innermost level first, which part of it the levels above leave, and which not.

    The first times ``own`` is 1'V⁻¹1 over the unit's rows.
    """
    outer = taken[-1]
    found = [(np.ones_like(outer.own), np.zeros_like(outer.own))]
    for above, each in zip(taken[:0:-1], taken[-2::-1], strict=True):
        left, gone = found[-1]
        own, parent, total = each.own, above.level.codes, above.total
        share = own / total[parent]
        kept = (left * above.shrink)[parent]
        lost = (gone * above.shrink + (1 - above.shrink))[parent]
        found.append(((total[parent] - own) / total[parent] + share * kept, share * lost))
    return found[::-1]


def _slopes(even: _Even, theta: Floats, restricted: bool) -> tuple[float, Floats]:
    """Return the criterion, and its slopes by the levels' variances.

    Args:
        theta: standard deviations of the levels in units of their spreads, innermost first.
    """
    solved = _solve(even, (theta * even.spreads) ** 2)
    pushed, _ = _sums_by_unit(solved.taken, np.column_stack([solved.rest, solved.basis]))
    shares = _own_shares(solved.taken)
    found = []
    for each, sums, (left, _gone) in zip(solved.taken, pushed, shares, strict=True):
        trace = float((each.own * left).sum()) - restricted * float((sums[:, 1:] ** 2).sum())
        found.append(trace - float((sums[:, 0] ** 2).sum()))
    return solved.criterion(restricted=restricted), np.array(found)


def _told(sigma2: Floats, even: _Even, rows: Rows, restricted: bool) -> Nested:
    """Return the fit in the units of the effects."""
    solved = _solve(even, sigma2)
    block = np.column_stack([solved.rest, solved.basis])
    pushed, weighted = _sums_by_unit(solved.taken, block)
    effects, errors = [], []
    for each, variance, sums, (_left, gone) in zip(
        solved.taken, sigma2, pushed, _own_shares(solved.taken), strict=True
    ):
        spread = variance * (1 + variance * each.total * gone) * each.shrink
        errors.append(even.scale * np.sqrt(spread + variance**2 * (sums[:, 1:] ** 2).sum(axis=1)))
        effects.append(even.scale * variance * sums[:, 0])
    count, p = rows.x.shape
    free = count - p if restricted else count
    log_lik = -solved.criterion(restricted=restricted) / 2 - free / 2 * np.log(2 * np.pi * even.scale**2)
    if restricted:
        log_lik += float(np.linalg.slogdet(even.x.T @ even.x)[1]) / 2
    back = even.scale * solved.inverse / even.lengths[:, None]
    return Nested(
        "REML" if restricted else "ML", sigma2[::-1] * even.scale**2,
        even.scale * (even.rough + solved.b) / even.lengths, back @ back.T, float(log_lik),
        tuple(effects[::-1]), tuple(errors[::-1]), even.scale * (even.y - even.x @ solved.b),
        weighted[:, 1:] @ solved.upper * even.lengths / even.scale**2,
    )  # fmt: skip


def cluster_robust(found: Nested, codes: Whole) -> Floats:
    """Return the covariance of b that holds whatever ties rows of a cluster together: CR1, n/(n - p).

    Raises:
        AnalysisError: ``not_estimable`` when there are no more clusters than coefficients.
    """
    clusters, p = int(codes.max()) + 1, len(found.b)
    if clusters <= p:
        raise AnalysisError("not_estimable", "There are no more clusters than coefficients.")
    scores = found.covariance @ Level(codes, clusters).sums(found.weighted_x * found.residual[:, None]).T
    return np.asarray(scores @ scores.T * clusters / (clusters - p))


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
