"""Which places differ by more than chance, whatever is measured: the one door from pages to the engine. Pure.

``judge`` takes sums of places in columns, as the platform keeps them, and answers in the measure's own unit.
A share is held against exact binomial limits, a rate or a count against exact Poisson limits, a mean against
normal limits from the spread of the values within places. Limits that allow for the spread there is between
places anyway are beside them (Spiegelhalter 2005); where places spread so widely that chance explains next to
nothing, as student days do that are not independent of each other, those are the ones to read. Best estimates
are the posterior means of a beta-binomial model for a share, of a random-effects model for anything else.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from measures.engine.problems import AnalysisError, Floats, Whole
from measures.rules import MeasureType
from variation import pooling, shrinkage
from variation.engine import funnel as engine
from variation.engine.funnel import Z95, Z998, DataType, Limits, Settings
from variation.funnel import MINIMUM_SITES

OVERDISPERSED_FROM = 10.0
"""From so many times chance's spread on, limits of chance alone would put most places outside."""
_SURELY_IN, _SURELY_OUT, _NORMAL_FROM = 1.5, 4.5, 50.0


class Scale(StrEnum):
    """What is held against each other."""

    SHARE = "share"
    RATE = "rate"
    MEAN = "mean"


class Silent(StrEnum):
    """Why places can't be judged."""

    FEW = "few"  # fewer than three
    ONE_VALUE = "one_value"  # one value a place: its chance can't be told
    NO_EVENTS = "no_events"
    NO_SPREAD = "no_spread"  # all values within places are equal


@dataclass(frozen=True)
class Sums:
    """Sums of places in columns of one order: how many values, Σy, Σd and Σy²/d."""

    n: Floats
    y: Floats
    d: Floats
    yyd: Floats

    def __len__(self) -> int:
        return len(self.n)

    def only(self, kept: "np.ndarray[tuple[int], np.dtype[np.bool_]] | Whole") -> "Sums":
        """Return some of the places: by a mask, or by their positions."""
        return Sums(self.n[kept], self.y[kept], self.d[kept], self.yyd[kept])


Drawn = Callable[[Whole], tuple[Floats, Floats]]


@dataclass(frozen=True)
class Judged:
    """Places held against each other, in the measure's unit (a share in per cent).

    ``size`` is what the funnel has across: people, exposure, or values. ``chance`` and ``spread`` say where
    each place lies within the limits: 0 inside, 1 above the 95 %, 2 above the 99.8 % limit, below 0 the same
    below. ``mean`` is that of all together, ``centre`` that of a typical place, around which the limits with
    the usual spread lie (``tau2``, on the model's scale). ``phi`` is how many times chance's spread there is.
    ``drawn`` gives the intervals of best estimates. ``silent`` says why nothing is judged.
    """

    scale: Scale
    value: Floats
    size: Floats
    mean: float
    centre: float
    chance: Whole
    spread: Whole
    phi: float | None
    tau2: float
    estimate: Floats | None
    drawn: Drawn | None
    within: float = 0.0
    silent: Silent | None = None

    def ends_of(self, places: Whole) -> tuple[Floats, Floats]:
        """Return the intervals of some places' best estimates: worked out for those that are shown only.

        Raises:
            ValueError: nothing was judged.
        """
        if self.drawn is None:
            raise ValueError("nothing was judged")
        return self.drawn(places)

    @property
    def is_overdispersed(self) -> bool:
        """Say whether the limits that allow for the usual spread are the ones to read."""
        return self.phi is not None and self.phi >= OVERDISPERSED_FROM


def scale_of(kind: MeasureType, sums: Sums) -> Scale:
    """Return how a measure's sums are held against each other."""
    if kind is MeasureType.PROPORTION:
        return Scale.SHARE
    if kind is MeasureType.COUNT or (kind is MeasureType.RATE and not np.array_equal(sums.d, sums.n)):
        return Scale.RATE
    return Scale.MEAN


def values_of(scale: Scale, sums: Sums) -> Floats:
    """Return each place's own figure in the measure's unit."""
    if scale is Scale.SHARE:
        return np.asarray(100 * sums.y / sums.d)
    return np.asarray(sums.y / (sums.d if scale is Scale.RATE else sums.n))


def judge(kind: MeasureType, sums: Sums) -> Judged:
    """Hold places against each other. Sums that can't be judged come back with their values, and why not."""
    scale = scale_of(kind, sums)
    value = values_of(scale, sums) if len(sums) else np.empty(0)
    size = sums.n if scale is Scale.MEAN else sums.d
    whole = float(size.sum()) if len(sums) else 0.0
    mean = (100.0 if scale is Scale.SHARE else 1.0) * float(sums.y.sum()) / whole if whole else 0.0
    silent, within = _silence(scale, sums)
    flat = np.zeros(len(sums), dtype=np.intp)
    plain = Judged(scale, value, size, mean, mean, flat, flat, None, 0.0, None, None, within, silent)
    if silent is not None:
        return plain
    try:
        return {Scale.SHARE: _share, Scale.RATE: _rate, Scale.MEAN: _mean}[scale](plain, sums)
    except AnalysisError:
        return replace(plain, silent=Silent.NO_SPREAD)


def _silence(scale: Scale, sums: Sums) -> tuple[Silent | None, float]:
    """Return why nothing can be judged, and (for means) the variance of values within places."""
    if len(sums) < MINIMUM_SITES:
        return Silent.FEW, 0.0
    if scale is Scale.RATE:
        return (Silent.NO_EVENTS if not sums.y.sum() else None), 0.0
    if scale is Scale.SHARE:
        return None, 0.0
    freedom = float((sums.n - 1).sum())
    if freedom < 1:
        return Silent.ONE_VALUE, 0.0
    within = max(0.0, float((sums.yyd - sums.y**2 / sums.d).sum()) / freedom)
    return (Silent.NO_SPREAD if within < 1e-12 else None), within


