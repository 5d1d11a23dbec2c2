"""A deleted person leaves their words and nobody's name; every column that names people is accounted for."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.models import User
from desk import (
    ending_jobs,
    ending_queries,
    ending_services,
    network_purge_services,
    person_purge_services,
)
from desk.ending import GRACE, OF_PERSON_ENDED, OF_PERSON_GONE, OF_PERSON_LEFT
from feedback.models import FeedbackItem, FeedbackMessage
from interchange import own_data_queries
from nic_platform import audit_trail, clock
from nic_platform.actor import Actor, NetworkRole
from nic_platform.database import Base
from nic_platform.errors import AbsentError, RuleError
from nic_platform.tables import AuditEntry, Deletion, Notice
from teams.models import Membership, NetworkMember
from tests import factories as make
from tests.factories import keep_attached
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
ALSO_AUTHORS = {"created_by_id", "updated_by_id"}


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    keep_attached(app)
    world = make_world(session)
    session.execute(delete(Deletion))  # what its lead and its member asked for
    return world


def test_every_column_that_names_people_goes_ends_or_stays_for_a_reason() -> None:
    named = {
        (table.name, key.parent.name)
        for table in Base.metadata.sorted_tables for key in table.foreign_keys
        if key.column.table.name == "user_account" and key.parent.name not in ALSO_AUTHORS
    }  # fmt: skip
    said = {*OF_PERSON_GONE.items(), *OF_PERSON_ENDED.items(), *OF_PERSON_LEFT}

    assert named == said


def run(app: Flask, session: Session, asked: Deletion, at: Any) -> bool:
    request = asked.public_id
    session.commit()
    with app.app_context():
        went = person_purge_services.purge(request, at)
    session.expire_all()
    return went


def test_ways_in_go_words_stay_and_the_name_is_off(app: Flask, session: Session, world: World) -> None:
    person, at = world.people["member"], clock.now()
    person.name, person.email, person.title = "Unusual Surname", "unusual@surname.example", "Odd title"
    place = session.scalars(select(Membership).where(Membership.user_id == person.id)).first()
    assert place is not None
    place.perspectives = ["a rare perspective"]
    session.info["user_id"] = person.id
    item = make.make_item(session, world.school, title="What I wrote stays")
    item.created_by_id = person.id
    other = world.people["lead"]
    told = {"kind": "x", "created_at": at, "mail_after": at}
    session.add(Notice(user_id=other.id, subject="Unusual Surname wrote", body="By Unusual Surname", **told))
    session.flush()
    session.info.pop("user_id")
    messages = session.scalar(select(func.count()).select_from(FeedbackMessage))
    asked = ending_services.ask_person(session, person, by=Actor(person.id), at=at)
    number = person.id

    early = run(app, session, asked, at)
    assert (early, session.get_one(User, number).name) == (False, "Unusual Surname")
    assert run(app, session, asked, at + GRACE) is True

    gone = session.get_one(User, number)
    assert (gone.name, gone.email) == ("A former member", f"gone-{gone.public_id}@removed.invalid")
    assert (gone.is_active, gone.password_hash, gone.ends_at) == (False, None, None)
    for table, column in OF_PERSON_GONE.items():
        here = Base.metadata.tables[table]
        assert session.execute(select(here).where(here.c[column] == number)).all() == [], table
    places = session.scalars(select(Membership).where(Membership.user_id == number)).all()
    assert places
    assert all(each.deleted_at is not None and each.perspectives == [] for each in places)
    assert session.scalar(select(FeedbackItem.created_by_id).where(FeedbackItem.id == item.id)) == number
    assert session.scalar(select(func.count()).select_from(FeedbackMessage)) == messages
    assert "Unusual" not in everything(session)
    assert "rare perspective" not in everything(session)
    assert list(audit_trail.verify(session)) == []
    assert set(own_data_queries.about(session, number)) <= {
        "user_account", "membership", "feedback_item", "measurement", "written", "student_look", "cheer",
        "import_run", "attachment", "asking", "deletion", "theory_change",
    }  # fmt: skip


def everything(session: Session) -> str:
    """Return every text of every table, to look for a name in."""
    found = []
    for table in Base.metadata.sorted_tables:
        for row in session.execute(select(table)):
            found.append(json.dumps([str(value) for value in row]))
    assert any(table.name == AuditEntry.__tablename__ for table in Base.metadata.sorted_tables)
    return "".join(found)


def test_nobody_goes_whom_a_network_or_the_installation_needs(
    app: Flask, session: Session, world: World
) -> None:
    lead, admin, at = world.people["network_lead"], world.people["admin"], clock.now()
    network = world.network.id
    for person in (lead, admin):
        with pytest.raises(RuleError):
            ending_services.ask_person(session, person, by=Actor(person.id), at=at)
    guest = make.make_user(session, world.school, world.stranger)
    with pytest.raises(RuleError):
        ending_services.ask_person(session, guest, by=Actor(lead.id), network_id=network, at=at)
    second = make.make_user(session)
    held = make.make_network_member(session, world.network, second, NetworkRole.LEAD)

    asked = ending_services.ask_person(session, lead, by=Actor(lead.id), at=at)
    with pytest.raises(RuleError):  # now the second would be the last
        ending_services.ask_person(session, second, by=Actor(second.id), at=at)
    session.execute(delete(NetworkMember).where(NetworkMember.id == held.id))
    with pytest.raises(RuleError):
        run(app, session, asked, at + GRACE)
    session.rollback()

    assert session.get_one(User, lead.id).deleted_at is None


def test_it_can_be_undone_and_the_job_takes_what_is_due(
    app: Flask, session: Session, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, gone, at = world.people["observer"], world.people["coach"], clock.now()
    hindered = ending_services.ask_network(session, world.network, by=None, at=at)  # its turn comes first
    ending_services.confirm(session, hindered, by=None, at=at)
    undone = ending_services.ask_person(session, kept, by=Actor(kept.id), at=at)
    ending_services.ask_person(session, gone, by=Actor(gone.id), at=at)
    ending_services.undo(session, undone, by=Actor(kept.id), at=at)
    numbers = kept.id, gone.id
    session.commit()
    monkeypatch.setattr(clock, "now", lambda: at + GRACE)

    def fail(*_args: object) -> None:
        raise IntegrityError("delete", {}, Exception("somebody wrote into it"))

    monkeypatch.setattr(network_purge_services, "purge", fail)

    with app.app_context():
        done, again = (ending_jobs.end_what_is_due({}, lambda _per_cent: None) for _run in range(2))
    session.expire_all()

    assert (done["people"], again["people"], done["waiting"]) == (1, 0, 1)
    assert [session.get_one(User, number).deleted_at is None for number in numbers] == [True, False]
    assert session.get_one(User, numbers[0]).ends_at is None
    with pytest.raises(AbsentError):
        ending_queries.entity(session, undone.public_id)


def test_who_found_another_place_stays_and_a_namesake_elsewhere_keeps_the_name(
    app: Flask, session: Session, world: World
) -> None:
    moved, gone, at = world.people["observer"], world.people["coach"], clock.now()
    gone.name = world.people["other_network"].name = "Shared Surname"
    told = {"kind": "x", "created_at": at, "mail_after": at, "user_id": moved.id, "body": "Shared Surname"}
    for network_id in (world.network.id, world.stranger.network_id):
        session.add(Notice(network_id=network_id, subject="Shared Surname wrote", **told))
    by_platform = ending_services.ask_person(session, moved, by=None, at=at)
    own = ending_services.ask_person(session, gone, by=Actor(gone.id), at=at)
    make.make_membership(session, world.stranger, moved)
    number = moved.id

    assert run(app, session, by_platform, at + GRACE) is False
    assert run(app, session, own, at + GRACE) is True

    stays = session.get_one(User, number)
    assert (stays.deleted_at, stays.ends_at) == (None, None)
    assert by_platform.undone_at == at + GRACE
    subjects = select(Notice.subject).where(Notice.kind == "x").order_by(Notice.id)
    assert list(session.scalars(subjects)) == ["A former member wrote", "Shared Surname wrote"]
