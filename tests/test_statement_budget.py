"""How many SQL statements a page may take: twelve, and twenty for the few pages that gather from everywhere.

That the number does not grow with the rows is for each page's own test; here every page that there is gets
opened, so that a new one has to keep to the budget too.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.factories import keep_attached
from tests.test_policy_matrix import address_of, routes
from tests.world import World, make_world

A_PAGE = 12
GATHERING = 20
A_WHOLE_PLAN = 32  # one for each of its sixteen tables, and what any page takes
# What gathers from every domain, or from all that a network sends up.
GATHERS = frozenset({
    "desk.week", "variation.compare", "feedback.queue", "feedback.loop_measures", "teams.network",
    "desk.meeting", "desk.worksheet", "desk.plan_report", "milestones.touchpoint",
})  # fmt: skip
# What reads every table of a plan: files that are taken out, and what goes on into the next year.
READS_WHOLE = frozenset({"milestones.export_book", "milestones.export_json", "milestones.carry_plan"})
# What none of the three may open (an analyst's, an administrator's) is counted as their refusal.
PEOPLE = ("lead", "hub", "network_lead")


def pages(app: Flask) -> Iterator[Rule]:
    """Yield the address of every page that is read."""
    for endpoint, method, rule in routes(app):
        if method == "GET" and not endpoint.startswith("api_") and not rule.rule.startswith("/api/"):
            yield rule


def budget_of(endpoint: str) -> int:
    if endpoint in READS_WHOLE:
        return A_WHOLE_PLAN
    return GATHERING if endpoint in GATHERS else A_PAGE


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    keep_attached(app)
    return make_world(session)


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
    over, opened = [], 0
    for rule in pages(app):
        session.expire_all()
        with count_queries() as seen:
            answer = client.get(address_of(rule, world))
        opened += answer.status_code == 200
        if len(seen) > budget_of(rule.endpoint):
            over.append(f"{rule.rule} ({rule.endpoint}): {len(seen)}, may take {budget_of(rule.endpoint)}")

    assert over == []
    assert opened > 50
