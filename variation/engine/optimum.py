"""The lowest point of a smooth function whose slopes are known: Newton's method, kept from straying. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from measures.engine.problems import AnalysisError, Floats

Slopes = Callable[[Floats], tuple[float, Floats]]
"""Returns the value at a place, and its slopes."""

UNSETTLED = "No best estimate was reached: the data don't settle the model."
_ROUNDS = 200
_STEP = 1e-4
_SHORT = 1e-6
_CLOSE = 1e-8
_THERE = 1e-17


@dataclass(frozen=True)
class Optimum:
    """The place of the lowest value, with the matrix of second slopes there."""

    at: Floats
    value: float
    bend: Floats


def lowest(slopes: Slopes, start: Floats, *, widest: float = 1e6) -> Optimum:
    """Return the lowest place that can be reached from *start*.

    Second slopes are differences of the exact first ones, so that steps are Newton's near the end. A place
    that is lowest in some directions and highest in others is left along the latter.

    Raises:
        AnalysisError: ``not_converged`` after many steps, or where the function falls without end.
    """
    at, (value, slope) = start, slopes(start)
    before, is_stuck = np.inf, False
    for _round in range(_ROUNDS):
        bend = _rough_bends(slopes, at, slope)
        sizes, axes = np.linalg.eigh(bend)
        along = axes.T @ slope
        steep = np.maximum(np.abs(sizes), 1e-10 * max(float(np.abs(sizes).max()), 1e-10))
        move = -along / steep
        gain = float(-(move @ along))
        is_saddle = sizes[0] < -1e-6 * np.abs(sizes).max() and gain < _CLOSE
        if is_saddle:
            move[0] = 0.1 if along[0] <= 0 else -0.1
        step = axes @ move
        step *= min(1.0, max(1.0, float(np.abs(at).max())) / max(float(np.linalg.norm(step)), 1e-300))
        is_noise = is_stuck and before / 4 < gain < _CLOSE * (1 + abs(value))
        if (gain < _THERE * (1 + abs(value)) or is_noise) and not is_saddle:
            return Optimum(at, value, bends(slopes, at))
        last = value
        at, value, slope = _moved(slopes, at, step, value, slope, is_near=gain < _CLOSE and not is_saddle)
        is_stuck, before = last - value <= 1e-14 * (1 + abs(value)), gain
        if np.abs(at).max() > widest or (last == value and gain > _CLOSE * (1 + abs(value))):
            break  # it falls without end, or no step of any length leads down
    raise AnalysisError("not_converged", UNSETTLED)


def _moved(
    slopes: Slopes, at: Floats, step: Floats, value: float, slope: Floats, *, is_near: bool
) -> tuple[Floats, float, Floats]:
    """Return the place after a step, shortened until it leads down."""
    for _try in range(40):
        tried = at + step
        found, there = slopes(tried)
        enough = _CLOSE if is_near else 1e-4 * min(float(slope @ step), 0.0)
        if np.isfinite(found) and np.isfinite(there).all() and found <= value + enough:
            return tried, found, there
        step = step / 2
    return at, value, slope


def _rough_bends(slopes: Slopes, at: Floats, slope: Floats) -> Floats:
    """Return second slopes good enough to find the way: steps to one side only."""
    found = np.empty((at.size, at.size))
    for place in range(at.size):
        move = np.zeros(at.size)
        move[place] = _SHORT * max(1.0, abs(float(at[place])))
        found[place] = (slopes(at + move)[1] - slope) / move[place]
    return np.asarray((found + found.T) / 2)


def bends(slopes: Slopes, at: Floats) -> Floats:
    """Return the matrix of second slopes at a place, from differences of the first."""
    found = np.empty((at.size, at.size))
    for place in range(at.size):
        move = np.zeros(at.size)
        move[place] = _STEP * max(1.0, abs(float(at[place])))
        up, down = slopes(at + move)[1], slopes(at - move)[1]
        found[place] = (up - down) / (2 * move[place])
    return np.asarray((found + found.T) / 2)
