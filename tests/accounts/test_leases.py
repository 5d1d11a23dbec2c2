"""Turns are given out a handful at a time, never more of them than there are."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts import leases
from accounts.leases import Leases, minute_of

NOON = datetime(2026, 2, 24, 12, 0, 30, tzinfo=UTC)


class Counter:
    """The count that all processes share."""

    def __init__(self) -> None:
        self.value, self.asked = 0, 0

    def claim(self, by: int) -> int:
        self.value += by
        self.asked += 1
        return self.value


@pytest.mark.parametrize(("limit", "handful"), [(1, 1), (7, 3), (20, 20), (41, 20)])
def test_exactly_the_limit_is_given_out_and_the_database_is_asked_seldom(limit: int, handful: int) -> None:
    held, counter = Leases(), Counter()

    given = sum(held.take("a", NOON, limit, handful, counter.claim) for _ in range(3 * limit))

    assert given == limit
    assert counter.asked <= limit // handful + 2


def test_two_processes_share_one_limit() -> None:
    first, second, counter = Leases(), Leases(), Counter()
    given = sum(one.take("a", NOON, 50, 20, counter.claim) for _ in range(60) for one in (first, second))

    assert given == 50


def test_a_new_window_and_another_caller_begin_anew() -> None:
    held, counter = Leases(), Counter()
    assert held.take("a", NOON, 1, 1, counter.claim)
    assert not held.take("a", NOON, 1, 1, counter.claim)

    assert held.take("b", NOON, 1, 1, Counter().claim)
    assert held.take("a", NOON + timedelta(minutes=1), 1, 1, Counter().claim)


def test_callers_of_earlier_windows_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "MOST_KEPT", 3)
    held = Leases()
    for who in "abc":
        held.take(who, NOON, 5, 1, Counter().claim)
    held.take("d", NOON + timedelta(minutes=1), 5, 1, Counter().claim)

    assert list(held._held) == ["d"]


def test_a_minute_begins_on_the_minute() -> None:
    assert minute_of(NOON) == datetime(2026, 2, 24, 12, 0, tzinfo=UTC)
