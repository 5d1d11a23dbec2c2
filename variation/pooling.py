"""What pages ask of pooling: one answer in plain numbers, or an error that says why there is none. Pure.

``pool`` puts the effects of several sites together; ``meta_regression`` explains them by attributes of the
sites; ``standings`` says how far each site lies from what its context leads to expect and ``bright_spots``
which ones lie above it again and again. The mathematics is ``variation.engine.pooling``'s; words are the
pages'. Intervals use Knapp and Hartung's t, never narrower than the normal interval with t (``adhoc``), which
holds its level with few sites (Röver, Knapp & Friede 2015).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from measures.engine.problems import AnalysisError, Flags, Floats
from variation.engine import pooling as engine
from variation.engine.chances import critical
from variation.engine.formula import Term
from variation.engine.frame import Factor, Values, matrix, read_column
from variation.engine.weighted import collinear

LEAST_PREDICTED = 3
"""With two sites nothing can be said of a third."""
LEAST_FREEDOM = 3
"""Sites beyond the coefficients that a regression on context needs on a page."""
LEFT_OUT_ONE_BY_ONE = 100
"""Up to so many sites each is judged by a fit without it; beyond, it hardly moves the spread between them."""
SUCCESSIVE = 2


@dataclass(frozen=True)
class Span:
    """A value with the interval around it."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Pool:
    """Effects of *k* sites put together.

    ``mean`` is the effect at an average site, ``next_site`` holds the true effect of one more site (``None``
    under three sites), ``tau2`` is the variance between sites (``spread`` its square root), ``i2`` the share,
    in percent, of the effects' variance that is between sites. ``q_p`` is the chance of effects as different
    if all sites had the same true effect. ``sites`` holds each site's best estimate, ``None`` where it had no
    number; it is empty where these weren't asked for.
    """

    k: int
    mean: Span
    se: float
    pval: float
    next_site: Span | None
    tau2: Span
    i2: float
    q: float
    q_p: float
    sites: tuple[Span | None, ...]

    @property
    def spread(self) -> float:
        """Standard deviation of the true effects."""
        return float(np.sqrt(self.tau2.value))

    @property
    def differs(self) -> bool:
        """Whether sites differ by more than chance, at 5 %."""
        return self.q_p < 0.05


@dataclass(frozen=True)
class Coefficient:
    """What one more of an attribute goes with, or one kind beside the first kind.

    ``attribute`` is "" for the effect where all attributes are 0 or of their first kind; ``kind`` is "" where
    the attribute is a number.
    """

    attribute: str
    kind: str
    value: float
    se: float
    low: float
    high: float
    pval: float


@dataclass(frozen=True)
class Regression:
    """Effects explained by attributes.

    ``left_out`` names attributes that say nothing new among these sites. ``explained`` is the share, in
    percent, of the variance between sites that the attributes take up (``None`` where there is none);
    ``together`` the chance of as much if none of them mattered (``None`` without attributes).
    """

    k: int
    coefficients: tuple[Coefficient, ...]
    left_out: tuple[str, ...]
    tau2: float
    i2: float
    explained: float | None
    together: float | None


@dataclass(frozen=True)
class Standing:
    """A site beside what its context leads to expect; ``low`` to ``high`` hold 95 of 100 such sites."""

    key: str
    value: float
    expected: float
    low: float
    high: float

    def is_beyond(self, *, higher_is_better: bool = True) -> bool:
        """Say whether the site does better than the interval reaches."""
        return self.value > self.high if higher_is_better else self.value < self.low


