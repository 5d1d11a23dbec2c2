"""Our sentences in a network's own nouns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nic_platform.wording import article, first_up, is_fine, own_pairs, wording_of
from nic_platform.words import NOUNS

OWN = {
    "milestone": ("indicator", "indicators"),
    "plan": ("roadmap", "roadmaps"),
    "team": ("crew", "crews"),
    "strategy": ("focus area", "focus areas"),
    "success": ("bright spot", "bright spots"),
    "cycle": ("SMART goal", "SMART goals"),
}


def say(message: str) -> str:
    wording = wording_of(OWN)
    assert wording is not None
    return wording.say(message)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Write a milestone", "Write an indicator"),
        ("Write a %(milestone)s", "Write an %(milestone)s"),
        ("A milestone needs a date. Milestones build on each other.",
         "An indicator needs a date. Indicators build on each other."),
        ("Edit the plan", "Edit the roadmap"),
        ("Plan a touchpoint", "Plan a touchpoint"),
        ("Plan: what will you try?", "Plan: what will you try?"),
        ("A few words now; the plan comes next", "A few words now; the plan comes next"),
        ("Your team’s plan, tests and feedback", "Your crew’s roadmap, tests and feedback"),
        ("Only %(team)s’s team can change it", "Only %(team)s’s crew can change it"),
        ("The major improvement strategy", "The focus area"),
        ("Share a success", "Share a bright spot"),
        ("A cycle of the implementation team", "A SMART goal of the crew"),
        ('<a href="/milestone">the milestone</a>', '<a href="/milestone">the indicator</a>'),
        ("milestone_id, planned, teammate", "milestone_id, planned, teammate"),
    ],
)  # fmt: skip
def test_the_noun_is_said_in_the_networks_word(ours: str, theirs: str) -> None:
    assert say(ours) == theirs


@given(st.text(alphabet="abcdefghijkl %()s<>.", max_size=40))
def test_what_holds_none_of_our_nouns_stays_as_it_is(message: str) -> None:
    assert say(message) == message


@given(st.sampled_from(sorted(NOUNS)), st.text(alphabet="xyz ", max_size=10))
def test_places_that_are_filled_later_stay(noun: str, around: str) -> None:
    message = f"{around}%({noun})s{around}"
    assert say(message) == message


@pytest.mark.parametrize(
    ("word", "expected"),
    [("indicator", "an"), ("benchmark", "a"), ("unit goal", "a"), ("hour", "an"), ("one-pager", "a"),
     ("MTSS goal", "an"), ("SIP", "a"), ("PDSA", "a"), ("umbrella", "an"), ("university", "a")],
)  # fmt: skip
def test_a_or_an_as_it_is_spoken(word: str, expected: str) -> None:
    assert article(word) == expected


def test_the_letters_of_an_own_word_stay_as_typed() -> None:
    assert first_up("SMART goal") == "SMART goal"
    assert first_up("iReady check") == "IReady check"
    assert first_up("") == ""


@pytest.mark.parametrize(
    "word", ["", "a" * 61, "<b>bold</b>", "100%", "a\nb", "%(x)s", "{{ x }}", '"', "&amp;", 5]
)
def test_a_word_that_could_break_a_sentence_is_not_taken(word: object) -> None:
    assert not is_fine(word)
    assert own_pairs({"milestone": [word, "things"]}) == {}


@pytest.mark.parametrize(
    "word", ["benchmark", "état d’étape", "step 2", "check-in", "PDSA (short)", "K–5".replace("–", "-")]
)
def test_words_of_any_language_are_taken(word: str) -> None:
    assert own_pairs({"milestone": [word, word]}) == {"milestone": (word, word)}


def test_a_network_without_words_of_its_own_speaks_as_we_do() -> None:
    assert wording_of({}) is None
