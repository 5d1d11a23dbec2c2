"""Run and Shewhart charts, held against the rules written out in full."""

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.engine.families import analyse
from measures.engine.shewhart import CHARTS
from tests.drill import IS_DRILL
from tests.measures.engine import plain
from tests.oracles import differences

WITH_BASE = {"p", "pp", "u", "up"}
REFUSED = {"too_few_points", "not_estimable", "zero_denominator"}
Case = tuple[dict[str, list[Any]], dict[str, Any]]


def drawn(random: Random, kind: str) -> Case:
    """Draw columns and parameters of a chart."""
    size = random.randint(1, 30)
    days = random.choice([size, max(1, size // 3)])
    low = 1 if kind == "t" else 0
    xs = [1] + [random.choice([None, *range(1, days + 1)]) for _ in range(size - 1)]
    ys = [random.choice([None, *range(low, 9), low + 0.1, low + 0.3, 33.3]) for _ in xs]
    if kind in {"s", "xbar"}:  # so that a tie in the last place of a root decides nothing
        ys = [None if y is None else y + round(random.random(), 6) for y in ys]
    columns: dict[str, list[Any]] = {
        "x": xs,
        "y": ys,
        "school": [random.choice("ab") for _ in xs],
        "phase": [random.choice(["before", "after", None]) for _ in xs],
    }
    params: dict[str, Any] = {"x": "x", "y": "y"} | ({"chart": kind} if kind != "run" else {})
    if kind in WITH_BASE or random.random() < 0.3:
        params["n"] = "n"
        columns["n"] = [random.choice([None, (y or 0) + random.randint(0, 9)]) for y in ys]
    choices: dict[str, list[Any]] = {
        "freeze": [random.randint(1, size + 1)],
        "part": [["phase"], sorted(random.randint(1, size) for _ in "12")],
        "exclude": [[random.randint(1, size + 1) for _ in "123"]],
        "cl": [0.25, 0, 1] if kind in {"p", "pp"} else [2, 0.5, 0],
        "multiply": [100, 0.5],
        "agg_fun": ["mean", "median", "sum"],
        "screened_mr": [True, False],
        "y_neg": [False],
        "facets": [["school"]],
    }
    for name, values in choices.items():
        if random.random() < 0.3:
            params[name] = random.choice(values)
    return columns, params


@pytest.mark.parametrize("kind", sorted(CHARTS))
def test_each_chart_follows_the_rules_written_out(kind: str) -> None:
    analysed = 0

    @settings(max_examples=1500 if IS_DRILL else 60)
    @given(st.integers(0, 2**32))
    def check(seed: int) -> None:
        nonlocal analysed
        columns, params = drawn(Random(seed), kind)
        family = "run_charts" if kind == "run" else "shewhart"
        answer = analyse({"id": seed, "family": family, "params": params, "columns": columns})
        wanted = plain.chart(columns, params, kind)
        if "error" in answer:
            assert answer["error"]["code"] in REFUSED, answer
            limits = [] if kind == "run" else wanted["points"]["ucl"]
            has_points = any(part["n_useful"] for part in wanted["parts"])
            assert not has_points or (kind != "run" and limits == [None] * len(limits)), (answer, wanted)
            return
        analysed += 1
        assert list(differences(wanted, answer["result"])) == [], (columns, params)

    check()
    assert analysed > 20


@pytest.mark.parametrize("kind", ["run", "i"])
def test_points_without_an_order_in_time_are_no_signal(kind: str) -> None:
    names = [f"School {number:02d}" for number in range(20)]
    columns = {"x": names, "y": [1] * 10 + [2] * 10}
    case = {"id": 1, "family": "shewhart", "params": {"chart": kind}, "columns": columns}
    if kind == "run":
        case |= {"family": "run_charts", "params": {}}

    by_name = analyse(case)["result"]["parts"][0]
    by_day = analyse(case | {"columns": columns | {"x": list(range(20))}})["result"]["parts"][0]

    assert (by_name["longest_run"], by_name["runs_signal"]) == (10, False)
    assert (by_day["longest_run"], by_day["runs_signal"]) == (10, True)


@pytest.mark.parametrize("value", [0.1, 1 / 3, 33.3])
@pytest.mark.parametrize("kind", ["run", "i", "t", "mr", "ip"])
def test_a_flat_series_stays_on_its_line(kind: str, value: float) -> None:
    case = {
        "id": 1, "family": "run_charts" if kind == "run" else "shewhart", "params": {"chart": kind},
        "columns": {"x": list(range(30)), "y": [value] * 30},
    }  # fmt: skip

    part = analyse(case)["result"]["parts"][0]

    assert (part["n_useful"], part["runs_signal"]) == (0, False)
    assert part.get("n_sigma_signals", 0) == 0


def test_an_i_prime_chart_without_denominators_weighs_points_by_their_rows() -> None:
    columns = {"x": [1, 1, 1, 2, 3, 3], "y": [2, 4, 6, 8, 5, 7], "n": [1] * 6}
    case = {"id": 1, "family": "shewhart", "params": {"chart": "ip"}, "columns": columns}

    without = analyse(case)["result"]["points"]
    asked = {"id": 1, "family": "shewhart", "params": {"chart": "ip", "n": "n"}, "columns": columns}

    assert without == {key: cells for key, cells in analyse(asked)["result"]["points"].items() if key != "n"}
