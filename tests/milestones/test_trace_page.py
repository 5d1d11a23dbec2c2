from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from milestones.models import Milestone, Plan
from nic_platform import clock
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
CountQueries = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def plan(session: Session, world: World) -> Plan:
    return session.scalars(select(Plan).where(Plan.public_id == world.ids["plan_id"])).one()


def day(offset: int) -> date:
    return clock.today("America/Denver") + timedelta(days=offset)


def test_the_page_nests_the_plan_and_leads_to_the_mend_of_each_gap(
    session: Session, world: World, plan: Plan, browse: Browse
) -> None:
    untested = make.make_milestone(session, plan=plan, name="Exit tickets", due_on=day(-1))
    priority = make.make_priority(session, plan, text="Reading in grade 3")

    page = browse(world.people["member"]).get(f"/plans/{plan.public_id}/trace").text

    assert "1 priority has no cause." in page
    assert f"/plans/{plan.public_id}/causes/new?under={priority.public_id}" in page
    assert "1 milestone has no test behind it." in page
    assert f"/cycles/new?milestone={untested.public_id}" in page
    assert "1 milestone was never measured." in page
    assert f"/milestones/{untested.public_id}/measure" in page
    assert "Reading in grade 3" in page.split("The line</h2>")[1]


def test_who_only_reads_gets_no_mend(session: Session, world: World, plan: Plan, browse: Browse) -> None:
    untested = make.make_milestone(session, plan=plan, name="Exit tickets")

    page = browse(world.people["hub"]).get(f"/plans/{plan.public_id}/trace").text

    assert "1 milestone has no test behind it." in page
    assert f"/milestones/{untested.public_id}" in page
    assert "/cycles/new" not in page
    assert browse(world.people["peer"]).get(f"/plans/{plan.public_id}/trace").status_code == 404


def test_an_empty_plan_says_how_to_begin(session: Session, world: World, browse: Browse) -> None:
    empty = make.make_plan(session, world.school, school_year="2031-32")

    page = browse(world.people["member"]).get(f"/plans/{empty.public_id}/trace").text

    assert "Nothing stands in this plan yet." in page


def test_a_draft_cycle_stays_the_teams_own(
    session: Session, world: World, plan: Plan, browse: Browse
) -> None:
    found = session.scalars(select(Milestone).where(Milestone.public_id == world.ids["milestone_id"])).one()
    make.make_cycle(session, world.school, milestone=found, title="Not begun", is_draft=True, stage="plan")
    address = f"/plans/{plan.public_id}/trace"

    assert "Not begun" in browse(world.people["member"]).get(address).text
    assert "Not begun" not in browse(world.people["hub"]).get(address).text


def test_a_goal_is_named_over_its_milestones(
    session: Session, world: World, plan: Plan, browse: Browse
) -> None:
    goal = make.make_goal(session, plan, title="Answer within 21 days")
    make.make_milestone(session, plan=plan, goal_id=goal.id, strand_id=None)

    page = browse(world.people["member"]).get(f"/plans/{plan.public_id}/trace").text

    assert f"#goal-{goal.public_id}" in page
    assert "Without a strategy" not in page


def test_it_takes_as_many_statements_for_many_parts_as_for_few(
    session: Session, world: World, plan: Plan, browse: Browse, count_queries: CountQueries
) -> None:
    client = browse(world.people["member"])
    with count_queries() as few:
        client.get(f"/plans/{plan.public_id}/trace")
    for _number in range(5):
        priority = make.make_priority(session, plan)
        cause = make.make_root_cause(session, priority)
        strategy = make.make_strategy(session, plan, root_cause_id=cause.id)
        strand = make.make_strand(session, strategy)
        milestone = make.make_milestone(session, plan=plan, strand_id=strand.id)
        make.make_cycle(session, world.school, milestone=milestone)

    with count_queries() as many:
        client.get(f"/plans/{plan.public_id}/trace")

    assert len(many) == len(few) <= 12
