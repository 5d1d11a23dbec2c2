"""Multilevel models written out once more, as plainly as can be: whole covariances, whole integrals."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

Floats = NDArray[np.float64]


def dense_log_lik(
    y: Floats, x: Floats, terms: Sequence[tuple[Floats, Floats]], sigma2: float, *, restricted: bool
) -> float:
    """Return the log likelihood of a linear model, from the covariance matrix of all rows.

    Args:
        terms: of each random term, its columns once for each unit (rows, units x effects), and the covariance
            matrix of one unit's effects.
    """
    rows, wide = x.shape
    whole = sigma2 * np.eye(rows)
    for columns, covariance in terms:
        units = columns.shape[1] // covariance.shape[0]
        whole += columns @ np.kron(np.eye(units), covariance) @ columns.T
    inverse = np.linalg.inv(whole)
    information = x.T @ inverse @ x
    beta = np.linalg.solve(information, x.T @ inverse @ y)
    left = y - x @ beta
    value = np.linalg.slogdet(whole)[1] + left @ inverse @ left + rows * np.log(2 * np.pi)
    if restricted:
        value += np.linalg.slogdet(information)[1] - wide * np.log(2 * np.pi)
    return float(-value / 2)


def indicators(design: Floats, codes: NDArray[np.intp]) -> Floats:
    """Return a term's columns once for each unit, 0 in the rows of other units."""
    units = int(codes.max()) + 1
    found = np.zeros((len(design), units, design.shape[1]))
    found[np.arange(len(design)), codes] = design
    return found.reshape(len(design), -1)


def half(covariance: Floats) -> Floats:
    """Return the lower triangle of a factor of a covariance matrix, also of one without full rank."""
    sizes, axes = np.linalg.eigh(covariance)
    root = (axes * np.sqrt(np.maximum(sizes, 0))).T
    triangle = np.linalg.qr(root)[1].T if covariance.any() else np.zeros_like(covariance)
    return np.asarray(triangle[np.tril_indices(len(covariance))])


def dense_best(
    y: Floats, x: Floats, terms: Sequence[Floats], widths: Sequence[int], *, restricted: bool
) -> float:
    """Return the greatest log likelihood that a search without slopes finds, from several starts."""
    sizes = [width * (width + 1) // 2 for width in widths]
    scale = float(y.std()) or 1.0

    def height(at: Floats) -> float:
        parts = np.split(at[:-1], np.cumsum(sizes)[:-1])
        covariances = []
        for part, width in zip(parts, widths, strict=True):
            triangle = np.zeros((width, width))
            triangle[np.tril_indices(width)] = part
            covariances.append(scale**2 * triangle @ triangle.T)
        held = list(zip(terms, covariances, strict=True))
        sigma2 = scale**2 * np.exp(np.clip(at[-1], -30, 30))
        return -dense_log_lik(y, x, held, float(sigma2), restricted=restricted)

    found = []
    for first in (0.05, 0.7):
        start = np.concatenate(
            [*(np.eye(width)[np.tril_indices(width)] * first for width in widths), [np.log(0.5)]]
        )
        options = {"xatol": 1e-7, "fatol": 1e-10, "maxiter": 4000, "maxfev": 6000}
        found.append(-optimize.minimize(height, start, method="Nelder-Mead", options=options).fun)
    return float(max(found))


def integrated_log_lik(
    y: Floats, trials: Floats, line: Floats, codes: NDArray[np.intp], spread: float
) -> float:
    """Return the log likelihood of shares with a random intercept, each unit's integral over a fine grid."""
    grid = np.linspace(-11, 11, 6001)
    lines = line[:, None] + spread * grid
    ways = special.gammaln(trials + 1) - special.gammaln(y + 1) - special.gammaln(trials - y + 1)
    logs = ways[:, None] + y[:, None] * lines - trials[:, None] * np.logaddexp(0, lines)
    total = 0.0
    for unit in range(int(codes.max()) + 1):
        heights = logs[codes == unit].sum(axis=0) - grid**2 / 2
        total += float(special.logsumexp(heights)) + np.log((grid[1] - grid[0]) / np.sqrt(2 * np.pi))
    return total


def is_top(height: Callable[[Floats], float], at: Floats, steps: Floats, slack: float = 1e-9) -> bool:
    """Say whether no step along any axis, either way, leads higher than *slack*."""
    top = height(at)
    for axis, step in enumerate(steps):
        for sign in (-1, 1):
            moved = at.copy()
            moved[axis] += sign * step
            if height(moved) > top + slack:
                return False
    return True
