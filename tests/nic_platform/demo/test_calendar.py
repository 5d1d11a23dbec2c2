"""The story's days, moved around any today."""

from datetime import UTC, date, datetime, timedelta

import pytest

from nic_platform.demo.calendar import Calendar

NOONS = [datetime(2026, 11, day, 19, tzinfo=UTC) for day in range(16, 23)]  # Monday to Sunday


@pytest.mark.parametrize("now", NOONS)
def test_every_day_is_a_school_day_on_its_side_of_today(now: datetime) -> None:
    days = Calendar(now)
    for back in range(-90, 190):
        story = date(2026, 2, 24) - timedelta(days=back)
        moved = days.moved(story)
        assert moved == days.today or moved.weekday() < 5
        assert (moved < days.today) is (back > 0) or moved == days.today
        assert (moved > days.today) is (back < 0) or moved == days.today


@pytest.mark.parametrize("now", NOONS)
def test_weekly_counts_end_before_today_and_leave_breaks_out(now: datetime) -> None:
    days = Calendar(now)
    weeks = days.weeks(days.day(9, 29))

    assert weeks == sorted(weeks)
    assert weeks[-1] < days.today
    assert all(days.is_school_day(day) for day in weeks[:-1])


def test_the_story_is_told_on_its_own_day() -> None:
    days = Calendar(datetime(2026, 2, 24, 19, tzinfo=UTC))

    assert days.today == date(2026, 2, 24)
    assert days.day(2, 17) == date(2026, 2, 17)
    assert days.year_name == "2025-26"


def test_nothing_is_dated_later_than_now() -> None:
    now = datetime(2026, 11, 18, 16, tzinfo=UTC)
    days = Calendar(now)

    assert days.at(days.today, 23) == now


def test_the_next_day_of_a_kind_is_never_today() -> None:
    days = Calendar(NOONS[2])  # a Wednesday

    assert days.next(2) == days.today + timedelta(days=7)
    assert days.next(3) == days.today + timedelta(days=1)
