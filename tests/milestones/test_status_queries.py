from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from measures.models import Measure
from milestones import status_queries
from milestones.models import Milestone
from milestones.queries import list_for_choice
from milestones.rules import Status
from nic_platform.actor import Actor, TeamRole
from teams.models import Team
from tests import factories as make
from tests.factories import TODAY

CountQueries = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def team(session: Session) -> Team:
    return make.make_team(session)


@pytest.fixture
def reader(session: Session, team: Team) -> Actor:
    return make.actor_of(session, make.make_user(session, team))


def milestone(
    session: Session, team: Team, days: int, measure: Measure | None = None, **columns: Any
) -> Milestone:
    return make.make_milestone(
        session,
        team,
        plan=columns.pop("plan", None),
        measure=measure,
        due_on=TODAY + timedelta(days=days),
        **columns,
    )


def count(session: Session, found: Milestone, days: int, value: float) -> None:
    team = session.get_one(Team, found.team_id)
    assert found.measure is not None
    make.make_measurement(
        session, found.measure, team, TODAY + timedelta(days=days), count=value, population=100
    )


def test_status_of_many_takes_two_statements(
    session: Session, team: Team, count_queries: CountQueries
) -> None:
    plan = make.make_plan(session, team)
    ids = []
    for _ in range(6):
        found = milestone(session, team, -3, plan=plan)
        count(session, found, -3, 85)
        ids.append(found.id)

    with count_queries() as seen:
        made = status_queries.statuses(session, ids, TODAY)

    assert len(seen) == 2
    assert {standing.status for standing in made.values()} == {Status.MET}


def test_stairs_come_from_the_series_even_where_one_is_asked_for(session: Session, team: Team) -> None:
    plan = make.make_plan(session, team)
    measure = make.make_measure(session, team)
    milestone(session, team, -30, measure, plan=plan, target=70.0)
    last = milestone(session, team, 30, measure, plan=plan, target=90.0)
    count(session, last, -5, 50)

    assert status_queries.statuses(session, [last.id], TODAY)[last.id].status is Status.AT_RISK


def test_status_of_an_earlier_day_knows_nothing_later(session: Session, team: Team) -> None:
    found = milestone(session, team, -3)
    count(session, found, -1, 85)

    on_due = status_queries.statuses(session, [found.id], TODAY - timedelta(days=3))
    now = status_queries.statuses(session, [found.id], TODAY)

    assert (on_due[found.id].status, now[found.id].status) == (Status.NOT_MEASURED, Status.MET_LATE)


def test_what_asks_for_something_is_listed_by_date(session: Session, team: Team, reader: Actor) -> None:
    plan = make.make_plan(session, team)
    missed = milestone(session, team, -3, plan=plan)
    count(session, missed, -3, 50)
    soon = milestone(session, team, 10, plan=plan)
    far = milestone(session, team, 90, plan=plan)
    count(session, far, 0, 60)
    milestone(session, team, 5, plan=plan, is_draft=True)

    due = status_queries.milestones_due(session, reader, team.id, TODAY)

    assert [each.row.id for each in due if each.row.id != far.id] == [missed.id, soon.id]
    assert due[0].standing.status is Status.MISSED


def test_an_overdue_count_is_told(session: Session, team: Team, reader: Actor) -> None:
    found = milestone(session, team, 60)
    count(session, found, -10, 60)

    due = status_queries.milestones_due(session, reader, team.id, TODAY)

    assert [(each.row.id, each.is_overdue) for each in due] == [(found.id, True)]


def test_drafts_are_not_offered_and_strangers_get_nothing(
    session: Session, team: Team, reader: Actor
) -> None:
    plan = make.make_plan(session, team)
    shown = milestone(session, team, 10, plan=plan)
    milestone(session, team, 10, plan=plan, is_draft=True)
    stranger = make.actor_of(session, make.make_user(session, make.make_team(session), role=TeamRole.LEAD))

    assert [row.id for row in list_for_choice(session, reader, team.id)] == [shown.id]
    assert list_for_choice(session, stranger, team.id) == []
    assert status_queries.milestones_due(session, stranger, team.id, TODAY) == []


def test_a_series_for_each_team_is_what_stands(session: Session, team: Team) -> None:
    measure = make.make_measure(session, network_id=team.network_id)
    other = make.make_team(session, site=make.make_site(session, parent=team.site))
    wrong = make.make_measurement(session, measure, team, count=1, population=10)
    make.make_measurement(session, measure, team, count=7, population=10, supersedes_id=wrong.id)
    make.make_measurement(session, measure, other, count=5, population=10)

    found = status_queries.series_for_measure(session, measure.id, [team.id, other.id])

    assert {key: [r.count for r in rows] for key, rows in found.items()} == {team.id: [7], other.id: [5]}