def pool(
    effects: ArrayLike,
    variances: ArrayLike,
    *,
    method: str = "REML",
    test: str = "adhoc",
    level: float = 0.95,
    each: bool = True,
) -> Pool:
    """Return the effects of several sites put together by random effects.

    Args:
        effects: one a site, NaN where it has none.
        variances: their sampling variances.
        each: whether each site's best estimate is wanted, too.

    Raises:
        AnalysisError: ``too_few_points``, ``not_estimable`` (one site, a variance of 0) or ``not_converged``.
    """
    found = engine.require(engine.pooled(engine.series(effects, variances), method, test, level))
    k = int(found.sites.count[0])
    mean, one_more = engine.predicted(found)
    around, best = engine.q_profile(found), engine.blups(found) if each else None
    return Pool(
        k=k,
        mean=_span(mean, 0),
        se=float(found.se[0, 0]),
        pval=float(found.pval[0, 0]),
        next_site=_span(one_more, 0) if k >= LEAST_PREDICTED else None,
        tau2=Span(float(around.value[0]), float(around.low[0]), float(around.high[0])),
        i2=float(found.i2_percent[0]),
        q=float(found.q_e[0]),
        q_p=float(found.q_e_p[0]),
        sites=tuple(_span(best, at) if there else None for at, there in enumerate(found.sites.there[0]))
        if best
        else (),
    )


@dataclass(frozen=True)
class Best:
    """Each site's best estimate with its 95 % interval, in columns, and Cochran's Q."""

    value: Floats
    low: Floats
    high: Floats
    q: float


def best_of(effects: ArrayLike, variances: ArrayLike) -> Best:
    """Return the best estimates of :func:`pool` in columns, for many sites.

    Raises:
        AnalysisError: as :func:`pool`.
    """
    found = engine.require(engine.pooled(engine.series(effects, variances), "REML", "adhoc"))
    best = engine.blups(found)
    return Best(best.value[0], best.low[0], best.high[0], float(found.q_e[0]))


def centre_of(effects: ArrayLike, variances: ArrayLike) -> tuple[float, float]:
    """Return the mean at an average site and the variance between sites, as :func:`pool` has them.

    Raises:
        AnalysisError: as :func:`pool`.
    """
    found = engine.require(engine.pooled(engine.series(effects, variances), "REML", "adhoc"))
    return float(found.b[0, 0]), float(found.tau2[0])


def _span(found: engine.Intervals, at: int) -> Span:
    return Span(*(float(each[0, at]) for each in (found.value, found.low, found.high)))


def meta_regression(
    effects: ArrayLike, variances: ArrayLike, context: Mapping[str, Sequence[Any]], *, level: float = 0.95
) -> Regression:
    """Return how effects go with attributes of the sites.

    Args:
        context: attributes, a value a site: numbers, or texts that name kinds; ``None`` leaves the site out.

    Raises:
        AnalysisError: ``not_estimable`` when too few sites are left for the attributes.
    """
    data = _data(effects, variances, context)
    sites = engine.series(data.y, data.v, data.x)
    found = engine.require(engine.pooled(sites, "REML", "adhoc", level))
    before = float(engine.pooled(engine.series(data.y, data.v), "REML", "z").tau2[0])
    after = float(found.tau2[0])
    columns = [getattr(found, name)[0].tolist() for name in ("b", "se", "ci_lb", "ci_ub", "pval")]
    return Regression(
        k=len(data.y),
        coefficients=tuple(
            Coefficient(*name, *numbers)
            for name, numbers in zip(data.names, zip(*columns, strict=True), strict=True)
        ),
        left_out=data.left_out,
        tau2=after,
        i2=float(found.i2_percent[0]),
        explained=100 * max(0.0, (before - after) / before) if before > 0 else None,
        together=_together(found),
    )


def _together(found: engine.Pooled) -> float | None:
    which = list(range(1, found.sites.columns))
    return float(engine.moderators_test(found, which)[1][0]) if which else None


