"""The sentences of a hand-over, and its piles."""

from uuid import uuid4

from desk import handover
from desk.handover import Thing


def test_things_lie_on_piles_in_the_order_of_the_kinds() -> None:
    things = [Thing(kind, uuid4(), kind, "", None) for kind in ("task", "sender", "task")]
    doubtful = Thing("task", uuid4(), "Ask", "", None, "Rosa", False, ("Rosa Lee",))
    found = [(pile.kind, len(pile.things), len(pile.perhaps)) for pile in handover.piles([*things, doubtful])]
    assert found == [("sender", 1, 0), ("task", 2, 1)]
    assert handover.doubt_words(doubtful) == "It says “Rosa”, which may be Rosa Lee too."


def test_lists_are_told_apart_by_what_is_on_them() -> None:
    one, other = (Thing("task", uuid4(), "Ask", "", None) for _each in range(2))
    assert handover.seen([one, other]) == handover.seen([other, one])
    assert handover.seen([one]) != handover.seen([one, other])


def test_it_is_said_what_hangs_on_somebody() -> None:
    assert handover.lede("Rosa", "Hub", 0, is_last_lead=False) == "Nothing of Hub hangs on Rosa."
    assert handover.lede("Rosa", "Hub", 0, 2, is_last_lead=False).endswith("2 more may: say which below.")
    assert handover.lede("Rosa", "Hub", 1, is_last_lead=False) == "One thing hangs on Rosa."
    assert handover.lede("Rosa", "Hub", 0, is_last_lead=True).startswith("Rosa is the only lead of Hub")
    assert handover.lede("Rosa", "Hub", 3, is_last_lead=True).startswith("3 things hang on Rosa. Rosa is")


def test_it_is_said_what_was_done_and_undone() -> None:
    assert handover.done_words(2, ["Ana", "Tom"]) == "2 things were handed over to Ana, Tom."
    assert handover.done_words(0, []) == "Nothing was handed over."
    assert handover.undone_words(2, 0) == "2 things are back."
    assert handover.undone_words(1, 1) == "One thing is back. One was changed since and stays as it is."
