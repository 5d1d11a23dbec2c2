"""From a place and an idea to what is in place, and back: who sees the way, and what it costs."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from cycles.models import ChangeIdea, IdeaDriver
from tests import factories as make
from tests.world import World, make_world
from variation.models import Initiative, InitiativeDriver

As = Callable[[str], FlaskClient]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def as_role(browse: Callable[..., FlaskClient], world: World) -> As:
    return lambda role: browse(world.people[role])


def test_a_place_shows_what_is_in_place_there_to_its_line_alone(world: World, as_role: As) -> None:
    page, inventory = (f"/sites/{world.ids['site_id']}{more}" for more in ("", "/initiatives"))

    for role in ("observer", "hub", "network_lead"):
        told = as_role(role).get(page).get_data(as_text=True)
        assert f'href="{inventory}"' in told, role
        assert f"/practice-sites/{world.ids['practice_site_id']}" in told
        assert f"/initiatives/places/{world.ids['initiative_place_id']}" in told
    for role in ("peer", "analyst"):
        assert inventory not in as_role(role).get(page).get_data(as_text=True)


def test_an_idea_leads_to_practices_and_initiatives_on_its_drivers_and_they_lead_back(
    session: Session, world: World, as_role: As,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:  # fmt: skip
    idea = session.scalars(select(ChangeIdea).where(ChangeIdea.public_id == world.ids["idea_id"])).one()
    thing = session.scalars(
        select(Initiative).where(Initiative.public_id == world.ids["initiative_id"])
    ).one()
    driver = make.make_driver(session, world.network, name="Talk in every lesson")
    network = {"network_id": world.network.id, "driver_id": driver.id}
    session.add(IdeaDriver(**network, idea_id=idea.id, is_strong=True))
    session.add(InitiativeDriver(**network, initiative_id=thing.id))
    practice = make.make_practice(session, world.network, world.school, idea_id=idea.id)
    practice.initiative_id = thing.id
    session.flush()
    client = as_role("lead")

    with count_queries() as asked:
        told = client.get(f"/ideas/{idea.public_id}").get_data(as_text=True)
    with count_queries() as asked_back:
        back = client.get(f"/initiatives/{thing.public_id}").get_data(as_text=True)

    assert f"/practices/{practice.public_id}" in told
    assert f"/initiatives/{thing.public_id}" in told
    assert f"/ideas/{idea.public_id}" in back
    assert f"/practices/{practice.public_id}" in back
    assert "Talk in every lesson" in back
    assert len(asked) <= 20
    assert len(asked_back) <= 12
    assert str(practice.public_id) not in as_role("peer").get(f"/initiatives/{thing.public_id}").text