def standings(
    keys: Sequence[str],
    effects: ArrayLike,
    variances: ArrayLike,
    context: Mapping[str, Sequence[Any]],
    *,
    level: float = 0.95,
) -> list[Standing]:
    """Return how each site stands beside what its context leads to expect, at one measurement.

    The interval is where a site of this context and of this many people would be seen, were it like the
    others: it holds the uncertainty of the regression, the variance between sites and the site's own sampling
    variance. The site itself is left out of what it is judged by.

    Raises:
        AnalysisError: ``not_estimable`` when too few sites are left for the attributes.
    """
    data = _data(effects, variances, context)
    sites = engine.series(data.y, data.v, data.x)
    found = engine.require(engine.pooled(sites, "REML", "z", level))
    if len(data.y) <= LEFT_OUT_ONE_BY_ONE:
        expected, wide = _without_each(data, level)
    else:
        share = found.at.leverage[0]
        rest = data.y - data.x @ found.b[0]
        expected = data.y - rest / (1 - share)
        wide = np.sqrt((data.v + found.tau2[0]) / (1 - share))
    reach = float(critical(level, float(len(data.y) - 1 - data.x.shape[1]))) * wide
    places = np.flatnonzero(data.kept).tolist()
    return [
        Standing(keys[at], float(value), float(mean), float(mean - far), float(mean + far))
        for at, value, mean, far in zip(places, data.y, expected, reach, strict=True)
        if np.isfinite(far)
    ]


def _without_each(data: "_Data", level: float) -> tuple[Floats, Floats]:
    """Return what a fit without each site expects there, and the standard error of seeing it."""
    count = len(data.y)
    others = np.where(np.eye(count, dtype=bool), np.nan, data.y)
    fits = engine.pooled(engine.series(others, np.tile(data.v, (count, 1)), data.x), "REML", "z", level)
    expected = (fits.b * data.x).sum(axis=1)
    error = np.einsum("kp,kpq,kq->k", data.x, fits.covariance, data.x)
    return expected, np.sqrt(error + fits.tau2 + data.v)


def bright_spots(
    rounds: Sequence[Sequence[Standing]], *, higher_is_better: bool = True, successive: int = SUCCESSIVE
) -> dict[str, int]:
    """Return the sites that do better than their context explains at the latest measurements on end.

    Args:
        rounds: the standings of each measurement, the oldest first.
        successive: how many of the latest a site must be beyond, without a gap.

    Returns:
        how many measurements on end, up to the latest, each such site has been beyond.
    """
    streaks: dict[str, int] = {}
    for standing in rounds:
        beyond = {each.key for each in standing if each.is_beyond(higher_is_better=higher_is_better)}
        streaks = {key: streaks.get(key, 0) + 1 for key in beyond}
    return {key: length for key, length in streaks.items() if length >= successive}


@dataclass(frozen=True)
class _Data:
    """Sites with nothing missing, and the attributes that tell them apart."""

    y: Floats
    v: Floats
    x: Floats
    names: tuple[tuple[str, str], ...]
    left_out: tuple[str, ...]
    kept: Flags


def _data(effects: ArrayLike, variances: ArrayLike, context: Mapping[str, Sequence[Any]]) -> _Data:
    y, v = np.asarray(effects, np.float64), np.asarray(variances, np.float64)
    kept = np.isfinite(y) & np.isfinite(v)
    columns = {name: read_column(context, name) for name in context}
    for values in columns.values():
        kept &= values.codes >= 0 if isinstance(values, Factor) else np.isfinite(values)
    chosen: list[str] = []
    design = np.ones((int(kept.sum()), 1))
    names: tuple[tuple[str, str], ...] = (("", ""),)
    for name, values in columns.items():
        held = values.of(kept) if isinstance(values, Factor) else values[kept]
        if isinstance(held, Factor) and len(held.levels) < 2:
            continue
        node = ("name", name)
        term: Term = (node,)
        more, _coded = matrix(((), term), {node: held}, len(design))
        tried = np.column_stack([design, more[:, 1:]])
        if not collinear(tried[None], np.ones((1, len(tried)), bool))[0]:
            chosen.append(name)
            design, names = tried, names + tuple((name, kind) for kind in _kinds(held))
    if len(design) - design.shape[1] < LEAST_FREEDOM:
        raise AnalysisError(
            "not_estimable",
            f"There are {len(design)} sites with every attribute: too few for a regression on them.",
        )
    left_out = tuple(name for name in context if name not in chosen)
    return _Data(y[kept], v[kept], design, names, left_out, kept)


def _kinds(values: Values) -> list[str]:
    """Return the kinds that stand beside the first one; one without a name for a number."""
    return list(values.levels[1:]) if isinstance(values, Factor) else [""]
