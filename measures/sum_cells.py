"""What sums are made of: one measurement as it comes or goes, the cell it falls in, and its sums. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from measures import least

Cell = tuple[int, int, Any, str, str]  # site, measure, first day of a month or year, breakdown, subgroup
Series = tuple[int, Any, str, str]  # measure, month or year, breakdown, subgroup
SUMS = ("n", "sum_y", "sum_d", "sum_yyd")
LEASTS = ("least_y", "least_d", "least_rest", "least_room")


@dataclass(frozen=True)
class Figure:
    """One measurement as sums take it: ``sign`` is 1 for one that comes, -1 for one that goes.

    ``population`` is empty for a value; ``people`` are those behind a population of their days.
    """

    network_id: int
    site_id: int
    measure_id: int
    on: date
    y: float
    population: float | None
    sign: int = 1
    subgroup_set: str = ""
    subgroup: str = ""
    people: float | None = None

    @property
    def d(self) -> float:
        """Return what the count is out of; 1 for a value."""
        return self.population or 1.0

    @property
    def leasts(self) -> least.Four:
        """Return what of it may be the smallest; of one that goes nothing is known."""
        return least.of(self.y, self.population, self.people) if self.sign > 0 else least.NOTHING


@dataclass
class Sums:
    """The sums of one cell, or what they change by; and the smallest of the counts in it."""

    network_id: int
    values: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0, 0.0])
    last_on: date | None = None
    has_gone: bool = False
    leasts: list[float] = field(default_factory=lambda: [*least.NOTHING])

    def add(
        self, n: float, y: float, d: float, yyd: float, last_on: date | None = None,
        leasts: Sequence[float] = (),
    ) -> None:  # fmt: skip
        """Add other sums, or one measurement: how many, Σy, Σd, Σy²/d, the latest day, and the smallest."""
        for at, value in enumerate((n, y, d, yyd)):
            self.values[at] += value
        if last_on is not None and (self.last_on is None or last_on > self.last_on):
            self.last_on = last_on
        for at, value in enumerate(leasts):
            self.leasts[at] = min(self.leasts[at], value)

    def columns(self) -> dict[str, float]:
        """Return them as a row has them."""
        n, *others = self.values
        return dict(zip((*SUMS, *LEASTS), (int(n), *others, *self.leasts), strict=True))


def by_series(cells: Iterable[Cell]) -> Iterator[tuple[Series, list[Cell]]]:
    """Put cells together that differ in their site only: measure, month or year, breakdown, subgroup."""
    for key, some in groupby(sorted(cells, key=lambda cell: (cell[1:], cell[0])), key=lambda cell: cell[1:]):
        yield key, list(some)
