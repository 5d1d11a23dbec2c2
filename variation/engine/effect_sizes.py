"""Effect sizes with their sampling variances, from counts, means or correlations. Pure.

Each function takes columns by the names that metafor gives them and returns effects and variances, NaN where
a row has a gap or no effect can be had. Only rows with an empty cell get 1/2 added to all cells of the row
(not the arcsine and double arcsine, which need none).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from measures.engine.problems import AnalysisError, Flags, Floats

Cells = Mapping[str, Floats]
Effects = tuple[Floats, Floats]


@dataclass(frozen=True)
class Measure:
    """How an effect is had: the columns it needs (``optional`` ones stand in for each other), the rule."""

    needs: tuple[str, ...]
    rule: Callable[[Cells], Effects]
    optional: tuple[str, ...] = ()


def effect_sizes(measure: str, cells: Cells) -> Effects:
    """Return the effects and variances of every row.

    Args:
        measure: a key of ``MEASURES``.
        cells: columns by metafor's names, NaN where a cell is empty.

    Raises:
        AnalysisError: ``negative_count``, ``zero_denominator``, ``count_exceeds_denominator``, ``not_finite``
            (a correlation beyond 1).
    """
    with np.errstate(all="ignore"):
        effect, variance = MEASURES[measure].rule(cells)
        lost = ~(np.isfinite(effect) & np.isfinite(variance))
        return np.where(lost, np.nan, effect), np.where(lost, np.nan, variance)


def _refuse(wrong: Flags, code: str, message: str) -> None:
    if wrong.any():
        raise AnalysisError(code, f"Row {int(wrong.argmax()) + 1}: {message}")


def _counts(cells: Cells, *names: str) -> list[Floats]:
    for name in names:
        _refuse(cells[name] < 0, "negative_count", f"“{name}” is below 0: a count can't be.")
    return [cells[name] for name in names]


def _base(cells: Cells, name: str) -> Floats:
    _refuse(cells[name] < 0, "negative_count", f"“{name}” is below 0: a denominator can't be.")
    _refuse(cells[name] == 0, "zero_denominator", f"“{name}” is 0: a denominator must be more than 0.")
    return cells[name]


def _rest(cells: Cells, count: str, rest: str, base: str) -> Floats:
    """Return the cell beside a count: as given, or the group's size less the count."""
    if rest in cells:
        return _counts(cells, rest)[0]
    size = _base(cells, base)
    over = cells[count] > size
    _refuse(over, "count_exceeds_denominator", f"“{count}” is more than “{base}”.")
    return size - cells[count]


