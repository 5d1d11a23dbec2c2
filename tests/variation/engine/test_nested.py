"""Pooling with levels equals the likelihood of the whole covariance matrix, and finds where it is highest."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.engine.problems import AnalysisError
from tests.drill import IS_DRILL
from tests.variation.engine import plain_pooling as plain
from variation.engine import nested, optimum
from variation.engine.nested import Rows, levels_of

EXAMPLES = 100 if IS_DRILL else 8


@st.composite
def drawn(draw: st.DrawFn) -> tuple[Rows, list[list[int]]]:
    """Return effects of two to three levels, some units with several rows, some alone."""
    depth = draw(st.integers(1, 3))
    seed = draw(st.integers(0, 10_000))
    random = np.random.default_rng(seed)
    count = draw(st.integers(8, 24))
    columns = [random.integers(0, size, count) for size in (4, 3, 2)[:depth]]
    for column in columns[:1]:
        column[:4] = [0, 1, 2, 3]  # no level is a single unit
    for column in columns[1:]:
        column[:5] = [0, 0, 0, 0, 1]
        columns[0][4] = 0
    x = np.column_stack([np.ones(count), random.normal(size=count)]) if seed % 2 else np.ones((count, 1))
    v = random.uniform(0.02, 0.4, count)
    y = random.normal(size=count) * np.sqrt(v) + random.normal(size=4)[columns[0]] * (seed % 3)
    if depth > 2:
        columns[2][3:5] = 0
        columns[2][:3] = [0, 0, 0]
        columns[0][5], columns[1][5], columns[2][5] = 0, 0, 1
    held = [column.tolist() for column in columns]
    return Rows(y, v, x, levels_of(held)[0]), held


def likelihood(rows: Rows, held: list[list[int]], sigma2: Any, *, restricted: bool) -> float:
    """Return the likelihood by the whole covariance matrix."""
    covariance = plain.marginal(rows.v.tolist(), held, sigma2)
    return plain.nested_likelihood(rows.y, rows.x, covariance, restricted=restricted)


@settings(deadline=None, max_examples=EXAMPLES)
@given(drawn(), st.booleans())
def test_no_variances_near_or_far_are_likelier(data: tuple[Rows, list[list[int]]], restricted: bool) -> None:
    rows, held = data
    found = nested.fit(rows, restricted=restricted)

    here = likelihood(rows, held, found.sigma2, restricted=restricted)
    assert found.log_lik == pytest.approx(here, rel=1e-10, abs=1e-9)
    depth = len(found.sigma2)
    steps = [1e-4, 0.01, 0.1, 0.5, 2.0]
    others = [
        found.sigma2 + sign * step * np.eye(depth)[at]
        for at in range(depth)
        for step in steps
        for sign in (1, -1)
    ]
    others += [np.full(depth, each) for each in (0.0, 0.01, 0.1, 1.0)]
    for other in others:
        if (other >= 0).all():
            assert likelihood(rows, held, other, restricted=restricted) <= here + 1e-9


@settings(deadline=None, max_examples=EXAMPLES)
@given(drawn())
def test_units_and_their_errors_are_those_of_the_whole_matrix(data: tuple[Rows, list[list[int]]]) -> None:
    rows, held = data
    found = nested.fit(rows)

    inverse = np.linalg.inv(plain.marginal(rows.v.tolist(), held, found.sigma2.tolist()))
    covariance = np.linalg.inv(rows.x.T @ inverse @ rows.x)
    p = inverse - inverse @ rows.x @ covariance @ rows.x.T @ inverse
    assert found.covariance == pytest.approx(covariance, rel=1e-8, abs=1e-12)
    assert found.b == pytest.approx(covariance @ rows.x.T @ inverse @ rows.y, rel=1e-8, abs=1e-10)
    for at, level in enumerate(rows.levels):
        z = np.eye(level.units)[level.codes]
        variance = found.sigma2[at]
        errors = np.sqrt(np.maximum(np.diag(variance * np.eye(level.units) - variance**2 * z.T @ p @ z), 0))
        assert found.effects[at] == pytest.approx(variance * z.T @ p @ rows.y, rel=1e-8, abs=1e-10)
        assert found.errors[at] == pytest.approx(errors, rel=1e-6, abs=1e-7)

    codes = rows.levels[0].codes
    rest = rows.y - rows.x @ found.b
    scores = np.array([(rows.x.T @ inverse)[:, codes == unit] @ rest[codes == unit] for unit in range(4)])
    sandwich = covariance @ (scores.T @ scores) @ covariance * 4 / (4 - rows.x.shape[1])
    assert nested.cluster_robust(found, codes) == pytest.approx(sandwich, rel=1e-8, abs=1e-12)


def _twelve(spread: float, error: float, unit: float = 1.0) -> Rows:
    """Return twelve schools in four districts whose effects differ by *spread*, each off by *error*."""
    apart = np.array([2.1, 1.6, 1.1, -0.4, -1.2, 0.3, 0.9, -1.9, -0.2, 0.8, -2.2, -0.6])
    year = np.array([1.0, 2.0, 4.0, 3.0, 1.0, 5.0, 2.0, 2.0, 4.0, 1.0, 3.0, 5.0])
    codes = [[1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4], list(range(12))]
    v = (error * np.linspace(0.5, 1.5, 12)) ** 2
    x = np.column_stack([np.ones(12), unit * year])
    return Rows(spread * (apart + 7), v, x, levels_of(codes)[0])


@pytest.mark.parametrize("factor", [1e-12, 1e-3, 1e6, 1e60])
def test_units_of_measurement_change_nothing_but_the_unit(factor: float) -> None:
    plain_fit, other = nested.fit(_twelve(1.0, 0.3)), nested.fit(_twelve(factor, 0.3 * factor, 1e9))

    assert other.sigma2 == pytest.approx(factor**2 * plain_fit.sigma2, rel=1e-7)
    assert other.b == pytest.approx(factor * plain_fit.b / [1, 1e9], rel=1e-9)
    assert other.covariance[1, 1] == pytest.approx((factor / 1e9) ** 2 * plain_fit.covariance[1, 1], rel=1e-7)


def test_errors_next_to_nothing_leave_the_model_without_any() -> None:
    """With equal errors only the sum of error and inner variance counts: less of one is more of the other."""
    near, far = (_twelve(1.0, error) for error in (1e-2, 1e-8))
    even = [Rows(each.y, np.full(12, each.v.mean()), each.x, each.levels) for each in (near, far)]

    found = [nested.fit(each) for each in even]

    assert found[1].sigma2[0] == pytest.approx(found[0].sigma2[0], rel=1e-7)
    assert found[1].sigma2[1] == pytest.approx(found[0].sigma2[1] + even[0].v[0], rel=1e-7)
    assert found[1].covariance == pytest.approx(found[0].covariance, rel=1e-7)
    assert found[1].effects[0] == pytest.approx(found[0].effects[0], rel=1e-6)


def test_effects_that_hardly_differ_for_their_errors_have_no_spread() -> None:
    found = nested.fit(_twelve(1e-9, 1.0))

    assert found.sigma2.tolist() == [0.0, 0.0]
    assert [each.tolist() for each in found.effects] == [[0.0] * 4, [0.0] * 12]


def test_numbers_too_far_apart_are_refused() -> None:
    rows = _twelve(1e140, 1.0)
    v = np.where(np.arange(12) < 6, 1e-150, 1e150)

    with pytest.raises(AnalysisError) as refused:
        nested.fit(Rows(rows.y, v, rows.x, rows.levels))

    assert refused.value.code in ("not_estimable", "not_converged")


def test_units_come_in_their_own_order_and_inner_ones_belong_to_outer_ones() -> None:
    levels, units = levels_of([[10, 9, 10, 9], ["b", "a", "a", "a"]])

    assert units == [[(9,), (10,)], [(9, "a"), (10, "a"), (10, "b")]]
    assert [level.codes.tolist() for level in levels] == [[1, 0, 1, 0], [2, 0, 1, 0]]


def test_no_spread_at_any_level_is_found_at_the_edge() -> None:
    levels, _ = levels_of([[1, 1, 2, 2, 3, 3], [1, 2, 1, 2, 1, 2]])
    y = np.array([1.0, 1.1, 0.9, 1.0, 1.05, 0.97])

    found = nested.fit(Rows(y, np.ones(6), np.ones((6, 1)), levels))

    assert found.sigma2.tolist() == [0.0, 0.0]
    assert found.b[0] == pytest.approx(y.mean())


@pytest.mark.parametrize(
    ("columns", "v", "word"),
    [
        ([[1, 1, 1, 1], [1, 2, 3, 4]], [1.0] * 4, "no more units"),
        ([[1, 1, 2, 2], [1, 1, 1, 1]], [1.0] * 4, "no more units"),
        ([[1, 1, 2, 2], [1, 2, 1, 2]], [1.0, 0.0, 1.0, 1.0], "not above 0"),
    ],
)
def test_levels_that_cant_be_told_apart_are_refused(columns: Any, v: list[float], word: str) -> None:
    rows = Rows(np.array([1.0, 2.0, 4.0, 3.0]), np.array(v), np.ones((4, 1)), levels_of(columns)[0])

    with pytest.raises(AnalysisError, match=word) as refused:
        nested.fit(rows)

    assert refused.value.code == "not_estimable"


def test_as_many_clusters_as_coefficients_tell_nothing_and_a_search_without_end_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    levels, _ = levels_of([[1, 1, 2, 2], [1, 2, 1, 2]])
    rows = Rows(np.array([1.0, 2.0, 4.0, 9.0]), np.full(4, 0.1), np.ones((4, 1)), levels)
    with pytest.raises(AnalysisError) as refused:
        nested.cluster_robust(nested.fit(rows), np.zeros(4, dtype=np.intp))
    assert refused.value.code == "not_estimable"

    monkeypatch.setattr(optimum, "_ROUNDS", 1)
    with pytest.raises(AnalysisError) as lost:
        nested.fit(rows)
    assert lost.value.code == "not_converged"
