"""Every case of funnels, exact funnels and pooling of trusted peers comes out the same."""

from pathlib import Path
from typing import Any

import pytest

from measures.engine.families import analyse
from tests import oracles
from variation.engine.families import FAMILIES

Case = dict[str, Any]
ITERATED = ("eb", "pm", "ml", "reml")
NOT_OURS = ("curve", "peer_quirks", "glmm")
"""Points to draw by, where the peer's clipping is odd, and a model that the contract does not ask for."""


def close(case: Case, where: str) -> tuple[float, float]:
    """Return the relative and absolute tolerance of one part of a case."""
    tolerance = case["tolerance"]
    if case["family"] == "funnel":
        return tolerance["relative"], tolerance["absolute"]
    if case["family"] == "funnel_exact":
        return tolerance["intervals_relative"], 1e-9
    if "closed_form_relative" in tolerance:
        closed = where.partition("_")[0] not in ITERATED and where.partition("_")[2] in ("z", "knha")
        return tolerance["closed_form_relative" if closed else "iterative_relative"], tolerance["absolute"]
    return tolerance["variances_relative"], 1e-6


def wanted_of(case: Case) -> Case:
    """Return what a case expects, without what is not ours."""
    wanted = {name: part for name, part in case["expected"].items() if name not in NOT_OURS}
    for quirk in case["expected"].get("peer_quirks", []):
        if quirk["where"] == "sites":
            del wanted["sites"][quirk["field"]]
    if case["family"] == "funnel" and case["params"]["data_type"] == "RC":
        del wanted["sites"]["s"]  # the peer shows that of its limits, not the one its z is taken with
    wanted.get("prediction_interval_variants", {}).pop("peer", None)
    return wanted


def faults_of(case: Case, result: Any) -> list[str]:
    """Return where a result is not what the peer's is."""
    wanted = wanted_of(case)
    fits = wanted.pop("fits", {})
    found = list(oracles.differences(wanted, result, "", *close(case, "")))
    for name, fit in fits.items():
        got = result["fits"].get(name)
        fit = {key: value for key, value in fit.items() if value is not None}
        found += oracles.differences(fit, got, name, *close(case, name))
    return found


@pytest.mark.parametrize(("family", "count"), [("funnel", 24), ("funnel_exact", 7), ("meta", 32)])
def test_every_case_of_a_trusted_peer_comes_out_the_same(shared: Path, family: str, count: int) -> None:
    cases = oracles.cases(shared, family)
    assert len(cases) == count
    faults = {}
    for case in cases:
        answer = analyse(case, FAMILIES)
        assert "error" not in answer, (case["id"], answer)
        if found := faults_of(case, answer["result"]):
            faults[case["id"]] = found
    oracles.report(faults)


def test_the_comparison_would_notice_a_difference(shared: Path) -> None:
    case = oracles.cases(shared, "meta")[0]
    result = analyse(case, FAMILIES)["result"]
    assert faults_of(case, result) == []

    result["fits"]["dl_z"]["tau2"] *= 1 + 1e-7
    result["fits"]["reml_z"]["blup"]["se"][3] *= 1 + 1e-5
    del result["leave_one_out"]["q"]

    assert len(faults_of(case, result)) == 3


def test_published_figures_come_out(shared: Path) -> None:
    cases = {case["id"]: case for case in oracles.cases(shared, "meta")}

    vaccine = analyse(cases["me_01"], FAMILIES)["result"]["fits"]["reml_z"]
    calendars = analyse(cases["me_22_multilevel"], FAMILIES)["result"]["fits"]["reml"]

    assert round(vaccine["tau2"], 4) == 0.3132
    assert [round(variance, 4) for variance in calendars["sigma2"]] == [0.0651, 0.0327]
