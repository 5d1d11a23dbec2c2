"""What an analysis can refuse. Every refusal has a code for programs and a sentence for people. Pure."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Whole = NDArray[np.intp]
LARGEST = 1e150
"""Numbers beyond this, either side of 0, are refused: their squares would be no numbers any more."""
SMALLEST = 1e-150
"""A denominator below this counts as 0: nothing can be divided by it."""


class AnalysisError(ValueError):
    """An analysis that can't be done; ``code`` is the contract's, the text a sentence with the mend."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def column(columns: Mapping[str, Sequence[Any]], name: str) -> Sequence[Any]:
    """Return a column by name.

    Raises:
        AnalysisError: ``unknown_parameter`` where there is none.
    """
    if not isinstance(name, str) or name not in columns:
        there = ", ".join(sorted(columns)) or "none"
        raise AnalysisError("unknown_parameter", f"There is no column “{name}”; there are: {there}.")
    return columns[name]


def numbers(cells: Sequence[Any], name: str) -> Floats:
    """Return cells as numbers, ``None`` as NaN.

    Raises:
        AnalysisError: ``not_finite`` for text, NaN, an infinite number or one beyond ±1e150.
    """
    strange = next((at for at, cell in enumerate(cells) if cell is not None and not is_number(cell)), None)
    if strange is not None:
        raise AnalysisError(
            "not_finite", f"Row {strange + 1} of “{name}” is not a number: {str(cells[strange])[:40]!r}."
        )
    found = np.array([np.nan if cell is None else cell for cell in cells], dtype=np.float64)
    missing = np.fromiter((cell is None for cell in cells), dtype=bool, count=len(cells))
    wrong = ~missing & ~(np.abs(found) <= LARGEST)
    if wrong.any():
        row = int(wrong.argmax()) + 1
        raise AnalysisError(
            "not_finite", f"Row {row} of “{name}” is {cells[row - 1]}: give a finite number within ±1e150."
        )
    return found


def is_number(cell: Any) -> bool:
    """Say whether a cell is a number that fits a double."""
    return isinstance(cell, float) or (isinstance(cell, int) and abs(cell) < 1 << 1023)


def is_finite(cell: Any) -> bool:
    """Say whether a cell is a finite number, as JSON has them."""
    return is_number(cell) and math.isfinite(cell)


def refuse_negative(values: Floats, name: str) -> None:
    """Raise ``negative_count`` when a count lies below 0, naming the first row."""
    below = values < 0
    if below.any():
        row = int(below.argmax()) + 1
        raise AnalysisError(
            "negative_count", f"Row {row} of “{name}” is {values[row - 1]:g}: a count can't be below 0."
        )


def refuse_bad_base(counts: Floats, bases: Floats, name: str, *, is_share: bool) -> None:
    """Raise where a denominator can't be one; a row of 0 out of 0 is merely missing.

    Args:
        is_share: whether no count may exceed its denominator.

    Raises:
        AnalysisError: ``negative_count``, ``zero_denominator`` or ``count_exceeds_denominator``, naming the
            first row.
    """
    refuse_negative(bases, name)
    wrong = (bases == 0) & (counts != 0) & ~np.isnan(counts)
    if wrong.any():
        row = int(wrong.argmax()) + 1
        raise AnalysisError(
            "zero_denominator",
            f"Row {row} of “{name}” is 0: a denominator must be more than 0.",
        )
    over = counts > bases
    if is_share and over.any():
        row = int(over.argmax()) + 1
        raise AnalysisError(
            "count_exceeds_denominator",
            f"Row {row} has {counts[row - 1]:g} out of {bases[row - 1]:g}: "
            "a count can't exceed its denominator.",
        )
