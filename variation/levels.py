"""Where results differ: between districts, between schools, within; each site's best estimate. Pure.

Pages call :func:`variance_by_level` for one span of time and :func:`by_year` for several. Both take a site's
sums as the platform keeps them, never its single values: how many values, Σy, Σd and Σy²/d, where y is a
count (or a value) and d its population (or 1). A nation's schools are thus told in one reading.

The model is the linear one of sites within districts (``engine.sites``), by restricted maximum
likelihood. For a share, people are the rows, zeros and ones, and the variances are those of single outcomes:
their sum is m (1 - m), m being the mean. Where sites hold several counts whose spread is more than people's
chance gives, the counts are the rows and the overdispersion is told. A level that can't be told from
another is not estimated, and said so (:class:`Caution`).
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from measures.engine.problems import AnalysisError, Floats, Whole
from variation.engine import sites
from variation.engine.sites import NORMAL, SitesFit, Totals

Key = TypeVar("Key", bound=Hashable)
LEAST_SITES = 3
FEW_SITES = 10
FEW_DISTRICTS = 5
ENOUGH_COUNTS = 20
"""So many counts beyond one a site are needed before their spread is believed."""


class Level(StrEnum):
    """What results differ between; ``SCHOOL_OR_WITHIN`` where one value a school leaves the two as one."""

    DISTRICT = "district"
    SCHOOL = "school"
    WITHIN = "within"
    SCHOOL_OR_WITHIN = "school_or_within"


class Caution(StrEnum):
    """What a reader has to be told beside the figures."""

    FEW_SITES = "few_sites"  # fewer than ten: the shares are rough
    FEW_DISTRICTS = "few_districts"  # fewer than five
    ONE_DISTRICT = "one_district"  # all sites in one: districts can't be told
    ONE_SCHOOL_EACH = "one_school_each"  # every district has one: district and school can't be told apart
    ONE_VALUE_EACH = "one_value_each"  # every site has one value: school and within can't be told apart
    CHANCE_DISTRICT = "chance_district"  # districts differ no more than their schools make them
    CHANCE_SCHOOL = "chance_school"  # schools differ no more than chance
    OVERDISPERSED = "overdispersed"  # counts of one site differ by more than people's chance


@dataclass(frozen=True)
class SiteSums:
    """Sums of sites, in one order: values counted, Σy, Σd and Σy²/d; ``district`` a key each, if known."""

    n: Floats
    y: Floats
    d: Floats
    yyd: Floats
    district: tuple[Hashable, ...] | None = None

    @classmethod
    def of(
        cls,
        n: ArrayLike,
        y: ArrayLike,
        d: ArrayLike,
        yyd: ArrayLike,
        district: Sequence[Hashable] | None = None,
    ) -> "SiteSums":
        """Return sums of sites from any kind of sequences."""
        count, total, held, squares = (np.asarray(each, dtype=np.float64) for each in (n, y, d, yyd))
        return cls(count, total, held, squares, None if district is None else tuple(district))


@dataclass(frozen=True)
class Part:
    """One level's part of the variance; ``share`` of the whole with its 95 % interval, from 0 to 1."""

    level: Level
    variance: float
    share: float
    low: float
    high: float

    @property
    def sd(self) -> float:
        """Return the standard deviation, in the measure's unit."""
        return float(np.sqrt(self.variance))


@dataclass(frozen=True)
class Estimates:
    """Best estimates with 95 % intervals, in the order of ``keys``; ``raw`` are the plain means."""

    keys: tuple[Hashable, ...]
    raw: Floats
    estimate: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Levels:
    """Where results differ. ``parts`` go from the outermost level in; their shares sum to 1.

    ``mean`` is that of a typical site, with its 95 % interval. ``sites`` are in the order given, keyed by
    their place; ``districts`` in the order of first mention, empty where they can't be told.
    ``overdispersion`` is how many times the spread of a site's counts is what people's chance gives; empty
    where there are too few counts to say, and for measures that are no shares.
    """

    mean: float
    low: float
    high: float
    parts: tuple[Part, ...]
    sites: Estimates
    districts: Estimates
    overdispersion: float | None
    cautions: frozenset[Caution]

    def part(self, level: Level) -> Part | None:
        """Return the part of a level; nothing where it could not be told."""
        return next((part for part in self.parts if part.level is level), None)


@dataclass(frozen=True)
class Spread:
    """A typical site's mean with its 95 % interval, and how far sites spread around it beyond chance."""

    mean: float
    low: float
    high: float
    sd: float


