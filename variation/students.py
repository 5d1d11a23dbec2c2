"""Students' results of schools by subgroup, every cell hidden that shows or gives away a few students.

Rows and columns both have totals that somebody may know (a school's report, a district's): further cells
are hidden until no hidden one can be had from its row or its column.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from measures import suppression
from measures.suppression import ALSO_HIDDEN, Cell, Counts, Show, Who
from variation.comparison import Sight


@dataclass(frozen=True)
class Row:
    """One school before anything is hidden: all its students, and each subgroup that was tested."""

    key: str
    name: str
    sight: Sight
    total: Counts
    groups: tuple[Counts | None, ...]


@dataclass(frozen=True)
class ShownRow:
    """One school as the reader may see it; ``cells`` in the order of the table's subgroups."""

    key: str
    name: str
    total: Cell
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True)
class Table:
    """The schools the reader sees by name, and all of them together where single ones may not be seen."""

    groups: tuple[str, ...]
    rows: tuple[ShownRow, ...]
    pooled: ShownRow | None = None

    @property
    def hides(self) -> bool:
        """Say whether any cell is hidden."""
        return any(cell and not cell.is_shown for row in self.rows for cell in (row.total, *row.cells))


def table(
    rows: Sequence[Row], groups: Sequence[str], totals: Sequence[Cell], minimum: int, pooled_name: str
) -> Table:
    """Return what may be shown of *rows*.

    Args:
        totals: what may be shown of each school's own total, decided where schools are compared.
        pooled_name: what to call all schools together.
    """
    cells = _cells(rows, totals, minimum)
    _cover(rows, cells, minimum)
    covered = [_total(row, total, minimum) for row, total in zip(rows, totals, strict=True)]
    shown = tuple(
        ShownRow(row.key, row.name, total, tuple(line))
        for row, total, line in zip(rows, covered, cells, strict=True)
        if row.sight is not Sight.UNNAMED
    )
    unseen = [row for row in rows if row.sight is Sight.UNNAMED]
    pooled = _pooled(rows, len(groups), minimum, pooled_name) if len(unseen) >= 3 else None
    return Table(tuple(groups), shown, pooled)


def _cells(rows: Sequence[Row], totals: Sequence[Cell], minimum: int) -> list[list[Cell | None]]:
    found: list[list[Cell | None]] = []
    for row, total in zip(rows, totals, strict=True):
        if row.sight is Sight.OWN:
            found.append([suppression.whole(group) if group else None for group in row.groups])
        elif not total.is_shown:
            found.append([ALSO_HIDDEN if group else None for group in row.groups])
        else:
            found.append(
                [suppression.one(group, Who.STUDENTS, minimum) if group else None for group in row.groups]
            )
    return found


def _cover(rows: Sequence[Row], cells: list[list[Cell | None]], minimum: int) -> None:
    """Hide further cells, in rows and columns by turns, until nothing can be had by subtraction."""
    width = len(rows[0].groups) if rows else 0
    lines = [
        [(at, column) for column in range(width)] for at, row in enumerate(rows) if row.sight is not Sight.OWN
    ]
    lines += [
        [(at, column) for at, row in enumerate(rows) if row.sight is not Sight.OWN] for column in range(width)
    ]
    changed = True
    while changed:
        hid = [_cover_line(rows, cells, line, minimum) for line in lines]  # every line, each time
        changed = any(hid)


def _cover_line(
    rows: Sequence[Row], cells: list[list[Cell | None]], line: Sequence[tuple[int, int]], minimum: int
) -> bool:
    places = [(at, column) for at, column in line if rows[at].groups[column] is not None]
    counts = [group for at, column in places if (group := rows[at].groups[column]) is not None]
    changed = False
    while True:
        now = [cell for at, column in places if (cell := cells[at][column]) is not None]
        if not suppression.exposed(counts, now, Who.STUDENTS, minimum):
            return changed
        left = [at for at, cell in enumerate(now) if cell.is_shown]
        left = left or [at for at, cell in enumerate(now) if cell.show in (Show.LOW, Show.HIGH)]
        if not left:
            return changed
        victim = min(left, key=lambda at: (counts[at].population, at))
        row, column = places[victim]
        cells[row][column] = ALSO_HIDDEN
        changed = True


def _total(row: Row, total: Cell, minimum: int) -> Cell:
    """Return the row's total, hidden too where even with every cell hidden it would give one away."""
    if row.sight is Sight.OWN or not total.is_shown:
        return total
    groups = [group for group in row.groups if group]
    return suppression.beside(row.total, [groups], Who.STUDENTS, minimum)


def _pooled(rows: Sequence[Row], width: int, minimum: int, name: str) -> ShownRow:
    """Return all schools together; from three unnamed ones up no single school can be taken out."""
    sums = []
    for column in range(width):
        found = [group for row in rows if (group := row.groups[column]) is not None]
        sums.append(Counts(sum(g.count for g in found), sum(g.population for g in found)))
    whole = Counts(sum(row.total.count for row in rows), sum(row.total.population for row in rows))
    covered = suppression.group([each for each in sums if each.population], Who.STUDENTS, minimum)
    cells = iter(covered.cells)
    line = tuple(next(cells) if each.population else None for each in sums)
    return ShownRow("", name, suppression.one(whole, Who.STUDENTS, minimum), line)
