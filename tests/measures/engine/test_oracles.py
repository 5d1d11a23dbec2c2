"""Every case of trusted peers comes out the same."""

from pathlib import Path

import pytest

from measures.engine.constants import c4
from measures.engine.families import analyse
from measures.engine.runs import crossings_limit, longest_run_limit
from tests import oracles

COUNTS = {"run_charts": 45, "shewhart": 63, "shewhart_qcc": 17, "nhs_xmr": 39}


@pytest.mark.parametrize("family", COUNTS)
def test_every_case_of_a_trusted_peer_comes_out_the_same(shared: Path, family: str) -> None:
    faults, tried = {}, 0
    for case in oracles.cases(shared, family):
        if case["params"].get("method") in oracles.OPTIONAL:
            continue
        answer = analyse(case)
        assert "error" not in answer, (case["id"], answer["error"])
        tried += 1
        if found := oracles.mismatches(case, answer["result"]):
            faults[case["id"]] = found
    oracles.report(faults)
    assert tried == COUNTS[family]


def test_the_comparison_would_notice_a_difference(shared: Path) -> None:
    case = oracles.cases(shared, "run_charts")[0]
    result = analyse(case)["result"]
    assert oracles.mismatches(case, result) == []

    result["parts"][0]["cl"] *= 1 + 1e-8
    result["parts"][0]["runs_signal"] ^= True
    del result["points"]["part"]

    assert len(oracles.mismatches(case, result)) == 3


def test_the_peers_experimental_rules_are_refused_by_name(shared: Path) -> None:
    asked = [
        case
        for case in oracles.cases(shared, "run_charts")
        if case["params"].get("method") in oracles.OPTIONAL
    ]
    assert len(asked) == 2
    for case in asked:
        error = analyse(case)["error"]
        assert error["code"] == "unknown_parameter"
        assert case["params"]["method"] in error["message"]


def test_limits_of_runs_are_those_of_the_published_table(shared: Path) -> None:
    rows = oracles.table(shared, "run_charts/limits_table.csv")
    ours = [(n, longest_run_limit(n), crossings_limit(n)) for n in range(1, len(rows) + 1)]

    assert ours == [(row["n_useful"], row["longest_run_max"], row["n_crossings_min"]) for row in rows]


def test_constants_are_those_of_the_published_table(shared: Path) -> None:
    rows = oracles.table(shared, "shewhart/constants_table.csv")
    share = c4([row["n"] for row in rows])
    width = 3 * (1 - share**2) ** 0.5 / share

    assert share == pytest.approx([row["c4"] for row in rows], rel=1e-12)
    assert (1 + width).tolist() == pytest.approx([row["b4"] for row in rows], rel=1e-9)
    assert [max(0.0, 1 - each) for each in width] == pytest.approx(
        [row["b3"] for row in rows], rel=1e-9, abs=1e-9
    )
