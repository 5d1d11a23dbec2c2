"""Everybody who may read an item sees how it stands against its promise, and what is done about it."""

from datetime import date, timedelta
from typing import Any

import pytest

from feedback.promise_words import Waiting, standing
from teams.breaks import NO_BREAKS, breaks_from

HELD, DUE = date(2026, 2, 13), date(2026, 3, 6)


def notes(days: int, **facts: Any) -> str:
    item = Waiting(HELD, DUE, **{"with_others": True, **facts})
    return " ".join(standing(item, DUE + timedelta(days=days), NO_BREAKS).notes)


def test_while_the_promise_holds_the_day_is_told_and_nothing_else() -> None:
    found = standing(Waiting(HELD, DUE, with_others=True), date(2026, 2, 24), NO_BREAKS)

    assert (found.words, found.is_late, found.notes) == ("Day 11 of 21", False, ())


@pytest.mark.parametrize(
    ("days", "facts", "words"),
    [
        (1, {}, "The team is told today that it is late."),
        (1, {"escalations": 1}, "In 7 days it goes further"),
        (7, {"escalations": 1}, "Tomorrow it goes further"),
        (9, {"escalations": 2, "offered_to": "State"}, "It is offered to State too"),
        (
            20,
            {"escalations": 3, "offered_to": "State", "with_network": True},
            "whoever runs the network was told",
        ),
        (3, {"with_others": False}, "After two reminders"),
    ],
)
def test_what_is_done_about_a_promise_that_passed_is_said(
    days: int, facts: dict[str, Any], words: str
) -> None:
    assert words in notes(days, **facts)


def test_a_break_is_said_while_it_lasts_and_afterwards() -> None:
    breaks = breaks_from([(date(2026, 2, 16), date(2026, 2, 20))])
    item = Waiting(HELD, date(2026, 3, 11), with_others=True)

    during, after = (standing(item, date(2026, 2, day), breaks) for day in (18, 24))

    assert (during.words, during.notes) == ("Day 2 of 21", ("It is a break: the clock goes on on Feb 21.",))
    assert (after.words, after.notes) == ("Day 6 of 21", ("5 days of breaks are not counted.",))
