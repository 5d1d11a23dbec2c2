"""Drawings of teams."""

from xml.etree import ElementTree

import pytest

from teams.graph import Flag
from teams.svg import Box, Leaf, dots, team_graph

HUB = Box("Cottonwood Valley hub", "district")
STATE = Box("Altamont Department of Education", "state", "used 6 days ago")


@pytest.mark.parametrize(("teams", "height"), [(14, "11.6"), (20, "11.6"), (50, "30.8"), (400, "194")])
def test_dots_wrap_after_twenty_and_none_is_lost(teams: int, height: str) -> None:
    drawing = ElementTree.fromstring(dots([Flag.FINE] * teams, "teams"))
    assert len(drawing) == teams
    assert drawing.get("height") == height


def test_every_weakness_has_a_shape_of_its_own() -> None:
    drawing = ElementTree.fromstring(dots(list(Flag), "four teams"))
    assert [(mark.tag, mark.get("class")) for mark in drawing] == [
        ("circle", "td nolink"), ("path", "td solo"), ("rect", "td stale"), ("circle", "td"),
    ]  # fmt: skip


def test_a_missing_link_has_no_line_and_a_silent_one_is_broken() -> None:
    leaves = [
        Leaf("Alder Creek", "school", "4 days ago"),
        Leaf("Dry Fork", "school", "No way up", Flag.NO_WAY_UP, is_linked=False),
        Leaf("Eagle Bend", "school", "Silent for 71 days", Flag.SILENT, is_silent=True),
    ]
    drawing = ElementTree.fromstring(team_graph([(STATE, False)], HUB, leaves, "Who lifts to whom"))
    lines = [mark.get("class") for mark in drawing if "lk" in (mark.get("class") or "")]
    assert lines == ["lk", "lk ok", "lk stale"]
    assert drawing.get("aria-label") == "Who lifts to whom"


def test_names_are_escaped_and_cut() -> None:
    drawing = str(team_graph([], Box("<b>" * 20, "region"), [Leaf("R&D", "practice", "")], "x", narrow=True))
    assert "<b>" not in drawing
    assert "R&amp;D" in drawing
    ElementTree.fromstring(drawing)


def test_a_long_way_up_is_drawn_in_order() -> None:
    way = [(Box("Region", "region"), True), (STATE, False)]
    drawing = ElementTree.fromstring(team_graph(way, HUB, [], "x"))
    assert [mark.get("class") for mark in drawing if mark.tag == "line"] == ["lk stale", "lk"]
