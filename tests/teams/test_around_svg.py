"""Whom one team touches."""

from xml.etree import ElementTree

import pytest

from teams import around_svg
from teams.graph import Edge, Node, TeamGraph
from tests.teams.pictures import TODAY, small


def test_a_team_touches_all_above_its_peers_and_those_directly_below() -> None:
    near = around_svg.neighbours(small().graph, 2, [7, 999])
    assert (near.above, near.peers, near.below, near.hidden) == ([1], [7], [3, 4, 5], 0)


def test_of_many_below_the_weak_ones_are_drawn_first() -> None:
    nodes = [Node(0, "Hub", "district", 5)] + [Node(i, f"S{i:02}", "school", 3) for i in range(1, 30)]
    nodes.append(Node(30, "Zed", "school", 1))
    graph = TeamGraph(nodes, [Edge(i, 0, 30, TODAY) for i in range(1, 31)], TODAY)
    near = around_svg.neighbours(graph, 0, [])
    assert (len(near.below), near.hidden) == (around_svg.MOST, 6)
    assert near.below[-1] == 30
    assert "and 6 more, in the list" in around_svg.drawing(graph, near, "x")


@pytest.mark.parametrize("narrow", [True, False])
def test_links_peers_and_silence_are_different_lines(narrow: bool) -> None:
    graph = small().graph
    near = around_svg.neighbours(graph, 2, [7])
    drawing = ElementTree.fromstring(around_svg.drawing(graph, near, "Around it", narrow=narrow))
    lines = [mark.get("class") for mark in drawing if (mark.get("class") or "").startswith("lk")]
    assert sorted(lines, key=str) == ["lk ok", "lk ok", "lk ok", "lk peer", "lk stale"]
    assert drawing.get("aria-label") == "Around it"


@pytest.mark.parametrize("narrow", [True, False])
def test_flags_are_words_beside_the_shapes(narrow: bool) -> None:
    graph = small().graph
    drawing = around_svg.drawing(graph, around_svg.neighbours(graph, 2, []), "x", narrow=narrow)
    assert "Gone quiet" in drawing
    assert "One person" in drawing
    alone = around_svg.drawing(graph, around_svg.neighbours(graph, 6, []), "x", narrow=narrow)
    assert "No way up" in alone


def test_the_page_says_the_way_and_lists_everybody() -> None:
    page = around_svg.page(small(), 2, [7])
    assert page.way == "Valley hub lifts straight to Agency."
    assert "Weak: School 4, School 5." in page.label
    assert "It learns with School 7." in page.label
    assert [line.name for line in page.feeders] == ["School 3", "School 4", "School 5"]
    assert [line.name for line in page.above] == ["Agency"]
    assert around_svg.page(small(), 2, [7], start=2).feeders[0].name == "School 5"


def test_peers_that_are_archived_are_left_out() -> None:
    picture = small()
    known, gone = picture.places[7].public_id, small().links[3, 2].public_id
    peers = [(known, "School 7", "school", ""), (gone, "Gone", "school", "")]
    assert around_svg.peer_numbers(picture.team_ids, peers) == [7]
