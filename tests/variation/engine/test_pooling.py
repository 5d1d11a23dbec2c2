"""Pooling equals its definitions, written out once more with whole matrices, wherever sites lie."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from measures.engine.problems import AnalysisError
from tests.drill import IS_DRILL
from tests.variation.engine import plain_pooling as plain
from variation.engine import pooling
from variation.engine.chances import beyond_chi_square
from variation.engine.heterogeneity import ESTIMATORS
from variation.engine.pooling import pooled, require, series

METHODS = sorted(ESTIMATORS)
EXAMPLES = 100 if IS_DRILL else 8
ROUNDED = st.integers(-300, 300).map(lambda whole: whole / 100)
VARIANCE = st.integers(1, 400).map(lambda whole: whole / 500)


@st.composite
def drawn(draw: st.DrawFn) -> tuple[Any, Any, Any]:
    """Return effects, variances and a design with up to two moderators."""
    count = draw(st.integers(2, 14))
    columns = draw(st.integers(0, 2)) if count > 5 else 0
    y = np.array(draw(st.lists(ROUNDED, min_size=count, max_size=count)))
    v = np.array(draw(st.lists(VARIANCE, min_size=count, max_size=count)))
    rows = [draw(st.lists(ROUNDED, min_size=count, max_size=count)) for _ in range(columns)]
    x = np.column_stack([np.ones(count), *rows])
    assume(np.linalg.svd(x, compute_uv=False).min() > 0.05)
    return y, v, x


@settings(deadline=None, max_examples=EXAMPLES)
@given(drawn(), st.sampled_from(["z", "knha", "adhoc"]))
def test_every_estimator_is_what_its_definition_says(data: tuple[Any, Any, Any], test: str) -> None:
    y, v, x = data
    for method in METHODS:
        expected = plain.tau2_of(method, y, v, x)
        found = pooled(series(y, v, x), method, test)
        if method in ("ML", "REML"):
            _is_as_high(found, expected, y, v, x)
            expected = float(found.tau2[0])
        assert found.tau2[0] == pytest.approx(expected, rel=1e-7, abs=1e-9), method
        for name, value in plain.fit(method, test, y, v, x, expected).items():
            assert getattr(found, name)[0] == pytest.approx(value, rel=1e-6, abs=1e-7), (method, name)


def _is_as_high(found: pooling.Pooled, expected: float, y: Any, v: Any, x: Any) -> None:
    """Hold the likelihood there against the highest that brute force finds; two places may be as high."""
    restricted = found.method == "REML"
    here, best = (
        plain.log_likelihood(y, v, x, tau2, restricted=restricted)
        for tau2 in (float(found.tau2[0]), expected)
    )
    assert here >= best - 1e-9 * (1 + abs(best)), (found.method, found.tau2, expected)


@settings(deadline=None, max_examples=EXAMPLES)
@given(drawn())
def test_many_series_at_once_come_out_as_one_by_one(data: tuple[Any, Any, Any]) -> None:
    y, v, x = data
    hole = y.copy()
    hole[0] = np.nan
    stack = np.array([y, hole, 3 * y + 1, np.zeros_like(y)])
    alone = [series(each, v, x) for each in stack]
    alone[1] = series(y[1:], v[1:], x[1:])

    for method in METHODS:
        together = pooled(series(stack, np.tile(v, (4, 1)), x), method, "adhoc")
        for at, each in enumerate(alone):
            single = pooled(each, method, "adhoc")
            assert together.problem[at] == single.problem[0], (method, at)
            for name in ("b", "se", "tau2", "i2_percent", "q_e"):
                assert getattr(together, name)[at] == pytest.approx(
                    getattr(single, name)[0], rel=1e-8, abs=1e-10, nan_ok=True
                ), (method, at, name)


@settings(deadline=None, max_examples=EXAMPLES)
@given(drawn())
def test_the_q_profile_interval_ends_where_q_is_a_quantile(data: tuple[Any, Any, Any]) -> None:
    y, v, x = data
    around = pooling.q_profile(pooled(series(y, v, x), "REML", "z"))

    for end, chance in ((around.low[0], 0.025), (around.high[0], 0.975)):
        at_end = plain.q(y, v, x, float(end))
        tail = float(beyond_chi_square(at_end, len(y) - x.shape[1]))
        assert tail == pytest.approx(chance, abs=1e-7) if end > 0 else tail >= chance - 1e-9


@settings(deadline=None, max_examples=EXAMPLES)
@given(drawn(), st.sampled_from([1e-8, 1e-3, 1e5, 1e8]), st.sampled_from([-1e4, 7.0]))
def test_units_do_not_matter(data: tuple[Any, Any, Any], unit: float, shift: float) -> None:
    y, v, x = data
    for method in METHODS:
        plain_fit = pooled(series(y, v, x), method, "knha")
        scaled = pooled(series(y * unit, v * unit**2, x), method, "knha")
        moved = pooled(series(y + shift, v, x), method, "knha")

        assert scaled.b[0] / unit == pytest.approx(plain_fit.b[0], rel=1e-6, abs=1e-8)
        assert scaled.tau2[0] / unit**2 == pytest.approx(plain_fit.tau2[0], rel=1e-6, abs=1e-8)
        assert moved.b[0][0] - shift == pytest.approx(plain_fit.b[0][0], rel=1e-6, abs=1e-6)
        assert moved.tau2[0] == pytest.approx(plain_fit.tau2[0], rel=1e-5, abs=1e-7)


def test_best_estimates_lie_between_a_sites_own_and_the_mean_and_hold_their_error() -> None:
    y, v = np.array([0.1, 0.9, -0.4, 0.5, 2.0]), np.array([0.02, 0.5, 0.1, 0.03, 0.2])
    found = require(pooled(series(y, v), "REML", "z"))
    best = pooling.blups(found)

    share = found.tau2[0] / (found.tau2[0] + v)
    assert best.value[0] == pytest.approx(share * y + (1 - share) * found.b[0, 0], rel=1e-12)
    # The error of u + b: that of u, of b, and of both together, from the mixed model's own equations.
    w = 1 / v
    left = np.linalg.inv(np.block([[w.sum(), w[None]], [w[:, None], np.diag(w + 1 / found.tau2[0])]]))
    errors = np.sqrt([left[0, 0] + left[at, at] + 2 * left[0, at] for at in range(1, 6)])
    assert best.se[0] == pytest.approx(errors, rel=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_sites_that_agree_have_no_spread_and_say_so(method: str) -> None:
    found = require(pooled(series([0.3] * 6, [0.1, 0.2, 0.1, 0.4, 0.2, 0.3]), method, "knha"))

    assert (found.tau2[0], found.i2_percent[0]) == (0.0, 0.0)
    assert found.b[0, 0] == pytest.approx(0.3, rel=1e-15)
    assert bool(found.is_exact[0]) is True
    assert require(pooled(found.sites, method, "adhoc")).se[0, 0] > 0


def test_weights_as_far_apart_as_sixteen_powers_of_ten_still_pool() -> None:
    y, v = np.array([1.0, 1.2, 3.0, -40.0, 9.0]), [1e-8, 1e-8, 1e8, 1e8, 1.0]
    for method in METHODS:
        found = require(pooled(series(y, v), method, "z"))
        expected = plain.tau2_of(method, y, v, np.ones((5, 1)))
        assert found.tau2[0] == pytest.approx(expected, rel=1e-6), method


@pytest.mark.parametrize(
    ("y", "v", "x", "code", "word"),
    [
        ([1.0], [1.0], None, "not_estimable", "too few sites: 1"),
        ([np.nan], [1.0], None, "too_few_points", "No site"),
        ([1.0, 2.0], [1.0, 0.0], None, "not_estimable", "not above 0"),
        ([1.0, 2.0], [1.0, -1.0], None, "not_estimable", "not above 0"),
        ([1.0, 2.0, 4.0], [1.0, 1.0, 1.0], [[1, 2], [1, 2], [1, 2]], "not_estimable", "told apart"),
        ([1.0, 2.0], [1.0, 1.0], [[1, 2], [1, 3]], "not_estimable", "too few sites: 2"),
    ],
)
def test_what_cant_be_pooled_is_refused(y: Any, v: Any, x: Any, code: str, word: str) -> None:
    with pytest.raises(AnalysisError) as refused:
        require(pooled(series(y, v, x)))

    assert refused.value.code == code
    assert word in str(refused.value)


def test_a_series_that_cant_be_pooled_leaves_the_others_alone() -> None:
    found = pooled(series([[1.0, 2.0, 4.0], [1.0, np.nan, np.nan]], np.ones((2, 3))), "REML", "z")

    assert found.problem.tolist() == ["", "not_estimable"]
    assert np.isfinite(found.b[0, 0])
    assert np.isnan([found.b[1, 0], found.se[1, 0], found.tau2[1], found.q_e[1]]).all()


def test_a_search_without_end_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("variation.engine.heterogeneity.STEPS", 1)

    with pytest.raises(AnalysisError) as refused:
        require(pooled(series([1.0, 5.0, 9.0, 2.0], [1.0, 0.5, 0.2, 0.1]), "REML"))

    assert refused.value.code == "not_converged"


@pytest.mark.parametrize("test", ["z", "knha", "adhoc"])
def test_a_moderator_far_from_nought_costs_no_digits(test: str) -> None:
    """A year counts from 1 or from 10 million, and sites' errors are the same."""
    y, v = np.array([0.3, 0.1, 0.8, 0.4, 1.3, 0.9]), np.array([0.02, 0.05, 0.01, 0.03, 0.02, 0.04])
    year = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    near, far = (
        pooled(series(y, v, np.column_stack([np.ones(6), x])), "REML", test) for x in (year, year + 1e7)
    )

    assert pooling.blups(far).se == pytest.approx(pooling.blups(near).se, rel=1e-8)
    one, other = pooling.predicted(near, [[1.0, 9.0]]), pooling.predicted(far, [[1.0, 1e7 + 9.0]])
    assert [each.se[0, 0] for each in other] == pytest.approx([each.se[0, 0] for each in one], rel=1e-8)
