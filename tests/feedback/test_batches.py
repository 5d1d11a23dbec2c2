from types import SimpleNamespace
from typing import Any

import pytest

from feedback import batches
from feedback.batches import Many
from tests.factories import NOON, TODAY

ITEM: dict[str, Any] = {
    "state": "waiting", "holder_id": 2, "owner_id": None, "theme_id": 7, "offered_to_id": None,
    "escalations": 1, "with_network": False, "reminders": 0, "answer_id": None, "lifted": "",
    "days_to_answer": None, "days_to_close": None, "highest_rank": 3, "due_on": TODAY, "held_on": TODAY,
    "nudged_on": None, "answered_at": None, "closed_at": NOON, "reminded_at": None,
}  # fmt: skip


def test_what_is_kept_of_an_item_comes_back_as_it_was() -> None:
    kept = batches.snapshot(SimpleNamespace(**ITEM))

    assert kept["due_on"] == TODAY.isoformat()
    assert batches.values_of(kept) == ITEM


def test_what_was_not_kept_is_left_alone() -> None:
    assert batches.values_of({"holder_id": 2, "due_on": None}) == {"holder_id": 2, "due_on": None}


@pytest.mark.parametrize(
    ("act", "values", "fields"),
    [
        (Many.ANSWER, {}, {"changes", "text"}),
        (Many.ANSWER, {"changes": "none", "text": "Nothing"}, {"why"}),
        (Many.DECLINE, {"words": " "}, {"words"}),
        (Many.LIFT, {}, {"words"}),
        (Many.LIFT, {"words": "Six schools"}, set()),
        (Many.ASSIGN, {}, set()),
        (Many.JOIN, {}, set()),
    ],
)
def test_an_act_says_what_it_still_needs(act: Many, values: dict[str, str], fields: set[str]) -> None:
    assert set(batches.missing(act, values)) == fields


@pytest.mark.parametrize("act", Many)
def test_every_act_tells_one_and_many(act: Many) -> None:
    noun = {Many.HAND_DOWN: "answer", Many.CALENDAR: "promise"}.get(act, "report")
    assert batches.done_words(act, 1).startswith(f"1 {noun} ")
    assert batches.done_words(act, 3).startswith(f"3 {noun}s ")
