"""Estimators of tau2, the variance between sites beyond sampling, for many series at once. Pure.

DerSimonian and Laird (1986), Hedges (1985), Hunter and Schmidt (1990), Sidik and Jonkman (2005), Paule and
Mandel (1982), Morris's empirical Bayes (1983; the same root as Paule and Mandel), maximum and restricted
maximum likelihood. All are cut at 0. Iterations stop where doubles do, not at a coarse step; the likelihoods
are looked at along their whole length, so that the highest of several maxima is found.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from measures.engine.problems import Flags, Floats
from variation.engine.weighted import Projection, Sites

STEPS = 200
GRID = 1.8
"""Neighbouring places at which a likelihood is looked at differ by this factor at most."""
TOGETHER = 20_000
"""Numbers of a design that are worked on at once, where several places are looked at."""
Found = tuple[Floats, Floats, Flags]
"""tau2, its standard error, and whether the search ended."""


def fixed(sites: Sites) -> Found:
    """Return tau2 = 0: one true effect."""
    zero = np.zeros(len(sites.y))
    return zero, np.full(len(zero), np.nan), _ended(sites)


def dersimonian_laird(sites: Sites) -> Found:
    """Return (Q - (k - p)) / tr P at weights 1/v."""
    at = sites.fixed
    tau2 = np.maximum((at.q - sites.freedom) / at.trace, 0.0)
    return tau2, _moment_error(sites, at, tau2) / at.trace, _ended(sites)


def hunter_schmidt(sites: Sites) -> Found:
    """Return (Q - k) / Σw at weights 1/v."""
    at = sites.fixed
    total = at.weight.sum(axis=1)
    tau2 = np.maximum((at.q - sites.count) / total, 0.0)
    return tau2, _moment_error(sites, at, tau2) / total, _ended(sites)


def hedges(sites: Sites) -> Found:
    """Return the unweighted estimate: residual variance less the mean sampling variance."""
    at = sites.loose
    held = np.where(sites.there, sites.v, 0.0)
    trace = (held * (1 - at.leverage)).sum(axis=1)
    tau2 = np.maximum((at.q - trace) / sites.freedom, 0.0)
    spread = 2 * at.trace_twice(held) + 4 * tau2 * trace + 2 * tau2**2 * sites.freedom
    return tau2, np.sqrt(spread) / sites.freedom, _ended(sites)


def sidik_jonkman(sites: Sites) -> Found:
    """Return tau0 · Q(tau0) / (k - p), tau0 the variance of the effects about their mean."""
    first = sites.spread
    at = sites.project(sites.weights(first))
    tau2 = first * at.q / sites.freedom
    variance = np.where(sites.there, sites.v, 0.0)
    spread = 2 * at.trace_twice(at.weight * variance) + 4 * tau2 * at.trace_of_square(variance)
    spread += 2 * tau2**2 * at.trace_square
    return tau2, first / sites.freedom * np.sqrt(spread), _ended(sites)


def paule_mandel(sites: Sites) -> Found:
    """Return the root of Q(tau2) = k - p."""
    tau2, ended = generalised_q(sites, sites.freedom)
    total = sites.weights(tau2).sum(axis=1)
    return tau2, np.sqrt(2 * sites.count**2 / sites.freedom) / total, ended


def likeliest(sites: Sites, restricted: Flags) -> Found:
    """Return the tau2 of the greatest likelihood, the restricted one for the series marked."""
    tau2, ended = _climb(sites, restricted)
    at = sites.project(sites.weights(tau2))
    expected = np.where(restricted, at.trace_square, (at.weight**2).sum(axis=1))
    return tau2, np.sqrt(2 / expected), ended


CLOSED: Mapping[str, Callable[[Sites], Found]] = {
    "FE": fixed,
    "DL": dersimonian_laird,
    "HE": hedges,
    "HS": hunter_schmidt,
    "SJ": sidik_jonkman,
    "EB": paule_mandel,
    "PM": paule_mandel,
}
LIKELIHOODS = ("ML", "REML")
ESTIMATORS = (*CLOSED, *LIKELIHOODS)


def estimates(sites: Sites, methods: Sequence[str]) -> Found:
    """Return the estimates of several methods, one after another: all series by the first, then the next.

    Args:
        methods: of ``ESTIMATORS``.
    """
    size, asked = len(sites.y), [method for method in methods if method in LIKELIHOODS]
    found: dict[str, Found] = {}
    if asked:
        restricted = np.repeat([method == "REML" for method in asked], size)
        every = likeliest(sites.repeated(len(asked)), restricted)
        for at, method in enumerate(asked):
            part = slice(at * size, (at + 1) * size)
            found[method] = (every[0][part], every[1][part], every[2][part])
    known: dict[Callable[[Sites], Found], Found] = {}
    for method in methods:
        if method in CLOSED:
            rule = CLOSED[method]
            found[method] = known[rule] = known.get(rule) or rule(sites)
    tau2, se, ended = zip(*(found[method] for method in methods), strict=True)
    return np.concatenate(tau2), np.concatenate(se), np.concatenate(ended)


def generalised_q(sites: Sites, target: Floats) -> tuple[Floats, Flags]:
    """Return the tau2 at which Q comes down to *target* (0 where it never lies above), and whether it ended.

    Q falls steadily and is convex, and lies below (residual sum of squares / tau2) everywhere: the root is
    between 0 and that bound.
    """
    size = len(sites.y)
    start = sites.fixed.q
    loose = sites.loose.q
    low, high = np.zeros(size), loose / target * (1 + 1e-9)

    def step(part: Sites, tau2: Floats, which: Flags) -> tuple[Floats, Floats]:
        at = part.project(part.weights(tau2))
        excess = at.q - target[which]
        return excess, tau2 + excess * at.q / (target[which] * at.square)  # Newton's step for 1/Q

    return _root(sites, low, high, start > target, step)


def log_likelihood(sites: Sites, tau2: Floats, restricted: Flags) -> Floats:
    """Return the log likelihood with constants; where restricted, with the design's own determinant too."""
    found = _height(sites, tau2, sites.project(sites.weights(tau2)), restricted)
    free = np.where(restricted, sites.freedom, sites.count)
    own = np.where(restricted, sites.loose.log_det / 2, 0.0)
    return np.asarray(found + own - free / 2 * np.log(2 * np.pi))


