"""Places narrowed down by their attributes, in bands."""

import pytest

from variation import context
from variation.context import Context

SMALL = Context("K-5", "Rural", 120, 25.0, 3.5, True, False, {"Calendar": "four days"})
LARGE = Context("9-12", "City", 1000, 74.9, None, False, None, {"Calendar": "five days"})


def test_every_place_is_in_one_band_of_what_is_known_of_it() -> None:
    assert context.kinds_of(SMALL) == {
        "grades": "K-5", "locale": "Rural", "enrolment": "0-200", "lunch": "25-50", "english": "0-25",
        "title1": "yes", "charter": "no", "x-Calendar": "four days",
    }  # fmt: skip
    assert context.kinds_of(LARGE)["enrolment"] == "1000-"
    assert context.kinds_of(LARGE)["english"] == ""


def test_all_that_is_chosen_has_to_hold() -> None:
    assert context.is_in(SMALL, {"grades": "K-5", "x-Calendar": "four days"})
    assert not context.is_in(SMALL, {"grades": "K-5", "title1": "no"})
    assert not context.is_in(LARGE, {"english": "0-25"})  # not known is in no band


def test_only_what_tells_places_apart_is_offered_and_what_is_chosen() -> None:
    found = context.filters([SMALL, LARGE], {"charter": "yes"})

    assert [each.name for each in found] == [
        "grades", "locale", "enrolment", "lunch", "title1", "charter", "x-Calendar",
    ]  # fmt: skip
    assert next(each for each in found if each.name == "enrolment").options == (
        ("0-200", "Under 200"), ("1000-", "1000 or more"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [("enrolment", "200-500", "200 to 499"), ("lunch", "75-", "75% or more"), ("title1", "yes", "Yes"),
     ("locale", "Town: remote", "Town: remote")],
)  # fmt: skip
def test_kinds_in_words(name: str, kind: str, words: str) -> None:
    assert context.words_of(name, kind) == words
