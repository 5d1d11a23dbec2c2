"""The beta-binomial model reaches the top of its likelihood, within bounds where bounds are given."""

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from scipy import stats

from measures.engine.problems import AnalysisError
from tests.drill import IS_DRILL
from tests.variation.engine.plain_models import Floats
from variation.engine import beta_binomial


def made(seed: int) -> tuple[Floats, Floats]:
    """Return counts and sizes of sites that differ by more than chance."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(2, 90, int(rng.integers(6, 25))).astype(np.float64)
    mean, precision = rng.uniform(0.1, 0.9), 10 ** rng.uniform(0, 1.5)
    chances = rng.beta(mean * precision, (1 - mean) * precision, sizes.size)
    return rng.binomial(sizes.astype(int), chances).astype(np.float64), sizes


@settings(deadline=None, max_examples=150 if IS_DRILL else 20)
@given(st.integers(0, 10**6))
def test_no_step_leads_above_the_estimates(seed: int) -> None:
    counts, sizes = made(seed)
    try:
        fit = beta_binomial.fit(counts, sizes)
    except AnalysisError:  # no more spread than chance gives
        reject()

    def height(mean: float, precision: float) -> float:
        return float(stats.betabinom.logpmf(counts, sizes, mean * precision, (1 - mean) * precision).sum())

    top = height(fit.mean, fit.precision)
    assert top == pytest.approx(fit.log_lik, abs=1e-7)
    for step in (1e-3, 0.1):
        for mean, precision in [(step, 0), (-step, 0), (0, step), (0, -step)]:
            odds = np.log(fit.mean / (1 - fit.mean)) + mean
            assert height(1 / (1 + np.exp(-odds)), fit.precision * np.exp(precision)) <= top + 1e-8


def test_precision_stays_within_bounds_and_says_so() -> None:
    counts, sizes = made(8)
    free = beta_binomial.fit(counts, sizes)
    sure = beta_binomial.fit(counts, sizes, most_precise=free.precision / 2)
    loose = beta_binomial.fit(counts, sizes, least_precise=free.precision * 2)
    alike = np.array([5.0, 10.0, 20.0]), np.array([10.0, 20.0, 40.0])
    bounded = beta_binomial.fit(*alike, most_precise=70.0)

    assert (sure.precision, sure.capped) == (pytest.approx(free.precision / 2), True)
    assert (loose.precision, loose.capped) == (pytest.approx(free.precision * 2), False)
    assert (bounded.mean, bounded.precision, bounded.capped) == (pytest.approx(0.5), pytest.approx(70), True)
    with pytest.raises(AnalysisError) as refused:
        beta_binomial.fit(*alike)
    assert refused.value.code == "not_estimable"


def test_a_site_that_counts_nobody_is_estimated_at_the_mean() -> None:
    counts, sizes = np.array([3.0, 30.0, 0.0, 9.0]), np.array([20.0, 40.0, 0.0, 10.0])
    fit = beta_binomial.fit(counts, sizes)
    estimate, low, high = fit.drawn(counts, sizes)

    assert estimate[2] == pytest.approx(fit.mean)
    assert low[2] < fit.mean < high[2]


def test_single_sites_and_sites_that_are_all_or_nothing_are_refused() -> None:
    for counts, sizes, code in [
        ([3.0], [10.0], "too_few_points"),
        ([0.0, 0.0], [10.0, 5.0], "not_estimable"),
        ([0.0, 5.0], [10.0, 5.0], "not_estimable"),
    ]:
        with pytest.raises(AnalysisError) as refused:
            beta_binomial.fit(np.array(counts), np.array(sizes))
        assert refused.value.code == code
