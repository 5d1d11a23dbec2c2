"""Nothing passes between two networks: ids of another's things, wherever they are sent, reach nothing."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from nic_platform.database import Base
from tests.drill import drill_only, lighter_database, share
from tests.factories import keep_attached
from tests.policy_table import VALUES
from tests.test_fuzz import LEFT_OUT, form_fields, plausible, writes_of
from tests.test_policy_matrix import routes
from tests.watching import written
from tests.world import World, build_world

Browse = Callable[..., FlaskClient]
ROLES = ("lead", "network_lead")
_NAMES = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")
_TAKES_AWAY = re.compile(r"delete|remove|end_|undo|take_|withdraw|disable")
# Lines inside a row have the same made-up id in every world; fields of the same name as an id that are words.
NO_ROW = frozenset({"provider_role_id"})
WORDS = frozenset({"tool", "answer"})


@pytest.fixture
def worlds(app: Flask, session: Session, browse_again: Browse) -> tuple[World, World]:
    """Our network and another that has one of everything too."""
    keep_attached(app)
    theirs = build_world(session)
    _make_room(session)
    own = build_world(session)
    for role in ROLES:
        browse_again(own.people[role])
    return own, theirs


def _make_room(session: Session) -> None:
    """Change what is unique in the world that stands, so that the same can be built once more."""
    for table in Base.metadata.sorted_tables:
        keys = {column.name for column in table.columns if column.unique}
        unique = [one.columns for one in table.constraints if isinstance(one, sa.UniqueConstraint)]
        unique += [index.columns for index in table.indexes if index.unique]
        keys |= {next(iter(columns)).name for columns in unique if len(columns) == 1}
        for name in keys:
            column = table.c[name]
            if isinstance(column.type, sa.String) and not isinstance(column.type, sa.Enum):
                session.execute(sa.update(table).values({name: sa.literal("a") + sa.func.substr(column, 2)}))
    session.expire_all()


def crossings(session: Session) -> Iterator[str]:
    """Yield each reference of a row to one of another network."""
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            other = key.column.table
            if {"network_id"} <= set(table.c.keys()) & set(
                other.c.keys()
            ) and key.parent.name != "network_id":
                a, b = table.alias(), other.alias()
                joined = a.join(b, a.c[key.parent.name] == b.c[key.column.name])
                found = sa.select(sa.func.count()).select_from(joined)
                if session.scalar(found.where(a.c.network_id != b.c.network_id)):
                    yield f"{table.name}.{key.parent.name} refers to {other.name}"


def with_foreign_end(rule: Rule, own: World, theirs: World) -> str | None:
    """Return an address that names our thing and within it one of theirs; ``None`` where it names one."""
    named = [name for name in _NAMES.findall(rule.rule) if name in own.ids]
    if len(named) < 2 or named[-1] in NO_ROW:
        return None
    ids = own.ids | {named[-1]: theirs.ids[named[-1]]}
    return _NAMES.sub(lambda found: str(ids.get(found.group(1)) or VALUES[found.group(1)]), rule.rule)


@lighter_database
def test_a_thing_of_another_network_is_not_there_within_ours(
    app: Flask, session: Session, worlds: tuple[World, World], browse_again: Browse
) -> None:
    wrong, tried = [], 0
    for _endpoint, method, rule in routes(app):
        address = with_foreign_end(rule, *worlds)
        if address is None:
            continue
        sent: dict[str, Any] = {"json": {}} if rule.rule.startswith("/api/") and method != "GET" else {}
        for role in ROLES:
            client = browse_again(worlds[0].people[role])
            with session.begin_nested() as undo:
                session.connection()  # the savepoint is set only now
                with written() as tables:
                    status = client.open(address, method=method, **sent).status_code
                undo.rollback()
            session.expire_all()
            tried += 1
            if status < 400 or tables:
                wrong.append(f"{method} {rule.rule} as {role}: {status} {tables or ''}")

    assert wrong == []
    assert tried > 50


@lighter_database
def test_no_form_ties_a_thing_to_another_networks(
    app: Flask, session: Session, worlds: tuple[World, World], browse_again: Browse
) -> None:
    own, theirs = worlds
    for endpoint, method, rule in routes(app):
        leaves = LEFT_OUT.search(endpoint) or _TAKES_AWAY.search(endpoint)
        if method == "GET" or rule.rule.startswith(("/api/", "/scim/")) or leaves:
            continue
        if not share(f"foreign {rule.rule}", 12):
            continue
        fields = form_fields(app.view_functions[endpoint].__module__.split(".")[0])
        body = {name: plausible(name, field, theirs) for name, field in fields.items()} | {"version": "1"}
        address = _NAMES.sub(
            lambda found: str(own.ids.get(found.group(1)) or VALUES[found.group(1)]), rule.rule
        )
        for role in ROLES:
            browse_again(own.people[role]).open(address, method=method, data=body)

    session.expire_all()
    assert list(crossings(session)) == []


@drill_only
def test_no_field_of_the_api_takes_another_networks_thing(
    app: Flask, session: Session, worlds: tuple[World, World], browse_again: Browse
) -> None:
    own, theirs = worlds
    wrong = []
    for method, address, body in writes_of(app, own):
        for name in body:
            foreign = theirs.ids.get(name) or theirs.ids.get(f"{name}_id")
            if name in WORDS or (foreign is None and not name.endswith("_id")):
                continue
            sent = body | {name: str(foreign or theirs.ids["team_id"])}
            if method == "DELETE" or not share(f"foreign {method} {name}", 2):
                continue
            for role in ROLES:
                status = browse_again(own.people[role]).open(address, method=method, json=sent).status_code
                if status < 400:
                    wrong.append(f"{method} {address} {name} as {role}: {status}")

    assert wrong == []
    session.expire_all()
    assert list(crossings(session)) == []


@lighter_database
def test_a_reference_across_would_be_found(session: Session, worlds: tuple[World, World]) -> None:
    own, theirs = worlds
    cycle = Base.metadata.tables["cycle"]
    found = sa.select(cycle.c.id).where(cycle.c.network_id == own.network.id).limit(1)
    session.execute(
        sa.update(cycle).where(cycle.c.id == session.scalar(found)).values(team_id=theirs.school.id)
    )

    assert list(crossings(session)) == ["cycle.team_id refers to team"]