def _four(cells: Cells) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the cells of a two-by-two table, 1/2 added in rows with an empty one."""
    a, c = _counts(cells, "ai", "ci")
    b, d = _rest(cells, "ai", "bi", "n1i"), _rest(cells, "ci", "di", "n2i")
    for size in (a + b, c + d):
        _refuse(size == 0, "zero_denominator", "a group has nobody.")
    half = np.where((a == 0) | (b == 0) | (c == 0) | (d == 0), 0.5, 0.0)
    return a + half, b + half, c + half, d + half


def _risk_ratio(cells: Cells) -> Effects:
    a, b, c, d = _four(cells)
    return np.log(a / (a + b)) - np.log(c / (c + d)), 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)


def _odds_ratio(cells: Cells) -> Effects:
    a, b, c, d = _four(cells)
    return np.log(a / b) - np.log(c / d), 1 / a + 1 / b + 1 / c + 1 / d


def _risk_difference(cells: Cells) -> Effects:
    a, b, c, d = _four(cells)
    return a / (a + b) - c / (c + d), a * b / (a + b) ** 3 + c * d / (c + d) ** 3


def _share(cells: Cells, *, corrected: bool) -> tuple[Floats, Floats]:
    """Return how many of a group did and did not, 1/2 added where either is 0."""
    count = _counts(cells, "xi")[0]
    rest = _rest(cells, "xi", "mi", "ni")
    _refuse(count + rest == 0, "zero_denominator", "a group has nobody.")
    half = np.where(((count == 0) | (rest == 0)) & corrected, 0.5, 0.0)
    return count + half, rest + half


def _proportion(cells: Cells) -> Effects:
    count, rest = _share(cells, corrected=True)
    size = count + rest
    return count / size, count * rest / size**3


def _log_odds(cells: Cells) -> Effects:
    count, rest = _share(cells, corrected=True)
    return np.log(count / rest), 1 / count + 1 / rest


def _arcsine(cells: Cells) -> Effects:
    count, rest = _share(cells, corrected=False)
    return np.arcsin(np.sqrt(count / (count + rest))), 1 / (4 * (count + rest))


def _double_arcsine(cells: Cells) -> Effects:
    count, rest = _share(cells, corrected=False)
    more = count + rest + 1
    effect = (np.arcsin(np.sqrt(count / more)) + np.arcsin(np.sqrt((count + 1) / more))) / 2
    return effect, 1 / (4 * (count + rest) + 2)


def _groups(cells: Cells) -> tuple[Floats, ...]:
    """Return means, standard deviations and sizes of two groups."""
    for name in ("sd1i", "sd2i"):
        _refuse(cells[name] < 0, "negative_count", f"“{name}” is below 0: a standard deviation can't be.")
    sizes = [_base(cells, name) for name in ("n1i", "n2i")]
    return cells["m1i"], cells["m2i"], cells["sd1i"], cells["sd2i"], sizes[0], sizes[1]


def _mean_difference(cells: Cells) -> Effects:
    m1, m2, sd1, sd2, n1, n2 = _groups(cells)
    return m1 - m2, sd1**2 / n1 + sd2**2 / n2


def _standardised_difference(cells: Cells) -> Effects:
    m1, m2, sd1, sd2, n1, n2 = _groups(cells)
    freedom = n1 + n2 - 2
    spread = np.sqrt(((n1 - 1) * sd1**2 + (n2 - 1) * sd2**2) / freedom)
    effect = _small_sample(freedom) * (m1 - m2) / spread
    return effect, 1 / n1 + 1 / n2 + effect**2 / (2 * (n1 + n2))


def _small_sample(freedom: Floats) -> Floats:
    """Return Hedges' exact correction: Γ(m/2) / (√(m/2) Γ((m - 1)/2))."""
    from scipy import special

    found = special.poch((freedom - 1) / 2, 0.5) / np.sqrt(freedom / 2)  # no digits lost where m is large
    return np.where(freedom > 1, found, np.nan)


def _fisher(cells: Cells) -> Effects:
    r, size = cells["ri"], _base(cells, "ni")
    _refuse(np.abs(r) > 1, "not_finite", "a correlation lies between -1 and 1.")
    return np.arctanh(r), np.where(size > 3, 1 / (size - 3), np.nan)


def _rate_ratio(cells: Cells) -> Effects:
    first, second = _counts(cells, "x1i", "x2i")
    t1, t2 = (_base(cells, name) for name in ("t1i", "t2i"))
    half = np.where((first == 0) | (second == 0), 0.5, 0.0)
    first, second = first + half, second + half
    return np.log(first / t1) - np.log(second / t2), 1 / first + 1 / second


def _log_rate(cells: Cells) -> Effects:
    count, time = _counts(cells, "xi")[0], _base(cells, "ti")
    count = count + np.where(count == 0, 0.5, 0.0)
    return np.log(count / time), 1 / count


_TABLE = ("bi", "di", "n1i", "n2i")
_MEANS = ("m1i", "m2i", "sd1i", "sd2i", "n1i", "n2i")
MEASURES: Mapping[str, Measure] = {
    "RR": Measure(("ai", "ci"), _risk_ratio, _TABLE),
    "OR": Measure(("ai", "ci"), _odds_ratio, _TABLE),
    "RD": Measure(("ai", "ci"), _risk_difference, _TABLE),
    "PR": Measure(("xi",), _proportion, ("mi", "ni")),
    "PLO": Measure(("xi",), _log_odds, ("mi", "ni")),
    "PAS": Measure(("xi",), _arcsine, ("mi", "ni")),
    "PFT": Measure(("xi",), _double_arcsine, ("mi", "ni")),
    "MD": Measure(_MEANS, _mean_difference),
    "SMD": Measure(_MEANS, _standardised_difference),
    "ZCOR": Measure(("ri", "ni"), _fisher),
    "IRR": Measure(("x1i", "x2i", "t1i", "t2i"), _rate_ratio),
    "IRLN": Measure(("xi", "ti"), _log_rate),
}
"""Log risk, odds and rate ratios, risk differences, proportions (raw, log odds, arcsine, Freeman-Tukey),
mean differences (raw, standardised), Fisher's z of correlations and log rates."""
