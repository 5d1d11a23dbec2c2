"""What mail servers of three kinds send back is read: whose letter, which address, for good or not."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from nic_platform import bounce_services, bounces
from nic_platform.mail_commands import _messages
from nic_platform.tables import Notice
from tests.factories import NOON, make_user

LETTER = UUID("0f8fad5b-d9cb-469f-a165-70867728950e")

# In the manner of Postfix: a notification, a report, and the whole letter.
POSTFIX = """From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
To: switchback@example.org
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="A"

--A
Content-Type: text/plain; charset=us-ascii

Your letter could not be brought to one address.

--A
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
X-Postfix-Queue-ID: 4XyZ

Final-Recipient: rfc822; rosa@school.example
Original-Recipient: rfc822;rosa@school.example
Action: {action}
Status: {status}
Remote-MTA: dns; in.school.example
Diagnostic-Code: smtp; {said}

--A
Content-Type: message/rfc822

From: switchback@example.org
To: rosa@school.example
Subject: A word
Message-ID: <{letter}@nic.example.org>

Come.
--A--
"""

# In the manner of Exchange: capitals, folded diagnostics, only the headers of the letter.
EXCHANGE = """From: postmaster@school.example
To: switchback@example.org
Content-Type: multipart/report; report-type="delivery-status"; boundary="b_2"
MIME-Version: 1.0

--b_2
Content-Type: text/html; charset="utf-8"

<p>No such person here.</p>
--b_2
Content-Type: message/delivery-status

Reporting-MTA: dns;EX01.school.example
Arrival-Date: Wed, 25 Feb 2026 19:00:00 +0000

Final-Recipient: RFC822;Rosa@School.example
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient
 not found by SMTP address lookup

--b_2
Content-Type: text/rfc822-headers

From: switchback@example.org
Message-ID:
 <{letter}@nic.example.org>
Subject: A word

--b_2--
"""

# In the manner of Exim: two addresses, a status without detail, codes in the diagnostics.
EXIM = """From: Mail Delivery System <Mailer-Daemon@host.example>
To: switchback@example.org
Content-Type: multipart/report; report-type=delivery-status; boundary=1234-eximdsn
MIME-Version: 1.0

--1234-eximdsn
Content-type: text/plain; charset=us-ascii

Some of it did not get there.

--1234-eximdsn
Content-type: message/delivery-status

Reporting-MTA: dns; host.example

Action: failed
Final-Recipient: rfc822;rosa@school.example
Status: 5.0.0
Remote-MTA: dns; in.school.example
Diagnostic-Code: smtp; 550 5.1.1 <rosa@school.example>: unknown here

Action: delayed
Final-Recipient: rfc822;other@school.example
Status: 4.4.1

--1234-eximdsn
Content-type: message/rfc822

Message-Id: <{letter}@nic.example.org>
Subject: A word

Come.
--1234-eximdsn--
"""


def postfix(
    said: str = "550 5.1.1 no such user", action: str = "failed", status: str = "5.1.1", letter: UUID = LETTER
) -> bytes:
    return POSTFIX.format(said=said, action=action, status=status, letter=letter).encode()


@pytest.mark.parametrize("report", [postfix().decode(), EXCHANGE, EXIM])
def test_reports_of_three_servers_are_read(report: str) -> None:
    found = bounces.read(report.replace("{letter}", str(LETTER)).encode())

    assert [(each.letter, each.address, each.is_for_good) for each in found] == [
        (LETTER, "rosa@school.example", True)
    ]
    assert found[0].said.startswith("550 5.1.1")


@pytest.mark.parametrize(
    ("said", "status", "for_good"),
    [
        ("452 4.2.2 mailbox full", "4.2.2", False),
        ("552 5.2.2 mailbox full", "5.2.2", False),
        ("554 5.7.1 looks like spam", "5.7.1", False),
        ("550 5.2.1 account is closed", "5.2.1", True),
        ("553 sorry, no mailbox here by that name", "", True),
        ("Host or domain name not found", "5.4.4", True),
        ("what is this", "", False),
    ],
)
def test_only_a_wrong_address_is_for_good(said: str, status: str, for_good: bool) -> None:
    assert bounces.read(postfix(said, status=status))[0].is_for_good is for_good


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\x00\xff", b"Subject: Out of office\n\nI am away.", postfix(action="delayed"),
        postfix().replace(str(LETTER).encode(), b"guess"), postfix().replace(b"Message-ID", b"X-Other"),
    ],
)  # fmt: skip
def test_what_is_no_report_of_ours_is_none(raw: bytes) -> None:
    assert bounces.read(raw) == []


def add(session: Session, user_id: int) -> Notice:
    notice = Notice(
        user_id=user_id, kind="test", subject="A word", created_at=NOON, mail_after=NOON, mail_state="sent"
    )
    session.add(notice)
    session.flush()
    return notice


def test_mail_to_a_dead_address_stops_until_it_changes(session: Session) -> None:
    rosa = make_user(session, email="rosa@school.example")
    notice = add(session, rosa.id)

    counts = bounce_services.take_note(session, bounces.read(postfix(letter=notice.public_id)), NOON)
    session.expire_all()

    assert counts == {"stopped": 1, "passing": 0, "unknown": 0}
    assert (rosa.mail_bounced_at, rosa.mail_bounce, notice.mail_state) == (
        NOON,
        "550 5.1.1 no such user",
        "failed",
    )
    rosa.email = "rosa@other.example"
    session.flush()
    assert (rosa.mail_bounced_at, rosa.mail_bounce) == (None, "")


def test_a_passing_trouble_an_old_address_and_a_made_up_letter_stop_nothing(session: Session) -> None:
    rosa = make_user(session, email="rosa@new.example")
    notice = add(session, rosa.id)
    full = postfix("552 5.2.2 mailbox full", status="5.2.2", letter=notice.public_id)

    found = [
        bounce_services.take_note(session, bounces.read(raw), NOON + timedelta(hours=1))
        for raw in (full, postfix(letter=notice.public_id), postfix(letter=uuid4()))
    ]
    session.expire_all()

    assert [name for counts in found for name, count in counts.items() if count] == [
        "passing",
        "unknown",
        "unknown",
    ]
    assert rosa.mail_bounced_at is None


def test_the_command_reads_a_pipe_and_an_mbox(own_app: Flask, tmp_path: Path) -> None:
    box = b"".join(
        b"From MAILER-DAEMON Wed Feb 25 19:00:00 2026\n" + postfix(letter=uuid4()) + b"\n" for _ in range(2)
    )
    (tmp_path / "box").write_bytes(box)
    runner = own_app.test_cli_runner()

    from nic_platform.mail_commands import mail_commands

    read = runner.invoke(mail_commands, ["bounces", str(tmp_path / "box")])
    piped = runner.invoke(mail_commands, ["bounces", "-"], input=postfix(letter=uuid4()))

    assert read.output.startswith("2 reports: 0 addresses stopped")
    assert piped.output.startswith("1 reports:")
    assert len(list(_messages(box))) == 2
