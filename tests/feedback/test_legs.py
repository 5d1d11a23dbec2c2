from dataclasses import dataclass

import pytest

from feedback.legs import answered_at, answerer, asked_at, touched
from feedback.rules import Act

SCHOOL, HUB, STATE = 1, 2, 3


@dataclass(frozen=True)
class Leg:
    team_id: int
    act: str


def test_what_was_taken_back_and_sent_again_is_untouched_and_what_was_asked_back_is_not() -> None:
    sent_again = [Leg(SCHOOL, "sent"), Leg(HUB, "withdrawn"), Leg(SCHOOL, "sent"), Leg(HUB, "")]
    asked = [Leg(SCHOOL, "sent"), Leg(HUB, "asked_back"), Leg(SCHOOL, "replied"), Leg(HUB, "")]

    assert not touched(SCHOOL, sent_again)
    assert touched(SCHOOL, asked)


@pytest.mark.parametrize(
    ("acts", "expected"),
    [
        ([(SCHOOL, Act.SEND), (HUB, "")], None),
        ([(SCHOOL, Act.SEND), (HUB, Act.LIFT), (STATE, Act.ANSWER), (HUB, Act.PASS), (SCHOOL, "")], STATE),
        ([(SCHOOL, Act.SEND), (HUB, Act.DECLINE), (SCHOOL, "")], HUB),
        ([(SCHOOL, Act.SEND), (HUB, Act.ANSWER), (SCHOOL, Act.UNDO), (HUB, "")], None),
        ([(HUB, Act.ANSWER), (SCHOOL, Act.RETURN), (HUB, Act.LIFT), (STATE, "")], None),
        ([(HUB, Act.ANSWER), (SCHOOL, Act.RETURN), (HUB, Act.LIFT), (STATE, Act.DECLINE)], STATE),
    ],
)
def test_who_answered_is_who_said_the_last_word_that_still_holds(
    acts: list[tuple[int, str]], expected: int | None
) -> None:
    assert answerer([Leg(*each) for each in acts]) == expected


@pytest.mark.parametrize(
    ("acts", "expected"),
    [
        ([(SCHOOL, Act.SEND), (HUB, Act.ANSWER), (SCHOOL, Act.CONFIRM)], 1),
        ([(HUB, Act.ANSWER), (SCHOOL, Act.UNDO), (HUB, Act.LIFT), (STATE, Act.ANSWER), (SCHOOL, "")], 3),
        ([(SCHOOL, Act.SEND), (HUB, Act.ANSWER), (SCHOOL, Act.UNDO), (HUB, Act.DROP)], None),
        ([(HUB, Act.ANSWER), (SCHOOL, Act.RETURN), (HUB, Act.DECLINE), (SCHOOL, Act.UNDO), (HUB, "")], 0),
    ],
)
def test_an_answer_that_was_taken_back_is_nobodys(acts: list[tuple[int, str]], expected: int | None) -> None:
    assert answered_at([Leg(*each) for each in acts]) == expected


def test_a_reply_goes_to_who_asked_also_when_an_answer_was_taken_back() -> None:
    acts = [(SCHOOL, "sent"), (HUB, "asked_back"), (SCHOOL, "taken"), (HUB, "answered"), (SCHOOL, "undone")]

    assert asked_at([*(Leg(*each) for each in acts), Leg(SCHOOL, "")]) == 1
    assert asked_at([Leg(SCHOOL, "sent"), Leg(HUB, "")]) is None
