"""Shares that differ from site to site by a beta distribution: the beta-binomial model. Pure.

A site's own chance is a draw from a beta distribution whose mean and precision are estimated from all sites
by maximum likelihood (Skellam 1948; Griffiths 1973). The best estimate of a site is its posterior mean: its
own share drawn toward the mean of all, the fewer it counts the more; the interval holds 95 % of its
posterior.
"""

from dataclasses import dataclass

import numpy as np

from measures.engine.problems import AnalysisError, Floats
from variation.engine.optimum import lowest


@dataclass(frozen=True)
class BetaBinomial:
    """The distribution of sites' chances; ``precision`` is alpha + beta.

    ``error`` is the standard error of the mean's log odds. ``capped`` says that the precision is the most
    that was allowed, because sites differ no more than that.
    """

    mean: float
    precision: float
    error: float
    log_lik: float
    capped: bool = False

    @property
    def alpha(self) -> float:
        """Return the first parameter of the beta distribution of sites."""
        return self.mean * self.precision

    @property
    def beta(self) -> float:
        """Return the second parameter of the beta distribution of sites."""
        return (1 - self.mean) * self.precision

    def drawn(self, counts: Floats, sizes: Floats, share: float = 0.95) -> tuple[Floats, Floats, Floats]:
        """Return each site's best estimate with the lower and upper end of its interval."""
        return drawn(self.alpha, self.beta, counts, sizes, share)


def drawn(
    alpha: Floats | float, beta: Floats | float, counts: Floats, sizes: Floats, share: float = 0.95
) -> tuple[Floats, Floats, Floats]:
    """Return posterior means, and the ends of the intervals that hold *share* of the posterior."""
    from scipy import special

    a, b = alpha + counts, beta + sizes - counts
    tail = (1 - share) / 2
    low, high = special.betaincinv(a, b, tail), special.betaincinv(a, b, 1 - tail)
    return np.asarray(a / (a + b)), np.asarray(low), np.asarray(high)


def fit(
    counts: Floats, sizes: Floats, *, most_precise: float | None = None, least_precise: float | None = None
) -> BetaBinomial:
    """Return the distribution of sites' chances at the greatest likelihood.

    Args:
        most_precise: the most that alpha + beta may be, used where sites differ less than that;
            ``least_precise`` the least.

    Raises:
        AnalysisError: ``not_estimable`` where sites differ no more than chance, or are all or nothing, and no
            bound was given.
    """
    counts, sizes = counts[sizes > 0], sizes[sizes > 0]
    if counts.size < 2:
        raise AnalysisError("too_few_points", "Give two sites or more that count somebody.")
    if counts.sum() in (0.0, sizes.sum()):
        return _all_the_same(counts, sizes, most_precise)
    if _excess(counts, sizes) <= 0:
        if most_precise is None:
            raise AnalysisError("not_estimable", "The sites differ no more than chance: there is no spread.")
        return _at(counts, sizes, most_precise, capped=True)
    if ((counts == 0) | (counts == sizes)).all():
        if least_precise is None:
            raise AnalysisError("not_estimable", "Every site is all or nothing: the spread has no end.")
        return _at(counts, sizes, least_precise)
    return _within(counts, sizes, most_precise, least_precise)


def _within(counts: Floats, sizes: Floats, most: float | None, least: float | None) -> BetaBinomial:
    """Return the best distribution whose precision lies within bounds."""
    try:
        found = _free(counts, sizes)
    except AnalysisError:  # a precision beyond all bounds
        if most is None:
            raise
        return _at(counts, sizes, most, capped=True)
    if most is not None and found.precision > most:
        return _at(counts, sizes, most, capped=True)
    if least is not None and found.precision < least:
        return _at(counts, sizes, least)
    return found


def _all_the_same(counts: Floats, sizes: Floats, most_precise: float | None) -> BetaBinomial:
    if most_precise is None:
        raise AnalysisError("not_estimable", "Every site has none, or all: no odds can be told.")
    # Half a person either way keeps the mean off 0 and 1, where the model has no density.
    mean = float((counts.sum() + 0.5) / (sizes.sum() + 1.0))
    return BetaBinomial(mean, most_precise, 0.0, 0.0, capped=True)


def _excess(counts: Floats, sizes: Floats) -> float:
    """Return how the likelihood begins to rise with spread (Tarone 1979); not above 0, there is none."""
    mean = float(counts.sum() / sizes.sum())
    failures = sizes - counts
    rise = counts * (counts - 1) / mean + failures * (failures - 1) / (1 - mean) - sizes * (sizes - 1)
    return float(rise.sum() / max(float(sizes.sum()), 1.0)) - 1e-12


def _free(counts: Floats, sizes: Floats) -> BetaBinomial:
    mean = float(counts.sum() / sizes.sum())

    def slopes(at: Floats) -> tuple[float, Floats]:
        return criterion(at, counts, sizes)

    found = lowest(slopes, np.array([np.log(mean / (1 - mean)), np.log(10.0)]), widest=25.0)
    error = float(np.sqrt(2 * np.linalg.inv(found.bend)[0, 0]))
    return _made(found.at, error, -found.value / 2, counts, sizes)


def _at(counts: Floats, sizes: Floats, precision: float, *, capped: bool = False) -> BetaBinomial:
    mean, fixed = float(counts.sum() / sizes.sum()), float(np.log(precision))

    def slopes(at: Floats) -> tuple[float, Floats]:
        value, slope = criterion(np.array([at[0], fixed]), counts, sizes)
        return value, slope[:1]

    found = lowest(slopes, np.array([np.log(mean / (1 - mean))]), widest=40.0)
    error = float(np.sqrt(2 / found.bend[0, 0]))
    return _made(np.array([found.at[0], fixed]), error, -found.value / 2, counts, sizes, capped=capped)


def _made(
    at: Floats, error: float, log_lik: float, counts: Floats, sizes: Floats, *, capped: bool = False
) -> BetaBinomial:
    from scipy import special

    ways = special.gammaln(sizes + 1) - special.gammaln(counts + 1) - special.gammaln(sizes - counts + 1)
    mean = float(1 / (1 + np.exp(-at[0])))
    return BetaBinomial(mean, float(np.exp(at[1])), error, log_lik + float(ways.sum()), capped)


def criterion(at: Floats, counts: Floats, sizes: Floats) -> tuple[float, Floats]:
    """Return -2 log likelihood less constants at (log odds of the mean, log precision), and its slopes."""
    from scipy import special

    mean, precision = 1 / (1 + np.exp(-at[0])), np.exp(at[1])
    a, b = mean * precision, (1 - mean) * precision
    value = float((special.betaln(counts + a, sizes - counts + b) - special.betaln(a, b)).sum())
    both = counts.size * special.digamma(precision) - special.digamma(sizes + precision).sum()
    by_a = special.digamma(counts + a).sum() - counts.size * special.digamma(a) + both
    by_b = special.digamma(sizes - counts + b).sum() - counts.size * special.digamma(b) + both
    turn = a * (1 - mean)
    return -2 * value, -2 * np.array([turn * (by_a - by_b), a * by_a + b * by_b])
