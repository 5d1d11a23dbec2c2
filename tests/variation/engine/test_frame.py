"""Tables become designs as statisticians' software makes them: factors, interactions, gaps, groups."""

from typing import Any

import numpy as np
import pytest

from measures.engine.problems import AnalysisError
from variation.engine.formula import read_formula
from variation.engine.frame import frame

COLUMNS: dict[str, list[Any]] = {
    "y": [1.5, 2.5, 4.0, 3.0, 5.0, 7.5],
    "x": [1, 2, 3, 4, 5, 6],
    "f": ["b", "a", "c", "a", "b", "c"],
    "k": [10, 2, 10, 2, 10, 2],
    "t": [True, False, True, None, False, True],
    "g": [2.0, 10.0, 2.0, 10.0, 2.0, 10.0],
    "h": ["n", "m", "n", "n", "m", "m"],
}


def design(right: str) -> tuple[list[str], list[list[float]]]:
    """Return the names and rows of the fixed part's columns."""
    found = frame(read_formula(f"y ~ {right} + (1 | g)"), COLUMNS)
    return list(found.names), found.design.tolist()


def test_factors_are_coded_against_their_first_level_where_the_intercept_holds_it() -> None:
    names, rows = design("f")
    assert names == ["(Intercept)", "fb", "fc"]
    assert rows[:3] == [[1, 1, 0], [1, 0, 0], [1, 0, 1]]
    assert design("0 + f")[0] == ["fa", "fb", "fc"]
    assert design("factor(k)")[0] == ["(Intercept)", "factor(k)10"]


def test_flags_are_factors_and_rows_with_gaps_leave() -> None:
    names, rows = design("t")

    assert names == ["(Intercept)", "tTRUE"]
    assert [row[1] for row in rows] == [1, 0, 1, 0, 1]


def test_interactions_take_the_coding_that_is_left_and_run_through_the_first_factor_first() -> None:
    assert design("f * x")[0] == ["(Intercept)", "fb", "fc", "x", "fb:x", "fc:x"]
    assert design("x + f:x")[0] == ["(Intercept)", "x", "x:fb", "x:fc"]
    assert design("f:x")[0] == ["(Intercept)", "fa:x", "fb:x", "fc:x"]
    assert design("f:factor(k)")[0][1:4] == ["fa:factor(k)2", "fb:factor(k)2", "fc:factor(k)2"]
    assert design("f * factor(k)")[0][-2:] == ["fb:factor(k)10", "fc:factor(k)10"]


def test_numbers_are_worked_out_row_by_row() -> None:
    names, rows = design("I((x - 1)^2 / 2) + log2(x) + scale(x) + I(-x + 1e1)")
    x = np.arange(1.0, 7)

    assert names[1:] == ["I((x - 1)^2/2)", "log2(x)", "scale(x)", "I(-x + 10)"]
    wanted = [(x - 1) ** 2 / 2, np.log2(x), (x - 3.5) / x.std(ddof=1), 10 - x]
    assert np.array(rows)[:, 1:] == pytest.approx(np.column_stack(wanted))


def test_units_are_named_by_text_and_stand_in_its_order() -> None:
    plain, nested, crossed = (
        frame(read_formula(f"y ~ 1 + (1 | {group})"), COLUMNS).varying
        for group in ("g", "h/g", "factor(k):h")
    )

    assert plain[0].units == ("10", "2")
    assert plain[0].codes.tolist() == [1, 0, 1, 0, 1, 0]
    assert [each.label for each in nested] == ["g:h", "h"]
    assert nested[0].units == ("10:m", "10:n", "2:m", "2:n")
    assert crossed[0].units == ("10:m", "10:n", "2:m", "2:n")


def test_responses_are_numbers_counts_or_one_of_two() -> None:
    def response(left: str, columns: dict[str, list[Any]], **said: Any) -> Any:
        found = frame(read_formula(f"{left} ~ 1 + (1 | g)"), COLUMNS | columns, **said)
        return found.y.tolist(), None if found.trials is None else found.trials.tolist()

    ones = [1.0] * 6
    assert response("y", {}) == (COLUMNS["y"], None)
    assert response("h", {}) == ([1, 0, 1, 1, 0, 0], ones)
    assert response("z", {"z": [0, 1, 1, 0, 0, 1]}) == ([0, 1, 1, 0, 0, 1], ones)
    assert response("z", {"z": [0, 1, 1, 0, 0, 1]}, family="gaussian") == ([0, 1, 1, 0, 0, 1], None)
    assert response("z", {"z": [True] * 6}) == (ones, ones)
    assert response("cbind(k, x)", {}) == ([10, 2, 10, 2, 10, 2], [11, 4, 13, 6, 15, 8])
    with pytest.raises(AnalysisError) as refused:
        response("y", {}, family="binomial")
    assert refused.value.code == "count_exceeds_denominator"


@pytest.mark.parametrize("right", ["foo(x)", "log(x, 2)", "I(f)", "poly(x)", "I('a')"])
def test_what_can_not_be_worked_out_is_refused(right: str) -> None:
    with pytest.raises(AnalysisError) as refused:
        design(right)

    assert refused.value.code in ("unknown_parameter", "not_finite")
