from datetime import date

import pytest

from feedback import looks

MARCH = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("look_on", "looked_on", "today", "wanted"),
    [
        (None, None, MARCH, False),
        (MARCH, None, date(2026, 3, 1), False),
        (MARCH, None, MARCH, True),
        (MARCH, date(2026, 2, 20), MARCH, True),  # looked at before its day: that was another look
        (MARCH, MARCH, date(2026, 4, 1), False),
    ],
)
def test_an_answer_waits_from_its_day_until_somebody_looks(
    look_on: date | None, looked_on: date | None, today: date, wanted: bool
) -> None:
    assert looks.wants_look(look_on, looked_on, today) is wanted


def test_its_team_is_asked_on_the_day_and_once_a_week_later() -> None:
    asked: list[int] = []
    last: date | None = None
    for day in range(1, 31):
        today = date(2026, 3, day)
        if looks.wants_asking(MARCH, last, None, today):
            asked.append(day)
            last = today

    assert asked == [2, 9]


def test_a_new_day_is_asked_about_anew() -> None:
    assert looks.wants_asking(date(2026, 4, 1), MARCH, MARCH, date(2026, 4, 1))


def test_what_was_found_has_words_and_the_next_day_is_to_come() -> None:
    assert set(looks.faults(" ", MARCH, MARCH)) == {"found", "look_again_on"}
    assert looks.faults("It holds.", None, MARCH) == {}
