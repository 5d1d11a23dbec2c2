"""Shares with a random intercept: the integral is right, the slopes exact, the estimates at the top."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.drill import IS_DRILL
from tests.variation.engine import plain_models as plain
from variation.engine import logistic
from variation.engine.formula import read_formula
from variation.engine.frame import Frame, frame


def made(seed: int, *, is_grouped: bool = True) -> Frame:
    """Return few units of unlike size, with a column that explains something."""
    rng = np.random.default_rng(seed)
    units = int(rng.integers(5, 12))
    g = np.concatenate([np.arange(units), np.arange(units), rng.integers(0, units, 2 * units)])
    x = rng.normal(size=g.size) * 10.0 ** rng.uniform(-2, 2)
    line = rng.normal() + rng.choice([0.0, 0.4, 1.5]) * rng.normal(size=units)[g] + 0.3 * x / x.std()
    n = rng.integers(1, 40, g.size) if is_grouped else np.ones(g.size, dtype=int)
    y = rng.binomial(n, 1 / (1 + np.exp(-line)))
    y[:2] = [0, 1]
    columns: dict[str, list[Any]] = {"g": g.tolist(), "x": x.tolist(), "y": y.tolist(), "n": n.tolist()}
    left = "cbind(y, n - y)" if is_grouped else "y"
    return frame(read_formula(f"{left} ~ x + (1 | g)"), columns)


def ready(data: Frame) -> tuple[logistic.Chances, Any]:
    """Return the rows put together, and the way back."""
    assert data.trials is not None
    return logistic.prepare(data.y, data.trials, data.design, data.varying[0], data.names)


@settings(deadline=None, max_examples=60 if IS_DRILL else 6)
@given(st.integers(0, 10**6), st.sampled_from([1, 7, 25]), st.booleans())
def test_slopes_are_those_of_the_approximated_likelihood(seed: int, nodes: int, is_grouped: bool) -> None:
    chances, _back = ready(made(seed, is_grouped=is_grouped))
    at = np.random.default_rng(seed).normal(size=3)
    _value, slope = logistic.criterion(chances, at, nodes)

    for place in range(3):
        move = np.zeros(3)
        move[place] = 1e-5
        up, down = (logistic.criterion(chances, at + sign * move, nodes)[0] for sign in (1, -1))
        assert (up - down) / 2e-5 == pytest.approx(slope[place], rel=1e-5, abs=1e-5)


@settings(deadline=None, max_examples=20 if IS_DRILL else 3)
@given(st.integers(0, 10**6), st.booleans())
def test_the_log_likelihood_is_the_integral_and_no_step_leads_above_it(seed: int, is_grouped: bool) -> None:
    data = made(seed, is_grouped=is_grouped)
    assert data.trials is not None
    trials, codes = data.trials, data.varying[0].codes
    fit = logistic.fit(data.y, trials, data.design, data.varying[0], names=data.names)
    at = np.append(fit.estimate, np.sqrt(fit.variance))

    def height(place: Any) -> float:
        return plain.integrated_log_lik(data.y, trials, data.design @ place[:-1], codes, float(place[-1]))

    assert height(at) == pytest.approx(fit.log_lik, abs=1e-4)  # 25 nodes are not all of the integral
    assert plain.is_top(height, at, np.append(fit.error / 5, 0.05), slack=1e-4)


def test_standard_errors_are_the_curvature_in_all_that_is_estimated() -> None:
    data = made(12)
    assert data.trials is not None
    fit = logistic.fit(data.y, data.trials, data.design, data.varying[0], names=data.names)
    basis, turn = np.linalg.qr(data.design)
    chances, _back = ready(data)
    at = np.append(turn @ fit.estimate / np.sqrt(len(basis)), np.sqrt(fit.variance))
    bend = np.empty((3, 3))
    for place in range(3):
        move = np.zeros(3)
        move[place] = 1e-5
        up, down = (logistic.criterion(chances, at + sign * move, 25)[1] for sign in (1, -1))
        bend[place] = (up - down) / 2e-5
    back = np.linalg.inv(turn) * np.sqrt(len(basis))

    assert fit.covariance == pytest.approx(back @ (2 * np.linalg.inv(bend))[:-1, :-1] @ back.T, rel=1e-5)


def test_large_counts_and_sure_outcomes_do_not_break_it() -> None:
    sites = [f"s{at}" for at in range(6)]
    columns: dict[str, list[Any]] = {
        "s": sites,
        "y": [10**6, 3, 0, 99, 500_000, 20],
        "n": [10**6, 10, 5, 100, 10**6, 20],
    }
    data = frame(read_formula("cbind(y, n - y) ~ 1 + (1 | s)"), columns)
    assert data.trials is not None
    fit = logistic.fit(data.y, data.trials, data.design, data.varying[0], names=data.names)

    assert np.isfinite([*fit.estimate, *fit.error, fit.variance, *fit.modes, *fit.spreads, fit.log_lik]).all()
    assert fit.variance > 1
