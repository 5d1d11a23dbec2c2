from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from measures import suppression
from measures.suppression import Counts, Show, Who

STUDENTS, ADULTS = Who.STUDENTS, Who.ADULTS
tables = st.lists(
    st.integers(0, 12).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1, max_size=4
)


@pytest.mark.parametrize(
    ("count", "population", "show"),
    [
        (4, 9, Show.HIDDEN),
        (0, 15, Show.HIDDEN),
        (15, 40, Show.FULL),
        (10, 20, Show.FULL),
        (0, 40, Show.LOW),
        (1, 40, Show.LOW),
        (9, 40, Show.LOW),
        (31, 40, Show.HIGH),
        (40, 40, Show.HIGH),
        (9, 19, Show.LOW),
        (10, 19, Show.HIGH),
        (9, 18, Show.HIDDEN),
    ],
)
def test_students_are_hidden_by_denominator_numerator_and_rest(
    count: int, population: int, show: Show
) -> None:
    assert suppression.one(Counts(count, population), STUDENTS, 10).show is show


@pytest.mark.parametrize(
    ("count", "population", "show"), [(3, 9, Show.HIDDEN), (0, 10, Show.FULL), (9, 10, Show.FULL)]
)
def test_adults_are_hidden_by_the_size_of_their_group_alone(count: int, population: int, show: Show) -> None:
    assert suppression.one(Counts(count, population), ADULTS, 10).show is show


def test_a_bound_is_the_same_for_every_count_it_could_be() -> None:
    low = {suppression.one(Counts(k, 60), STUDENTS, 10) for k in range(10)}
    high = {suppression.one(Counts(60 - k, 60), STUDENTS, 10) for k in range(10)}

    assert [cell.bound for cell in low] == [15.0]
    assert [cell.bound for cell in high] == [85.0]


def test_one_hidden_row_takes_another_with_it() -> None:
    made = suppression.group([Counts(30, 60), Counts(3, 8), Counts(20, 44)], ADULTS, 10)

    assert [cell.show for cell in made.cells] == [Show.FULL, Show.HIDDEN, Show.ALSO_HIDDEN]
    assert made.total.count == 53


def test_a_total_that_gives_every_row_away_is_hidden_too() -> None:
    made = suppression.group([Counts(12, 30), Counts(3, 5)], STUDENTS, 10)

    assert [cell.show for cell in made.cells] == [Show.ALSO_HIDDEN, Show.HIDDEN]
    assert made.total.show is Show.ALSO_HIDDEN


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    rows = [Counts(30, 60), Counts(22, 44)]

    made = suppression.group(rows, STUDENTS, 10)

    assert [(cell.count, cell.population) for cell in made.cells] == [(30, 60), (22, 44)]


def test_a_hidden_cell_holds_no_number() -> None:
    assert suppression.one(Counts(3, 8), STUDENTS, 10) == suppression.Cell(Show.HIDDEN)


@settings(max_examples=120, deadline=None)
@given(tables, st.integers(2, 5))
def test_no_student_count_can_be_had_by_subtraction(table: list[tuple[int, int]], minimum: int) -> None:
    """Try every table a reader could still believe in who also knows how large each group is."""
    rows = [Counts(k, n) for k, n in table]
    made = suppression.group(rows, STUDENTS, minimum)
    believable = [range(n + 1) for _k, n in table]
    for at, cell in enumerate(made.cells):
        n = table[at][1]
        if cell.is_shown:
            believable[at] = range(table[at][0], table[at][0] + 1)
        elif cell.show is Show.LOW:
            believable[at] = range(minimum)
        elif cell.show is Show.HIGH:
            believable[at] = range(n - minimum + 1, n + 1)
    size = 1
    for values in believable:
        size *= len(values)
    assume(size < 30000)
    total = sum(k for k, _n in table) if made.total.is_shown else None
    worlds = [w for w in product(*believable) if total is None or sum(w) == total]

    for at, cell in enumerate(made.cells):
        if not cell.is_shown:
            seen = {world[at] for world in worlds}
            assert max(seen) - min(seen) >= min(minimum - 1, table[at][1])


@given(tables, st.integers(2, 12))
def test_adults_left_over_are_never_one_group_nor_too_few(table: list[tuple[int, int]], minimum: int) -> None:
    rows = [Counts(k, n) for k, n in table]
    made = suppression.group(rows, ADULTS, minimum)
    hidden = [row for row, cell in zip(rows, made.cells, strict=True) if not cell.is_shown]
    if hidden and made.total.is_shown:
        assert len(hidden) >= 2
        assert sum(row.population for row in hidden) >= minimum


@pytest.mark.parametrize(
    ("count", "population", "who", "words"),
    [
        (20, 24, ADULTS, "20 of 24 (83%)"),
        (2, 8, ADULTS, "Fewer than 10 adults"),
        (2, 8, STUDENTS, "Too few students to show (fewer than 10)"),
        (4, 40, STUDENTS, "≤ 23%"),
        (38, 40, STUDENTS, "≥ 77%"),
    ],
)
def test_a_cell_is_put_in_words(count: int, population: int, who: Who, words: str) -> None:
    cell = suppression.one(Counts(count, population), who, 10)

    assert suppression.words(cell, who, 10) == words


def test_a_total_that_gives_a_group_away_is_hidden_wherever_it_stands() -> None:
    total, small, large = Counts(96, 312), Counts(1, 5), Counts(95, 307)

    assert suppression.one(total, Who.STUDENTS, 10).is_shown
    assert suppression.beside(total, [], Who.STUDENTS, 10).is_shown
    assert suppression.beside(total, [[small, large]], Who.STUDENTS, 10) == suppression.ALSO_HIDDEN
    assert suppression.beside(total, [[Counts(8, 41), Counts(88, 271)]], Who.STUDENTS, 10).is_shown


def test_what_a_table_leaves_out_counts_as_one_more_group() -> None:
    assert suppression.beside(Counts(96, 312), [[Counts(8, 41)]], Who.STUDENTS, 10).is_shown
    assert not suppression.beside(Counts(96, 312), [[Counts(93, 305)]], Who.STUDENTS, 10).is_shown


def test_adults_totals_stand_beside_their_groups() -> None:
    assert suppression.beside(Counts(20, 24), [[Counts(3, 5), Counts(17, 19)]], Who.ADULTS, 10).is_shown


@given(
    st.lists(st.integers(1, 40), min_size=1, max_size=4), st.integers(0, 40), st.integers(2, 12), st.data()
)
def test_sizes_alone_say_whether_a_total_tells_its_groups(
    sizes: list[int], in_none: int, minimum: int, data: st.DataObject
) -> None:
    people = sum(sizes) + in_none
    assume(people >= 2 * minimum)
    total = data.draw(st.integers(minimum, people - minimum))
    counts, left, room = [], total, people
    for size in sizes:
        room -= size
        count = data.draw(st.integers(max(0, left - room), min(size, left)))
        counts.append(Counts(count, size))
        left -= count

    is_shown = suppression.beside(Counts(total, people), [counts], STUDENTS, minimum).is_shown
    assert suppression.tells_groups(people, sizes, minimum) is not is_shown
