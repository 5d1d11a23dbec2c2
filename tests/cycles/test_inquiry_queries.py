from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from cycles import inquiry_queries
from cycles.health import at_least_monthly
from cycles.inquiry_queries import Begun, Scope
from measures.models import Measure
from nic_platform.actor import Actor
from teams.models import Team
from tests import factories as make
from tests.factories import NOON, TODAY
from tests.world import World, make_world

START = TODAY - timedelta(days=100)


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def team(session: Session, world: World) -> Team:
    return make.make_team(session, world.network)


@pytest.fixture
def lead(session: Session, world: World) -> Actor:
    return make.actor_of(session, world.people["network_lead"])


def count(session: Session, measure: Measure, team: Team, *days: int) -> None:
    for day in days:
        make.make_measurement(session, measure, team, on=START + timedelta(days=day), count=3, population=9)


def test_drafts_and_cycles_that_never_ran_are_left_out(session: Session, team: Team, lead: Actor) -> None:
    make.make_cycle(session, team)
    make.make_cycle(session, team, stage="closed", outcome="not_run")
    make.make_cycle(session, team, stage="do", deleted_at=NOON)
    begun = make.make_cycle(session, team, stage="closed", outcome="abandoned")
    make.make_prediction(session, begun, expected=" ")
    found = inquiry_queries.list_inquiries(session, lead, Scope(team_id=team.id))
    assert [(each.id, each.has_prediction, each.reached_act) for each in found] == [(begun.id, False, False)]
    assert inquiry_queries.count_begun(session, lead, team.id) == Begun(1, 0)


@pytest.mark.parametrize(
    ("days", "is_monthly"), [((10, 40, 65), True), ((5, 85), False), ((10, 40), False), ((), False)]
)
def test_data_of_its_measure_are_those_of_its_own_time(
    session: Session, team: Team, lead: Actor, days: tuple[int, ...], is_monthly: bool
) -> None:
    measure = make.make_measure(session, team)
    make.make_cycle(
        session, team, stage="closed", outcome="done", measure_id=measure.id, began_on=START,
        ended_on=START + timedelta(days=90),
    )  # fmt: skip
    count(session, measure, team, -5, 95, *days)
    (found,) = inquiry_queries.list_inquiries(session, lead, Scope(team_id=team.id))
    assert at_least_monthly(found) is is_monthly


def test_a_count_that_was_taken_back_is_no_data(session: Session, team: Team, lead: Actor) -> None:
    measure = make.make_measure(session, team)
    make.make_cycle(
        session, team, stage="closed", outcome="done", measure_id=measure.id, began_on=START, ended_on=START
    )
    first = make.make_measurement(session, measure, team, on=START, count=3)
    make.make_measurement(
        session, measure, team, on=START, count=3, supersedes_id=first.id,
        is_withdrawn=True,
    )  # fmt: skip
    (found,) = inquiry_queries.list_inquiries(session, lead, Scope(team_id=team.id))
    assert found.data_on == ()
    assert found.plans_data


def test_predictions_that_expect_nothing_are_none(session: Session, team: Team, lead: Actor) -> None:
    cycle = make.make_cycle(session, team, stage="closed", outcome="done")
    make.make_prediction(session, cycle, expected="")
    make.make_prediction(session, cycle, number=3.0, low=2.0, high=4.0, result_number=3.0, locked_at=NOON)
    (found,) = inquiry_queries.list_foretold(session, lead, Scope(team_id=team.id))
    assert found.is_inside is True


def test_nobody_reads_the_predictions_of_a_team_that_is_not_theirs(
    session: Session, world: World, team: Team
) -> None:
    make.make_prediction(session, make.make_cycle(session, team, stage="do"))
    for role in ("peer", "member", "analyst", "other_network"):
        actor = make.actor_of(session, world.people[role])
        assert inquiry_queries.list_foretold(session, actor, Scope(team_id=team.id)) == []
        assert inquiry_queries.list_inquiries(session, actor, Scope(team_id=team.id)) == []
