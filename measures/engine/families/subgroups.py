"""The family ``shewhart_qcc``: np, R, S, pooled-range and count charts with rules for runs. Pure."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from measures.engine.families.parameters import Columns, Params, Result, known, number, plain, plain_number
from measures.engine.points import positions, refuse_uneven
from measures.engine.problems import AnalysisError, Floats, column, numbers, refuse_bad_base, refuse_negative
from measures.engine.subgroups import SUBGROUPS, Phase, rule_flags, subgroup_chart

QCC = {"chart", "nsigmas", "std_dev", "phase2_from_row"}
METHODS = {"xbar.one": {"MR", "SD"}, "xbar": {"UWAVE-R", "UWAVE-SD"}, "R": {"UWAVE-R"}, "S": {"UWAVE-SD"}}
VARYING = {"np", "p", "u"}


def shewhart_qcc(columns: Columns, params: Params) -> Result:
    """Return np, R, S, pooled-range and count charts: the contract's family ``shewhart_qcc``."""
    known(params, QCC)
    kind, method = params.get("chart"), params.get("std_dev")
    if not isinstance(kind, str) or kind not in SUBGROUPS:
        raise AnalysisError("unknown_parameter", f"chart is {kind!r}; it can be {', '.join(SUBGROUPS)}.")
    if method is not None and (not isinstance(method, str) or method not in METHODS.get(kind, set())):
        raise AnalysisError("unknown_parameter", f"std_dev is {method!r}; a {kind} chart does not know it.")
    values, sizes = _subgroup_columns(columns, kind)
    start = params.get("phase2_from_row")
    first = len(values) if start is None else positions([start], "phase2_from_row", len(values))[0] - 1
    if first < 1:
        raise AnalysisError("too_few_points", "No row is left for phase one, which the limits come from.")
    chart = subgroup_chart(kind, Phase(values, sizes, first, method))
    sigmas = float(number(params, "nsigmas", 3))
    if sigmas <= 0:
        raise AnalysisError("unknown_parameter", f"nsigmas is {sigmas:g}; give a number above 0.")
    low, high = chart.limits(sigmas)
    told = {
        "statistics": plain(chart.statistics),
        "center": _one_or_all(chart.centre[:first]),
        "std_dev": _one_or_all(chart.spread[:first]),
        "lcl": plain(low),
        "ucl": plain(high),
    }
    return told | rule_flags(chart, sigmas)


def _one_or_all(values: Floats) -> Any:
    """Return phase one's values, as one number where they are all the same."""
    return plain_number(values[0]) if (values == values[0]).all() else plain(values)


def _subgroup_columns(columns: Columns, kind: str) -> tuple[Floats, Floats]:
    """Return one value a row with its size, or the rows of values of subgroups."""
    if kind in {"xbar", "R", "S"}:
        refuse_uneven(columns)
        table = np.column_stack([numbers(columns[name], name) for name in columns]) if columns else None
        if table is None or table.shape[1] < 2 or not len(table):
            raise AnalysisError("too_few_points", "Subgroups need two columns of values or more, and a row.")
        held = (~np.isnan(table)).sum(axis=1)
        if (held < 2).any():
            row = int((held < 2).argmax()) + 1
            raise AnalysisError(
                "too_few_points", f"Row {row} holds {held[row - 1]} values: a subgroup needs two or more."
            )
        return table, held.astype(np.float64)
    values = numbers(column(columns, "y"), "y")
    if not values.size:
        raise AnalysisError("too_few_points", "There is no row.")
    refuse_uneven(columns)
    sizes = numbers(column(columns, "n"), "n") if kind in VARYING else np.ones(values.size)
    _refuse_missing(np.column_stack([values, sizes]), ["y", "n"])
    if kind != "xbar.one":
        refuse_negative(values, "y")
    refuse_negative(sizes, "n")
    if (sizes == 0).any():
        row = int((sizes == 0).argmax()) + 1
        raise AnalysisError("zero_denominator", f"Row {row} of “n” is 0: a denominator must be more than 0.")
    refuse_bad_base(values, sizes, "n", is_share=kind in {"p", "np"})
    return values, sizes


def _refuse_missing(table: Floats, names_of: Sequence[str]) -> None:
    missing = np.isnan(table)
    if missing.any():
        row, at = (int(each[0]) for each in np.nonzero(missing))
        raise AnalysisError(
            "not_finite", f"Row {row + 1} of “{names_of[at]}” is empty: this chart needs every number."
        )
