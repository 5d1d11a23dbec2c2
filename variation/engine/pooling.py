"""Random-effects pooling and meta-regression of many series at once. Pure.

Each site reports an effect with a sampling variance; the true effects spread around a mean, or around a line
through attributes of the sites, with variance tau2 (DerSimonian & Laird 1986; Raudenbush 2009; Knapp &
Hartung 2003). Pages call ``variation.pooling``, which gives one series in plain numbers or says why not.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from measures.engine.problems import AnalysisError, Flags, Floats
from variation.engine import heterogeneity
from variation.engine.chances import beyond_chi_square, beyond_f, chi_square_quantile, critical, two_sided
from variation.engine.heterogeneity import estimates
from variation.engine.weighted import Projection, Sites, collinear, spread_of

TESTS = ("z", "knha", "adhoc")
"""Normal; Knapp and Hartung's t; the same with a factor of at least 1, never surer than the normal one."""
Codes = NDArray[np.str_]

MESSAGES = {
    "too_few_points": "No site has both an effect and its variance.",
    "not_estimable": "The effects can't be pooled: the numbers lie too far apart.",
    "not_converged": "The search for the variance between sites did not come to an end.",
}


@dataclass(frozen=True)
class Pooled:
    """A fit of every series; the first axis is over series, the second over coefficients.

    ``problem`` is "" where the fit stands, else the contract's code; numbers of such a series are NaN.
    ``is_exact`` tells of a series whose sites lie on the fit without any residue, so that a Knapp-Hartung
    interval has no width. Where several methods were asked for, ``methods`` tells each series' own.
    """

    methods: tuple[str, ...]
    test: str
    level: float
    sites: Sites
    at: Projection
    b: Floats
    covariance: Floats
    se: Floats
    stat: Floats
    pval: Floats
    ci_lb: Floats
    ci_ub: Floats
    tau2: Floats
    se_tau2: Floats
    i2_percent: Floats
    h2: Floats
    q_e: Floats
    q_e_p: Floats
    typical: Floats
    freedom: Floats
    problem: Codes
    is_exact: Flags

    @property
    def method(self) -> str:
        """The method of the first series."""
        return self.methods[0]

    @property
    def factor(self) -> Floats:
        """What the test multiplies the covariance by; one value a series."""
        return _factor(self.at.q, self.freedom, self.test)[0]

    def spread_along(self, x: Floats) -> Floats:
        """Return x'Vx of each series (rows) and row of *x*: the variance of the mean there."""
        # Through the triangle that V is made from: a product with V itself would lose digits where a
        # moderator lies far from 0 for how much it varies.
        along = np.linalg.solve(
            self.at.upper.transpose(0, 2, 1), np.broadcast_to(x.T, (len(self.b), *x.T.shape))
        )
        square = (along**2).sum(axis=1)
        scale = np.diagonal(self.covariance, axis1=1, axis2=2).sum(axis=1)
        scale = scale / np.diagonal(self.at.covariance, axis1=1, axis2=2).sum(axis=1)
        return np.asarray(square * scale[:, None])

    @property
    def crit(self) -> Floats:
        """How many standard errors an interval reaches; one value a series."""
        return _critical(self.test, self.level, self.freedom)


def series(y: ArrayLike, v: ArrayLike, x: ArrayLike | None = None) -> Sites:
    """Return effects and variances as series of sites; a missing number (NaN) takes a site out.

    Args:
        y: effects, (sites,) or (series, sites).
        v: their sampling variances, the same shape.
        x: design with the intercept among its columns, (sites, columns) or (series, sites, columns); an
            intercept alone when left out.
    """
    effects, variances = np.atleast_2d(np.asarray(y, np.float64)), np.atleast_2d(np.asarray(v, np.float64))
    design = np.ones((*effects.shape, 1)) if x is None else np.asarray(x, np.float64)
    design = np.broadcast_to(design, (*effects.shape, design.shape[-1]))
    there = np.isfinite(effects) & ~np.isnan(variances) & np.isfinite(design).all(axis=2)
    return Sites(
        np.where(there, effects, 0.0), np.where(there, variances, 1.0),
        np.where(there[:, :, None], design, 0.0), there, spread_of(effects, there),
    )  # fmt: skip


