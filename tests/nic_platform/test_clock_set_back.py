"""The clock is set back: nobody is shut out, nothing stands still, and nothing counts as fresh for longer."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import rules, second_services, sign_in_services
from desk import digest_queries, digest_services
from interchange import sending_services
from interchange.models import Webhook, WebhookDelivery
from nic_platform import clock, jobs, mail, worker
from nic_platform.database import db
from nic_platform.tables import Job, Notice, Schedule
from tests import factories as make
from tests.world import make_world

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # gitleaks:allow, the example of the key format's page


@pytest.fixture
def turn_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Return what moves the platform's clock, and the signers', from where it truly is."""
    import itsdangerous

    true = clock.now

    def turn(by: timedelta) -> None:
        monkeypatch.setattr(clock, "now", lambda: true() + by)
        monkeypatch.setattr(
            itsdangerous.TimestampSigner, "get_timestamp",
            lambda _self: int(time.time() + by.total_seconds()),
        )  # fmt: skip

    return turn


def test_a_clock_set_back_signs_nobody_out_and_keeps_open_forms(
    app: Flask, session: Session, browse: Callable[..., FlaskClient],
    turn_clock: Callable[[timedelta], None], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    world = make_world(session)
    client = browse(world.people["lead"])
    form = client.get("/cycles/new").text
    token = form.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]

    turn_clock(timedelta(days=-2))

    assert client.get("/account").status_code == 200
    answer = client.post("/cycles/new", data={"csrf_token": token})
    assert answer.status_code != 400


def test_a_cookie_too_old_is_still_refused(
    session: Session, browse: Callable[..., FlaskClient], turn_clock: Callable[[timedelta], None]
) -> None:
    client = browse(make_world(session).people["lead"])
    assert client.get("/account").status_code == 200
    turn_clock(timedelta(hours=13))
    assert client.get("/account").status_code == 303


def test_what_repeats_and_what_waits_goes_on_after_the_clock_was_set_back(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_REPEATS", {})
    monkeypatch.setattr(jobs, "_WORK", {"test: often": lambda _payload, _report: None})
    jobs.every("test: often", 5)
    at = clock.now()
    earlier = at - timedelta(hours=3)

    with app.app_context():
        first = worker.start_what_is_due(at)
        again = worker.start_what_is_due(earlier)
        db.session.remove()
    dead = Job(name="test: often", state="running", payload={}, created_at=at, heartbeat_at=at)
    session.add(dead)
    session.flush()
    found = [jobs.find_forgotten(session, earlier + timedelta(seconds=s)) for s in (0, 60, 100, 130)]

    assert first == again == ["test: often"]
    assert session.scalar(select(Schedule.last_run_at)) == earlier
    assert dead.id not in found[0] + found[1]
    assert dead.id in found[2]


def test_mail_messages_and_digests_put_off_by_the_wrong_clock_go_out_now(
    app: Flask, session: Session
) -> None:
    at = clock.now()
    wrong = at + timedelta(days=400)
    user = make.make_user(session, digest="daily", digest_hour=7, digest_sent_at=wrong)
    team = make.make_team(session)
    make.make_membership(session, team, user)
    hook = Webhook(network_id=team.network_id, name="Warehouse", url="https://example.org", secret="")
    session.add(hook)
    session.flush()
    told = {"user_id": user.id, "network_id": team.network_id, "kind": "test", "body": "", "path": "/"}
    written_then = Notice(subject="Then", created_at=wrong, mail_after=wrong, **told)
    tried_then = Notice(
        subject="Tried", created_at=at - timedelta(days=1), mail_after=wrong, mail_attempts=1, **told
    )
    quiet = Notice(subject="Quiet", created_at=at, mail_after=at + timedelta(days=2), **told)
    for_digest = Notice(subject="Digest", created_at=wrong, mail_after=wrong, mail_state="digest", **told)
    message = WebhookDelivery(
        webhook_id=hook.id, network_id=team.network_id, event="cycle.closed", object_kind="cycle",
        object_id=uuid4(), next_at=wrong, created_at=at,
    )  # fmt: skip
    session.add_all([written_then, tried_then, quiet, for_digest, message])
    session.flush()

    mail._count_from_now(session, at)
    with app.app_context():
        sending_services._count_from_now(at)
    session.expire_all()
    waiting = [each for each in digest_queries.waiting(session) if each.user_id == user.id]

    assert [each.mail_after <= at for each in (written_then, tried_then, quiet)] == [True, True, False]
    assert message.next_at <= at
    assert [each.is_due(at) for each in waiting] == [True]
    with app.test_request_context("/"):
        assert digest_services.send_digest(session, waiting[0], base_url="https://nic.example", at=at)
    session.expire_all()
    assert user.digest_sent_at == at


def test_nothing_counts_as_a_moment_ago_because_the_clock_was_set_back() -> None:
    given = clock.now()
    fresh = [rules.is_fresh(given, given - timedelta(seconds=back)) for back in (0, 30, 120, 86_400)]
    assert fresh == [True, True, False, False]


def test_codes_and_counts_of_tries_go_on_with_the_clock_that_there_is(session: Session) -> None:
    at = clock.now()
    user = make.make_user(session)
    recovery = second_services.set_up(session, user, SECRET, pyotp.TOTP(SECRET).at(at), at=at)[0]
    back = at - timedelta(hours=3)

    def uses(code: str, moment: datetime) -> bool:
        return second_services.use(session, user, code, at=moment)

    assert not uses(pyotp.TOTP(SECRET).at(at + timedelta(minutes=1)), back), "the telephone's clock is right"
    assert uses(recovery, back)
    assert uses(pyotp.TOTP(SECRET).at(at + timedelta(minutes=2)), at + timedelta(minutes=2))
    tries = rules.sign_in_tries(user.email, "203.0.113.9")
    within = [sign_in_services.spend(session, tries, at=moment) for moment in (*[at] * 11, back)]
    assert within[9:] == [True, False, True]


def test_a_link_and_a_sign_in_made_before_still_open(
    session: Session, browse: Callable[..., FlaskClient], turn_clock: Callable[[timedelta], None]
) -> None:
    user = make_world(session).people["lead"]
    client = browse(user)
    turn_clock(timedelta(hours=-3))
    assert client.get("/account").status_code == 200
    again = browse(user)
    assert again.get("/account").status_code == 200
    turn_clock(timedelta(0))
    assert again.get("/account").status_code == 303, "a sign-in of the wrong clock ends like any idle one"
    assert client.get("/account").status_code == 303
