"""Every address as every role, held against a table that a person has reviewed: ``tests/policy_table.py``.

An address without a row fails. What a role may not know of answers 404, what it may read but not change 403,
and a refusal has written nothing.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.drill import IS_DRILL, share, small_form
from tests.factories import keep_attached
from tests.policy_table import BODIES, OPEN, TABLE, VALUES
from tests.watching import written
from tests.world import ROLES, World, make_world

METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE")


def routes(app: Flask) -> Iterator[tuple[str, str, Rule]]:
    """Yield endpoint, method and rule of every address but files'."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule)):
        for method in METHODS:
            if method in (rule.methods or set()) and rule.endpoint not in OPEN:
                yield rule.endpoint, method, rule


def outcome(status: int, location: str | None) -> str:
    """Return one letter: y may, n refused, - not there, s asked to sign in."""
    if status == 401 or (status in {302, 303} and location and location.split("?")[0] == "/sign-in"):
        return "s"
    if status == 403:
        return "n"
    if status in {404, 405}:
        return "-"
    return "y" if status < 500 else "!"


def visit(client: FlaskClient, method: str, address: str, body: dict[str, Any]) -> str:
    if address.startswith("/api/") and method != "GET":
        response = client.open(address, method=method, json=body)
    elif method == "GET":
        response = client.get(address)
    else:
        response = client.open(address, method=method, data=body)
    return outcome(response.status_code, response.location)


def address_of(rule: Rule, world: World) -> str:
    """Return the address with the own school's things in its places."""

    def fill(match: re.Match[str]) -> str:
        name = match.group(1)
        if name in world.ids:
            return str(world.ids[name])
        return str(VALUES[name])

    return re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", fill, rule.rule)


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    keep_attached(app)
    return make_world(session)


def test_every_address_has_a_reviewed_row(app: Flask) -> None:
    found = {f"{method} {endpoint}" for endpoint, method, _ in routes(app)}

    assert found - set(TABLE) == set(), "review these and give each a row in tests/policy_table.py"
    assert set(TABLE) - found == set(), "these rows have no address any more"


@pytest.fixture
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the drawing of pages to the drill: who may do what is decided before; other tests draw them."""
    if not IS_DRILL:
        monkeypatch.setattr("jinja2.Environment.get_or_select_template", lambda _all, name: name)
        monkeypatch.setattr("flask.templating._render", lambda _context, _template, _values: "<html></html>")


def is_tried(what: str) -> bool:
    """Say whether a role tries an address in this run: in the plain run half of all do, always the same."""
    return share(what, 2)


@pytest.mark.usefixtures("quickly")
@small_form(lambda p: p["database"] == "sqlite" or p["role"] in {"peer", "hub"})
@pytest.mark.parametrize("role", ROLES)
def test_what_each_role_may_do(
    app: Flask, session: Session, world: World, browse_again: Callable[..., FlaskClient], role: str
) -> None:
    wrong = []
    column = ROLES.index(role)
    for endpoint, method, rule in routes(app):
        expected = TABLE.get(f"{method} {endpoint}")
        if expected is None or not is_tried(f"{role} {method} {endpoint}"):
            continue
        client = browse_again(world.people.get(role))
        with session.begin_nested() as undo:
            session.connection()  # the savepoint is set only now
            with written() as tables:
                got = visit(client, method, address_of(rule, world), BODIES.get(f"{method} {endpoint}", {}))
            undo.rollback()
        session.expire_all()
        if got != expected.replace(" ", "")[column]:
            wrong.append(f"{method} {endpoint}: expected {expected.replace(' ', '')[column]}, got {got}")
        if got in "n-s" and tables:
            wrong.append(f"{method} {endpoint}: refused, and yet it wrote {tables}")

    assert wrong == []
