"""What is deleted is not there any more: neither to read nor to write, on pages and in the API."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from cycles.models import ChangeIdea, Cycle, Driver, Ramp
from feedback.models import FeedbackItem, PolicyNotice, Theme
from measures.models import Measure
from milestones.models import InterimTarget, Milestone, Plan, Touchpoint
from teams.models import Link, Site, Team
from tests.drill import share, small_form
from tests.factories import NOON
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
CASES: list[tuple[str, str, type[Any], tuple[str, ...], tuple[str, ...]]] = [
    ("cycle_id", "lead", Cycle, ("/cycles/{}", "/api/v1/cycles/{}"), ("/cycles/{}/share", "/cycles/{}/back")),
    ("ramp_id", "lead", Ramp, ("/ramps/{}",), ("/ramps/{}",)),
    ("idea_id", "lead", ChangeIdea, ("/ideas/{}", "/ideas/{}/edit"), ("/ideas/{}/adopt",)),
    ("driver_id", "network_lead", Driver, ("/drivers/{}",), ("/drivers/{}/edit",)),
    (
        "milestone_id",
        "lead",
        Milestone,
        ("/milestones/{}", "/api/v1/milestones/{}"),
        ("/milestones/{}/measure",),
    ),
    ("plan_id", "lead", Plan, ("/plans/{}", "/plans/{}/outline", "/api/v1/plans/{}"), ("/plans/{}/share",)),
    ("target_id", "lead", InterimTarget, ("/targets/{}",), ("/targets/{}/measure",)),
    ("touchpoint_id", "lead", Touchpoint, ("/touchpoints/{}",), ("/touchpoints/{}/edit",)),
    ("measure_id", "lead", Measure, ("/measures/{}/edit", "/api/v1/measures/{}"), ("/measures/{}/edit",)),
    ("item_id", "lead", FeedbackItem, ("/feedback/{}", "/api/v1/feedback/{}"), ("/feedback/{}/withdraw",)),
    ("theme_id", "hub", Theme, ("/themes/{}",), ("/themes/{}/close",)),
    ("policy_notice_id", "hub", PolicyNotice, ("/feedback/notices/{}",), ("/feedback/notices/{}/send",)),
    ("link_id", "lead", Link, ("/links/{}/edit", "/api/v1/links/{}"), ("/links/{}/edit",)),
    ("site_id", "network_lead", Site, ("/sites/{}", "/api/v1/sites/{}"), ("/sites/{}/edit",)),
    ("team_id", "hub", Team, ("/teams/{}", "/api/v1/teams/{}"), ("/teams/{}/edit",)),
]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@small_form(lambda p: p["database"] == "sqlite" or p["asked"] != "both" or share(p["name"], 5))
@pytest.mark.parametrize(("name", "role", "model", "reads", "writes"), CASES, ids=[case[0] for case in CASES])
def test_what_is_deleted_answers_404(
    session: Session,
    browse: Browse,
    world: World,
    name: str,
    role: str,
    model: type[Any],
    reads: tuple[str, ...],
    writes: tuple[str, ...],
) -> None:
    client, public_id = browse(world.people[role]), world.ids[name]
    before = {path: client.get(path.format(public_id)).status_code for path in reads}
    assert set(before.values()) == {200}, before

    thing = session.scalars(select(model).where(model.public_id == public_id)).one()
    thing.deleted_at = NOON
    session.flush()

    after = {path: client.get(path.format(public_id)).status_code for path in reads}
    after |= {f"POST {path}": client.post(path.format(public_id), data={}).status_code for path in writes}
    assert set(after.values()) == {404}, after
