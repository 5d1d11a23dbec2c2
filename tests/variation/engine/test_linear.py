"""Linear multilevel models reach the top of the plainest likelihood, and tell sites as closed forms do."""

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.engine.problems import AnalysisError
from tests.drill import IS_DRILL
from tests.variation.engine import plain_models as plain
from variation.engine import elimination, linear, profile, unit_sums
from variation.engine.formula import read_formula
from variation.engine.frame import Frame, frame
from variation.engine.linear import LinearFit, random_intercept

FORMULAS = [
    "y ~ 1 + (1 | g)",
    "y ~ x * f + (1 | g)",
    "y ~ x + (1 + x | g)",
    "y ~ x + (x || g)",
    "y ~ 0 + f + (0 + x | g)",
    "y ~ f + (1 | a/g)",
    "y ~ x + (1 | a) + (1 + x | a:g)",
    "y ~ 1 + (1 | g) + (1 | h)",
    "y ~ x + I(x^2) + (1 + x + z | g)",
    "y ~ f + (f | a)",
]


def made(seed: int) -> dict[str, list[Any]]:
    """Return rows of few unbalanced units, with odd scales and effects of any size, none among them."""
    rng = np.random.default_rng(seed)
    units = int(rng.integers(3, 9))
    rows = int(rng.integers(5 * units, 8 * units))
    g = np.concatenate([np.arange(units), rng.integers(0, units, rows - units)])
    f = np.concatenate([np.repeat(["p", "q", "r"], 2), rng.choice(["p", "q", "r"], rows - 6)])
    plain_x, spread = rng.normal(size=rows), rng.choice([0.0, 0.3, 2.0], 3)
    a = g % max(2, units // 3)
    y = spread[0] * rng.normal(size=units)[g] + spread[1] * rng.normal(size=units)[a] + rng.normal(size=rows)
    y += spread[2] * rng.normal(size=units)[g] * plain_x
    x = plain_x * 10.0 ** rng.uniform(-0.5, 2) + rng.choice([0.0, 30.0])
    columns = {
        "y": y * 10.0 ** rng.uniform(-3, 3) + rng.choice([0.0, 1e4]),
        "x": x,
        "z": rng.normal(size=rows),
    }
    columns |= {"g": g, "a": a, "h": rng.integers(0, 4, rows), "f": f}
    return {name: cells.tolist() for name, cells in columns.items()}


def _held(data: Frame, fit: LinearFit) -> list[tuple[Any, Any]]:
    pairs = zip(data.varying, fit.components, strict=True)
    return [(plain.indicators(term.design, term.codes), each.covariance) for term, each in pairs]


@settings(deadline=None, max_examples=200 if IS_DRILL else 12)
@given(st.integers(0, 10**6), st.sampled_from(FORMULAS), st.booleans())
def test_no_step_leads_above_the_estimates(seed: int, text: str, restricted: bool) -> None:
    data = frame(read_formula(text), made(seed))
    prepared = unit_sums.prepare(data.y, data.design, data.varying, data.names)
    fit = linear.fit(prepared, restricted=restricted)

    def height(at: Any) -> float:
        held = []
        for (columns, covariance), factor in zip(_held(data, fit), np.split(at[:-1], ends), strict=True):
            triangle = np.zeros_like(covariance)
            triangle[np.tril_indices(len(covariance))] = factor
            held.append((columns, triangle @ triangle.T))
        return plain.dense_log_lik(data.y, data.design, held, float(np.exp(at[-1])), restricted=restricted)

    factors = [plain.half(each.covariance) for each in fit.components]
    ends = np.cumsum([len(each) for each in factors])[:-1]
    at = np.concatenate([*factors, [np.log(fit.sigma2)]])

    assert height(at) == pytest.approx(fit.log_lik, rel=1e-7, abs=1e-5)
    for step in (1e-3, 0.1):
        steps = np.append(np.abs(at[:-1]) + np.sqrt(fit.sigma2) / 10, 1.0) * step
        assert plain.is_top(height, at, steps, slack=2e-6 * max(1.0, abs(fit.log_lik)))


@pytest.mark.parametrize("restricted", [True, False])
def test_no_mix_of_levels_far_away_is_likelier(restricted: bool) -> None:
    """The likelihood of two levels may have a peak where both vary and another where one does not."""
    grid = [np.array(place) for place in product((0.0, 0.1, 0.5, 2.0, 9.0), repeat=2)]
    for seed in range(200 if IS_DRILL else 3):
        data = frame(read_formula("y ~ x + (1 | a/g)"), made(seed))
        sums = unit_sums.prepare(data.y, data.design, data.varying, data.names).sums

        found = elimination.criterion(
            sums, linear.best_theta(sums, restricted=restricted), restricted=restricted
        )

        assert found <= min(elimination.criterion(sums, at, restricted=restricted) for at in grid) + 1e-7


@pytest.mark.parametrize("text", FORMULAS if IS_DRILL else [FORMULAS[2], FORMULAS[5]])
def test_a_search_without_slopes_finds_nothing_better(text: str) -> None:
    data = frame(read_formula(text), made(11))
    basis, turn = np.linalg.qr(data.design)
    fit = linear.fit(unit_sums.prepare(data.y, data.design, data.varying), restricted=False)
    columns = [plain.indicators(unit_sums.turned(term)[0], term.codes) for term in data.varying]
    left = data.y - basis @ (basis.T @ data.y)
    found = plain.dense_best(
        left, basis, columns, [len(term.names) for term in data.varying], restricted=False
    )

    assert turn.shape[0] == data.design.shape[1]
    assert found <= fit.log_lik + 1e-6


@settings(deadline=None, max_examples=100 if IS_DRILL else 8)
@given(st.integers(0, 10**6), st.sampled_from(FORMULAS), st.booleans())
def test_slopes_are_those_of_the_criterion(seed: int, text: str, restricted: bool) -> None:
    data = frame(read_formula(text), made(seed))
    sums = unit_sums.prepare(data.y, data.design, data.varying, data.names).sums
    rng = np.random.default_rng(seed)
    free = sum(block.free for level in sums.levels for block in level.blocks)
    at = rng.normal(size=free)
    _value, slope = elimination.slopes(sums, at, restricted=restricted)

    for place in range(free):
        move = np.zeros(free)
        move[place] = 1e-5
        up = elimination.slopes(sums, at + move, restricted=restricted)[0]
        down = elimination.slopes(sums, at - move, restricted=restricted)[0]
        assert (up - down) / 2e-5 == pytest.approx(slope[place], rel=1e-4, abs=1e-4)


@settings(deadline=None, max_examples=100 if IS_DRILL else 8)
@given(st.integers(0, 10**6), st.booleans())
def test_the_curve_of_one_ratio_is_the_criterion(seed: int, restricted: bool) -> None:
    data = frame(read_formula("y ~ x + (1 | g)"), made(seed))
    sums = unit_sums.prepare(data.y, data.design, data.varying).sums
    free = sums.rows - sums.fixed * restricted
    curve = profile.Curve(sums.own[:, 0, 0], sums.across[:, 0], sums.around[0], free, restricted)

    for ratio in (0.0, 1e-3, 0.7, 40.0):
        value, by_theta = elimination.slopes(sums, np.array([np.sqrt(ratio)]), restricted=restricted)
        found, one, two = curve.slopes(ratio)
        assert [found, curve.heights(np.array([ratio]))[0]] == pytest.approx([value, value], rel=1e-10)
        assert 2 * np.sqrt(ratio) * one == pytest.approx(by_theta[0], rel=1e-7, abs=1e-7)
        up, down = (curve.slopes(ratio * (1 + step) + step)[1] for step in (1e-6, -1e-6))
        assert (up - down) / (2e-6 * (1 + ratio)) == pytest.approx(two, rel=1e-3, abs=1e-4)


def test_units_of_one_size_have_the_closed_form_of_the_analysis_of_variance() -> None:
    rng = np.random.default_rng(5)
    y = 20 + np.repeat(rng.normal(size=12), 8) * 2 + rng.normal(size=96)
    fit = random_intercept(y, np.repeat(np.arange(12), 8))
    means = y.reshape(12, 8).mean(axis=1)
    within = y.reshape(12, 8).var(axis=1, ddof=1).mean()
    between = means.var(ddof=1) - within / 8

    assert fit.sigma2 == pytest.approx(within, rel=1e-9)
    assert fit.components[0].covariance[0, 0] == pytest.approx(between, rel=1e-8)
    drawn = between / (between + within / 8) * (means - means.mean())
    assert fit.components[0].modes[:, 0] == pytest.approx(drawn, rel=1e-7)
    assert fit.error[0] == pytest.approx(np.sqrt(means.var(ddof=1) / 12), rel=1e-8)


def test_moving_and_stretching_the_response_moves_and_stretches_the_answer() -> None:
    columns = made(3)
    y = np.array(columns["y"])
    plainly, moved = (random_intercept(each, columns["g"]) for each in (y, 1e6 + 1e3 * y))

    assert moved.estimate == pytest.approx(1e6 + 1e3 * plainly.estimate, rel=1e-9)
    assert moved.sigma2 == pytest.approx(1e6 * plainly.sigma2, rel=1e-6)
    assert moved.components[0].covariance == pytest.approx(1e6 * plainly.components[0].covariance, rel=1e-5)


def test_units_may_be_numbers_far_apart_or_texts() -> None:
    columns = made(4)
    codes = np.array(columns["g"])
    by_code, by_far, by_text = (
        random_intercept(np.array(columns["y"]), each) for each in (codes, codes * 10**9, codes.astype(str))
    )

    assert by_far.estimate == pytest.approx(by_code.estimate, rel=1e-12)
    assert by_far.components[0].units[1] == "1000000000"
    assert by_text.components[0].units == by_code.components[0].units


def test_units_that_cross_are_refused_beyond_what_can_be_told_apart() -> None:
    rng = np.random.default_rng(1)
    columns = {"y": rng.normal(size=3000), "g": np.arange(3000) % 1000, "h": rng.integers(0, 300, 3000)}
    data = frame(
        read_formula("y ~ 1 + (1 | g) + (1 | h)"), {name: each.tolist() for name, each in columns.items()}
    )
    with pytest.raises(AnalysisError) as refused:
        unit_sums.prepare(data.y, data.design, data.varying)

    assert refused.value.code == "not_estimable"
