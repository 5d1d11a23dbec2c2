"""Webhooks in the API: a new secret is told once, and kept nowhere in plain."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from interchange.models import Webhook
from tests.world import World, make_world


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def test_a_secret_is_renewed_and_told_once(
    session: Session, world: World, browse: Callable[..., FlaskClient]
) -> None:
    lead, own = browse(world.people["network_lead"]), f"/api/v1/webhooks/{world.ids['webhook_id']}"
    told = [lead.post(f"{own}/secret").json["secret"] for _time in range(2)]
    kept = session.scalars(select(Webhook).where(Webhook.public_id == world.ids["webhook_id"])).one()

    assert told[0] != told[1]
    assert told[1].startswith("whsec_")
    assert told[1] not in kept.secret
    assert told[1] not in lead.get(own).text
    assert browse(world.people["lead"]).post(f"{own}/secret").status_code == 404
