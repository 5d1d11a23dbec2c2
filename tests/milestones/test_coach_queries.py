from datetime import date

from sqlalchemy.orm import Session

from milestones.coach import Calendar
from milestones.coach_queries import calendar_of
from nic_platform import clock
from teams.models import CalendarSpan, Network, SchoolYear
from tests.factories import make_network, make_school_year

TODAY = date(2026, 2, 25)


def _span(session: Session, year: SchoolYear, kind: str, first: date, last: date) -> CalendarSpan:
    span = CalendarSpan(
        network_id=year.network_id,
        school_year_id=year.id,
        kind=kind,
        name=kind,
        starts_on=first,
        ends_on=last,
    )
    session.add(span)
    session.flush()
    return span


def test_quarters_and_breaks_of_this_year_are_the_coachs_calendar(session: Session) -> None:
    network = make_network(session, fiscal_month=10)
    year = make_school_year(session, network, "2025-26")
    later = make_school_year(session, network, "2026-27")
    second = _span(session, year, "quarter", date(2025, 10, 13), date(2025, 12, 19))
    first = _span(session, year, "quarter", date(2025, 8, 18), date(2025, 10, 10))
    winter = _span(session, year, "break", date(2025, 12, 20), date(2026, 1, 4))
    _span(session, year, "testing", date(2026, 4, 6), date(2026, 4, 17))
    _span(session, later, "break", date(2026, 12, 19), date(2027, 1, 3))
    gone = _span(session, year, "break", date(2026, 3, 1), date(2026, 3, 9))
    gone.deleted_at = clock.now()
    session.flush()

    assert calendar_of(session, network.id, TODAY) == Calendar(
        today=TODAY,
        starts_on=year.starts_on,
        ends_on=year.ends_on,
        quarters=((first.starts_on, first.ends_on), (second.starts_on, second.ends_on)),
        breaks=((winter.starts_on, winter.ends_on),),
        fiscal_month=10,
    )
    assert calendar_of(session, network.id, TODAY, school_year="2026-27").starts_on == later.starts_on


def test_without_a_calendar_the_year_is_as_most_schools_keep_it(session: Session) -> None:
    network = make_network(session)
    other: Network = make_network(session)
    make_school_year(session, other, "2025-26")

    assert calendar_of(session, network.id, TODAY) == Calendar.usual(TODAY)
    assert calendar_of(session, None, TODAY) == Calendar.usual(TODAY)


def test_in_summer_the_year_that_comes_next_is_meant(session: Session) -> None:
    network = make_network(session)
    make_school_year(session, network, "2025-26")
    make_school_year(session, network, "2026-27")

    assert calendar_of(session, network.id, date(2026, 7, 1)).starts_on == date(2026, 8, 17)
