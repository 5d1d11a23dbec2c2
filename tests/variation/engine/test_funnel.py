"""Funnels equal their rules, written out once more site by site; families refuse what they can't do."""

import json
import math
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.engine.families import LONGEST, analyse
from measures.engine.problems import AnalysisError
from tests.drill import IS_DRILL
from variation.engine.families import FAMILIES
from variation.engine.funnel import DataType, Settings, by_site, exact_limits, funnel

Z = {"95": 1.959964, "998": 3.090232}
KINDS = [("PR", ""), ("RC", ""), ("SR", "SHMI"), ("SR", "CQC")]


def quantile(values: list[float], share: float) -> float:
    """Return the quantile between the two nearest values."""
    ranked, place = sorted(values), share * (len(values) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ranked) - 1)
    return ranked[low] + (place - low) * (ranked[high] - ranked[low])


def scale(kind: str, method: str, y: float, n: float) -> tuple[float, float]:
    """Return a site on the scale of its z, and its standard error."""
    if kind == "PR":
        return math.asin(math.sqrt(y / n)), 1 / (2 * math.sqrt(n))
    if kind == "RC":
        return math.log((y + 0.5) / (n + 0.5)), math.sqrt(y / (y + 0.5) ** 2 + n / (n + 0.5) ** 2)
    if method == "CQC":
        return math.sqrt(y / n), 1 / (2 * math.sqrt(n))
    return math.log(y / n), 1 / math.sqrt(n)


def spread(kind: str, method: str, sites: list[tuple[int, float]], trim: float) -> tuple[float, float]:
    """Return phi and tau2 by the rules."""
    pooled = sum(y for y, _ in sites) / sum(n for _, n in sites)
    goal = {"PR": math.asin(math.sqrt(min(1.0, pooled))), "RC": math.log(pooled) if pooled else 0.0}.get(
        kind, 1.0 if method == "CQC" else 0.0
    )
    scaled = [scale(kind, method, y, n) for y, n in sites]
    z = [(value - goal) / error for value, error in scaled]
    kept = list(zip(z, [error for _, error in scaled], strict=True))
    if (kind, method) == ("SR", "SHMI"):
        groups = 1 / trim
        ranks = [sum(o < each for o in z) + (sum(o == each for o in z) + 1) / 2 for each in z]
        group = [math.floor(rank * groups / (len(z) + 1)) for rank in ranks]
        kept = [pair for pair, g in zip(kept, group, strict=True) if 0 < g < groups - 1]
    else:
        low, high = quantile(z, trim), quantile(z, 1 - trim)
        kept = [(min(max(each, low), high), error) for each, error in kept]
    count = len(kept)
    phi = sum(each**2 for each, _ in kept) / count
    weights = [1 / error**2 for _, error in kept]
    below = sum(weights) - sum(w**2 for w in weights) / sum(weights)
    return phi, 0.0 if count * phi < count - 1 else max(0.0, (count * phi - (count - 1)) / below)


@settings(deadline=None, max_examples=300 if IS_DRILL else 20)
@given(
    st.sampled_from(KINDS),
    st.lists(st.tuples(st.integers(1, 60), st.integers(60, 4000)), min_size=5, max_size=30),
    st.sampled_from([0.05, 0.1, 0.15, 0.2]),
    st.sampled_from([1.0, 100.0]),
)
def test_spread_and_limits_follow_the_rules(
    kind: tuple[str, str], sites: list[tuple[int, float]], trim: float, multiplier: float
) -> None:
    data_type, method = kind
    sites = [(y, n / 50 if data_type == "SR" else float(n)) for y, n in sites]
    chosen = Settings(DataType(data_type), trim_by=trim, multiplier=multiplier, method=method or "SHMI")
    found = funnel([y for y, _ in sites], [n for _, n in sites], chosen)

    phi, tau2 = spread(data_type, method, sites, trim)
    assert (found.phi, found.tau2) == pytest.approx((phi, tau2), rel=1e-9, abs=1e-12)
    assert found.adjusted_limits_used is (found.phi > 1)
    pooled = sum(y for y, _ in sites) / sum(n for _, n in sites)
    for name, z in Z.items():
        for at, (_, n) in enumerate(sites):
            for sign, side in ((-1, "ll"), (1, "ul")):
                expected = multiplier * line(data_type, method, pooled, sign * z, n, tau2)
                drawn = getattr(found.adjusted, side + name)[at]
                assert drawn == pytest.approx(expected, rel=1e-9, abs=1e-12)


