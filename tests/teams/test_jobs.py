"""Large imports in the background: carried out once, refused without a trace."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from nic_platform.tables import ImportRun
from teams import import_services, jobs
from teams.models import Network, Site
from tests import factories as make

FILE = b"District Code,District Name,School Code,School Name\n0010,Mapleton 1,0187,Alder\n"


@pytest.fixture(autouse=True)
def _inside_the_application(app: Flask, session: Session) -> Iterator[None]:
    with app.app_context():
        yield


def started(session: Session, data: bytes = FILE) -> tuple[ImportRun, dict[str, Any]]:
    network: Network = make.make_network(session)
    user = make.make_user(session)
    run = import_services.receive(
        session, network.id, io.BytesIO(data), "schools.csv", state="", by=user.id, at=make.NOON
    )
    run.state = "running"
    session.flush()
    return run, {"run_id": run.id, "user_id": user.id, "leave_out": False}


def names(session: Session, run: ImportRun) -> list[str]:
    session.expire_all()
    mine = select(Site.name).where(Site.network_id == run.network_id, Site.deleted_at.is_(None))
    return sorted(session.scalars(mine))


def test_an_import_is_carried_out_and_a_second_run_does_nothing(session: Session) -> None:
    run, payload = started(session)
    told: list[int] = []
    assert jobs.import_sites(payload, told.append) is None
    assert names(session, run) == ["Alder", "Mapleton 1"]
    assert run.state == "done"
    assert told[-1] == 99
    assert jobs.import_sites(payload, told.append) is None
    assert run.rows_created == 2


def test_a_refused_import_says_why_and_writes_nothing(session: Session) -> None:
    run, payload = started(session, FILE + b"0010,Mapleton 1,0212,\n")
    result = jobs.import_sites(payload, lambda _done: None)
    assert result is not None
    assert "Nothing was imported" in result["refused"]
    assert names(session, run) == []
    assert run.state == "preview"


def test_an_import_is_taken_back(session: Session) -> None:
    run, payload = started(session)
    jobs.import_sites(payload, lambda _done: None)
    session.expire_all()
    run.state = "undoing"
    session.flush()
    assert jobs.undo_import(payload, lambda _done: None) is None
    assert names(session, run) == []
    assert run.state == "undone"
