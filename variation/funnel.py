"""Funnel plots: which sites differ from the rest by more than chance would make them.

Two families of limits. *Exact* binomial limits around the pooled share say what chance alone gives
(Spiegelhalter 2005, Statistics in Medicine 24:1185). *Adjusted* limits widen them by the spread that is
there between sites anyway: phi is the mean squared z after winsorising, tau2 the variance between sites on
the transformed scale (the same paper, and the rules of the package FunnelPlotR, whose results the tests
hold these against).

Everything works on arrays; scipy is imported where it is used, because it is slow to import.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats: TypeAlias = NDArray[np.float64]

# Normal quantiles of two-sided 95 % and 99.8 % limits.
Z95, Z998 = 1.959963984540054, 3.090232306167813
# A site needs at least this many others beside it before its distance from them means anything.
MINIMUM_SITES = 3


class FunnelError(ValueError):
    """The numbers can't make a funnel; ``code`` is for machines, the message for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class DataType(StrEnum):
    """What the sites report: a share, a ratio of observed to expected, or a ratio of two counts."""

    PROPORTION = "PR"
    STANDARDISED = "SR"
    RATIO_OF_COUNTS = "RC"


class Zone(StrEnum):
    """Where a site stands in the funnel; ``WATCH`` lies between the 95 % and the 99.8 % limit."""

    INSIDE = "in"
    HIGH = "high"
    HIGH_WATCH = "high-watch"
    LOW = "low"
    LOW_WATCH = "low-watch"


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

    ``limit`` is 95 or 99 (meaning 99.8 %): outside it a site is an outlier. ``trim_by`` is the share of
    sites at each end whose z is pulled in (winsorised; for ``method`` "SHMI" dropped) before the spread is
    measured. ``multiplier`` scales limits (100 gives percent).
    """

    data_type: DataType = DataType.PROPORTION
    limit: int = 99
    unadjusted: bool = False
    adjusted: bool = True
    trim_by: float = 0.1
    multiplier: float = 1.0
    method: str = "SHMI"
    rounded: bool = True


@dataclass(frozen=True)
class Funnel:
    """A funnel of sites in the order of their names; ``tau2`` is on the transformed scale."""

    sites: tuple[str, ...]
    numerator: Floats
    denominator: Floats
    target: float
    phi: float
    tau2: float
    adjusted_limits_used: bool
    limits: Limits
    adjusted: Limits
    z: Floats
    outlier: NDArray[np.bool_]

    @property
    def outlier_sites(self) -> list[str]:
        """Names of the sites outside the limits that were asked for."""
        return [site for site, out in zip(self.sites, self.outlier, strict=True) if out]


def exact_limits(population: ArrayLike, share: float) -> Limits:
    """Return exact binomial limits around *share* for groups of these sizes.

    The quantiles of the binomial are interpolated between counts (Spiegelhalter 2005, appendix), so that
    the lines of a plot don't jump; they are shares from 0 to 1.

    Raises:
        FunnelError: *share* isn't between 0 and 1, or a group is empty.
    """
    sizes = np.asarray(population, dtype=np.float64)
    if not 0 <= share <= 1:
        raise FunnelError("not_finite", "The pooled share has to lie between 0 and 1.")
    if sizes.size and sizes.min() < 1:
        raise FunnelError("zero_denominator", "A site without anyone to count has no limits.")
    if share in (0.0, 1.0):
        flat = np.full(sizes.shape, share)
        return Limits(flat, flat, flat, flat)
    return Limits(*(_binomial_quantile(sizes, share, q) for q in (0.025, 0.975, 0.001, 0.999)))


def spread_limits(population: ArrayLike, share: float, tau2: float) -> Limits:
    """Return limits around *share* that allow for *tau2*, the spread between sites beyond chance."""
    sizes = np.asarray(population, dtype=np.float64)
    return _limits(sizes, share, tau2, Settings(), adjusted=True)


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


def zones(share: ArrayLike, limits: Limits) -> list[Zone]:
    """Say for each site where its share lies; on a limit is inside."""
    values = np.asarray(share, dtype=np.float64)
    picked = np.select(
        [values < limits.ll998, values > limits.ul998, values < limits.ll95, values > limits.ul95],
        [Zone.LOW, Zone.HIGH, Zone.LOW_WATCH, Zone.HIGH_WATCH],
        default=Zone.INSIDE,
    )
    return [Zone(str(zone)) for zone in picked]


def funnel(
    sites: Sequence[str], numerator: ArrayLike, denominator: ArrayLike, settings: Settings | None = None
) -> Funnel:
    """Compare sites with each other; rows of one site are added up.

    Raises: FunnelError: fewer than three sites, a count that is negative, missing or more than its
        population, or a
            population of nobody.
    """
    chosen = settings or Settings()
    names, counts, sizes = _by_site(sites, numerator, denominator)
    _check(counts, sizes, chosen)
    if chosen.data_type is DataType.STANDARDISED and chosen.method == "SHMI" and chosen.rounded:
        sizes = np.round(sizes, 2)
    target = 1.0 if chosen.data_type is DataType.STANDARDISED else float(counts.sum() / sizes.sum())
    y, goal, s = _transform(counts, sizes, target, chosen)
    z = (y - goal) / s
    phi, tau2 = _spread(z, s, chosen) if chosen.adjusted else (0.0, 0.0)
    used = chosen.adjusted and not (not chosen.unadjusted and phi <= 1)
    plain = _limits(sizes, target, 0.0, chosen)
    wide = _limits(sizes, target, tau2, chosen, adjusted=True)
    ratio = chosen.multiplier * counts / sizes
    by = wide if used else plain
    low, high = (by.ll95, by.ul95) if chosen.limit == 95 else (by.ll998, by.ul998)
    return Funnel(
        names, counts, sizes, target, phi, tau2, used, plain, wide, z, (ratio < low) | (ratio > high)
    )


def _by_site(
    sites: Sequence[str], numerator: ArrayLike, denominator: ArrayLike
) -> tuple[tuple[str, ...], Floats, Floats]:
    names, index = np.unique(np.asarray(sites, dtype=str), return_inverse=True)
    columns = (np.asarray(column, np.float64) for column in (numerator, denominator))
    counts, sizes = (np.asarray(np.bincount(index, column, len(names)), np.float64) for column in columns)
    return tuple(str(name) for name in names), counts, sizes


def _check(counts: Floats, sizes: Floats, settings: Settings) -> None:
    if len(counts) < MINIMUM_SITES:
        raise FunnelError("too_few_points", f"A funnel needs at least {MINIMUM_SITES} sites.")
    if not (np.isfinite(counts).all() and np.isfinite(sizes).all()):
        raise FunnelError("not_finite", "Every site needs a count and a population.")
    if (counts < 0).any():
        raise FunnelError("negative_count", "A count can't be less than zero.")
    if (sizes <= 0).any():
        raise FunnelError("zero_denominator", "A site has nobody to count; leave it out.")
    if settings.data_type is DataType.PROPORTION and (counts > sizes).any():
        raise FunnelError("count_exceeds_denominator", "A site counts more people than it has.")


def _transform(
    counts: Floats, sizes: Floats, target: float, settings: Settings
) -> tuple[Floats, float, Floats]:
    """Return the sites, the target and the standard errors on the scale where they are nearly normal."""
    if settings.data_type is DataType.PROPORTION:
        goal = float(np.arcsin(np.sqrt(target)))
        return np.arcsin(np.sqrt(counts / sizes)), goal, 1 / (2 * np.sqrt(sizes))
    if settings.data_type is DataType.RATIO_OF_COUNTS:
        s = np.sqrt(counts / (counts + 0.5) ** 2 + sizes / (sizes + 0.5) ** 2)
        return np.log((counts + 0.5) / (sizes + 0.5)), float(np.log(target)), s
    if settings.method == "CQC":
        return np.sqrt(counts / sizes), 1.0, 1 / (2 * np.sqrt(sizes))
    with np.errstate(divide="ignore"):
        return np.log(counts / sizes), 0.0, 1 / np.sqrt(sizes)


def _spread(z: Floats, s: Floats, settings: Settings) -> tuple[float, float]:
    """Return phi and tau2 of the sites whose z was winsorised (or, for SHMI, of those kept)."""
    if settings.data_type is DataType.STANDARDISED and settings.method == "SHMI":
        kept = _kept_by_rank(z, settings.trim_by)
        z, s = z[kept], s[kept]
    else:
        low, high = np.quantile(z, [settings.trim_by, 1 - settings.trim_by])
        z = np.clip(z, low, high)
    sites = len(z)
    phi = float(np.mean(z**2))
    weight = 1 / s**2
    if sites * phi < sites - 1:
        return phi, 0.0
    spread = (sites * phi - (sites - 1)) / (weight.sum() - (weight**2).sum() / weight.sum())
    return phi, max(0.0, float(spread))


def _kept_by_rank(z: Floats, trim_by: float) -> NDArray[np.bool_]:
    order = np.argsort(z, kind="stable")
    _, inverse, count = np.unique(z, return_inverse=True, return_counts=True)
    first = np.cumsum(count) - count + 1
    rank = (first + (count - 1) / 2)[inverse]  # ties share their average rank
    groups = 1 / trim_by
    group = np.floor(rank * groups / (len(order) + 1) + 1e-12)
    return np.asarray((group > 0) & (group < groups - 1))


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


def as_record(result: Funnel) -> dict[str, Any]:
    """Return *result* as plain lists, under the names that analysts know from FunnelPlotR."""
    plain, wide = result.limits, result.adjusted
    columns = {"numerator": result.numerator, "denominator": result.denominator, "z_unadjusted": result.z}
    columns |= {name: getattr(plain, name) for name in ("ll95", "ul95", "ll998", "ul998")}
    columns |= {f"od_{name}": getattr(wide, name) for name in ("ll95", "ul95", "ll998", "ul998")}
    sites = {name: [float(value) for value in column] for name, column in columns.items()}
    return {
        "target": result.target,
        "phi": result.phi,
        "tau2": result.tau2,
        "adjusted_limits_used": result.adjusted_limits_used,
        "sites": {"site": list(result.sites), **sites, "outlier": [bool(out) for out in result.outlier]},
        "outlier_sites": result.outlier_sites,
    }
