"""Intervals and closed-form funnels equal those of PHEindicatormethods."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from measures.engine.problems import AnalysisError
from variation.engine import intervals
from variation.engine.intervals import Statistic


def read_case(shared: Path, number: int) -> tuple[dict[str, Any], list[str], list[float], list[float]]:
    path = next((shared / "oracles" / "funnel_exact").glob(f"fx_{number:02d}_*.json"))
    case = json.loads(path.read_text())
    with (path.parent / case["data"]).open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    counts, sizes = ([float(row[name]) for row in rows] for name in ("numerator", "denominator"))
    return case, [row["site"] for row in rows], counts, sizes


@pytest.mark.parametrize("number", range(1, 8))
def test_centre_and_levels_equal_the_peer(shared: Path, number: int) -> None:
    case, sites, counts, sizes = read_case(shared, number)
    statistic = Statistic(case["params"]["statistic"])

    assert intervals.centre(counts, sizes, statistic) == pytest.approx(case["expected"]["centre"], rel=1e-12)
    assert intervals.levels(counts, sizes, statistic) == case["expected"]["significance"]["level"]
    assert sites == case["expected"]["significance"]["site"]


@pytest.mark.parametrize("number", range(1, 6))
def test_site_intervals_equal_the_peer(shared: Path, number: int) -> None:
    case, sites, counts, sizes = read_case(shared, number)
    params, expected = case["params"], case["expected"]["site_intervals"]
    make = intervals.wilson if params["statistic"] == "proportion" else intervals.poisson
    years = params.get("years_of_data", 1)

    found = intervals.as_columns(sites, make(counts, sizes, multiplier=params["multiplier"]))

    for name, column in expected.items():
        same = column if isinstance(column[0], str) else pytest.approx(column, rel=1e-8, abs=1e-9)
        assert found[name] == same, (name, years)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_proportion_curve_equals_the_peer(shared: Path, number: int) -> None:
    case, _, counts, sizes = read_case(shared, number)
    curve = case["expected"]["curve"]

    limits = intervals.proportion_limits(
        curve["population"], intervals.centre(counts, sizes, Statistic.PROPORTION)
    )

    for name, ours in zip(
        ("lower_2s_limit", "upper_2s_limit", "lower_3s_limit", "upper_3s_limit"), limits, strict=True
    ):
        assert [100 * value for value in ours] == pytest.approx(curve[name], rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("number", [6, 7])
def test_event_curve_equals_the_peer(shared: Path, number: int) -> None:
    curve = read_case(shared, number)[0]["expected"]["curve"]

    limits = intervals.event_limits(curve["observed_events"])

    names = ("lower_2s_exp_events", "upper_2s_exp_events", "lower_3s_exp_events", "upper_3s_exp_events")
    from_three = np.asarray(curve["observed_events"]) >= 3  # the peer's bisection is looser below
    for name, ours in zip(names, limits, strict=True):
        assert ours[from_three] == pytest.approx(np.asarray(curve[name])[from_three], rel=1e-5)


@pytest.mark.parametrize(
    ("count", "population", "code"),
    [
        ([1.0], [0.0], "zero_denominator"),
        ([-1.0], [4.0], "negative_count"),
        ([5.0], [4.0], "count_exceeds_denominator"),
        ([float("nan")], [4.0], "not_finite"),
    ],
)
def test_refuses_with_a_code(count: list[float], population: list[float], code: str) -> None:
    with pytest.raises(AnalysisError) as refused:
        intervals.wilson(count, population)

    assert refused.value.code == code


def test_nobody_counted_still_has_an_interval() -> None:
    found = intervals.poisson([0], [50])

    assert (found.lower95[0], found.method[0]) == (0.0, "Exact")
    assert found.upper95[0] == pytest.approx(3.6889 / 50, rel=1e-4)
