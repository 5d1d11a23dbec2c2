"""A table of students by subgroup, tried against somebody who knows every total."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from measures.suppression import Cell, Counts, Show
from variation import students
from variation.comparison import Sight
from variation.students import Row, Table

MINIMUM = 10
GROUPS = [("Language", "Beginning"), ("Language", "Intermediate"), ("Language", "Advanced")]


def make(rows: Sequence[Sequence[tuple[int, int]]], sight: Sight = Sight.BELOW) -> tuple[list[Row], Table]:
    made = []
    for at, cells in enumerate(rows):
        groups = tuple(Counts(min(count, size), size) if size else None for count, size in cells)
        total = Counts(sum(g.count for g in groups if g), sum(g.population for g in groups if g))
        made.append(Row(str(at), f"School {at}", sight, total, groups))
    return made, students.table(made, GROUPS, MINIMUM, "Together")


def bounds(cell: Cell, truth: Counts) -> tuple[float, float]:
    if cell.is_shown:
        return truth.count, truth.count
    if cell.show is Show.LOW:
        return 0, MINIMUM - 1
    if cell.show is Show.HIGH:
        return truth.population - MINIMUM + 1, truth.population
    return 0, truth.population


def widths(rows: list[Row], table: Table) -> list[float]:
    """Return how far each hidden count stays open to someone who subtracts what is shown from a row's total.

    Less than zero is less than the smallest cell asks for. One equation a row: interval arithmetic is exact.
    """
    found = []
    for row, shown in zip(rows, table.rows, strict=True):
        if not shown.total.is_shown:
            continue  # the total isn't published either
        known = [
            (bounds(cell, group), group)
            for cell, group in zip(shown.cells, row.groups, strict=True)
            if cell and group
        ]
        for at, ((low, high), group) in enumerate(known):
            if low == high:
                continue
            others = [bound for place, (bound, _) in enumerate(known) if place != at]
            least = max(low, row.total.count - sum(high for _, high in others))
            most = min(high, row.total.count - sum(low for low, _ in others))
            found.append((most - least) - min(MINIMUM - 1, group.population))
    return found


cell = st.tuples(st.integers(0, 60), st.integers(0, 60))


@settings(deadline=None, max_examples=200)
@given(st.lists(st.tuples(cell, cell, cell), min_size=3, max_size=5))
def test_subtraction_from_the_totals_narrows_no_student(raw: list[tuple[tuple[int, int], ...]]) -> None:
    rows, table = make(raw)

    assert all(width >= 0 for width in widths(rows, table))


def test_one_small_group_hides_another_in_its_row_and_no_neighbour() -> None:
    _, table = make(
        [((4, 30), (40, 90), (60, 150)), ((20, 50), (40, 90), (60, 150)), ((22, 50), (44, 90), (50, 150))]
    )

    assert [c.show for c in table.rows[0].cells if c] == [Show.LOW, Show.ALSO_HIDDEN, Show.FULL]
    assert table.hides
    assert all(cell and cell.is_shown for row in table.rows[1:] for cell in row.cells)


def test_the_own_school_is_whole_and_others_are_pooled() -> None:
    raw = [((4, 30), (40, 90), (60, 150))] * 5
    rows, _ = make(raw, Sight.UNNAMED)
    rows[0] = Row("0", "Ours", Sight.OWN, rows[0].total, rows[0].groups)

    table = students.table(rows, GROUPS, MINIMUM, "Together")

    assert [row.name for row in table.rows] == ["Ours"]
    assert [c.count for c in table.rows[0].cells if c] == [4, 40, 60]
    assert table.pooled is not None
    assert table.pooled.total.count == sum(row.total.count for row in rows)
    assert [cell and cell.count for cell in table.pooled.cells] == [None, None, 5 * 60]


def test_only_schools_whose_own_cell_is_shown_are_pooled() -> None:
    few, many = ((4, 30), (40, 90), (60, 150)), ((15, 30), (40, 90), (60, 150))
    _, table = make([few, many, many, many], Sight.UNNAMED)

    assert table.pooled is not None
    assert [cell and cell.count for cell in table.pooled.cells] == [45, 120, 240]
    _, table = make([few, few, many, many], Sight.UNNAMED)
    assert table.pooled is not None
    assert [cell and cell.count for cell in table.pooled.cells] == [None, None, 240]


def test_each_breakdown_adds_up_to_the_total_by_itself() -> None:
    cells = (Counts(4, 30), Counts(46, 90), Counts(30, 60), Counts(20, 60))
    groups = [("Language", "learner"), ("Language", "other"), ("Sex", "girls"), ("Sex", "boys")]

    table = students.table([Row("a", "A", Sight.BELOW, Counts(50, 120), cells)], groups, MINIMUM, "Together")

    assert [cell.is_shown for cell in table.rows[0].cells if cell] == [False, False, True, True]


def test_two_unnamed_schools_are_not_pooled() -> None:
    rows, table = make([((4, 30), (40, 90), (60, 150))] * 2, Sight.UNNAMED)

    assert (len(rows), table.rows, table.pooled) == (2, (), None)
