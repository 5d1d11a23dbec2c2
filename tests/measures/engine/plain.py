"""The rules of charts written out point by point, apart from the engine's own code, to hold it against.

Nothing here is quick or shared with the engine: exact fractions for means, a loop for every rule.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import pairwise
from statistics import median
from typing import Any

Number = float | None
Params = dict[str, Any]
Columns = dict[str, list[Any]]
Limits = tuple[Number, Number, Number, Number]
NAMES_OF_RUN = {"facet1", "x", "index", "part", "y", "include", "baseline", "cl"}


@dataclass
class Point:
    """One point of a chart, with what its rows held."""

    x: Any
    index: int
    values: list[float]
    y: Number
    n: Number
    part: int = 1
    feeds: bool = True
    is_in: bool = True


def total(values: list[float]) -> float:
    return float(sum(Fraction(value) for value in values))


def mean(values: list[float]) -> Number:
    return float(sum(Fraction(value) for value in values) / len(values)) if values else None


def deviation(values: list[float]) -> Number:
    if len(values) < 2:
        return None
    middle = sum(Fraction(value) for value in values) / len(values)
    return math.sqrt(sum((Fraction(value) - middle) ** 2 for value in values) / (len(values) - 1))


def there(values: list[Number]) -> list[float]:
    return [value for value in values if value is not None]


# ---------------------------------------------------------------- points


def facets_of(columns: Columns, params: Params) -> dict[tuple[Any, ...], list[int]]:
    found: dict[tuple[Any, ...], list[int]] = {}
    for row, x in enumerate(columns["x"]):
        if x is not None:
            key = tuple(columns[name][row] for name in params.get("facets", []))
            found.setdefault(key, []).append(row)
    return {key: found[key] for key in sorted(found)}


def points_of(columns: Columns, rows: list[int], params: Params, kind: str) -> list[Point]:
    made = []
    for index, x in enumerate(sorted({columns["x"][row] for row in rows}), 1):
        held = [row for row in rows if columns["x"][row] == x]
        ys = [columns["y"][row] for row in held]
        if "n" in params and kind not in {"c", "xbar", "s"}:
            both = [
                (y, columns["n"][row])
                for y, row in zip(ys, held, strict=True)
                if None not in (y, columns["n"][row])
            ]
            top, base = (total(side) for side in _sides(both))
            made.append(Point(x, index, [float(y) for y, _ in both], top / base if base else None, base))
            continue
        values = there(ys)
        how = {"c": "sum", "xbar": "mean", "s": "mean"}.get(kind) or params.get("agg_fun", "mean")
        made.append(Point(x, index, values, aggregate(values, how, kind), float(len(values))))
    phase(made, columns, rows, params)
    for point in made:
        point.is_in = point.index not in params.get("exclude", [])
        frozen = params.get("freeze") if not params.get("part") else None
        point.feeds = point.is_in and (frozen is None or point.index <= frozen)
    return made


def _sides(pairs: list[tuple[float, float]]) -> tuple[list[float], list[float]]:
    return [y for y, _ in pairs], [n for _, n in pairs]


def aggregate(values: list[float], how: str, kind: str) -> Number:
    if how == "sum":
        return total(values) if values or kind not in {"c", "t"} else None
    if how == "mean":
        return mean(values)
    return float(median(values)) if values else None


def phase(made: list[Point], columns: Columns, rows: list[int], params: Params) -> None:
    part = params.get("part") or []
    if part and isinstance(part[0], str):
        labels = [columns[part[0]][next(r for r in rows if columns["x"][r] == point.x)] for point in made]
        for at in range(1, len(made)):
            made[at].part = made[at - 1].part + (labels[at] != labels[at - 1])
        return
    for point in made:
        point.part = 1 + sum(end < point.index for end in set(part))


# ---------------------------------------------------------------- lines


@dataclass
class Drawn:
    """What a phase shows: values, centre, and for each point its limits at 3 and at 2 sigma.

    ``judged`` are the values and the centre that tell a run.
    """

    ys: list[Number]
    centre: Number
    limits: list[Limits]
    judged: tuple[list[Number], Number] | None = None


def ranges(values: list[Number]) -> list[float]:
    return [abs(b - a) for a, b in pairwise(values) if a is not None and b is not None]


def fed(ys: list[Number], points: list[Point]) -> list[Number]:
    return [y for y, point in zip(ys, points, strict=True) if point.feeds]


def screened(found: list[float], params: Params, factor: float = 3.267) -> Number:
    average = mean(found)
    if average is not None and params.get("screened_mr", True):
        average = mean([each for each in found if each < factor * average])
    return average


def over(value: Number, by: float) -> Number:
    return None if value is None else value / by


def root(value: Number) -> Number:
    return None if value is None else math.sqrt(value)


def c4(n: float) -> float:
    return math.sqrt(2 / (n - 1)) * math.gamma(n / 2) / math.gamma((n - 1) / 2)


def around(centre: Number, sigma: Number, lowest: float = -math.inf, highest: float = math.inf) -> Limits:
    if centre is None or sigma is None:
        return None, None, None, None
    return (
        max(centre - 3 * sigma, lowest), min(centre + 3 * sigma, highest),
        max(centre - 2 * sigma, lowest), min(centre + 2 * sigma, highest),
    )  # fmt: skip


def middle(values: list[float]) -> Number:
    return float(median(values)) if values else None


def weighted(points: list[Point]) -> Number:
    used = [(p.y, p.n) for p in points if p.feeds and p.y is not None and p.n]
    return total([y * n for y, n in used]) / total([n for _, n in used]) if used else None


def pooled(points: list[Point]) -> Number:
    used = [p for p in points if p.feeds and p.n]
    counts = [total(point.values) for point in used]
    return total(counts) / total([point.n or 0 for point in used]) if used else None


def within(points: list[Point]) -> Number:
    """Return S: the mean SD of subgroups of one size, else the pooled one."""
    known = [(len(p.values), sd) for p in points if p.feeds and (sd := deviation(p.values)) is not None]
    if not known:
        return None
    if len(known) == 1 or len({len(point.values) for point in points if point.values}) == 1:
        return mean([sd for _, sd in known])
    return math.sqrt(sum((n - 1) * sd**2 for n, sd in known) / sum(n - 1 for n, _ in known))


def run_lines(points: list[Point], given: Number, params: Params) -> Drawn:
    ys = [point.y for point in points]
    centre = given if given is not None else middle(there(fed(ys, points)))
    return Drawn(ys, centre, [around(None, None)] * len(points))


def i_lines(points: list[Point], given: Number, params: Params) -> Drawn:
    return individuals([point.y for point in points], points, given, params)


def individuals(ys: list[Number], points: list[Point], given: Number, params: Params) -> Drawn:
    centre = given if given is not None else mean(there(fed(ys, points)))
    sigma = over(screened(ranges(fed(ys, points)), params), 1.128)
    return Drawn(ys, centre, [around(centre, sigma)] * len(points))


def mr_lines(points: list[Point], given: Number, params: Params) -> Drawn:
    pairs = pairwise([point.y for point in points])
    ys: list[Number] = [None, *(None if a is None or b is None else abs(b - a) for a, b in pairs)]
    centre = given if given is not None else mean(there(fed(ys, points)))
    top = None if centre is None else 3.267 * centre
    return Drawn(ys, centre, [(0.0, top, 0.0, None if top is None else top * 2 / 3)] * len(points))


def g_lines(points: list[Point], given: Number, params: Params) -> Drawn:
    ys = [point.y for point in points]
    held = there(fed(ys, points))
    average = given if given is not None else mean(held)
    line = middle(held) if given is None else 0.693 * given
    sigma = None if average is None else math.sqrt(average * (average + 1))
    return Drawn(ys, line, [around(average, sigma, 0)] * len(points))


def t_lines(points: list[Point], given: Number, params: Params) -> Drawn:
    ys = [None if point.y is None else point.y ** (1 / 3.6) for point in points]
    rooted = individuals(ys, points, None if given is None else given ** (1 / 3.6), params)
    low, high, low2, high2 = rooted.limits[0]
    back = (
        0.0 if low is None else max(low, 0.0) ** 3.6, None if high is None else high**3.6,
        0.0 if low2 is None else max(low2, 0.0) ** 3.6, None if high2 is None else high2**3.6,
    )  # fmt: skip
    centre = None if rooted.centre is None else rooted.centre**3.6
    return Drawn([point.y for point in points], centre, [back] * len(points), (ys, rooted.centre))


def s_lines(points: list[Point], given: Number, params: Params) -> Drawn:
    centre = given if given is not None else within(points)

    def sigma(size: int) -> Number:
        return None if centre is None or size < 2 else centre * math.sqrt(1 - c4(size) ** 2) / c4(size)

    limits = [around(centre, sigma(len(point.values)), 0) for point in points]
    return Drawn([deviation(point.values) for point in points], centre, limits)


def xbar_lines(points: list[Point], given: Number, params: Params) -> Drawn:
    centre, spread = given if given is not None else weighted(points), within(points)

    def sigma(size: int) -> Number:
        return None if size < 2 else over(spread, c4(size) * math.sqrt(size))

    limits = [around(centre, sigma(len(point.values))) for point in points]
    return Drawn([point.y for point in points], centre, limits)


def ip_lines(points: list[Point], given: Number, params: Params) -> Drawn:
    centre = given if given is not None else weighted(points)
    found = [
        math.sqrt(math.pi / 2) * abs(b.y - a.y) / math.sqrt(1 / a.n + 1 / b.n)
        for a, b in pairwise(points)
        if a.y is not None and b.y is not None and a.n and b.n
    ]
    spread = screened(found, params, 3.2665)
    limits = [around(centre, over(spread, math.sqrt(point.n)) if point.n else None) for point in points]
    return Drawn([point.y for point in points], centre, limits)


def c_lines(points: list[Point], given: Number, params: Params) -> Drawn:
    ys = [point.y for point in points]
    centre = given if given is not None else mean(there(fed(ys, points)))
    return Drawn(ys, centre, [around(centre, root(centre), 0)] * len(points))


def counted(points: list[Point], given: Number, params: Params, *, share: bool, is_prime: bool) -> Drawn:
    ys = [point.y for point in points]
    centre = given if given is not None else pooled(points)
    variance = centre
    if share and centre is not None:
        variance = max(centre * (1 - centre), 0.0)
    sigmas = [root(over(variance, point.n)) if point.n else None for point in points]
    if is_prime:
        z = [
            (y - centre) / sigma if y is not None and centre is not None and sigma else None
            for y, sigma in zip(ys, sigmas, strict=True)
        ]
        wider = over(screened(ranges(fed(z, points)), params), 1.128)
        sigmas = [None if sigma is None or wider is None else sigma * wider for sigma in sigmas]
    return Drawn(ys, centre, [around(centre, sigma, 0, 1.0 if share else math.inf) for sigma in sigmas])


LINES: dict[str, Callable[[list[Point], Number, Params], Drawn]] = {
    "run": run_lines, "i": i_lines, "mr": mr_lines, "ip": ip_lines, "xbar": xbar_lines, "s": s_lines,
    "c": c_lines, "g": g_lines, "t": t_lines,
    "u": partial(counted, share=False, is_prime=False), "up": partial(counted, share=False, is_prime=True),
    "p": partial(counted, share=True, is_prime=False), "pp": partial(counted, share=True, is_prime=True),
}  # fmt: skip


# ---------------------------------------------------------------- runs and the whole


def runs(ys: list[Number], centre: Number) -> dict[str, Any]:
    sides = [y > centre for y in ys if y is not None and centre is not None and y != centre]
    if not sides:
        names = ("longest_run", "longest_run_max", "n_crossings", "n_crossings_min")
        return {"n_useful": 0, **dict.fromkeys(names), "runs_signal": False}
    crossings = sum(a != b for a, b in pairwise(sides))
    longest = length = 1
    for a, b in pairwise(sides):
        length = length + 1 if a == b else 1
        longest = max(longest, length)
    most, steps = round(math.log2(len(sides))) + 3, len(sides) - 1
    fewest = next(
        c for c in range(len(sides)) if sum(math.comb(steps, k) for k in range(c + 1)) / 2**steps >= 0.05
    )
    return {
        "n_useful": len(sides), "longest_run": longest, "longest_run_max": most, "n_crossings": crossings,
        "n_crossings_min": fewest, "runs_signal": longest > most or crossings < fewest,
    }  # fmt: skip


def is_beyond(y: Number, low: Number, high: Number) -> bool:
    return y is not None and ((low is not None and y < low) or (high is not None and y > high))


def chart(columns: Columns, params: Params, kind: str) -> dict[str, Any]:
    """Return a chart's ``parts`` and ``points`` as the contract names them."""
    parts: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    for key, held in facets_of(columns, params).items():
        points = points_of(columns, held, params, kind)
        for number in sorted({point.part for point in points}):
            part, cells = one_phase([p for p in points if p.part == number], params, kind)
            facet = {"facet1": key[0]} if key else {}
            parts.append(facet | part)
            rows += [facet | row for row in cells]
    if not params.get("y_neg", True) and all(row["y"] is None or row["y"] >= 0 for row in rows):
        for row in rows:
            for name in ("lcl", "lcl_2sigma"):
                row[name] = None if row[name] is None else max(row[name], 0.0)
    if kind == "run":
        rows = [{name: row[name] for name in row if name in NAMES_OF_RUN} for row in rows]
    return {"parts": parts, "points": {name: [row[name] for row in rows] for name in rows[0]}}


