"""Bars with names and words."""

from xml.etree import ElementTree

import pytest

from teams.bars import Bar, bars

ROWS = [
    Bar("Northern Front", 4, "4 of 50"),
    Bar("R&D " * 20, 2, "2 of 9", is_weak=False),
    Bar("None", 0, "0"),
]


@pytest.mark.parametrize("narrow", [True, False])
def test_bars_share_one_scale_that_begins_at_nothing(narrow: bool) -> None:
    drawing = ElementTree.fromstring(bars(ROWS, "Teams by place", narrow=narrow))
    widths = [float(mark.get("width", "")) for mark in drawing if mark.tag == "rect"]
    assert widths[0] == pytest.approx(2 * widths[1], abs=0.2)
    assert widths[2] == 0
    assert drawing.get("aria-label") == "Teams by place"


@pytest.mark.parametrize("narrow", [True, False])
def test_words_stay_inside_the_picture(narrow: bool) -> None:
    drawing = ElementTree.fromstring(bars(ROWS, "x", narrow=narrow))
    last = next(mark for mark in drawing if mark.get("class") == "t ax")
    assert float(last.get("x", "")) + 7 * len("4 of 50") <= float(drawing.get("width", ""))


def test_what_is_no_weakness_is_painted_otherwise() -> None:
    drawing = ElementTree.fromstring(bars(ROWS, "x"))
    assert [mark.get("class") for mark in drawing if mark.tag == "rect"] == [
        "bar-weak",
        "bar-plain",
        "bar-weak",
    ]


def test_no_rows_are_an_empty_picture() -> None:
    assert "rect" not in bars([], "nothing")
