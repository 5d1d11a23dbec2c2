"""How dates, instants, counts and shares read."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from nic_platform import clock, filters
from nic_platform.actor import Level
from tests import factories as make

FEB_24 = date(2026, 2, 24)


def test_a_day_is_month_and_number() -> None:
    assert (filters.day(FEB_24, year=False), filters.day(FEB_24, year=True)) == ("Feb 24", "Feb 24, 2026")


def test_a_day_far_off_bears_its_year() -> None:
    today = filters.today()

    assert filters.day(today) == filters.day(today, year=False)
    assert filters.day(today - timedelta(days=400)).endswith(str((today - timedelta(days=400)).year))


def test_what_is_due_bears_its_weekday() -> None:
    assert filters.weekday(date(2026, 2, 26)) == "Thu, Feb 26"
    assert filters.weekday(date(2026, 2, 26), date(2026, 2, 25)) == "Thu, Feb 26"
    assert filters.weekday(date(2026, 2, 26), date(2026, 2, 26)) == "today"


def test_no_date_is_no_words() -> None:
    assert [f(None) for f in (filters.day, filters.weekday, filters.moment, filters.ago)] == [""] * 4


@pytest.mark.parametrize(
    ("hour", "words"),
    [(0, "12:05 am"), (11, "11:05 am"), (12, "12:05 pm"), (15, "3:05 pm"), (23, "11:05 pm")],
)
def test_the_clock_has_twelve_hours(hour: int, words: str) -> None:
    assert filters.clock_time(datetime(2026, 2, 24, hour, 5, tzinfo=UTC)) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "today"), (1, "yesterday"), (-1, "tomorrow"), (4, "4 days ago"), (-3, "in 3 days")],
)
def test_how_far_off_a_day_is(days: int, words: str) -> None:
    assert filters.ago(filters.today() - timedelta(days=days)) == words


@pytest.mark.parametrize(
    ("count", "population", "words"),
    [(20, 24, "20 of 24 (83%)"), (0, 24, "0 of 24 (0%)"), (20.0, None, "20"), (None, 24, ""), (5, 0, "5")],
)
def test_the_count_comes_before_the_percent(
    count: float | None, population: float | None, words: str
) -> None:
    assert filters.counted(count, population) == words


@pytest.mark.parametrize(
    ("value", "words"), [(83.5, "84%"), (82.5, "83%"), (0.0, "0%"), (None, ""), (99.4, "99%")]
)
def test_percents_round_half_up(value: float | None, words: str) -> None:
    assert filters.percent(value) == words


@pytest.mark.parametrize(
    ("value", "words"), [(20.0, "20"), (1234.5, "1,234.5"), (1201, "1,201"), (-2.25, "−2.25"), (None, "")]
)
def test_numbers_have_no_digits_that_say_nothing(value: float | None, words: str) -> None:
    assert filters.number(value) == words


@pytest.mark.parametrize("level", Level)
def test_every_level_has_its_words(level: Level) -> None:
    assert filters.level_name(level).startswith(filters.level_short(level.value))


def test_moments_are_told_in_the_networks_time_zone(app: Flask, session: Session) -> None:
    network = make.make_network(session, time_zone="America/New_York")
    user = make.make_user(session, make.make_team(session, network))
    client = app.test_client()
    make.sign_in(session, client, user)

    with client:
        client.get("/help")
        noon = datetime(clock.now().year, 1, 15, 17, 0, tzinfo=UTC)
        assert filters.zone().key == "America/New_York"
        assert filters.clock_time(noon) == "12:00 pm"
