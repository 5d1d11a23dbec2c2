"""Junk sent to every address that takes something: whatever comes, the answer is never a failure.

Each address is sent forms and JSON in which most fields are plausible, so that the junk gets past the first
check: nothing at all, the far ends of numbers and dates, endless text, wrong kinds, other networks' ids.
"""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, TypeVar

import pytest
import wtforms
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from wtforms.fields.core import UnboundField
from wtforms.form import BaseForm

from nic_platform.forms import PlatformForm
from tests.drill import IS_DRILL, stricter_database
from tests.policy_table import VALUES
from tests.test_policy_matrix import routes
from tests.world import World, make_world

Thing = TypeVar("Thing")
# These would end the sign-in that the rest of the test needs.
LEFT_OUT = re.compile(r"sign_out|end_other_sign_ins|end_sign_in|end_all|leave")
LONG = "e\u0301" * 4_000
NUMBERS = ("-1", "1e999", "nan", "99999999999999999999999")
DAYS = ("0001-01-01", "9999-12-31", "2026-02-30", "")
FAR = tuple(f"far {at}" for at in range(4))
NOBODY = "00000000-0000-4000-8000-000000000000"


@cache
def form_fields(domain: str) -> dict[str, Any]:
    """Return one field of every name that a form of the domain has."""
    found: dict[str, Any] = {}
    for info in pkgutil.walk_packages(importlib.import_module(domain).__path__, f"{domain}."):
        if not info.name.endswith("forms"):
            continue
        for _name, kind in inspect.getmembers(importlib.import_module(info.name), inspect.isclass):
            if issubclass(kind, BaseForm) and kind is not PlatformForm:
                fields = {name: getattr(kind, name) for name in dir(kind) if not name.startswith("_")}
                found |= {name: field for name, field in fields.items() if isinstance(field, UnboundField)}
    return found


def plausible(name: str, field: Any, world: World) -> Any:
    """Return what a person might send in a field of this kind."""
    kind = field.field_class
    choices = field.kwargs.get("choices")
    if issubclass(kind, wtforms.BooleanField):
        return "y"
    if issubclass(kind, wtforms.DateField | wtforms.DateTimeField):
        return "2026-02-20"
    if issubclass(kind, wtforms.IntegerField | wtforms.DecimalField | wtforms.FloatField):
        return "1"
    if isinstance(choices, list | tuple) and choices:
        first = choices[-1]
        return first[0] if isinstance(first, tuple) else first
    if f"{name}_id" in world.ids or name in world.ids:
        return str(world.ids.get(f"{name}_id") or world.ids[name])
    return "Some words"


def junk(kind: Any) -> dict[str, Any]:
    """Return junk for a field of this kind, by what is wrong with it."""
    odd = "\u202e'\"><script>=1+1\r\nSet-Cookie: x\U0001f600"
    far: tuple[str, ...] = ()
    if issubclass(kind, wtforms.DateField | wtforms.DateTimeField):
        far = DAYS
    elif issubclass(kind, wtforms.IntegerField | wtforms.DecimalField | wtforms.FloatField):
        far = NUMBERS
    return {"long": LONG, "odd": odd, "many": ["a", "b", NOBODY], "nobody": NOBODY} | dict(
        zip(FAR, far, strict=False)
    )


def form_bodies(domain: str, world: World) -> dict[str, dict[str, Any]]:
    """Return the forms to send: none, a plausible one, and each kind of junk in all fields it fits."""
    fields = form_fields(domain)
    good = {name: plausible(name, field, world) for name, field in fields.items()} | {"version": "1"}
    bodies: dict[str, dict[str, Any]] = {
        "nothing": {}, "plausible": good, "version": good | {"version": "99999999999999999999"}
    }  # fmt: skip
    for name, field in fields.items():
        for word, value in junk(field.field_class).items():
            bodies.setdefault(word, dict(good))[name] = value
    return bodies


def filled(rule: Rule, world: World, other: str | None = None) -> str:
    def fill(match: re.Match[str]) -> str:
        name = match.group(1)
        return other or str(world.ids[name]) if name in world.ids else str(VALUES[name])

    return re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", fill, rule.rule)


def share(things: Iterable[Thing], at: int, of: int = 16) -> list[Thing]:
    """Return a share of what is to be sent, another one for each *at*; everything in the drill."""
    return list(things) if IS_DRILL else list(things)[at % of :: of]


class Sender:
    """Sends, undoes what it did, and keeps what failed."""

    def __init__(self, session: Session, browse: Callable[..., FlaskClient], world: World) -> None:
        self.session, self.browse, self.world = session, browse, world
        self.failed: list[str] = []

    def send(self, role: str, method: str, address: str, what: str, **sent: Any) -> int:
        """Return the status; a failure is kept with what caused it."""
        client = self.browse(self.world.people[role])
        with self.session.begin_nested() as undo:
            self.session.connection()  # the savepoint is set only now
            try:
                status = client.open(address, method=method, **sent).status_code
                if status >= 500:
                    self.failed.append(f"{method} {address} {what} as {role}: {status}")
            except Exception as error:  # under test the application lets them through
                status = 500
                self.failed.append(f"{method} {address} {what} as {role}: {error!r:.160}")
            finally:
                if undo.is_active:
                    undo.rollback()
        self.session.expire_all()
        return status


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def sender(session: Session, browse_again: Callable[..., FlaskClient], world: World) -> Sender:
    return Sender(session, browse_again, world)


