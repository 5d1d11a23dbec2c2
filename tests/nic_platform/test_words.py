"""A network's own words take the place of ours, in both numbers."""

import pytest

from nic_platform.words import NOUNS, label

OWN = {"milestone": ("benchmark", "benchmarks")}


def test_our_word_unless_the_network_has_its_own() -> None:
    assert (label("milestone"), label("milestone", 2)) == ("milestone", "milestones")
    assert (label("milestone", own=OWN), label("milestone", 0, OWN)) == ("benchmark", "benchmarks")
    assert label("cycle", own=OWN) == "cycle"


def test_an_unknown_noun_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        label("thing")


def test_every_noun_has_two_numbers() -> None:
    assert [noun for noun, (one, many) in NOUNS.items() if not one or one == many] == []
