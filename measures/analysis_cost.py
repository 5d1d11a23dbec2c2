"""What analysing a case costs, before it is analysed: most kinds grow with their values, some faster. Pure.

Measured by ``benchmarks/analyses.py``: charts, funnels, pooling and nested levels take a second or so for
100,000 values. Models whose formula stands for many columns, studies left out one by one, units that cross,
and slopes of many kinds grow with the square of something and more; what that adds is counted as values here,
so that one limit holds for all.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

MOST = 50_000  # values at a time: some two seconds of processor at the worst
LONGEST = 5_000  # signs of a formula
_NAME = re.compile(r"[^\W\d][\w.]*")
_BAR = re.compile(r"\(([^()|]*(?:\([^()]*\)[^()|]*)*)\|\|?([^()]*)\)")
Columns = Mapping[str, Any]


def weight(case: Any) -> int:
    """Return what a case costs, in values."""
    count = values_in(case)
    if not isinstance(case, dict) or case.get("family") not in ("meta", "multilevel"):
        return count
    params, columns = case.get("params"), case.get("columns")
    if not isinstance(params, dict) or not isinstance(columns, dict):
        return count
    lists = {name: cells for name, cells in columns.items() if isinstance(cells, list)}
    rows = max(map(len, lists.values()), default=0)
    told = params.get("mods") if case["family"] == "meta" else params.get("formula")
    if isinstance(told, str) and len(told) > LONGEST:
        return count + MOST
    steps = _formula_steps(told, lists, rows) if isinstance(told, str) else 0
    if params.get("leave1out"):
        steps += rows * rows
    if params.get("regtest"):
        steps += rows * rows // 1000  # every pair is compared
    return count + steps // 4


def values_in(node: Any) -> int:
    """Return how many values a case holds, however deep they lie."""
    count, waiting = 0, [node]
    while waiting:
        each = waiting.pop()
        count += 1
        if isinstance(each, dict):
            waiting += [*each.values()]
        elif isinstance(each, list):
            waiting += each
    return count


def _formula_steps(formula: str, columns: Columns, rows: int) -> int:
    bars = _BAR.findall(formula)
    slopes = [_width(inner, columns) for inner, _groups in bars]
    fixed = _width(_BAR.sub("", formula.partition("~")[2] or formula), columns)
    steps = rows * (fixed if fixed > 1 else 0) + sum(20 * each**4 for each in slopes if each > 1)
    groups = [name for _inner, around in bars for name in _named(around, columns)]
    crossing = {
        name for pair in combinations(dict.fromkeys(groups), 2) if _cross(pair, columns) for name in pair
    }
    return steps + sum(_kinds(columns[name]) for name in crossing) ** 2


def _named(text: str, columns: Columns) -> list[str]:
    return [name for name in dict.fromkeys(_NAME.findall(text)) if name in columns]


def _width(text: str, columns: Columns) -> int:
    """Return how many columns a part of a formula stands for, at most; a column of numbers is one."""
    is_factor = "factor" in text
    sizes = [_kinds(columns[name], is_factor=is_factor) for name in _named(text, columns)]
    if not any(sign in text for sign in ("*", ":", "^", "/", "%in%")):
        return 1 + sum(sizes)
    width = 1
    for size in sizes:
        width = min(width * (size + 1), 10**6)
    return width


def _kinds(cells: Sequence[Any], *, is_factor: bool = True) -> int:
    """Return how many kinds a column holds; one for a column of numbers, unless they are taken as kinds."""
    if is_factor or any(isinstance(cell, str | bool) for cell in cells):
        return len({str(cell) for cell in cells})
    return 1


def _cross(pair: tuple[str, str], columns: Columns) -> bool:
    """Say whether neither column's kinds each lie in one of the other's."""
    first, second = (list(map(str, columns[name])) for name in pair)
    together = len(set(zip(first, second, strict=False)))
    return together > len(set(first)) and together > len(set(second))
