"""Reminders of missed counts, from the records to the notice; and the week that shows them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import due_count_queries, due_count_services
from desk.due_counts import due_of
from measures.models import Measure
from milestones.calendar_queries import school_days
from nic_platform import clock, jobs
from nic_platform.actor import TeamRole
from nic_platform.tables import Notice
from teams.models import CalendarSpan, Network, Team
from tests import factories as make
from tests.factories import NOON, TODAY

Browse = Callable[..., FlaskClient]
DENVER = ZoneInfo("America/Denver")


@pytest.fixture
def team(session: Session) -> Team:
    return make.make_team(session)


@pytest.fixture
def measure(session: Session, team: Team) -> Measure:
    """A weekly measure that the team counted on six Wednesdays, the last two weeks ago."""
    found = make.make_measure(session, team, name="Referrals", rhythm="weekly")
    for week in range(2, 8):
        make.make_measurement(session, found, team, TODAY - timedelta(weeks=week), count=5, population=50)
    return found


def remind(session: Session, team: Team, days: int = 0) -> list[int | None]:
    """Remind as the job does, so many days from today, and return who has been told in all."""
    on, at = TODAY + timedelta(days=days), NOON + timedelta(days=days)
    calendar = school_days(session, team.network_id)
    counted = due_count_queries.counted_by(session, team.network_id, on)
    due = [each for series in counted if (each := due_of(series, calendar, on))]
    due_count_services.remind(session, due, team.network_id, calendar, today=on, at=at, zone=DENVER)
    query = select(Notice.user_id).where(Notice.kind == due_count_services.KIND).order_by(Notice.id)
    return list(session.scalars(query))


def test_the_data_lead_is_told_once_a_rhythm_of_school_days(
    session: Session, team: Team, measure: Measure
) -> None:
    make.make_user(session, team, role=TeamRole.LEAD)
    data = make.make_user(session)
    make.make_membership(session, team, data, perspectives=["data_lead"])

    assert remind(session, team) == [data.id]
    assert remind(session, team) == [data.id]
    assert remind(session, team, 5) == [data.id]
    assert remind(session, team, 7) == [data.id, data.id]
    notice = session.scalars(select(Notice).where(Notice.kind == due_count_services.KIND)).first()
    assert notice is not None
    assert notice.path == f"/measures/{measure.public_id}?team={team.public_id}"
    assert "Referrals" in notice.subject
    assert "Feb 11" in notice.body


def test_the_lead_is_told_where_nobody_keeps_the_data(session: Session, team: Team, measure: Measure) -> None:
    lead = make.make_user(session, team, role=TeamRole.LEAD)
    make.make_user(session, team)

    assert remind(session, team) == [lead.id]


def test_a_count_stops_the_reminders(session: Session, team: Team, measure: Measure) -> None:
    make.make_user(session, team, role=TeamRole.LEAD)
    make.make_measurement(session, measure, team, TODAY - timedelta(days=1), count=5, population=50)

    assert remind(session, team) == []


@pytest.mark.parametrize("change", ["archived", "deleted", "silent"])
def test_nobody_is_told_of_a_series_that_ended(
    session: Session, team: Team, measure: Measure, change: str
) -> None:
    make.make_user(session, team, role=TeamRole.LEAD)
    if change == "archived":
        team.archived_at = NOON
    elif change == "deleted":
        measure.deleted_at = NOON
    session.flush()

    assert remind(session, team, 40 if change == "silent" else 0) == []


def test_nobody_is_told_in_a_break_and_its_days_do_not_count(
    session: Session, team: Team, measure: Measure
) -> None:
    make.make_user(session, team, role=TeamRole.LEAD)
    year = make.make_school_year(
        session, session.get_one(Network, team.network_id), "2025-26", starts_on=date(2025, 8, 18),
        ends_on=date(2026, 5, 29),
    )  # fmt: skip
    session.add(
        CalendarSpan(
            network_id=team.network_id, school_year_id=year.id, kind="break", name="Ski week",
            starts_on=TODAY - timedelta(days=12), ends_on=TODAY,
        )
    )  # fmt: skip
    session.flush()

    assert remind(session, team) == []
    assert remind(session, team, 2) == []
    assert len(remind(session, team, 12)) == 1


def test_a_cycle_that_runs_asks_by_its_own_rhythm_of_who_collects(session: Session, team: Team) -> None:
    make.make_user(session, team, role=TeamRole.LEAD)
    joe = make.make_user(session, team, name="Joe Begay")
    measure = make.make_measure(session, team, rhythm="monthly")
    make.make_cycle(
        session, team, stage="do", is_draft=False, measure_id=measure.id, data_rhythm="daily",
        data_who="joe begay", began_on=TODAY - timedelta(days=2),
    )  # fmt: skip

    assert remind(session, team) == [joe.id]


def test_a_draft_asks_for_nothing(session: Session, team: Team) -> None:
    make.make_user(session, team, role=TeamRole.LEAD)
    measure = make.make_measure(session, team)
    make.make_cycle(session, team, stage="plan", is_draft=True, measure_id=measure.id)

    assert remind(session, team) == []


def test_an_interim_target_that_is_not_due_asks_for_its_measure(session: Session, team: Team) -> None:
    lead = make.make_user(session, team, role=TeamRole.LEAD)
    plan = make.make_plan(session, team)
    measure = make.make_measure(session, team, rhythm="monthly")
    target = make.make_interim_target(session, plan, measure_id=measure.id, due_on=TODAY + timedelta(days=60))

    assert remind(session, team) == [lead.id]
    target.due_on = TODAY - timedelta(days=1)
    session.flush()
    assert remind(session, team, 40) == [lead.id]


def test_what_a_milestone_asks_for_is_left_to_it(session: Session, team: Team, measure: Measure) -> None:
    make.make_user(session, team, role=TeamRole.LEAD)
    make.make_milestone(session, team, measure=measure, due_on=TODAY - timedelta(days=30))

    assert remind(session, team) == []


def test_the_job_is_there_and_repeats() -> None:
    assert "measures.missed_counts" in {each.name for each in jobs.repeats()}


def test_the_statements_do_not_grow_with_the_series(
    session: Session, team: Team, measure: Measure, count_queries: Callable[[], Any]
) -> None:
    make.make_user(session, team, role=TeamRole.LEAD)
    counted = []
    for times in (1, 6):
        for _ in range(times):
            another = make.make_measure(session, team)
            for week in range(2, 8):
                make.make_measurement(
                    session, another, team, TODAY - timedelta(weeks=week), count=5, population=50
                )
        session.flush()
        with count_queries() as seen:
            due_count_queries.counted_by(session, team.network_id, TODAY)
        counted.append(len(seen))

    assert counted == [1, 1]


def test_this_week_shows_the_count_that_is_due(session: Session, team: Team, browse: Browse) -> None:
    today = clock.today("America/Denver")
    measure = make.make_measure(session, team, name="Hallway referrals", rhythm="weekly")
    make.make_cycle(session, team, stage="do", is_draft=False, measure_id=measure.id,
                    began_on=today - timedelta(days=14))  # fmt: skip
    page = browse(make.make_user(session, team)).get("/")

    assert "Count: Hallway referrals" in page.text
    assert "A test that runs needs it." in page.text


def test_the_api_lists_what_the_chosen_team_has_to_count(
    session: Session, team: Team, browse: Browse
) -> None:
    today = clock.today("America/Denver")
    measure = make.make_measure(session, team, name="Hallway referrals", rhythm="weekly")
    make.make_cycle(session, team, stage="do", is_draft=False, measure_id=measure.id,
                    began_on=today - timedelta(days=14))  # fmt: skip
    items = browse(make.make_user(session, team)).get("/api/v1/due-counts").get_json()["items"]

    assert [(each["measure"], each["is_missed"], each["rhythm"]) for each in items] == [
        ("Hallway referrals", True, "weekly")
    ]
    assert browse(make.make_user(session)).get("/api/v1/due-counts").get_json() == {"items": [], "next": None}
