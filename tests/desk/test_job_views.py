"""Who sees which background work: a lead the network's, an administrator all, others their own."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from desk.job_words import job_words
from nic_platform import jobs
from nic_platform.actor import NetworkRole
from nic_platform.tables import Job
from teams.models import Team
from tests.factories import NOON, make_network, make_network_member, make_team, make_user

Browse = Callable[..., FlaskClient]


def make_job(session: Session, team: Team | None = None, **columns: Any) -> Job:
    job = Job(name="import sites", created_at=NOON, network_id=team.network_id if team else None, **columns)
    session.add(job)
    session.flush()
    return job


def make_lead(session: Session) -> tuple[Team, Any]:
    network = make_network(session)
    team = make_team(session, network)
    lead = make_user(session, team)
    make_network_member(session, network, lead, NetworkRole.LEAD)
    return team, lead


def test_a_lead_sees_the_own_networks_work_without_details(session: Session, browse: Browse) -> None:
    team, lead = make_lead(session)
    make_job(session, team, state="failed", error="KeyError: 'secret detail'", result={"fault": "KeyError"})
    make_job(session, make_team(session, make_network(session)), state="running")

    page = browse(lead).get("/network/jobs")

    assert "Import of places" in page.text
    assert "see the details" in page.text
    assert "secret detail" not in page.text
    assert "<progress" not in page.text
    assert browse(lead).get("/admin/jobs").status_code == 404


def test_an_administrator_sees_all_with_details(session: Session, browse: Browse) -> None:
    team, _lead = make_lead(session)
    make_job(session, team, state="failed", error="KeyError: 'secret detail'", result={"fault": "KeyError"})
    make_job(session, state="running", progress=40)

    page = browse(make_user(session, is_admin=True)).get("/admin/jobs")

    assert "secret detail" in page.text
    assert 'value="40"' in page.text
    assert 'http-equiv="refresh"' in page.text


def test_work_is_stopped_and_tried_again_by_who_may(session: Session, browse: Browse) -> None:
    team, lead = make_lead(session)
    stranger = make_user(session, team)
    job = make_job(session, team, state="running")

    assert browse(stranger).post(f"/jobs/{job.public_id}/stop").status_code == 404
    assert browse(lead).post(f"/jobs/{job.public_id}/stop", data={"back": "network"}).status_code == 303
    session.refresh(job)
    assert job.cancel_asked_at is not None
    job.state = "cancelled"
    session.flush()
    assert browse(lead).post(f"/api/v1/jobs/{job.public_id}/again").get_json()["state"] == "queued"
    assert browse(lead).post(f"/api/v1/jobs/{job.public_id}/again").status_code == 409


def test_who_began_it_can_follow_and_stop_it(session: Session, browse: Browse) -> None:
    team, _lead = make_lead(session)
    person = make_user(session, team)
    own = make_job(session, team, created_by_id=person.id)
    make_job(session, team)

    client = browse(person)

    assert [row["id"] for row in client.get("/api/v1/jobs").get_json()["items"]] == [str(own.public_id)]
    assert client.post(f"/api/v1/jobs/{own.public_id}/stop").get_json()["state"] == "cancelled"


def test_every_work_has_a_name_that_people_read(app: Flask) -> None:
    assert set(job_words()) == {name for name in jobs.names() if not name.startswith("test")}
