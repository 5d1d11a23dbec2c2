"""What was deleted long ago goes for good: with its parts, files and notices; what lives on stays."""

import json
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cycles.models import Cycle
from desk import jobs, retention_services
from desk.retention_commands import retention_command
from feedback.models import FeedbackItem, FeedbackMessage
from milestones.models import Milestone, Plan
from nic_platform import audit, audit_trail
from nic_platform.jobs import repeats
from nic_platform.purging import Report
from nic_platform.storage import storage
from nic_platform.stored import StorageError
from nic_platform.tables import Attachment, AuditEntry, Notice
from teams.models import Network, Team
from tests import factories as make
from tests.factories import NOON

LONG_AGO, LATELY = NOON - timedelta(days=31), NOON - timedelta(days=29)


@pytest.fixture
def team(session: Session) -> Team:
    return make.make_team(session)


Run = Callable[..., Report]


@pytest.fixture
def run(app: Flask, session: Session) -> Run:
    def do(**how: Any) -> Report:
        session.commit()
        with app.app_context():
            found = retention_services.purge_all(storage(), 30, at=NOON, **how)
        session.expire_all()
        return found

    return do


def delete(session: Session, thing: Any, at: Any = LONG_AGO) -> None:
    thing.deleted_at = at
    session.flush()


def told(session: Session) -> str:
    return json.dumps(list(session.scalars(select(AuditEntry.changes))))


def faults(session: Session) -> list[audit_trail.Fault]:
    return list(audit_trail.verify(session))


def test_what_was_deleted_long_ago_goes_and_its_words_with_it(session: Session, team: Team, run: Run) -> None:
    gone = make.make_item(session, team, title="A secret draft")
    session.add(
        FeedbackMessage(network_id=gone.network_id, item_id=gone.id, team_id=team.id, text="A secret line")
    )
    lately, living = make.make_item(session, team), make.make_item(session, team)
    user = make.make_user(session, team)
    for item in (gone, living):
        session.add(
            Notice(
                user_id=user.id, kind="feedback.mention", subject=f"On: {item.title}",
                path=f"/feedback/{item.public_id}", created_at=NOON, mail_after=NOON,
            )
        )  # fmt: skip
    delete(session, gone)
    delete(session, lately, LATELY)
    kept = [lately.id, living.id]

    first, again = run(), run()

    assert first.gone == {"feedback_item": 1, "feedback_message": 1}
    assert (first.notices, again.as_dict()) == (1, Report().as_dict())
    assert list(session.scalars(select(FeedbackItem.id).order_by(FeedbackItem.id))) == kept
    assert session.scalars(select(FeedbackMessage)).all() == []
    assert "secret" not in told(session)
    assert "secret" not in "".join(session.scalars(select(Notice.subject)))
    assert faults(session) == []


def test_a_dry_run_says_the_same_and_changes_nothing(session: Session, team: Team, run: Run) -> None:
    plan = make.make_plan(session, team)
    milestone = make.make_milestone(session, team, plan=plan)
    delete(session, milestone)
    delete(session, plan)
    before = told(session)

    said = run(is_dry=True)

    assert session.scalars(select(Milestone.id)).all() == [milestone.id]
    assert told(session) == before
    assert said.as_dict() == run().as_dict()
    assert said.gone["milestone"] == said.gone["plan"] == 1
    assert session.scalars(select(Plan)).all() == []


def test_what_lives_on_lets_go_and_its_history_says_so(session: Session, team: Team, run: Run) -> None:
    milestone = make.make_milestone(session, team)
    item = make.make_item(session, team, milestone_id=milestone.id)
    version = item.version
    delete(session, milestone)

    assert run().gone["milestone"] == 1

    session.refresh(item)
    assert (item.milestone_id, item.version) == (None, version)
    newest = audit.history(session, "feedback_item", item.public_id)[0]
    assert list(newest.changes) == ["milestone_id"]
    assert faults(session) == []
    item.title = "Its history goes on"
    session.flush()
    assert faults(session) == []


def test_what_something_rests_on_stays_until_that_is_gone(session: Session, team: Team, run: Run) -> None:
    milestone = make.make_milestone(session, team)
    measure = milestone.measure
    delete(session, measure)

    assert run().stays == {"measure": 1}
    delete(session, milestone)
    assert run().gone == {"milestone": 1, "measure": 1}


def test_what_somebody_changes_at_this_moment_hinders_nothing_else(
    session: Session, team: Team, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = make.make_plan(session, team)
    milestone = make.make_milestone(session, team, plan=plan, name="A secret milestone")
    item = make.make_item(session, team, title="A secret report")
    for thing in (milestone, plan, item):
        delete(session, thing)
    redact, hindered = audit.redact, ["milestone"]

    def fail_once(current: Session, kind: str, *args: Any, **how: Any) -> None:
        if kind in hindered:
            hindered.remove(kind)
            raise IntegrityError("delete", {}, Exception("somebody refers to it now"))
        redact(current, kind, *args, **how)

    monkeypatch.setattr("nic_platform.purging.audit.redact", fail_once)
    found = run()

    assert (found.gone["plan"], found.gone["milestone"], found.gone["feedback_item"]) == (1, 1, 1)
    assert hindered == []
    assert "secret" not in told(session)
    assert faults(session) == []


def test_people_teams_and_places_stay(session: Session, team: Team, run: Run) -> None:
    user = make.make_user(session)
    member = make.make_membership(session, team, user)
    for thing in (member, team, team.site):
        delete(session, thing)

    assert run().as_dict() == Report().as_dict()


def test_files_go_with_their_thing_or_on_their_own(
    session: Session, team: Team, run: Run, app: Flask
) -> None:
    with app.app_context():
        files = storage()
    cycle = make.make_cycle(session, team)
    keys = []
    for thing, gone_at in ((cycle.public_id, None), (uuid4(), LONG_AGO), (uuid4(), LATELY)):
        kept = files.put(BytesIO(b"Exit tickets"))
        keys.append(kept.key)
        session.add(
            Attachment(
                network_id=team.network_id, team_id=team.id, object_kind="cycle", object_id=thing,
                name="tickets.txt", content_type="text/plain", size=12, sha256="0" * 64, key=kept.key,
                created_at=LONG_AGO, deleted_at=gone_at,
            )
        )  # fmt: skip
    delete(session, cycle)

    found = run()

    assert (found.files, found.bytes) == (2, 24)
    assert list(session.scalars(select(Attachment.key))) == keys[2:]
    for key in keys[:2]:
        with pytest.raises((StorageError, OSError)):
            files.open(key)
    assert session.scalars(select(Cycle)).all() == []


def test_the_worker_does_it_daily_and_a_command_says_what_would_go(
    session: Session, team: Team, app: Flask
) -> None:
    delete(session, make.make_cycle(session, team))

    session.commit()
    said = app.test_cli_runner().invoke(retention_command, ["--dry-run"])
    done = app.test_cli_runner().invoke(retention_command, ["--json"])

    name = session.get_one(Network, team.network_id).name
    head = f"{name}. Would go: what was deleted more than 30 days ago."
    assert said.output.splitlines()[:2] == [head, "       1  Cycle"]
    assert [each["gone"] for each in json.loads(done.output)["networks"]] == [{"cycle": 1}]
    assert jobs.RETENTION in {each.name for each in repeats()}
