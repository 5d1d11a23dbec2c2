"""Best estimates of sites that count few people: each share pulled toward all, the smaller the site the more.

Empirical Bayes by the engine's beta-binomial model (``engine.beta_binomial``). Pages of sites within
districts take the estimates of ``levels`` instead, which draw a site toward its own district. The precision
is capped at the number of people counted, so that a band of sites that happen to agree doesn't get
intervals narrower than the share of all of them has.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from measures.engine.problems import Floats
from variation.engine import beta_binomial
from variation.engine.beta_binomial import BetaBinomial
from variation.funnel import MINIMUM_SITES, FunnelError

# An intraclass correlation of 0.001: below it sites are, for reading a picture, alike.
MOST_PRECISE = 999.0
# Two thirds: above it sites are all or nothing, and nothing is pulled anywhere.
LEAST_PRECISE = 0.5


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
    found = fit(counts, sizes, most_precise=most_precise)
    return Shrunk(
        found.mean, found.precision, counts / sizes, *found.drawn(counts, sizes), capped=found.capped
    )


def fit(counts: Floats, sizes: Floats, *, most_precise: float = MOST_PRECISE) -> BetaBinomial:
    """Return what sites are drawn toward, for who needs the intervals of a few of very many sites.

    Raises:
        FunnelError: as :func:`shrink`.
    """
    _check(counts, sizes)
    ceiling = min(most_precise, float(sizes.sum()))
    return beta_binomial.fit(counts, sizes, most_precise=ceiling, least_precise=min(LEAST_PRECISE, ceiling))


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
