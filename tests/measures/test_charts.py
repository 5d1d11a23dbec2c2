"""Run charts for pages: the same as the engine's, one at a time or many, and where a signal lies."""

from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from measures import charts
from measures.engine.families import analyse

NAMES = {
    "part": "part", "first": "first_point", "last": "last_point", "centre": "cl", "n_obs": "n_obs",
    "n_useful": "n_useful", "longest_run": "longest_run", "longest_run_max": "longest_run_max",
    "n_crossings": "n_crossings", "n_crossings_min": "n_crossings_min", "is_signal": "runs_signal",
}  # fmt: skip


def _drawn(random: Random) -> tuple[list[float | None], dict[str, Any]]:
    """Draw a series with at least one value, and what may be asked of its chart."""
    size = random.randint(1, 40)
    top = random.choice([2, 5, 50])
    values = [0.0] + [random.choice([None, *map(float, range(top))]) for _ in range(size - 1)]
    asked: dict[str, Any] = {}
    if random.random() < 0.3:
        asked["freeze"] = random.randint(1, size)
    if random.random() < 0.3 and size > 3:
        asked["splits"] = sorted(random.sample(range(1, size), 2))
    if random.random() < 0.3:
        asked["exclude"] = random.sample(range(2, size + 2), min(size, 2))
    if random.random() < 0.2:
        asked["centre"] = 2.0
    return values, asked


@given(st.integers(0, 2**32))
def test_a_chart_of_a_page_is_the_engines(seed: int) -> None:
    values, asked = _drawn(Random(seed))
    names = {"splits": "part", "centre": "cl"}
    params = {names.get(name, name): given for name, given in asked.items()}
    columns = {"x": list(range(len(values))), "y": values}
    result = analyse({"id": 1, "family": "run_charts", "params": params, "columns": columns})["result"]

    chart = charts.run_chart(values, **asked)

    told = [{name: getattr(part, ours) for ours, name in NAMES.items()} for part in chart.parts]
    assert told == result["parts"]
    assert list(chart.part) == result["points"]["part"]
    assert list(chart.centre) == result["points"]["cl"]


@given(st.lists(st.lists(st.one_of(st.none(), st.integers(0, 9).map(float)), max_size=30), max_size=12))
def test_many_charts_at_once_are_the_charts_one_by_one(many: list[list[float | None]]) -> None:
    assert charts.run_charts(many) == [charts.run_chart(values) for values in many]


def test_points_without_an_order_hold_no_signal() -> None:
    values = [1.0] * 10 + [2.0] * 10

    assert charts.run_chart(values).is_signal
    assert not charts.run_chart(values, is_ordered=False).is_signal


def test_too_few_points_leave_the_median_provisional() -> None:
    assert charts.run_chart([1.0] * 9).is_provisional
    assert not charts.run_chart([1.0] * 10).is_provisional


def test_an_empty_chart_has_no_signal() -> None:
    chart = charts.run_chart([])

    assert chart.is_provisional
    assert not chart.is_signal
    assert charts.signal_span(chart) is None
    assert charts.last_run(chart) == 0


def test_the_latest_long_run_carries_the_signal() -> None:
    chart = charts.run_chart([1.0] * 9 + [3.0] * 9 + [2.0])

    assert charts.signal_span(chart) == (10, 18)
    assert charts.last_run(chart) == 9


def test_few_crossings_point_to_the_longest_run() -> None:
    chart = charts.run_chart([10.0, 12.0, 11.0, 13.0, 20.0, 14.0, 21.0, 22.0, 23.0, 24.0, 25.0, 26.0])

    assert chart.parts[0].longest_run == 6
    assert chart.is_signal
    assert charts.signal_span(chart) == (7, 12)


CLIMB = [38.0, 54.0, 58.0, 67.0, 75.0, 75.0, 83.0, 83.0, 88.0, 96.0, 96.0, 96.0, 96.0]


def test_a_low_start_that_was_left_behind_is_a_climb_though_it_is_the_longest_run() -> None:
    chart = charts.run_chart(CLIMB)

    assert (chart.parts[0].centre, chart.parts[0].longest_run, chart.is_signal) == (83.0, 6, True)
    assert charts.rises(chart)
    assert charts.signal_span(chart) == (9, 13)
    assert not charts.rises(charts.run_chart([-value for value in CLIMB]))


def test_a_long_run_that_has_ended_is_set_beside_what_came_after() -> None:
    low_first = charts.run_chart([1.0] * 9 + [3.0] * 4 + [1.0] + [3.0] * 6)

    assert charts.signal_span(low_first) == (1, 9)
    assert charts.rises(low_first)


def test_a_long_run_that_goes_on_tells_by_its_side() -> None:
    chart = charts.run_chart([3.0] * 2 + [1.0] + [3.0] * 4 + [1.0] + [3.0] * 4 + [1.0] * 8)

    assert charts.signal_span(chart) == (13, 20)
    assert not charts.rises(chart)


@given(st.lists(st.one_of(st.none(), st.integers(0, 20).map(float)), max_size=40))
def test_turning_a_chart_upside_down_changes_no_count(values: list[float | None]) -> None:
    mirrored = [None if value is None else -value for value in values]

    up, down = charts.run_chart(values).parts[0], charts.run_chart(mirrored).parts[0]

    assert (up.n_useful, up.longest_run, up.n_crossings, up.is_signal) == (
        down.n_useful, down.longest_run, down.n_crossings, down.is_signal
    )  # fmt: skip