def spread_of(sums: SiteSums, *, is_share: bool) -> Spread:
    """Return only the level and the spread of sites, for one of many years: no districts, no estimates.

    Raises:
        AnalysisError: as :func:`variance_by_level`; ``not_estimable`` where every site has one value.
    """
    _check(sums, is_share=is_share)
    phi = _overdispersion(sums) if is_share else None
    rows = _as_people(sums) if is_share and not (phi is not None and phi > 1) else sums
    if rows.n.sum() <= len(rows.n):
        raise AnalysisError("not_estimable", "Every site has one value: no spread beyond chance to tell.")
    fitted = sites.fit(Totals(rows.n, rows.y, rows.d, rows.yyd, None))
    sd = float(np.sqrt(fitted.sigma2)) * float(fitted.theta[0])
    mean, low, high = _mean(fitted)
    return Spread(mean, max(low, 0.0) if is_share else low, min(high, 1.0) if is_share else high, sd)


def by_year(years: Mapping[Key, SiteSums], *, is_share: bool) -> dict[Key, Levels | AnalysisError]:
    """Return each year's levels, or why they can't be told."""
    found: dict[Key, Levels | AnalysisError] = {}
    for year, sums in years.items():
        try:
            found[year] = variance_by_level(sums, is_share=is_share)
        except AnalysisError as error:
            found[year] = error
    return found


def variance_by_level(sums: SiteSums, *, is_share: bool, tells_sites: bool = True) -> Levels:
    """Return how much of the variance lies between districts, between schools and within; best estimates.

    Args:
        is_share: y counts people out of d; else y/d is a value of any kind, d its weight.
        tells_sites: no for who needs the levels only; the sites' estimates are empty then.

    Raises:
        AnalysisError: ``too_few_points`` below three sites; ``zero_denominator``, ``negative_count``,
            ``count_exceeds_denominator`` or ``not_finite`` for sums that can't be; ``not_estimable`` where
            nothing varies, or not within sites.
    """
    _check(sums, is_share=is_share)
    cautions: set[Caution] = set()
    if len(sums.d) < FEW_SITES:
        cautions.add(Caution.FEW_SITES)
    phi = _overdispersion(sums) if is_share else None
    if phi is not None and phi > 1:
        cautions.add(Caution.OVERDISPERSED)
    rows = _as_people(sums) if is_share and Caution.OVERDISPERSED not in cautions else sums
    around = _districts(sums, cautions)
    if rows.n.sum() <= len(rows.n):
        cautions.add(Caution.ONE_VALUE_EACH)
        return _of_single_values(rows, around, cautions)
    return _of_schools(rows, around, cautions, phi, is_share=is_share, tells_sites=tells_sites)


def _check(sums: SiteSums, *, is_share: bool) -> None:
    columns = (sums.n, sums.y, sums.d, sums.yyd)
    lengths = {each.size for each in columns} | ({len(sums.district)} if sums.district is not None else set())
    if len(lengths) > 1:
        raise AnalysisError("unknown_parameter", "The sums are not equally many.")
    if not all(np.isfinite(each).all() for each in columns):
        raise AnalysisError("not_finite", "Every site needs its sums as finite numbers.")
    if len(sums.d) < LEAST_SITES:
        raise AnalysisError("too_few_points", f"Telling levels apart needs {LEAST_SITES} sites or more.")
    if (sums.d <= 0).any() or (sums.n < 1).any():
        raise AnalysisError("zero_denominator", "A site has nothing counted: leave it out.")
    if is_share and (sums.y < 0).any():
        raise AnalysisError("negative_count", "A count can't be below 0.")
    if is_share and (sums.y > sums.d).any():
        raise AnalysisError("count_exceeds_denominator", "A count can't exceed its denominator.")


def _overdispersion(sums: SiteSums) -> float | None:
    """Return how the spread of a site's counts compares with people's chance; ``None`` for too few counts."""
    share = sums.y / sums.d
    freedom = sums.n - 1
    expected = float((freedom * share * (1 - share)).sum())
    if freedom.sum() < ENOUGH_COUNTS or expected <= 0:
        return None
    return float((sums.yyd - sums.y * share).sum()) / expected


def _as_people(sums: SiteSums) -> SiteSums:
    """Return the sums of zeros and ones, one for each person counted."""
    return SiteSums(sums.d, sums.y, sums.d, sums.y, sums.district)


@dataclass(frozen=True)
class _Around:
    """The districts of sites: keys, and the place of each site's."""

    keys: tuple[Hashable, ...]
    codes: Whole


def _districts(sums: SiteSums, cautions: set[Caution]) -> _Around | None:
    if sums.district is None:
        return None
    keys = tuple(dict.fromkeys(sums.district))
    if len(keys) < 2:
        cautions.add(Caution.ONE_DISTRICT)
        return None
    if len(keys) == len(sums.district):
        cautions.add(Caution.ONE_SCHOOL_EACH)
        return None
    if len(keys) < FEW_DISTRICTS:
        cautions.add(Caution.FEW_DISTRICTS)
    place = {key: at for at, key in enumerate(keys)}
    return _Around(keys, np.array([place[key] for key in sums.district], dtype=np.intp))


