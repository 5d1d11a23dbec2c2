from datetime import date
from xml.etree import ElementTree as Xml

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedback import svg
from feedback.svg import Leg, Tile

TODAY = date(2026, 2, 24)
LEGS = [
    Leg("school", date(2026, 1, 12), date(2026, 1, 14)),
    Leg("district", date(2026, 1, 14), date(2026, 1, 27), 10),
    Leg("state", date(2026, 1, 27), date(2026, 2, 17), 21),
    Leg("district", date(2026, 2, 17), date(2026, 2, 20), 5),
    Leg("school", date(2026, 2, 20), TODAY, 14),
]


def classes(drawing: str) -> list[str]:
    return [part.get("class", "") for part in Xml.fromstring(drawing)]


def test_a_path_breaks_its_line_where_a_promise_passed() -> None:
    drawing = svg.switchback(LEGS, TODAY, date(2026, 3, 6), turn=True)

    assert classes(drawing).count("leg late") == 1
    assert classes(drawing).count("rise") == 4
    assert classes(drawing).count("promise") == 4
    assert "3 late" in drawing
    assert "here turn" in classes(drawing)


def test_a_closed_path_has_no_today_and_no_holder() -> None:
    drawing = svg.switchback(LEGS, TODAY, TODAY, closed=True)

    assert not {"here", "here turn", "today"} & set(classes(drawing))


def test_the_sentence_tells_the_path() -> None:
    assert svg.path_words(LEGS[:2]) == "School 2 days; District 13 days, 3 past the promise so far"


def test_a_path_through_a_region_shows_its_level() -> None:
    legs = [*LEGS[:2], Leg("region", date(2026, 1, 27), TODAY, 21)]

    assert "Region" in svg.switchback(legs, TODAY, TODAY)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.integers(0, 90), st.sampled_from(svg.LEVELS)), min_size=1, max_size=8),
    st.integers(1, 30),
)
def test_every_path_is_well_formed(stays: list[tuple[int, str]], promise: int) -> None:
    day, legs = date(2025, 8, 1).toordinal(), []
    for days, level in stays:
        legs.append(Leg(level, date.fromordinal(day), date.fromordinal(day + days), promise))
        day += days

    today = date.fromordinal(day)
    for drawing in (
        svg.switchback(legs, today, today, narrow=True, w=350, h=210),
        svg.mini_switchback(legs, today),
    ):
        assert Xml.fromstring(drawing).get("aria-label")


def test_a_strip_marks_what_is_past_its_promise_by_shape_too() -> None:
    drawing = svg.strip([(3, False), (3, False), (25, True)], 21, axis=True, label="3 reports")

    assert classes(drawing).count("dot") == 2
    assert classes(drawing).count("dot late") == 1


def test_a_very_old_item_widens_the_strip() -> None:
    assert "NaN" not in svg.strip([(400, True)], 21)


def test_tiles_repeat_their_number_in_their_shade() -> None:
    drawing = svg.tilemap([Tile("Adams", "ADA", 13), Tile("Bell", "BEL", 0)])

    assert {"tile q3", "tile q0"} <= set(classes(drawing))
    assert ">13<" in drawing


def test_codes_do_not_repeat() -> None:
    assert svg.codes(["Cottonwood Valley", "Cottonfield"]) == ["COT", "COO"]
