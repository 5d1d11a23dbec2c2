"""Does a result vary with the other initiatives in place? Sites with and without each of them. Pure.

For each initiative the sites of one year are told apart: it was in place there, it was not (the site keeps
an inventory, and the initiative isn't in it), or nobody has said. The difference of the pooled figures comes
with its interval from the regression of random effects; under five sites on either side nothing is estimated.
What is seen beside an initiative was not caused by it: sites that take it up differ in other ways too.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from measures.engine.problems import AnalysisError, Flags, Floats
from measures.rules import MeasureType
from nic_platform.text import _
from variation.engine import pooling as engine

LEAST_SITES = 5
"""Under so many sites on a side nothing is estimated."""


@dataclass(frozen=True)
class Figure:
    """What one site counted over a year: ``count`` of ``population`` (or of exposure, for a rate).

    Of people who were counted again and again it is the average count, for they are the same people.
    """

    site: int
    count: float
    population: float


class Finding(StrEnum):
    """What can be said of one initiative."""

    TOO_FEW = "too_few"
    DIFFERENT = "different"
    LIKE = "like"
    UNSETTLED = "unsettled"


@dataclass(frozen=True)
class Beside:
    """One initiative beside a result: sites with it, without, not said; the difference in the measure's unit.

    ``difference`` is with less without; ``None`` where it isn't estimated.
    """

    key: int
    name: str
    with_it: int
    without: int
    untold: int
    finding: Finding
    difference: float | None = None
    low: float | None = None
    high: float | None = None


def effect_of(kind: MeasureType, figure: Figure) -> tuple[float, float]:
    """Return a site's figure and its sampling variance: in per cent for shares, per unit for rates.

    Half a count is added for the variance, so that a site of nothing but zeros isn't taken for sure.
    """
    if kind is MeasureType.PROPORTION:
        near = (figure.count + 0.5) / (figure.population + 1)
        return 100 * figure.count / figure.population, 1e4 * near * (1 - near) / figure.population
    return figure.count / figure.population, (figure.count + 0.5) / figure.population**2


def beside(
    kind: MeasureType,
    figures: Sequence[Figure],
    initiatives: Mapping[int, str],
    places: Mapping[int, Collection[int]],
    kept: Collection[int],
) -> list[Beside]:
    """Return each initiative beside a result, by name.

    Args:
        figures: the sites whose own figure may be shown, decided before any choice.
        initiatives: names by key.
        places: the sites at which each was in place in that year.
        kept: the sites that keep an inventory.
    """
    ordered = sorted(initiatives, key=lambda key: (initiatives[key].casefold(), key))
    counted = [each for each in figures if each.population > 0]
    sites = np.array([each.site for each in counted], np.int64)
    effects, variances = _effects(kind, counted)
    keeps = np.isin(sites, np.fromiter(kept, np.int64, len(kept)))
    found = []
    for key in ordered:
        there = places.get(key, ())
        has = np.isin(sites, np.fromiter(there, np.int64, len(there)))
        told = has | keeps
        sides = int(has.sum()), int(told.sum() - has.sum()), len(figures) - int(told.sum())
        found.append(_one(key, initiatives[key], sides, effects[told], variances[told], has[told]))
    return found


def _effects(kind: MeasureType, figures: Sequence[Figure]) -> tuple[Floats, Floats]:
    table = np.array([effect_of(kind, each) for each in figures], np.float64).reshape(len(figures), 2)
    return table[:, 0], table[:, 1]


def _one(
    key: int, name: str, sides: tuple[int, int, int], effects: Floats, variances: Floats, has: Flags
) -> Beside:
    """Return one initiative: the slope of the regression on being in place, by random effects."""
    if min(sides[:2]) < LEAST_SITES:
        return Beside(key, name, *sides, Finding.TOO_FEW)
    design = np.column_stack([np.ones(len(has)), has])
    try:
        fit = engine.require(engine.pooled(engine.series(effects, variances, design), "REML", "adhoc"))
    except AnalysisError:
        return Beside(key, name, *sides, Finding.UNSETTLED)
    value, low, high = (float(each[0, 1]) for each in (fit.b, fit.ci_lb, fit.ci_ub))
    finding = Finding.DIFFERENT if low > 0 or high < 0 else Finding.LIKE
    return Beside(key, name, *sides, finding, value, low, high)


def sentence(one: Beside, *, is_percent: bool) -> str:
    """Return what is seen beside an initiative, never as its effect."""
    if one.finding is Finding.TOO_FEW:
        return _("Not estimated: it needs %(least)s sites with it and %(least)s without.", least=LEAST_SITES)
    if one.finding is Finding.UNSETTLED or one.difference is None or one.low is None or one.high is None:
        return _("Not estimated: these figures settle no difference.")
    values = {
        "gap": amount_words(abs(one.difference), is_percent=is_percent),
        "low": signed(one.low, is_percent=is_percent),
        "high": signed(one.high, is_percent=is_percent),
    }
    if one.finding is Finding.LIKE:
        return _("No more than chance: the difference lies between %(low)s and %(high)s.", **values)
    if one.difference > 0:
        return _("%(gap)s higher where it is in place (from %(low)s to %(high)s).", **values)
    return _("%(gap)s lower where it is in place (from %(low)s to %(high)s).", **values)


def amount_words(value: float, *, is_percent: bool) -> str:
    """Return a difference with its unit."""
    return _("%(value)s points", value=f"{value:.1f}") if is_percent else f"{value:.3g}"


def signed(value: float, *, is_percent: bool) -> str:
    """Return a bound with its sign: "−2.1" or "+3.0"."""
    text = f"{abs(value):.1f}" if is_percent else f"{abs(value):.3g}"
    return ("+" if value > 0 else "−" if value < 0 else "") + text


def lede(found: Sequence[Beside]) -> str:
    """Return the page's sentence: which initiatives stand beside a difference, and that nothing is proved."""
    apart = [each.name for each in found if each.finding is Finding.DIFFERENT]
    told = [each for each in found if each.finding in {Finding.DIFFERENT, Finding.LIKE}]
    if not told:
        return _("Too few sites to compare yet: at least five with an initiative and five without.")
    if not apart:
        return _("Sites with and without each initiative do not differ by more than chance.")
    return _(
        "Results differ by more than chance beside %(names)s. That is what is seen beside them, not what "
        "they caused: sites that take something up differ in other ways too.", names=", ".join(apart),
    )  # fmt: skip
