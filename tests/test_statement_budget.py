"""How many SQL statements a page may take: twelve, and twenty for the few pages that gather from everywhere.

That the number does not grow with the rows is for each page's own test; here every page that there is gets
opened, so that a new one has to keep to the budget too.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from measures.models import ObservationTool
from milestones.models import ActionStep, Decision, InterimTarget, Milestone, Plan
from nic_platform.actor import NetworkRole, TeamRole
from tests import factories as make
from tests.downloads import NOT_TAKEN, shown_without_a_file
from tests.drill import share
from tests.factories import keep_attached
from tests.test_policy_matrix import address_of, routes
from tests.world import World, make_world

A_PAGE = 12
GATHERING = 20
A_WHOLE_PLAN = 32  # one for each of its sixteen tables, and what any page takes
# What gathers from every domain, or from all that a network sends up.
GATHERS = frozenset({
    "desk.week", "variation.compare", "feedback.queue", "feedback.loop_measures", "teams.network",
    "places.index", "places.funnel", "places.download",
    "cycles.idea", "desk.change_package", "desk.meeting", "desk.worksheet", "desk.plan_report",
    "milestones.touchpoint",
    "alignment.overlap", "alignment.initiative_results", "alignment.export_initiative_results",
    "alignment.practice_line", "alignment.export_practice_line",
    "principles.index", "principles.download", "desk.principles_sheet",
})  # fmt: skip
# What reads every table of a plan: files that are taken out.
READS_WHOLE = frozenset({"milestones.export_book", "milestones.export_json"})
TAKING = 13  # counted and written into the trail
CARRYING = 24  # the nine tables of a plan that go on, what was carried already, and what any page takes
# What none of the three may open (an analyst's, an administrator's) is counted as their refusal.
PEOPLE = ("lead", "hub", "network_lead", "leads_both")


def pages(app: Flask) -> Iterator[Rule]:
    """Yield the address of every page that is read."""
    for endpoint, method, rule in routes(app):
        if method == "GET" and not endpoint.startswith("api_") and not rule.rule.startswith("/api/"):
            yield rule


def budget_of(endpoint: str) -> int:
    if endpoint in READS_WHOLE:
        return A_WHOLE_PLAN
    if endpoint == "accounts.archive_file":
        return TAKING
    if endpoint == "milestones.carry_plan":
        return CARRYING
    return GATHERING if endpoint in GATHERS else A_PAGE


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    keep_attached(app)
    world = make_world(session)
    _lived_in(session, world)
    return world


def _lived_in(session: Session, world: World) -> None:
    """Let things hang together as they do after a year, for what hangs on nothing takes fewer statements.

    The milestone is counted with a tool, and what was decided about it opened a step; the plan goes on in
    the next year; and somebody leads a team and the network.
    """

    def one(model: type[Any], name: str) -> Any:
        return session.scalars(select(model).where(model.public_id == world.ids[name])).one()

    plan, step, decision = one(Plan, "plan_id"), one(ActionStep, "step_id"), one(Decision, "decision_id")
    one(Milestone, "milestone_id").tool_id = one(ObservationTool, "tool_id").id
    decision.follow_up_kind, decision.follow_up_id = "step", step.public_id
    target = one(InterimTarget, "target_id")
    target.measure_id = make.make_measure(session, world.school, counts_students=True).id
    make.make_school_year(session, world.network, "2026-27")
    after = make.make_plan(session, world.school, school_year="2026-27", carried_from_id=plan.id)
    _same_again(session, after)
    world.people["leads_both"] = make.make_user(session, world.hub, role=TeamRole.LEAD)
    make.make_network_member(session, world.network, world.people["leads_both"], NetworkRole.LEAD)
    session.flush()


def _same_again(session: Session, plan: Plan) -> None:
    cause = make.make_root_cause(session, make.make_priority(session, plan))
    strategy = make.make_strategy(session, plan, root_cause_id=cause.id)
    strand = make.make_strand(session, strategy)
    make.make_milestone(session, plan=plan, strand_id=strand.id)
    make.make_interim_target(session, plan)


def test_the_named_pages_are_there(app: Flask) -> None:
    assert {rule.endpoint for rule in pages(app)} >= GATHERS


@pytest.mark.parametrize("role", PEOPLE)
def test_no_page_goes_over_its_budget(
    app: Flask,
    session: Session,
    world: World,
    browse: Callable[..., FlaskClient],
    count_queries: Callable[[], AbstractContextManager[list[str]]],
    role: str,
) -> None:
    client = browse(world.people[role])
    over, opened, without = [], 0, {}
    for rule in pages(app):
        if not share(f"{role} {rule.rule}", 2):  # the drill opens each page as everybody
            continue
        session.expire_all()
        with count_queries() as seen:
            answer = client.get(address_of(rule, world))
        opened += answer.status_code == 200
        if shown := shown_without_a_file(answer):
            without[rule.endpoint] = shown
        if len(seen) > budget_of(rule.endpoint):
            over.append(f"{rule.rule} ({rule.endpoint}): {len(seen)}, may take {budget_of(rule.endpoint)}")

    assert opened > 50
    assert {name: shown for name, shown in without.items() if name not in NOT_TAKEN} == {}
    assert over == []


def test_a_count_that_is_refused_keeps_to_the_budget(
    session: Session,
    world: World,
    browse: Callable[..., FlaskClient],
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    client = browse(world.people["lead"])
    session.expire_all()
    with count_queries() as seen:
        answer = client.post(f"/milestones/{world.ids['milestone_id']}/measure", data={})

    assert answer.status_code == 422
    assert len(seen) <= A_PAGE
