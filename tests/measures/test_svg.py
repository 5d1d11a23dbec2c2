from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from measures import charts, svg
from measures.rules import Direction
from nic_platform.svg import TimeScale

FIRST, LAST = date(2025, 8, 18), date(2026, 5, 29)
TARGETS = [
    svg.Target(date(2025, 10, 30), 40, "met", "met"),
    svg.Target(date(2025, 12, 15), 65, "late"),
    svg.Target(date(2026, 2, 15), 90, "missed", "missed"),
    svg.Target(date(2026, 4, 30), 95),
]
CYCLES = [
    svg.Bar("1", date(2025, 10, 6), date(2025, 10, 17), "adapt"),
    svg.Bar("2", date(2026, 2, 9), date(2026, 3, 9)),
]


def dots(*values: float) -> list[svg.Dot]:
    return [svg.Dot(date(2025, 9, 29) + timedelta(weeks=i), value) for i, value in enumerate(values)]


def drawn(picture: Markup) -> ElementTree.Element:
    return ElementTree.fromstring(picture)


def classes(picture: Markup) -> list[str]:
    return [mark.get("class", "") for mark in drawn(picture)]


def run(points: list[svg.Dot], **more: object) -> Markup:
    chart = charts.run_chart([dot.value for dot in points])
    return svg.run_chart(points, chart, TARGETS, (FIRST, LAST), date(2026, 2, 24), label="A & B", **more)  # type: ignore[arg-type]  # keywords vary by test


def test_run_chart_shows_points_targets_and_cycles() -> None:
    found = classes(run(dots(*range(10, 28)), cycles=CYCLES))

    assert found.count("tgt") == 1
    assert found.count("tg-mark ok") == 1
    assert found.count("tg-mark no") == 1
    assert found.count("cyc adapt") == 1
    assert found.count("cyc open") == 1
    assert found.count("today") == 1
    assert sum(css.split()[0] == "pt" for css in found) == 18


def test_only_the_points_of_the_signal_take_colour() -> None:
    found = classes(run(dots(*[10.0] * 9, *[30.0] * 9)))

    assert found.count("pt up") == 9
    assert found.count("pt") == 9


def test_a_provisional_median_is_dotted_and_colours_nothing() -> None:
    found = classes(run(dots(10, 20, 30)))

    assert "med ext" in found
    assert "pt up" not in found


def test_a_gap_of_more_than_three_weeks_is_dotted() -> None:
    late = [
        svg.Dot(FIRST, 10),
        svg.Dot(FIRST + timedelta(days=21), 20),
        svg.Dot(FIRST + timedelta(days=43), 30),
    ]

    assert classes(run(late)).count("ln gap") == 1


def test_words_are_escaped_and_the_picture_has_a_sentence() -> None:
    picture = drawn(run(dots(10, 20)))

    assert picture.get("role") == "img"
    assert picture.get("aria-label") == "A & B"


def test_an_empty_chart_still_draws() -> None:
    assert classes(run([])).count("tgt") == 1


def test_empty_path_marks_where_the_first_count_goes() -> None:
    picture = svg.empty_path(TARGETS, (FIRST, LAST), label="plan")

    assert "first count goes here" in picture
    assert classes(picture).count("here turn") == 1


def test_small_multiples_share_their_axes() -> None:
    one, other = (svg.mini_run(dots(5, value), TARGETS, (FIRST, LAST), label="x") for value in (10, 90))

    assert [c.get("d") for c in drawn(one)] == [c.get("d") for c in drawn(other)]
    assert drawn(one)[0].attrib == drawn(other)[0].attrib


@pytest.mark.parametrize("narrow", [False, True])
def test_year_panel_colours_its_tail(narrow: bool) -> None:
    panel = svg.year_panel(
        dots(10, 20, 30), TARGETS, (FIRST, LAST), LAST, label="x", tone="up", tail=2, narrow=narrow
    )

    assert classes(panel).count("pt up") == 2


@given(st.lists(st.floats(-50, 5000, allow_nan=False), max_size=20))
def test_an_axis_holds_every_value_between_round_ticks(values: list[float]) -> None:
    scale = svg.scale_for(values, is_percent=False)

    assert all(scale.low <= value <= scale.high for value in values)
    assert 2 <= len(scale.ticks) <= 7


def test_a_rate_of_hundredths_fills_the_picture() -> None:
    scale = svg.scale_for([0.06, 0.12, 0.16], is_percent=False)

    assert (scale.low, scale.high) == (0, 0.2)
    assert svg.scale_for([0.0, 0.0], is_percent=False).high == 1


def test_a_share_has_the_whole_axis() -> None:
    assert svg.scale_for([3.0], is_percent=True) == svg.PERCENT


def test_down_is_good_where_less_is_better() -> None:
    chart = charts.run_chart([30.0] * 9 + [10.0] * 9)

    assert svg.tone_of(chart, Direction.DOWN) == "up"
    assert svg.tone_of(chart, Direction.UP) == "down"


def test_the_target_path_stays_within_the_chart_on_both_sides() -> None:
    first, last = date(2026, 2, 1), date(2026, 3, 31)
    scale = TimeScale(first, last, 40.0, 400.0)
    targets = [
        svg.Target(date(2025, 11, 1), 20.0),
        svg.Target(date(2026, 2, 20), 40.0),
        svg.Target(date(2026, 6, 1), 80.0),
    ]

    path = svg.staircase(targets, scale, lambda value: value, first, last)

    assert [y for _x, y in path] == [40.0, 40.0, 80.0, 80.0]
    assert (path[0][0], path[-1][0]) == (40.0, scale(last))
    over = svg.staircase(targets[:1], scale, lambda value: value, first, last)
    assert over == [(40.0, 20.0), (scale(last), 20.0)]


@pytest.mark.parametrize(("on", "anchor"), [(date(2026, 2, 2), None), (date(2026, 5, 27), "end")])
def test_the_last_value_keeps_out_of_the_words_of_the_goal(on: date, anchor: str | None) -> None:
    targets = [svg.Target(date(2026, 2, 15), 40)]
    panel = svg.year_panel([svg.Dot(on, 54)], targets, (FIRST, LAST), LAST, label="A")

    words = next(mark for mark in drawn(panel) if mark.text == "54%")

    assert words.get("text-anchor") == anchor
