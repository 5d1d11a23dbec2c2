"""One measured line: which target counts now, what follows, when to count next."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

from desk.series import Promise
from tests.desk.test_week import TODAY, a_series


def dated(days: int, target: float = 80) -> Promise:
    return Promise(uuid4(), f"In {days}", TODAY + timedelta(days=days), target)


def test_the_target_that_counts_is_the_latest_that_has_come_due() -> None:
    past, recent, coming = dated(-30), dated(-2), dated(40)
    series = replace(a_series(50), promises=[past, recent, coming])

    assert (series.current(TODAY), series.following(TODAY)) == (recent, coming)


def test_before_any_is_due_the_first_counts() -> None:
    first, second = dated(10), dated(40)
    series = replace(a_series(), promises=[first, second])

    assert (series.current(TODAY), series.following(TODAY)) == (first, second)


def test_after_the_last_nothing_follows() -> None:
    assert replace(a_series(), promises=[dated(-2)]).following(TODAY) is None


def test_counting_ends_with_monitoring() -> None:
    ended = replace(dated(-30), monitor_until=TODAY - timedelta(days=1))

    assert replace(a_series(90, 95), promises=[ended]).next_count(TODAY) is None


def test_a_month_is_a_slower_rhythm() -> None:
    monthly = replace(dated(60), rhythm="monthly")
    series = replace(a_series(50), promises=[monthly])

    assert series.next_count(TODAY) == series.known(TODAY)[-1].on + timedelta(days=31)


def test_an_unknown_rhythm_or_shape_is_read_as_weekly_stairs() -> None:
    odd = replace(dated(60), rhythm="now and then", shape="wavy")
    series = replace(a_series(50), promises=[odd])

    assert series.next_count(TODAY) == series.known(TODAY)[-1].on + timedelta(days=7)
    assert series.standing(TODAY).status == "on_track"


def test_what_was_written_down_later_was_not_known() -> None:
    series = a_series(50, 60)

    assert [reading.value for reading in series.known(date(2026, 2, 17))] == [50]
