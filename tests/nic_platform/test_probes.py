"""Signs of life: alive without anything, ready with what it needs, figures for those who may read them."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from nic_platform import backup, doctor, jobs, metrics, probes
from nic_platform.tables import Job
from tests.conftest import settings_for

FAR = {"environ_base": {"REMOTE_ADDR": "203.0.113.9"}}


@pytest.fixture(autouse=True)
def looked_over_anew(app: Flask) -> None:
    app.extensions.pop("nic.readiness", None)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An application whose database is not there."""
    from nic_platform.app import create_app

    folder = tmp_path_factory.mktemp("bare")
    url = f"sqlite:///{folder / 'gone' / 'nic.db'}"
    return create_app({**settings_for(url, folder), "TESTING": False})


def test_it_is_alive_without_a_database(bare: Flask) -> None:
    answer = bare.test_client().get("/healthz")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "alive"})
    assert "Set-Cookie" not in answer.headers


def test_without_a_database_it_is_not_ready_and_says_so_in_words(bare: Flask, tmp_path: Path) -> None:
    answer = bare.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert answer.get_json()["parts"]["database"] == "does not answer"
    assert "gone" not in answer.text


def test_with_what_it_needs_it_is_ready(own_app: Flask) -> None:
    answer = own_app.test_client().get("/readyz?strict=1")
    assert answer.get_json() == {
        "status": "ready",
        "parts": {"database": "ok", "migrations": "ok", "queue": "ok", "storage": "ok"},
    }
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("at", "status", "said"),
    [
        ("", 503, "the database is empty"),
        ("0001", 503, "the database is at 0001, this version needs "),
        ("0999", 200, "ok"),
    ],
)
def test_a_database_of_an_earlier_version_is_not_served_one_of_a_later_is(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch, at: str, status: int, said: str
) -> None:
    monkeypatch.setattr(backup, "revision", lambda _connection: at)
    answer = app.test_client().get("/readyz")
    assert answer.status_code == status
    assert answer.get_json()["parts"]["migrations"].startswith(said)


def test_without_its_queue_it_still_serves_but_a_strict_monitor_hears(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> int:
        raise ConnectionError("redis at 10.0.0.4")

    monkeypatch.setattr(backup, "revision", lambda _connection: doctor.head())
    monkeypatch.setattr(jobs.queue, "pending_count", gone)
    client = app.test_client()
    lax, strict = client.get("/readyz"), client.get("/readyz?strict=1")
    assert (lax.status_code, strict.status_code) == (200, 503)
    assert lax.get_json()["status"] == "limping"
    assert lax.get_json()["parts"]["queue"] == "does not answer"
    assert "10.0.0.4" not in lax.text


def test_a_full_disk_is_told(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "LEAST_SPACE", 1 << 62)
    assert app.test_client().get("/readyz").get_json()["parts"]["storage"] == "the disk is full"


def test_an_answer_is_kept_for_a_moment(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = app.test_client()
    first = client.get("/readyz").get_json()
    monkeypatch.setattr(probes, "_PARTS", {})
    assert client.get("/readyz").get_json() == first


@pytest.mark.parametrize(
    ("address", "headers", "token", "status"),
    [
        ("127.0.0.1", {}, "", 200),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9"}, "", 404),
        ("203.0.113.9", {}, "", 404),
        ("203.0.113.9", {"Authorization": "Bearer 0123456789abcdef"}, "0123456789abcdef", 200),
        ("203.0.113.9", {"Authorization": "Bearer 0123456789abcdee"}, "0123456789abcdef", 404),
        ("203.0.113.9", {"Authorization": "Bearer "}, "", 404),
    ],
)
def test_figures_are_for_this_machine_or_the_token(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch,
    address: str, headers: dict[str, str], token: str, status: int,
) -> None:  # fmt: skip
    monkeypatch.setitem(app.config, "METRICS_TOKEN", token)
    answer = app.test_client().get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == status


def test_the_figures_tell_of_requests_jobs_and_the_database(app: Flask, session: Session) -> None:
    from nic_platform import clock

    session.add(Job(name="x", state="failed", payload={}, created_at=clock.now()))
    session.flush()
    client = app.test_client()
    client.get("/nowhere-for-figures")
    metrics.count_sign_in("wrong")

    said = client.get("/metrics").text

    assert 'nic_requests_total{endpoint="none",method="GET",status="404"}' in said
    assert 'nic_request_seconds_bucket{endpoint="none",le="0.05"}' in said
    assert 'nic_jobs{state="failed"} 1.0' in said
    assert "nic_queue_age_seconds 0.0" in said
    assert "nic_outbox_waiting 0.0" in said
    assert "nic_database_up 1.0" in said
    assert "nic_database_connections " in said
    assert 'nic_sign_ins_total{outcome="wrong"}' in said


def test_without_a_database_the_figures_say_that(bare: Flask) -> None:
    answer = bare.test_client().get("/metrics")
    assert answer.status_code == 200
    assert "nic_database_up 0.0" in answer.text
