"""Weighted least squares of many series at once, and the traces that estimators of a variance need. Pure.

Series lie along the first axis, sites along the second, coefficients along the third. A site that a series
does not have is told by ``there``; its weight is 0. With W the weights and
P = W - WX(X'WX)⁻¹X'W everything is had from an orthonormal basis of √W·X, so that neither P nor another
matrix of sites by sites is ever made.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from measures.engine.problems import Flags, Floats

COLLINEAR = 1e-7
"""A column of which less than this share is left, once the ones before it are taken out, adds nothing."""


@dataclass(frozen=True)
class Sites:
    """Effects, their sampling variances and a design; ``y`` and ``v`` (series, sites), ``x`` one axis more.

    ``spread`` is the mean squared distance of each series' effects from their mean: kept, because ``y`` may
    hold what is left of the effects after a rough fit.
    """

    y: Floats
    v: Floats
    x: Floats
    there: Flags
    spread: Floats

    @cached_property
    def count(self) -> Floats:
        """Number of sites of each series."""
        return np.asarray(self.there.sum(axis=1), np.float64)

    @property
    def columns(self) -> int:
        """Number of coefficients."""
        return int(self.x.shape[2])

    @cached_property
    def freedom(self) -> Floats:
        """Sites less coefficients."""
        return self.count - self.columns

    @cached_property
    def fixed(self) -> "Projection":
        """The fit with weights 1/v."""
        return self.project(self.weights(np.zeros(len(self.y))))

    @cached_property
    def loose(self) -> "Projection":
        """The fit without weights."""
        return self.project(self.there.astype(np.float64))

    def repeated(self, times: int) -> "Sites":
        """Return all series several times over."""
        if times == 1:
            return self
        flat = (times, 1)
        return Sites(
            np.tile(self.y, flat), np.tile(self.v, flat), np.tile(self.x, (times, 1, 1)),
            np.tile(self.there, flat), np.tile(self.spread, times),
        )  # fmt: skip

    def only(self, which: Flags) -> "Sites":
        """Return the marked series."""
        if which.all():
            return self
        return Sites(self.y[which], self.v[which], self.x[which], self.there[which], self.spread[which])

    def weights(self, tau2: Floats) -> Floats:
        """Return 1 / (v + tau2), with 0 for a site that is not there."""
        return np.where(self.there, 1 / (self.v + tau2[:, None]), 0.0)

    def project(self, weight: Floats) -> "Projection":
        """Return the weighted fit of every series."""
        root = np.sqrt(weight)
        basis, upper = _orthonormal(root[:, :, None] * self.x)
        scaled = root * self.y
        loading = _across(basis, scaled)
        rest = scaled - _along(basis, loading)
        again = _across(basis, rest)  # a second pass takes out what rounding left in
        return Projection(weight, basis, upper, loading + again, rest - _along(basis, again))


@dataclass(frozen=True)
class Projection:
    """A weighted fit: ``rest`` is √W times the residuals, ``upper`` the factor of √W·X = basis · upper."""

    weight: Floats
    basis: Floats
    upper: Floats
    loading: Floats
    rest: Floats

    @cached_property
    def coefficients(self) -> Floats:
        """b of each series."""
        return np.asarray(np.linalg.solve(self.upper, self.loading[:, :, None])[:, :, 0])

    @cached_property
    def covariance(self) -> Floats:
        """(X'WX)⁻¹ of each series."""
        inverse = np.linalg.inv(self.upper)
        return np.asarray(inverse @ inverse.transpose(0, 2, 1))

    @cached_property
    def log_det(self) -> Floats:
        """Logarithm of |X'WX|."""
        return np.asarray(2 * np.log(np.abs(np.diagonal(self.upper, axis1=1, axis2=2))).sum(axis=1))

    @cached_property
    def q(self) -> Floats:
        """y'Py: the weighted sum of squared residuals."""
        return np.asarray((self.rest**2).sum(axis=1))

    @cached_property
    def leverage(self) -> Floats:
        """Share of each site in its own fit."""
        return np.asarray((self.basis**2).sum(axis=2))

    @cached_property
    def trace(self) -> Floats:
        """tr P."""
        return np.asarray((self.weight * (1 - self.leverage)).sum(axis=1))

    @cached_property
    def trace_square(self) -> Floats:
        """tr PP."""
        return self.trace_twice(self.weight)

    def trace_twice(self, scale: Floats) -> Floats:
        """Return tr(PVPV) for *scale* = W·V, a diagonal V; tr PP for *scale* = W."""
        within = (scale**2 * (1 - 2 * self.leverage)).sum(axis=1)
        return np.asarray(within + (self._crossed(scale) ** 2).sum(axis=(1, 2)))

    def trace_of_square(self, variance: Floats) -> Floats:
        """Return tr(PPV) for a diagonal V."""
        weight, basis = self.weight, self.basis
        inner = ((basis @ self._crossed(weight)) * basis).sum(axis=2)
        return np.asarray((variance * weight * (weight * (1 - 2 * self.leverage) + inner)).sum(axis=1))

    @cached_property
    def square(self) -> Floats:
        """y'PPy."""
        return np.asarray((self.weight * self.rest**2).sum(axis=1))

    @cached_property
    def cube(self) -> Floats:
        """y'PPPy."""
        scaled = self.weight * self.rest
        left = scaled - _along(self.basis, _across(self.basis, scaled))
        return np.asarray((left**2).sum(axis=1))

    def _crossed(self, scale: Floats) -> Floats:
        return np.asarray(self.basis.transpose(0, 2, 1) @ (scale[:, :, None] * self.basis))


def _orthonormal(design: Floats) -> tuple[Floats, Floats]:
    if design.shape[2] == 1:
        length = np.sqrt((design**2).sum(axis=1, keepdims=True))
        return design / length, length
    found: Any = np.linalg.qr(design)
    return found[0], found[1]


def _across(basis: Floats, values: Floats) -> Floats:
    return np.asarray((basis.transpose(0, 2, 1) @ values[:, :, None])[:, :, 0])


def _along(basis: Floats, values: Floats) -> Floats:
    return np.asarray((basis @ values[:, :, None])[:, :, 0])


def spread_of(y: Floats, there: Flags) -> Floats:
    """Return the variance of each series about its mean, divided by its number of sites."""
    held, count = np.where(there, y, 0.0), np.maximum(there.sum(axis=1), 1)
    rest = np.where(there, y - (held.sum(axis=1) / count)[:, None], 0.0)
    return np.asarray((rest**2).sum(axis=1) / count)


def collinear(x: Floats, there: Flags) -> Flags:
    """Say of which series the columns of the design can't be told apart."""
    held = np.where(there[:, :, None], x, 0.0)
    length = np.sqrt((held**2).sum(axis=1, keepdims=True))
    safe = held / np.where(length > 0, length, 1.0)
    found: Any = np.linalg.qr(safe, mode="r")
    size = np.abs(np.diagonal(found, axis1=1, axis2=2))
    return np.asarray((size < COLLINEAR).any(axis=1))
