"""The sentences of a hand-over, and whose words a name stands for."""

from uuid import uuid4

from desk import handover
from desk.handover import Thing


def test_a_first_name_stands_for_a_person_only_where_nobody_else_has_it() -> None:
    assert handover.names_for("Rosa  Delgado", ["Tom Lee"]) == ["rosa delgado", "rosa"]
    assert handover.names_for("Rosa Delgado", ["Rosa Lee", ""]) == ["rosa delgado"]
    assert handover.names_for("Rosa", []) == ["rosa"]


def test_things_lie_on_piles_in_the_order_of_the_kinds() -> None:
    things = [Thing(kind, uuid4(), kind, "", None) for kind in ("task", "sender", "task")]
    assert [(pile.kind, len(pile.things)) for pile in handover.piles(things)] == [("sender", 1), ("task", 2)]


def test_it_is_said_what_hangs_on_somebody() -> None:
    assert handover.lede("Rosa", "Hub", 0, is_last_lead=False) == "Nothing of Hub hangs on Rosa."
    assert handover.lede("Rosa", "Hub", 1, is_last_lead=False) == "One thing hangs on Rosa."
    assert handover.lede("Rosa", "Hub", 0, is_last_lead=True).startswith("Rosa is the only lead of Hub")
    assert handover.lede("Rosa", "Hub", 3, is_last_lead=True).startswith("3 things hang on Rosa. Rosa is")


def test_it_is_said_what_was_done_and_undone() -> None:
    assert handover.done_words(2, ["Ana", "Tom"]) == "2 things were handed over to Ana, Tom."
    assert handover.done_words(0, []) == "Nothing was handed over."
    assert handover.undone_words(2, 0) == "2 things are back."
    assert handover.undone_words(1, 1) == "One thing is back. One was changed since and stays as it is."