def line(kind: str, method: str, pooled: float, z: float, n: float, tau2: float) -> float:
    """Return an adjusted limit by the rules."""
    far = z * math.sqrt(1 / (4 * n) + tau2)
    if kind == "PR":
        return math.sin(min(max(math.asin(math.sqrt(pooled)) + far, 0), math.pi / 2)) ** 2
    if kind == "RC":
        return pooled * math.exp(far)
    return 1 + far if method == "CQC" else math.exp(z * math.sqrt(1 / n + tau2))


def test_one_site_far_larger_than_all_others_takes_no_digits_from_the_spread() -> None:
    counts, sizes = [30.0, 55.0, 41.0, 5e19], [100.0, 100.0, 100.0, 1e20]

    found = funnel(counts, sizes, Settings(trim_by=0.0))

    squares = [400 * (math.asin(math.sqrt(y / 100)) - math.pi / 4) ** 2 for y in counts[:3]]
    assert found.tau2 == pytest.approx((sum(squares) - 3) / 2400, rel=1e-9)  # twice the weight of the others


def test_unadjusted_ratios_have_exact_poisson_limits() -> None:
    expected = np.array([0.4, 3.0, 25.5])
    found = funnel([1, 2, 30], expected, Settings(DataType.STANDARDISED, adjusted=False, rounded=False))

    for n, low, high in zip(expected, found.limits.ll95, found.limits.ul95, strict=True):
        # The gamma distribution behind a Poisson count, by adding up its density.
        grid = np.linspace(0, 120, 60_001)
        for shape, limit, tail in ((n, low * n, 0.025), (n + 1, high * n, 0.975)):
            density = np.exp((shape - 1) * np.log(np.maximum(grid, 1e-300)) - grid - math.lgamma(shape))
            below = np.trapezoid(np.where(grid <= limit, density, 0.0), grid)
            if n > 1:
                assert below == pytest.approx(tail, abs=2e-4)
    assert (found.phi, found.tau2, found.adjusted_limits_used) == (0.0, 0.0, False)


def test_expected_counts_are_taken_to_two_places_for_limits_and_not_for_the_ratio() -> None:
    found = funnel([5, 6, 7], [4.996, 6.0, 7.0], Settings(DataType.STANDARDISED))

    assert found.denominator.tolist() == [5.0, 6.0, 7.0]
    assert found.ratio[0] == 5 / 4.996


def test_rows_of_a_site_add_up_and_numbers_come_in_their_own_order() -> None:
    labels, (counts,) = by_site([10, 9, "b", 10, "a"], [1, 2, 3, 4, 5])

    assert labels.tolist() == [9, 10, "a", "b"]
    assert counts.tolist() == [2, 5, 5, 3]


def test_exact_limits_of_a_large_group_are_near_the_normal_ones() -> None:
    limits = exact_limits([100_000], 0.3)
    error = math.sqrt(0.3 * 0.7 / 100_000)

    assert limits.ul998[0] == pytest.approx(0.3 + NormalDist().inv_cdf(0.999) * error, abs=2e-5)
    assert limits.ll95[0] == pytest.approx(0.3 + NormalDist().inv_cdf(0.025) * error, abs=2e-5)