def _summed(codes: Whole, values: Floats) -> Floats:
    return np.bincount(codes, weights=values).astype(np.float64)


def _of_single_values(rows: SiteSums, around: _Around | None, cautions: set[Caution]) -> Levels:
    """Return what one value a school can tell: districts apart, school and within as one."""
    if around is None:
        raise AnalysisError(
            "not_estimable",
            "Every site has one value, and no districts are told apart: no levels to compare.",
        )
    codes = around.codes
    n, y, d, yyd = (_summed(codes, each) for each in (rows.n, rows.y, rows.d, rows.yyd))
    fitted = sites.fit(Totals(n, y, d, yyd))
    if fitted.theta[0] == 0:
        cautions.add(Caution.CHANCE_DISTRICT)
    parts = _parts(fitted, [Level.DISTRICT, Level.SCHOOL_OR_WITHIN], fitted.sigma2)
    districts = _estimates(fitted, 0, around.keys, y / d, is_share=False)
    raw = rows.y / rows.d
    ends = (each[codes] for each in (districts.estimate, districts.low, districts.high))
    own = Estimates(tuple(range(raw.size)), raw, *ends)
    return Levels(*_mean(fitted), parts, own, districts, None, frozenset(cautions))


def _of_schools(
    rows: SiteSums, around: _Around | None, cautions: set[Caution], phi: float | None, *, is_share: bool,
    tells_sites: bool,
) -> Levels:  # fmt: skip
    fitted = sites.fit(Totals(rows.n, rows.y, rows.d, rows.yyd, None if around is None else around.codes))
    if fitted.theta[0] == 0:
        cautions.add(Caution.CHANCE_SCHOOL)
    levels = [Level.SCHOOL, Level.WITHIN]
    raw = rows.y / rows.d
    districts = Estimates((), *(np.empty(0) for _each in range(4)))
    if around is not None:
        levels.insert(0, Level.DISTRICT)
        if fitted.theta[1] == 0:
            cautions.add(Caution.CHANCE_DISTRICT)
        counted, held = (_summed(around.codes, each) for each in (rows.y, rows.d))
        districts = _estimates(fitted, 1, around.keys, counted / held, is_share=is_share)
    within = fitted.sigma2
    if is_share:
        between = fitted.sigma2 * float((fitted.theta**2).sum())
        whole = max(fitted.mean * (1 - fitted.mean), 1e-9)
        within = max(whole - between, 1e-6 * whole)
    keys = tuple(range(raw.size))
    if not tells_sites:
        own = Estimates((), *(np.empty(0) for _each in range(4)))
    elif is_share:
        around_sites = fitted.mean_around_sites()
        drawn = sites.drawn_shares(fitted, *around_sites, raw, rows.d / max(phi or 1.0, 1.0))
        own = Estimates(keys, raw, drawn[0], *sites.ends_of_shares(*drawn))
    else:
        own = _estimates(fitted, 0, keys, raw, is_share=False)
    mean, low, high = _mean(fitted)
    if is_share:
        low, high = max(low, 0.0), min(high, 1.0)
    return Levels(mean, low, high, _parts(fitted, levels, within), own, districts, phi, frozenset(cautions))


def _parts(fitted: SitesFit, levels: Sequence[Level], within: float) -> tuple[Part, ...]:
    """Return the parts from the outermost level in; shares with intervals by the curvature at the top."""
    between = fitted.sigma2 * fitted.theta[::-1] ** 2
    variances = np.append(between, within)
    shares = variances / variances.sum()
    ends = [sites.interval_of_share(fitted, at, fitted.sigma2 / within) for at in range(len(between))][::-1]
    rest = (max(0.0, 1 - sum(high for _low, high in ends)), min(1.0, 1 - sum(low for low, _high in ends)))
    return tuple(
        Part(level, float(variance), float(share), *end)
        for level, variance, share, end in zip(levels, variances, shares, [*ends, rest], strict=True)
    )


def _mean(fitted: SitesFit) -> tuple[float, float, float]:
    error = NORMAL * float(np.sqrt(fitted.variance_of_mean))
    return fitted.mean, fitted.mean - error, fitted.mean + error


def _estimates(
    fitted: SitesFit, at: int, keys: tuple[Hashable, ...], raw: Floats, *, is_share: bool
) -> Estimates:
    estimate, variance = fitted.estimates(at)
    if is_share:
        return Estimates(keys, raw, estimate, *sites.ends_of_shares(estimate, variance))
    error = NORMAL * np.sqrt(np.maximum(variance, 0.0))
    return Estimates(keys, raw, estimate, estimate - error, estimate + error)
