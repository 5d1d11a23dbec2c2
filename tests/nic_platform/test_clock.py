"""The moment is the same everywhere, the date is not."""

from datetime import UTC, date, datetime

import pytest

from nic_platform import clock


def test_the_moment_is_in_utc() -> None:
    assert clock.now().tzinfo is UTC


def test_the_date_is_that_of_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 2, 26, 3, 0, tzinfo=UTC))

    assert clock.today("America/Denver") == date(2026, 2, 25)
    assert clock.today("Asia/Tokyo") == date(2026, 2, 26)


@pytest.mark.parametrize(
    ("day", "is_usable"),
    [
        (date(1, 1, 1), False),
        (date(206, 2, 25), False),
        (date(1900, 1, 1), True),
        (date(2199, 12, 31), True),
        (datetime(2026, 2, 25, 12, 0, tzinfo=UTC), True),
        (date(9999, 12, 31), False),
    ],
)
def test_a_slip_of_the_finger_is_no_day(day: date, *, is_usable: bool) -> None:
    assert clock.is_usable(day) is is_usable
