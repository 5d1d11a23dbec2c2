from datetime import date

from feedback import loops
from feedback.loops import Loop, Share, Stay
from feedback.rules import State

TODAY = date(2026, 2, 25)


def day(month: int, number: int) -> date:
    return date(2026, month, number)


def test_medians_are_in_days_from_the_sending() -> None:
    rows = [
        Loop(State.CLOSED, day(1, 1), day(1, 11), day(1, 21), "yes"),
        Loop(State.CLOSED, day(1, 1), day(1, 5), day(1, 6), "yes"),
        Loop(State.WAITING, day(2, 20)),
    ]

    found = loops.measure(rows, [], TODAY)

    assert (found.items, found.days_to_answer, found.days_to_close) == (3, 7.0, 12.5)


def test_a_promise_still_running_is_not_judged_but_one_past_it_is() -> None:
    stays = [
        Stay(day(1, 1), day(1, 10), day(1, 10)),
        Stay(day(1, 1), day(1, 10), day(1, 11)),
        Stay(day(2, 1), day(2, 10), None),
        Stay(day(2, 20), day(3, 10), None),
        Stay(day(2, 20), None, None),
    ]

    assert loops.within_promise(stays, TODAY) == Share(1, 3)


def test_silence_is_never_counted_as_lifted() -> None:
    rows = [
        Loop(State.CLOSED, day(1, 1), day(1, 2), day(1, 3), "yes"),
        Loop(State.UNCONFIRMED, day(1, 1), day(1, 2), day(2, 3), ""),
        Loop(State.ANSWERED, day(1, 1), day(1, 2)),
    ]

    assert loops.confirmed_lifted(rows) == Share(1, 2)
    assert loops.confirmed_lifted([]).percent is None


def test_open_items_are_counted_by_age() -> None:
    rows = [Loop(State.WAITING, day(2, 20)), Loop(State.ANSWERED, day(1, 1)), Loop(State.CLOSED, day(1, 1))]

    found = loops.open_by_age(rows, TODAY)

    assert [count for _words, count in found] == [1, 0, 0, 1]
    assert found[-1][0] == "43 days and more"


def test_typical_stays_are_medians_of_those_that_ended() -> None:
    stays = [("district", Stay(day(1, 1), None, day(1, 8))), ("state", Stay(day(1, 1), None, None))]

    assert loops.typical_stay(stays) == {"district": 7.0}
