"""What people are told is written once for each of them, with the change it tells of."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from nic_platform import clock, notices
from nic_platform.tables import Notice
from tests.factories import make_user


def told(session: Session, *columns: Any) -> list[Any]:
    session.flush()
    return [tuple(row) for row in session.execute(select(*columns).order_by(Notice.id))]


def test_each_person_is_told_once(session: Session) -> None:
    one, other = make_user(session), make_user(session)

    notices.notify(session, [other.id, one.id, other.id], kind="test", subject="A word", at=clock.now())

    assert told(session, Notice.user_id, Notice.mail_state) == [(one.id, "waiting"), (other.id, "waiting")]


def test_a_notice_may_stay_on_the_page(session: Session) -> None:
    person = make_user(session)

    notices.notify(session, [person.id], kind="test", subject="A word", at=clock.now(), by_mail=False)

    assert told(session, Notice.on_page, Notice.mail_state) == [(True, "none")]


def test_mail_to_an_address_is_on_no_page(session: Session) -> None:
    notices.mail(session, "new@example.org", kind="test", subject="s" * 400, body="b", at=clock.now())

    assert told(session, Notice.address, Notice.on_page, Notice.subject) == [
        ("new@example.org", False, "s" * 300)
    ]
