"""Sites within districts from their sums alone: the model behind where results differ. Pure.

The linear model of ``elimination`` with a mean and an effect for each site, and for each district where they
are known, by restricted maximum likelihood; values weigh as much as the people behind them.
"""

from dataclasses import dataclass

import numpy as np

from measures.engine.problems import AnalysisError, Floats, Whole
from variation.engine import beta_binomial, elimination
from variation.engine.elimination import Block, Level, Solved, Sums
from variation.engine.optimum import Optimum, Slopes, bends, lowest
from variation.engine.profile import Curve, best_ratio

NORMAL = 1.959963984540054
_SURE = 1e-7
_HALF = 2.705543454095404  # the 90th percentile of a chi-square with one degree: a bound on one side


@dataclass(frozen=True)
class Totals:
    """Sums of sites: how many values, Σy, Σd and Σy²/d; ``codes`` the place of each site's district."""

    n: Floats
    y: Floats
    d: Floats
    yyd: Floats
    codes: Whole | None = None


@dataclass(frozen=True)
class SitesFit:
    """A fitted model; ``theta``: the levels' standard deviations in units of the residual's, sites first."""

    sums: Sums
    solved: Solved
    theta: Floats
    bend: Floats
    sigma2: float
    centre: float

    @property
    def mean(self) -> float:
        """Return the mean of a typical site."""
        return self.centre + float(self.solved.coefficients[0])

    @property
    def variance_of_mean(self) -> float:
        """Return the squared standard error of the mean."""
        return self.sigma2 * float(self.solved.inverse[0, 0])

    def estimates(self, at: int) -> tuple[Floats, Floats]:
        """Return best estimates of a level's units with their squared errors: sites 0, districts 1.

        A site's holds its district's effect; errors hold the mean's, which pulls less on large units.
        """
        effects = elimination.effects(self.sums, self.solved)
        pulls = elimination.effects(self.sums, self.solved, towards=np.array([-1.0, 0.0]))
        modes, spread, shared = effects[at]
        estimate, variance, pull = modes[:, 0], spread[:, 0, 0], 1 + pulls[at][0][:, 0]
        if at + 1 < len(effects):
            parent = self.sums.levels[at].parent
            estimate = estimate + effects[at + 1][0][parent, 0]
            variance = variance + effects[at + 1][1][parent, 0, 0] + 2 * shared[:, 0, 0]
            pull = pull + pulls[at + 1][0][parent, 0]
        return self.mean + estimate, self.sigma2 * variance + pull**2 * self.variance_of_mean

    def mean_around_sites(self) -> tuple[Floats, Floats]:
        """Return what each site is drawn toward, its district's estimate or the mean, with squared errors."""
        if len(self.sums.levels) == 1:
            many = self.sums.levels[0].parent.size
            return np.full(many, self.mean), np.full(many, self.variance_of_mean)
        estimate, variance = self.estimates(1)
        parent = self.sums.levels[0].parent
        return estimate[parent], variance[parent]


def drawn_shares(
    fitted: SitesFit, toward: Floats, variance: Floats, share: Floats, people: Floats
) -> tuple[Floats, Floats]:
    """Return best estimates of sites' shares with squared errors: each drawn toward what is around it.

    A site's chance is a draw from the beta distribution of that mean and of the variance between sites, so
    that a share near 0 or 1 is as sure as its counts make it, whatever the sites' common spread.

    Args:
        toward: means of the distributions; ``variance`` their squared errors.
        people: how many are behind each share; fewer where counts are overdispersed.
    """
    mean = np.clip(toward, 1e-6, 1 - 1e-6)
    between = fitted.sigma2 * float(fitted.theta[0]) ** 2
    precision = np.maximum(mean * (1 - mean) / max(between, 1e-12) - 1, 1.0)
    pulled = precision / (precision + people)
    estimate = pulled * mean + (1 - pulled) * share
    own = estimate * (1 - estimate) / (precision + people + 1)
    return estimate, own + pulled**2 * variance


def fit(rows: Totals) -> SitesFit:
    """Return the model of sites, within districts where they are known.

    Raises:
        AnalysisError: ``not_estimable`` where nothing varies, or not within sites; ``not_converged``.
    """
    sums, centre = _as_sums(rows)

    def slopes(theta: Floats) -> tuple[float, Floats]:
        return elimination.slopes(sums, theta, restricted=True)

    if rows.codes is None:
        curve = Curve(sums.own[:, 0, 0], sums.across[:, 0], sums.around[0], sums.rows - 1, restricted=True)
        theta = np.array([np.sqrt(best_ratio(curve))])
    else:
        theta = _lowest(slopes).at
    solved = elimination.solve(sums, theta)
    sigma2 = solved.residual / (sums.rows - 1)
    return SitesFit(sums, solved, theta, bends(slopes, theta), sigma2, centre)


