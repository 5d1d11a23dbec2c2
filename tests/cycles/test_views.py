from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from cycles.models import ChangeIdea, Cycle, CycleNote, Prediction
from nic_platform.access import TeamRole
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
CountQueries = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def cycle_of(session: Session, world: World, **columns: object) -> Cycle:
    milestone = make.make_milestone(session, world.school)
    ramp = make.make_ramp(session, world.school)
    return make.make_cycle(session, world.school, milestone=milestone, ramp=ramp, **columns)


def plan_of(session: Session, cycle: Cycle, **fields: str) -> dict[str, str]:
    return {
        "version": str(cycle.version),
        "aim": "Tickets in short blocks",
        "change": "One item",
        "who": "Three teachers",
        "scale": "teachers",
        "starts_on": "2026-02-09",
        "ends_on": "2026-02-24",
        "p0_question": "On how many days?",
        "p0_number": "75%",
        "p0_low": "70",
        "p0_high": "80",
        "p0_unit": "%",
        "p0_because": "tight, but the timer helps",
        **fields,
    }


PAGES = ("/cycles", "/log", "/log/test", "/cycles/new", "/drivers", "/ideas/new")


@pytest.mark.parametrize("page", PAGES)
def test_a_member_opens_every_page(session: Session, world: World, browse: Browse, page: str) -> None:
    assert browse(world.people["member"]).get(page).status_code == 200


@pytest.mark.parametrize("stage", ["plan", "do", "study", "act", "closed"])
@pytest.mark.parametrize("role", ["member", "coach", "hub"])
def test_a_cycle_is_shown_in_every_stage(
    session: Session, world: World, browse: Browse, stage: str, role: str
) -> None:
    cycle = cycle_of(session, world, stage=stage, is_draft=False, scale="teacher", observations="Seen")
    make.make_prediction(session, cycle, number=75, low=70, high=80, unit="%", result_number=26, result_of=33)

    page = browse(world.people[role]).get(f"/cycles/{cycle.public_id}")

    assert page.status_code == 200
    assert ("name=\"version\"" in page.text) is (role == "member" and stage != "closed") or role == "member"
