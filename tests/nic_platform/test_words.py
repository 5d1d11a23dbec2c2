"""A network's own words take the place of ours, in both numbers."""

import pytest

from nic_platform.wording import own_pairs
from nic_platform.words import COLORADO_BEFORE, NOUNS, heading, label, speaking

OWN = {"milestone": ("benchmark", "benchmarks")}


def test_our_word_unless_the_network_has_its_own() -> None:
    assert (label("milestone"), label("milestone", 2)) == ("milestone", "milestones")
    assert (label("milestone", own=OWN), label("milestone", 0, OWN)) == ("benchmark", "benchmarks")
    assert label("cycle", own=OWN) == "cycle"


def test_a_heading_begins_with_a_capital() -> None:
    assert heading("interim_target", 2) == "Interim targets"


def test_mail_is_said_in_the_words_of_the_network_it_is_about() -> None:
    with speaking({"milestone": ["benchmark", "benchmarks"], "cycle": "broken"}):
        assert (label("milestone", 2), label("cycle")) == ("benchmarks", "cycle")
    assert label("milestone", 2) == "milestones"


def test_ours_can_be_asked_for_whatever_the_present_network_says() -> None:
    with speaking({"milestone": ["benchmark", "benchmarks"]}):
        assert label("milestone", own={}) == "milestone"
        assert label("cycle", own={"cycle": ["test", "tests"]}) == "test"
        assert label("milestone") == "benchmark"


def test_an_unknown_noun_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        label("thing")


def test_every_noun_has_two_numbers() -> None:
    assert [noun for noun, (one, many) in NOUNS.items() if not one or one == many] == []


def test_the_words_of_the_guide_before_it_was_renamed_can_be_said() -> None:
    assert own_pairs(COLORADO_BEFORE) == COLORADO_BEFORE
    assert set(COLORADO_BEFORE) <= set(NOUNS)
