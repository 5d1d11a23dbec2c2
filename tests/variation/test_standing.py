"""Thousands of months at once follow the rule that one month follows."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from measures.published_queries import Asked
from measures.publishing import breakdowns
from measures.rules import MeasureType
from measures.suppression import Counts, Who, one
from variation.standing import Month, held_back

DAY = date(2026, 1, 1)
cell = st.tuples(st.integers(0, 60), st.integers(1, 60)).map(lambda each: (min(each), max(each)))


@given(st.lists(cell, min_size=1, max_size=8), st.booleans())
def test_one_count_is_held_back_where_its_cell_is_not_shown(
    cells: list[tuple[int, int]], students: bool
) -> None:
    asked = Asked(1, MeasureType.PROPORTION, students, 10)
    months = [Month(at, DAY, 1, y, d, "") for at, (y, d) in enumerate(cells)]

    held = {site for site, _month in held_back(months, asked)}

    who = Who.STUDENTS if students else Who.ADULTS
    assert held == {at for at, (y, d) in enumerate(cells) if not one(Counts(y, d), who, 10).is_shown}


@given(cell, st.lists(st.integers(0, 60), min_size=1, max_size=3))
def test_no_total_is_shown_that_its_groups_would_hide(total: tuple[int, int], sizes: list[int]) -> None:
    asked = Asked(1, MeasureType.PROPORTION, True, 10)
    y, d = total
    sizes = [size for size in sizes if size]
    groups = [Counts(min(y, size) // 2, size) for size in sizes]
    if not groups or sum(sizes) > d or sum(each.count for each in groups) > y:
        return
    months = [Month(1, DAY, 1, y, d, ""), *(Month(1, DAY, 1, g.count, g.population, "EL") for g in groups)]

    if not held_back(months, asked):
        assert breakdowns(Counts(y, d), [groups], 10)[0].is_shown
