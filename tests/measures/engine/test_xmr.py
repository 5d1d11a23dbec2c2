"""XmR charts with the NHS flags, held against the rules written out in full."""

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.engine.families import analyse
from tests.drill import IS_DRILL
from tests.measures.engine import plain_xmr
from tests.oracles import differences

DAYS = [f"20{year}-{month:02d}-01" for year in range(20, 25) for month in range(1, 13)]


def drawn(random: Random) -> tuple[dict[str, list[Any]], dict[str, Any]]:
    """Draw columns and parameters; values drift, so that trends and shifts occur."""
    params: dict[str, Any] = {"improvement_direction": random.choice(["increase", "decrease", "neutral"])}
    rows: list[tuple[str, float | None, str]] = []
    for facet in random.choice(["a", "ab", "abc"]):
        level, drift = random.randint(0, 40), random.choice([0, 0, 1, -1, 3])
        for day in DAYS[: random.randint(1, 45)]:
            drift = random.choice([drift] * 12 + [0, 1, -1, -drift])
            level += drift
            noise = random.choice([0, random.randint(-3, 3)])
            rows.append((day, None if random.random() < 0.04 else (level + noise) / 10, facet))
    random.shuffle(rows)
    columns = {name: [row[at] for row in rows] for at, name in enumerate(("date", "value", "site"))}
    facets = sorted({facet for _, _, facet in rows})
    if len(facets) > 1 or random.random() < 0.3:
        params["facet"] = "site"
    if random.random() < 0.4:
        days = random.sample(DAYS[:40], 2)
        params["rebase"] = days if random.random() < 0.5 or "facet" not in params else {facets[0]: days}
    if random.random() < 0.4:
        params["fix_after_n_points"] = random.randint(1, 20)
    if random.random() < 0.4:
        target = random.randint(-2, 8)
        params["target"] = target if random.random() < 0.5 or "facet" not in params else {facets[-1]: target}
    if random.random() < 0.3:
        params["screen_outliers"] = False
    return columns, params


def test_flags_and_icons_follow_the_rules_written_out() -> None:
    seen: set[str] = set()

    @settings(max_examples=4000 if IS_DRILL else 150)
    @given(st.integers(0, 2**32))
    def check(seed: int) -> None:
        columns, params = drawn(Random(seed))
        answer = analyse({"id": seed, "family": "nhs_xmr", "params": params, "columns": columns})
        wanted = plain_xmr.dots(columns, params)
        if "error" in answer:
            assert answer["error"]["code"] == "too_few_points"
            assert all(row is None for row in wanted["points"]["upl"])
            return
        seen.update(answer["result"]["points"]["special_cause_type"])
        assert list(differences(wanted, answer["result"])) == [], (columns, params)

    check()
    assert len(seen) == 9


def _asked(values: list[float], **params: Any) -> dict[str, Any]:
    columns = {"date": DAYS[: len(values)], "value": values}
    found = analyse({"id": 1, "family": "nhs_xmr", "params": params, "columns": columns})
    return dict(found["result"])


def test_a_rise_that_ends_in_a_tie_is_still_a_rise() -> None:
    points = _asked([2, 9, *range(1, 8), 7, 3, 8, 2, 6, 1, 9])["points"]

    assert points["special_cause_type"][2:9] == ["7 Point Trend (Increasing)"] * 7


@pytest.mark.parametrize("value", [0.1, 1 / 3, 33.3])
def test_a_flat_series_has_common_cause_only(value: float) -> None:
    found = _asked([value] * 20, screen_outliers=False, target=1)

    assert set(found["points"]["special_cause_type"]) == {"Common Cause"}
    assert found["summary"][0]["variation_icon"] == "common_cause"


def test_without_limits_nothing_is_sure() -> None:
    found = _asked([5] * 20, target=10)["summary"][0]

    assert found["groups"][0]["upl"] is None
    assert found["assurance_type"] == "inconsistent"


def test_a_rebasing_at_the_first_date_opens_group_one() -> None:
    found = _asked([1, 2, 3, 2, 1], rebase=[DAYS[0], DAYS[3]])

    assert found["points"]["rebase_group"] == [1, 1, 1, 2, 2]
