"""Agencies' printed rates: what a cell says, and how many people of so many it can stand for. Pure.

A rate is rounded, so it stands for a span. Out of 52 students, 48.1 % can only be 25 of them; out of 5,000 it
can be any of 2,403 to 2,407. A count is worked out only where one number of people fits.
"""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from measures.state_cells import plain_number
from nic_platform.text import _

_ALMOST = 1e-9  # a number that the computer's arithmetic put beside the span's end lies in it


@dataclass(frozen=True)
class Printed:
    """How a column of rates is printed.

    ``whole`` is 1 for shares and 100 for per cent. ``digits`` are those after the point in most cells: where
    48.1 stands elsewhere, a plain 48 is 48.0.
    """

    whole: float
    digits: int

    def share(self, cell: str) -> float:
        """Return what a cell says, as a share of one.

        Raises:
            ValueError: it says no number.
        """
        return plain_number(_bare(cell)) / (100.0 if "%" in cell else self.whole)

    def slack(self, cell: str) -> float:
        """Return how far the true share may lie from the printed one."""
        digits = max(self.digits, _digits(_bare(cell)))
        return 0.5 * 10.0**-digits / (100.0 if "%" in cell else self.whole)


def _bare(cell: str) -> str:
    return cell.rstrip(" %")


def _digits(number: str) -> int:
    return len(number.partition(".")[2])


def printed(column: Iterable[str]) -> Printed:
    """Return how a column of rates is printed, by all of its cells."""
    highest = 0.0
    digits: Counter[int] = Counter()
    for cell in map(_bare, column):
        try:
            highest = max(highest, plain_number(cell))
        except ValueError:
            continue
        digits[_digits(cell)] += 1
    usual = max(digits, key=lambda each: (digits[each], each), default=0)
    return Printed(1.0 if highest <= 1.5 else 100.0, usual)


def people_of(share: float, slack: float, population: float) -> range:
    """Return the numbers of people out of *population* whose share lies within *slack* of *share*."""
    least = math.ceil((share - slack) * population - _ALMOST)
    most = math.floor((share + slack) * population + _ALMOST)
    return range(max(least, 0), min(most, int(population)) + 1)


def share_fault(share: float, population: float, fits: range) -> tuple[str, str]:
    """Return what stands there, and why no one count can be worked out of it."""
    cells = _(
        "%(percent)s%% of %(population)s", percent=f"{100 * share:.1f}", population=f"{population:,.10g}"
    )
    if not fits:
        return cells, _("This is no whole number of people. Check which columns hold what.")
    told = _("%(share)s: %(least)s to %(most)s", share=cells, least=f"{fits[0]:,}", most=f"{fits[-1]:,}")
    return told, _(
        "This can be several numbers of people: the rate is too coarse to tell how many. Leave the row out, "
        "or bring the counts in."
    )
