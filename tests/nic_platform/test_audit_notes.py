"""Who saves an archive or their own data leaves a line in the trail, and a look; nobody's version moves."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import passwords
from interchange import archive_job_services
from nic_platform import audit, audit_trail, clock
from nic_platform.actor import NetworkRole
from nic_platform.storage import storage
from nic_platform.tables import Job, StudentLook
from teams.models import Network
from tests import factories as make

Browse = Callable[..., FlaskClient]


@pytest.mark.parametrize("start", ["/network/archive", "/api/v1/network/archives"])
def test_saving_an_archive_is_written_down(app: Flask, session: Session, browse: Browse, start: str) -> None:
    network, lead, at = make.make_network(session), make.make_user(session), clock.now()
    make.make_network_member(session, network, lead, NetworkRole.LEAD)
    with app.app_context():
        key = storage().put(BytesIO(b"PK")).key
    job = Job(
        network_id=network.id, name=archive_job_services.JOB, state="done", created_at=at,
        result={"key": key, "until": (at + timedelta(days=1)).isoformat()},
    )  # fmt: skip
    session.add(job)
    session.flush()
    version, address = network.version, f"{start}/{job.public_id}/file"

    answer = browse(lead).get(address)

    assert (answer.status_code, answer.data) == (200, b"PK")
    session.expire_all()
    last = audit.history(session, "network", network.public_id)[0]
    assert (last.action, last.user_id, last.changes) == (
        "downloaded", lead.id, {"archive": (None, str(job.public_id))},
    )  # fmt: skip
    assert session.get_one(Network, network.id).version == version
    assert list(audit_trail.verify(session)) == []
    assert session.execute(select(StudentLook.place, StudentLook.way)).all() == [("network", "file")]


def test_saving_ones_own_data_is_written_down(session: Session, browse: Browse) -> None:
    words = "climbs in small steps"
    user = make.make_user(session, make.make_team(session), password_hash=passwords.hash_password(words))
    client = browse(user)

    assert client.post("/account/data", data={"confirm": "not it"}).status_code == 422
    assert audit.history(session, "person", user.public_id)[0].action != "downloaded"
    assert client.post("/account/data", data={"confirm": words}).mimetype == "application/zip"

    session.expire_all()
    last = audit.history(session, "person", user.public_id)[0]
    assert (last.action, last.user_id, last.changes) == ("downloaded", user.id, {"data": (None, "zip")})
    assert list(audit_trail.verify(session)) == []
