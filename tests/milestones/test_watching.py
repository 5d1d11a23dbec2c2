"""Reminders of overdue checks: who is told, how often, and when nobody is."""

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from milestones import watch_queries, watch_services
from milestones.models import Milestone
from nic_platform import jobs
from nic_platform.actor import TeamRole
from nic_platform.tables import Notice
from teams.breaks import NO_BREAKS, Breaks
from teams.models import Team
from tests import factories as make
from tests.factories import NOON, TODAY

Browse = Callable[..., FlaskClient]
DENVER = ZoneInfo("America/Denver")


@pytest.fixture
def team(session: Session) -> Team:
    return make.make_team(session)


@pytest.fixture
def watched(session: Session, team: Team) -> Milestone:
    """A milestone met three weeks ago and counted last then; weekly, so two checks are missing."""
    found = make.make_milestone(session, team, name="Exit tickets", due_on=TODAY - timedelta(days=21))
    assert found.measure is not None
    make.make_measurement(session, found.measure, team, TODAY - timedelta(days=21), count=23, population=24)
    return found


def remind(session: Session, team: Team, days: int = 0) -> list[int | None]:
    """Remind as the job does, so many days from today, and return who has been told in all."""
    on, at = TODAY + timedelta(days=days), NOON + timedelta(days=days)
    plans = watch_queries.plans_in_force(session, team.network_id, on)
    due = watch_queries.overdue_checks(session, plans, on, DENVER, NO_BREAKS)
    watch_services.remind(session, due, team.network_id, at=at)
    return list(
        session.scalars(select(Notice.user_id).where(Notice.kind == watch_services.KIND).order_by(Notice.id))
    )


def test_the_lead_is_told_once_a_rhythm(session: Session, team: Team, watched: Milestone) -> None:
    lead = make.make_user(session, team, role=TeamRole.LEAD)
    make.make_user(session, team)

    assert remind(session, team) == [lead.id]
    assert remind(session, team) == [lead.id]
    assert remind(session, team, 3) == [lead.id]
    assert remind(session, team, 7) == [lead.id, lead.id]


def test_who_collects_is_told_in_place_of_the_lead(session: Session, team: Team, watched: Milestone) -> None:
    make.make_user(session, team, role=TeamRole.LEAD)
    joe = make.make_user(session, team, name="Joe Begay")
    watched.collector = "joe begay"
    session.flush()

    assert remind(session, team) == [joe.id]
    notice = session.scalars(select(Notice).where(Notice.kind == watch_services.KIND)).one()
    assert notice.path == f"/milestones/{watched.public_id}/measure"
    assert "Exit tickets" in notice.subject
    assert "watching goes on" in notice.body


def test_a_count_that_was_made_asks_nobody(session: Session, team: Team, watched: Milestone) -> None:
    make.make_user(session, team, role=TeamRole.LEAD)
    assert watched.measure is not None
    make.make_measurement(session, watched.measure, team, TODAY - timedelta(days=3), count=23, population=24)

    assert remind(session, team) == []


@pytest.mark.parametrize("change", ["ended", "draft", "archived", "year"])
def test_nobody_is_told_of_what_is_not_watched(
    session: Session, team: Team, watched: Milestone, change: str
) -> None:
    make.make_user(session, team, role=TeamRole.LEAD)
    if change == "ended":
        watched.monitor_until = TODAY - timedelta(days=15)
    elif change == "draft":
        watched.is_draft = True
    elif change == "archived":
        team.archived_at = NOON
    else:
        watched.plan.school_year = "2023-24"
    session.flush()

    assert remind(session, team) == []


def test_a_check_that_falls_into_a_break_waits_for_the_day_after(
    session: Session, team: Team, watched: Milestone
) -> None:
    plans = watch_queries.plans_in_force(session, team.network_id, TODAY)
    over = (TODAY - timedelta(days=16), TODAY - timedelta(days=1))

    assert watch_queries.overdue_checks(session, plans, TODAY, DENVER, Breaks((over,))) == []
    assert len(watch_queries.overdue_checks(session, plans, TODAY, DENVER, NO_BREAKS)) == 1


def test_in_a_break_nothing_becomes_late(session: Session, team: Team, watched: Milestone) -> None:
    plans = watch_queries.plans_in_force(session, team.network_id, TODAY)
    due = TODAY - timedelta(days=14)  # a week after it was counted last
    running = Breaks(((due + timedelta(days=1), TODAY),))

    assert watch_queries.overdue_checks(session, plans, TODAY, DENVER, running) == []
    late = watch_queries.overdue_checks(session, plans, TODAY + timedelta(days=1), DENVER, running)
    assert [each.next_on for each in late] == [due]


def test_one_of_a_series_is_told_of(session: Session, team: Team, watched: Milestone) -> None:
    make.make_milestone(
        session, team, plan=watched.plan, measure=watched.measure, due_on=TODAY + timedelta(days=30)
    )
    plans = watch_queries.plans_in_force(session, team.network_id, TODAY)

    assert len(watch_queries.overdue_checks(session, plans, TODAY, DENVER, NO_BREAKS)) == 1


def test_the_job_is_there_and_repeats() -> None:
    assert "milestones.overdue_checks" in {each.name for each in jobs.repeats()}


def test_the_board_says_since_when_a_check_is_overdue(
    session: Session, browse: Browse, team: Team, watched: Milestone
) -> None:
    page = browse(make.make_user(session, team)).get(f"/plans/{watched.plan.public_id}")

    wanted = TODAY - timedelta(days=14)
    assert f"count due {wanted:%b} {wanted.day}" in page.text
