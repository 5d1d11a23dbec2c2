"""qcc's charts and its rules for runs written out row by row, apart from the engine's own code."""

import math
from itertools import pairwise
from typing import Any

from tests.measures.engine.plain import Columns, Params, c4, deviation, mean, total

D2 = {2: 1.128, 3: 1.693, 4: 2.059, 5: 2.326, 6: 2.534, 12: 3.258}
D3 = {2: 0.8525033, 3: 0.8883697, 4: 0.8798108, 5: 0.8640855, 6: 0.8480442, 12: 0.7784873}
Row = tuple[float, float, float, float, float, float]  # statistic, centre, spread, sigma, lowest, highest


def rows_of(columns: Columns, params: Params) -> list[Row]:
    """Return each row's statistic, centre, standard deviation, one sigma, and the bounds of its limits."""
    kind = params["chart"]
    if kind in {"xbar", "R", "S"}:
        return _subgroups([list(row) for row in zip(*columns.values(), strict=True)], params)
    ys = columns["y"]
    first = (params.get("phase2_from_row") or len(ys) + 1) - 1
    ns = columns.get("n", [1] * len(ys))
    if kind == "xbar.one":
        if params.get("std_dev") == "SD":
            sd = (deviation(ys[:first]) or 0) / _c4(first)
        else:
            sd = (mean([abs(b - a) for a, b in pairwise(ys[:first])]) or 0) / 1.128
        return [(y, mean(ys[:first]) or 0, sd, sd, -math.inf, math.inf) for y in ys]
    share = sum(ys[:first]) / sum(ns[:first])
    if kind == "c":
        centre = mean(ys[:first]) or 0
        return [(y, centre, math.sqrt(centre), math.sqrt(centre), 0, math.inf) for y in ys]
    if kind == "u":
        return [
            (y / n, share, math.sqrt(share), math.sqrt(share / n), 0, math.inf)
            for y, n in zip(ys, ns, strict=True)
        ]
    if kind == "p":
        sds = [math.sqrt(share * (1 - share) / n) for n in ns]
        return [(y / n, share, sd, sd, 0, 1) for y, n, sd in zip(ys, ns, sds, strict=True)]
    sds = [math.sqrt(n * share * (1 - share)) for n in ns]
    return [(y, n * share, sd, sd, 0, n) for y, n, sd in zip(ys, ns, sds, strict=True)]


def _c4(n: int) -> float:
    return math.exp(math.lgamma(n / 2) - math.lgamma((n - 1) / 2)) * math.sqrt(2 / (n - 1))


def _subgroups(table: list[list[float | None]], params: Params) -> list[Row]:
    kind, wide = params["chart"], len(table[0])
    held = [[value for value in row if value is not None] for row in table]
    first = (params.get("phase2_from_row") or len(table) + 1) - 1
    by_sd = kind == "S" or (kind == "xbar" and wide > 10)
    method = params.get("std_dev") or ("UWAVE-SD" if by_sd else "UWAVE-R")
    if method == "UWAVE-SD":
        found = [(deviation(row) or 0) / c4(len(row)) for row in held[:first]]
    else:
        found = [(max(row) - min(row)) / D2[len(row)] for row in held[:first]]
    sd = sum(found) / len(found)
    statistics = [
        {"xbar": mean(row), "R": max(row) - min(row), "S": deviation(row)}[kind] or 0.0 for row in held
    ]
    weights = [len(row) for row in held[:first]]
    centre = total([s * w for s, w in zip(statistics, weights, strict=False)]) / sum(weights)
    made = []
    for statistic, row in zip(statistics, held, strict=True):
        n = len(row)
        sigma = {"xbar": sd / math.sqrt(n), "R": sd * D3[n], "S": sd * math.sqrt(1 - c4(n) ** 2)}[kind]
        made.append((statistic, centre, sd, sigma, -math.inf if kind == "xbar" else 0, math.inf))
    return made


def limits(row: Row, sigmas: float) -> tuple[float, float]:
    _, centre, _, sigma, lowest, highest = row
    return max(centre - sigmas * sigma, lowest), min(centre + sigmas * sigma, highest)


def rules(rows: list[Row], nsigmas: float) -> dict[str, dict[str, list[int]]]:
    """Return the rows at which each rule is fulfilled, from 1."""
    ys = [row[0] for row in rows]
    side = [(row[0] > row[1]) - (row[0] < row[1]) for row in rows]

    def far(at: int, sigmas: float, by: int) -> int:
        """Return on which side of the limits of row *by* the value of row *at* lies; 0 when within."""
        low, high = limits(rows[by], sigmas * nsigmas / 3)
        return (ys[at] > high) - (ys[at] < low)

    def listed(length: int, is_met: Any) -> list[int]:
        return [at + 1 for at in range(length - 1, len(ys)) if is_met(range(at - length + 1, at + 1), at)]

    def several(sigmas: float, needed: int) -> Any:
        return lambda window, at: (
            far(at, sigmas, at) != 0
            and (sum(far(each, sigmas, at) == far(at, sigmas, at) for each in window) >= needed)
        )

    def same_side(window: Any, at: int) -> bool:
        return bool(abs(sum(side[each] for each in window)) == len(window))

    def steady(window: Any, at: int) -> bool:
        steps = [ys[b] - ys[b - 1] for b in list(window)[1:]]
        return all(step > 0 for step in steps) or all(step < 0 for step in steps)

    def alternating(window: Any, at: int) -> bool:
        steps = [ys[b] - ys[b - 1] for b in list(window)[1:]]
        return all(a * b < 0 for a, b in pairwise(steps))

    def both_far(window: Any, at: int) -> bool:
        return {far(each, 1, each) for each in window} == {1, -1}

    beyond = listed(1, lambda window, at: far(at, 3, at) != 0)
    two, four = listed(3, several(2, 2)), listed(5, several(1, 4))
    return {
        "western_electric": {
            "beyond_3_sigma": beyond, "two_of_three_beyond_2_sigma": two, "four_of_five_beyond_1_sigma": four,
            "eight_one_side": listed(8, same_side),
        },
        "nelson": {
            "rule_1": beyond, "rule_2": listed(9, same_side), "rule_3": listed(6, steady),
            "rule_4": listed(14, alternating), "rule_5": two, "rule_6": four,
            "rule_7": listed(15, lambda window, at: not any(far(each, 1, each) for each in window)),
            "rule_8": listed(8, both_far),
        },
    }  # fmt: skip


def chart(columns: Columns, params: Params) -> dict[str, Any]:
    """Return a chart as the contract names its parts."""
    rows = rows_of(columns, params)
    found = [limits(row, params.get("nsigmas", 3)) for row in rows]
    return {
        "statistics": [row[0] for row in rows], "lcl": [low for low, _ in found],
        "ucl": [high for _, high in found],
    } | rules(rows, params.get("nsigmas", 3))  # fmt: skip