def _lowest(slopes: Slopes) -> Optimum:
    found = lowest(slopes, np.array([0.3, 0.3]))
    if (np.abs(found.at) < 0.01).any():
        other = lowest(slopes, np.array([1.0, 1.0]))
        found = other if other.value < found.value - 1e-9 else found
    at = np.where(np.abs(found.at) < 1e-5, 0.0, np.abs(found.at))
    return Optimum(at, found.value, found.bend)


def _as_sums(rows: Totals) -> tuple[Sums, float]:
    """Return sums of products per site, values taken from their mean; and that mean."""
    centre = float(rows.y.sum() / rows.d.sum())
    y = rows.y - centre * rows.d
    yy = np.maximum(rows.yyd - 2 * centre * rows.y + centre**2 * rows.d, y * y / rows.d)
    within = float((yy - y * y / rows.d).sum())
    if not yy.sum() > 1e-12 * max(float(rows.yyd.sum()), 1e-300):
        raise AnalysisError("not_estimable", "All values are the same: nothing varies.")
    if within <= 1e-12 * yy.sum():
        raise AnalysisError("not_estimable", "Nothing varies within sites: no levels can be told apart.")
    codes = np.zeros(len(y), dtype=np.intp) if rows.codes is None else rows.codes
    units = int(codes.max()) + 1
    d, own_y, own_yy = (np.bincount(codes, weights=each, minlength=units) for each in (rows.d, y, yy))
    sites = Level((Block(1),), codes)
    if rows.codes is None:
        across = np.stack([rows.d, y], axis=-1)[:, None, :]
        levels: tuple[Level, ...] = (sites,)
        matrix = np.array([[d, own_y], [own_y, own_yy]])
    else:
        across = np.stack([rows.d, rows.d, y], axis=-1)[:, None, :]
        levels = (sites, Level((Block(1),), np.zeros(units, dtype=np.intp)))
        matrix = np.array([[d, d, own_y], [d, d, own_y], [own_y, own_y, own_yy]])
    around_sums, counted = np.moveaxis(matrix, -1, 0), round(float(rows.n.sum()))
    return Sums(levels, rows.d[:, None, None], across, around_sums, counted, fixed=1), centre


def interval_of_share(fitted: SitesFit, at: int, scale: float) -> tuple[float, float]:
    """Return the ends of a level's share: on the scale of log odds, or up to a bound where it is 0."""
    ratios = fitted.theta**2 * scale
    share = float(ratios[at] / (1 + ratios.sum()))
    if fitted.theta[at] == 0:
        top = _bound(fitted, at) ** 2 * scale
        return 0.0, float(top / (1 + top + ratios.sum()))
    free = np.flatnonzero(fitted.theta)
    covariance = 2 * np.linalg.inv(fitted.bend[np.ix_(free, free)])
    by_ratio = ((free == at) - share) / (share * (1 - share) * (1 + ratios.sum()))
    slope = by_ratio * 2 * fitted.theta[free] * scale
    spread = float(np.sqrt(max(slope @ covariance @ slope, 0.0)))
    return _odds(share, -NORMAL * spread), _odds(share, NORMAL * spread)


def _odds(share: float, move: float) -> float:
    odds = np.log(share / (1 - share)) + move
    return float(1 / (1 + np.exp(-odds)))


def _bound(fitted: SitesFit, at: int) -> float:
    """Return how large a level's spread may be before the data speak against it, the others held."""

    def height(value: float) -> float:
        theta = fitted.theta.copy()
        theta[at] = value
        return elimination.criterion(fitted.sums, theta, restricted=True)

    bottom, low, high = height(0.0), 0.0, 0.05
    while height(high) - bottom < _HALF and high < 1e3:
        low, high = high, 2 * high
    for _step in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if height(middle) - bottom < _HALF else (low, middle)
        if high - low < _SURE * high:
            break
    return high


def ends_of_shares(estimate: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """Return intervals between 0 and 1: those of the beta distributions of these means and variances."""
    mean = np.clip(estimate, 1e-6, 1 - 1e-6)
    precision = np.maximum(mean * (1 - mean) / np.maximum(variance, 1e-12) - 1, 0.5)
    _middle, low, high = beta_binomial.drawn(mean * precision, (1 - mean) * precision, 0.0 * mean, 0.0 * mean)
    return low, high
