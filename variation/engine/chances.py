"""Tails and quantiles of the normal, t, chi-square and F distributions, elementwise over arrays. Pure.

scipy is imported where it is used, because it is slow to import.
"""

import numpy as np
from numpy.typing import ArrayLike

from measures.engine.problems import Floats


def two_sided(value: ArrayLike, freedom: ArrayLike | None = None) -> Floats:
    """Return the chance of a value as far from 0, either way: normal, or t with *freedom* degrees."""
    from scipy import special

    far = -np.abs(np.asarray(value, dtype=np.float64))
    if freedom is None:
        return np.asarray(2 * special.ndtr(far))
    degrees = np.broadcast_to(np.asarray(freedom, dtype=np.float64), far.shape)
    share = degrees / (degrees + far**2)
    # scipy's own t tail loses digits far out; this is the same chance through the incomplete beta function.
    return np.asarray(np.where(np.isinf(far), 0.0, special.betainc(degrees / 2, 0.5, share)))


def critical(level: float, freedom: ArrayLike | None = None) -> Floats:
    """Return the value that two-sided intervals of *level* (0 to 1) reach to; NaN without freedom."""
    from scipy import special

    tail = 1 - (1 - level) / 2
    if freedom is None:
        return np.asarray(special.ndtri(tail), dtype=np.float64)
    degrees = np.asarray(freedom, dtype=np.float64)
    return np.asarray(np.where(degrees > 0, special.stdtrit(np.maximum(degrees, 1e-9), tail), np.nan))


def beyond_chi_square(value: ArrayLike, freedom: ArrayLike) -> Floats:
    """Return the chance of more than *value*; NaN without freedom."""
    from scipy import special

    degrees = np.asarray(freedom, dtype=np.float64)
    found = special.gammaincc(np.maximum(degrees, 1e-9) / 2, np.maximum(np.asarray(value), 0.0) / 2)
    return np.asarray(np.where(degrees > 0, found, np.nan))


def chi_square_quantile(chance: float, freedom: ArrayLike) -> Floats:
    """Return the value below which chi-square lies with this chance."""
    from scipy import special

    return np.asarray(2 * special.gammaincinv(np.asarray(freedom, dtype=np.float64) / 2, chance))


def beyond_f(value: ArrayLike, top: ArrayLike, bottom: ArrayLike) -> Floats:
    """Return the chance of more than *value* under F with *top* and *bottom* degrees of freedom."""
    from scipy import special

    return np.asarray(special.fdtrc(top, bottom, value))
