"""Every answer has an id; the log tells of each request by its route, and never whose it was."""

import json
import logging
import re
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from nic_platform import jobs, logs, observing
from tests.world import make_world

Browse = Callable[..., FlaskClient]


@pytest.fixture
def told() -> Iterator[StringIO]:
    """Everything that the platform logs, as it is written in production."""
    out = StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(logs.Line("json"))
    loggers = [logging.getLogger(name) for name in ("switchback", "nic_platform", "accounts")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
    yield out
    for logger, level in zip(loggers, levels, strict=True):
        logger.removeHandler(handler)
        logger.setLevel(level)


def lines(told: StringIO, logger: str) -> list[dict[str, Any]]:
    every = [json.loads(line) for line in told.getvalue().splitlines()]
    return [each for each in every if each["logger"] == logger]


@pytest.mark.parametrize(
    ("sent", "is_kept"),
    [
        ("abc-123.def_456", True),
        ("a" * 64, True),
        ("short", False),
        ("a" * 65, False),
        ("rosa@x.example", False),
        ('"><script>alert(1)', False),
    ],
)
def test_an_id_is_taken_from_the_proxy_if_it_looks_like_one(
    app: Flask, session: Session, sent: str, is_kept: bool
) -> None:
    answer = app.test_client().get("/healthz", headers={"X-Request-Id": sent})

    said = answer.headers["X-Request-Id"]
    assert (said == sent) is is_kept
    assert re.fullmatch(r"[0-9a-f]{32}", said) or is_kept


def test_each_answer_has_an_id_of_its_own(app: Flask, session: Session) -> None:
    client = app.test_client()
    said = [client.get(path).headers["X-Request-Id"] for path in ("/nowhere", "/api/v1/nowhere", "/")]
    assert len(set(said)) == 3


def test_a_request_is_noted_by_its_route(session: Session, browse: Browse, told: StringIO) -> None:
    world = make_world(session)
    cycle_id = world.ids["cycle_id"]

    browse(world.people["lead"]).get(f"/cycles/{cycle_id}?q=canary-in-query")

    facts = lines(told, "switchback.request")[-1]
    assert facts["said"] == "GET /cycles/<uuid:cycle_id> 200"
    assert re.fullmatch(r"[0-9a-f]{32}", facts["request"])
    assert (facts["endpoint"], facts["status"]) == ("cycles.show", 200)
    assert facts["network"] == world.network.id
    assert 0 < facts["statements"] <= 12
    assert facts["ms"] > 0


def test_signs_of_life_and_files_fill_no_log(app: Flask, session: Session, told: StringIO) -> None:
    for path in ("/healthz", "/readyz", "/metrics", "/static/css/switchback.css"):
        app.test_client().get(path).close()
    assert told.getvalue() == ""


def test_a_walk_leaves_no_address_name_token_or_body_in_the_log(
    session: Session, browse: Browse, told: StringIO
) -> None:
    world = make_world(session)
    lead = world.people["lead"]
    lead.name, lead.email = "Canaria Nightingale", "canary@birds.example"
    session.flush()
    client = browse(lead)
    where = {"environ_base": {"REMOTE_ADDR": "203.0.113.77"}}

    client.get("/?q=canary-query", **where)
    client.get("/links/canary-token", **where)
    client.get("/calendar/canary-secret.ics", **where)
    client.post("/sign-in", data={"email": lead.email, "password": "canary words"}, **where)
    client.post("/cycles/new", data={"title": "canary title"}, **where)
    client.get("/canary-path/canary", **where)
    api = {"Authorization": "Bearer canary-bearer"}
    client.get("/api/v1/teams", headers=api, **where)
    client.post("/api/v1/cycles", json={"change": "canary body"}, headers=api, **where)
    peer = browse(world.people["peer"])
    peer.get(f"/cycles/{world.ids['cycle_id']}?canary", **where)

    assert len(told.getvalue().splitlines()) > 8
    for canary in ("canar", "nightingale", "203.0.113.77", "birds.example"):
        assert canary not in told.getvalue().lower()
    assert all("request" in json.loads(line) for line in told.getvalue().splitlines())


def test_tries_from_one_place_have_one_code(app: Flask) -> None:
    def code(address: str) -> str:
        with app.test_request_context("/", environ_base={"REMOTE_ADDR": address}):
            return observing.place_code()

    assert code("203.0.113.7") == code("203.0.113.7") != code("203.0.113.8")


def test_a_job_is_noted_with_its_number_and_how_it_ended(
    app: Flask, session: Session, told: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_payload: object, _report: object) -> None:
        raise ValueError("canary")

    monkeypatch.setattr(jobs, "_WORK", {"test: fails": fail, "test: well": lambda _payload, _report: None})
    with app.app_context():
        from nic_platform.database import transaction

        for name in ("test: fails", "test: well"):
            with transaction() as current:
                job_id = jobs.enqueue(current, name, {"address": "canary"}).id
            jobs.run(job_id)

    assert [(each["work"], each["state"]) for each in lines(told, "switchback.job")] == [
        ("test: fails", "queued"),
        ("test: well", "done"),
    ]
    assert [each["work"] for each in lines(told, "nic_platform.jobs")] == ["test: fails"]
    assert "canary" not in told.getvalue()


def test_an_operator_may_have_statements_counted_in_each_answer(
    app: Flask, browse: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "X-SQL-Statements" not in browse().get("/sign-in").headers
    monkeypatch.setitem(app.config, "COUNT_SQL", True)

    assert int(browse().get("/sign-in").headers["X-SQL-Statements"]) >= 0
