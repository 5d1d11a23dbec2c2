"""Best estimates of sites that count few people: each share pulled toward all, the smaller the site the more.

A beta-binomial model (empirical Bayes): a site's own share is a draw from a beta distribution whose mean
and precision are estimated from all sites by maximum likelihood. The estimate of a site is its posterior
mean and the interval holds 95 % of its posterior. The precision is capped at the number of people counted,
so that a band of sites that happen to agree doesn't get intervals narrower than the share of all of them
has.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variation.funnel import MINIMUM_SITES, FunnelError

Floats: TypeAlias = NDArray[np.float64]

# An intraclass correlation of 0.001: below it sites are, for reading a picture, alike.
MOST_PRECISE = 999.0
# Two thirds: above it sites are all or nothing, and nothing is pulled anywhere.
LEAST_PRECISE = 0.5
_STEPS = 200


@dataclass(frozen=True)
class Shrunk:
    """Sites in the order they were given; shares from 0 to 1.

    ``precision`` is alpha + beta: how many people's worth of evidence the other sites are. ``capped`` says
    that the sites differed no more than chance, so that the cap stood in for an estimate.
    """

    mean: float
    precision: float
    raw: Floats
    estimate: Floats
    low: Floats
    high: Floats
    capped: bool

    @property
    def alpha(self) -> float:
        """First parameter of the beta distribution of sites."""
        return self.mean * self.precision

    @property
    def beta(self) -> float:
        """Second parameter of the beta distribution of sites."""
        return (1 - self.mean) * self.precision


def shrink(count: ArrayLike, population: ArrayLike, *, most_precise: float = MOST_PRECISE) -> Shrunk:
    """Return the best estimate of every site with its 95 % interval.

    Raises:
        FunnelError: fewer than three sites, a population of nobody, or a count outside its population.
    """
    counts, sizes = np.asarray(count, dtype=np.float64), np.asarray(population, dtype=np.float64)
    _check(counts, sizes)
    ceiling = min(most_precise, float(sizes.sum()))
    mean, precision = _fit(counts, sizes, ceiling)
    from scipy import special

    a, b = mean * precision + counts, (1 - mean) * precision + sizes - counts
    low, high = special.betaincinv(a, b, 0.025), special.betaincinv(a, b, 0.975)
    return Shrunk(
        mean,
        precision,
        counts / sizes,
        np.asarray(a / (a + b)),
        np.asarray(low),
        np.asarray(high),
        capped=precision >= ceiling * (1 - 1e-9),
    )


def _check(counts: Floats, sizes: Floats) -> None:
    if len(counts) < MINIMUM_SITES:
        raise FunnelError("too_few_points", f"Comparing needs at least {MINIMUM_SITES} sites.")
    if not (np.isfinite(counts).all() and np.isfinite(sizes).all()):
        raise FunnelError("not_finite", "Every site needs a count and a population.")
    if (sizes <= 0).any():
        raise FunnelError("zero_denominator", "A site has nobody to count; leave it out.")
    if (counts < 0).any() or (counts > sizes).any():
        raise FunnelError(
            "count_exceeds_denominator", "A count has to lie between zero and the site's population."
        )


def _fit(counts: Floats, sizes: Floats, most_precise: float) -> tuple[float, float]:
    """Return mean and precision at the greatest likelihood, by damped Newton steps."""
    # Half a person either way keeps the mean off 0 and 1, where the model has no density.
    mean = float((counts.sum() + 0.5) / (sizes.sum() + 1.0))
    if counts.sum() in (0.0, sizes.sum()):
        return mean, most_precise
    at = np.array([np.log(mean / (1 - mean)), np.log(_precision_by_moments(counts, sizes, most_precise))])
    at = _climb(at, counts, sizes, np.array([True, True]), np.log(most_precise))
    if at[1] >= np.log(most_precise) - 1e-9:
        at[1] = np.log(most_precise)
        at = _climb(at, counts, sizes, np.array([True, False]), np.log(most_precise))
    return float(1 / (1 + np.exp(-at[0]))), float(np.exp(at[1]))


def _precision_by_moments(counts: Floats, sizes: Floats, most_precise: float) -> float:
    total, sites = sizes.sum(), len(sizes)
    mean = counts.sum() / total
    excess = (sizes * (counts / sizes - mean) ** 2).sum() / (mean * (1 - mean)) / (sites - 1) - 1
    typical = (total - (sizes**2).sum() / total) / (sites - 1) - 1
    correlation = excess / typical if typical > 0 else 0.0
    start = 1 / correlation - 1 if correlation > 0 else most_precise
    return float(np.clip(start, LEAST_PRECISE, most_precise * 0.9))


def _climb(at: Floats, counts: Floats, sizes: Floats, free: NDArray[np.bool_], ceiling: float) -> Floats:
    damping, (value, slope, bend) = 1e-3, _likelihood(at, counts, sizes)
    for _ in range(_STEPS):
        step = np.zeros(2)
        matrix = -bend[np.ix_(free, free)]
        scale = np.diag(np.maximum(np.abs(np.diag(matrix)), 1e-12))
        step[free] = np.linalg.solve(matrix + damping * scale, slope[free])
        tried = at + np.clip(step, -2.0, 2.0)
        tried[1] = np.clip(tried[1], np.log(LEAST_PRECISE), ceiling)
        better = _likelihood(tried, counts, sizes)
        if not better[0] >= value:
            damping *= 10
            if damping > 1e12:
                break
            continue
        done = float(np.abs(tried - at).max()) < 1e-10
        at, (value, slope, bend), damping = tried, better, max(damping / 10, 1e-12)
        if done:
            break
    return at


def _likelihood(at: Floats, counts: Floats, sizes: Floats) -> tuple[float, Floats, Floats]:
    """Return the log likelihood at (logit mean, log precision) with its gradient and Hessian."""
    from scipy import special

    mean, precision = 1 / (1 + np.exp(-at[0])), np.exp(at[1])
    a, b = mean * precision, (1 - mean) * precision
    value = (special.betaln(counts + a, sizes - counts + b) - special.betaln(a, b)).sum()
    da, db, both = _slopes(special.digamma, a, b, counts, sizes)
    daa, dbb, shared = _slopes(partial(special.polygamma, 1), a, b, counts, sizes)
    by_ab = np.array([da + both, db + both])
    bend_ab = np.array([[daa + shared, shared], [shared, dbb + shared]])
    c = a * (1 - mean)
    jacobian = np.array([[c, a], [-c, b]])
    difference = c * (by_ab[0] - by_ab[1])
    bend = jacobian.T @ bend_ab @ jacobian
    bend += np.array([[(1 - 2 * mean) * difference, difference], [difference, by_ab @ np.array([a, b])]])
    return float(value), jacobian.T @ by_ab, bend


def _slopes(
    psi: Callable[..., Any], a: float, b: float, counts: Floats, sizes: Floats
) -> tuple[float, float, float]:
    sites = len(counts)
    shared = sites * psi(a + b) - psi(sizes + a + b).sum()
    return (
        float(psi(counts + a).sum() - sites * psi(a)),
        float(psi(sizes - counts + b).sum() - sites * psi(b)),
        float(shared),
    )
