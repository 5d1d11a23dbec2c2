"""Quiet hours and the hour of a digest follow the clock on the person's wall, also when that is put on."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nic_platform.quiet import Quiet, known_zone, last_turn, wall

DENVER = ZoneInfo("America/Denver")
ZONES = ("America/Denver", "Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia", "UTC")
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(
    lambda each: each.replace(tzinfo=UTC)
)
MINUTES = st.integers(0, 24 * 60 - 1)


def here(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=DENVER)


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        ("2026-02-25T21:59", None),
        ("2026-02-25T22:00", "2026-02-26T06:30"),
        ("2026-02-26T06:29", "2026-02-26T06:30"),
        ("2026-02-26T06:30", None),
        (
            "2026-02-27T23:00",
            "2026-03-02T06:30",
        ),  # a Friday night runs into the weekend
        ("2026-03-01T12:00", "2026-03-02T06:30"),
    ],
)
def test_mail_waits_for_the_end_of_quiet_hours_and_weekends(moment: str, until: str | None) -> None:
    quiet = Quiet("America/Denver", 22 * 60, 6 * 60 + 30, weekends=True)

    assert quiet.until(here(moment)) == (here(until) if until else None)


def test_hours_within_a_day_and_hours_that_are_none() -> None:
    day = Quiet("America/Denver", 8 * 60, 15 * 60)

    assert day.until(here("2026-02-25T09:00")) == here("2026-02-25T15:00")
    assert day.until(here("2026-02-25T15:00")) is None
    assert Quiet("America/Denver", 60, 60).until(here("2026-02-25T01:00")) is None
    assert Quiet("America/Denver", None, 60).until(here("2026-02-25T00:10")) is None


@pytest.mark.parametrize(
    ("moment", "how", "turn"),
    [
        ("2026-02-25T07:00", "daily", "2026-02-25T07:00"),
        ("2026-02-25T06:59", "daily", "2026-02-24T07:00"),
        ("2026-02-25T06:59", "weekly", "2026-02-23T07:00"),
        ("2026-02-23T06:59", "weekly", "2026-02-16T07:00"),
        ("2026-03-08T09:00", "daily", "2026-03-08T07:00"),  # the clock was put on in the night before
        ("2026-11-01T09:00", "daily", "2026-11-01T07:00"),  # and back
    ],
)
def test_a_digest_is_due_at_its_hour(moment: str, how: str, turn: str) -> None:
    assert last_turn(here(moment), how, 7, "America/Denver") == here(turn)


def test_an_hour_that_spring_leaves_out_is_the_one_after_it() -> None:
    assert wall(date(2026, 3, 8), 150, "America/Denver").astimezone(DENVER).hour == 3


@given(MOMENTS, st.sampled_from(ZONES), MINUTES, MINUTES, st.booleans())
def test_when_quiet_ends_mail_may_come(
    moment: datetime, zone: str, begins: int, ends: int, weekends: bool
) -> None:
    quiet = Quiet(zone, begins, ends, weekends)
    until = quiet.until(moment)

    assert until is None or (until > moment and quiet.until(until) is None)
    assert until is None or until - moment <= timedelta(days=5)


@given(MOMENTS, st.sampled_from(["daily", "weekly"]), st.integers(0, 23), st.sampled_from(ZONES))
def test_there_is_one_turn_a_day_or_week(moment: datetime, how: str, hour: int, zone: str) -> None:
    turn, apart = last_turn(moment, how, hour, zone), timedelta(days=7 if how == "weekly" else 1)

    assert turn <= moment < turn + apart + timedelta(hours=2)
    assert last_turn(turn, how, hour, zone) == turn


def test_a_time_zone_that_nobody_knows_is_another_one() -> None:
    assert known_zone("Mars/Olympus", "UTC") == known_zone("", "UTC") == known_zone("../etc", "UTC") == "UTC"
    assert known_zone("Europe/Berlin", "UTC") == "Europe/Berlin"
