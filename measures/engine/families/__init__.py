"""The families of the engine's contract: names and columns in, a plain result out. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from measures.engine.families.control import run_charts, shewhart
from measures.engine.families.parameters import Columns, Params, Result
from measures.engine.families.subgroups import shewhart_qcc
from measures.engine.families.xmr import nhs_xmr
from measures.engine.problems import AnalysisError

Case = Mapping[str, Any]
Family = Callable[[Columns, Params], Result]
LONGEST = 300
"""Letters of a refusal: it repeats what was given, which may be of any length."""

FAMILIES: Mapping[str, Family] = {
    "run_charts": run_charts,
    "shewhart": shewhart,
    "shewhart_qcc": shewhart_qcc,
    "nhs_xmr": nhs_xmr,
}


def analyse(case: Case, families: Mapping[str, Family] = FAMILIES) -> Result:
    """Return the answer to one case: ``{"id", "result"}``, or ``{"id", "error": {"code", "message"}}``.

    Args:
        families: the kinds of analysis that a case may name.
    """
    answer: Result = {"id": case.get("id")}
    try:
        family = case.get("family")
        if not isinstance(family, str) or family not in families:
            raise AnalysisError(
                "unknown_parameter", f"family is {family!r}; it can be {', '.join(sorted(families))}."
            )
        columns, params = case.get("columns"), case.get("params") or {}
        if not isinstance(columns, dict) or not all(isinstance(cells, list) for cells in columns.values()):
            raise AnalysisError("unknown_parameter", "columns must be an object of lists.")
        if not isinstance(params, dict):
            raise AnalysisError("unknown_parameter", "params must be an object.")
        with np.errstate(all="ignore"):  # what comes to no number is null, and needs no warning beside it
            answer["result"] = families[family](columns, params)
    except AnalysisError as error:
        message = str(error)
        message = message if len(message) <= LONGEST else message[: LONGEST - 1] + "…"
        answer["error"] = {"code": error.code, "message": message}
    return answer
