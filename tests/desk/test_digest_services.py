"""What waits for somebody's digest goes out at their hour, once, whoever sends it."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from desk import digest_queries, digest_services, jobs
from nic_platform import clock, notices
from nic_platform.tables import Notice, NoticeChoice
from teams.models import Membership, Network
from tests import factories as make

DENVER = ZoneInfo("America/Denver")
TUESDAY = datetime(2026, 2, 24, 10, 0, tzinfo=DENVER)


def here(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 2, day, hour, minute, tzinfo=DENVER)


@pytest.fixture
def network(session: Session) -> Network:
    return make.make_network(session, name="Reading", time_zone="America/Denver")


def person(session: Session, **columns: Any) -> User:
    """Add somebody who wants messages in their digest."""
    user = make.make_user(session, **columns)
    session.add(NoticeChoice(user_id=user.id, kind="feedback.messages", by_mail="digest"))
    session.flush()
    return user


def tell(
    session: Session, user: User, network: Network, at: datetime, kind: str = "feedback.message"
) -> None:
    if session.scalar(select(Membership.id).where(Membership.user_id == user.id)) is None:
        make.make_membership(session, make.make_team(session, network), user)
    notices.notify(session, [user.id], kind="feedback.message", subject="A message on: Cover",
                   path="/feedback/1", network_id=network.id, at=at)  # fmt: skip
    session.flush()


def due(session: Session, at: datetime) -> list[int]:
    return [each.user_id for each in digest_queries.waiting(session) if each.is_due(at)]


def send(session: Session, at: datetime) -> list[bool]:
    found = [each for each in digest_queries.waiting(session) if each.is_due(at)]
    return [
        digest_services.send_digest(session, each, base_url="https://nic.example", at=at) for each in found
    ]


def mails(session: Session, state: str = "waiting") -> list[Notice]:
    return list(session.scalars(select(Notice).where(Notice.mail_state == state).order_by(Notice.id)))


def test_a_daily_digest_waits_for_its_hour_and_holds_all_since_the_last(
    session: Session, network: Network
) -> None:
    user = person(session, digest="daily", digest_hour=7)
    tell(session, user, network, TUESDAY)
    tell(session, user, network, TUESDAY + timedelta(hours=2))

    assert [send(session, here(24, 23)), send(session, here(25, 6, 59))] == [[], []]
    assert send(session, here(25, 7, 4)) == [True]
    assert send(session, here(25, 7, 14)) == []

    (mail,) = mails(session)
    assert (mail.subject, mail.on_page, mail.user_id) == ("Your digest: 2 notices", False, user.id)
    assert mail.body.startswith("2 notices since Tuesday, Feb 24.\n\nMESSAGES IN CONVERSATIONS (2)")
    assert mails(session, "digest") == []


def test_what_comes_after_the_turn_waits_for_the_next(session: Session, network: Network) -> None:
    user = person(session, digest="daily", digest_hour=7)
    tell(session, user, network, here(25, 7, 1))

    assert due(session, here(25, 7, 5)) == []
    assert due(session, here(26, 7, 5)) == [user.id]


def test_a_weekly_digest_comes_on_monday_and_who_chose_no_rhythm_gets_a_daily_one(
    session: Session, network: Network
) -> None:
    weekly, plain = person(session, digest="weekly"), person(session)
    for user in (weekly, plain):
        tell(session, user, network, TUESDAY)

    assert due(session, here(25, 8)) == [plain.id]
    assert due(session, here(25, 8) + timedelta(days=5)) == [weekly.id, plain.id]


def test_a_digest_waits_for_the_end_of_quiet_hours(session: Session, network: Network) -> None:
    user = person(session, digest_hour=5, quiet_from=22 * 60, quiet_until=6 * 60, quiet_weekends=True)
    tell(session, user, network, here(27, 12))  # a Friday

    assert [due(session, here(28, 7)), due(session, here(28, 7) + timedelta(days=2, hours=-2))] == [[], []]
    assert due(session, here(28, 7) + timedelta(days=2)) == [user.id]


def test_it_is_the_hour_of_the_persons_own_clock(session: Session, network: Network) -> None:
    user = person(session, time_zone="Europe/Berlin", digest_hour=7)
    tell(session, user, network, TUESDAY)

    assert due(session, here(24, 22, 30)) == []
    assert due(session, here(24, 23, 5)) == [user.id]


def test_two_workers_send_one_digest(session: Session, network: Network) -> None:
    user, at, done = person(session), here(25, 8), []
    tell(session, user, network, TUESDAY)
    (waiting,) = digest_queries.waiting(session)

    for _worker in range(2):
        done.append(digest_services.send_digest(session, waiting, base_url="", at=at))
        tell(session, user, network, at)

    assert done == [True, False]
    assert len(mails(session)) == 1


def test_who_wants_no_mail_or_cannot_sign_in_gets_no_digest(session: Session, network: Network) -> None:
    for user in (person(session, mail_notices=False), person(session, disabled_at=clock.now())):
        tell(session, user, network, TUESDAY)

    assert digest_queries.waiting(session) == []


def test_the_last_notice_in_a_digest_reaches_who_wants_no_mail(session: Session, network: Network) -> None:
    user = person(session, mail_notices=False)
    session.add(NoticeChoice(user_id=user.id, kind="feedback.late", by_mail="digest"))
    session.flush()
    notices.notify(session, [user.id], kind="feedback.late", subject="Nobody acted", at=TUESDAY, is_last=True)
    session.flush()

    assert send(session, here(25, 8)) == [True]
    assert [(mail.kind, mail.is_last) for mail in mails(session)] == [("digest", True)]


def test_the_job_sends_what_is_due(
    app: Flask, session: Session, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(session, person(session), network, TUESDAY)
    monkeypatch.setattr(clock, "now", lambda: here(25, 8))

    with app.app_context():
        done = [jobs.send_digests({}, lambda _per_cent: None) for _ in range(2)]

    assert done == [{"sent": 1}, {"sent": 0}]
