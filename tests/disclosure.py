"""An attack on published figures: a made-up state, all that is published of it, and what can be worked out.

The attacker knows every figure shown on any page, how many people each group has, and may know one school
from inside. What they can conclude of a hidden count is the least and the most that it can be in any state
of the world in which everything known holds: two linear programmes for each count.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from measures import publishing, suppression
from measures.publishing import Place
from measures.suppression import Cell, Counts, Who

Var = tuple[Any, ...]
"""A count: ("t", school, day), or ("g", school, day, breakdown, group); "r" is what groups leave out."""
STUDENTS = Who.STUDENTS
TIGHT = 1e-6


@dataclass(frozen=True)
class State:
    """A made-up state: schools by district, months of days, and what was counted."""

    minimum: int
    districts: Mapping[int, Sequence[int]]
    months: Sequence[Sequence[int]]  # their days
    sets: Mapping[str, int]  # breakdown: how many groups
    counts: Mapping[Var, Counts]

    @property
    def schools(self) -> list[int]:
        """Return all schools."""
        return [school for some in self.districts.values() for school in some]

    def days_of(self, school: int, month: Sequence[int]) -> list[int]:
        """Return the days of a month on which a school counted."""
        return [day for day in month if ("t", school, day) in self.counts]

    def tables(self, school: int, day: int) -> list[list[Counts | None]]:
        """Return a school's groups of a day, breakdown by breakdown."""
        return [
            [self.counts.get(("g", school, day, name, at)) for at in range(size)]
            for name, size in self.sets.items()
        ]


@dataclass
class Known:
    """What an attacker knows: figures that sums are equal to, and between what single counts lie."""

    sums: list[tuple[list[Var], float]] = field(default_factory=list)
    ranges: dict[Var, tuple[float, float]] = field(default_factory=dict)
    figures: int = 0

    def equal(self, parts: Iterable[Var], value: float) -> None:
        """Note one published figure."""
        self.sums.append(([*parts], value))
        self.figures += 1

    def cell(self, part: Var, counts: Counts, cell: Cell, minimum: int) -> None:
        """Note one published cell, hidden ones too: that they are hidden says nothing."""
        self.figures += 1
        self.ranges[part] = suppression.span(counts, cell, minimum)


def make_state(rng: np.random.Generator, minimum: int) -> State:
    """Make up a state with all that gives counts away: tiny and large schools, rates near 0 and 100 %."""
    districts: dict[int, list[int]] = {}
    for district in range(rng.integers(1, 5)):
        first = sum(map(len, districts.values()))
        districts[district] = list(
            range(first, first + int(rng.choice([rng.integers(1, 5), rng.integers(4, 13)])))
        )
    months, day = [], 0
    for _month in range(rng.integers(1, 4)):
        length = int(rng.integers(1, 3))
        months.append(list(range(day, day + length)))
        day += length
    sets = {f"set {at}": int(rng.integers(2, 5)) for at in range(rng.integers(0, 3))}
    counts: dict[Var, Counts] = {}
    for school, when in product([s for some in districts.values() for s in some], range(day)):
        if rng.random() < 0.9:
            counts |= dict(_school_day(rng, minimum, school, when, sets))
    return State(minimum, districts, months, sets, counts)


def _school_day(
    rng: np.random.Generator, minimum: int, school: int, day: int, sets: Mapping[str, int]
) -> Iterator[tuple[Var, Counts]]:
    sizes = [rng.integers(1, minimum + 3), rng.integers(minimum, 6 * minimum), rng.integers(8, 25) * minimum]
    size, rate = int(rng.choice(sizes, p=[0.2, 0.4, 0.4])), rng.choice([0.02, 0.3, 0.5, 0.7, 0.97])
    people = rng.random(size) < rate  # each true or not
    yield ("t", school, day), Counts(int(people.sum()), size)
    for name, groups in sets.items():
        leaves_out = rng.random() < 0.3
        share = rng.dirichlet(np.full(groups + leaves_out, rng.choice([0.4, 3.0])))
        of = rng.choice(groups + leaves_out, size, p=share)
        for at in range(groups + leaves_out):
            if n := int((of == at).sum()):
                yield (
                    ("r" if at == groups else "g", school, day, name, at),
                    Counts(int(people[of == at].sum()), n),
                )


