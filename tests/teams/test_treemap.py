"""The map of a network."""

import pytest

from teams import treemap
from teams.outline import Tally
from tests.teams.pictures import LARCH, STATE, VALLEY, WEST, small


def test_the_map_has_a_tile_for_each_place_two_steps_down() -> None:
    tree = small().outline
    assert treemap.drawn(tree, STATE) == [LARCH, WEST, VALLEY]
    data = treemap.treemap(tree, STATE, "Altamont")["data"][0]
    assert data["labels"] == ["Altamont", "Fort Larch", "Western Slope", "Cottonwood Valley"]
    assert data["parents"] == ["", "all", "all", str(WEST)]
    assert data["values"] == [7, 1, 5, 5]
    assert data["text"][3] == "5 teams, 3 weak"


def test_weak_places_are_told_by_words_and_hatching_not_by_colour_alone() -> None:
    marker = treemap.treemap(small().outline, STATE, "Altamont")["data"][0]["marker"]
    assert marker["pattern"]["shape"] == ["", "", "/", "/"]
    assert treemap.is_mostly_weak(Tally(3, 1))
    assert not treemap.is_mostly_weak(Tally(4, 1))
    assert not treemap.is_mostly_weak(Tally())


def test_a_large_network_shows_one_step_only(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = small().outline
    monkeypatch.setattr(treemap, "MOST_TILES", 2)
    assert treemap.drawn(tree, STATE) == [LARCH, WEST]


def test_the_sentence_says_where_a_third_is_weak() -> None:
    tree = small().outline
    assert treemap.map_sentence(tree, STATE) == (
        "2 places; one has teams with a weak link. In one it is a third of them or more."
    )
    assert treemap.map_sentence(tree, LARCH) == "0 places, and every team in them can be heard."
