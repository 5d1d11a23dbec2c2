"""Two workers do the same work at the same moment: everything is done once, and nothing twice."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from desk import digest_queries, digest_services, retention_services
from feedback.models import FeedbackItem
from nic_platform import audit_trail, notices
from nic_platform.actor import Level
from nic_platform.database import session, transaction
from nic_platform.storage import storage
from nic_platform.tables import Notice, NoticeChoice
from teams.graph_jobs import Keeper, look
from teams.graph_queries import PICTURES
from tests import factories as make
from tests.factories import NOON


def at_once(app: Flask, work: Callable[[], Any], workers: int = 3) -> list[Any]:
    """Let several workers begin the same work together; return what each did."""
    gate, done = Barrier(workers), list[Any]()

    def run() -> None:
        with app.app_context():
            gate.wait()
            done.append(work())
            session().close()

    threads = [Thread(target=run) for _worker in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == workers  # none of them failed
    return done


def test_what_was_deleted_goes_once(own_app: Flask) -> None:
    with own_app.app_context(), transaction() as current:
        team = make.make_team(current)
        milestone = make.make_milestone(current, team)
        for _number in range(4):
            make.make_item(current, team, milestone_id=milestone.id).deleted_at = NOON - timedelta(days=40)
        make.make_item(current, team, milestone_id=milestone.id)
        milestone.deleted_at = NOON - timedelta(days=40)

    reports = at_once(own_app, lambda: retention_services.purge_all(storage(), 30, at=NOON))

    assert sum((each.gone for each in reports), Counter()) == {"feedback_item": 4, "milestone": 1}
    with own_app.app_context():
        assert session().scalar(select(func.count(FeedbackItem.id))) == 1
        assert list(audit_trail.verify(session())) == []
        session().rollback()


def test_a_digest_goes_once(own_app: Flask) -> None:
    with own_app.app_context(), transaction() as current:
        team = make.make_team(current)
        user = make.make_user(current, team)
        current.add(NoticeChoice(user_id=user.id, kind="teams", by_mail="digest"))
        current.flush()
        notices.notify(current, [user.id], kind="team.left", subject="Ana left", network_id=team.network_id,
                       path="/teams", at=NOON - timedelta(days=2))  # fmt: skip

    def send() -> int:
        sent = 0
        with transaction() as current:
            due = [person for person in digest_queries.waiting(current) if person.is_due(NOON)]
        for person in due:
            with transaction() as current:
                sent += digest_services.send_digest(current, person, base_url="https://nic.example", at=NOON)
        return sent

    assert sum(at_once(own_app, send)) == 1
    with own_app.app_context():
        assert session().scalar(select(func.count(Notice.id)).where(Notice.kind == "digest")) == 1
        session().rollback()


def test_graphs_are_looked_at_by_several_while_one_is_built(own_app: Flask) -> None:
    PICTURES.clear()
    with own_app.app_context(), transaction() as current:
        make.make_team(current, level=Level.STATE)

    assert at_once(own_app, lambda: look(own_app, Keeper())) == [0, 0, 0]
