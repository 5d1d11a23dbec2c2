"""What the families refuse, each with its code and a sentence that names the place; nothing crashes."""

import json
import math
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.engine.families import FAMILIES, analyse
from measures.engine.shewhart import CHARTS
from measures.engine.subgroups import SUBGROUPS
from tests.drill import IS_DRILL

Columns = dict[str, list[Any]]
DAYS = ["2024-01-01", "2024-02-01", "2024-03-01"]
XY: Columns = {"x": [1, 2, 3], "y": [4, 5, 6]}
XYN: Columns = XY | {"n": [10, 10, 10]}
ONE_POINT: Columns = {"x": [1, 1], "y": [-1, 5], "n": [9, 9]}
DATED: Columns = {"date": DAYS, "value": [1, 2, 3]}

REFUSED: list[tuple[str, str, dict[str, Any], Columns, str]] = [
    ("too_few_points", "run_charts", {}, {"x": [], "y": []}, "No row"),
    ("too_few_points", "run_charts", {}, {"x": [None], "y": [1]}, "“x”"),
    ("too_few_points", "run_charts", {}, {"x": [1, 2], "y": [None, None]}, "No point"),
    ("too_few_points", "shewhart", {"chart": "i"}, {"x": [1], "y": [4]}, "two points"),
    ("too_few_points", "shewhart", {"chart": "mr"}, {"x": [1, 2, 3], "y": [1, None, 2]}, "No range"),
    ("too_few_points", "shewhart_qcc", {"chart": "c"}, {"y": []}, "no row"),
    ("too_few_points", "shewhart_qcc", {"chart": "xbar.one"}, {"y": [1]}, "two rows"),
    ("too_few_points", "shewhart_qcc", {"chart": "c", "phase2_from_row": 1}, {"y": [1, 2]}, "phase one"),
    ("too_few_points", "shewhart_qcc", {"chart": "R"}, {"a": [1, 2]}, "two columns"),
    ("too_few_points", "nhs_xmr", {}, {"date": ["2024-01-01"], "value": [3]}, "two values"),
    ("zero_denominator", "shewhart", {"chart": "p", "n": "n"}, XY | {"n": [10, 0, 10]}, "Row 2"),
    ("zero_denominator", "shewhart", {"chart": "u", "n": "n"}, {"x": [1], "y": [0], "n": [0]}, "Every"),
    ("zero_denominator", "run_charts", {"n": "n"}, XY | {"n": [0, 1, 1]}, "Row 1"),
    ("zero_denominator", "shewhart_qcc", {"chart": "u"}, {"y": [1, 0], "n": [5, 0]}, "Row 2"),
    ("negative_count", "shewhart", {"chart": "c"}, XY | {"y": [1, 2, -3]}, "Row 3"),
    (
        "negative_count",
        "shewhart",
        {"chart": "p", "n": "n"},
        {"x": [1, 1], "y": [-1, 5], "n": [9, 9]},
        "Row 1",
    ),
    ("negative_count", "shewhart", {"chart": "u", "n": "n"}, XY | {"n": [10, -2, 10]}, "Row 2 of “n”"),
    ("negative_count", "shewhart", {"chart": "t"}, XY | {"y": [1, 0, 3]}, "more than 0"),
    ("negative_count", "shewhart", {"chart": "g", "cl": -1}, XY, "cl is -1"),
    ("negative_count", "shewhart_qcc", {"chart": "np"}, {"y": [1, -2], "n": [5, 5]}, "Row 2"),
    (
        "count_exceeds_denominator",
        "shewhart",
        {"chart": "p", "n": "n"},
        XYN | {"y": [4, 11, 6]},
        "11 out of 10",
    ),
    ("count_exceeds_denominator", "shewhart", {"chart": "p", "n": "n", "cl": 1.5}, XYN, "from 0 to 1"),
    ("count_exceeds_denominator", "shewhart_qcc", {"chart": "p"}, {"y": [9], "n": [5]}, "9 out of 5"),
    ("not_finite", "run_charts", {}, XY | {"y": [1, math.nan, 3]}, "Row 2"),
    ("not_finite", "run_charts", {}, XY | {"y": [1, 2, math.inf]}, "Row 3"),
    ("not_finite", "run_charts", {}, XY | {"x": [1, 2, -math.inf]}, "Row 3"),
    ("not_finite", "shewhart", {"chart": "i"}, XY | {"y": [1e200, 2, 3]}, "1e+200"),
    ("not_finite", "shewhart", {"chart": "i"}, XY | {"y": [10**400, 2, 3]}, "Row 1"),
    ("not_finite", "shewhart", {"chart": "i", "cl": math.nan}, XY, "cl"),
    ("not_finite", "nhs_xmr", {"target": math.inf}, DATED, "target"),
    ("not_finite", "nhs_xmr", {}, DATED | {"value": [1, "two", 3]}, "'two'"),
    ("not_finite", "shewhart_qcc", {"chart": "c"}, {"y": [1, None]}, "Row 2"),
    ("dates_not_unique", "nhs_xmr", {}, DATED | {"date": [DAYS[0], DAYS[0], DAYS[1]]}, DAYS[0]),
    ("dates_not_unique", "nhs_xmr", {}, {"date": [DAYS[0]] * 2, "value": [1, None]}, DAYS[0]),
    ("not_estimable", "shewhart", {"chart": "xbar"}, XY, "one value"),
    ("unknown_parameter", "run_charts", {"frezee": 3}, XY, "frezee"),
    ("unknown_parameter", "run_charts", {"freeze": 0}, XY, "freeze"),
    ("unknown_parameter", "run_charts", {"freeze": 1.5}, XY, "freeze"),
    ("unknown_parameter", "run_charts", {"freeze": [1, 2]}, XY, "several"),
    ("unknown_parameter", "run_charts", {"part": ["phase"]}, XY, "phase"),
    ("unknown_parameter", "run_charts", {"exclude": ["a"]}, XY, "exclude"),
    ("unknown_parameter", "run_charts", {"agg_fun": "mode"}, XY, "mode"),
    ("unknown_parameter", "run_charts", {"multiply": 0}, XY, "multiply"),
    ("unknown_parameter", "run_charts", {"chart": "i"}, XY, "shewhart"),
    ("unknown_parameter", "run_charts", {"y": "z"}, XY, "z"),
    ("unknown_parameter", "run_charts", {"facets": 5}, XY, "facets"),
    ("unknown_parameter", "run_charts", {}, XY | {"x": [1, "b", 3]}, "mixes"),
    ("unknown_parameter", "run_charts", {}, XY | {"y": [1]}, "equally long"),
    ("unknown_parameter", "shewhart", {"chart": "pie"}, XY, "pie"),
    ("unknown_parameter", "shewhart", {"chart": "p"}, XY, "needs n"),
    ("unknown_parameter", "shewhart", {"chart": "i", "screened_mr": "no"}, XY, "screened_mr"),
    ("unknown_parameter", "shewhart_qcc", {"chart": "c", "nsigmas": -1}, {"y": [1, 2]}, "nsigmas"),
    ("unknown_parameter", "shewhart_qcc", {"chart": "c", "std_dev": "SD"}, {"y": [1, 2]}, "SD"),
    ("unknown_parameter", "nhs_xmr", {"improvement_direction": "up"}, DATED, "up"),
    ("unknown_parameter", "nhs_xmr", {"rebase": ["soon"]}, DATED, "soon"),
    ("unknown_parameter", "nhs_xmr", {"rebase": {"B": DAYS}}, DATED, "B"),
    ("unknown_parameter", "nhs_xmr", {"target": {"B": 1}}, DATED, "B"),
    ("unknown_parameter", "nhs_xmr", {}, DATED | {"date": ["1/2/2024", *DAYS[1:]]}, "1/2/2024"),
    ("unknown_parameter", "pies", {}, XY, "pies"),
]


