"""The pieces of drawings: coordinates, shapes, the time axis, and nothing unescaped."""

from datetime import date
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from nic_platform import svg


@pytest.mark.parametrize(("value", "text"), [(3.0, "3"), (3.14, "3.1"), (0.04, "0"), (-2.5, "-2.5")])
def test_coordinates_have_at_most_one_decimal(value: float, text: str) -> None:
    assert svg.n(value) == text


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs", "Cn"])))
def test_whatever_is_said_is_escaped(words: str) -> None:
    drawing = svg.svg(10, 10, [svg.text(1, 2, words)], words)
    root = ElementTree.fromstring(str(drawing))

    assert root.attrib["aria-label"] == words
    assert "".join(root.itertext()) == words


def test_a_drawing_is_one_picture_with_a_sentence() -> None:
    drawing = svg.svg(20, 10.5, [svg.line(0, 0, 1, 1, "ln")], "A line", "mini")

    assert isinstance(drawing, Markup)
    assert drawing == (
        '<svg class="chart mini" viewBox="0 0 20 10.5" width="20" height="10.5" role="img" '
        'aria-label="A line">'
        '<line class="ln" x1="0" y1="0" x2="1" y2="1"/></svg>'
    )


@pytest.mark.parametrize("kind", ["circle", "ring", "square", "diamond", "triangle", "pentagon", "cross"])
def test_every_shape_is_a_mark_around_its_place(kind: str) -> None:
    mark = ElementTree.fromstring(svg.shape(kind, 10, 10, 4, "nd"))

    assert mark.attrib["class"] == "nd"
    assert mark.tag in {"circle", "rect", "path"}


def test_an_unknown_shape_is_an_error() -> None:
    with pytest.raises(ValueError, match="no such shape"):
        svg.shape("blob", 0, 0, 1, "nd")


def test_time_runs_from_the_first_day_to_the_last() -> None:
    scale = svg.TimeScale(date(2026, 1, 1), date(2026, 1, 11), 10, 110)

    assert [scale(date(2026, 1, day)) for day in (1, 6, 11)] == [10, 60, 110]


def test_a_single_day_is_no_division_by_zero() -> None:
    day = date(2026, 1, 1)

    assert svg.TimeScale(day, day, 10, 110)(day) == 10


def test_months_are_those_that_begin_within_the_span() -> None:
    found = list(svg.months(date(2025, 11, 2), date(2026, 2, 1)))

    assert found == [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]


@pytest.mark.parametrize(("value", "rounded"), [(0.5, 1), (2.5, 3), (2.49, 2), (-0.5, 0)])
def test_people_round_half_up(value: float, rounded: int) -> None:
    assert svg.rnd(value) == rounded


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (0, "0"), (3.14159, "3.142"), (20.0, "20"), (0.004217, "0.004217"), (12345.6, "12,346"),
        (2_500_000, "2,500,000"), (-1234.5, "-1,234"), (9.99996, "10"), (1e-300, "0"),
    ],
)  # fmt: skip
def test_a_number_is_told_without_an_exponent(value: float, told: str) -> None:
    assert svg.amount(value) == told
