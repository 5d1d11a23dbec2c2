"""Students' results of schools by subgroup, every cell hidden that shows or gives away a few students.

Each school is decided by itself, all its breakdowns beside its total (:mod:`measures.publishing`), whoever
reads; a column put together takes only the schools whose own cell is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from measures import publishing, suppression
from measures.suppression import HIDDEN, Cell, Counts, Who, whole
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


def table(rows: Sequence[Row], groups: Sequence[tuple[str, str]], minimum: int, pooled_name: str) -> Table:
    """Return what may be shown of *rows*.

    Args:
        groups: breakdown and subgroup of each column.
        pooled_name: what to call the schools put together.
    """
    public = [_public(row, groups, minimum) for row in rows]
    shown = tuple(
        _whole(row) if row.sight is Sight.OWN else decided
        for row, decided in zip(rows, public, strict=True)
        if row.sight is not Sight.UNNAMED
    )
    unseen = [at for at, row in enumerate(rows) if row.sight is Sight.UNNAMED]
    pooled = None
    if len(unseen) >= publishing.POOLED_FROM:
        pooled = _pooled(rows, public, unseen, minimum, pooled_name)
    return Table(tuple(name for _breakdown, name in groups), shown, pooled)


def _public(row: Row, groups: Sequence[tuple[str, str]], minimum: int) -> ShownRow:
    """Return a school as anybody outside it may see it."""
    sets = list(dict.fromkeys(breakdown for breakdown, _name in groups))
    columns = [[at for at, group in enumerate(groups) if group[0] == each] for each in sets]
    total, tables = publishing.breakdowns(
        row.total, [[row.groups[at] for at in some] for some in columns], minimum
    )
    cells: list[Cell | None] = [None] * len(groups)
    for some, line in zip(columns, tables, strict=True):
        for at, cell in zip(some, line, strict=True):
            cells[at] = cell
    return ShownRow(row.key, row.name, total, tuple(cells))


def _whole(row: Row) -> ShownRow:
    cells = tuple(whole(group) if group else None for group in row.groups)
    return ShownRow(row.key, row.name, whole(row.total), cells)


def _pooled(
    rows: Sequence[Row], public: Sequence[ShownRow], unseen: Sequence[int], minimum: int, name: str
) -> ShownRow:
    """Return the schools put together, column by column, and their totals."""

    def one(counts: Sequence[Counts | None], cells: Sequence[Cell | None]) -> Cell | None:
        places = {
            at: publishing.leaf(rows[at].key, [count], Who.STUDENTS, minimum, cells=[cell])
            for at, (count, cell) in enumerate(zip(counts, cells, strict=True))
            if count is not None and cell is not None
        }
        if not places:
            return None
        figure = publishing.pooled(places.values())
        if figure is None or publishing.pooled(places[at] for at in unseen if at in places) is None:
            return HIDDEN
        return suppression.whole(Counts(figure.count, figure.population))

    width = len(rows[0].groups)
    line = tuple(
        one([row.groups[at] for row in rows], [row.cells[at] for row in public]) for at in range(width)
    )
    total = one([row.total for row in rows], [row.total for row in public])
    return ShownRow("", name, total or HIDDEN, line)
