"""A deleted network leaves nothing but what a list names, table by table; another one keeps every row."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from accounts.models import User
from desk import ending_jobs, ending_queries, ending_services, network_purge_services
from desk.ending import GRACE, OF_NETWORK_LEFT, THROUGH
from nic_platform import audit_trail, clock
from nic_platform.actor import Actor
from nic_platform.database import Base
from nic_platform.errors import RuleError
from nic_platform.storage import storage
from nic_platform.stored import StorageError
from nic_platform.tables import Attachment, AuditEntry, Deletion, Notice
from teams.models import Network
from tests import factories as make
from tests.factories import keep_attached
from tests.world import World, make_world


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    keep_attached(app)
    world = make_world(session)
    session.execute(delete(Deletion))  # what its lead and its member asked for
    return world


def counts(session: Session, network_id: int | None = None) -> dict[str, int]:
    """Return how many rows each table has, of a network or in all; those it has none of are left out."""
    found = {}
    for table in Base.metadata.sorted_tables:
        query = select(func.count()).select_from(table)
        if network_id is not None:
            if "network_id" not in table.c and table.name not in THROUGH:
                continue
            query = query.where(network_purge_services._of(table, network_id))
        if number := session.scalar(query):
            found[table.name] = number
    return found


def ask(session: Session, network: Network, at: Any) -> Deletion:
    asked = ending_services.ask_network(session, network, by=None, at=at)
    ending_services.confirm(session, asked, by=None, at=at)
    session.flush()
    return asked


def test_every_table_is_emptied_of_it_and_of_nothing_else(app: Flask, session: Session, world: World) -> None:
    network, other = world.network, session.get_one(Network, world.stranger.network_id)
    at = clock.now()
    key = storage_put(app)
    session.execute(select(Attachment)).scalars().first().key = key
    asked = ask(session, network, at)
    people = set(session.scalars(select(User.public_id).where(User.is_service.is_(False))))
    kept, mine, name = counts(session, other.id), counts(session, network.id), network.name
    number, public_id, request = network.id, network.public_id, asked.public_id
    session.commit()

    with app.app_context():
        early = network_purge_services.purge(storage(), request, at + GRACE - timedelta(minutes=1))
        gone = network_purge_services.purge(storage(), request, at + GRACE)
    session.expire_all()

    assert (early, len(mine) > 60) == ({}, True)
    assert counts(session, number) == {}
    assert counts(session, other.id) == kept
    assert {name: count for name, count in gone.items() if count}.keys() >= mine.keys() - set(OF_NETWORK_LEFT)
    assert session.scalar(select(Network.id).where(Network.id == number)) is None
    told = session.scalars(
        select(AuditEntry).where(AuditEntry.object_id == public_id).order_by(AuditEntry.seq)
    ).all()
    assert [entry.action for entry in told][-2:] == ["purged", "redacted"]
    assert all(not entry.changes for entry in told)
    assert list(audit_trail.verify(session)) == []
    left = session.scalars(select(Deletion).where(Deletion.public_id == request)).one()
    assert (left.name, left.network_id, left.done_at) == (name, None, at + GRACE)
    assert session.scalars(select(User.public_id).where(User.is_service.is_(True))).all() == []
    assert set(session.scalars(select(User.public_id))) == people
    nowhere = set(session.scalars(select(User.public_id).where(User.ends_at.is_not(None))))
    assert nowhere == {world.people[role].public_id for role in world.people if role not in STAY}
    with app.app_context(), pytest.raises((StorageError, OSError)):
        storage().open(key)


STAY = {"other_network", "admin"}


def storage_put(app: Flask) -> str:
    with app.app_context():
        return storage().put(BytesIO(b"words")).key


def test_it_waits_for_its_day_can_be_taken_back_and_needs_two(
    app: Flask, session: Session, world: World
) -> None:
    network, at = world.network, clock.now()
    asked = ending_services.ask_network(session, network, by=Actor(world.people["network_lead"].id), at=at)
    assert (asked.due_at, network.ends_at) == (None, None)
    assert ending_queries.due(session, at + 2 * GRACE) == []  # nobody confirmed it
    with pytest.raises(RuleError):
        ending_services.ask_network(session, network, by=None, at=at)

    ending_services.confirm(session, asked, by=Actor(world.people["admin"].id), at=at)
    assert network.ends_at == asked.due_at == at + GRACE
    with pytest.raises(RuleError):
        ending_services.confirm(session, asked, by=None, at=at)
    told = set(session.scalars(select(Notice.user_id).where(Notice.kind == "network.ends")))
    assert {world.people["lead"].id, world.people["network_lead"].id} <= told
    assert world.people["member"].id not in told
    ending_services.undo(session, asked, by=None, at=at)
    session.commit()
    with app.app_context():
        done = ending_jobs.end_what_is_due({}, lambda _per_cent: None)
    session.expire_all()

    assert (network.ends_at, done) == (None, {"networks": 0, "people": 0, "waiting": 0})
    assert ending_queries.open_of(session, "network", network.public_id) is None
    again = ask(session, network, at)
    with pytest.raises(RuleError):  # its day has come: it may be half gone
        ending_services.undo(session, again, by=None, at=at + GRACE)


def test_more_rows_than_a_piece_go_and_a_second_run_finds_nothing(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network_purge_services, "PIECE", 3)
    team = make.make_team(session)
    network, at = session.get_one(Network, team.network_id), clock.now()
    rows = [
        {"public_id": uuid4(), "network_id": network.id, "kind": "x", "subject": "x", "created_at": at,
         "mail_after": at, "body": "", "path": "", "on_page": True, "is_last": False, "mail_state": "none",
         "mail_attempts": 0}
        for _each in range(8)
    ]  # fmt: skip
    session.execute(insert(Notice), rows)
    number, request = network.id, ask(session, network, at).public_id
    session.commit()

    with app.app_context():
        gone = network_purge_services.purge(storage(), request, at + GRACE)
    session.expire_all()

    assert (gone["notice"], counts(session, number)) == (8, {})
    assert ending_queries.due(session, at + GRACE) == []