@pytest.mark.parametrize(("code", "family", "params", "columns", "word"), REFUSED)
def test_what_cant_be_analysed_is_refused_with_a_code_and_a_sentence(
    code: str, family: str, params: dict[str, Any], columns: dict[str, list[Any]], word: str
) -> None:
    answer = analyse({"id": "a", "family": family, "params": params, "columns": columns})

    assert "result" not in answer
    assert answer["id"] == "a"
    assert answer["error"]["code"] == code
    assert word in answer["error"]["message"]
    assert answer["error"]["message"].endswith((".", "…", "}", "'"))


@pytest.mark.parametrize(
    "case", [
        {}, {"family": ["run_charts"]}, {"family": "run_charts"}, {"family": "run_charts", "columns": [1]},
        {"family": "run_charts", "columns": {"x": 1}}, {"family": "run_charts", "columns": XY, "params": [1]},
    ],
)  # fmt: skip
def test_what_is_no_case_is_refused(case: dict[str, Any]) -> None:
    assert analyse(case)["error"]["code"] == "unknown_parameter"


def test_positions_beyond_the_last_point_stand_for_no_point() -> None:
    case = {"id": 1, "family": "run_charts", "columns": XY}

    beyond = analyse(case | {"params": {"freeze": 9, "exclude": [7]}})["result"]

    assert beyond == analyse(case | {"params": {}})["result"]


