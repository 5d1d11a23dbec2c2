"""Counting with days in a query gives what Python counts."""

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Date, Integer, literal, select
from sqlalchemy.orm import Session

from nic_platform.sql_days import AddDays, DaysBetween

DAYS = st.dates(date(1999, 1, 1), date(2099, 12, 31))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(day=DAYS, number=st.integers(-4000, 4000))
def test_days_are_those_of_python_on_both_databases(session: Session, day: date, number: int) -> None:
    first, many = literal(day, Date), literal(number, Integer)

    later, between = session.execute(
        select(AddDays(first, many), DaysBetween(AddDays(first, many), first))
    ).one()

    assert (later, between) == (day + timedelta(days=number), number)