def one_phase(points: list[Point], params: Params, kind: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    times, frozen = params.get("multiply", 1), None if params.get("part") else params.get("freeze")
    drawn = LINES[kind](points, params.get("cl"), params)
    ys, centre = drawn.judged or (drawn.ys, drawn.centre)
    found = runs([y for y, point in zip(ys, points, strict=True) if point.is_in], centre)
    beyond = [is_beyond(y, *limits[:2]) for y, limits in zip(drawn.ys, drawn.limits, strict=True)]
    if kind == "mr":
        found["runs_signal"] = False

    def scaled(value: Number) -> Number:
        return None if value is None else value * times

    part = {
        "part": points[0].part, "first_point": points[0].index, "last_point": points[-1].index,
        "cl": scaled(drawn.centre), "n_obs": sum(point.is_in for point in points),
    } | found | ({} if kind == "run" else {"n_sigma_signals": sum(beyond)})  # fmt: skip
    rows = [
        {
            "x": point.x, "index": point.index, "part": point.part, "y": scaled(y), "include": point.is_in,
            "baseline": frozen is None or point.index <= frozen, "cl": scaled(drawn.centre),
            "sigma_signal": signal,
        }
        | dict(zip(("lcl", "ucl", "lcl_2sigma", "ucl_2sigma"), map(scaled, limits), strict=True))
        for point, y, limits, signal in zip(points, drawn.ys, drawn.limits, beyond, strict=True)
    ]  # fmt: skip
    return part, rows
