"""Shrunken estimates equal a beta-binomial fit, and behave at the edges."""

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from variation.funnel import FunnelError
from variation.shrinkage import shrink


@pytest.mark.parametrize("name", ["ml_14_proportions", "ml_15_rare"])
def test_equals_the_peer_fit(shared: Path, name: str) -> None:
    folder = shared / "oracles" / "multilevel"
    case = json.loads((folder / f"{name}.json").read_text())
    with (folder / case["data"]).open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    expected = case["expected"]["fits"]["beta_binomial"]

    found = shrink([float(row["y"]) for row in rows], [float(row["n"]) for row in rows])

    assert found.mean == pytest.approx(expected["mean"], rel=1e-4)
    assert found.alpha == pytest.approx(expected["alpha"], rel=1e-3)
    assert found.beta == pytest.approx(expected["beta"], rel=1e-3)
    assert found.estimate.tolist() == pytest.approx(expected["shrunk"], abs=1e-4)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(1, 80), st.floats(0, 1)), min_size=3, max_size=25))
def test_estimates_lie_between_the_raw_share_and_the_mean(sites: list[tuple[int, float]]) -> None:
    sizes = [size for size, _ in sites]
    counts = [round(size * share) for size, share in sites]

    found = shrink(counts, sizes)

    for raw, estimate, low, high in zip(found.raw, found.estimate, found.low, found.high, strict=True):
        assert min(raw, found.mean) - 1e-9 <= estimate <= max(raw, found.mean) + 1e-9
        assert 0 <= low <= high <= 1


def test_a_small_site_is_pulled_further_than_a_large_one() -> None:
    found = shrink([2, 200, 60, 120], [2, 200, 100, 200])

    assert 1 - found.estimate[0] > 1 - found.estimate[1]


def test_sites_that_agree_are_no_surer_than_all_of_them_together() -> None:
    found = shrink([10, 20, 30, 15], [20, 40, 60, 30])

    assert found.capped
    assert found.precision == pytest.approx(150)


def test_nobody_anywhere_is_estimated_near_zero() -> None:
    found = shrink([0, 0, 0], [20, 40, 60])

    assert 0 < found.estimate.max() < 0.01


@pytest.mark.parametrize(
    ("count", "population", "code"),
    [
        ([1, 2], [3, 4], "too_few_points"),
        ([1, 2, 3], [3, 4, 0], "zero_denominator"),
        ([1, 2, 9], [3, 4, 5], "count_exceeds_denominator"),
        ([1, 2, float("nan")], [3, 4, 5], "not_finite"),
    ],
)
def test_refuses_with_a_code(count: list[float], population: list[float], code: str) -> None:
    with pytest.raises(FunnelError) as refused:
        shrink(count, population)

    assert refused.value.code == code
