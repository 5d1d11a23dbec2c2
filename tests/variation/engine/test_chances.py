"""Tails and quantiles are those of the printed tables."""

import numpy as np
import pytest

from variation.engine.chances import beyond_chi_square, beyond_f, chi_square_quantile, critical, two_sided


def test_the_normal_and_t() -> None:
    assert float(critical(0.95)) == pytest.approx(1.959963984540054, rel=1e-14)
    assert critical(0.95, np.array([1.0, 10.0, 120.0])) == pytest.approx([12.7062, 2.2281, 1.9799], abs=5e-5)
    assert np.isnan(critical(0.95, np.array([0.0])))[0]
    assert two_sided([1.959963984540054, -10.0]) == pytest.approx([0.05, 1.5239706e-23], rel=1e-7)
    assert two_sided([-12.7062047361747, 0.0, np.inf], 1.0) == pytest.approx([0.05, 1.0, 0.0], rel=1e-9)


def test_quantile_and_tail_belong_together() -> None:
    for freedom in (1.0, 4.0, 30.0):
        assert float(two_sided(critical(0.9, freedom), freedom)) == pytest.approx(0.1, rel=1e-10)
        high = chi_square_quantile(0.975, freedom)
        assert float(beyond_chi_square(high, freedom)) == pytest.approx(0.025, rel=1e-10)


def test_chi_square_and_f() -> None:
    assert chi_square_quantile(0.95, np.array([1.0, 10.0])) == pytest.approx([3.8415, 18.3070], abs=5e-5)
    assert np.isnan(beyond_chi_square(np.array([3.0]), np.array([0.0])))[0]
    assert float(beyond_f(4.9646, 1, 10)) == pytest.approx(0.05, abs=1e-5)
