from dataclasses import dataclass

import pytest

from feedback.legs import answerer, touched
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
