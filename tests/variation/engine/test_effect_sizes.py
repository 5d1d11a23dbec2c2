"""Effect sizes equal their textbook formulas, cell by cell."""

import math
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.engine.problems import AnalysisError
from tests.drill import IS_DRILL
from variation.engine.effect_sizes import MEASURES, effect_sizes

CELL = st.integers(0, 12)


def one(measure: str, **cells: float) -> tuple[float, float]:
    """Return the effect and variance of one row."""
    effect, variance = effect_sizes(measure, {name: np.array([float(cell)]) for name, cell in cells.items()})
    return float(effect[0]), float(variance[0])


def close(found: tuple[float, float], *expected: float) -> bool:
    """Say whether effect and variance are as expected."""
    return found == pytest.approx(expected, rel=1e-12, abs=1e-14)


@settings(deadline=None, max_examples=200 if IS_DRILL else 25)
@given(CELL, CELL, CELL, CELL)
def test_two_by_two_tables(a: int, b: int, c: int, d: int) -> None:
    if not a + b or not c + d:
        with pytest.raises(AnalysisError):
            one("RR", ai=a, bi=b, ci=c, di=d)
        return
    half = 0.5 if 0 in (a, b, c, d) else 0.0
    w, x, y, z = (cell + half for cell in (a, b, c, d))
    p, q = w / (w + x), y / (y + z)
    cells = {"ai": a, "bi": b, "ci": c, "di": d}

    assert close(one("RR", **cells), math.log(p / q), (1 - p) / w + (1 - q) / y)
    assert close(one("OR", **cells), math.log(w * z / (x * y)), 1 / w + 1 / x + 1 / y + 1 / z)
    assert close(one("RD", **cells), p - q, p * (1 - p) / (w + x) + q * (1 - q) / (y + z))
    assert one("OR", ai=a, ci=c, n1i=a + b, n2i=c + d) == one("OR", **cells)


@settings(deadline=None, max_examples=200 if IS_DRILL else 25)
@given(CELL, CELL)
def test_shares(count: int, rest: int) -> None:
    size = count + rest
    if not size:
        return
    half = 0.5 if 0 in (count, rest) else 0.0
    x, m = count + half, rest + half
    p = x / (x + m)
    turned = (math.asin(math.sqrt(count / (size + 1))) + math.asin(math.sqrt((count + 1) / (size + 1)))) / 2

    assert close(one("PR", xi=count, ni=size), p, p * (1 - p) / (x + m))
    assert close(one("PLO", xi=count, ni=size), math.log(x / m), 1 / x + 1 / m)
    assert close(one("PAS", xi=count, ni=size), math.asin(math.sqrt(count / size)), 1 / (4 * size))
    assert close(one("PFT", xi=count, ni=size), turned, 1 / (4 * size + 2))
    assert one("PLO", xi=count, mi=rest) == one("PLO", xi=count, ni=size)


@settings(deadline=None, max_examples=200 if IS_DRILL else 25)
@given(CELL, CELL, st.integers(1, 500), st.integers(1, 500))
def test_rates(first: int, second: int, time: int, other: int) -> None:
    half = 0.5 if 0 in (first, second) else 0.0
    x, y = first + half, second + half
    alone = first or 0.5

    ratio = one("IRR", x1i=first, x2i=second, t1i=time, t2i=other)
    assert close(ratio, math.log(x / time) - math.log(y / other), 1 / x + 1 / y)
    assert close(one("IRLN", xi=first, ti=time), math.log(alone / time), 1 / alone)


def test_means_and_correlations() -> None:
    cells = {"m1i": 5.0, "m2i": 3.0, "sd1i": 2.0, "sd2i": 1.0, "n1i": 9, "n2i": 11}
    pooled = math.sqrt((8 * 4 + 10 * 1) / 18)
    exact = math.gamma(9) / (math.sqrt(9) * math.gamma(8.5))
    g = exact * 2 / pooled

    assert close(one("MD", **cells), 2.0, 4 / 9 + 1 / 11)
    assert close(one("SMD", **cells), g, 1 / 9 + 1 / 11 + g**2 / 40)
    assert close(one("ZCOR", ri=0.3, ni=28), math.atanh(0.3), 1 / 25)


@pytest.mark.parametrize(
    ("measure", "cells"),
    [
        ("ZCOR", {"ri": 1.0, "ni": 20}),
        ("ZCOR", {"ri": 0.5, "ni": 3}),
        ("SMD", {"m1i": 1, "m2i": 2, "sd1i": 0, "sd2i": 0, "n1i": 5, "n2i": 5}),
        ("SMD", {"m1i": 1, "m2i": 2, "sd1i": 1, "sd2i": 1, "n1i": 1, "n2i": 1}),
        ("PLO", {"xi": math.nan, "ni": 5}),
    ],
)
def test_a_row_without_an_effect_is_a_gap(measure: str, cells: Mapping[str, float]) -> None:
    assert np.isnan(one(measure, **cells)).all()


@pytest.mark.parametrize(
    ("measure", "cells", "code"),
    [
        ("OR", {"ai": -1, "bi": 2, "ci": 3, "di": 4}, "negative_count"),
        ("OR", {"ai": 9, "ci": 3, "n1i": 5, "n2i": 5}, "count_exceeds_denominator"),
        ("PLO", {"xi": 0, "ni": 0}, "zero_denominator"),
        ("PR", {"xi": 6, "ni": 5}, "count_exceeds_denominator"),
        ("IRR", {"x1i": 1, "x2i": 1, "t1i": 0, "t2i": 4}, "zero_denominator"),
        ("IRLN", {"xi": 1, "ti": -4}, "negative_count"),
        ("MD", {"m1i": 1, "m2i": 2, "sd1i": -1, "sd2i": 1, "n1i": 5, "n2i": 5}, "negative_count"),
        ("ZCOR", {"ri": 1.01, "ni": 9}, "not_finite"),
    ],
)
def test_what_cant_be_is_refused(measure: str, cells: Mapping[str, float], code: str) -> None:
    assert measure in MEASURES
    with pytest.raises(AnalysisError, match="Row 1") as refused:
        one(measure, **cells)

    assert refused.value.code == code


def test_a_standardised_difference_of_a_whole_nation_keeps_its_digits() -> None:
    """The exact correction is 1 - 3/(4m - 1) for large m, to the square of its last part."""
    size = 5e8
    effect, _variance = one("SMD", m1i=1.0, m2i=0.0, sd1i=1.0, sd2i=1.0, n1i=size, n2i=size)

    assert effect == pytest.approx(1 - 3 / (4 * (2 * size - 2) - 1), rel=1e-14)