def problems(sites: Sites) -> Codes:
    """Return for each series the code of what stands in the way of pooling it; "" where nothing does."""
    bad = (sites.there & ~((sites.v > 0) & np.isfinite(sites.v))).any(axis=1)
    bad |= sites.freedom < 1
    bad |= collinear(sites.x, sites.there)
    return np.where(sites.count == 0, "too_few_points", np.where(bad, "not_estimable", ""))


def pooled(
    sites: Sites, method: str | Sequence[str] = "REML", test: str = "knha", level: float = 0.95
) -> Pooled:
    """Return the fit of every series.

    Args:
        method: of ``ESTIMATORS``: FE, DL, HE, HS, SJ, EB, PM, ML, REML; with several, all series by the first
            come first, then all by the next.
        test: one of ``TESTS``.
        level: of the intervals, between 0 and 1.
    """
    methods = [method] if isinstance(method, str) else list(method)
    return fits(sites, methods, [test], level)[test]


def fits(sites: Sites, methods: Sequence[str], tests: Sequence[str], level: float) -> dict[str, Pooled]:
    """Return the fits of every series by every method, for each test."""
    size, times = len(sites.y), len(methods)
    with np.errstate(all="ignore"):
        problem = problems(sites)
        even, offset, scale = _evened(_made_safe(sites, problem != ""))
        tau2, se_tau2, ended = estimates(even, methods)
        told = np.where((np.tile(problem, times) == "") & ~ended, "not_converged", np.tile(problem, times))
        rows = _Rows(
            tuple(each for each in methods for _ in range(size)),
            sites.repeated(times), even.repeated(times), np.tile(offset, (times, 1)), np.tile(scale, times),
            np.tile(even.fixed.q, times), np.tile(even.freedom / even.fixed.trace, times),
            tau2, se_tau2, told,
        )  # fmt: skip
        at = rows.even.project(rows.even.weights(tau2))
        return {test: _checked(_taken_back(_fitted(rows, at, test, level), rows)) for test in tests}


def refuse(sites: Sites) -> None:
    """Raise what stands in the way of pooling a single series, if anything does.

    Raises:
        AnalysisError: ``too_few_points`` or ``not_estimable``, with the cause.
    """
    count, columns = int(sites.count[0]), sites.columns
    if not count:
        raise AnalysisError("too_few_points", MESSAGES["too_few_points"])
    if (sites.there & ~((sites.v > 0) & np.isfinite(sites.v))).any():
        raise AnalysisError("not_estimable", "A sampling variance is not above 0: leave that site out.")
    if count <= columns:
        raise AnalysisError(
            "not_estimable", f"There are too few sites: {count}, where {columns + 1} or more are needed."
        )
    if collinear(sites.x, sites.there)[0]:
        raise AnalysisError(
            "not_estimable", "The moderators can't be told apart: one never varies, or follows from others."
        )


def one(found: Pooled, at: int) -> Pooled:
    """Return the fit of a single series of several."""
    picked: dict[str, Any] = {}
    for field in fields(Pooled):
        value = getattr(found, field.name)
        if isinstance(value, np.ndarray):
            picked[field.name] = value[at : at + 1]
        elif isinstance(value, (Sites, Projection)):
            parts = (getattr(value, each.name)[at : at + 1] for each in fields(value))
            picked[field.name] = type(value)(*parts)
    return replace(found, methods=found.methods[at : at + 1], **picked)


def require(found: Pooled) -> Pooled:
    """Return the fit of a single series.

    Raises:
        AnalysisError: it has none: ``too_few_points``, ``not_estimable`` or ``not_converged``.
    """
    code = str(found.problem[0])
    if code:
        refuse(found.sites)
        raise AnalysisError(code, MESSAGES[code])
    return found


def _made_safe(sites: Sites, bad: Flags) -> Sites:
    """Return the series with harmless numbers in place of those that can't be pooled."""
    if not bad.any():
        return sites
    count, p = sites.y.shape[1], sites.columns
    filler = np.vander(np.linspace(0.1, 1.0, max(count, p + 1)), p, increasing=True)
    if count <= p:
        return Sites(
            np.zeros((len(bad), p + 1)), np.ones((len(bad), p + 1)),
            np.broadcast_to(filler, (len(bad), p + 1, p)), np.ones((len(bad), p + 1), bool),
            np.zeros(len(bad)),
        )  # fmt: skip
    return Sites(
        np.where(bad[:, None], 0.0, sites.y), np.where(bad[:, None], 1.0, sites.v),
        np.where(bad[:, None, None], filler, sites.x), sites.there | bad[:, None],
        np.where(bad, 0.0, sites.spread),
    )  # fmt: skip


