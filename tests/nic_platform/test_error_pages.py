"""Whatever goes wrong, the visitor reads a sentence and a mend, and nothing of the inside."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from nic_platform.errors import AbsentError, ConflictError, DeniedError, InputError, PlatformError, RuleError
from tests.world import make_world


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (PlatformError, 500),
        (RuleError, 409),
        (ConflictError, 409),
        (DeniedError, 403),
        (AbsentError, 404),
        (InputError, 422),
    ],
)
def test_each_error_has_its_status(kind: type[PlatformError], status: int) -> None:
    assert kind("said").status == status


def test_what_is_wrong_with_input_is_said_field_by_field() -> None:
    assert InputError("no").fields == {}
    assert InputError("no", {"name": "Missing."}).fields == {"name": "Missing."}


@pytest.fixture
def visitor(app: Flask, session: Session) -> FlaskClient:
    return app.test_client()


def test_an_unknown_page_is_a_page(visitor: FlaskClient) -> None:
    answer = visitor.get("/nowhere-at-all")
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"
    assert "<h1" in answer.text
    assert "werkzeug" not in answer.text.lower()


def test_an_unknown_address_of_the_api_is_json(visitor: FlaskClient) -> None:
    answer = visitor.get("/api/v1/nowhere-at-all")
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
    assert "Traceback" not in answer.text


def test_a_method_that_is_not_taken_names_those_that_are(visitor: FlaskClient) -> None:
    answer = visitor.delete("/sign-in")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_refusal_is_logged_with_the_thing_but_no_secret(
    session: Session, browse: Callable[..., FlaskClient], caplog: pytest.LogCaptureFixture
) -> None:
    world = make_world(session)
    cycle_id = world.ids["cycle_id"]

    browse(world.people["peer"]).get(f"/cycles/{cycle_id}?q=secret-in-query")
    browse(world.people["coach"]).patch(f"/api/v1/cycles/{cycle_id}", json={"version": 1, "title": "secret"})
    browse().get("/links/secret-token")
    browse().post("/sign-in", data={"email": "a@b.example", "password": "secret words"})

    told = [record.getMessage() for record in caplog.records if record.name == "switchback.security"]
    assert f"refused 404: GET cycles.show (cycle_id={cycle_id}), person {world.people['peer'].id}" in told[0]
    assert f"(cycle_id={cycle_id}), person {world.people['coach'].id}" in told[1]
    assert "refused 403: PATCH" in told[1]
    assert "secret" not in " ".join(told)


@pytest.mark.parametrize(
    ("sent", "status", "fields"),
    [
        ({"version": "x", "colour": 1}, 422, {"version", "colour"}),
        ([1], 422, {"_schema"}),
        ({"version": 1, "colour": 1}, 422, {"colour"}),
    ],
)
def test_the_api_names_each_field_that_is_wrong(
    session: Session, browse: Callable[..., FlaskClient], sent: object, status: int, fields: set[str]
) -> None:
    world = make_world(session)

    answer = browse(world.people["lead"]).patch(f"/api/v1/plans/{world.ids['plan_id']}", json=sent)

    assert answer.status_code == status
    assert set(answer.get_json()["errors"]) == fields
