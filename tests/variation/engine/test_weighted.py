"""Traces and forms of the weighted fit equal those of the whole matrix P, which is never made."""

import numpy as np
import pytest

from variation.engine.pooling import series
from variation.engine.weighted import collinear


@pytest.mark.parametrize("columns", [1, 3])
def test_every_form_is_that_of_the_whole_matrix(columns: int) -> None:
    random = np.random.default_rng(columns)
    y, v = random.normal(size=9), random.uniform(0.05, 2, 9)
    x = np.column_stack([np.ones(9), random.normal(size=(9, columns - 1))])
    hole = y.copy()
    hole[4] = np.nan
    sites = series(np.array([y, hole]), np.array([v, v]), x)
    found = sites.project(sites.weights(np.array([0.3, 0.0])))

    for at, (kept, tau2) in enumerate([(np.ones(9, bool), 0.3), (~np.isnan(hole), 0.0)]):
        weight, design, effects = np.diag(1 / (v[kept] + tau2)), x[kept], y[kept]
        inverse = np.linalg.inv(design.T @ weight @ design)
        p = weight - weight @ design @ inverse @ design.T @ weight
        variance = np.diag(v[kept])
        expected = {
            "q": effects @ p @ effects,
            "trace": np.trace(p),
            "trace_square": np.trace(p @ p),
            "square": effects @ p @ p @ effects,
            "cube": effects @ p @ p @ p @ effects,
            "log_det": np.linalg.slogdet(design.T @ weight @ design)[1],
        }
        for name, value in expected.items():
            assert getattr(found, name)[at] == pytest.approx(value, rel=1e-10), name
        assert found.covariance[at] == pytest.approx(inverse, rel=1e-10)
        assert found.coefficients[at] == pytest.approx(inverse @ design.T @ weight @ effects, rel=1e-10)
        held = np.where(sites.there, sites.v, 0.0)
        assert found.trace_of_square(held)[at] == pytest.approx(np.trace(p @ p @ variance), rel=1e-10)
        both = found.trace_twice(found.weight * held)[at]
        assert both == pytest.approx(np.trace(p @ variance @ p @ variance), rel=1e-10)


def test_columns_that_follow_from_others_are_found_whatever_their_unit() -> None:
    years = np.arange(1948.0, 1961.0)
    there = np.ones((1, 13), bool)

    assert not collinear(np.column_stack([np.ones(13), years, years**2])[None] / 7, there)[0]
    assert collinear(np.column_stack([np.ones(13), years, 3 * years - 2e6])[None], there)[0]
    assert collinear(np.column_stack([np.ones(13), np.zeros(13)])[None], there)[0]