def _evened(sites: Sites) -> tuple[Sites, Floats, Floats]:
    """Return the sites about a rough fit and with variances around 1, that fit, and the scale."""
    rough = sites.fixed.coefficients
    rest = sites.y - (sites.x @ rough[:, :, None])[:, :, 0]
    logs = np.where(sites.there, np.log(sites.v), 0.0).sum(axis=1) / sites.count
    scale = np.exp(logs / 2)
    even = np.where(sites.there, rest / scale[:, None], 0.0)
    variances, spread = sites.v / scale[:, None] ** 2, sites.spread / scale**2
    return replace(sites, y=even, v=variances, spread=spread), rough, scale


def _critical(test: str, level: float, freedom: Floats) -> Floats:
    return np.broadcast_to(critical(level, None if test == "z" else freedom), freedom.shape)


@dataclass(frozen=True)
class _Rows:
    """Series as they came and evened, each as often as there are methods, with what is known of them."""

    methods: tuple[str, ...]
    sites: Sites
    even: Sites
    offset: Floats
    scale: Floats
    q_e: Floats
    typical: Floats
    tau2: Floats
    se_tau2: Floats
    problem: Codes


def _fitted(rows: _Rows, at: Projection, test: str, level: float) -> Pooled:
    """Return the fits in the units of the evened series."""
    freedom, tau2 = rows.even.freedom, rows.tau2
    factor, is_exact = _factor(at.q, freedom, test)
    covariance = at.covariance * factor[:, None, None]
    se = np.sqrt(np.diagonal(covariance, axis1=1, axis2=2))
    by_q = np.array([method == "FE" for method in rows.methods])
    i2 = 100 * np.where(by_q, np.maximum(1 - freedom / rows.q_e, 0.0), tau2 / (tau2 + rows.typical))
    h2 = np.where(by_q, rows.q_e / freedom, 1 + tau2 / rows.typical)
    nothing = np.full_like(se, np.nan)
    return Pooled(
        rows.methods, test, level, rows.even, at, at.coefficients, covariance, se, nothing, nothing, nothing,
        nothing, tau2, rows.se_tau2, i2, h2, rows.q_e, beyond_chi_square(rows.q_e, freedom), rows.typical,
        freedom, rows.problem, is_exact,
    )  # fmt: skip


def _factor(q: Floats, freedom: Floats, test: str) -> tuple[Floats, Flags]:
    """Return what the covariance is multiplied by, and whether nothing is left over to judge by."""
    if test == "z":
        return np.ones_like(q), np.zeros(q.shape, bool)
    factor = q / freedom
    is_exact = q <= np.finfo(np.float64).eps
    factor = np.where(is_exact, 0.0, factor)
    return (np.maximum(factor, 1.0), np.zeros(q.shape, bool)) if test == "adhoc" else (factor, is_exact)


def _taken_back(found: Pooled, rows: _Rows) -> Pooled:
    """Return the fits in the units of the effects."""
    scale = rows.scale
    b = rows.offset + found.b * scale[:, None]
    se = found.se * scale[:, None]
    stat = b / se
    reach = found.crit[:, None] * se
    freedom = None if found.test == "z" else found.freedom[:, None]
    return replace(
        found, b=b, se=se, stat=stat, pval=two_sided(stat, freedom), ci_lb=b - reach, ci_ub=b + reach,
        tau2=found.tau2 * scale**2, se_tau2=found.se_tau2 * scale**2, typical=found.typical * scale**2,
        covariance=found.covariance * scale[:, None, None] ** 2,
        sites=rows.sites,
    )  # fmt: skip


def _checked(found: Pooled) -> Pooled:
    """Return the fit with NaN for every series that has a problem, or in which something is no number."""
    whole = np.isfinite(found.b).all(axis=1) & np.isfinite(found.se).all(axis=1) & np.isfinite(found.tau2)
    whole &= np.isfinite(found.q_e) & (found.is_exact | (found.se > 0).all(axis=1))
    problem = np.where((found.problem == "") & ~whole, "not_estimable", found.problem)
    bad = problem != ""
    if not bad.any():
        return found
    blank: dict[str, Any] = {}
    for name in ("b", "se", "stat", "pval", "ci_lb", "ci_ub"):
        blank[name] = np.where(bad[:, None], np.nan, getattr(found, name))
    for name in ("tau2", "se_tau2", "i2_percent", "h2", "q_e", "q_e_p", "typical"):
        blank[name] = np.where(bad, np.nan, getattr(found, name))
    blank["covariance"] = np.where(bad[:, None, None], np.nan, found.covariance)
    return replace(found, problem=problem, **blank)


