"""The API does what its own description says, whatever is sent to it."""

from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis.core.transport import Response as ApiResponse
from sqlalchemy.orm import Session

from accounts.models import ApiToken
from accounts.rules import hashed
from nic_platform import clock
from tests.drill import IS_DRILL, stricter_database
from tests.world import World, make_world

TOKEN = "a-token-for-this-test-only"
EXAMPLES = 25 if IS_DRILL else 2


@pytest.fixture
def world(session: Session) -> World:
    world = make_world(session)
    lead, at = world.people["lead"], clock.now()
    token = ApiToken(token_hash=hashed(TOKEN), user_id=lead.id, name="test", created_at=at)
    session.add(token)
    session.flush()
    return world


def test_the_description_is_served_to_everybody(app: Flask) -> None:
    answer = app.test_client().get("/api/v1/openapi.json")

    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["openapi"] == "3.1.0"


@stricter_database
def test_no_answer_breaks_the_description_and_none_is_a_failure_of_ours(app: Flask, world: World) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    headers = {"Authorization": f"Bearer {TOKEN}", "Accept-Encoding": "identity"}
    tried: list[int] = []
    broken: list[str] = []
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            database=None,
        )
        @given(case=operation.as_strategy())
        def one(case: schemathesis.Case[Any]) -> None:
            answer: ApiResponse = case.call(headers=headers)
            tried.append(answer.status_code)
            assert answer.status_code < 500, f"{case.method} {case.formatted_path}: {answer.text[:300]}"

        try:
            one()
        except AssertionError as error:
            broken.append(str(error).splitlines()[0])

    assert broken == []
    assert len(tried) > 50


def test_nobody_comes_in_without_a_token(app: Flask, world: World) -> None:
    client = app.test_client()
    description = client.get("/api/v1/openapi.json").json or {}
    open_doors = []
    for path, operations in description["paths"].items():
        for method in operations:
            if method in {"get", "post", "put", "patch", "delete"}:
                address = path.replace("{", "").replace("}", "")
                ids = {name: str(value) for name, value in world.ids.items()}
                for name, value in ids.items():
                    address = address.replace(name, value)
                if client.open(address, method=method.upper(), json={}).status_code not in {400, 401, 404}:
                    open_doors.append(f"{method.upper()} {path}")

    assert open_doors == []
