"""Counts put right in the API, counts of interim targets, a plan shown, deleted and begun again."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from measures.models import Measurement
from milestones.models import InterimTarget, Plan
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
API = "/api/v1"


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def member(world: World, browse: Browse) -> FlaskClient:
    return browse(world.people["member"])


def test_a_count_is_corrected_taken_back_and_brought_back(
    session: Session, world: World, member: FlaskClient, browse: Browse
) -> None:
    own = f"{API}/measurements/{world.ids['measurement_id']}"
    sent: dict[str, Any] = {"observed_on": "2026-02-20", "count": 20, "population": 24}
    key = {"Idempotency-Key": "7b1a0c7e-0000-4000-8000-1"}
    wrong = member.post(f"{own}/corrections", json=sent | {"count": 25})
    made = member.post(f"{own}/corrections", json=sent, headers=key)
    again = member.post(f"{own}/corrections", json=sent, headers=key)

    assert (wrong.status_code, list(wrong.json["errors"])) == (422, ["count"])
    assert (made.status_code, again.json) == (201, made.json)
    row = session.scalars(select(Measurement).where(Measurement.count == 20)).one()
    earlier = session.scalars(
        select(Measurement).where(Measurement.public_id == world.ids["measurement_id"])
    ).one()
    assert (row.supersedes_id, earlier.count) == (earlier.id, 12)
    assert member.post(f"{own}/corrections", json=sent).status_code == 409  # it was corrected already
    assert browse(world.people["coach"]).post(f"{own}/corrections", json=sent).status_code == 403

    gone = member.delete(f"{API}/measurements/{made.json['id']}").json["id"]
    assert member.delete(f"{API}/measurements/{made.json['id']}").status_code == 409
    back = member.post(f"{API}/measurements/{gone}/restore").json["id"]
    rows = session.scalars(select(Measurement).where(Measurement.measure_id == row.measure_id)).all()
    latest = next(each for each in rows if str(each.public_id) == back)
    assert (latest.count, latest.is_withdrawn) == (20, False)


def test_what_students_showed_is_counted_for_an_interim_target(
    session: Session, world: World, member: FlaskClient
) -> None:
    address = f"{API}/targets/{world.ids['target_id']}/measurements"
    target = session.scalars(
        select(InterimTarget).where(InterimTarget.public_id == world.ids["target_id"])
    ).one()
    sent = {"observed_on": "2026-02-20", "count": 40, "population": 80}
    if target.measure_id is None:
        assert member.post(address, json=sent).status_code == 409  # a draft has nothing to count yet
        target.measure_id = make.make_measure(session, world.school).id
        session.flush()
    before = session.scalar(select(func.count()).select_from(Measurement)) or 0
    made = member.post(address, json=sent)

    assert (made.status_code, made.json["count"]) == (201, 40)
    assert session.scalar(select(func.count()).select_from(Measurement)) == before + 1
    assert member.post(address, json=sent | {"observed_on": "2126-02-20"}).status_code == 422


def test_a_plan_is_shown_hidden_deleted_and_begun_again(
    session: Session, world: World, member: FlaskClient, browse: Browse
) -> None:
    own = f"{API}/plans/{world.ids['plan_id']}"
    peer, lead = browse(world.people["peer"]), browse(world.people["lead"])
    assert peer.get(own).status_code == 404
    assert member.put(f"{own}/sharing", json={"is_shared": True}).json["is_shared"] is True
    assert peer.get(own).status_code == 200
    assert peer.put(f"{own}/sharing", json={"is_shared": False}).status_code == 403
    assert member.put(f"{own}/sharing", json={"is_shared": False}).json["is_shared"] is False
    assert member.put(f"{own}/sharing", json={}).status_code == 422

    read = member.get(own)
    seen, year = {"If-Match": read.headers["ETag"]}, read.json["school_year"]
    assert member.delete(own, headers=seen).status_code == 403  # its lead alone
    assert lead.delete(own, headers={"If-Match": '"99"'}).status_code == 412
    assert lead.delete(own, headers=seen).status_code == 204
    assert member.get(own).status_code == 404
    begun = lead.post(f"{API}/plans", json={"school_year": year})
    assert begun.status_code == 201, begun.json
    plan = session.scalars(select(Plan).where(Plan.public_id == world.ids["plan_id"])).one()
    session.refresh(plan)
    assert (begun.json["id"], plan.deleted_at) == (str(plan.public_id), None)