def everything_published(state: State, rng: np.random.Generator) -> Known:
    """Return all that any page, file or answer may show of a state, by the platform's own functions."""
    known = Known()
    cells: dict[Var, Cell] = {}
    totals: list[tuple[Var, Counts]] = [each for each in state.counts.items() if each[0][0] == "t"]
    for (kind, school, day), total in totals:
        whole, tables = publishing.breakdowns(total, state.tables(school, day), state.minimum)
        cells[kind, school, day] = whole
        for (name, _size), row in zip(state.sets.items(), tables, strict=True):
            for at, cell in enumerate(row):
                if cell is not None:
                    cells["g", school, day, name, at] = cell
    for part, cell in cells.items():
        known.cell(part, state.counts[part], cell, state.minimum)
    _totals(state, cells, known, rng)
    for name, size in state.sets.items():
        for at in range(size):
            _filters(state, cells, known, rng, ("g", name, at))
    return known


def _leaf(
    state: State, cells: Mapping[Var, Cell], school: int, days: Sequence[int], series: Var
) -> tuple[Place, list[Var]] | None:
    parts = [(series[0], school, day, *series[1:]) for day in days]
    parts = [part for part in parts if part in cells]
    if not parts:
        return None
    own = [state.counts[part] for part in parts]
    made = publishing.leaf(str(school), own, STUDENTS, state.minimum, cells=[cells[part] for part in parts])
    return made, parts


def _totals(state: State, cells: Mapping[Var, Cell], known: Known, rng: np.random.Generator) -> None:
    """Publish districts and the state, month by month and over every span of months."""
    by_month: dict[Any, list[Place]] = {}
    leaves = {}
    for month in state.months:
        made = {s: _leaf(state, cells, s, state.days_of(s, month), ("t",)) for s in state.schools}
        leaves[month[0]] = made
        upper = []
        for district, schools in state.districts.items():
            some = [each for s in schools if (each := made[s])]
            place = publishing.together(str(district), [each[0] for each in some], STUDENTS, state.minimum)
            _note(known, place, [each[0] for each in some], [each[1] for each in some])
            by_month.setdefault(district, []).append(place)
            upper.append(place)
        every = [each for each in made.values() if each]
        whole = publishing.together("state", upper, STUDENTS, state.minimum)
        by_month.setdefault("state", []).append(whole)
        _note(known, whole, [each[0] for each in every], [each[1] for each in every], upper)
    _filters(state, cells, known, rng, ("t",))
    for first, last in {(a, b) for a in range(len(state.months)) for b in range(a + 1, len(state.months))}:
        days = [day for month in state.months[first : last + 1] for day in month]
        for key, months in by_month.items():
            schools = state.schools if key == "state" else state.districts[key]
            some = [each for s in schools if (each := _leaf(state, cells, s, days, ("t",)))]
            below = [each[0] for each in some]
            place = publishing.spanning(str(key), months[first : last + 1], below)
            _note(known, place, below, [each[1] for each in some])


def _note(
    known: Known,
    place: Place,
    leaves: Sequence[Place],
    parts: Sequence[Sequence[Var]],
    below: Sequence[Place] = (),
) -> None:
    """Note a place's figure: of everything, or of what is shown of the places below it."""
    if place.figure is None:
        return
    if place.cell.is_shown:
        known.equal([part for some in parts for part in some], place.figure.count)
        return
    whole = {each.key for each in below if each.cell.is_shown}
    if whole:
        return  # made of figures that are published themselves; the filters try those of single places
    known.equal(
        [p for leaf, some in zip(leaves, parts, strict=True) if leaf.cell.is_shown for p in some],
        place.figure.count,
    )


def _filters(
    state: State, cells: Mapping[Var, Cell], known: Known, rng: np.random.Generator, series: Var
) -> None:
    """Publish what pages pool under filters: any choice of schools, over any span of months."""
    for _try in range(6):
        first = int(rng.integers(0, len(state.months)))
        days = [day for month in state.months[first : first + int(rng.integers(1, 4))] for day in month]
        chosen = [school for school in state.schools if rng.random() < 0.6]
        some = [each for s in chosen if (each := _leaf(state, cells, s, days, series))]
        figure = publishing.pooled([each[0] for each in some])
        if figure:
            known.equal([p for leaf, parts in some if leaf.cell.is_shown for p in parts], figure.count)


def naively_published(state: State) -> Known:
    """Return what would be published without complements: each small cell hidden, every other total shown."""
    known = Known()
    for part, counts in state.counts.items():
        if part[0] != "r":
            known.cell(part, counts, suppression.one(counts, STUDENTS, state.minimum), state.minimum)
    for month in state.months:
        for schools in (*state.districts.values(), state.schools):
            parts: list[Var] = [("t", s, day) for s in schools for day in state.days_of(s, month)]
            count, people = (
                sum(state.counts[p].count for p in parts),
                sum(state.counts[p].population for p in parts),
            )
            if suppression.one(Counts(count, people), STUDENTS, state.minimum).is_shown:
                known.equal(parts, count)
    return known


