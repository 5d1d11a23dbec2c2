"""Counts put together: over time, of groups, of places, and under filters."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures import publishing
from measures.publishing import Figure, Place, breakdowns, from_sums, leaf, period, pooled, spanning, together
from measures.suppression import ALSO_HIDDEN, HIDDEN, UNTOLD, Cell, Counts, Show, Who, one

STUDENTS, ADULTS = Who.STUDENTS, Who.ADULTS
count = st.integers(0, 80).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def school(*cells: tuple[float, float], who: Who = STUDENTS) -> Place:
    return leaf("s", [Counts(*cell) for cell in cells], who, 10)


def test_a_sum_over_time_is_shown_where_each_count_is() -> None:
    assert period([Counts(20, 50), Counts(30, 60)], STUDENTS, 10) == Cell(Show.FULL, 50, 110)
    assert period([Counts(20, 50), Counts(3, 60)], STUDENTS, 10) == HIDDEN
    assert period([Counts(20, 50), Counts(3, 8)], ADULTS, 10) == HIDDEN


def test_few_at_every_time_are_few_over_all_of_it() -> None:
    low = period([Counts(2, 40), Counts(9, 60)], STUDENTS, 10)

    assert (low.show, low.count, low.population, low.bound) == (Show.LOW, None, 100, 18.0)
    assert period([Counts(39, 40), Counts(52, 60)], STUDENTS, 10).show is Show.HIGH


def test_a_group_takes_another_with_it_and_a_total_that_tells_takes_all() -> None:
    whole, (cells,) = breakdowns(Counts(100, 300), [[Counts(4, 30), Counts(46, 150), Counts(50, 120)]], 10)
    assert whole.is_shown
    assert [cell.show for cell in cells if cell] == [Show.LOW, Show.FULL, Show.ALSO_HIDDEN]

    whole, (cells, others) = breakdowns(
        Counts(96, 312), [[Counts(1, 5), Counts(95, 307)], [Counts(40, 150), None, Counts(56, 162)]], 10
    )
    assert whole == ALSO_HIDDEN
    assert cells == [ALSO_HIDDEN] * 2
    assert others == [ALSO_HIDDEN, None, ALSO_HIDDEN]


def test_who_is_in_no_group_is_one_more_group() -> None:
    """Of 60 students, 50 are in groups that could be shown: the ten others could be had by subtraction."""
    _whole, (cells,) = breakdowns(Counts(30, 60), [[Counts(13, 25), Counts(14, 25)]], 10)

    assert not all(cell.is_shown for cell in cells if cell)


def test_groups_that_overlap_are_held_against_everybody_else() -> None:
    _whole, (cells,) = breakdowns(Counts(60, 100), [[Counts(55, 90), Counts(30, 60), Counts(20, 40)]], 10)

    assert [cell.is_shown for cell in cells if cell] == [False, True, True]


def test_a_total_gives_way_to_the_places_shown() -> None:
    shown = [school((30, 60)), school((40, 80)), school((25, 50))]
    district = together("d", [*shown, school((3, 40))], STUDENTS, 10)

    assert district.cell == ALSO_HIDDEN
    assert district.figure == Figure(95, 190, 3, 4)
    assert not district.figure.is_all
    assert together("d", shown, STUDENTS, 10).figure == Figure(95, 190, 3, 3)


def test_a_total_holds_what_is_hidden_where_everything_keeps_its_room() -> None:
    few = [school((each, 60)) for each in (3, 6, 5, 7)]
    district = together("d", [school((30, 60)), *few], STUDENTS, 10)

    assert district.cell == Cell(Show.FULL, 51, 300)
    assert together("d", few, STUDENTS, 10).hidden == ()
    assert together("d", few, STUDENTS, 10, has_total=False).cell == ALSO_HIDDEN


def test_a_small_total_is_hidden_with_its_places() -> None:
    district = together("d", [school((2, 60)), school((3, 60)), school((1, 60))], STUDENTS, 10)

    assert (district.cell, district.figure, district.places, district.of) == (HIDDEN, None, 0, 3)
    assert together("d", [], STUDENTS, 10).cell == HIDDEN


def test_a_state_is_made_of_districts_shown_and_of_the_schools_of_others() -> None:
    one_each = [
        together("d", [school((30, 60)), school((40, 80)), school((25, 50)), school((few, 60))], STUDENTS, 10)
        for few in (3, 6, 5, 7)
    ]
    state = together("s", one_each, STUDENTS, 10)
    assert state.cell == Cell(Show.FULL, 4 * 95 + 21, 4 * 250)

    state = together("s", [*one_each[:2], together("d", [school((30, 60))], STUDENTS, 10)], STUDENTS, 10)
    assert state.figure == Figure(220, 440, 7, 9)


def test_adults_need_three_small_staffs_that_are_no_small_group_together() -> None:
    large = school((30, 60), who=ADULTS)
    few = [school((2, size), who=ADULTS) for size in (4, 5, 6)]

    assert not together("d", [large, *few[:2]], ADULTS, 10).cell.is_shown
    assert not together("d", [large, *few], ADULTS, 10).cell.is_shown  # nine beside the largest
    assert together("d", [large, *few, few[0]], ADULTS, 10).cell == Cell(Show.FULL, 38, 79)


def test_a_longer_span_has_its_total_where_each_month_has() -> None:
    schools = [school((30, 60)), school((40, 80)), school((25, 50))]
    months = [together("d", schools, STUDENTS, 10), together("d", [*schools, school((3, 40))], STUDENTS, 10)]
    whole = [
        school((30, 60), (30, 60)),
        school((40, 80), (40, 80)),
        school((25, 50), (25, 50)),
        school((3, 40)),
    ]

    assert spanning("d", months[:1], whole[:3]).cell.is_shown
    assert spanning("d", months, whole).figure == Figure(190, 380, 3, 4)


def test_filters_pool_the_places_shown_from_three_on() -> None:
    places = [school((30, 60)), school((40, 80)), school((3, 60)), school((25, 50))]

    assert pooled(places) == Figure(95, 190, 3, 4)
    assert pooled(places[:3]) is None
    assert pooled(places, least=5) is None


def test_sums_with_what_is_held_back_in_them() -> None:
    assert from_sums("s", Counts(50, 110), [], STUDENTS, 10) == Place(
        "s", Cell(Show.FULL, 50, 110), Counts(50, 110), Counts(50, 110)
    )
    place = from_sums("s", Counts(24, 120), [Counts(4, 60)], STUDENTS, 10)
    assert (place.cell, place.places, place.hidden[0].people) == (HIDDEN, 0, 60)
    assert from_sums("s", Counts(4, 60), [Counts(4, 60)], STUDENTS, 10).cell.show is Show.LOW


@pytest.mark.parametrize(("number", "is_shown"), [(9, False), (10, True)])
def test_counts_out_of_an_untold_number(number: int, is_shown: bool) -> None:
    place = leaf("s", [Counts(number, UNTOLD)], STUDENTS, 10)

    assert place.cell.is_shown is is_shown
    assert place.cell.population is None
    found = pooled([place] * 3)
    assert (found and found.percent) is None


@given(st.lists(count, min_size=1, max_size=12), st.sampled_from(Who), st.integers(1, 20))
def test_columns_say_what_single_counts_say(cells: list[tuple[int, int]], who: Who, minimum: int) -> None:
    y, d = (np.array([cell[at] for cell in cells], float) for at in (0, 1))

    found = publishing.stand(y, d, np.ones(len(cells)), who, minimum)
    assert found.tolist() == [one(Counts(*cell), who, minimum).is_shown for cell in cells]
    assert not publishing.stand(y, d, np.full(len(cells), 2), who, minimum).any()


@given(st.lists(count.filter(lambda cell: cell[1] > 0), min_size=1, max_size=8), st.randoms())
def test_what_is_shown_depends_on_no_order(cells: list[tuple[int, int]], chance: object) -> None:
    places = [school(cell) for cell in cells]
    first = together("d", places, STUDENTS, 10)
    chance.shuffle(places)  # type: ignore[attr-defined]
    again = together("d", places, STUDENTS, 10)

    assert (again.cell, again.figure) == (first.cell, first.figure)


@pytest.mark.parametrize(
    ("chosen", "left_out", "is_crowd"),
    [(0, 9, True), (9, 0, True), (5, 5, True), (4, 9, False), (9, 1, False)],
)
def test_a_filter_cuts_no_few_places_out_or_off(chosen: int, left_out: int, is_crowd: bool) -> None:
    assert publishing.is_crowd(chosen, left_out, 5) is is_crowd