@dataclass(frozen=True)
class Intervals:
    """Values with the bounds that belong to them; shape (series, …)."""

    value: Floats
    se: Floats
    low: Floats
    high: Floats


def predicted(found: Pooled, x: ArrayLike | None = None) -> tuple[Intervals, Intervals]:
    """Return the mean at each row of *x* (the intercept alone when left out) with two intervals.

    The first holds the mean, the second the true effect of one more site: the prediction interval, as far as
    the test's quantile reaches around sqrt(se² + tau2).
    """
    rows = np.ones((1, 1)) if x is None else np.atleast_2d(np.asarray(x, np.float64))
    with np.errstate(all="ignore"):
        mean = found.b @ rows.T
        square = found.spread_along(rows)
        reach = found.crit[:, None]
        wide = np.sqrt(square + found.tau2[:, None])
        se = np.sqrt(square)
        return (
            Intervals(mean, se, mean - reach * se, mean + reach * se),
            Intervals(mean, wide, mean - reach * wide, mean + reach * wide),
        )


def blups(found: Pooled) -> Intervals:
    """Return each site's best estimate: its own effect drawn toward the fit, the less precise the further."""
    sites = found.sites
    with np.errstate(all="ignore"):
        fit = (sites.x @ found.b[:, :, None])[:, :, 0]
        share = found.tau2[:, None] / (found.tau2[:, None] + sites.v)
        square = found.at.leverage * (sites.v + found.tau2[:, None]) * found.factor[:, None]
        value = share * sites.y + (1 - share) * fit
        se = np.sqrt(share * sites.v + (1 - share) ** 2 * square)
        value, se = (np.where(sites.there, each, np.nan) for each in (value, se))
        reach = found.crit[:, None] * se
        return Intervals(value, se, value - reach, value + reach)


def weights_percent(found: Pooled) -> Floats:
    """Return what share of the pooled mean each site has, in percent."""
    weight = found.at.weight
    return np.asarray(100 * weight / weight.sum(axis=1, keepdims=True))


def q_profile(found: Pooled) -> Intervals:
    """Return tau2 with its interval by Q-profile (Viechtbauer 2007); ``se`` is that of the estimate."""
    with np.errstate(all="ignore"):
        sites = _made_safe(found.sites, found.problem != "")
        even, _, scale = _evened(sites)
        tail = (1 - found.level) / 2
        targets = [chi_square_quantile(chance, even.freedom) for chance in (1 - tail, tail)]
        ends = heterogeneity.generalised_q(even.repeated(2), np.concatenate(targets))[0]
        ends = ends * np.tile(scale**2, 2)
        low, high = (np.where(found.problem == "", end, np.nan) for end in np.split(ends, 2))
        return Intervals(found.tau2, found.se_tau2, low, high)


def moderators_test(found: Pooled, which: list[int]) -> tuple[Floats, Floats]:
    """Return the test that the coefficients *which* are all 0, with its chance: chi-square, or F."""
    with np.errstate(all="ignore"):
        b = found.b[:, which]
        part = found.covariance[:, which][:, :, which]
        whole = np.asarray(np.isfinite(part).all(axis=(1, 2)))
        usable = np.where(whole[:, None, None], part, np.eye(len(which)))
        try:
            value = (b[:, None, :] @ np.linalg.solve(usable, b[:, :, None]))[:, 0, 0]
        except np.linalg.LinAlgError:
            value = np.full(len(b), np.nan)
        if found.test == "z":
            return value, beyond_chi_square(value, np.full(len(b), float(len(which))))
        value = value / len(which)
        return value, beyond_f(value, len(which), found.freedom)


def log_likelihood(found: Pooled) -> Floats:
    """Return the log likelihood at the estimate: restricted for every method but ML and FE."""
    restricted = np.array([method not in ("ML", "FE") for method in found.methods])
    with np.errstate(all="ignore"):
        sites = _made_safe(found.sites, found.problem != "")
        height = heterogeneity.log_likelihood(sites, found.tau2, restricted)
        return np.where(found.problem == "", height, np.nan)