@dataclass
class Found:
    """What an attack found: how many hidden counts were tried, and which were narrowed too far."""

    tried: int = 0
    narrowed: list[tuple[Var, float, float]] = field(default_factory=list)


def attack(state: State, known: Known, insider: int | None = None) -> Found:
    """Try every hidden count of a state. *insider* is a school that the attacker knows from inside."""
    names = [*state.counts]
    place = {part: at for at, part in enumerate(names)}
    low = np.zeros(len(names))
    high = np.array([state.counts[part].population for part in names], float)
    for part, (least, most) in known.ranges.items():
        low[place[part]], high[place[part]] = least, most
    for part in names:
        if part[1] == insider:
            low[place[part]] = high[place[part]] = state.counts[part].count
    equations = [*known.sums, *_structure(state)]
    open_rows = _without_fixed(equations, place, low, high)
    found = Found()
    for columns, rows in _components(open_rows, len(names)):
        _try(state, [names[at] for at in columns], columns, rows, low, high, found)
    return found


def _structure(state: State) -> Iterator[tuple[list[Var], float]]:
    """Give what everybody knows without being told: groups add up to their total (less the total: zero)."""
    for part in state.counts:
        if part[0] == "t":
            for name in state.sets:
                rows = [p for p in state.counts if p[0] != "t" and p[1:4] == (*part[1:], name)]
                if rows:
                    yield [*rows, ("-", *part)], 0.0


Row = tuple[dict[int, float], float]


def _without_fixed(
    equations: Sequence[tuple[list[Var], float]], place: Mapping[Var, int], low: np.ndarray, high: np.ndarray
) -> list[Row]:
    """Return the equations in what is still open, each of them once."""
    rows: dict[tuple[tuple[int, float], ...], float] = {}
    for parts, value in equations:
        row: dict[int, float] = {}
        for part in parts:
            sign, own = (-1.0, part[1:]) if part[0] == "-" else (1.0, part)
            row[place[own]] = row.get(place[own], 0.0) + sign
        left = value - sum(sign * low[at] for at, sign in row.items() if low[at] == high[at])
        key = tuple(sorted((at, sign) for at, sign in row.items() if low[at] != high[at]))
        if not key:
            assert abs(left) < TIGHT, "a figure holds something that is not shown"
            continue
        rows[key] = left
    return [(dict(key), value) for key, value in rows.items()]


def _components(rows: Sequence[Row], size: int) -> Iterator[tuple[list[int], list[Row]]]:
    """Give what hangs together: counts that no equation ties to others can't narrow them."""
    pairs = [(at, next(iter(row))) for row, _value in rows for at in row]
    graph = coo_matrix((np.ones(len(pairs)), tuple(zip(*pairs, strict=True)) or ([], [])), shape=(size, size))
    number, label = connected_components(graph, directed=False)
    some: dict[int, list[Row]] = {}
    for row in rows:
        some.setdefault(int(label[next(iter(row[0]))]), []).append(row)
    for at in range(number):
        if at in some:
            yield [int(column) for column in np.flatnonzero(label == at)], some[at]


def _try(
    state: State,
    names: Sequence[Var],
    columns: Sequence[int],
    rows: Sequence[Row],
    low: np.ndarray,
    high: np.ndarray,
    found: Found,
) -> None:
    at_of = {column: at for at, column in enumerate(columns)}
    matrix = np.zeros((len(rows), len(columns)))
    for line, (row, _value) in enumerate(rows):
        for column, sign in row.items():
            matrix[line, at_of[column]] = sign
    values = np.array([value for _row, value in rows])
    bounds = np.column_stack([low[columns], high[columns]])
    for at, part in enumerate(names):
        counts = state.counts[part]
        if part[0] == "r" and suppression.one(counts, STUDENTS, state.minimum).is_shown:
            continue  # what groups leave out is no cell; it matters where it is small
        found.tried += 1
        least, most = _extremes(matrix, values, bounds, at)
        if most - least < min(state.minimum - 1, counts.population) - TIGHT:
            found.narrowed.append((part, least, most))


def _extremes(matrix: np.ndarray, values: np.ndarray, bounds: np.ndarray, at: int) -> tuple[float, float]:
    cost = np.zeros(matrix.shape[1])
    cost[at] = 1.0
    ends = []
    for sign in (1.0, -1.0):
        made = linprog(sign * cost, A_eq=matrix, b_eq=values, bounds=bounds, method="highs")
        assert made.status == 0, made.message
        ends.append(sign * made.fun)
    return ends[0], ends[1]
