from datetime import date, timedelta

from measures import charts, reading
from measures.reading import Kind
from measures.rules import Direction

START = date(2026, 1, 5)


def days(n: int) -> list[date]:
    return [START + timedelta(weeks=i) for i in range(n)]


def read(values: list[float], direction: Direction = Direction.UP) -> reading.Variation:
    return reading.variation(charts.run_chart(values), days(len(values)), direction)


def test_no_counts_make_no_claim() -> None:
    assert read([]).kind is Kind.NOTHING


def test_two_points_are_no_signal_yet() -> None:
    found = read([10, 90])

    assert found.title == "No signal yet."
    assert found.sentence == "2 of 10 counts: the median is provisional."


def test_a_long_run_at_the_end_is_dated() -> None:
    found = read([10.0] * 9 + [30.0] * 9)

    assert found.kind is Kind.IMPROVING
    assert (found.first, found.last) == (10, 18)
    assert found.sentence.startswith(
        "Since Mar 9 the last 9 counts are above the median of 20%; chance alone"
    )


def test_the_same_run_is_a_concern_where_less_is_better() -> None:
    assert read([10.0] * 9 + [30.0] * 9, Direction.DOWN).kind is Kind.CONCERN


def test_a_run_that_has_ended_is_told_as_past() -> None:
    found = read([30.0] * 9 + [10.0] * 4 + [30.0] + [10.0] * 6)

    assert found.kind is Kind.CONCERN
    assert found.sentence.startswith(
        "From Jan 5 to Mar 2 the counts were above the median of 20% without a break"
    )


def test_a_climb_from_a_low_start_is_never_called_getting_worse() -> None:
    found = read([38, 54, 58, 67, 75, 75, 83, 83, 88, 96, 96, 96, 96])

    assert found.kind is Kind.IMPROVING
    assert (found.first, found.last) == (9, 13)


def test_too_few_crossings_are_told_by_their_number() -> None:
    found = read([10.0, 12.0, 11.0, 13.0, 20.0, 14.0, 21.0, 22.0, 23.0, 24.0, 25.0, 26.0])

    assert "crosses its median of 20% only once" in found.sentence or "only" in found.sentence


def test_ordinary_variation_says_so() -> None:
    found = read([10.0, 20.0, 12.0, 18.0, 11.0, 19.0, 10.0, 22.0, 13.0, 21.0])

    assert found.kind is Kind.ORDINARY
    assert found.tone == ""


def test_a_single_crossing_is_told_as_once() -> None:
    assert "crosses its median of 15% once: what" in read([15.0] * 8 + [10.0, 20.0]).sentence
