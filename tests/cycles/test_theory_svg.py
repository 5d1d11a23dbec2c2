from dataclasses import dataclass, field
from itertools import pairwise
from uuid import UUID, uuid4
from xml.etree import ElementTree

from cycles.theory_svg import drawn, picture


@dataclass
class Leaf:
    title: str
    is_strong: bool = True
    public_id: UUID = field(default_factory=uuid4)


@dataclass
class Node:
    name: str
    ideas: list[Leaf] = field(default_factory=list)
    below: list["Node"] = field(default_factory=list)
    public_id: UUID = field(default_factory=uuid4)


def elements(drivers: list[Node], most: int = 80) -> list[ElementTree.Element]:
    drawing = drawn("60% by <May>", drivers, most=most, said={"": ["31% in May"]})
    return list(ElementTree.fromstring(picture(drawing, lambda kind, number: f"/{kind}/{number}")).iter())


def words(found: list[ElementTree.Element]) -> str:
    return " ".join(each.text or "" for each in found)


def test_an_idea_stands_once_and_has_a_line_to_every_driver() -> None:
    timer = Leaf("A timer")
    weakly = Leaf("A timer", False, timer.public_id)
    second = Node("Minutes kept", [timer])
    found = elements([Node("Checks", [weakly], [second]), Node("Plans")])

    assert [e.attrib["class"] for e in found if "d-idea" in e.attrib.get("class", "")] == ["t d-idea"]
    links = [e.attrib["class"] for e in found if e.tag == "path"]
    assert sorted(links) == ["d-ln", "d-ln", "d-ln", "d-ln", "d-ln weak also"]
    assert "Weakly also on: Checks" in words(found)
    assert [e.attrib["aria-label"] for e in found if e.tag == "a"].count("A timer") == 1
    assert "60% by <May>" in words(found)


def test_ideas_beyond_the_most_are_counted_at_their_driver() -> None:
    found = elements([Node("Checks", [Leaf(f"Idea {at}") for at in range(5)])], most=2)
    assert sum("d-idea" in e.attrib.get("class", "") for e in found) == 2
    assert "3 more ideas" in words(found)


def test_nothing_lies_on_anything_else() -> None:
    tops = [
        Node(f"Driver {at}", [Leaf(f"Idea {at}.{n}") for n in range(at)], [Node(f"Under {at}")] * (at % 2))
        for at in range(4)
    ]
    drawing = [e for e in elements(tops) if e.tag == "text"]
    places = [(e.attrib["x"], float(e.attrib["y"])) for e in drawing]
    for x in {x for x, _y in places}:
        column = sorted(y for at, y in places if at == x)
        assert all(b - a >= 12 for a, b in pairwise(column))
