"""What is taken away in the API comes back: teams, links, people, roles in the network."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from nic_platform.actor import TeamRole
from teams.models import Link, Membership, TeamReach
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
API = "/api/v1"


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def lead(browse: Browse, world: World) -> FlaskClient:
    return browse(world.people["network_lead"])


def reach(session: Session) -> set[tuple[int, int]]:
    rows = session.execute(select(TeamReach.below_id, TeamReach.above_id))
    return {(row.below_id, row.above_id) for row in rows}


def test_a_team_is_archived_and_brought_back(session: Session, world: World, lead: FlaskClient) -> None:
    own, before = f"{API}/teams/{world.peer.public_id}", reach(session)
    gone = lead.post(f"{own}/archive").json
    shown = [team["id"] for team in lead.get(f"{API}/teams?limit=200").json["items"]]
    back = lead.post(f"{own}/restore").json

    assert (gone["id"], gone["archived_at"] is not None) == (str(world.peer.public_id), True)
    assert gone["id"] not in shown
    assert back["archived_at"] is None
    assert reach(session) == before


def test_a_link_comes_back_with_what_it_reached(
    session: Session, world: World, browse: Browse, lead: FlaskClient
) -> None:
    link = session.scalars(
        select(Link).where(Link.lower_id == world.school.id, Link.upper_id == world.hub.id)
    ).one()
    own, before = f"{API}/links/{link.public_id}", reach(session)
    assert lead.delete(own).status_code == 204
    assert reach(session) != before
    assert lead.get(own).status_code == 404
    assert browse(world.people["member"]).post(f"{own}/restore").status_code == 403
    assert browse(world.people["other_network"]).post(f"{own}/restore").status_code == 404
    assert browse(world.people["lead"]).post(f"{own}/restore").json["id"] == str(link.public_id)
    assert reach(session) == before


def test_a_person_comes_back_as_what_they_were(session: Session, world: World, browse: Browse) -> None:
    coach, lead = world.people["coach"], browse(world.people["lead"])
    own = f"{API}/teams/{world.school.public_id}/people/{coach.public_id}"
    place = select(Membership.role).where(
        Membership.team_id == world.school.id, Membership.user_id == coach.id, Membership.deleted_at.is_(None)
    )
    assert lead.delete(own).status_code == 204
    assert session.scalar(place) is None
    assert lead.post(f"{own}/restore").status_code == 204
    assert session.scalar(place) is TeamRole.COACH
    stranger = own.replace(str(coach.public_id), str(world.people["other_network"].public_id))
    assert lead.post(f"{stranger}/restore").status_code == 404


def test_roles_of_the_network_are_listed_taken_and_given_back(
    world: World, browse: Browse, lead: FlaskClient
) -> None:
    def roles() -> dict[str, Any]:
        rows = lead.get(f"{API}/network/roles").json["items"]
        return {row["role"]: row for row in rows}

    held = roles()
    assert set(held) == {"network_lead", "reviewer", "analyst"}
    assert (held["reviewer"]["level"], held["analyst"]["level"]) == ("state", None)
    own = f"{API}/network/roles/{held['analyst']['id']}"
    assert browse(world.people["reviewer"]).delete(own).status_code == 403
    assert lead.delete(own).status_code == 204
    assert "analyst" not in roles()
    assert lead.post(f"{own}/restore").status_code == 204
    assert roles() == held
    assert lead.delete(f"{API}/network/roles/{held['network_lead']['id']}").status_code == 409  # the last
