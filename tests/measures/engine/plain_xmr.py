"""The NHS flags of an XmR chart written out point by point, apart from the engine's own code."""

from itertools import pairwise
from typing import Any

from tests.measures.engine.plain import Columns, Number, Params, mean, ranges, there


def groups_of(columns: Columns, params: Params) -> list[tuple[Any, list[list[tuple[str, Number]]]]]:
    """Return, by facet, the stretches between rebasings: pairs of date and value."""
    facets = columns[params["facet"]] if "facet" in params else [None] * len(columns["date"])
    found = []
    for facet in sorted(set(facets)):
        rows = sorted(
            (day, value)
            for day, value, at in zip(columns["date"], columns["value"], facets, strict=True)
            if at == facet
        )
        rebase = params.get("rebase") or []
        days = rebase.get(facet, []) if isinstance(rebase, dict) else rebase
        stretches: list[list[tuple[str, Number]]] = [[]]
        for day, value in rows:
            if day in days:
                stretches.append([])
            stretches[-1].append((day, value))
        found.append((facet, stretches))
    return found


def limits_of(values: list[Number], params: Params) -> tuple[Number, Number, Number]:
    """Return the mean, and how far the limits and the lines close to them lie from it."""
    used = values[: params.get("fix_after_n_points") or len(values)]
    centre, found = mean(there(used)), ranges(used)
    average = mean(found)
    if average is not None and params.get("screen_outliers", True):
        average = mean([each for each in found if each < 3.267 * average])
    if centre is None or average is None:
        return centre, None, None
    return centre, 2.66 * average, 2.66 * average * 2 / 3


def trend(values: list[Number]) -> list[int]:
    """Return 1 for points in a rise of 7, −1 in a fall, 0 else; who is in both goes by the README's rule."""
    steps = [0 if a is None or b is None else (b > a) - (b < a) for a, b in pairwise(values)]
    rises: set[int] = set()
    falls: set[int] = set()
    for start in range(len(values) - 6):
        for way, members in ((1, rises), (-1, falls)):
            if steps[start : start + 6] == [way] * 6:
                members |= set(range(start, start + 7))
    found = [1 if at in rises else -1 if at in falls else 0 for at in range(len(values))]
    for at in rises & falls:
        is_next_in = at + 1 in rises | falls
        found[at] = steps[at] if is_next_in else steps[at - 1]
    return found


def flags(values: list[Number], centre: Number, half: Number, near: Number) -> list[tuple[str, int]]:
    """Return the rule that each point meets first, and on which side."""
    sides = [
        0 if value is None or centre is None else (value > centre) - (value < centre) for value in values
    ]

    def is_beyond(value: Number, distance: Number) -> bool:
        if value is None or centre is None or distance is None:
            return False
        return value > centre + distance or value < centre - distance

    outside = [is_beyond(value, half) for value in values]
    close = [is_beyond(value, near) and not out for value, out in zip(values, outside, strict=True)]
    windows = [range(start, start + 3) for start in range(len(values) - 2)]
    twos = {
        at
        for window in windows
        if abs(sum(sides[at] for at in window)) == 3 and sum(close[at] for at in window) >= 2
        for at in window
    }
    shifts = {
        at
        for start in range(len(values) - 6)
        if abs(sum(sides[start : start + 7])) == 7
        for at in range(start, start + 7)
    }
    told = []
    for at, way in enumerate(trend(values)):
        if outside[at]:
            told.append(("Above UCL" if sides[at] > 0 else "Below LCL", sides[at]))
        elif way:
            told.append((f"7 Point Trend ({'In' if way > 0 else 'De'}creasing)", way))
        elif close[at] and at in twos:
            told.append((f"2 in 3 {'Above' if sides[at] > 0 else 'Below'} CL", sides[at]))
        elif at in shifts:
            told.append((f"7 Points {'Above' if sides[at] > 0 else 'Below'} CL", sides[at]))
        else:
            told.append(("Common Cause", 0))
    return told


def kind(side: int, direction: str) -> str:
    if not side:
        return "common_cause"
    if direction == "neutral":
        return "special_cause_neutral_" + ("high" if side > 0 else "low")
    better = side > 0 if direction == "increase" else side < 0
    return "special_cause_improvement" if better else "special_cause_concern"


def icon(side: int, direction: str) -> str:
    if not side:
        return "common_cause"
    word = "neutral" if direction == "neutral" else kind(side, direction).removeprefix("special_cause_")
    return f"{word}_{'high' if side > 0 else 'low'}"


def assurance(target: Number, low: Number, high: Number, direction: str) -> str | None:
    if target is None or direction == "neutral":
        return None
    if high is not None and target > high:
        return "consistent_fail" if direction == "increase" else "consistent_pass"
    if low is not None and target < low:
        return "consistent_pass" if direction == "increase" else "consistent_fail"
    return "inconsistent"


def dots(columns: Columns, params: Params) -> dict[str, Any]:
    """Return ``summary`` and ``points`` as the contract names them."""
    direction = params.get("improvement_direction", "increase")
    summary: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    for facet, stretches in groups_of(columns, params):
        groups: list[dict[str, Any]] = []
        begun = 0 if stretches[0] else 1
        for number, stretch in enumerate(stretches[begun:], begun):
            values = [value for _, value in stretch]
            centre, half, near = limits_of(values, params)
            low = None if centre is None or half is None else centre - half
            high = None if centre is None or half is None else centre + half
            told = flags(values, centre, half, near)
            group = {"rebase_group": number, "mean": centre, "lpl": low, "upl": high}
            for at, ((day, value), (rule, side)) in enumerate(zip(stretch, told, strict=True)):
                is_used = at < (params.get("fix_after_n_points") or len(values))
                rows.append(
                    ({} if facet is None else {"facet": facet}) | group
                    | {
                        "date": day, "value": value, "special_cause_type": rule,
                        "point_type": kind(side, direction), "special_cause_flag": side != 0,
                        "used_for_limits": is_used and value is not None,
                    }
                )  # fmt: skip
            groups.append(
                group | {
                    "n": len(values), "short_group_warning": len(values) < 13,
                    "special_cause_points": sum(side != 0 for _, side in told),
                }
            )  # fmt: skip
        target = params.get("target")
        if isinstance(target, dict):
            target = target.get(facet)
        sure = assurance(target, low, high, direction)
        summary.append(
            ({} if facet is None else {"facet": facet})
            | {
                "variation_icon": icon(side, direction), "assurance_type": sure, "groups": groups,
                "assurance_icon": None if sure is None else sure.removeprefix("consistent_"),
                "latest_point_type": kind(side, direction),
            }
        )  # fmt: skip
    return {"summary": summary, "points": {name: [row[name] for row in rows] for name in rows[0]}}
