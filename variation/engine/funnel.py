"""Funnel limits: which sites differ from the rest by more than chance would make them. Pure.

Two families of limits. *Unadjusted* ones say what chance alone gives. *Adjusted* ones allow for the spread
that there is between sites anyway: phi is the mean squared z of the sites after the extreme ones were pulled
in or left out, tau2 the variance between sites on the scale on which z is taken (Spiegelhalter 2005,
Statistics in Medicine 24:1185; Spiegelhalter and others 2012; the rules are those of the package
FunnelPlotR). Limits of a share that follow the binomial itself are in ``exact_limits``.

Everything is an array over sites; scipy is imported where it is used, because it is slow to import.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from measures.engine.problems import SMALLEST, AnalysisError, Flags, Floats

Z95, Z998 = 1.959964, 3.090232
"""Normal quantiles of two-sided 95 % and 99.8 % limits, rounded as FunnelPlotR writes them."""
LEAST_SITES = 2


class DataType(StrEnum):
    """What the sites report: a share, a ratio of observed to expected, or a ratio of two counts."""

    PROPORTION = "PR"
    STANDARDISED = "SR"
    RATIO_OF_COUNTS = "RC"


@dataclass(frozen=True)
class Limits:
    """Lower and upper 95 % and 99.8 % limits, one value a site."""

    ll95: Floats
    ul95: Floats
    ll998: Floats
    ul998: Floats


@dataclass(frozen=True)
class Settings:
    """How a funnel is computed.

    ``limit`` is 95 or 99 (meaning 99.8 %): outside it a site is an outlier. ``trim_by`` is the share of sites
    at each end whose z is pulled in (winsorised; left out for ``method`` "SHMI") before the spread is
    measured. ``multiplier`` scales limits (100 gives percent). ``rounded``: "SHMI" takes expected counts to
    two places first.
    """

    data_type: DataType = DataType.PROPORTION
    limit: int = 99
    unadjusted: bool = False
    adjusted: bool = True
    trim_by: float = 0.1
    multiplier: float = 1.0
    method: str = "SHMI"
    rounded: bool = True

    @property
    def truncates(self) -> bool:
        """Whether extreme sites are left out of the spread, not pulled in."""
        return self.data_type is DataType.STANDARDISED and self.method == "SHMI"


@dataclass(frozen=True)
class Funnel:
    """A funnel, one entry a site in the order given; ``tau2`` is on the scale of ``transformed``.

    ``ratio`` is of the counts as they came. ``z_trimmed`` is NaN for a site that was left out of the spread;
    ``trimmed`` marks those and the ones that were pulled in.
    """

    numerator: Floats
    denominator: Floats
    ratio: Floats
    target: float
    phi: float
    tau2: float
    adjusted_limits_used: bool
    limits: Limits
    adjusted: Limits
    transformed: Floats
    error: Floats
    z: Floats
    z_trimmed: Floats
    trimmed: Flags
    outlier: Flags


def exact_limits(population: ArrayLike, share: float) -> Limits:
    """Return exact binomial limits around *share* for groups of these sizes, as shares from 0 to 1.

    The quantiles of the binomial are interpolated between counts (Spiegelhalter 2005, appendix), so that the
    lines of a plot don't jump.

    Raises:
        AnalysisError: *share* isn't between 0 and 1, or a group is empty.
    """
    sizes = np.asarray(population, dtype=np.float64)
    if not 0 <= share <= 1:
        raise AnalysisError("not_finite", "The pooled share has to lie between 0 and 1.")
    if sizes.size and not sizes.min() >= 1:
        raise AnalysisError("zero_denominator", "A site without anyone to count has no limits.")
    if share in (0.0, 1.0):
        flat = np.full(sizes.shape, share)
        return Limits(flat, flat, flat, flat)
    return Limits(*(_binomial_quantile(sizes, share, q) for q in (0.025, 0.975, 0.001, 0.999)))


def spread_limits(population: ArrayLike, share: float, tau2: float) -> Limits:
    """Return limits around *share* that allow for *tau2*, the spread between sites beyond chance."""
    sizes = np.asarray(population, dtype=np.float64)
    return _limits(sizes, share, tau2, Settings(), adjusted=True)


def funnel_limits(
    sizes: ArrayLike, target: float, tau2: float, settings: Settings, *, adjusted: bool
) -> Limits:
    """Return the limits of a funnel at any sizes (or expected events), for the lines of its plot."""
    return _limits(np.asarray(sizes, dtype=np.float64), target, tau2, settings, adjusted=adjusted)


def funnel(numerator: ArrayLike, denominator: ArrayLike, settings: Settings | None = None) -> Funnel:
    """Compare sites with each other.

    Args:
        numerator: events, one entry a site.
        denominator: people for a share, expected events for a standardised ratio, or the other count.

    Raises:
        AnalysisError: ``too_few_points`` under two sites; ``not_finite``, ``negative_count``,
            ``zero_denominator``, ``count_exceeds_denominator``; ``not_estimable`` when no spread can be had.
    """
    chosen = settings or Settings()
    counts, sizes = (np.asarray(column, dtype=np.float64) for column in (numerator, denominator))
    _check(counts, sizes, chosen)
    ratio = counts / sizes
    if chosen.truncates and chosen.rounded:
        sizes = _two_places(sizes)
        if (sizes == 0).any():
            raise AnalysisError("zero_denominator", "A site expects less than 0.005; leave it out.")
    target = 1.0 if chosen.data_type is DataType.STANDARDISED else float(counts.sum() / sizes.sum())
    y, goal, error = _transform(counts, sizes, target, chosen)
    z = (y - goal) / error
    z_trimmed, trimmed = _trim(z, chosen)
    phi, tau2 = _spread(z_trimmed, error) if chosen.adjusted else (0.0, 0.0)
    used = chosen.adjusted and (chosen.unadjusted or phi > 1)
    plain = _limits(sizes, target, 0.0, chosen)
    wide = _limits(sizes, target, tau2, chosen, adjusted=True)
    return Funnel(
        counts, sizes, ratio, target, phi, tau2, used, plain, wide, y, error, z, z_trimmed, trimmed,
        _outside(chosen.multiplier * ratio, wide if used else plain, chosen.limit),
    )  # fmt: skip


def _outside(ratio: Floats, limits: Limits, limit: int) -> Flags:
    low, high = (limits.ll95, limits.ul95) if limit == 95 else (limits.ll998, limits.ul998)
    return np.asarray((ratio < low) | (ratio > high))


def _check(counts: Floats, sizes: Floats, settings: Settings) -> None:
    if len(counts) < LEAST_SITES:
        raise AnalysisError("too_few_points", f"A funnel needs at least {LEAST_SITES} sites.")
    if not (np.isfinite(counts).all() and np.isfinite(sizes).all()):
        raise AnalysisError("not_finite", "Every site needs a count and a population.")
    if (counts < 0).any() or (sizes < 0).any():
        raise AnalysisError("negative_count", "A count can't be less than zero.")
    if (sizes < SMALLEST).any():
        raise AnalysisError("zero_denominator", "A site has nobody to count; leave it out.")
    if settings.data_type is DataType.PROPORTION and (counts > sizes).any():
        raise AnalysisError("count_exceeds_denominator", "A site counts more people than it has.")
    if settings.data_type is DataType.RATIO_OF_COUNTS and not counts.any():
        raise AnalysisError("not_estimable", "No site counts any event: there is no ratio to compare with.")


def _two_places(values: Floats) -> Floats:
    """Round to two places; the nearer of the two neighbours as doubles, the even one when equally near."""
    whole = np.floor(values * 100)
    low, high = whole / 100, np.ceil(values * 100) / 100
    down, up = values - low, high - values
    return np.where((down < up) | ((down == up) & (whole % 2 == 0)), low, high)


def _transform(
    counts: Floats, sizes: Floats, target: float, settings: Settings
) -> tuple[Floats, float, Floats]:
    """Return the sites, the target and the standard errors on the scale where they are nearly normal."""
    if settings.data_type is DataType.PROPORTION:
        goal = float(np.arcsin(np.sqrt(target)))
        return np.arcsin(np.sqrt(counts / sizes)), goal, 1 / (2 * np.sqrt(sizes))
    if settings.data_type is DataType.RATIO_OF_COUNTS:
        error = np.sqrt(counts / (counts + 0.5) ** 2 + sizes / (sizes + 0.5) ** 2)
        return np.log((counts + 0.5) / (sizes + 0.5)), float(np.log(target)), error
    if settings.method == "CQC":
        return np.sqrt(counts / sizes), 1.0, 1 / (2 * np.sqrt(sizes))
    with np.errstate(divide="ignore"):
        return np.log(counts / sizes), 0.0, 1 / np.sqrt(sizes)


def _trim(z: Floats, settings: Settings) -> tuple[Floats, Flags]:
    """Return z with the extreme sites pulled in or (NaN) left out, and which sites that befell."""
    if settings.truncates:
        kept = _kept_by_rank(z, settings.trim_by)
        return np.where(kept, z, np.nan), ~kept
    low, high = np.quantile(z, [settings.trim_by, 1 - settings.trim_by])
    return np.clip(z, low, high), ~((z > low) & (z < high))


def _kept_by_rank(z: Floats, trim_by: float) -> Flags:
    if trim_by == 0:
        return np.ones(z.shape, dtype=bool)
    _, inverse, count = np.unique(z, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[inverse]  # ties share their average rank
    groups = 1 / trim_by
    group = np.floor(rank * groups / (len(z) + 1))
    return np.asarray((group > 0) & (group < groups - 1))


def _spread(z: Floats, error: Floats) -> tuple[float, float]:
    """Return phi and tau2 of the sites that were kept, whose z is a number.

    Raises:
        AnalysisError: ``not_estimable`` when none was kept, or one without an event was.
    """
    kept = ~np.isnan(z)
    sites, weight = int(kept.sum()), 1 / error[kept] ** 2
    if sites < 2 or not np.isfinite(z[kept]).all():
        raise AnalysisError(
            "not_estimable",
            "The spread between sites can't be measured: too few are left after trimming, or one of them has "
            "no event. Ask for unadjusted limits.",
        )
    phi = float(np.mean(z[kept] ** 2))
    if sites * phi < sites - 1:
        return phi, 0.0
    # S1 - S2/S1 as a sum of products, so that one site far larger than all others takes no digits away.
    heaviest, total = int(weight.argmax()), weight.sum()
    others = np.where(np.arange(sites) == heaviest, np.delete(weight, heaviest).sum(), total - weight)
    return phi, max(0.0, float((sites * phi - (sites - 1)) / (weight / total * others).sum()))


def _limits(
    sizes: Floats, target: float, tau2: float, settings: Settings, *, adjusted: bool = False
) -> Limits:
    if settings.data_type is DataType.STANDARDISED and not adjusted:
        return Limits(*(settings.multiplier * limit for limit in _poisson_limits(sizes)))
    lines = (_limit(sizes, target, tau2, z, settings) for z in (-Z95, Z95, -Z998, Z998))
    return Limits(*(settings.multiplier * line for line in lines))


def _poisson_limits(expected: Floats) -> tuple[Floats, ...]:
    """Exact Poisson limits of observed over expected (chi-square quantiles)."""
    from scipy import special

    lower = {p: special.chdtri(2 * expected, 1 - p) / (2 * expected) for p in (0.025, 0.001)}
    upper = {p: special.chdtri(2 * expected + 2, p) / (2 * expected) for p in (0.025, 0.001)}
    return lower[0.025], upper[0.025], lower[0.001], upper[0.001]


def _limit(sizes: Floats, target: float, tau2: float, z: float, settings: Settings) -> Floats:
    quarter = z * np.sqrt(1 / (4 * sizes) + tau2)
    if settings.data_type is DataType.PROPORTION:
        angle = np.clip(np.arcsin(np.sqrt(target)) + quarter, 0.0, np.pi / 2)
        return np.asarray(np.sin(angle) ** 2)
    if settings.data_type is DataType.RATIO_OF_COUNTS:
        return np.asarray(np.exp(np.log(target) + quarter))
    if settings.method == "CQC":
        return np.asarray(1 + quarter)
    return np.asarray(np.exp(z * np.sqrt(1 / sizes + tau2)))


def _binomial_quantile(sizes: Floats, share: float, q: float) -> Floats:
    from scipy import special

    count = np.ceil(special.bdtrik(q, sizes, share) - 1e-9)
    count = np.clip(np.nan_to_num(count, nan=0.0), 0, sizes)
    # bdtrik is continuous and may stop one count off: step to the smallest count whose chance reaches q.
    count = np.where(_chance_up_to(count, sizes, share) < q, np.minimum(count + 1, sizes), count)
    count = np.where((count > 0) & (_chance_up_to(count - 1, sizes, share) >= q), count - 1, count)
    reached = _chance_up_to(count, sizes, share)
    own = reached - _chance_up_to(count - 1, sizes, share)
    return np.asarray(np.clip((count - (reached - q) / own) / sizes, 0.0, 1.0))


def _chance_up_to(count: Floats, sizes: Floats, share: float) -> Floats:
    from scipy import special

    inside = np.clip(count, 0, np.maximum(sizes - 1, 0))
    chance = special.betainc(sizes - inside, inside + 1, 1 - share)
    return np.asarray(np.where(count < 0, 0.0, np.where(count >= sizes, 1.0, chance)))


def by_site(sites: Sequence[Any], *columns: ArrayLike) -> tuple[NDArray[np.object_], list[Floats]]:
    """Return each site once, in rising order (numbers as numbers, then texts), and the columns added up."""
    order = sorted(set(sites), key=lambda label: (isinstance(label, str), label))
    place = {label: at for at, label in enumerate(order)}
    index = np.fromiter((place[label] for label in sites), dtype=np.intp, count=len(sites))
    sums = [np.bincount(index, np.asarray(column, np.float64), len(order)) for column in columns]
    return np.array(order, dtype=object), [np.asarray(total, np.float64) for total in sums]
