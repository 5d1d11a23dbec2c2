"""The family ``nhs_xmr``: XmR charts with the NHS flags, variation and assurance icons. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from measures.engine.families.parameters import (
    Columns,
    Params,
    Result,
    flag,
    known,
    listed,
    number,
    plain,
    plain_number,
)
from measures.engine.points import Grid, Rows, is_day, lay_out, positions, read_rows
from measures.engine.problems import AnalysisError, is_number
from measures.engine.xmr import COMMON, SHORT, SPECIAL, Dots, plot_the_dots

XMR = {
    "improvement_direction", "screen_outliers", "rebase", "fix_after_n_points", "target", "facet", "date",
    "value",
}  # fmt: skip
DIRECTIONS = ("increase", "decrease", "neutral")


def nhs_xmr(columns: Columns, params: Params) -> Result:
    """Return XmR charts with the NHS flags and icons: the contract's family ``nhs_xmr``."""
    known(params, XMR)
    direction = params.get("improvement_direction", "increase")
    if direction not in DIRECTIONS:
        raise AnalysisError(
            "unknown_parameter", f"improvement_direction is {direction!r}; it can be {', '.join(DIRECTIONS)}."
        )
    facet_name = params.get("facet")
    rows = read_rows(
        columns, x=params.get("date", "date"), y=params.get("value", "value"),
        facets=[facet_name] if facet_name else [],
    )  # fmt: skip
    _refuse_bad_dates(rows, params.get("date", "date"))
    facets = [facet[0] if facet else None for facet in rows.facets]
    group = _rebased(rows, facets, params.get("rebase"))
    grid = lay_out(replace(rows, part=group + 1))
    if (~np.isnan(grid.y)).sum(axis=1).max() < 2:
        raise AnalysisError("too_few_points", "Limits come from moving ranges: give two values or more.")
    fix = params.get("fix_after_n_points")
    fix = None if fix is None else positions([fix], "fix_after_n_points", 10**9)[0]
    dots = plot_the_dots(grid.y, fix_after=fix, screened=flag(params, "screen_outliers", True))
    targets = _targets(params.get("target"), facets)
    return {
        "summary": _summaries(grid, dots, facets, targets, direction, bool(facet_name)),
        "points": _dots_told(rows, grid, dots, facets, direction, bool(facet_name)),
    }


def _refuse_bad_dates(rows: Rows, name: str) -> None:
    strange = next((x for x in rows.x if isinstance(x, str) and not is_day(x)), None)
    if strange is not None:
        raise AnalysisError(
            "unknown_parameter", f"“{name}” holds “{strange[:40]}”, which is no date; write it as 2024-09-30."
        )
    if (rows.rows > 1).any():
        at = int((rows.rows > 1).argmax())
        raise AnalysisError(
            "dates_not_unique", f"“{name}” holds {rows.x[at]} more than once: give one value a date."
        )


def _rebased(rows: Rows, facets: Sequence[Any], rebase: Any) -> Any:
    """Return the group of each point, from 0: a new one begins at each rebase date that the data hold."""
    given = rebase if isinstance(rebase, dict) else {str(facet): rebase for facet in facets}
    _refuse_strange_facets(given, facets, "rebase")
    days = {str(name): listed({"rebase": each}, "rebase") for name, each in given.items()}
    for each in [day for held in days.values() for day in held]:
        if not is_day(each) and not is_number(each):
            raise AnalysisError("unknown_parameter", f"rebase holds {each!r}; give days as 2024-09-30.")
    starts = np.array(
        [x in days.get(str(facets[facet]), []) for x, facet in zip(rows.x, rows.facet, strict=True)]
    )
    total = np.cumsum(starts)
    opening = np.flatnonzero(rows.index == 1)
    before = (total - starts)[opening]
    return total - np.repeat(before, np.diff(np.r_[opening, rows.index.size]))


def _refuse_strange_facets(given: Mapping[str, Any], facets: Sequence[Any], name: str) -> None:
    known_ones = {str(facet) for facet in facets}
    strange = sorted(str(each) for each in given if str(each) not in known_ones)
    if strange:
        raise AnalysisError("unknown_parameter", f"{name} names “{strange[0]}”, which is no facet here.")


