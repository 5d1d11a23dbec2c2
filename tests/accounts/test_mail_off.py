"""Mail of one kind is turned off from the letter: by one click without signing in, never by looking."""

from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts import notice_queries
from nic_platform import unsubscribing
from nic_platform.clock import now
from nic_platform.notice_kinds import DIGEST_KIND, Mail
from tests.factories import make_network, make_team, make_user

Browse = Callable[..., FlaskClient]


def address(app: Flask, person: object, kind: str) -> str:
    with app.app_context():
        return urlsplit(unsubscribing.path_for(person.public_id, kind)).path  # type: ignore[attr-defined]  # a user


def test_looking_changes_nothing_and_one_click_turns_one_kind_off(
    app: Flask, session: Session, browse: Browse
) -> None:
    person, stranger = make_user(session), browse()
    path = address(app, person, "feedback.message")

    assert "Messages in conversations" in stranger.get(path).text
    assert notice_queries.settings_of(session, person).chosen == {}
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        done = stranger.post(path, data={"List-Unsubscribe": "One-Click"})
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    session.expire_all()

    wishes = notice_queries.settings_of(session, person).wishes()
    assert done.status_code == 200
    off = [key for key, wish in wishes.items() if wish.by_mail is Mail.NONE]
    assert (off, wishes["feedback.messages"].on_page) == (["feedback.messages"], True)


def test_the_digest_is_turned_off_whole(app: Flask, session: Session, browse: Browse) -> None:
    person = make_user(session)

    browse().post(address(app, person, DIGEST_KIND))
    session.expire_all()

    wishes = notice_queries.settings_of(session, person).wishes().values()
    assert not any(wish.by_mail is Mail.DIGEST for wish in wishes)


def test_a_changed_address_and_one_of_who_is_gone_are_not_there(
    app: Flask, session: Session, browse: Browse
) -> None:
    path = address(app, make_user(session), "feedback.message")
    gone = address(app, make_user(session, disabled_at=now()), "feedback.message")

    for wrong in (path[:-2] + "aa", "/mail/off/x", gone):
        assert browse().post(wrong).status_code == 404


def test_whose_mail_comes_back_is_told_on_every_page_and_may_try_again(
    session: Session, browse: Browse
) -> None:
    person = make_user(
        session, make_team(session, make_network(session)), mail_bounced_at=now(), mail_bounce="550"
    )
    client = browse(person)

    assert "comes back since" in client.get("/account").text
    assert client.post("/account/mail-again").status_code == 303
    assert "comes back since" not in client.get("/account").text
