"""A network lead lets an archive be made in the background, fetches it for a week, and nobody else does."""

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import passwords
from interchange import archive_job_services as archives
from interchange import archive_jobs, archive_services
from interchange.archive_file import Manifest
from nic_platform import audit, clock, jobs, taking
from nic_platform.storage import FolderStorage
from nic_platform.tables import Job
from tests.world import World, make_world

WORD = "steps that climb"


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    world = make_world(session)
    world.people["network_lead"].password_hash = passwords.hash_password(WORD)
    return world


def test_the_password_is_asked_and_the_making_is_written_down(
    session: Session, world: World, browse: Callable[..., FlaskClient]
) -> None:
    client = browse(world.people["network_lead"])
    query = select(Job).where(Job.name == archives.JOB, Job.state == "queued")

    client.post("/network/archive", data={"confirm": "not it"})
    assert session.scalars(query).all() == []
    answer = client.post("/network/archive", data={"confirm": WORD})

    assert answer.status_code == 303
    assert session.scalars(query).one().network_id == world.network.id
    assert audit.history(session, "network", world.network.public_id)[0].action == "archived"
    again = client.post("/network/archive", data={"confirm": WORD})
    assert again.status_code == 303
    page = client.get("/network/archive").text
    assert "being made already" in page
    assert len(session.scalars(query).all()) == 1
    job = session.scalars(query).one()
    assert f"/jobs/{job.public_id}/stop" in page
    assert client.post(f"/jobs/{job.public_id}/stop", data={"back": "archive"}).location == "/network/archive"
    assert "stopped" in client.get("/network/archive").text
    assert client.post(f"/jobs/{job.public_id}/again").status_code == 409  # it asks for the password


def test_making_stops_where_it_is_asked_to_and_leaves_no_file(
    app: Flask, session: Session, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def here(_engine: object, *rest: Any) -> Manifest:
        return archive_services.write_from(session.connection(), *rest)

    def stop(per_cent: int) -> None:
        if per_cent >= 96:  # when all but its list is written
            raise jobs.StoppedError("It was stopped.")

    monkeypatch.setattr(archive_services, "write", here)
    job = Job(network_id=world.network.id, name=archives.JOB, created_at=clock.now(), payload={
        "network_id": world.network.id})  # fmt: skip
    session.add(job)
    session.flush()
    kept = {path for path in Path(app.config["STORAGE"]).rglob("*") if path.is_file()}

    with app.app_context():
        assert jobs.run(job.id, stop) == "cancelled"

    session.expire_all()
    assert (job.state, job.result) == ("cancelled", None)
    assert {path for path in Path(app.config["STORAGE"]).rglob("*") if path.is_file()} == kept


def test_it_is_made_and_fetched_and_deleted_after_a_week(
    app: Flask, session: Session, world: World, browse: Callable[..., FlaskClient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def here(_engine: object, *rest: Any) -> Manifest:
        return archive_services.write_from(session.connection(), *rest)

    monkeypatch.setattr(archive_services, "write", here)
    told: list[int] = []
    with app.test_request_context():
        made = archive_jobs.make_archive({"network_id": world.network.id}, told.append)
    job = session.scalars(select(Job).where(Job.public_id == world.ids["archive_id"])).one()
    job.result = made
    session.flush()
    client = browse(world.people["network_lead"])

    answer = client.get(f"/network/archive/{job.public_id}/file")

    with zipfile.ZipFile(io.BytesIO(answer.data)) as file:
        assert "manifest.json" in file.namelist()
    assert told[-1] == 100
    assert client.get(f"/api/v1/network/archives/{job.public_id}/file").data == answer.data
    files = FolderStorage(Path(app.config["STORAGE"]))
    with app.app_context():
        later = [clock.now() + timedelta(days=days) for days in (6, 8, 8)]
        over = [taking.forget_made(session, archives.JOB, at) for at in later]
    assert over == [0, 1, 0]
    session.expire_all()
    assert client.get(f"/network/archive/{job.public_id}/file").status_code == 404
    with pytest.raises(FileNotFoundError):
        files.open(made["key"])
