"""An agenda: its parts in order, nothing twice, about how long."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk import agenda
from desk.agenda import Part, Point

POINTS = st.lists(
    st.builds(
        Point,
        part=st.sampled_from(Part),
        kind=st.sampled_from(["milestone", "cycle"]),
        id=st.integers(1, 6).map(lambda number: UUID(int=number)),
        title=st.text(max_size=5),
        reason=st.just(""),
        minutes=st.integers(1, 10),
        asks=st.booleans(),
        on=st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    )
)


@given(POINTS)
def test_every_point_stands_once_in_its_part_and_parts_in_order(points: list[Point]) -> None:
    made = agenda.make_agenda(points)

    assert {point.key for point in made.points} == {point.key for point in points}
    assert len({point.key for point in made.points}) == len(made.points)
    parts = [section.part for section in made.sections]
    assert parts == [part for part in Part if part in parts]
    assert made.minutes == sum(point.minutes for point in made.points)
    for section in made.sections:
        asks = [point.asks for point in section.points]
        assert asks == sorted(asks, reverse=True)


@pytest.mark.parametrize(
    ("minutes", "words"), [(1, "About 1 minute"), (9, "About 9 minutes"), (16, "About 20 minutes"),
                           (20, "About 20 minutes")],
)  # fmt: skip
def test_the_time_is_a_round_guess(minutes: int, words: str) -> None:
    assert agenda.cost(minutes) == words