def _targets(target: Any, facets: Sequence[Any]) -> dict[Any, float | None]:
    if isinstance(target, dict):
        _refuse_strange_facets(target, facets, "target")
        return {facet: number({"target": target.get(str(facet))}, "target") for facet in facets}
    return dict.fromkeys(facets, number({"target": target}, "target"))


def _rule(number_of: int, is_high: bool) -> str:
    return COMMON if not number_of else list(SPECIAL.values())[number_of - 1][0 if is_high else 1]


def _kind(number_of: int, is_high: bool, direction: str) -> str:
    if not number_of:
        return "common_cause"
    if direction == "neutral":
        return "special_cause_neutral_high" if is_high else "special_cause_neutral_low"
    return "special_cause_improvement" if is_high is (direction == "increase") else "special_cause_concern"


def _icon(number_of: int, is_high: bool, direction: str) -> str:
    kind = _kind(number_of, is_high, direction).removeprefix("special_cause_").split("_")[0]
    return "common_cause" if not number_of else f"{kind}_{'high' if is_high else 'low'}"


def _assurance(target: float | None, low: float, high: float, direction: str) -> str | None:
    if target is None or direction == "neutral":
        return None
    if not (target > high or target < low):  # within the limits, or there are none
        return "inconsistent"
    return "consistent_fail" if (target > high) is (direction == "increase") else "consistent_pass"


def _summaries(
    grid: Grid,
    dots: Dots,
    facets: Sequence[Any],
    targets: Mapping[Any, float | None],
    direction: str,
    named: bool,
) -> list[Result]:
    told = []
    for at, facet in enumerate(facets):
        groups = np.flatnonzero(grid.facet == at)
        last = groups[-1], int(grid.there[groups[-1]].sum()) - 1
        special, is_high = int(dots.special[last]), bool(dots.is_high[last])
        low, high = float(dots.lower[last[0]]), float(dots.upper[last[0]])
        assurance = _assurance(targets[facet], low, high, direction)
        told.append(
            ({"facet": facet} if named else {})
            | {
                "variation_icon": _icon(special, is_high, direction),
                "assurance_icon": assurance and assurance.removeprefix("consistent_"),
                "assurance_type": assurance,
                "latest_point_type": _kind(special, is_high, direction),
                "groups": [_group(grid, dots, int(row)) for row in groups],
            }
        )
    return told


def _group(grid: Grid, dots: Dots, row: int) -> Result:
    count = int(grid.there[row].sum())
    return {
        "rebase_group": int(grid.part[row]) - 1,
        "n": count,
        "mean": plain_number(dots.mean[row]),
        "lpl": plain_number(dots.lower[row]),
        "upl": plain_number(dots.upper[row]),
        "short_group_warning": count < SHORT,
        "special_cause_points": int((dots.special[row] > 0).sum()),
    }


def _dots_told(
    rows: Rows, grid: Grid, dots: Dots, facets: Sequence[Any], direction: str, named: bool
) -> Result:
    at, group = grid.at, grid.at[0]
    marks = [(int(n), bool(high)) for n, high in zip(dots.special[at], dots.is_high[at], strict=True)]
    there = ~np.isnan(grid.y[at])
    has_limits = there & ~np.isnan(dots.upper[group])

    def where(flags: Any, said: Any = has_limits) -> list[Any]:
        return [each if is_said else None for each, is_said in zip(flags.tolist(), said, strict=True)]

    points: Result = {"facet": [facets[each] for each in rows.facet]} if named else {}
    return points | {
        "date": rows.x,
        "value": plain(grid.y[at]),
        "rebase_group": plain(grid.part[group] - 1),
        "used_for_limits": plain(dots.used[at]),
        "mean": plain(dots.mean[group]),
        "lpl": plain(dots.lower[group]),
        "upl": plain(dots.upper[group]),
        "outside_limits": where(dots.outside[at]),
        "relative_to_mean": where(dots.side[at], there),
        "close_to_limits": where(dots.close[at]),
        "special_cause_type": [_rule(*mark) for mark in marks],
        "special_cause_flag": [number_of > 0 for number_of, _high in marks],
        "point_type": [_kind(*mark, direction) for mark in marks],
    }
