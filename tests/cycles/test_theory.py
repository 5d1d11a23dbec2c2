import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cycles import theory
from cycles.theory import Change, DriverFact, Hole, LinkFact, MeasureFact, Theory, packed

IDS = st.sampled_from(["d1", "d2", "d3"])
NAMES = st.sampled_from(["Checks", "Plans", "Coaching"])
MEASURES = st.sampled_from(["m1", "m2"])
STRENGTHS = st.sampled_from(["", "strong", "weak"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("aim"), NAMES, st.just(""), st.just("")),
        st.tuples(st.just("driver"), IDS, NAMES, st.sampled_from(["", "d1"])),
        st.tuples(st.just("gone"), IDS, st.just(""), st.just("")),
        st.tuples(
            st.just("idea"), IDS, st.sampled_from(["i1", "i2"]), st.sampled_from(["", "strong", "weak"])
        ),
        st.tuples(
            st.just("measure"), IDS | st.just(""), st.sampled_from(["m1", "m2"]), st.sampled_from(["", "y"])
        ),
    ),
    max_size=14,
)


def revised(old: Theory, step: tuple[str, str, str, str]) -> tuple[Theory, Change]:
    kind, number, second, third = step
    if kind == "aim":
        return replace(old, aim=number), Change("aim", "Aim", old.aim, number)
    if kind in {"driver", "gone"}:
        before = next((each for each in old.drivers if each.id == number), None)
        rest = tuple(each for each in old.drivers if each.id != number)
        after = DriverFact(number, second, "", third) if kind == "driver" else None
        place = next((at for at, each in enumerate(old.drivers) if each.id == number), len(rest))
        drivers = (*rest[:place], *([after] if after else []), *rest[place:])
        sides = [
            packed({"id": e.id, "name": e.name, "parent": e.parent} if e else None) for e in (before, after)
        ]
        return replace(old, drivers=drivers), Change("driver", second, sides[0], sides[1])
    if kind == "idea":
        link = next((each for each in old.links if (each.idea, each.driver) == (second, number)), None)
        links = tuple(each for each in old.links if each is not link)
        links += (LinkFact(second, number, third == "strong"),) if third else ()
        key = {"idea": second, "driver": number}
        was = packed({**key, "strength": "strong" if link.is_strong else "weak"} if link else None)
        return replace(old, links=links), Change(
            "idea", second, was, packed({**key, "strength": third} if third else None)
        )
    there = MeasureFact(second, number)
    measures = tuple(each for each in old.measures if each != there) + ((there,) if third else ())
    key = {"measure": second, "driver": number}
    was = packed(key if there in old.measures else None)
    return replace(old, measures=measures), Change("measure", second, was, packed(key if third else None))


def same(one: Theory) -> tuple[object, ...]:
    return one.aim, set(one.drivers), set(one.links), set(one.measures)


@given(STEPS)
def test_undoing_the_history_gives_every_earlier_theory(steps: list[tuple[str, str, str, str]]) -> None:
    states, changes = [Theory()], []
    for step in steps:
        state, change = revised(states[-1], step)
        states.append(state)
        changes.append(change)
    for at, state in enumerate(states):
        assert same(theory.as_of(states[-1], reversed(changes[at:]))) == same(state)


@given(st.text(max_size=40))
def test_a_side_that_is_no_object_is_nothing(text: str) -> None:
    found = theory.unpacked(text)
    try:
        is_object = isinstance(json.loads(text), dict)
    except ValueError:
        is_object = False
    assert is_object or found == {}


AIM = "60% of students read by May 22"


def kinds(found: Theory, ideas: tuple[str, ...] = ()) -> dict[str, tuple[str, ...]]:
    return {each.kind.value: each.ids for each in theory.gaps(found, ideas)}


def test_gaps_are_named() -> None:
    drivers = (DriverFact("p", "Primary"), DriverFact("s", "Secondary", "", "p"), DriverFact("q", "Other"))
    found = Theory(
        "Read more", drivers, (LinkFact("i", "s"), LinkFact("j", "gone")), (MeasureFact("m", "p"),)
    )
    assert kinds(found, ("i", "j")) == {
        "how_much": (), "by_when": (), "aim_measure": (), "no_idea": ("q",), "no_measure": ("s", "q"),
        "no_driver": ("j",),
    }  # fmt: skip


def test_a_whole_theory_has_no_gap() -> None:
    found = Theory(
        AIM, (DriverFact("p", "P"),), (LinkFact("i", "p", False),), (MeasureFact("m", "p"), MeasureFact("n"))
    )
    assert kinds(found, ("i",)) == {}
    assert kinds(Theory()) == {Hole.NO_AIM.value: ()}
    assert [each.words for each in theory.gaps(Theory(), ())] == ["The network has no aim yet."]


def test_a_driver_under_one_that_is_gone_is_primary() -> None:
    found = Theory(drivers=(DriverFact("s", "S", "", "gone"), DriverFact("p", "P")))
    assert [found.parent_of(each) for each in found.drivers] == ["", ""]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({"id": "d", "name": "A", "parent": "p"}, {"id": "d", "name": "A"}, "“A” is now a primary driver."),
        (
            {"id": "d", "name": "A", "description": "x"}, {"id": "d", "name": "A", "description": "y"},
            "Why “A” should matter was written anew.",
        ),
    ],
)  # fmt: skip
def test_a_change_of_a_driver_is_a_sentence(before: dict[str, str], after: dict[str, str], said: str) -> None:
    assert theory.sentence(Change("driver", "A", packed(before), packed(after))) == said