def _share(plain: Judged, sums: Sums) -> Judged:
    shares = sums.y / sums.d
    found = engine.funnel(sums.y, sums.d)
    best = shrinkage.fit(sums.y, sums.d)

    def drawn(places: Whole) -> tuple[Floats, Floats]:
        _middle, low, high = best.drawn(sums.y[places], sums.d[places])
        return 100 * low, 100 * high

    return replace(
        _with_usual_spread(plain, np.arcsin(np.sqrt(shares)), 0.25 / sums.d), phi=found.phi,
        chance=_share_zones(shares, sums.d, plain.mean / 100),
        estimate=100 * (best.alpha + sums.y) / (best.precision + sums.d), drawn=drawn,
    )  # fmt: skip


def _with_usual_spread(plain: Judged, transformed: Floats, variances: Floats) -> Judged:
    """Add the limits that allow for the spread between places: random effects where chance is even."""
    centre, tau2 = pooling.centre_of(transformed, variances)
    found = replace(plain, tau2=tau2, centre=_back(plain.scale, np.array(centre)).item())
    return replace(found, spread=_zones(plain.value, limits_at(found, plain.size, spread=True)))


def _back(scale: Scale, transformed: Floats) -> Floats:
    """Return values of the model's scale in the measure's unit."""
    if scale is Scale.SHARE:
        return np.asarray(100 * np.sin(np.clip(transformed, 0.0, np.pi / 2)) ** 2)
    return np.asarray(np.maximum(transformed, 0.0) ** 2) if scale is Scale.RATE else transformed


def _forth(scale: Scale, value: float) -> float:
    if scale is Scale.SHARE:
        return float(np.arcsin(np.sqrt(np.clip(value / 100, 0, 1))))
    return float(np.sqrt(value)) if scale is Scale.RATE else value


def _share_zones(shares: Floats, sizes: Floats, mean: float) -> Whole:
    """Return zones by exact limits, which are asked for only where a place is near one of them."""
    if not 0 < mean < 1:
        return np.zeros(len(shares), dtype=np.intp)
    away = 2 * np.sqrt(sizes) * (np.arcsin(np.sqrt(np.clip(shares, 0, 1))) - np.arcsin(np.sqrt(mean)))
    clear = (sizes * mean * (1 - mean) >= _NORMAL_FROM) & (
        (np.abs(away) <= _SURELY_IN) | (np.abs(away) >= _SURELY_OUT)
    )
    zones = np.where(clear & (np.abs(away) >= _SURELY_OUT), 2 * np.sign(away), 0).astype(np.intp)
    near = np.flatnonzero(~clear)
    if len(near):
        each, which = np.unique(np.maximum(sizes[near], 1), return_inverse=True)
        found = engine.exact_limits(each, mean)
        ends = (found.ll95, found.ul95, found.ll998, found.ul998)
        zones[near] = _zones(shares[near], Limits(*(end[which] for end in ends)))
    return zones


def _zones(values: Floats, limits: Limits) -> Whole:
    up = (values > limits.ul95).astype(np.intp) + (values > limits.ul998)
    down = (values < limits.ll95).astype(np.intp) + (values < limits.ll998)
    return np.asarray(up - down)


_RATIO = Settings(data_type=DataType.STANDARDISED, method="CQC", adjusted=True)


def _rate(plain: Judged, sums: Sums) -> Judged:
    expected = sums.d * plain.mean
    found = engine.funnel(sums.y, expected, _RATIO)
    best = pooling.best_of(plain.value, plain.mean / sums.d)
    estimate, low, high = (np.maximum(each, 0.0) for each in (best.value, best.low, best.high))
    return replace(
        _with_usual_spread(plain, np.sqrt(plain.value), 0.25 / sums.d), phi=found.phi,
        chance=_zones(sums.y / expected, found.limits), estimate=estimate, drawn=_picked(low, high),
    )  # fmt: skip


def _mean(plain: Judged, sums: Sums) -> Judged:
    best = pooling.best_of(plain.value, plain.within / sums.n)
    found = _with_usual_spread(plain, plain.value, plain.within / sums.n)
    return replace(
        found, phi=best.q / (len(sums) - 1), estimate=best.value, drawn=_picked(best.low, best.high),
        chance=_zones(plain.value, limits_at(found, sums.n, spread=False)),
    )  # fmt: skip


def _picked(low: Floats, high: Floats) -> Drawn:
    return lambda places: (low[places], high[places])


def limits_at(judged: Judged, sizes: Floats, *, spread: bool) -> Limits:
    """Return the limits for places of these sizes, in the measure's unit: the lines of a funnel."""
    scale, across = judged.scale, np.asarray(sizes, dtype=np.float64)
    if spread or scale is Scale.MEAN:
        chance = judged.within / across if scale is Scale.MEAN else 0.25 / across
        error = np.sqrt(chance + (judged.tau2 if spread else 0.0))
        middle = _forth(scale, judged.centre if spread else judged.mean)
        return Limits(*(_back(scale, middle + z * error) for z in (-Z95, Z95, -Z998, Z998)))
    if scale is Scale.SHARE:
        return _times(engine.exact_limits(across, judged.mean / 100), 100.0)
    made = engine.funnel_limits(across * judged.mean, 1.0, 0.0, _RATIO, adjusted=False)
    return _times(made, judged.mean, at_least=0.0)


def _times(limits: Limits, by: float, at_least: float | None = None) -> Limits:
    ends = [by * each for each in (limits.ll95, limits.ul95, limits.ll998, limits.ul998)]
    return Limits(*(each if at_least is None else np.maximum(each, at_least) for each in ends))
