"""Whatever goes wrong, the visitor reads a sentence and a mend, and nothing of the inside."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from nic_platform.errors import AbsentError, ConflictError, DeniedError, InputError, PlatformError, RuleError


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
    assert answer.mimetype == "application/json"
    assert "Traceback" not in answer.text


def test_a_method_that_is_not_taken_names_those_that_are(visitor: FlaskClient) -> None:
    answer = visitor.delete("/sign-in")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