def test_rows_in_any_order_make_the_same_chart() -> None:
    columns = {"date": DAYS, "value": [5, 7, 6]}
    turned = {name: cells[::-1] for name, cells in columns.items()}
    case = {"id": 1, "family": "nhs_xmr", "params": {}}

    assert analyse(case | {"columns": turned}) == analyse(case | {"columns": columns})


STRANGE: list[Any] = [None, 0, 1, 2.5, -1, 7, 1e140, 1e200, "a", "2024-01-01", True, math.nan, [], {}, "y"]
CHARTS_OF = {"shewhart": sorted(CHARTS), "shewhart_qcc": sorted(SUBGROUPS)}
ASKED = {
    "run_charts": [
        "chart",
        "freeze",
        "part",
        "exclude",
        "cl",
        "multiply",
        "agg_fun",
        "facets",
        "n",
        "method",
    ],
    "shewhart": ["freeze", "part", "exclude", "cl", "multiply", "facets", "n", "screened_mr", "y_neg"],
    "shewhart_qcc": ["nsigmas", "std_dev", "phase2_from_row"],
    "nhs_xmr": ["rebase", "fix_after_n_points", "target", "facet", "screen_outliers"],
}


def _strange_case(random: Random) -> dict[str, Any]:
    """Draw a case that is sound in most places and strange in some."""
    size, share = random.randint(0, 30), random.choice([0.0, 0.0, 0.02, 0.2])

    def cell(sound: Any) -> Any:
        return random.choice(STRANGE) if random.random() < share else sound

    columns = {
        name: [cell(random.choice([1, 2, 3, 5, 8, None, 0.1])) for _ in range(size)]
        for name in ("y", "n", "value", "f")
    }
    columns["x"] = [cell(at) for at in range(size)]
    columns["date"] = [cell(f"2024-01-{at + 1:02d}") for at in range(size)]
    good = {
        "freeze": random.randint(1, 12), "part": random.choice([[3], [2, 5], ["f"]]), "exclude": [1, 3],
        "cl": 2, "multiply": 100, "agg_fun": "sum", "facets": ["f"], "n": "n", "screened_mr": False,
        "y_neg": False, "nsigmas": 2, "std_dev": "SD", "phase2_from_row": 5, "rebase": ["2024-01-05"],
        "fix_after_n_points": 4, "target": 3, "facet": "f", "screen_outliers": False, "chart": "run",
        "method": "anhoej",
    }  # fmt: skip
    family = random.choice(sorted(FAMILIES))
    params = {name: cell(good[name]) for name in ASKED.get(family, []) if random.random() < 0.35}
    if family in CHARTS_OF:
        params["chart"] = random.choice(CHARTS_OF[family])
        if params["chart"] in {"xbar", "R", "S"} and family == "shewhart_qcc":
            columns = {name: columns[name] for name in ("y", "n", "value")}
    return {"id": 1, "family": family, "params": params, "columns": columns}


def test_no_case_crashes_the_engine_or_brings_out_what_is_no_number() -> None:
    codes: set[str] = set()

    @settings(max_examples=30_000 if IS_DRILL else 400)
    @given(st.integers(0, 2**32))
    def check(seed: int) -> None:
        answer = analyse(_strange_case(Random(seed)))
        json.dumps(answer, allow_nan=False)
        codes.add(answer.get("error", {"code": "fine"})["code"])

    check()
    assert codes >= {"fine", "too_few_points", "not_finite", "unknown_parameter"}


@pytest.mark.parametrize("kind", sorted(CHARTS))
def test_the_largest_numbers_that_are_taken_still_give_numbers(kind: str) -> None:
    columns = {"x": [1, 2, 3, 4], "y": [1e150, 1, 9e149, 5], "n": [1e150] * 4}
    params = {"chart": kind, "n": "n", "multiply": 1e150}
    family = "run_charts" if kind == "run" else "shewhart"

    answer = analyse({"id": 1, "family": family, "params": params, "columns": columns})

    json.dumps(answer, allow_nan=False)