SITES: dict[str, list[Any]] = {"site": ["a", "b", "c"], "numerator": [1, 2, 3], "denominator": [10, 10, 20]}
META: dict[str, list[Any]] = {
    "yi": [0.1, 0.4, 0.2, 0.9],
    "vi": [0.1, 0.2, 0.1, 0.3],
    "d": [1, 1, 2, 2],
    "x": [1, 2, 3, 5],
}
PR = {"data_type": "PR"}
RR = {"measure": "RR"}
REFUSED: list[tuple[str, str, dict[str, Any], dict[str, list[Any]], str]] = [
    ("too_few_points", "funnel", PR, {name: cells[:1] for name, cells in SITES.items()}, "2 sites"),
    ("negative_count", "funnel", PR, SITES | {"numerator": [1, -2, 3]}, "Row 2"),
    ("zero_denominator", "funnel", {"data_type": "SR"}, SITES | {"denominator": [10, 0, 20]}, "nobody"),
    ("zero_denominator", "funnel", {"data_type": "SR"}, SITES | {"denominator": [10, 0.004, 20]}, "0.005"),
    ("count_exceeds_denominator", "funnel", PR, SITES | {"numerator": [1, 12, 3]}, "12 out of 10"),
    ("not_finite", "funnel", PR, SITES | {"numerator": [1, None, 3]}, "Row 2"),
    ("not_estimable", "funnel", {"data_type": "RC"}, SITES | {"numerator": [0, 0, 0]}, "any event"),
    ("not_estimable", "funnel", {"data_type": "SR", "trim_by": 0.5}, SITES, "unadjusted"),
    ("unknown_parameter", "funnel", {}, SITES, "data_type"),
    ("unknown_parameter", "funnel", PR | {"limit": 90}, SITES, "limit"),
    ("unknown_parameter", "funnel", PR | {"trim_by": 0.6}, SITES, "trim_by"),
    ("unknown_parameter", "funnel", PR | {"multiplier": 0}, SITES, "multiplier"),
    ("unknown_parameter", "funnel", PR | {"limits": 95}, SITES, "limits"),
    ("unknown_parameter", "funnel", PR, SITES | {"site": ["a", None, "c"]}, "Row 2"),
    ("unknown_parameter", "funnel", PR, SITES | {"site": ["a", "b", math.nan]}, "Row 3"),
    ("unknown_parameter", "funnel", PR, {"site": ["a"]}, "numerator"),
    ("zero_denominator", "funnel", {"data_type": "RC"}, SITES | {"denominator": [10, 5e-324, 20]}, "nobody"),
    ("too_few_points", "funnel_exact", {"statistic": "rate"}, {name: [] for name in SITES}, "no row"),
    ("unknown_parameter", "funnel_exact", {"statistic": "mean"}, SITES, "statistic"),
    ("zero_denominator", "funnel_exact", {"statistic": "rate"}, SITES | {"denominator": [1, 0, 2]}, "nobody"),
    (
        "zero_denominator",
        "funnel_exact",
        {"statistic": "rate"},
        SITES | {"denominator": [5e-324] * 3},
        "nobody",
    ),
    ("unknown_parameter", "funnel_exact", {"statistic": "rate"}, SITES | {"site": [1, math.inf, 2]}, "Row 2"),
    ("too_few_points", "meta", {}, {"yi": [None], "vi": [1]}, "No site"),
    ("not_estimable", "meta", {}, {"yi": [1], "vi": [1]}, "too few sites"),
    ("not_estimable", "meta", {}, META | {"vi": [0.1, 0, 0.1, 0.3]}, "not above 0"),
    ("not_estimable", "meta", {"mods": "x + I(2*x)"}, META, "told apart"),
    ("not_estimable", "meta", {"random": "d/d2"}, META | {"d2": [1, 1, 1, 1]}, "no more units"),
    ("unknown_parameter", "meta", {"random": "d/"}, META, "random"),
    ("unknown_parameter", "meta", {"random": "nowhere"}, META, "nowhere"),
    ("unknown_parameter", "meta", {"cluster": "d"}, META, "random too"),
    ("unknown_parameter", "meta", {"mods": "x + (1 | d)"}, META, "moderators only"),
    ("unknown_parameter", "meta", {"mods": 3}, META, "mods"),
    ("unknown_parameter", "meta", {"mods": "x", "newmods": {"x": 3}}, META, "newmods"),
    ("unknown_parameter", "meta", {"newmods": {"x": [3]}}, META, "newmods"),
    ("unknown_parameter", "meta", {"method": "QQ"}, META, "QQ"),
    ("unknown_parameter", "meta", {"level": 100}, META, "level"),
    ("unknown_parameter", "meta", {"measure": "XX"}, META, "XX"),
    ("unknown_parameter", "meta", {"escalc": {"ai": "a"}}, META, "escalc"),
    ("unknown_parameter", "meta", RR | {"escalc": {"xx": "a"}}, META, "escalc"),
    ("unknown_parameter", "meta", RR | {"escalc": {"ai": "d", "ci": "x"}}, META, "needs bi or n1i"),
    ("unknown_parameter", "meta", {}, {"yi": [1, 2], "vi": [1]}, "equally long"),
    ("not_finite", "meta", {}, META | {"yi": [1, math.inf, 2, 3]}, "Row 2"),
    ("negative_count", "meta", {"measure": "PLO"}, {"xi": [1, -1], "ni": [4, 4]}, "Row 2"),
]


