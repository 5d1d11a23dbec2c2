"""What a network has kept long enough goes, by its own number of days; others keep their own."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import keeping, keeping_services, retention_services
from nic_platform import audit, audit_trail
from nic_platform.actor import Actor, NetworkRole
from nic_platform.errors import InputError
from nic_platform.storage import storage
from nic_platform.tables import AuditEntry, Job, Notice, StudentLook
from rosters.models import RosterPerson, RosterSource
from teams.models import Membership, Network
from tests import factories as make
from tests.factories import NOON

Browse = Callable[..., FlaskClient]
Facts = dict[str, Any]


def long_ago(days: int) -> Any:
    return NOON - timedelta(days=days)


@pytest.fixture
def network(session: Session) -> Network:
    """A network with one of everything that is kept for a while, 400 days old, and one of today."""
    team = make.make_team(session)
    network = session.get_one(Network, team.network_id)
    user = make.make_user(session, team)
    source = RosterSource(network_id=network.id, name="Staff", kind="oneroster")
    session.add(source)
    session.flush()
    for at in (long_ago(400), NOON):
        told = {"network_id": network.id, "user_id": user.id}
        session.add_all([
            Notice(**told, kind="test", subject="News", created_at=at, mail_after=at),
            Job(network_id=network.id, name="x", state="done", created_at=at, finished_at=at),
            StudentLook(
                **told, on_day=at.date(), place="network", place_id=network.public_id, way="page",
                first_at=at, last_at=at,
            ),
            RosterPerson(
                network_id=network.id, source_id=source.id, external_id=str(at), is_active=False,
                created_at=at, changed_at=at, ended_at=at,
            ),
        ])  # fmt: skip
    left = make.make_membership(session, team, make.make_user(session))
    left.perspectives, left.deleted_at = ["family"], long_ago(400)
    item = make.make_item(session, team, title="The first words")
    session.flush()
    for entry in session.scalars(select(AuditEntry).where(AuditEntry.object_id == item.public_id)):
        _age(session, entry)
    item.title = "The second words"
    session.flush()
    return network


def _age(session: Session, entry: AuditEntry) -> None:
    """Let a line of history be 400 days old, as if it had been written then."""
    from feedback.models import FeedbackItem

    entry.at = long_ago(400)
    table = AuditEntry.__table__
    row = dict(session.execute(select(table).where(table.c.id == entry.id)).mappings().one())
    entry.digest = audit.link_of("", row | {"at": entry.at})
    item = session.scalars(select(FeedbackItem).where(FeedbackItem.public_id == entry.object_id)).one()
    session.execute(
        FeedbackItem.__table__.update().where(FeedbackItem.id == item.id).values(audit_head=entry.digest)  # type: ignore[attr-defined]  # a table
    )
    session.flush()
    session.refresh(item)


def run(app: Flask, session: Session, **how: Any) -> dict[int, dict[str, int]]:
    session.commit()
    with app.app_context():
        found = retention_services.purge_networks(storage(), 30, at=NOON, **how)
    session.expire_all()
    return {each.kept.network_id: each.report.as_dict()["old"] for each in found}


def test_each_goes_after_the_days_that_its_network_chose(
    app: Flask, session: Session, network: Network
) -> None:
    other = make.make_network(session)
    old = long_ago(400)
    session.add(Job(network_id=other.id, name="x", state="done", created_at=old, finished_at=old))
    actor = Actor(1, network_id=network.id)
    days: dict[str, int | None] = {"notices": 365, "looks": 365, "words": 365, "people": 100}
    keeping_services.save(session, network, days | {"jobs": None}, by=actor, at=NOON)
    other.kept_jobs = 500
    expected = {"notices": 1, "jobs": 1, "looks": 1, "words": 1, "people": 2}

    said = run(app, session, is_dry=True)
    left = [len(session.scalars(select(model.id)).all()) for model in (Notice, StudentLook)]
    done, again = run(app, session), run(app, session)

    assert said[network.id] == done[network.id] == expected
    assert (left, again[network.id], done[other.id]) == ([2, 2], {}, {})
    assert session.scalars(select(Job.network_id).order_by(Job.id)).all() == [network.id, other.id]
    words = json.dumps(list(session.scalars(select(AuditEntry.changes))))
    assert (words.count("The first words"), "family" in words) == (1, False)  # as what the second replaced
    assert session.scalar(select(Membership.perspectives).where(Membership.deleted_at.is_not(None))) == []
    assert [fault for fault in audit_trail.verify(session) if fault.kind != "membership"] == []


def test_a_value_taken_out_after_that_is_still_found(app: Flask, session: Session, network: Network) -> None:
    network.kept_words = 365
    run(app, session)
    assert list(audit_trail.verify(session)) == []

    newest = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.kind == "feedback_item", AuditEntry.changes.is_not(None))
        .where(AuditEntry.action != audit.REDACTED)
    ).one()
    newest.changes = None
    session.flush()

    assert {fault.what for fault in audit_trail.verify(session)} == {
        "a value was taken out of its history without a word"
    }


@pytest.mark.parametrize("span", keeping.SPANS, ids=lambda span: span.key)
def test_a_number_of_days_has_a_least_and_a_most(session: Session, span: keeping.Span) -> None:
    network = make.make_network(session)
    actor = Actor(1, network_id=network.id)

    for days in (span.least - 1, span.most + 1, 0):
        with pytest.raises(InputError) as refused:
            keeping_services.save(session, network, {span.key: days}, by=actor, at=NOON)
        assert list(refused.value.fields) == [span.key]

    assert getattr(network, span.column) is None


def test_a_lead_says_so_on_the_page_and_by_program(
    app: Flask, session: Session, network: Network, browse: Browse
) -> None:
    lead = make.make_user(session)
    make.make_network_member(session, network, lead, NetworkRole.LEAD)
    client = browse(lead)

    wrong = client.post("/network/keeping", data={"version": network.version, "looks": "30"})
    right = client.post("/network/keeping", data={"version": network.version, "looks": "1000"})
    stale = client.post("/network/keeping", data={"version": 1, "looks": "2000"})
    version = client.get("/api/v1/network/keeping").get_json()["version"]
    sent = client.patch("/api/v1/network/keeping", json={"version": version, "jobs": 60})

    assert (wrong.status_code, right.status_code, stale.status_code, sent.status_code) == (422, 303, 409, 200)
    assert "from 365 to 3650" in wrong.text
    assert sent.get_json()["days"] == {
        "deleted": 30, "notices": 730, "jobs": 60, "looks": 1000, "words": 0, "people": 0,
    }  # fmt: skip
    told = audit.history(session, "network", network.public_id)
    assert [set(line.changes) for line in told[:2]] == [{"kept_jobs"}, {"kept_looks"}]