def _ended(sites: Sites) -> Flags:
    return np.ones(len(sites.y), dtype=bool)


def _moment_error(sites: Sites, at: Projection, tau2: Floats) -> Floats:
    return np.asarray(np.sqrt(2 * sites.freedom + 4 * tau2 * at.trace + 2 * tau2**2 * at.trace_square))


def _height(sites: Sites, tau2: Floats, at: Projection, restricted: Flags) -> Floats:
    """Return the log likelihood but for constants."""
    spread = np.where(sites.there, np.log(sites.v + tau2[:, None]), 0.0).sum(axis=1)
    return np.asarray(-(spread + at.q + np.where(restricted, at.log_det, 0.0)) / 2)


def _slope(at: Projection, restricted: Flags) -> tuple[Floats, Floats, Floats]:
    """Return twice the slope of the likelihood, its own slope, and that slope as expected."""
    weight = at.weight
    expected = np.where(restricted, at.trace_square, (weight**2).sum(axis=1))
    balance = np.where(restricted, at.trace, weight.sum(axis=1))
    return at.square - balance, expected - 2 * at.cube, -expected


def _climb(sites: Sites, restricted: Flags) -> tuple[Floats, Flags]:
    """Return where the likelihood is highest: looked for along its length, then found by Newton's steps."""
    places = _places(sites)
    heights = _heights(sites, places, restricted)
    best = np.argmax(np.where(np.isnan(heights), -np.inf, heights), axis=0)
    rising = _slope(sites.fixed, restricted)[0] > 0
    line, last = np.arange(len(best)), len(places) - 1
    low, high = places[np.maximum(best - 1, 0), line], places[np.minimum(best + 1, last), line]

    def step(part: Sites, tau2: Floats, which: Flags) -> tuple[Floats, Floats]:
        up, bend, expected = _slope(part.project(part.weights(tau2)), restricted[which])
        return up, tau2 - up / np.where(bend < 0, bend, expected)

    return _root(sites, low, high, (best > 0) | rising, step)


def _heights(sites: Sites, places: Floats, restricted: Flags) -> Floats:
    """Return the likelihoods at every place; as many places at once as memory likes; (places, series)."""
    count, size = places.shape
    together = max(1, TOGETHER // sites.x.size)
    found = []
    for start in range(0, count, together):
        part = places[start : start + together]
        many, flags = sites.repeated(len(part)), np.tile(restricted, len(part))
        tau2 = part.ravel()
        found.append(_height(many, tau2, many.project(many.weights(tau2)), flags).reshape(len(part), size))
    return np.concatenate(found)


def _places(sites: Sites) -> Floats:
    """Return 0 and values so spread that no positive maximum lies beyond them; (places, series)."""
    least = np.where(sites.there, sites.v, np.inf).min(axis=1)
    most = np.where(sites.there, sites.v, 0.0).max(axis=1)
    loose = sites.loose.q / sites.freedom
    ends = np.log(least / 100), np.log(2 * np.maximum(most, 2 * loose))
    span = float(np.nanmax(ends[1] - ends[0], initial=1.0, where=np.isfinite(ends[1] - ends[0])))
    shares = np.linspace(0.0, 1.0, max(2, int(np.ceil(span / np.log(GRID))) + 1))
    rising = np.exp(ends[0] + shares[:, None] * (ends[1] - ends[0]))
    return np.vstack([np.zeros(len(least)), rising])


def _root(
    sites: Sites,
    low: Floats,
    high: Floats,
    wanted: Flags,
    step: Callable[[Sites, Floats, Flags], tuple[Floats, Floats]],
) -> tuple[Floats, Flags]:
    """Return where a slope goes from above 0 to below, between *low* and *high*; 0 where not *wanted*.

    *step* gives the slope and the next place it would try; where that leaves the bracket, the bracket is
    halved instead.
    """
    tau2, busy = np.where(wanted, _middle(low, high), 0.0), wanted.copy()
    low, high = low.copy(), high.copy()
    for _ in range(STEPS):
        if not busy.any():
            break
        here = tau2[busy]
        slope, there = step(sites.only(busy), here, busy)
        low[busy] = np.where(slope > 0, here, low[busy])
        high[busy] = np.where(slope < 0, here, high[busy])
        lost = ~((there > low[busy]) & (there < high[busy]))
        there = np.where(lost, _middle(low[busy], high[busy]), there)
        there = np.where(slope == 0, here, there)
        tau2[busy] = there
        still = np.abs(there - here) > 4e-15 * there
        busy[busy] = still & ~np.isnan(there)
    return tau2, ~busy & ~np.isnan(tau2)


def _middle(low: Floats, high: Floats) -> Floats:
    near = (low + high) / 2
    return np.where((low > 0) & (high > 4 * low), np.sqrt(low) * np.sqrt(high), near)
