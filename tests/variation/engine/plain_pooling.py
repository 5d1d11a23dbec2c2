"""Pooling written out once more, plainly: whole matrices, one site after another, searches by brute force."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Matrix = Any


def projection(v: Sequence[float], x: Matrix, tau2: float) -> tuple[Matrix, Matrix, Matrix]:
    """Return W, (X'WX)⁻¹ and P."""
    weight = np.diag([1 / (each + tau2) for each in v])
    inverse = np.linalg.inv(x.T @ weight @ x)
    return weight, inverse, weight - weight @ x @ inverse @ x.T @ weight


def q(y: Matrix, v: Sequence[float], x: Matrix, tau2: float) -> float:
    """Return y'Py."""
    return max(0.0, float(y @ projection(v, x, tau2)[2] @ y))


def log_likelihood(y: Matrix, v: Sequence[float], x: Matrix, tau2: float, *, restricted: bool) -> float:
    """Return the log likelihood but for constants."""
    _, inverse, p = projection(v, x, tau2)
    found = -0.5 * sum(math.log(each + tau2) for each in v) - 0.5 * float(y @ p @ y)
    return found + (0.5 * float(np.linalg.slogdet(inverse)[1]) if restricted else 0.0)


def tau2_of(method: str, y: Matrix, v: Sequence[float], x: Matrix) -> float:
    """Return the variance between sites by its definition."""
    k, p = float(x.shape[0]), float(x.shape[1])
    weight, _, rest = projection(v, x, 0.0)
    by_q = float(y @ rest @ y)
    if method == "FE":
        return 0.0
    if method == "DL":
        return max(0.0, (by_q - (k - p)) / float(np.trace(rest)))
    if method == "HS":
        return max(0.0, (by_q - k) / float(np.trace(weight)))
    if method == "HE":
        even = np.eye(len(y)) - x @ np.linalg.inv(x.T @ x) @ x.T
        return max(0.0, float(y @ even @ y - np.trace(even @ np.diag(v))) / (k - p))
    if method == "SJ":
        first = float(((y - y.mean()) ** 2).mean())
        return first * q(y, v, x, first) / (k - p)
    if method in ("PM", "EB"):
        return falling_to(lambda t: q(y, v, x, t), k - p)
    return highest(lambda t: log_likelihood(y, v, x, t, restricted=method == "REML"), y, v)


def falling_to(function: Callable[[float], float], target: float) -> float:
    """Return where a falling function reaches *target*; 0 when it begins below."""
    if function(0.0) <= target:
        return 0.0
    low, high = 0.0, 1.0
    while function(high) > target:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) > target else (low, middle)
    return (low + high) / 2


def highest(function: Callable[[float], float], y: Matrix, v: Sequence[float]) -> float:
    """Return where a likelihood is highest, from 0 on: the best of many places, then narrowed down."""
    most = 4 * max(max(v), float(((y - y.mean()) ** 2).sum()))
    places = [0.0, *np.geomspace(min(v) / 1000, most, 160)]
    at = max(range(len(places)), key=lambda each: function(places[each]))
    low, high = places[max(at - 1, 0)], places[min(at + 1, len(places) - 1)]
    share = (math.sqrt(5) - 1) / 2
    for _ in range(90):
        first, second = high - share * (high - low), low + share * (high - low)
        low, high = (low, second) if function(first) >= function(second) else (first, high)
    best = (low + high) / 2
    return best if function(best) > function(0.0) else 0.0


def fit(method: str, test: str, y: Matrix, v: Sequence[float], x: Matrix, tau2: float) -> dict[str, Any]:
    """Return b, se, tau2, I², H² and Q at a given tau2."""
    k, p = x.shape
    weight, inverse, _ = projection(v, x, tau2)
    b = inverse @ x.T @ weight @ y
    factor = q(y, v, x, tau2) / (k - p) if test != "z" else 1.0
    factor = max(1.0, factor) if test == "adhoc" else factor
    rest = projection(v, x, 0.0)[2]
    typical, q_e = (k - p) / float(np.trace(rest)), q(y, v, x, 0.0)
    h2 = q_e / (k - p) if method == "FE" else 1 + tau2 / typical
    i2 = 100 * (max(0.0, 1 - (k - p) / q_e) if method == "FE" and q_e else tau2 / (tau2 + typical))
    se = np.sqrt(np.diag(inverse) * factor)
    return {"b": b, "se": se, "tau2": tau2, "i2_percent": i2, "h2": h2, "q_e": q_e}


def marginal(v: Sequence[float], levels: Sequence[Sequence[object]], sigma2: Sequence[float]) -> Matrix:
    """Return the covariance of effects that share units: *levels* name each row's unit, outermost first."""
    found = np.diag(list(v))
    for depth, variance in enumerate(sigma2, 1):
        keys = list(zip(*levels[:depth], strict=True))
        same = np.array([[one == other for other in keys] for one in keys], dtype=float)
        found = found + variance * same
    return found


def nested_likelihood(y: Matrix, x: Matrix, covariance: Matrix, *, restricted: bool) -> float:
    """Return the log likelihood, constants included."""
    k, p = x.shape
    inverse = np.linalg.inv(covariance)
    inner = x.T @ inverse @ x
    rest = y - x @ np.linalg.solve(inner, x.T @ inverse @ y)
    found = -0.5 * (np.linalg.slogdet(covariance)[1] + rest @ inverse @ rest)
    if not restricted:
        return float(found - k / 2 * math.log(2 * math.pi))
    own = np.linalg.slogdet(x.T @ x)[1] - np.linalg.slogdet(inner)[1]
    return float(found + own / 2 - (k - p) / 2 * math.log(2 * math.pi))
