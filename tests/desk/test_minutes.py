"""Minutes in words."""

from dataclasses import dataclass
from datetime import date
from uuid import uuid4

import pytest

from desk import minutes


@dataclass(frozen=True)
class Kept:
    text: str
    owner: str = ""
    due_on: date | None = None
    about: str = ""


DAY = date(2026, 3, 5)


def test_a_mail_says_what_who_and_by_when() -> None:
    lines = minutes.mail_lines([Kept("Coach grade 4", "Rosa", DAY, "Exit tickets"), Kept("Thank Joe")])

    assert lines == [
        "2 decisions were made. 1 has no owner or no day.",
        "- Exit tickets: Coach grade 4 (Rosa, by Mar 5)",
        "- Thank Joe",
    ]


@pytest.mark.parametrize(
    ("decided", "words"),
    [
        ([], "Nothing was decided."),
        ([Kept("a", "Rosa", DAY)], "1 decision was made."),
        ([Kept("a", "Rosa", DAY)] * 2, "2 decisions were made. Each has an owner and a day."),
        ([Kept("a")] * 2, "2 decisions were made. None has an owner and a day yet."),
    ],
)
def test_the_finding_over_minutes(decided: list[Kept], words: str) -> None:
    assert minutes.lede(decided) == words


def test_what_has_a_page_is_linked_and_what_has_none_is_not() -> None:
    thing = uuid4()

    assert minutes.way_of("cycle", thing) == ("cycles.show", {"cycle_id": thing})
    assert minutes.way_of("step", thing) is None
    assert minutes.way_of("cycle", None) is None
    assert minutes.subject(DAY, "Alder Creek") == "Minutes of Alder Creek, Mar 5, 2026"
