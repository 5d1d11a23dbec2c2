"""The outbox reaches people: by a server, or without one as files; what fails is tried again, to an end."""

import socketserver
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from nic_platform import clock, digests, mail, notices
from nic_platform.database import db
from nic_platform.notice_kinds import DIGEST_KIND
from nic_platform.tables import Notice
from tests.factories import make_network, make_team, make_user


class PostOffice(socketserver.ThreadingTCPServer):
    """A mail server of twenty lines: takes what comes, and says what it is told to say to recipients."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Clerk)
        self.taken: list[bytes] = []
        self.answer = b"250 ok"

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class Clerk(socketserver.StreamRequestHandler):
    """One connection."""

    def handle(self) -> None:
        office = cast(PostOffice, self.server)
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline().strip():
            word = line.split()[0].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                letter = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    letter += part
                office.taken.append(letter)
            answer = office.answer if word == b"RCPT" else b"221 bye" if word == b"QUIT" else b"250 ok"
            self.wfile.write(answer + b"\r\n")
            if word == b"QUIT":
                return


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with PostOffice() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def add(session: Session, **columns: Any) -> Notice:
    at = clock.now() - timedelta(minutes=1)
    columns = {
        "kind": "test",
        "subject": "A word",
        "body": "Come.",
        "created_at": at,
        "mail_after": at,
        **columns,
    }
    notice = Notice(**columns)
    session.add(notice)
    session.flush()
    return notice


def send(app: Flask, session: Session, *, url: str = "", **when: Any) -> dict[str, int]:
    app.config["MAIL_URL"] = url
    try:
        with app.app_context():
            counts = mail.send_due(**when)
            db.session.remove()
    finally:
        app.config["MAIL_URL"] = ""
    session.expire_all()
    return counts


def test_a_notice_reaches_its_person_with_the_address_of_its_page(
    app: Flask, session: Session, office: PostOffice
) -> None:
    person = make_user(session, email="rosa@example.org")
    notice = add(session, user_id=person.id, path="/feedback/7")

    assert send(app, session, url=office.url) == {"sent": 1, "later": 0, "failed": 0}

    letter = message_from_bytes(office.taken[0], policy=policy.default)
    assert (letter["To"], letter["Subject"]) == ("rosa@example.org", "A word")
    base = app.config["BASE_URL"]
    plain = letter.get_body(("plain",))
    assert plain is not None
    assert [line for line in plain.get_content().splitlines() if line] == [
        "Come.", f"{base}/feedback/7", f"Choose what is mailed to you: {base}/account/notices",
    ]  # fmt: skip
    assert (notice.mail_state, notice.body) == ("sent", "Come.")
    assert send(app, session, url=office.url)["sent"] == 0


def test_a_link_that_lets_somebody_in_is_forgotten_once_it_is_sent(
    app: Flask, session: Session, office: PostOffice
) -> None:
    notice = add(session, address="new@example.org", body="https://nic.example/links/secret", on_page=False)

    send(app, session, url=office.url)

    assert b"links/secret" in office.taken[0]
    assert notice.body == ""


def test_without_a_server_mail_is_written_to_a_folder_and_the_console(
    app: Flask, session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    add(session, address="alone@example.org", subject=f"Sign in {uuid4()}")

    assert send(app, session)["sent"] == 1

    kept = [p.read_text() for p in Path(app.config["DATA_DIR"], "mail").glob("*.eml")]
    assert any("alone@example.org" in text for text in kept)
    assert "Mail to alone@example.org: Sign in" in capsys.readouterr().err


def test_people_who_want_no_mail_get_none(app: Flask, session: Session, office: PostOffice) -> None:
    quiet = add(session, user_id=make_user(session, mail_notices=False).id)
    gone = add(session, user_id=make_user(session, disabled_at=clock.now()).id)

    send(app, session, url=office.url)

    assert office.taken == []
    assert (quiet.mail_state, gone.mail_state) == ("none", "none")


def test_an_address_refused_for_good_is_given_up(app: Flask, session: Session, office: PostOffice) -> None:
    office.answer = b"550 no such person"
    notice = add(session, address="typo@example.org")

    assert send(app, session, url=office.url)["failed"] == 1

    assert notice.mail_state == "failed"
    assert notice.mail_error == "550 no such person"


def test_a_silent_server_is_tried_again_later_and_not_for_ever(app: Flask, session: Session) -> None:
    notice = add(session, address="later@example.org")
    at = clock.now()
    counts = []
    for _ in range(len(mail.PAUSES) + 1):
        counts.append(send(app, session, url="smtp://127.0.0.1:9", at=at))
        at = notice.mail_after

    assert [count["later"] for count in counts] == [1] * len(mail.PAUSES) + [0]
    assert counts[-1]["failed"] == 1
    assert notice.mail_error


def test_a_line_break_in_a_subject_reaches_no_header(
    app: Flask, session: Session, office: PostOffice
) -> None:
    add(session, address="a@example.org", subject="Hello\r\nBcc: everybody@example.org")

    send(app, session, url=office.url)

    letter = message_from_bytes(office.taken[0], policy=policy.default)
    assert letter["Bcc"] is None
    assert letter["Subject"] == "Hello Bcc: everybody@example.org"


def test_a_password_is_not_sent_unencrypted(monkeypatch: pytest.MonkeyPatch, office: PostOffice) -> None:
    monkeypatch.setattr(mail, "is_loopback", lambda _host: False)

    with pytest.raises(mail.MailError, match="no encryption"):
        mail.Server(office.url.replace("smtp://", "smtp://user:secret@")).connect()


def test_a_claimed_letter_is_not_sent_by_another_worker(session: Session) -> None:
    add(session, address="once@example.org")
    at = clock.now()
    (letter,) = mail.due(session, at)

    assert mail._claim(session, letter, at)
    assert not mail._claim(session, letter, at)
    assert mail.due(session, at) == []
    assert len(mail.due(session, at + mail.LEASE)) == 1


def test_a_notice_is_written_once_for_each_person(session: Session) -> None:
    person, other = make_user(session), make_user(session)
    people = [person.id, other.id, person.id]

    notices.notify(session, people, kind="test", subject="A word", at=clock.now())
    notices.mail(session, "x@example.org", kind="test", subject="A link", body="", at=clock.now())
    session.flush()

    assert len(mail.due(session, clock.now())) == 3


def test_mail_waits_for_the_end_of_quiet_hours_and_others_are_not_held_up(
    app: Flask, session: Session, office: PostOffice
) -> None:
    night = datetime(2026, 2, 25, 5, 30, tzinfo=UTC)  # 22:30 in Denver
    network = make_network(session, time_zone="America/Denver")
    asleep = make_user(session, make_team(session, network), quiet_from=22 * 60, quiet_until=6 * 60)
    held = add(session, user_id=asleep.id, network_id=network.id, created_at=night, mail_after=night)
    free = add(session, user_id=make_user(session).id, created_at=night, mail_after=night)
    link = add(session, address=asleep.email, on_page=False, created_at=night, mail_after=night)

    assert send(app, session, url=office.url, at=night)["sent"] == 2

    assert (free.mail_state, link.mail_state, held.mail_state) == ("sent", "sent", "waiting")
    assert (held.mail_after, held.mail_attempts) == (night.replace(hour=13, minute=0), 0)
    assert send(app, session, url=office.url, at=held.mail_after)["sent"] == 1


def test_the_last_notice_on_a_promise_is_mailed_to_who_wants_no_mail(
    app: Flask, session: Session, office: PostOffice
) -> None:
    quiet = make_user(session, mail_notices=False)
    gone = make_user(session, disabled_at=clock.now())
    last, unwanted, lost = (
        add(session, user_id=user.id, is_last=is_last)
        for user, is_last in ((quiet, True), (quiet, False), (gone, True))
    )

    send(app, session, url=office.url)

    assert [each.mail_state for each in (last, unwanted, lost)] == ["sent", "none", "none"]


def test_a_letter_is_html_too_and_no_word_of_it_is_markup(
    app: Flask, session: Session, office: PostOffice
) -> None:
    person = make_user(session, email="rosa@example.org")
    body = "<b>Look</b> & see\nhttps://nic.example.org/a?b=1&c=2."
    add(session, user_id=person.id, subject="1 < 2", body=body, path="/feedback/7")

    send(app, session, url=office.url)

    letter = message_from_bytes(office.taken[0], policy=policy.default)
    part = letter.get_body(("html",))
    assert part is not None
    html = part.get_content()
    assert "&lt;b&gt;Look&lt;/b&gt; &amp; see<br>" in html
    assert 'href="https://nic.example.org/a?b=1&amp;c=2"' in html
    assert "<title>1 &lt; 2</title>" in html
    assert not any(remote in html for remote in ("<img", "<link", "<script", "url("))


def test_a_digest_is_grouped_as_html_too(app: Flask, session: Session, office: PostOffice) -> None:
    person = make_user(session, email="rosa@example.org")
    lines = [digests.Line("feedback.answered", "A <b>cover</b>", "/feedback/1", clock.now(), "Reading")]
    body = digests.body(lines, base_url="https://nic.example.org", zone="UTC")
    add(session, user_id=person.id, kind=DIGEST_KIND, subject="Your digest", body=body, path="/notices")

    send(app, session, url=office.url)

    part = message_from_bytes(office.taken[0], policy=policy.default).get_body(("html",))
    assert part is not None
    html = part.get_content()
    assert "Answers and questions back (1)</h2>" in html
    assert '<a href="https://nic.example.org/feedback/1"' in html
    assert "<b>A &lt;b&gt;cover&lt;/b&gt;</b>" in html
    assert html.count("What comes in this digest") == 1


def test_each_letter_can_turn_its_kind_off_but_the_last_one_on_a_promise(
    app: Flask, session: Session, office: PostOffice
) -> None:
    person = make_user(session)
    add(session, user_id=person.id, kind="feedback.message")
    add(session, user_id=person.id, kind="feedback.late", is_last=True)

    send(app, session, url=office.url)

    first, last = (message_from_bytes(raw, policy=policy.default) for raw in office.taken[-2:])
    assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert first["List-Unsubscribe"].startswith(f"<{app.config['BASE_URL']}/mail/off/")
    assert last["List-Unsubscribe"] is None
    words = last.get_body(("plain",))
    assert words is not None
    assert "whatever is turned off" in words.get_content()


def test_who_is_refused_for_good_gets_no_more_mail(app: Flask, session: Session, office: PostOffice) -> None:
    person = make_user(session, email="refused@example.org")
    add(session, user_id=person.id)
    error = mail.MailError("550 5.1.1 no such user", final=True)
    with app.app_context():
        letter = next(each for each in mail.due(session, clock.now()) if each.user_id == person.id)
        mail._put_off(letter, error, clock.now())
    session.expire_all()

    assert person.mail_bounce == "550 5.1.1 no such user"
    waiting = add(session, user_id=person.id)
    send(app, session, url=office.url)
    assert waiting.mail_state == "none"
