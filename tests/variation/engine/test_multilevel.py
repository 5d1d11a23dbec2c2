"""Multilevel models equal those of trusted peers, and refuse with a code what data can't settle."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from measures.engine.families import analyse
from tests import oracles
from variation.engine.families import FAMILIES

Columns = dict[str, list[Any]]
FITS = ("reml", "ml", "n_agq_25", "beta_binomial")


def fits(columns: Columns, formula: str, **params: Any) -> Any:
    """Return the fits of a formula, or the error."""
    case = {"family": "multilevel", "params": {"formula": formula, **params}, "columns": columns}
    answer = analyse(case, FAMILIES)
    json.dumps(answer, allow_nan=False)
    return answer["result"]["fits"] if "result" in answer else answer["error"]


def _differences(case: dict[str, Any], found: dict[str, Any]) -> list[str]:
    tolerance = case["tolerance"]
    variances = tolerance.get("variances_relative", tolerance.get("variance_relative"))
    faults: list[str] = []
    for name in FITS:
        wanted = case["expected"]["fits"].get(name)
        if wanted is None:
            continue
        fixed = {"fixed": wanted["fixed"]} if "fixed" in wanted else {}
        rest = {key: each for key, each in wanted.items() if key not in ("fixed", "blup", "note")}
        rel = tolerance["fixed_relative"]
        faults += oracles.differences(fixed, found[name], name, rel, 1e-9)
        faults += oracles.differences(rest, found[name], name, variances, 1e-9)
        faults += _effects(wanted.get("blup") or {}, found[name], name)
    return faults


def _effects(wanted: dict[str, Any], found: dict[str, Any], where: str) -> list[str]:
    """Compare units' effects, matched by name: the peer's part of them is enough."""
    tables = [(wanted, found["blup"])] if "unit" in wanted else [
        (wanted[group], found["blup"][group]) for group in wanted
    ]  # fmt: skip
    faults: list[str] = []
    for theirs, ours in tables:
        assert ours.get("n_units", len(ours["unit"])) == theirs.get("n_units", len(theirs["unit"]))
        place = {unit: at for at, unit in enumerate(ours["unit"])}
        assert [unit for unit in ours["unit"] if unit in set(theirs["unit"])] == theirs["unit"]
        for key in set(theirs) - {"unit", "n_units"}:
            held = [ours[key][place[unit]] for unit in theirs["unit"]]
            faults += oracles.differences(theirs[key], held, f"{where}.{key}", 1e-5, 1e-5)
    return faults


@pytest.fixture(scope="module")
def cases(shared: Path) -> list[dict[str, Any]]:
    return oracles.cases(shared, "multilevel")


def test_every_case_of_trusted_peers_comes_out_the_same(cases: list[dict[str, Any]]) -> None:
    faults, tried = {}, 0
    for case in cases:
        answer = analyse(case, FAMILIES)
        assert "error" not in answer, (case["id"], answer["error"])
        tried += 1
        if found := _differences(case, answer["result"]["fits"]):
            faults[case["id"]] = found
    oracles.report(faults)
    assert tried == 15


def test_the_published_figures_of_high_school_and_beyond(cases: list[dict[str, Any]]) -> None:
    found = fits(cases[0]["columns"], "mathach ~ 1 + (1 | school)")["reml"]

    assert round(found["fixed"]["estimate"][0], 2) == 12.64
    assert [round(each, 2) for each in found["variance_components"]["vcov"]] == [8.61, 39.15]
    assert round(found["variance_share"]["school"], 2) == 0.18


def _rows(seed: int = 1, rows: int = 60) -> Columns:
    random = Random(seed)
    columns: Columns = {"g": [f"S{at % 10}" for at in range(rows)], "a": [at % 10 % 4 for at in range(rows)]}
    effects = {name: random.gauss(0, 2) for name in columns["g"]}
    columns["x"] = [random.gauss(0, 1) for _at in range(rows)]
    columns["f"] = [random.choice("pqr") for _at in range(rows)]
    columns["y"] = [50 + effects[name] + random.gauss(0, 1) for name in columns["g"]]
    columns["z"] = [int(random.random() < 0.4) for _at in range(rows)]
    return columns


ROWS = _rows()
SITES: Columns = {"s": list("abcdefg"), "y": [3, 5, 2, 8, 0, 10, 4], "n": [10] * 7}
COUNTS = "cbind(y, n - y) ~ 1 + (1 | s)"

REFUSED: list[tuple[str, Columns, str, str]] = [
    ("unknown_parameter", ROWS, "", "formula is missing"),
    ("unknown_parameter", ROWS, "y ~ x", "no random term"),
    ("unknown_parameter", ROWS, "y ~ h + (1 | g)", "“h”"),
    ("unknown_parameter", ROWS, "y ~ 1 + (1 | h)", "“h”"),
    ("unknown_parameter", ROWS | {"g": ["a"]}, "y ~ 1 + (1 | g)", "equally long"),
    ("unknown_parameter", SITES | {"n": [10, 10]}, COUNTS, "equally long"),
    ("unknown_parameter", ROWS, "f ~ 1 + (1 | g)", "3 kinds"),
    ("unknown_parameter", ROWS, "z ~ x + (1 + x | g)", "random intercept"),
    ("unknown_parameter", ROWS, "z ~ x + (1 | a/g)", "one random intercept"),
    ("unknown_parameter", ROWS | {"g": [[1]] * 60}, "y ~ 1 + (1 | g)", "no name"),
    ("too_few_points", {"y": [], "g": []}, "y ~ 1 + (1 | g)", "No row"),
    ("too_few_points", {"y": [None, None], "g": ["a", "b"]}, "y ~ 1 + (1 | g)", "No row"),
    ("too_few_points", {"y": [1, 2.5], "g": ["a", "b"]}, "y ~ 1 + (1 | g)", "too few"),
    ("not_finite", ROWS | {"y": [float("nan")] * 60}, "y ~ 1 + (1 | g)", "Row 1"),
    ("not_finite", ROWS | {"x": [0.0] + [1.5] * 59}, "y ~ log(x) + (1 | g)", "row 1"),
    ("not_finite", ROWS, "y ~ log(f) + (1 | g)", "text"),
    ("not_estimable", ROWS | {"g": ["a"] * 60}, "y ~ 1 + (1 | g)", "one unit"),
    ("not_estimable", ROWS | {"g": list(range(60))}, "y ~ 1 + (1 | g)", "one row"),
    ("not_estimable", ROWS | {"g": [at // 2 for at in range(60)]}, "y ~ x + (1 + x | g)", "fewer may vary"),
    ("not_estimable", ROWS | {"y": [3.5] * 60}, "y ~ 1 + (1 | g)", "doesn't vary"),
    ("not_estimable", ROWS | {"y": [at % 10 + 0.5 for at in range(60)]}, "y ~ 1 + (1 | g)", "within"),
    ("not_estimable", ROWS | {"w": [2 * each for each in ROWS["x"]]}, "y ~ x + w + (1 | g)", "“w”"),
    ("not_estimable", ROWS | {"f": ["p"] * 60}, "y ~ f + (1 | g)", "one level"),
    ("not_estimable", ROWS | {"h": ROWS["g"]}, "y ~ 1 + (1 | g) + (1 | h)", "leave out"),
    ("not_estimable", ROWS | {"g": list(range(60))}, "z ~ 1 + (1 | g)", "one trial"),
    ("negative_count", SITES | {"y": [-1, 5, 2, 8, 0, 10, 4]}, COUNTS, "below 0"),
    ("count_exceeds_denominator", SITES | {"y": [12, 5, 2, 8, 0, 10, 4]}, COUNTS, "exceed"),
    ("zero_denominator", SITES | {"y": [0] * 7, "n": [0] * 7}, COUNTS, "denominators"),
    ("not_estimable", SITES | {"y": [0] * 7}, COUNTS, "nothing"),
    ("too_few_points", SITES | {"f": list("pqrsuvw"), "n": [9, 9, 9, 9, 0, 0, 0], "y": [1, 2, 3, 4, 0, 0, 0]},
     "cbind(y, n - y) ~ f + (1 | s)", "too few"),
    ("not_estimable", SITES | {"y": [0, 10, 0, 10, 0, 10, 0]}, COUNTS, "all or nothing"),
    (
        "not_estimable",
        SITES | {"y": [0, 0, 0, 10, 4, 10, 3], "x": [0, 0, 0, 1, 1, 1, 1]},
        "cbind(y, n - y) ~ x + (1 | s)",
        "separation",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("code", "columns", "formula", "words"), REFUSED)
def test_what_can_not_be_told_is_refused_by_code(
    code: str, columns: Columns, formula: str, words: str
) -> None:
    error = fits(columns, formula)

    assert error.get("code") == code
    assert words in error["message"]


def test_a_family_of_another_name_is_refused() -> None:
    assert fits(ROWS, "y ~ 1 + (1 | g)", family="poisson")["code"] == "unknown_parameter"
    assert fits(ROWS, "z ~ 1 + (1 | g)", family="gaussian").keys() == {"reml", "ml"}
    assert fits(ROWS, "z ~ x + (1 | g)").keys() == {"n_agq_1", "n_agq_25"}
    assert fits(ROWS | {"z": ["NY"[each] for each in ROWS["z"]]}, "z ~ x + (1 | g)") == fits(
        ROWS, "z ~ x + (1 | g)"
    )


def test_a_fit_that_fails_says_so_beside_those_that_do_not() -> None:
    found = fits(SITES | {"y": [5] * 7}, COUNTS)

    assert found["n_agq_25"]["variance"] == 0
    assert found["n_agq_25"]["blup"]["cond_sd"] == [0] * 7
    assert found["beta_binomial"]["error"]["code"] == "not_estimable"


def test_no_variance_between_sites_is_zero_and_said_by_shares() -> None:
    columns = ROWS | {"y": [50 + (at * 7919 % 97) / 10 for at in range(60)]}
    found = fits(columns, "y ~ 1 + (1 | g)")["reml"]

    assert found["variance_components"]["vcov"][0] == 0
    assert found["variance_share"] == {"g": 0, "Residual": 1}
    assert found["blup"]["g"]["intercept"] == [0] * 10


def test_rows_with_gaps_are_left_out() -> None:
    gaps = {name: [*cells, cells[0]] for name, cells in ROWS.items()}
    for name in ("y", "x", "g"):
        with_gap = gaps | {name: [*ROWS[name], None]}
        assert fits(with_gap, "y ~ x + (1 | g)") == fits(ROWS, "y ~ x + (1 | g)")


def test_terms_stand_in_the_peers_order_and_have_its_names() -> None:
    nested = fits(ROWS, "y ~ f * x + (1 + x | a) + (1 | a:g)")["reml"]
    apart = fits(ROWS, "y ~ 1 + (x || g)")["reml"]

    assert nested["fixed"]["name"] == ["(Intercept)", "fq", "fr", "x", "fq:x", "fr:x"]
    table = nested["variance_components"]
    assert table["group"] == ["a:g", "a", "a", "a", "Residual"]
    assert table["term1"] == ["(Intercept)", "(Intercept)", "x", "(Intercept)", None]
    assert table["term2"] == [None, None, None, "x", None]
    assert list(nested["groups"].items()) == [("a:g", 10), ("a", 4)]
    assert "variance_share" not in nested
    assert apart["variance_components"]["group"] == ["g", "g.1", "Residual"]
    assert set(apart["blup"]["g"]) >= {"intercept", "x", "cond_sd_intercept", "cond_sd_x"}
    assert list(fits(ROWS, "y ~ 1 + (1 | a/g)")["ml"]["groups"]) == ["g:a", "a"]


def test_counts_and_single_rows_of_the_same_outcomes_agree() -> None:
    by_site = [sum(z for z, g in zip(ROWS["z"], ROWS["g"], strict=True) if g == f"S{at}") for at in range(10)]
    counts: Columns = {"y": by_site, "n": [6] * 10, "s": [f"S{at}" for at in range(10)]}
    one, many = fits(counts, COUNTS), fits(ROWS, "z ~ 1 + (1 | g)")

    for name in ("n_agq_1", "n_agq_25"):
        assert one[name]["fixed"]["estimate"] == pytest.approx(many[name]["fixed"]["estimate"], rel=1e-9)
        assert one[name]["variance"] == pytest.approx(many[name]["variance"], rel=1e-8, abs=1e-12)
    assert one["n_agq_25"]["n_obs"] == 10
    assert many["n_agq_25"]["n_obs"] == 60
    assert "log_lik_less_saturated" not in many["n_agq_25"]
    assert one["beta_binomial"] == many["beta_binomial"]
