"""What pages ask of pooling: answers in plain numbers, regression on context, bright spots."""

from typing import Any

import numpy as np
import pytest

from measures.engine.problems import AnalysisError
from variation import pooling
from variation.engine.pooling import pooled, series
from variation.pooling import Span, Standing, bright_spots, meta_regression, pool, standings

# Teacher expectancy, 19 studies (Raudenbush 1985), published in many textbooks.
EXPECTANCY = [
    0.03, 0.12, -0.14, 1.18, 0.26, -0.06, -0.02, -0.32, 0.27, 0.80,
    0.54, 0.18, -0.02, 0.23, -0.18, -0.06, 0.30, 0.07, -0.07,
]  # fmt: skip
ERRORS = [
    0.125, 0.147, 0.167, 0.373, 0.369, 0.103, 0.103, 0.220, 0.164, 0.251,
    0.302, 0.223, 0.289, 0.290, 0.159, 0.167, 0.139, 0.094, 0.174,
]  # fmt: skip
Context = dict[str, list[Any]]
WEEKS = [2, 3, 3, 0, 0, 3, 3, 3, 0, 1, 0, 0, 1, 2, 3, 3, 1, 2, 3]


def test_a_pool_holds_the_published_answer() -> None:
    found = pool(EXPECTANCY, np.square(ERRORS), test="z")

    assert found.k == 19
    assert found.mean.value == pytest.approx(0.084, abs=5e-4)
    assert found.tau2.value == pytest.approx(0.019, abs=5e-4)
    assert found.q == pytest.approx(35.83, abs=0.02)
    assert found.differs
    assert found.next_site is not None
    assert found.next_site.low < found.mean.low < found.mean.high < found.next_site.high
    assert found.spread == pytest.approx(found.tau2.value**0.5)
    assert len(found.sites) == 19


def test_the_interval_is_never_narrower_than_the_normal_one_with_t() -> None:
    alike = pool([0.30, 0.31, 0.30, 0.29], [0.1] * 4)

    assert alike.se == pytest.approx((0.1 / 4) ** 0.5)
    assert (alike.tau2.value, alike.i2, alike.differs) == (0.0, 0.0, False)


def test_two_sites_say_nothing_of_a_third_and_a_gap_stays_in_its_place() -> None:
    found = pool([0.1, np.nan, 0.5], [0.01, 0.01, 0.02])

    assert found.k == 2
    assert found.next_site is None
    assert [each is None for each in found.sites] == [False, True, False]


@pytest.mark.parametrize(("effects", "variances"), [([0.1], [0.1]), ([0.1, 0.2], [0.1, 0.0])])
def test_what_cant_be_pooled_says_why(effects: list[float], variances: list[float]) -> None:
    with pytest.raises(AnalysisError) as refused:
        pool(effects, variances)

    assert refused.value.code == "not_estimable"


def test_regression_on_context_names_attributes_and_kinds_and_leaves_out_what_says_nothing() -> None:
    context: Context = {
        "weeks": [*WEEKS[:-1], None],
        "same": ["x"] * 19,
        "double": [2 * week for week in WEEKS],
        "setting": ["group", "individual", "group"] * 6 + ["group"],
    }
    found = meta_regression(EXPECTANCY, np.square(ERRORS), context)

    assert found.k == 18
    assert found.left_out == ("same", "double")
    assert [(each.attribute, each.kind) for each in found.coefficients] == [
        ("", ""), ("weeks", ""), ("setting", "individual"),
    ]  # fmt: skip
    weeks = found.coefficients[1]
    assert weeks.value < 0 < weeks.pval < 0.05
    assert found.explained is not None
    assert found.explained > 90
    assert found.together is not None


def test_regression_without_attributes_is_a_pool_and_needs_sites_to_spare() -> None:
    found = meta_regression(EXPECTANCY, np.square(ERRORS), {})

    assert found.coefficients[0].value == pytest.approx(pool(EXPECTANCY, np.square(ERRORS)).mean.value)
    assert found.together is None
    with pytest.raises(AnalysisError) as refused:
        meta_regression(EXPECTANCY[:4], np.square(ERRORS[:4]), {"weeks": [1, 2, 3, 5]})
    assert refused.value.code == "not_estimable"


def schools(
    count: int, lift: float
) -> tuple[list[str], np.ndarray, np.ndarray, dict[str, list[float | None]]]:
    """Return schools that follow their context, but for the first one."""
    random = np.random.default_rng(5)
    share = random.uniform(0, 1, count)
    v = random.uniform(0.001, 0.004, count)
    y = 0.8 - 0.4 * share + random.normal(size=count) * np.sqrt(v + 0.001)
    y[0] = 0.8 - 0.4 * share[0] + lift
    return [f"s{at}" for at in range(count)], y, v, {"poverty": [float(each) for each in share]}


@pytest.mark.parametrize("count", [12, pooling.LEFT_OUT_ONE_BY_ONE + 1])
def test_a_school_far_above_what_its_context_expects_stands_out(count: int) -> None:
    keys, y, v, context = schools(count, 0.5)
    context["poverty"][5] = None

    found = {each.key: each for each in standings(keys, y, v, context)}

    assert "s5" not in found
    assert len(found) == count - 1
    assert found["s0"].is_beyond()
    assert not found["s0"].is_beyond(higher_is_better=False)
    assert sum(each.is_beyond() for each in found.values()) < 5


def test_a_site_is_judged_by_the_others_and_by_how_many_it_counts() -> None:
    keys, y, v, context = schools(10, 0.5)
    found = standings(keys, y, v, context)[0]

    x = np.array([[1.0, each] for each in context["poverty"][1:]])
    others = pooled(series(y[1:], v[1:], x), "REML", "z")
    row = np.array([1.0, context["poverty"][0]])
    error = float(row @ others.covariance[0] @ row + others.tau2[0] + v[0])
    assert found.expected == pytest.approx(float(row @ others.b[0]), rel=1e-9)
    assert found.high - found.expected == pytest.approx(2.3646242510 * error**0.5, rel=1e-8)  # t, 7 degrees


def stand(key: str, value: float) -> Standing:
    """Return a site whose interval goes from 0.4 to 0.6."""
    return Standing(key, value, 0.5, 0.4, 0.6)


def test_bright_spots_are_beyond_at_the_latest_two_measurements_on_end() -> None:
    rounds = [
        [stand("a", 0.7), stand("b", 0.7), stand("c", 0.3)],
        [stand("a", 0.7), stand("b", 0.5), stand("c", 0.3), stand("d", 0.9)],
        [stand("a", 0.61), stand("b", 0.7), stand("c", 0.3)],
    ]

    assert bright_spots(rounds) == {"a": 3}
    assert bright_spots(rounds[:2]) == {"a": 2}
    assert bright_spots(rounds, higher_is_better=False) == {"c": 3}
    assert bright_spots([]) == {}
    assert stand("a", 0.6).is_beyond() is False


def test_spans_are_plain_numbers() -> None:
    found = pool([0.1, 0.2, 0.5], [0.01, 0.01, 0.02])

    assert type(found.mean) is Span
    assert {type(each) for each in (found.se, found.mean.low, found.tau2.high, found.q_p, found.i2)} == {
        float
    }
