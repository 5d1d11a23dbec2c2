"""Charts of subgroups and counts with the rules for runs, held against the rules written out in full."""

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.engine.families import analyse
from measures.engine.subgroups import SUBGROUPS
from tests.drill import IS_DRILL
from tests.measures.engine import plain_qcc
from tests.oracles import differences

METHODS = {"xbar.one": [None, "MR", "SD"], "xbar": [None, "UWAVE-R", "UWAVE-SD"]}


def drawn(random: Random, kind: str) -> tuple[dict[str, list[Any]], dict[str, Any]]:
    """Draw columns and parameters; levels shift, so that rules are met."""
    size = random.randint(3, 40)
    level, levels = 30.0, []
    columns: dict[str, list[Any]] = {}
    for _ in range(size):
        level += random.choice([0, 0, 0, 2, -2])
        levels.append(max(level, 5.0))
    if kind in {"xbar", "R", "S"}:
        wide = random.choice([2, 3, 4, 5, 6, 12])
        for name in range(wide):
            columns[f"v{name}"] = [level + random.randint(-40, 40) / 10 for level in levels]
        if wide == 4:
            columns["v3"] = [None if random.random() < 0.2 else cell for cell in columns["v3"]]
    else:
        columns["y"] = [round(level + random.randint(-9, 9)) for level in levels]
        columns["y"] = [max(0, y) for y in columns["y"]]
        same = random.random() < 0.3
        columns["n"] = [100 if same else random.randint(60, 140) for _ in levels]
    params: dict[str, Any] = {"chart": kind}
    if random.random() < 0.4:
        params["phase2_from_row"] = random.randint(3, size)
    if random.random() < 0.3:
        params["nsigmas"] = random.choice([2, 2.5])
    if kind in METHODS:
        params["std_dev"] = random.choice(METHODS[kind])
    return columns, params


@pytest.mark.parametrize("kind", sorted(SUBGROUPS))
def test_each_chart_follows_the_rules_written_out(kind: str) -> None:
    @settings(max_examples=1000 if IS_DRILL else 40)
    @given(st.integers(0, 2**32))
    def check(seed: int) -> None:
        columns, params = drawn(Random(seed), kind)
        answer = analyse({"id": seed, "family": "shewhart_qcc", "params": params, "columns": columns})
        assert "error" not in answer, answer
        assert list(differences(plain_qcc.chart(columns, params), answer["result"])) == [], (columns, params)

    check()


def test_phase_one_of_one_size_has_one_centre_whatever_comes_later() -> None:
    columns = {"y": [3, 4, 5, 9, 2], "n": [50, 50, 50, 90, 20]}
    params = {"chart": "np", "phase2_from_row": 4}

    found = analyse({"id": 1, "family": "shewhart_qcc", "params": params, "columns": columns})["result"]

    assert found["center"] == pytest.approx(4)
    assert found["ucl"][3] > found["ucl"][0] > found["ucl"][4]


def test_a_row_that_is_no_subgroup_and_one_too_wide_for_ranges_are_refused() -> None:
    short = {"a": [1, 2], "b": [2, None]}
    wide = {f"v{at}": [at, at + 1, at] for at in range(26)}

    for columns, code in ((short, "too_few_points"), (wide, "not_estimable")):
        case = {"id": 1, "family": "shewhart_qcc", "params": {"chart": "R"}, "columns": columns}
        assert analyse(case)["error"]["code"] == code
