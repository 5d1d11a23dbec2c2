"""The grid as a table to take away, fill in and bring in again: one row a day and group. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from measures.count_table import targets
from measures.grid import Column, Place
from nic_platform.exporting import Cell
from nic_platform.text import _

_COLUMNS = ("observed_on", "what", "subgroup_set", "subgroup", "count", "population", "value", "note")


class Named(Protocol):
    """A measure, as far as a table names it."""

    @property
    def id(self) -> int:
        """Return its number."""

    @property
    def name(self) -> str:
        """Return its name."""


class Figure(Protocol):
    """A measurement, as far as a table shows it."""

    @property
    def count(self) -> float | None:
        """Return how many."""

    @property
    def population(self) -> float | None:
        """Return out of how many."""

    @property
    def amount(self) -> float | None:
        """Return the value."""

    @property
    def note(self) -> str:
        """Return the note."""


def table(
    measure: Named, days: Sequence[date], columns: Sequence[Column], there: Mapping[Place, Figure]
) -> tuple[list[str], list[list[Cell]]]:
    """Return header and rows under the names that the import knows; empty where nothing was counted yet."""
    heads = {target.key: target.label for target in targets()}
    rows: list[list[Cell]] = []
    for day in days:
        for column in columns:
            found = there.get((measure.id, day, column.breakdown, column.group))
            figures: list[Cell] = ["", "", "", ""]
            if found is not None:
                figures = [_whole(found.count), _whole(found.population), _whole(found.amount), found.note]
            rows.append([day, measure.name, column.breakdown, column.label, *figures])
    return [heads[key] for key in _COLUMNS], rows


def told_table(
    measure: Named, days: Sequence[date], columns: Sequence[Column], told: Mapping[Place, str]
) -> tuple[list[str], list[list[Cell]]]:
    """Return header and rows for who may only read what small groups leave: each figure in words."""
    heads = {target.key: target.label for target in targets()}
    rows: list[list[Cell]] = [
        [day, measure.name, column.breakdown, column.label,
         told.get((measure.id, day, column.breakdown, column.group), "")]
        for day in days
        for column in columns
    ]  # fmt: skip
    return [*(heads[key] for key in _COLUMNS[:4]), _("Shown")], rows


def _whole(value: float | None) -> Cell:
    """Return a number without a needless fraction."""
    if value is None:
        return ""
    return int(value) if float(value).is_integer() else value
