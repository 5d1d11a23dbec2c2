"""How far a change has travelled."""

from teams.graph import Node
from teams.spread import spread, spread_sentence

ALDER = Node(3, "Alder Creek", "school", place="Cottonwood Valley")
EAGLE = Node(5, "Eagle Bend", "school", place="Cottonwood Valley")
LARCH = Node(7, "Fort Larch", "school", place="Northern Front")
ALL = [ALDER, EAGLE, LARCH]


def test_the_distance_of_a_change_counts_adoptions() -> None:
    nodes = {node.id: node for node in ALL}
    found = spread(ALDER, [(3, 5), (5, 7), (6, 4)], nodes)
    assert (found.teams, found.distance, found.places, found.farthest) == (2, 2, 1, "Fort Larch")
    assert "2 adoptions away (Fort Larch)" in spread_sentence(ALDER, found)
    assert spread_sentence(ALDER, spread(ALDER, [], nodes)).startswith("Nobody has taken this up")
    same_place = spread_sentence(ALDER, spread(ALDER, [(3, 5)], nodes))
    assert same_place.endswith("try it under other conditions.")


def test_a_change_that_came_back_is_not_counted_twice() -> None:
    assert spread(ALDER, [(3, 5), (5, 3)], {node.id: node for node in ALL}).teams == 1
