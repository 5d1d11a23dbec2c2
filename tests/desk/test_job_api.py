"""Background work in the API: how far it is, stopped, begun again, by who may know of it."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.world import World, make_world


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def test_one_piece_of_work_is_read_begun_again_and_stopped(
    world: World, browse: Callable[..., FlaskClient]
) -> None:
    lead, own = browse(world.people["network_lead"]), f"/api/v1/jobs/{world.ids['job_id']}"
    told = lead.get(own).json

    assert told in lead.get("/api/v1/jobs").json["items"]
    assert (told["name"], told["state"], told["can_try"]) == ("import sites", "failed", True)
    again = lead.post(f"{own}/again").json
    assert (again["id"], again["state"]) == (told["id"], "queued")
    assert lead.post(f"{own}/stop").json["state"] in {"stopped", "cancelled"}
    assert browse(world.people["lead"]).get(own).status_code == 404
    assert browse(world.people["admin"]).get(own).json["id"] == told["id"]
