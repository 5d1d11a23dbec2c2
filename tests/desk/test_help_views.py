"""Plain pages open for everybody; what is not there says where to look."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from nic_platform.actor import NetworkRole
from teams.models import Network
from tests import factories as make

Browse = Callable[..., FlaskClient]
Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.mark.parametrize("path", ["/help", "/welcome", "/network/imports", "/notices", "/search"])
def test_plain_pages_open_for_every_role_within_twelve_statements(
    session: Session, browse: Browse, count_queries: Counting, path: str
) -> None:
    team = make.make_team(session)
    analyst = make.make_user(session)
    make.make_network_member(session, session.get_one(Network, team.network_id), analyst, NetworkRole.ANALYST)

    for user in (make.make_user(session, team), make.make_user(session), analyst):
        client = browse(user)
        with count_queries() as seen:
            assert client.get(path).status_code == 200
        assert len(seen) <= 12


def test_a_page_that_is_not_there_offers_search(session: Session, browse: Browse) -> None:
    response = browse(make.make_user(session, make.make_team(session))).get("/no/such/page")

    assert response.status_code == 404
    assert "Page not found" in response.text
    assert 'action="/search"' in response.text
