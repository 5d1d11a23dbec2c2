"""The best ratio of two variances, between units and within, from sums per unit alone. Pure.

Where one effect varies between units the likelihood is a curve over one number: the variance between units in
units of the variance within. The curve is looked at over its whole length before Newton's steps end at its
lowest point, so that no lesser dip is taken for it. A million rows cost no more than their units.
"""

from dataclasses import dataclass

import numpy as np

from measures.engine.problems import AnalysisError, Floats

_STEPS = 100
_AT_ONCE = 400_000


@dataclass(frozen=True)
class Curve:
    """The criterion over the ratio: units with sums ``own`` (squares) and ``across`` (with all else).

    ``total`` holds the products of coefficients' columns and response, the response last; ``free`` is the
    number of rows, less that of the coefficients where the likelihood is restricted.
    """

    own: Floats
    across: Floats
    total: Floats
    free: int
    restricted: bool

    def heights(self, ratios: Floats) -> Floats:
        """Return the criterion at each of some ratios: -2 log likelihood but for a constant."""
        many = max(1, _AT_ONCE // max(self.own.size, 1))
        parts = [ratios[at : at + many] for at in range(0, ratios.size, many)]
        return np.concatenate([self._heights(part) for part in parts])

    def _heights(self, ratios: Floats) -> Floats:
        scaled = 1 + np.multiply.outer(ratios, self.own)
        weights = ratios[:, None] / scaled
        left = self.total - (self.across.T * weights[:, None, :]) @ self.across
        fixed = np.linalg.slogdet(left[:, :-1, :-1])[1]
        towards = np.linalg.solve(left[:, :-1, :-1], left[:, :-1, -1:])[..., 0]
        residual = left[:, -1, -1] - (left[:, -1, :-1] * towards).sum(axis=-1)
        heights = np.log(scaled).sum(axis=1) + self.free * np.log(np.maximum(residual, 1e-300))
        return np.asarray(heights + fixed * self.restricted)

    def slopes(self, ratio: float) -> tuple[float, float, float]:
        """Return the criterion with its first and second slope by the ratio."""
        scaled = 1 + ratio * self.own
        left = self.total - (self.across.T * (ratio / scaled)) @ self.across
        first = -(self.across.T / scaled**2) @ self.across
        second = (self.across.T * (2 * self.own / scaled**3)) @ self.across
        share = self.own / scaled
        inverse = np.linalg.inv(left[:-1, :-1])
        towards = np.append(-inverse @ left[:-1, -1], 1.0)
        residual = max(float(towards @ left @ towards), 1e-300)
        by_first = first @ towards
        by_residual = float(towards @ by_first)
        twice = float(towards @ second @ towards - 2 * by_first[:-1] @ inverse @ by_first[:-1])
        value = float(np.log(scaled).sum()) + self.free * float(np.log(residual))
        one = float(share.sum()) + self.free * by_residual / residual
        two = float(-(share**2).sum()) + self.free * (twice / residual - (by_residual / residual) ** 2)
        if self.restricted:
            turned, bent = inverse @ first[:-1, :-1], inverse @ second[:-1, :-1]
            value += float(np.linalg.slogdet(left[:-1, :-1])[1])
            one += float(np.trace(turned))
            two += float(np.trace(bent) - (turned * turned.T).sum())
        return value, one, two


def best_ratio(curve: Curve) -> float:
    """Return the ratio at which the data are likeliest; 0 where units differ no more than chance.

    Raises:
        AnalysisError: ``not_estimable`` where nothing varies within units.
    """
    typical = float(curve.own[curve.own > 0].mean()) if (curve.own > 0).any() else 1.0
    logs = np.log(10.0) * np.arange(-8.0, 11.0) - np.log(typical)
    heights = curve.heights(np.exp(logs))
    lowest = int(np.argmin(heights))
    if lowest == len(logs) - 1:
        raise AnalysisError(
            "not_estimable", "Nothing varies within the units: between and within can't be told apart."
        )
    at_nothing, rising, _bend = curve.slopes(0.0)
    if at_nothing <= heights[lowest] and rising >= 0:
        return 0.0
    found = _newton(curve, logs[max(lowest - 1, 0)], logs[lowest + 1], logs[lowest])
    return found if rising < 0 or curve.slopes(found)[0] < at_nothing else 0.0


def _newton(curve: Curve, low: float, high: float, at: float) -> float:
    """Return the lowest point between two logarithms of the ratio, by Newton's steps kept between them."""
    for _step in range(_STEPS):
        ratio = float(np.exp(at))
        _value, first, second = curve.slopes(ratio)
        slope, bend = ratio * first, ratio * first + ratio * ratio * second
        low, high = (low, at) if slope > 0 else (at, high)
        move = -slope / bend if bend > 0 else 0.0
        there = at + move
        if not low < there < high or bend <= 0:
            there = (low + high) / 2
        if abs(there - at) < 1e-13 * max(1.0, abs(at)) or high - low < 1e-13:
            return float(np.exp(there))
        at = there
    raise AnalysisError("not_converged", "The best ratio of the variances was not reached.")
