"""The smallest of the counts behind a sum decide as every single count would."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures import least
from measures.least import FREE, Counted, may_be_shown
from measures.rules import MeasureType
from measures.suppression import UNTOLD, Counts, Who, one, tells_groups
from tests.drill import IS_DRILL

DAY, LATER, NEXT_MONTH = date(2026, 1, 5), date(2026, 1, 12), date(2026, 2, 2)


def is_shown(kind: MeasureType, who: Who, minimum: int, *told: float) -> bool:
    return bool(may_be_shown(kind, who, minimum, *([value] for value in told))[0])


@settings(max_examples=2000 if IS_DRILL else 60)
@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=5),
    st.lists(st.lists(st.integers(1, 60), min_size=1, max_size=3), max_size=2),
    st.sampled_from(Who),
    st.integers(1, 30),
)
def test_a_share_is_shown_where_each_of_its_counts_may_be(
    pairs: list[tuple[int, int]], tables: list[list[int]], who: Who, minimum: int
) -> None:
    days = [(count, count + rest) for count, rest in pairs]
    rows = [Counted(1, 1, 1, DAY, float(days[0][1]))]
    rows += [
        Counted(1, 1, 1, DAY, float(n), f"by {at}", str(n)) for at, sizes in enumerate(tables) for n in sizes
    ]
    room = least.rooms(rows).get((1, 1, DAY.replace(day=1)), FREE)
    smallest = [min(column) for column in zip(*(least.of(y, d) for y, d in days), strict=True)]

    alone = all(one(Counts(y, d), who, minimum).is_shown for y, d in days)
    tells = who is Who.STUDENTS and any(tells_groups(days[0][1], sizes, minimum) for sizes in tables)
    assert is_shown(MeasureType.PROPORTION, who, minimum, *smallest[:3], room) is (alone and not tells)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=5), st.sampled_from(Who), st.integers(1, 30))
def test_counts_out_of_an_untold_number_too(counts: list[int], who: Who, minimum: int) -> None:
    smallest = [min(column) for column in zip(*(least.of(y, None) for y in counts), strict=True)]

    wanted = all(one(Counts(y, UNTOLD), who, minimum).is_shown for y in counts)
    assert is_shown(MeasureType.COUNT, who, minimum, *smallest) is wanted


@pytest.mark.parametrize("who", Who)
def test_what_is_not_known_is_hidden_but_means_count_nobody(who: Who) -> None:
    unknown = (np.nan,) * 4

    assert not is_shown(MeasureType.PROPORTION, who, 1, *unknown)
    assert is_shown(MeasureType.CONTINUOUS, who, 10, *unknown)


def test_days_are_as_few_as_the_students_they_are_of() -> None:
    told = least.of(150, 1700, people=15)

    assert told == (150, 15, 1550, FREE)
    assert is_shown(MeasureType.PROPORTION, Who.STUDENTS, 15, *told)
    assert not is_shown(MeasureType.PROPORTION, Who.STUDENTS, 16, *told)


def test_groups_are_held_against_their_own_day_once_somebody_counted_twice() -> None:
    month = (1, 1, DAY.replace(day=1))
    once = [Counted(1, 1, 1, DAY, 100), Counted(1, 1, 1, LATER, 95, "EL", "no")]
    twice = [*once, Counted(1, 1, 1, LATER, 200), Counted(1, 1, 2, LATER, 96)]

    assert least.rooms(once) == {month: 5}
    assert least.rooms(twice) == {month: 95}
    assert least.rooms([once[0], Counted(1, 1, 1, NEXT_MONTH, 95, "EL", "no")]) == {}