@pytest.mark.parametrize(("code", "family", "params", "columns", "word"), REFUSED)
def test_what_cant_be_analysed_is_refused_with_a_code_and_a_sentence(
    code: str, family: str, params: dict[str, Any], columns: dict[str, list[Any]], word: str
) -> None:
    answer = analyse({"id": "a", "family": family, "params": params, "columns": columns}, FAMILIES)

    assert "result" not in answer
    assert answer["error"]["code"] == code
    assert word in answer["error"]["message"]


def test_a_refusal_is_never_longer_than_a_sentence_should_be() -> None:
    answer = analyse({"family": "funnel", "params": {"data_type": 10**400}, "columns": SITES}, FAMILIES)

    assert answer["error"]["code"] == "unknown_parameter"
    assert len(answer["error"]["message"]) == LONGEST
    assert answer["error"]["message"].startswith("data_type is 1000")


def test_limits_refuse_an_empty_site() -> None:
    with pytest.raises(AnalysisError) as refused:
        exact_limits([0], 0.5)

    assert refused.value.code == "zero_denominator"


def test_a_zero_is_never_silent_and_nothing_in_a_result_is_no_number() -> None:
    columns = {"yi": [0.3, 0.3, 0.3], "vi": [0.1, 0.2, 0.3]}
    answer = analyse({"id": 1, "family": "meta", "params": {"adhoc": True}, "columns": columns}, FAMILIES)

    json.dumps(answer, allow_nan=False)
    assert answer["result"]["fits"]["reml_knha"]["warning"]["code"] == "not_estimable"
    assert "warning" not in answer["result"]["fits"]["reml_adhoc"]


def test_moderators_may_be_kinds_products_and_new_values_of_them() -> None:
    columns = META | {"yi": [0.1, 0.4, 0.2, 0.9, 0.5, 0.3, None], "vi": [0.1] * 7, "x": [1, 2, 3, 5, 4, 1, 9]}
    columns |= {"d": ["a", "b", "a", "b", "a", "b", "c"]}
    asked = {"mods": "x * d", "method": "REML", "test": "knha", "newmods": {"x": [2, 3], "d": ["b", "a"]}}
    result = analyse({"id": 1, "family": "meta", "params": asked, "columns": columns}, FAMILIES)["result"]

    fit = result["fits"]["reml_knha"]
    assert list(result["fits"]) == ["reml_knha"]
    assert fit["moderators"] == ["intrcpt", "x", "db", "x:db"]
    assert fit["k"] == 6
    b = fit["b"]
    assert result["predict_newmods"]["pred"] == pytest.approx(
        [b[0] + 2 * b[1] + b[2] + 2 * b[3], b[0] + 3 * b[1]]
    )
    asked = asked | {"newmods": {"x": [2], "d": ["c"]}}
    error = analyse({"id": 1, "family": "meta", "params": asked, "columns": columns}, FAMILIES)["error"]
    assert error["code"] == "unknown_parameter"


def test_sites_keep_their_names_and_kinds() -> None:
    columns = {"site": [10, 9, 2], "numerator": [1, 2, 3], "denominator": [10, 10, 20]}
    funnels = analyse({"id": 1, "family": "funnel", "params": PR, "columns": columns}, FAMILIES)["result"]
    exact = analyse(
        {"id": 1, "family": "funnel_exact", "params": {"statistic": "ratio"}, "columns": columns}, FAMILIES
    )["result"]

    assert funnels["sites"]["site"] == ["2", "9", "10"]
    assert exact["significance"]["site"] == [10, 9, 2]
    assert exact["site_intervals"]["value"] == pytest.approx([10.0, 20.0, 15.0])
