"""Whoever sees a figure of students leaves a note of it, on whatever page, in whatever file or answer.

Everything that a role can open is opened in a world whose students' counts are numbers found nowhere else.
An answer that shows one of them has to have noted the look; an address that is new is tried without being
named here.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from zlib import crc32

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from cycles.models import Cycle, Prediction
from feedback.models import FeedbackItem
from measures import resum_services
from measures.models import Measure
from milestones.models import InterimTarget, Milestone
from nic_platform.tables import StudentLook
from tests import factories as make
from tests.drill import IS_DRILL, small_form
from tests.factories import TODAY, keep_attached
from tests.policy_table import VALUES
from tests.test_policy_matrix import address_of, routes
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
COUNT, PEOPLE = 7919, 16_381  # primes that nothing else in the world has
_CANARY = re.compile(rb"(?<![\d,])(?:%s)(?![\d,])" % b"|".join(
    pattern for times in (1, 2, 3, 4, 5, 6, 7) for number in (COUNT, PEOPLE)
    for pattern in (b"%d" % (times * number), f"{times * number:,}".encode())
))  # fmt: skip
READERS = ("lead", "hub", "network_lead", "reviewer", "coach")
# Shows the numbers of a file that its own reader sent a moment ago, or that is about to be written.
_OWN_WORDS: frozenset[str] = frozenset()


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    keep_attached(app)
    world = make_world(session)
    _count_students(session, world)
    return world


def _count_students(session: Session, world: World) -> None:
    """Let everything that can hang on a count of students hang on one."""

    def of(model: type[Any], name: str) -> Any:
        return session.scalars(select(model).where(model.public_id == world.ids[name])).one()

    team, many = world.school, {"count": COUNT, "population": PEOPLE}
    own: Measure = of(Measure, "measure_id")
    own.counts_students, own.unit = True, "students"
    for back in range(14):
        make.make_measurement(session, own, team, TODAY - back * timedelta(days=7), **many)
    milestone: Milestone = of(Milestone, "milestone_id")
    milestone.measure_id, milestone.due_on, milestone.population = own.id, TODAY - timedelta(days=7), PEOPLE
    target: InterimTarget = of(InterimTarget, "target_id")
    target.measure_id, target.due_on, target.expected_n = own.id, TODAY - timedelta(days=7), PEOPLE
    cycle: Cycle = of(Cycle, "cycle_id")
    cycle.measure_id, cycle.stage = own.id, "act"
    cycle.began_on, cycle.ended_on = TODAY - timedelta(days=35), TODAY
    asked: Prediction = of(Prediction, "prediction_id")
    asked.question, asked.unit, asked.result = "How many?", "students", ""
    asked.result_number, asked.result_of = COUNT, PEOPLE
    item: FeedbackItem = of(FeedbackItem, "item_id")
    item.milestone_id, item.affects, item.affects_count = milestone.id, "students", COUNT
    common = make.make_measure(
        session, network_id=world.network.id, name="Read well", counts_students=True, unit="students"
    )
    sites = [make.make_site(session, parent=world.hub.site) for _more in range(5)]
    teams = [team, world.peer, *(make.make_team(session, site=site) for site in sites)]
    for each in teams[2:]:
        make.make_link(session, each, world.hub)
    for each in teams:
        for back in range(3):
            make.make_measurement(session, common, each, TODAY - back * timedelta(days=7), **many)
    session.flush()
    resum_services.rebuild(session, world.network.id)
    world.ids["common"] = common.public_id


def _addresses(app: Flask, world: World) -> Iterator[tuple[str, str]]:
    known, own = set(world.ids) | set(VALUES), dict(world.ids)
    for endpoint, method, rule in routes(app):
        if method != "GET" or not rule.arguments <= known:
            continue
        address = address_of(rule, world)
        if not IS_DRILL and not _is_near(address):
            continue
        yield endpoint, address
        if "measure_id" in rule.arguments:
            world.ids = own | {"measure_id": own["common"]}
            yield endpoint, f"{address_of(rule, world)}?team={world.school.public_id}"
            world.ids = own
        if rule.rule.startswith(("/compare", "/api/v1/compar")):
            yield endpoint, f"{address}?measure={own['common']}"


def _is_near(address: str) -> bool:
    """Say whether an address is opened in the plain run: every ninth, and those nearest to counts."""
    near = re.match(r"(/api/v1)?/(measures|milestones|cycles|compar\w*|places)/?[^/]*$", address)
    plain = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", address)
    return bool(near) or crc32(plain.encode()) % 9 == 0


def _body(data: bytes) -> bytes:
    if data[:2] != b"PK":
        return re.sub(rb"[0-9a-f]{8}-[0-9a-f-]{27}", b"", data)
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return b"".join(book.read(name) for name in book.namelist())


@small_form(lambda p: p["database"] == "sqlite" and p["role"] == "lead")
@pytest.mark.parametrize("role", READERS)
def test_whoever_is_shown_a_figure_of_students_has_left_a_note(
    app: Flask, session: Session, world: World, browse: Browse, role: str
) -> None:
    client, shown, silent = browse(world.people[role]), 0, []
    for endpoint, address in _addresses(app, world):
        session.execute(delete(StudentLook))
        answer = client.get(address)
        if answer.status_code != 200 or not _CANARY.search(_body(answer.data)):
            continue
        shown += 1
        if session.scalar(select(StudentLook.id).limit(1)) is None:
            silent.append(f"{address} ({endpoint})")

    assert not silent, "\n".join(silent)
    assert shown > 5
