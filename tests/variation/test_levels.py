"""Where results differ: sums give what single values would, shares add up, what can't be told is said."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.engine.problems import AnalysisError
from tests.drill import IS_DRILL
from variation.engine import linear, unit_sums
from variation.engine.formula import read_formula
from variation.engine.frame import frame
from variation.levels import Caution, Level, Levels, SiteSums, by_year, variance_by_level


def values(seed: int = 1, *, districts: int = 8) -> dict[str, Any]:
    """Return single values of schools in districts."""
    rng = np.random.default_rng(seed)
    district = np.repeat(np.arange(districts), 4)
    school = np.repeat(np.arange(district.size), rng.integers(2, 9, district.size))
    y = 50 + 3 * rng.normal(size=districts)[district][school] + 4 * rng.normal(size=district.size)[school]
    return {"y": y + 6 * rng.normal(size=school.size), "school": school, "district": district}


def sums_of(rows: dict[str, Any], *, with_districts: bool = True) -> SiteSums:
    """Return the sums of single values by school."""
    y, school = rows["y"], rows["school"]
    n = np.bincount(school)
    named = [f"D{at}" for at in rows["district"]] if with_districts else None
    return SiteSums.of(n, np.bincount(school, y), n, np.bincount(school, y**2), named)


@pytest.mark.parametrize("with_districts", [True, False])
def test_sums_give_what_single_values_would(with_districts: bool) -> None:
    rows = values()
    found = variance_by_level(sums_of(rows, with_districts=with_districts), is_share=False)
    columns = {
        "y": rows["y"].tolist(),
        "s": rows["school"].tolist(),
        "d": rows["district"][rows["school"]].tolist(),
    }
    text = "y ~ 1 + (1 | d/s)" if with_districts else "y ~ 1 + (1 | s)"
    data = frame(read_formula(text), columns)
    fit = linear.fit(unit_sums.prepare(data.y, data.design, data.varying), restricted=True)
    between = [each.covariance[0, 0] for each in fit.components[::-1]]

    assert [part.variance for part in found.parts] == pytest.approx([*between, fit.sigma2], rel=1e-6)
    assert found.mean == pytest.approx(fit.estimate[0], rel=1e-9)
    effects = fit.components[0].modes[:, 0]
    place = {name: at for at, name in enumerate(fit.components[0].units)}
    if with_districts:
        outer = dict(zip(fit.components[1].units, fit.components[1].modes[:, 0], strict=True))
        by_site = [effects[place[f"{at}:{own}"]] + outer[str(own)] for at, own in enumerate(rows["district"])]
        assert found.districts.estimate - found.mean == pytest.approx(
            [outer[str(at)] for at in range(8)], abs=1e-6
        )
    else:
        by_site = [effects[place[str(at)]] for at in range(32)]
    assert found.sites.estimate - found.mean == pytest.approx(by_site, abs=1e-5)
    assert found.overdispersion is None


def shares(seed: int, *, sites: int = 40, occasions: int = 1, noise: float = 0.0) -> tuple[SiteSums, Any]:
    """Return sums of sites that count people, and their true chances."""
    rng = np.random.default_rng(seed)
    district = rng.integers(0, 6, sites)
    chance = np.clip(0.4 + 0.1 * rng.normal(size=6)[district] + 0.08 * rng.normal(size=sites), 0.02, 0.98)
    d = rng.integers(10, 200, (sites, occasions))
    y = rng.binomial(d, np.clip(chance[:, None] + noise * rng.normal(size=d.shape), 0, 1))
    made = SiteSums.of(
        np.full(sites, occasions), y.sum(axis=1), d.sum(axis=1), (y**2 / d).sum(axis=1), district.tolist()
    )
    return made, chance


@settings(deadline=None, max_examples=60 if IS_DRILL else 10)
@given(st.integers(0, 10**6), st.sampled_from([1, 6]), st.sampled_from([0.0, 0.15]))
def test_shares_add_up_and_estimates_stay_between_nothing_and_all(
    seed: int, occasions: int, noise: float
) -> None:
    made, _chance = shares(seed, occasions=occasions, noise=noise)
    found = variance_by_level(made, is_share=True)

    assert [part.level for part in found.parts] == [Level.DISTRICT, Level.SCHOOL, Level.WITHIN]
    assert sum(part.share for part in found.parts) == pytest.approx(1)
    assert sum(part.variance for part in found.parts) == pytest.approx(
        found.mean * (1 - found.mean), rel=1e-3
    )
    for part in found.parts:
        assert 0 <= part.low <= part.share + 1e-12 <= part.high + 1e-9 <= 1 + 2e-9
    for each in (found.sites, found.districts):
        assert (
            (each.low >= 0) & (each.low <= each.estimate) & (each.estimate <= each.high) & (each.high <= 1)
        ).all()
    assert len(found.sites.keys) == 40


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    held = [
        (found.sites.low <= chance) & (chance <= found.sites.high)
        for made, chance in (shares(seed, sites=80) for seed in range(12))
        for found in [variance_by_level(made, is_share=True)]
    ]

    assert 0.92 < np.mean(held) < 0.98


def test_a_share_near_none_is_as_sure_as_its_counts_make_it() -> None:
    y, d = np.array([20.0, 500, 900, 60, 300, 40]), np.array([2000.0, 1000, 2000, 100, 900, 160])
    found = variance_by_level(SiteSums.of(np.ones(6), y, d, y * y / d), is_share=True)

    assert found.sites.high[0] - found.sites.low[0] == pytest.approx(
        2 * 1.96 * np.sqrt(0.01 * 0.99 / 2000), rel=0.2
    )
    assert found.sites.high[3] - found.sites.low[3] > 0.1


def test_counts_that_swing_by_more_than_chance_are_told_and_do_not_count_as_differences_of_schools() -> None:
    calm = variance_by_level(shares(5, occasions=8)[0], is_share=True)
    swinging = variance_by_level(shares(5, occasions=8, noise=0.15)[0], is_share=True)

    assert calm.overdispersion is not None
    assert calm.overdispersion < 1.3
    assert swinging.overdispersion is not None
    assert swinging.overdispersion > 3
    assert Caution.OVERDISPERSED in swinging.cautions
    assert _part(swinging, Level.SCHOOL).variance == pytest.approx(
        _part(calm, Level.SCHOOL).variance, rel=0.6
    )


def _part(found: Levels, level: Level) -> Any:
    part = found.part(level)
    assert part is not None
    return part


def test_levels_that_can_not_be_told_apart_are_named() -> None:
    rows = values()
    several, alone = sums_of(rows), sums_of(rows, with_districts=False)
    one_each = SiteSums(several.n, several.y, several.d, several.yyd, tuple(range(32)))
    in_one = SiteSums(several.n, several.y, several.d, several.yyd, ("D",) * 32)
    single = SiteSums.of(np.ones(32), several.y, np.ones(32), several.y**2, several.district)

    for sums, caution in [(one_each, Caution.ONE_SCHOOL_EACH), (in_one, Caution.ONE_DISTRICT)]:
        found = variance_by_level(sums, is_share=False)
        assert caution in found.cautions
        assert found.part(Level.DISTRICT) is None
        assert found.parts == variance_by_level(alone, is_share=False).parts
        assert found.districts.keys == ()
    merged = variance_by_level(single, is_share=False)
    assert Caution.ONE_VALUE_EACH in merged.cautions
    assert [part.level for part in merged.parts] == [Level.DISTRICT, Level.SCHOOL_OR_WITHIN]


def test_schools_that_differ_no_more_than_chance_have_no_share_but_a_bound() -> None:
    found = variance_by_level(
        SiteSums.of(np.ones(6), [3, 5, 6, 4, 5, 7], np.full(6, 20), np.zeros(6)), is_share=True
    )
    part = _part(found, Level.SCHOOL)

    assert (part.share, part.low) == (0, 0)
    assert 0 < part.high < 0.3
    assert found.cautions == {Caution.CHANCE_SCHOOL, Caution.FEW_SITES}
    assert found.sites.estimate == pytest.approx([0.25] * 6)


def test_years_stand_side_by_side_and_one_that_can_not_be_told_says_why() -> None:
    made = shares(2)[0]
    few = SiteSums(made.n[:2], made.y[:2], made.d[:2], made.yyd[:2])
    found = by_year({"2024-25": made, "2025-26": few}, is_share=True)

    assert isinstance(found["2024-25"], Levels)
    refused = found["2025-26"]
    assert isinstance(refused, AnalysisError)
    assert refused.code == "too_few_points"


@pytest.mark.parametrize(
    ("sums", "is_share", "code"),
    [
        (SiteSums.of([1, 1], [1, 2], [5, 5], [0, 0]), True, "too_few_points"),
        (SiteSums.of([1, 1, 1], [1, 2, 3], [5, 5, 0], [0, 0, 0]), True, "zero_denominator"),
        (SiteSums.of([1, 1, 1], [1, 2, 9], [5, 5, 5], [0, 0, 0]), True, "count_exceeds_denominator"),
        (SiteSums.of([1, 1, 1], [1, 2, -1], [5, 5, 5], [0, 0, 0]), True, "negative_count"),
        (SiteSums.of([1, 1, 1], [1, 2, float("nan")], [5, 5, 5], [0, 0, 0]), True, "not_finite"),
        (SiteSums.of([1, 1, 1], [1, 2, 3], [5, 5, 5], [0, 0]), True, "unknown_parameter"),
        (SiteSums.of([1, 1, 1], [0, 0, 0], [5, 5, 5], [0, 0, 0]), True, "not_estimable"),
        (SiteSums.of([1, 1, 1], [0, 5, 5], [5, 5, 5], [0, 5, 5]), True, "not_estimable"),
        (SiteSums.of([1, 1, 1], [4, 5, 6], [1, 1, 1], [16, 25, 36]), False, "not_estimable"),
    ],
)
def test_sums_that_tell_nothing_are_refused_by_code(sums: SiteSums, is_share: bool, code: str) -> None:
    with pytest.raises(AnalysisError) as refused:
        variance_by_level(sums, is_share=is_share)

    assert refused.value.code == code
