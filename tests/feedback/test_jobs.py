from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from desk import jobs as desk_jobs
from feedback import jobs
from feedback.models import FeedbackItem
from nic_platform import clock
from nic_platform.database import session as database_session
from nic_platform.database import transaction
from nic_platform.jobs import repeats
from nic_platform.notices import notify
from nic_platform.tables import Notice, NoticeChoice
from tests.factories import NOON
from tests.feedback.conftest import Place
from tests.feedback.test_concurrency import arrange


def test_the_promises_are_kept_every_hour() -> None:
    assert (jobs.PROMISES, 60) in {(each.name, each.minutes) for each in repeats()}


def test_the_job_sees_to_every_late_item_and_says_what_it_did(
    app: Flask, session: Session, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = [place.sent(), place.sent()]
    at = NOON + timedelta(days=11)
    monkeypatch.setattr(clock, "now", lambda: at)
    reported: list[int] = []

    with app.app_context():
        first = jobs.keep_promises({}, reported.append)
        again = jobs.keep_promises({}, reported.append)

    session.expire_all()
    assert (first, again) == ({"tell": 2}, {})
    assert [item.escalations for item in items] == [1, 1]
    assert reported[-1] == 100


def test_nobody_is_reminded_before_the_morning_in_their_network(
    app: Flask, session: Session, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.sent()
    midnight = NOON + timedelta(days=11, hours=-12)  # in Denver; an hour is left out in that night
    moments = [midnight, midnight + timedelta(hours=5, minutes=59), midnight + timedelta(hours=6)]
    done = []
    for at in moments:
        monkeypatch.setattr(clock, "now", lambda at=at: at)
        with app.app_context():
            done.append(jobs.keep_promises({}, lambda _per_cent: None))

    assert done == [{}, {}, {"tell": 1}]


def test_two_workers_at_once_tell_everybody_once_and_send_one_digest(
    own_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = arrange(own_app)
    at = NOON + timedelta(days=15)
    monkeypatch.setattr(clock, "now", lambda: at)
    with own_app.app_context(), transaction() as current:
        for kind in ("feedback.arrivals", "feedback.late"):
            current.add(NoticeChoice(user_id=ids["first"], kind=kind, by_mail="digest"))
        network_id = current.get_one(FeedbackItem, ids["item"]).network_id
        current.get_one(User, ids["first"]).digest_hour = 12
        notify(
            current, [ids["first"]], kind="feedback.arrived", subject="New", at=NOON, network_id=network_id
        )
    gate, done = Barrier(2), list[dict[str, Any]]()

    def work() -> None:
        with own_app.app_context():
            for job in (jobs.keep_promises, desk_jobs.send_digests):
                gate.wait()
                done.append(job({}, lambda _per_cent: None) or {})
            database_session().close()

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with own_app.app_context():
        told = database_session().execute(select(Notice.kind, Notice.user_id)).all()
    assert sum(each.get("tell", 0) for each in done) == 1
    assert sum(each.get("sent", 0) for each in done) == 1
    late = [user_id or 0 for kind, user_id in told if kind == "feedback.late"]
    assert sorted(late) == sorted({ids["raiser"], ids["first"], ids["second"]})
    assert [kind for kind, _user in told].count("digest") == 1
