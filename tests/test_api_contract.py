"""The API does what its own description says, whatever is sent to it."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.transport import Response as ApiResponse
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import ApiToken
from accounts.rules import hashed
from nic_platform import clock
from nic_platform.api_document import operations
from tests.drill import IS_DRILL, lighter_database, share, stricter_database
from tests.world import World, make_world

CHECKS = [response_schema_conformance, content_type_conformance, response_headers_conformance]
ROLES = ("lead", "network_lead", "peer")
EXAMPLES = 25 if IS_DRILL else 1


@pytest.fixture
def world(session: Session) -> World:
    world = make_world(session)
    at = clock.now()
    for role in ROLES:
        user = world.people[role]
        session.add(ApiToken(token_hash=hashed(role * 9), user_id=user.id, name="test", created_at=at))
    session.flush()
    return world


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    """The description, made once: it takes longer than most tests."""
    return {}


def description(app: Flask, described: dict[str, Any]) -> dict[str, Any]:
    if not described:
        described.update(app.test_client().get("/api/v1/openapi.json").json or {})
    return described


@lighter_database
def test_the_description_is_served_to_everybody_and_is_whole(app: Flask, described: dict[str, Any]) -> None:
    client = app.test_client()
    answer = client.get("/api/v1/openapi.json")

    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["openapi"] == "3.1.0"
    schemathesis.openapi.from_dict(answer.json).validate()
    again = client.get("/api/v1/openapi.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@lighter_database
def test_every_operation_has_a_name_a_scope_and_its_errors(app: Flask, described: dict[str, Any]) -> None:
    whole = description(app, described)
    lacking, names = [], []
    for path, method, told in operations(whole):
        names.append(told["operationId"])
        refs = {each.get("$ref", "").rpartition("/")[2] for each in told.get("parameters", ())}
        header = {"get": "IfNoneMatch", "post": "IdempotencyKey"}.get(method, "IfMatch")
        is_in = bool({header, f"{header}Needed"} & refs)
        if told["x-scope"] is None or told["security"][0]["token"] != [told["x-scope"]] or not is_in:
            lacking.append(f"{method} {path}")
        assert {"401", "403", "404", "422"} <= set(told["responses"]), path
        assert told["summary"].strip(), path

    assert lacking == [], "give each blueprint an area in nic_platform/api_scopes.py"
    assert len(names) == len(set(names))


@lighter_database
def test_every_list_pages_in_the_same_way(app: Flask, described: dict[str, Any]) -> None:
    whole = description(app, described)
    wrong = []
    for path, method, told in operations(whole):
        content = told["responses"].get("200", {}).get("content", {}).get("application/json")
        if method != "get" or content is None:
            continue
        schema = content["schema"]
        name = schema.get("$ref", "").rpartition("/")[2]
        fields = whole["components"]["schemas"].get(name, schema).get("properties", {})
        if schema.get("type") == "array":
            wrong.append(path)
        if "items" in fields and "id" not in fields:
            asked = {_name(whole, each) for each in told.get("parameters", ())}
            if not {"limit", "after"} <= asked or "next" not in fields:
                wrong.append(path)

    assert wrong == []


def _name(whole: dict[str, Any], told: dict[str, Any]) -> str:
    kept = whole["components"]["parameters"]
    return str((kept[told["$ref"].rpartition("/")[2]] if "$ref" in told else told)["name"])


@stricter_database
@pytest.mark.parametrize("role", ROLES)
def test_no_answer_breaks_the_description_and_none_is_a_failure_of_ours(
    app: Flask, session: Session, world: World, described: dict[str, Any], role: str,
    record_property: Callable[[str, object], None],
) -> None:  # fmt: skip
    schema = schemathesis.openapi.from_dict(description(app, described), config=None)
    schema.app = app
    headers = {"Authorization": f"Bearer {role * 9}", "Accept-Encoding": "identity"}
    tried: list[int] = []
    broken = []
    for found in schema.get_all_operations():
        operation = found.ok()
        if share(f"{role} {operation.definition.raw['operationId']}", 3):
            broken += send_examples(operation, headers, tried, world, session)

    record_property("answers", dict(sorted(Counter(tried).items())))
    assert broken == []
    assert len(tried) > 50


def send_examples(
    operation: Any, headers: dict[str, str], tried: list[int], world: World, session: Session
) -> list[str]:
    """Send what the description allows, to things that are there and to some that aren't; return what is
    wrong.

    No answer is a fault of ours, has a status that the description doesn't name, or other fields than it
    says. What an example did is undone, so that the next one finds the thing still there.
    """
    named = {*operation.definition.raw["responses"], "400", "405", "406"}
    broken: list[str] = []

    @settings(
        max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True,
        database=None, phases=[Phase.generate],
    )  # fmt: skip
    @given(case=operation.as_strategy(), is_there=st.sampled_from([True, True, False]))
    def one(case: schemathesis.Case[Any], is_there: bool) -> None:
        if is_there:
            case.path_parameters.update(
                {name: str(world.ids[name]) for name in case.path_parameters if name in world.ids}
            )
        undo = session.begin_nested()
        session.connection()
        try:
            answer: ApiResponse = case.call(headers=headers)
        except Exception as error:  # a fault that a served platform would answer with 500
            tried.append(500)
            broken.append(f"{case.method} {case.path}: {error!r}")
            return
        finally:
            undo.rollback()
            session.expire_all()
        tried.append(answer.status_code)
        if said := _wrong_with(case, answer, named):
            broken.append(f"{case.method} {case.path}: {answer.status_code} {said}")

    one()
    return broken[:1]


def _wrong_with(case: schemathesis.Case[Any], answer: ApiResponse, named: set[str]) -> str:
    """Return what is wrong with an answer; empty when nothing is."""
    body = answer.content[:300].decode(errors="replace")
    if answer.status_code >= 500 or str(answer.status_code) not in named:
        return body
    if answer.status_code >= 400:
        right = answer.headers["content-type"] == ["application/problem+json"]
        return "" if right else body
    try:
        case.validate_response(answer, checks=CHECKS)
    except (AssertionError, Failure, FailureGroup) as error:
        parts = getattr(error, "exceptions", [error])
        return " ".join(" ".join(str(part).split())[:400] for part in parts) + " … " + body
    return ""


@lighter_database
def test_a_token_does_what_its_scopes_say_and_no_more(app: Flask, session: Session, world: World) -> None:
    token = session.scalars(select(ApiToken).where(ApiToken.token_hash == hashed("lead" * 9))).one()
    token.scopes = ["plans:read", "cycles:write"]
    session.flush()
    client, headers = app.test_client(), {"Authorization": f"Bearer {'lead' * 9}"}
    plan, cycle = world.ids["plan_id"], world.ids["cycle_id"]

    def status(method: str, path: str, **sent: Any) -> int:
        return client.open(f"/api/v1/{path}", method=method, headers=headers, **sent).status_code

    assert status("GET", f"plans/{plan}") == 200
    assert status("PATCH", f"plans/{plan}", json={"version": 1, "title": "x"}) == 403
    assert status("GET", f"cycles/{cycle}") == 200  # changing includes reading
    assert status("PATCH", f"cycles/{cycle}", json={"version": 1, "aim": "x"}) == 200
    refused = client.get("/api/v1/search?q=x", headers=headers)
    assert (refused.status_code, refused.json["scope"]) == (403, "read")
    assert 'error="insufficient_scope"' in refused.headers["WWW-Authenticate"]
    wider = {"name": "More", "scopes": ["read"], "password": "x"}
    token.scopes = ["account:write"]
    session.flush()
    assert status("POST", "tokens", json=wider) == 403


@lighter_database
def test_a_list_that_comes_whole_is_cut_and_says_where_it_goes_on(
    app: Flask, session: Session, world: World
) -> None:
    client, headers = app.test_client(), {"Authorization": f"Bearer {'lead' * 9}"}
    path = f"/api/v1/cycles/{world.ids['cycle_id']}/notes"
    for text in ("one", "two", "three"):
        assert client.post(path, json={"text": text}, headers=headers).status_code == 201
    every = client.get(path, headers=headers).json["items"]

    first = client.get(f"{path}?limit=2", headers=headers)
    link = first.headers["Link"]
    rest = client.get(link[1 : link.index(">")], headers=headers)

    assert link.endswith('; rel="next"')
    assert first.json["items"] + rest.json["items"] == every
    assert (first.json["next"], rest.json["next"]) == ("2", None)
    assert "Link" not in rest.headers
    for wrong in ("limit=0", "limit=x", "after=nowhere"):
        assert client.get(f"{path}?{wrong}", headers=headers).status_code == 422


def test_nobody_comes_in_without_a_token(app: Flask, world: World) -> None:
    client = app.test_client()
    description = client.get("/api/v1/openapi.json").json or {}
    open_doors = []
    for path, methods in description["paths"].items():
        for method in methods:
            if method in {"get", "post", "put", "patch", "delete"}:
                address = path.replace("{", "").replace("}", "")
                ids = {name: str(value) for name, value in world.ids.items()}
                for name, value in ids.items():
                    address = address.replace(name, value)
                if client.open(address, method=method.upper(), json={}).status_code not in {400, 401, 404}:
                    open_doors.append(f"{method.upper()} {path}")

    assert open_doors == []
