"""Rows of a table made into the points of charts: aggregation, facets, phases, frozen baselines. Pure.

The rules are those of a statistical process control chart as qicharts2 draws it: rows that share an x (in one
facet) become one point; a phase has its own centre line; a frozen baseline alone feeds the centre line;
an excluded point feeds nothing and stays on the chart.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

import numpy as np

from measures.engine.problems import (
    LARGEST,
    AnalysisError,
    Flags,
    Floats,
    Whole,
    column,
    is_number,
    numbers,
    refuse_bad_base,
    refuse_negative,
)
from measures.engine.sums import Groups, over

ISO_TIME = re.compile(r"\d{4}-\d{2}-\d{2}")
AGGREGATES = ("mean", "median", "sum")
FURTHEST = 10**9
"""No series has so many points."""


@dataclass(frozen=True)
class Rows:
    """Points of all facets in one list, sorted by facet and x; every array has one entry a point.

    ``facet`` numbers the facets from 0, ``index`` the points of a facet from 1, ``part`` its phases from 1.
    ``total`` is Σy, ``base`` Σn where there is a denominator; ``rows`` counts the rows of a point, ``size``
    those with a value, and ``mean`` and ``spread`` are the mean and standard deviation of these values.
    """

    facets: list[tuple[Any, ...]]
    facet: Whole
    x: list[Any]
    y: Floats
    total: Floats
    base: Floats | None
    rows: Whole
    size: Floats
    mean: Floats
    spread: Floats
    index: Whole
    part: Whole
    is_ordered: bool


@dataclass(frozen=True)
class Grid:
    """Phases of all facets as rows of equal length; ``there`` marks the cells that hold a point.

    ``at`` gives the row and column of each point, ``baseline`` and ``included`` say what feeds the centre
    line and what counts in the analysis of runs.
    """

    facet: Whole
    part: Whole
    first: Whole
    last: Whole
    at: tuple[Whole, Whole]
    there: Flags
    included: Flags
    baseline: Flags
    y: Floats
    total: Floats
    base: Floats
    size: Floats
    spread: Floats
    given: float | None = field(default=None)

    @property
    def feeds(self) -> Flags:
        """Return which cells feed the centre line: included points of the baseline."""
        return self.there & self.included & self.baseline

    def spread_out(self, cells: Floats) -> Floats:
        """Return a number a point as cells of this grid, NaN where no point is."""
        found = np.full(self.there.shape, np.nan)
        found[self.at] = cells
        return found


# ---------------------------------------------------------------- rows to points


def read_rows(
    columns: Mapping[str, Sequence[Any]],
    *,
    x: str,
    y: str,
    n: str | None = None,
    facets: Sequence[str] = (),
    how: str = "mean",
    part: Sequence[Any] = (),
    is_count: bool = False,
    is_share: bool = False,
) -> Rows:
    """Return the points that rows make.

    Args:
        x, y, n: names of columns; with *n* a point is Σy / Σn, and a row that lacks either lacks both.
        how: ``mean``, ``median`` or ``sum`` of the values of a point without denominator.
        part: last positions of the phases but the last, or one name of a column that tells the phase.
        is_count: whether no value may lie below 0.
        is_share: whether no count may exceed its denominator.

    Raises:
        AnalysisError: an unknown column or aggregate, numbers that can't be, or no row with an x.
    """
    if how not in AGGREGATES:
        raise AnalysisError("unknown_parameter", f"agg_fun is “{how}”; it can be mean, median or sum.")
    refuse_uneven(columns)
    values = numbers(column(columns, y), y)
    if is_count:
        refuse_negative(values, y)
    bases = numbers(column(columns, n), n) if n else None
    if bases is not None and n:
        refuse_bad_base(values, bases, n, is_share=is_share)
        lacks = np.isnan(values) | np.isnan(bases)
        values, bases = np.where(lacks, np.nan, values), np.where(lacks, np.nan, bases)
    cells = labels_of(columns, x)
    kept = np.array([at for at, cell in enumerate(cells) if cell is not None], dtype=np.intp)
    if not kept.size:
        raise AnalysisError("too_few_points", f"No row has a value in “{x}”.")
    told = [labels_of(columns, name) for name in facets]
    labels = [tuple(cells_of[at] for cells_of in told) for at in kept]
    levels, facet = _codes(labels)
    places, order = _codes([cells[at] for at in kept])
    point, member = np.unique(facet * len(places) + order, return_inverse=True)
    of_facet, of_x = point // len(places), point % len(places)
    groups = Groups(values[kept], member, len(point))
    base = None if bases is None else Groups(bases[kept], member, len(point)).total
    index = _positions(of_facet)
    return Rows(
        facets=levels,
        facet=of_facet,
        x=[places[at] for at in of_x],
        y=_aggregate(groups, how) if base is None else over(groups.total, base),
        total=groups.total,
        base=base,
        rows=np.bincount(member, minlength=len(point)),
        size=groups.size,
        mean=groups.mean,
        spread=groups.deviation,
        index=index,
        part=_parts(columns, part, kept, member, of_facet, index),
        is_ordered=_is_ordered(places),
    )


def labels_of(columns: Mapping[str, Sequence[Any]], name: str) -> Sequence[Any]:
    """Return a column that orders or groups the rows: text, days or finite numbers.

    Raises:
        AnalysisError: ``not_finite`` for a number that is none, ``unknown_parameter`` for lists and objects.
    """
    cells = column(columns, name)
    for row, cell in enumerate(cells, 1):
        if cell is not None and not isinstance(cell, str) and not is_number(cell):
            raise AnalysisError("unknown_parameter", f"Row {row} of “{name}” is neither text nor a number.")
        if isinstance(cell, float) and not abs(cell) <= LARGEST:
            raise AnalysisError("not_finite", f"Row {row} of “{name}” is {cell}: give a finite number.")
    return cells


def refuse_uneven(columns: Mapping[str, Sequence[Any]]) -> None:
    """Raise ``unknown_parameter`` where columns are not equally long."""
    lengths = {name: len(cells) for name, cells in columns.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} {length}" for name, length in sorted(lengths.items()))
        raise AnalysisError("unknown_parameter", f"The columns are not equally long: {told}.")


def _codes(labels: Sequence[Any]) -> tuple[list[Any], Whole]:
    """Return the distinct labels in rising order (missing last), and the number of each label in it."""
    try:
        levels = sorted(set(labels), key=_missing_last)
    except TypeError:
        raise AnalysisError("unknown_parameter", "A column mixes numbers with text; use one kind.") from None
    place = {label: at for at, label in enumerate(levels)}
    return levels, np.array([place[label] for label in labels], dtype=np.intp)


def _missing_last(label: Any) -> tuple[Any, ...]:
    cells = label if isinstance(label, tuple) else (label,)
    return tuple((cell is None, 0 if cell is None else cell) for cell in cells)


def _is_ordered(places: Sequence[Any]) -> bool:
    """Say whether an x runs in time: numbers or ISO days; text has no order in time."""
    return all(not isinstance(place, str) or is_day(place) for place in places)


def is_day(text: Any) -> bool:
    """Say whether a text is an ISO day, or moment, that the calendar has."""
    if not isinstance(text, str) or not ISO_TIME.match(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _aggregate(groups: Groups, how: str) -> Floats:
    if how == "sum":
        return groups.total
    return groups.mean if how == "mean" else groups.median


def _positions(facet: Whole) -> Whole:
    """Return the position of each point within its facet, from 1; facets lie together."""
    place = np.arange(facet.size)
    opens = np.ones(facet.size, dtype=bool)
    np.not_equal(facet[1:], facet[:-1], out=opens[1:])
    return place - np.maximum.accumulate(np.where(opens, place, 0)) + 1


def _parts(
    columns: Mapping[str, Sequence[Any]],
    part: Sequence[Any],
    kept: Whole,
    member: Whole,
    facet: Whole,
    index: Whole,
) -> Whole:
    """Return the phase of each point: after each given position, or where the named column changes."""
    if not part:
        return np.ones(index.size, dtype=np.intp)
    if len(part) == 1 and isinstance(part[0], str):
        cells = column(columns, part[0])
        first = np.full(index.size, kept.size, dtype=np.intp)
        np.minimum.at(first, member, np.arange(kept.size))
        labels = [cells[kept[at]] for at in first]
        changed = np.array([False] + [a != b for a, b in pairwise(labels)])
        changed &= index > 1
        total = np.cumsum(changed)
        opening = np.flatnonzero(index == 1)
        phase: Whole = total - np.repeat(total[opening], np.diff(np.r_[opening, index.size])) + 1
        return phase
    ends = positions(part, "part")
    return np.searchsorted(np.array(sorted(set(ends))), index, side="left") + 1


def positions(given: Sequence[Any], name: str, most: int = FURTHEST) -> list[int]:
    """Return positions of points as they were given; one beyond the last point stands for no point.

    Raises:
        AnalysisError: ``unknown_parameter`` when one is no whole number from 1 to *most*.
    """
    for each in given:
        is_known = is_number(each) and not isinstance(each, bool)
        if not is_known or not 1 <= each <= most or each != int(each):
            limit = "positions count from 1" if most == FURTHEST else f"it can be from 1 to {most}"
            raise AnalysisError("unknown_parameter", f"{name} holds {each!r}; {limit}.")
    return [int(each) for each in given]


# ---------------------------------------------------------------- points to grid


def lay_out(
    rows: Rows, *, freeze: int | None = None, exclude: Sequence[int] = (), given: float | None = None
) -> Grid:
    """Return the points as one row a phase. A frozen baseline counts only where there is one phase.

    Args:
        freeze: only points up to this one feed the centre line.
        exclude: positions in each facet that feed neither centre line nor runs.
        given: a centre line from outside.
    """
    phases = int(rows.part.max())
    group, row = np.unique(rows.facet * phases + rows.part - 1, return_inverse=True)
    column_of = _positions(row) - 1
    shape = (group.size, int(column_of.max()) + 1)
    at = (row, column_of)
    is_frozen = freeze is not None and phases == 1

    def cells(values: Any, empty: Any) -> Any:
        found = np.full(shape, empty, dtype=float if isinstance(empty, float) else np.intp)
        found[at] = values
        return found

    index = cells(rows.index, 0)
    there = index > 0
    base = rows.size if rows.base is None else rows.base
    baseline = there & (index <= freeze) if is_frozen and freeze is not None else there.copy()
    return Grid(
        facet=group // phases,
        part=group % phases + 1,
        first=np.where(there, index, index.max() + 1).min(axis=1),
        last=index.max(axis=1),
        at=at,
        there=there,
        included=there & ~np.isin(index, list(exclude)),
        baseline=baseline,
        y=cells(rows.y, np.nan),
        total=cells(rows.total, np.nan),
        base=cells(base, np.nan),
        size=cells(rows.size, np.nan),
        spread=cells(rows.spread, np.nan),
        given=given,
    )
