"""The family ``shewhart_qcc``: np, R, S, pooled-range and count charts with rules for runs. Pure."""

from collections.abc import Sequence

import numpy as np

from measures.engine.families.parameters import Columns, Params, Result, known, number, plain, plain_number
from measures.engine.points import positions
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
    low, high = chart.limits(float(number(params, "nsigmas", 3)))
    told = {"statistics": plain(chart.statistics), "lcl": plain(low), "ucl": plain(high)}
    same = bool((sizes == sizes[0]).all())
    told["center"] = (
        plain(chart.centre[:first]) if kind == "np" and not same else plain_number(chart.centre[0])
    )
    varies = kind in {"p", "np"} and not same
    told["std_dev"] = plain(chart.spread[:first]) if varies else plain_number(chart.spread[0])
    return told | rule_flags(chart)


def _subgroup_columns(columns: Columns, kind: str) -> tuple[Floats, Floats]:
    """Return one value a row with its size, or the rows of values of subgroups."""
    if kind in {"xbar", "R", "S"}:
        names_of = list(columns)
        table = np.column_stack([numbers(columns[name], name) for name in names_of]) if names_of else None
        if table is None or table.shape[1] < 2 or not len(table):
            raise AnalysisError("too_few_points", "Subgroups need two columns of values or more, and a row.")
        _refuse_missing(table, names_of)
        return table, np.full(len(table), float(table.shape[1]))
    values = numbers(column(columns, "y"), "y")
    if not values.size:
        raise AnalysisError("too_few_points", "There is no row.")
    sizes = numbers(column(columns, "n"), "n") if kind in VARYING else np.ones(values.size)
    if len(sizes) != len(values):
        raise AnalysisError("unknown_parameter", f"y holds {len(values)} rows and n {len(sizes)}.")
    _refuse_missing(np.column_stack([values, sizes]), ["y", "n"])
    if kind != "xbar.one":
        refuse_negative(values, "y")
    if (sizes <= 0).any():
        row = int((sizes <= 0).argmax())
        raise AnalysisError(
            "zero_denominator", f"Row {row + 1} of “n” is {sizes[row]:g}: a denominator must be more than 0."
        )
    refuse_bad_base(values, sizes, "n", is_share=kind in {"p", "np"})
    return values, sizes


def _refuse_missing(table: Floats, names_of: Sequence[str]) -> None:
    missing = np.isnan(table)
    if missing.any():
        row, at = (int(each[0]) for each in np.nonzero(missing))
        raise AnalysisError(
            "not_finite", f"Row {row + 1} of “{names_of[at]}” is empty: this chart needs every value."
        )
