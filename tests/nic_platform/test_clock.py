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
