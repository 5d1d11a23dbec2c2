"""The NHS "making data count" reading of an XmR chart: limits, flags, icons. Pure.

Limits are mean ± 2.66 mean moving ranges, the ranges screened once at 3.267 times their mean. A point is
marked by the first rule that it meets: outside the limits; in a trend of 7; two of three close to a limit;
in a shift of 7. All series are worked at once: one row a group, which is a stretch between two rebasings.
"""

from dataclasses import dataclass

import numpy as np

from measures.engine.problems import Flags, Floats, Whole
from measures.engine.shewhart import mean_range, moving_ranges
from measures.engine.sums import nan_mean

WIDTH = 2.66  # 3 / 1.128, as it is written
LONG = 7  # points in a shift or a trend
SHORT = 13  # points under which limits are to be read with caution
COMMON = "Common Cause"
SPECIAL = {
    "outside": ("Above UCL", "Below LCL"),
    "trend": ("7 Point Trend (Increasing)", "7 Point Trend (Decreasing)"),
    "two": ("2 in 3 Above CL", "2 in 3 Below CL"),
    "shift": ("7 Points Above CL", "7 Points Below CL"),
}


@dataclass(frozen=True)
class Dots:
    """XmR charts of many groups: one row a group, NaN and false where no point is.

    ``side`` is −1, 0 or 1 against the mean; ``special`` is 0 for common cause, else the number of the rule
    (1 outside, 2 trend, 3 two in three, 4 shift), and ``is_high`` says on which side.
    """

    used: Flags
    mean: Floats
    lower: Floats
    upper: Floats
    outside: Flags
    side: Whole
    close: Flags
    special: Whole
    is_high: Flags


def plot_the_dots(values: Floats, *, fix_after: int | None = None, screened: bool = True) -> Dots:
    """Return the flags of each group.

    Args:
        values: shape (groups, points), oldest first, NaN where missing.
        fix_after: only so many first points of a group feed its mean and limits.
        screened: whether moving ranges are screened once.
    """
    fixed = np.broadcast_to(np.arange(values.shape[1]) < (fix_after or values.shape[1]), values.shape)
    used = fixed & ~np.isnan(values)
    mean = nan_mean(values, used)
    half = WIDTH * mean_range(moving_ranges(values, fixed), screened=screened)  # a gap leaves two undefined
    lower, upper = mean - half, mean + half
    middle, near = mean[:, None], (half * 2 / 3)[:, None]
    with np.errstate(invalid="ignore"):
        above, below = values > upper[:, None], values < lower[:, None]
        close = ((values > middle + near) | (values < middle - near)) & ~above & ~below
    side = (values > middle).astype(np.intp) - (values < middle)
    rising, falling = _trends(values)
    rules = [
        (above, below),
        (rising, falling),
        tuple(close & _two_in_three(close, side == way) for way in (1, -1)),
        tuple(_shift(side == way) for way in (1, -1)),
    ]
    special, is_high = np.zeros(values.shape, dtype=np.intp), np.zeros(values.shape, dtype=bool)
    for number, (high, low) in reversed(list(enumerate(rules, 1))):
        marked = high | low
        special[marked] = number
        is_high = np.where(marked, high, is_high)
    return Dots(used, mean, lower, upper, above | below, side, close, special, is_high)


def _spread(ends: Flags, length: int) -> Flags:
    """Mark the *length* cells up to each marked one."""
    found = ends.copy()
    for back in range(1, length):
        found[:, :-back] |= ends[:, back:]
    return found


def _ends(flags: Flags, length: int) -> Flags:
    """Mark the cells that complete *length* marked ones in a row."""
    found = flags.copy()
    for back in range(1, length):
        found[:, back:] &= flags[:, :-back]
        found[:, :back] = False
    return found


def _shift(one_side: Flags) -> Flags:
    return _spread(_ends(one_side, LONG), LONG)


def _two_in_three(close: Flags, one_side: Flags) -> Flags:
    """Mark the cells in a window of three on one side, of which at least two are close to the limit."""
    three = _ends(one_side, 3)
    counts = close.astype(int)
    counts[:, 1:] += close[:, :-1]
    counts[:, 2:] += close[:, :-2]
    return _spread(three & (counts >= 2), 3)


def _trends(values: Floats) -> tuple[Flags, Flags]:
    """Mark the points of 6 steps in a row that rise, and of those that fall.

    A peak or trough that belongs to both takes the direction of the step that leaves it when the next point
    is in a trend too, else of the step that reached it.
    """
    with np.errstate(invalid="ignore"):
        change = np.diff(values, axis=1, prepend=np.nan)
        up = _spread(_ends(change > 0, LONG - 1), LONG)
        down = _spread(_ends(change < 0, LONG - 1), LONG)
    both = up & down
    if both.any():
        after = np.concatenate((change[:, 1:], np.full((len(change), 1), np.nan)), axis=1)
        next_in = np.concatenate(((up | down)[:, 1:], np.zeros((len(change), 1), dtype=bool)), axis=1)
        rises = np.where(next_in, after, change) > 0
        up, down = up & (~both | rises), down & (~both | ~rises)
    return up, down
