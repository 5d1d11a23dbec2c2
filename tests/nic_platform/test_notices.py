"""What people are told is written once for each of them, with the change it tells of."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from nic_platform import clock, notices
from nic_platform.tables import Notice, NoticeChoice
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


def test_each_is_told_where_they_want_it(session: Session) -> None:
    people = [make_user(session) for _ in range(4)]
    for person, on_page, by_mail in zip(
        people, (True, False, False), ("digest", "now", "none"), strict=False
    ):
        session.add(NoticeChoice(user_id=person.id, kind="feedback.late", on_page=on_page, by_mail=by_mail))
    ids = [person.id for person in people]

    notices.notify(session, ids, kind="feedback.late", subject="Late", at=clock.now())
    notices.notify(session, ids[:2], kind="feedback.message", subject="A word", at=clock.now())

    assert told(session, Notice.on_page, Notice.mail_state) == [
        (True, "digest"), (False, "waiting"), (False, "none"), (True, "waiting"),
        (True, "waiting"), (True, "waiting"),
    ]  # fmt: skip


def test_the_last_notice_is_not_turned_down(session: Session) -> None:
    people = [make_user(session).id for _ in range(2)]
    for person, by_mail in zip(people, ("none", "digest"), strict=True):
        session.add(NoticeChoice(user_id=person, kind="feedback.late", on_page=False, by_mail=by_mail))

    notices.notify(session, people, kind="feedback.late", subject="Late", at=clock.now(), is_last=True)

    assert told(session, Notice.on_page, Notice.mail_state, Notice.is_last) == [
        (True, "waiting", True), (True, "digest", True),
    ]  # fmt: skip


def test_wishes_of_many_people_take_one_statement(
    session: Session, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    people = [make_user(session).id for _ in range(5)]

    with count_queries() as seen:
        notices.wishes_of(session, people, "feedback.late")

    assert len(seen) == 1


def test_the_mailer_is_told_only_where_a_mail_waits(session: Session) -> None:
    quiet, loud = make_user(session), make_user(session)
    session.add(NoticeChoice(user_id=quiet.id, kind="feedback.late", on_page=True, by_mail="digest"))

    def waits_for_worker(*people: int) -> bool:
        session.info.pop("after_commit", None)
        notices.notify(session, people, kind="feedback.late", subject="Late", at=clock.now())
        return bool(session.info.pop("after_commit", None))

    assert [waits_for_worker(), waits_for_worker(quiet.id), waits_for_worker(loud.id, quiet.id)] == [
        False, False, True,
    ]  # fmt: skip
