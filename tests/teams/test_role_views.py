from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from nic_platform.actor import NetworkRole
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
CountQueries = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def test_a_role_that_is_taken_is_gone_at_the_very_next_request(browse: Browse, world: World) -> None:
    lead, analyst = browse(world.people["network_lead"]), browse(world.people["analyst"])
    path = f"/network/people/{world.ids['network_member_id']}"
    assert analyst.get("/compare").status_code == 200
    assert "Analyst" in lead.get("/network/people").text

    assert lead.post(path + "/take").status_code == 303
    page = lead.get("/network/people").text
    assert "Analyst" not in page
    assert analyst.get("/network").status_code == 404

    assert lead.post(path + "/return").status_code == 303
    assert analyst.get("/network").status_code == 200


def test_only_a_network_lead_takes_roles(browse: Browse, world: World) -> None:
    reviewer = browse(world.people["reviewer"])

    assert reviewer.post(f"/network/people/{world.ids['network_member_id']}/take").status_code == 403
    assert "Analyst" in reviewer.get("/network/people").text
    assert "Take away" not in reviewer.get("/network/people").text


@pytest.mark.parametrize("how_many", [1, 10])
def test_the_page_asks_the_database_equally_often(
    session: Session, browse: Browse, world: World, count_queries: CountQueries, how_many: int
) -> None:
    for _ in range(how_many):
        make.make_network_member(session, world.network, make.make_user(session), NetworkRole.ANALYST)
    client = browse(world.people["network_lead"])

    with count_queries() as queries:
        page = client.get("/network/people").text

    assert page.count("Reads pooled numbers only") == how_many + 1
    assert len(queries) == 4
