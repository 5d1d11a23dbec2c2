"""Funnels of named sites: zones, refusals, and exact limits that equal the binomial's own."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from variation import funnel
from variation.funnel import FunnelError, Zone


def chance_below(count: int, size: int, share: float) -> float:
    return sum(math.comb(size, k) * share**k * (1 - share) ** (size - k) for k in range(count + 1))


@given(st.integers(1, 120), st.floats(0.02, 0.98))
def test_exact_limits_are_the_interpolated_quantiles(size: int, share: float) -> None:
    limits = funnel.exact_limits([size], share)

    for q, limit in (
        (0.025, limits.ll95[0]),
        (0.975, limits.ul95[0]),
        (0.001, limits.ll998[0]),
        (0.999, limits.ul998[0]),
    ):
        count = next(k for k in range(size + 1) if chance_below(k, size, share) >= q - 1e-13 or k == size)
        own = math.comb(size, count) * share**count * (1 - share) ** (size - count)
        interpolated = (count - (chance_below(count, size, share) - q) / own) / size
        assert limit == pytest.approx(min(1.0, max(0.0, interpolated)), abs=1e-6)


@given(st.lists(st.integers(1, 3000), min_size=1, max_size=20), st.floats(0.0, 1.0))
def test_limits_nest_and_stay_shares(sizes: list[int], share: float) -> None:
    limits = funnel.exact_limits(sizes, share)

    assert (limits.ll998 <= limits.ll95 + 1e-9).all()
    assert (limits.ul95 <= limits.ul998 + 1e-9).all()
    assert (limits.ll998 >= 0).all()
    assert (limits.ul998 <= 1).all()


def test_zones_are_strict() -> None:
    limits = funnel.Limits(*(np.full(6, edge) for edge in (0.4, 0.8, 0.3, 0.9)))

    found = funnel.zones([0.29, 0.3, 0.4, 0.8, 0.85, 0.95], limits)

    assert found == [Zone.LOW, Zone.LOW_WATCH, Zone.INSIDE, Zone.INSIDE, Zone.HIGH_WATCH, Zone.HIGH]


@pytest.mark.parametrize(
    ("numerator", "denominator", "code"),
    [
        ([1, 2], [3, 4], "too_few_points"),
        ([1, 2, 3], [3, 0, 4], "zero_denominator"),
        ([1, -2, 3], [3, 4, 4], "negative_count"),
        ([1, 5, 3], [3, 4, 4], "count_exceeds_denominator"),
        ([1, math.nan, 3], [3, 4, 4], "not_finite"),
    ],
)
def test_refuses_with_a_code(numerator: list[float], denominator: list[float], code: str) -> None:
    with pytest.raises(FunnelError) as refused:
        funnel.funnel([f"s{i}" for i in range(len(numerator))], numerator, denominator)

    assert refused.value.code == code


def test_limits_refuse_an_empty_site_and_a_share_above_one() -> None:
    with pytest.raises(FunnelError, match="without anyone"):
        funnel.exact_limits([0], 0.5)
    with pytest.raises(FunnelError, match="between 0 and 1"):
        funnel.exact_limits([4], 1.5)