@stricter_database
def test_no_form_can_break_a_page(app: Flask, world: World, sender: Sender) -> None:
    for at, (endpoint, method, rule) in enumerate(routes(app)):
        if method == "GET" or rule.rule.startswith("/api/") or LEFT_OUT.search(endpoint):
            continue
        role = "network_lead" if endpoint.split(".")[0] in {"teams"} else "lead"
        bodies = form_bodies(app.view_functions[endpoint].__module__.split(".")[0], world)
        for what, body in share(bodies.items(), at):
            sender.send(role, method, filled(rule, world), what, data=body)

    assert sender.failed == []


@stricter_database
def test_no_query_can_break_a_page(app: Flask, world: World, sender: Sender) -> None:
    names = ("q", "page", "after", "before", "limit", "team", "measure", "district", "week", "group", "state",
             "kind", "stage", "from", "to", "next", "order", "limits", "show", "year", "driver", "theme",
             "milestone", "at", "since", "until", "status", "level", "all", "plan", "ramp")  # fmt: skip
    values = ("", "x", "-1", "9" * 30, NOBODY, "2026-13-45", "9999-12-31", "0001-01-01", "%27--", "\u0663",
              str(world.ids["measure_id"]), "a" * 5000)  # fmt: skip
    for at, (_endpoint, method, rule) in enumerate(routes(app)):
        if method == "GET":
            for value in share(values, at, 24):
                query = dict.fromkeys(names, value)
                sender.send("hub", "GET", filled(rule, world), value[:20], query_string=query)
            if IS_DRILL or at % 2:
                sender.send("hub", "GET", filled(rule, world, NOBODY), "nobody")

    assert sender.failed == []


# ---------------------------------------------------------------- the API


def schema_of(spec: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """Return the schema behind a reference."""
    if "$ref" in node:
        return schema_of(spec, spec["components"]["schemas"][node["$ref"].rsplit("/", 1)[1]])
    if "allOf" in node:
        return schema_of(spec, node["allOf"][0])
    return node


def sample(spec: dict[str, Any], name: str, node: dict[str, Any], world: World) -> Any:
    """Return a value that the schema might take."""
    node = schema_of(spec, node)
    if node.get("enum"):
        return next(value for value in node["enum"] if value is not None)
    kind = node.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "string":
        if node.get("format") == "uuid":
            return str(world.ids.get(name) or world.ids.get(f"{name}_id") or NOBODY)
        return {"date": "2026-02-20", "date-time": "2026-02-20T10:00:00Z"}.get(
            node.get("format", ""), "Words"
        )
    if kind == "array":
        return [sample(spec, name.removesuffix("s"), node.get("items", {}), world)]
    if kind == "object":
        return {key: sample(spec, key, inner, world) for key, inner in node.get("properties", {}).items()}
    return {"integer": 1, "number": 1.0, "boolean": True}.get(str(kind), "Words")


WRONG: tuple[Any, ...] = (
    None, [], {}, "", "x", -1, 0, 10**30, 1e308, True, "0001-01-01", "9999-12-31", NOBODY, LONG,
    float("nan"), [[[["x"]]]], {"$ne": 1},
)  # fmt: skip
NO_JSON = (b"", b"[]", b"null", b"{", b"1" * 5000, b"[" * 50_000, b'{"a":NaN}', b"\xff\xfe")


def writes_of(app: Flask, world: World) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield method, address and a plausible body of every API address that takes one."""
    with app.app_context():
        spec = app.test_client().get("/api/v1/openapi.json").get_json()
    for path, item in spec["paths"].items():
        for method, operation in item.items():
            if method not in {"post", "put", "patch", "delete"}:
                continue
            address = re.sub(
                r"{([^{}]+)}",
                lambda found: str(world.ids.get(found.group(1)) or VALUES[found.group(1)]),
                path,
            )
            content = operation.get("requestBody", {}).get("content", {})
            schema = schema_of(spec, next(iter(content.values()))["schema"]) if content else {}
            body = {
                name: sample(spec, name, inner, world) for name, inner in schema.get("properties", {}).items()
            }
            yield method.upper(), address, body


@stricter_database
def test_no_json_can_break_the_api(app: Flask, world: World, sender: Sender) -> None:
    for count, (method, address, body) in enumerate(writes_of(app, world)):
        role = "network_lead" if re.search(r"/(teams|links|sites|network)", address) else "lead"
        for sent in share(NO_JSON, count, 12):
            sender.send(role, method, address, repr(sent[:12]), data=sent, content_type="application/json")
        sender.send(role, method, address, "plausible", json=body)
        for wrong in share(WRONG, count):
            sender.send(role, method, address, f"all {wrong!r:.20}", json=dict.fromkeys(body, wrong))
        for at, name in enumerate(body):
            for wrong in share(WRONG, count + at, 32):
                sender.send(role, method, address, f"{name}={wrong!r:.20}", json=body | {name: wrong})

    assert sender.failed == []


@stricter_database
def test_a_field_that_nobody_may_set_is_refused(app: Flask, world: World, sender: Sender) -> None:
    wrong = []
    names = ("id", "public_id", "network_id", "created_by_id", "deleted_at", "is_admin", "xyz")
    for count, (method, address, body) in enumerate(writes_of(app, world)):
        role = "network_lead" if re.search(r"/(teams|links|sites|network)", address) else "lead"
        if not body:
            continue
        for name in share(names, count, 7):
            if name not in body:
                status = sender.send(role, method, address, name, json=body | {name: 1})
                if status not in {403, 404, 422}:
                    wrong.append(f"{method} {address} {name}: {status}")

    assert wrong == []
