"""Looks at students' figures are written once a person, place, day and way, and cost nobody an answer."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, text
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from nic_platform import clock, looking, looks
from nic_platform.actor import Actor, NetworkRole
from nic_platform.database import db
from nic_platform.looking import Look
from nic_platform.looks import Seen
from nic_platform.tables import StudentLook
from teams.models import Network, Team
from tests import factories as make

Browse = Callable[..., FlaskClient]


@pytest.fixture
def scene(session: Session) -> tuple[Any, Any, Any]:
    """A team whose students are counted, its member, and the network's lead."""
    team = make.make_team(session)
    measure = make.make_measure(session, team, counts_students=True, unit="students")
    make.make_measurement(session, measure, team, count=31, population=60)
    member, lead = make.make_user(session, team), make.make_user(session)
    make.make_network_member(session, session.get_one(Network, team.network_id), lead, NetworkRole.LEAD)
    return measure, member, lead


def rows(session: Session) -> list[tuple[Any, ...]]:
    found = session.execute(
        select(StudentLook.user_id, StudentLook.place, StudentLook.way, StudentLook.times).order_by(
            StudentLook.id
        )
    )
    return [tuple(row) for row in found]


def test_a_look_is_counted_by_person_place_day_and_way(
    session: Session, browse: Browse, scene: tuple[Any, Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    measure, member, lead = scene
    mine, theirs = browse(member), browse(lead)
    page = f"/measures/{measure.public_id}"
    team = session.get_one(Team, measure.team_id)

    for client, address in ((mine, page), (mine, page), (theirs, f"{page}?team={team.public_id}")):
        assert client.get(address).status_code == 200
    assert mine.get("/account").status_code == 200  # shows none
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=1))
    browse(member).get(page)

    assert rows(session) == [
        (member.id, "team", "page", 2), (lead.id, "team", "page", 1), (member.id, "team", "page", 1),
    ]  # fmt: skip
    first, last = session.execute(select(StudentLook.first_at, StudentLook.last_at)).first() or (None, None)
    assert first is not None
    assert last is not None
    assert first <= last


def test_what_is_hidden_or_refused_is_no_look(
    session: Session, browse: Browse, scene: tuple[Any, Any, Any]
) -> None:
    measure, _member, lead = scene
    team = session.get_one(Team, measure.team_id)
    few = make.make_measure(session, team, counts_students=True, unit="students")
    make.make_measurement(session, few, team, count=3, population=8)
    stranger = make.make_user(session, make.make_team(session))

    assert browse(lead).get(f"/measures/{few.public_id}?team={team.public_id}").status_code == 200
    assert browse(stranger).get(f"/measures/{measure.public_id}").status_code == 404

    assert rows(session) == []


def test_places_unknown_or_very_many_are_the_network() -> None:
    actor = Actor(user_id=1, network_id=7)

    assert [(look.place, look.number) for look in looking.looks_of(actor, Seen(anything=True), "page")] == [
        ("network", 7)
    ]
    assert [look.place for look in looking.looks_of(actor, Seen(teams=set(range(99))), "page")] == ["network"]
    assert [look.number for look in looking.looks_of(actor, Seen({3, 1}, {9}), "file")] == [9, 1, 3]
    assert looking.looks_of(Actor(user_id=1), Seen(anything=True), "page") == []


def test_nothing_is_kept_where_nobody_listens() -> None:
    looks.heard()
    looks.note_team(1)
    looks.note()

    assert looks.heard() is None


@pytest.fixture
def served(own_app: Flask) -> tuple[Flask, Look]:
    """An application as it is served, and a look in it."""
    own_app.testing, own_app.config["LOOKS_EVERY"] = False, 60.0
    with own_app.app_context(), Session(db.engine) as current:
        network = make.make_network(current)
        user = make.make_user(current)
        current.commit()
        look = Look(user.id, network.id, clock.now().date(), "network", network.id, "page")
    return own_app, look


def count(app: Flask) -> int | None:
    with app.app_context(), db.engine.connect() as connection:
        return connection.execute(select(StudentLook.times)).scalar()


def test_looks_of_a_served_platform(served: tuple[Flask, Look], database: str) -> None:
    app, look = served
    first_at_once_and_none_lost(app, look)
    busy_database_delays_a_look(app, look, database)
    gone_person_holds_nobody_up(app, look)
    written_after_the_answer(app, look)


def first_at_once_and_none_lost(app: Flask, look: Look) -> None:
    waiting = app.extensions["nic.looks"]
    looking.keep(app, [look], clock.now())
    assert count(app) == 1
    threads = [threading.Thread(target=looking.keep, args=(app, [look], clock.now())) for _each in range(20)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert (count(app), waiting.counted[look].times) == (1, 20)
    with app.app_context():
        looking.write_waiting()
    assert (count(app), waiting.counted) == (21, {})


def busy_database_delays_a_look(app: Flask, look: Look, database: str) -> None:
    """It waits a quarter of a second, then for the next look; nothing is lost."""
    waiting = app.extensions["nic.looks"]
    waiting.known.clear()
    with app.app_context(), db.engine.connect() as busy:
        if database == "sqlite":
            busy.connection.driver_connection.execute("BEGIN IMMEDIATE")
        else:
            busy.execute(text("LOCK TABLE student_look IN EXCLUSIVE MODE"))
        looking.keep(app, [look], clock.now())
        assert waiting.counted[look].times == 1
        busy.connection.rollback()
    looking.keep(app, [look], clock.now())
    assert (count(app), waiting.counted) == (23, {})


def gone_person_holds_nobody_up(app: Flask, look: Look) -> None:
    app.extensions["nic.looks"].known.clear()
    gone = Look(987_654, look.network_id, look.on_day, "network", look.number, "page")
    looking.keep(app, [gone, look], clock.now())
    assert (count(app), app.extensions["nic.looks"].counted) == (24, {})


def written_after_the_answer(app: Flask, look: Look) -> None:
    """The answer is whole before anything is written; then it takes two statements at most."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    app.extensions["nic.looks"].known.clear()
    answer = app.response_class("done")
    answer.call_on_close(lambda: looking.keep(app, [look], clock.now()))
    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert (answer.get_data(), seen) == (b"done", [])
        answer.close()
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    written = [each for each in seen if each.split()[0] in {"SELECT", "INSERT", "UPDATE"}]
    assert 1 <= len(written) <= 2
    assert count(app) == 25
