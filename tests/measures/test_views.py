from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from measures.models import Measure
from measures.rules import Direction, MeasureType
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
SENT = {
    "name": "Referrals", "kind": "balancing", "type": "count", "direction": "down", "rhythm": "monthly",
    "unit": "referrals",
}  # fmt: skip


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def test_a_member_defines_a_measure(session: Session, world: World, browse: Browse) -> None:
    client = browse(world.people["member"])

    assert client.get("/measures/new").status_code == 200
    assert client.post("/measures/new", data=SENT).status_code == 303

    made = session.scalars(select(Measure).where(Measure.name == "Referrals")).one()
    assert (made.type, made.direction, made.team_id) == (MeasureType.COUNT, Direction.DOWN, world.school.id)
    assert "Referrals" in client.get("/measures").text
    assert "Referrals" not in browse(world.people["peer"]).get("/measures").text


def test_only_network_leads_define_common_ones(session: Session, world: World, browse: Browse) -> None:
    data = {**SENT, "is_common": "y"}

    assert browse(world.people["lead"]).post("/measures/new", data=data).status_code == 403
    assert browse(world.people["network_lead"]).post("/measures/new", data=data).status_code == 303
    assert "Referrals" in browse(world.people["peer"]).get("/measures").text


@pytest.mark.parametrize(("role", "status"), [("coach", 403), ("hub", 403), ("peer", 404), ("analyst", 404)])
def test_others_change_no_measure(world: World, browse: Browse, role: str, status: int) -> None:
    assert browse(world.people[role]).get(f"/measures/{world.ids['measure_id']}/edit").status_code == status


def test_two_savers_of_a_measure_meet(session: Session, world: World, browse: Browse) -> None:
    client, path = browse(world.people["member"]), f"/measures/{world.ids['measure_id']}/edit"
    data = {**SENT, "version": "1"}

    assert client.post(path, data=data).status_code == 303
    response = client.post(path, data={**data, "name": "Other"})

    assert response.status_code == 409
    found = session.scalars(select(Measure).where(Measure.public_id == world.ids["measure_id"])).one()
    assert (found.name, found.type) == ("Referrals", MeasureType.PROPORTION)


def test_the_list_takes_the_same_statements_however_long(
    session: Session, world: World, browse: Browse, count_queries: Callable[[], object]
) -> None:
    client, found = browse(world.people["member"]), []
    for times in (1, 10):
        for _ in range(times):
            make.make_measure(session, network_id=world.network.id)
        with count_queries() as seen:  # type: ignore[attr-defined]  # a context manager
            assert client.get("/measures").status_code == 200
        found.append(len(seen))

    assert found[0] == found[1] <= 12
