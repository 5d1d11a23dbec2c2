"""Places held against each other: shares, rates and means, by chance and by the usual spread."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.rules import MeasureType
from variation import judging
from variation.engine import funnel as engine
from variation.judging import Scale, Silent, Sums, judge, limits_at

SHARE, RATE, COUNT, MEAN = (
    MeasureType.PROPORTION, MeasureType.RATE, MeasureType.COUNT, MeasureType.CONTINUOUS,
)  # fmt: skip


def sums(
    y: list[float], d: list[float], n: list[float] | None = None, yyd: list[float] | None = None
) -> Sums:
    counted = n or [1.0] * len(y)
    squares = yyd or [a * a / b if b else 0.0 for a, b in zip(y, d, strict=True)]
    return Sums(*(np.array(each, np.float64) for each in (counted, y, d, squares)))


def test_shares_outside_chance_are_told_from_those_inside() -> None:
    found = judge(SHARE, sums([24, 23, 26, 25, 40, 10], [32, 32, 32, 33, 40, 40]))

    assert found.chance.tolist() == [0, 0, 0, 0, 2, -2]
    assert found.mean == pytest.approx(100 * 148 / 209)
    assert found.estimate is not None
    assert found.value[4] > found.estimate[4] > found.mean  # pulled toward all
    assert not found.is_overdispersed


@given(st.lists(st.tuples(st.integers(1, 3000), st.floats(0, 1)), min_size=3, max_size=12))
def test_zones_are_those_of_exact_limits_also_where_they_were_not_worked_out(
    sites: list[tuple[int, float]],
) -> None:
    y, d = [float(round(n * share)) for n, share in sites], [float(n) for n, _share in sites]
    found = judge(SHARE, sums(y, d))
    share = sum(y) / sum(d)
    if found.silent is None and 0 < share < 1:
        limits = engine.exact_limits(d, share)
        values = np.array(y) / np.array(d)
        up = (values > limits.ul95).astype(int) + (values > limits.ul998)
        down = (values < limits.ll95).astype(int) + (values < limits.ll998)
        assert found.chance.tolist() == (up - down).tolist()


def test_where_chance_explains_nothing_the_usual_spread_is_allowed_for() -> None:
    days = [20_000.0 + 1_000 * at for at in range(20)]
    shares = [0.90 + 0.004 * (at % 10) for at in range(19)] + [0.5]
    found = judge(SHARE, sums([round(s * n) for s, n in zip(shares, days, strict=True)], days))

    assert found.is_overdispersed
    assert np.abs(found.chance).sum() > 20
    assert np.flatnonzero(np.abs(found.spread) == 2).tolist() == [19]


def test_limits_of_the_usual_spread_lie_around_a_typical_place() -> None:
    found = judge(SHARE, sums([24, 23, 26, 25, 400, 10], [32, 32, 32, 33, 800, 40]))
    wide = limits_at(found, np.array([10.0, 1e9]), spread=True)

    assert wide.ll998[0] < wide.ll95[0] < found.centre < wide.ul95[0] < wide.ul998[0]
    assert wide.ul95[1] > found.centre  # not even a huge place is expected on the line


def test_rates_and_counts_are_held_against_poisson_limits() -> None:
    events, exposure = [20.0, 18, 22, 21, 60], [100.0, 90, 110, 100, 100]
    found = judge(RATE, sums(events, exposure, n=[4.0] * 5))
    counts = judge(COUNT, sums(events, [4.0] * 5, n=[4.0] * 5))

    assert found.scale is Scale.RATE
    assert found.chance.tolist()[:4] == [0, 0, 0, 0]
    assert found.chance[4] == 2
    assert counts.value.tolist() == [5.0, 4.5, 5.5, 5.25, 15.0]
    low, high = found.ends_of(np.arange(5))
    assert (low >= 0).all()
    assert (high > low).all()


def test_means_are_held_against_the_spread_of_values_within_places() -> None:
    values = np.random.default_rng(3).normal(10, 2, (6, 30)) + np.array([0, 0, 0, 0, 0, 6])[:, None]
    n = [30.0] * 6
    found = judge(MEAN, sums(values.sum(1).tolist(), n, n=n, yyd=(values**2).sum(1).tolist()))

    assert found.chance[5] == 2
    assert found.within == pytest.approx(values.var(1, ddof=1).mean())


@pytest.mark.parametrize(
    ("kind", "some", "why"),
    [
        (SHARE, sums([1, 2], [10, 10]), Silent.FEW),
        (MEAN, sums([1, 2, 3], [1, 1, 1]), Silent.ONE_VALUE),
        (COUNT, sums([0, 0, 0], [4, 4, 4], n=[4.0] * 3), Silent.NO_EVENTS),
        (MEAN, sums([6, 9, 12], [3, 3, 3], n=[3.0] * 3, yyd=[12.0, 27.0, 48.0]), Silent.NO_SPREAD),
    ],
)
def test_what_can_not_be_judged_says_why_and_keeps_its_values(
    kind: MeasureType, some: Sums, why: Silent
) -> None:
    found = judge(kind, some)

    assert found.silent is why
    assert len(found.value) == len(some)
    assert found.estimate is None


def test_nothing_at_all_is_no_error() -> None:
    assert judge(SHARE, sums([], [])).silent is Silent.FEW


def test_all_or_none_everywhere_is_inside() -> None:
    assert judge(SHARE, sums([30, 40, 50], [30, 40, 50])).chance.tolist() == [0, 0, 0]
    assert judging.judge(SHARE, sums([0, 0, 0], [30, 40, 50])).mean == 0
